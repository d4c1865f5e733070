"""What is plainly wrong with a URL, or with an address to listen on."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

EXPECTED_URL: Final = "a URL such as https://example.org"
EXPECTED_ADDRESS: Final = "HOST:PORT, such as 0.0.0.0:8085"
_SCHEMES: Final = ("http", "https")
_LAST_PORT: Final = 65535


def may_hold_credentials(url: str) -> bool:
    """Whether a password may stand in a URL, right or wrong, which then must not be shown."""
    return "@" in url


def flaw_of_url(url: str, *, with_path: bool) -> str | None:
    """What is wrong with the URL of a server, as the end of a sentence; None if nothing is.

    Args:
        url: as written.
        with_path: whether it may have a path, below which the server lies.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is no URL"
    if parts.username is not None:
        return "it holds credentials"
    if parts.scheme not in _SCHEMES or not parts.netloc:
        return "it does not begin with https:// or http://"
    if not parts.hostname or any(sign.isspace() or not sign.isprintable() for sign in url):
        return "it names no host" if not parts.hostname else "it holds spaces"
    if port == 0:
        return "there is no port 0"
    return _surplus(parts, with_path=with_path)


def _surplus(parts: SplitResult, *, with_path: bool) -> str | None:
    if parts.query:
        return "it has a query"
    if parts.fragment:
        return "it has a fragment"
    if parts.path.rstrip("/") and not with_path:
        return "it has a path"
    return None


def is_unprotected(url: str) -> bool:
    """Whether what goes to a URL can be read on the way: HTTP without TLS to a public address."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not _is_near(parts.hostname or "")


def _is_near(host: str) -> bool:
    """This machine, or one of the same network: a private address, a name without domain."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


def flaw_of_address(text: str) -> str | None:
    """What is wrong with an address to listen on; IPv6 in brackets, port 0 for any free one."""
    host, colon, port = text.rpartition(":")
    if not colon:
        return "it has no port"
    if not (port.isascii() and port.isdecimal()) or int(port) > _LAST_PORT:
        return f"its port is no number up to {_LAST_PORT}"
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        return "an IPv6 address stands in brackets, such as [::]:8085"
    if not host or any(sign.isspace() or sign in "/@" for sign in host):
        return "it names no host"
    return None


def is_this_machine(host: str) -> bool:
    """Whether what is sent to a host does not leave this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
