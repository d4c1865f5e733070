"""Who asks: by API key, or by user name and password."""

import base64
import binascii
import math
from collections.abc import Sequence
from hashlib import sha256
from http import HTTPStatus
from typing import Final

import msgspec
from aiolimiter import AsyncLimiter

from reporter.server.violations import Refused
from reporter.settings import ServedApi

_CHALLENGE: Final = ("WWW-Authenticate", 'App, Basic realm="Metrics API", charset="UTF-8"')


class Caller(msgspec.Struct, frozen=True):
    """Somebody with credentials.

    Attributes:
        digest: names them in the ledger; tells nothing of a password.
        account: they see it and those below it; None: everything.
    """

    digest: str
    account: str | None


class Callers:
    """Those whom the project file names, each within a rate of their own.

    Args:
        served: of the project file.
    """

    def __init__(self, served: ServedApi) -> None:
        self._known = {
            **{_app(one.key): Caller(_app(one.key).hex(), one.account) for one in served.keys},
            **{
                _basic(one.username, one.password): Caller(
                    sha256(f"Basic\0{one.username}".encode()).hexdigest(), one.account
                )
                for one in served.users
            },
        }
        self._rate = served.requests_per_second
        self._limiters: dict[str, AsyncLimiter] = {}

    def known(self, authorization: Sequence[str]) -> Caller:
        """The caller of a request.

        Args:
            authorization: its headers of that name.

        Raises:
            Refused: there are no credentials, or wrong ones.
        """
        # Found by its digest: how long that takes tells nothing of the secrets.
        digest = _digest(authorization[0]) if len(authorization) == 1 else None
        caller = None if digest is None else self._known.get(digest)
        if caller is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, headers=(_CHALLENGE,))
        return caller

    async def admit(self, caller: Caller) -> None:
        """Count one request of a caller.

        Raises:
            Refused: there were too many.
        """
        limiter = self._limiters.get(caller.digest)
        if limiter is None:
            # At least one at once, however slow the rate.
            limiter = AsyncLimiter(max(self._rate, 1), max(1, 1 / self._rate))
            self._limiters[caller.digest] = limiter
        if not limiter.has_capacity():
            raise too_many(math.ceil(1 / self._rate))
        await limiter.acquire()


def too_many(seconds: int) -> Refused:
    """The refusal of a request that may be repeated after some seconds."""
    return Refused(HTTPStatus.TOO_MANY_REQUESTS, headers=(("Retry-After", str(seconds)),))


def _digest(header: str) -> bytes | None:
    scheme, _, credentials = header.partition(" ")
    credentials = credentials.strip(" ")
    match scheme.lower():
        case "app":
            return _app(credentials)
        case "basic":
            try:
                decoded = base64.b64decode(credentials, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError, ValueError):
                return None
            username, _, password = decoded.partition(":")
            return _basic(username, password)
    return None


def _app(key: str) -> bytes:
    return sha256(f"App\0{key}".encode()).digest()


def _basic(username: str, password: str) -> bytes:
    return sha256(f"Basic\0{username}\0{password}".encode()).digest()
