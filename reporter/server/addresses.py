"""Which machines a host name stands for, and whether results may be sent there."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

_PUBLIC: Final = IPv6Network("2000::/3")
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses for networks without IPv4 (RFC 6052): the last 32 bits are the address."""

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[tuple[Address, ...]]]
"""From host and port to addresses. An ``OSError``: there are none."""


async def resolved(host: str, port: int) -> tuple[Address, ...]:
    """All addresses of a host, by the system's resolver, each once."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A zone (fe80::1%eth0) only ever names a link of this machine.
    texts = dict.fromkeys(str(where[0]).partition("%")[0] for *_, where in found)
    return tuple(ip_address(text) for text in texts)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the internet at large, in whatever disguise."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    if address in _TRANSLATED:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    tunnel = address.sixtofour is not None or address.teredo is not None
    return address in _PUBLIC and address.is_global and not tunnel
