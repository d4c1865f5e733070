"""Sending one result to one URL, and to no other machine than was checked."""

import asyncio
import ssl
from typing import Final

import httpx

from reporter import __version__
from reporter.server.addresses import Address, Resolve, is_public, resolved
from reporter.settings.callback_urls import Target

_TIMEOUTS: Final = httpx.Timeout(30.0, connect=10.0)
_LONGEST_SECONDS: Final = 300.0
_HEADERS: Final = {
    "Content-Type": "application/json",
    "User-Agent": f"reporter/{__version__}",
    "Accept-Encoding": "identity",
}


class NotDelivered(Exception):
    """A result did not arrive; the message says why and holds no secret."""


class Postman:
    """Posts results.

    The host is resolved first, every address of it is checked, and the connection is made to
    one of these addresses: a name that means another machine a moment later changes nothing.
    Each result has a connection of its own, so that none is used for a host that it was not
    made for. Redirects are not followed, proxies of the environment not used.

    Args:
        private_networks: whether other than public addresses are fine.
        resolve: from a name to its addresses.
        verify: whose certificates are trusted; None: those of the system.
        timeouts: of the parts of a request.
    """

    def __init__(
        self,
        *,
        private_networks: bool,
        resolve: Resolve = resolved,
        verify: ssl.SSLContext | None = None,
        timeouts: httpx.Timeout = _TIMEOUTS,
    ) -> None:
        self._private_networks = private_networks
        self._resolve = resolve
        self._verify = httpx.create_ssl_context(trust_env=False) if verify is None else verify
        self._timeouts = timeouts

    async def post(self, target: Target, body: bytes) -> None:
        """Send one result.

        Raises:
            NotDelivered: it was not sent, or not received with a status of 2xx.
        """
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                await self._post(target, body)
        except TimeoutError:
            raise NotDelivered("it took too long") from None

    async def _post(self, target: Target, body: bytes) -> None:
        addresses = await self._checked(target)
        for last, address in zip((*(False for _ in addresses[1:]), True), addresses, strict=True):
            try:
                status = await self._status(target, address, body)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if last:
                    raise NotDelivered(f"no connection: {_reason(error)}") from None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise NotDelivered(_reason(error)) from None
            else:
                if not httpx.codes.is_success(status):
                    raise NotDelivered(f"the answer was {status}")
                return

    async def _checked(self, target: Target) -> tuple[Address, ...]:
        try:
            addresses = await self._resolve(target.host, target.port)
        except (OSError, UnicodeError):
            raise NotDelivered("its host has no address") from None
        if not addresses:
            raise NotDelivered("its host has no address")
        if not self._private_networks and not all(is_public(one) for one in addresses):
            raise NotDelivered("its host has an address that is not public")
        return addresses

    async def _status(self, target: Target, address: Address, body: bytes) -> int:
        host = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - IPv6
        url = f"{target.scheme}://{host}:{target.port}{target.path}{target.query}"
        async with (
            httpx.AsyncClient(
                verify=self._verify, timeout=self._timeouts, trust_env=False, follow_redirects=False
            ) as client,
            client.stream(
                "POST",
                url,
                content=body,
                headers={**_HEADERS, "Host": target.authority},
                extensions={"sni_hostname": target.host},
            ) as response,
        ):
            return response.status_code


_REASONS: Final[dict[type[Exception], str]] = {
    httpx.ConnectTimeout: "it took too long to connect",
    httpx.ReadTimeout: "there was no answer in time",
    httpx.WriteTimeout: "the body was not taken in time",
    httpx.ConnectError: "the host refuses it, or its certificate is not valid",
    httpx.RemoteProtocolError: "the answer was not HTTP, or broke off",
}


def _reason(error: Exception) -> str:
    """What went wrong, by kind: texts of libraries may quote the URL."""
    return _REASONS.get(type(error), f"it broke off ({type(error).__name__})")
