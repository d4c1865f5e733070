"""Addresses that credentials are sent to."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from reporter.errors import UserError

_EXAMPLE: Final = "https://example.api.infobip.com"


def checked_address(text: str, setting: str, *, path_is_base: bool) -> str:
    """A URL that credentials may be sent to.

    Args:
        text: as the project file has it.
        setting: where it stands there.
        path_is_base: whether paths are appended to it; then no slash is left at its end.

    Raises:
        UserError: it is no such URL, or leads through a network in clear.
    """
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # the port may be no number
    except ValueError:
        host, parts = None, SplitResult("", "", "", "", "")
    if parts.scheme not in {"http", "https"} or not host:
        raise UserError(f"`{setting}` is no URL, expected one like {_EXAMPLE}")
    if parts.username is not None or parts.password is not None:
        raise UserError(
            f"`{setting}` carries credentials in the URL",
            hint="say them under `auth`, by reference",
        )
    if parts.query or parts.fragment:
        raise UserError(f"`{setting}` ends in a query or a fragment, expected one like {_EXAMPLE}")
    if parts.scheme == "http" and not _is_near(host):
        raise UserError(
            f"`{setting}` is http://{host}: the credentials would travel in clear",
            hint="write https://; plain http is for this machine and private networks",
        )
    return text.rstrip("/") if path_is_base else text


def _is_near(host: str) -> bool:
    """Whether a host is this machine, or one that only a private network knows."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost") or "." not in host
    return address.is_loopback or address.is_private
