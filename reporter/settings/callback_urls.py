"""Where results may be sent: URLs that begin as the operator allows, read without any latitude.

Whatever two programs could read differently is refused rather than interpreted: user names,
backslashes, hosts that are numbers in disguise, encoded dots and slashes, anything beyond ASCII.
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import unquote

import msgspec

LONGEST: Final = 2048
_PORTS: Final = {"http": 80, "https": 443}
_HIGHEST_PORT: Final = 65535
_LONGEST_HOST: Final = 253
_WILDCARD: Final = "*."
_URL: Final = re.compile(
    r"(?P<scheme>[a-z]+)://(?P<host>\[[0-9a-f:.]+\]|[^/?:\[\]]*)(?P<port>:[0-9]*)?"
    r"(?P<path>/[^?]*)?(?P<query>\?.*)?",
    re.IGNORECASE,
)
_ALLOWED_CHARACTERS: Final = re.compile(r"[A-Za-z0-9\-._~:/?\[\]!$&'()*+,;=%]*")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMERIC: Final = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")


class Target(msgspec.Struct, frozen=True):
    """Where a result goes.

    Attributes:
        scheme: http or https.
        host: a lower-case name, or an address without brackets.
        port: the scheme's own where the URL names none.
        path: begins with a slash.
        query: with its question mark, or empty.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def authority(self) -> str:
        """Host and port as a Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


class Beginning(msgspec.Struct, frozen=True):
    """The beginning of the URLs that are allowed.

    Attributes:
        scheme: http or https.
        host: the name; those under it where ``below``.
        below: whether the beginning stands for all names under the host, at any depth.
        port: the only one.
        path: URLs lie at it or under it.
    """

    scheme: str
    host: str
    below: bool
    port: int
    path: str

    def allows(self, target: Target) -> bool:
        """Whether a URL begins so; a path ends at the border of a segment."""
        if (self.scheme, self.port) != (target.scheme, target.port):
            return False
        host_fits = (
            target.host.endswith(f".{self.host}") if self.below else target.host == self.host
        )
        under = self.path if self.path.endswith("/") else f"{self.path}/"
        return host_fits and (target.path == self.path or target.path.startswith(under))


def target(url: str) -> Target:
    """The parts of a URL.

    Raises:
        ValueError: it is none that a result can be sent to; the message is a violation.
    """
    if len(url) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    if not _ALLOWED_CHARACTERS.fullmatch(url) or _BAD_ESCAPE.search(url):
        raise ValueError("has characters that a callback URL must not have")
    found = _URL.fullmatch(url)
    if found is None or (scheme := found["scheme"].lower()) not in _PORTS:
        raise ValueError("must be a URL like https://reports.example.com/results")
    path = found["path"] or "/"
    if any(_leads_elsewhere(segment) for segment in path.split("/")):
        raise ValueError("must not have dots or encoded slashes for segments of its path")
    return Target(
        scheme, _host(found["host"]), _port(found["port"], scheme), path, found["query"] or ""
    )


def beginning(text: str) -> Beginning:
    """The beginning that an operator allows, such as ``https://*.example.org/hooks/``.

    Raises:
        ValueError: it is none; the message is a sentence about it.
    """
    scheme, separator, rest = text.partition("://")
    below = rest.startswith(_WILDCARD)
    found = target(scheme + separator + rest.removeprefix(_WILDCARD))
    if found.query:
        raise ValueError("must not have a query")
    if below and _is_address(found.host):
        raise ValueError("has *. before an address instead of a name")
    return Beginning(found.scheme, found.host, below, found.port, found.path)


def _host(text: str) -> str:
    host = text.lower()
    if host.startswith("["):
        try:
            return str(IPv6Address(host[1:-1]))
        except AddressValueError as error:
            raise ValueError("has a host that is no address") from error
    labels = host.split(".")
    if len(host) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("has a host that is no plain name")
    if _NUMERIC.fullmatch(labels[-1]):  # some read 2130706433, 0x7f.1 and 127.1 as 127.0.0.1
        try:
            return str(IPv4Address(host))
        except AddressValueError as error:
            raise ValueError("has a host that is a number, but no plain address") from error
    return host


def _port(text: str | None, scheme: str) -> int:
    if text is None:
        return _PORTS[scheme]
    digits = text[1:]
    port = int(digits) if 0 < len(digits) <= len(str(_HIGHEST_PORT)) else 0
    if not 1 <= port <= _HIGHEST_PORT:
        raise ValueError(f"has a port that is not between 1 and {_HIGHEST_PORT}")
    return port


def _leads_elsewhere(segment: str) -> bool:
    """Whether a server could take a segment for another folder; some decode more than once."""
    decoded = segment
    for _ in range(3):
        decoded = unquote(decoded, errors="replace")
        if decoded.split(";")[0] in (".", "..") or any(c in "/\\" or c < " " for c in decoded):
            return True
    return False


def _is_address(host: str) -> bool:
    return ":" in host or _NUMERIC.fullmatch(host.rpartition(".")[2]) is not None
