"""The two requests of the Metrics API, and what its answers mean."""

from http import HTTPStatus
from typing import Final, Literal, TypeVar
from urllib.parse import quote

import msgspec

from reporter.sources.metrics_api.auth import Credentials
from reporter.sources.metrics_api.exchange import (
    Exchange,
    Got,
    json_or_failure,
    refuse_temporary,
    shown,
    without,
)
from reporter.sources.metrics_api.failures import Denied, Failure, Lost, NotAccepted
from reporter.sources.metrics_api.model import Violation

T = TypeVar("T")

QUERY_PATH: Final = "/metrics/1/query-aggregate-data"
_REQUESTS_PATH: Final = "/metrics/1/requests/"
_JSON: Final = "application/json"
_NOBODYS: Final = "0" * 32
"""The id of no request."""
_LONGEST_ID: Final = 200
"""Characters of a request's id, which is shown and kept."""


class Progress(msgspec.Struct, frozen=True, rename="camel"):
    """Where the API is with a request.

    Attributes:
        status: IN_PROGRESS, or how it ended.
        failure_message: why it failed.
    """

    request_id: str
    status: Literal["IN_PROGRESS", "SUCCESS", "FAILED"]
    failure_message: str | None = None


class _Accepted(msgspec.Struct, frozen=True, rename="camel"):
    request_id: str


class _Violation(msgspec.Struct, frozen=True):
    property: str = ""
    violation: str = ""


class _Error(msgspec.Struct, frozen=True):
    description: str = ""
    action: str = ""
    violations: tuple[_Violation, ...] = ()


class Client:
    """Asks an API.

    Args:
        base_url: of the API, without a slash at its end.
        exchange: how requests are sent.
        credentials: who asks.
    """

    def __init__(self, base_url: str, exchange: Exchange, credentials: Credentials) -> None:
        self._base_url = base_url
        self._exchange = exchange
        self._credentials = credentials

    async def greet(self) -> None:
        """Ask for the status of a request that nobody made: an API does not know it.

        Raises:
            Denied: the API does not take the credentials.
            Transient: it could not be asked now.
            Failure: there is no Metrics API.
        """
        got = await self._got("GET", _REQUESTS_PATH + _NOBODYS)
        if got.status != HTTPStatus.NOT_FOUND:
            self._refuse_errors(got)
            _read(got, Progress, "an object with `requestId` and `status`")
        elif not _error_of(got).description or not got.is_json:
            raise Failure(
                f"{got.said}, but not as a Metrics API does it", hint=_HINTS[HTTPStatus.NOT_FOUND]
            )

    async def submit(self, body: bytes, *, secret: str) -> str:
        """The id of a request that the API has accepted.

        Args:
            body: what is asked.
            secret: something in it that must not be shown, should the API repeat it.

        Raises:
            NotAccepted: it does not accept this one.
            Transient: it could not be asked now.
            Failure: it cannot be asked.
        """
        got = await self._got("POST", QUERY_PATH, body)
        self._refuse_errors(got, secret)
        accepted = _read(got, _Accepted, "an object with a `requestId`").request_id
        if not 0 < len(accepted) <= _LONGEST_ID:
            raise Failure(
                f"{got.said}, expected a `requestId` of up to {_LONGEST_ID} characters,"
                f" found {len(accepted)}",
                hint="check `baseUrl`: this may be another service",
            )
        return accepted

    async def progress(self, request_id: str) -> Progress:
        """Where the API is with a request.

        Raises:
            Lost: it does not know the request.
            Transient: it could not be asked now.
            Failure: it cannot be asked.
        """
        got = await self._got("GET", _REQUESTS_PATH + quote(request_id, safe=""))
        if got.status == HTTPStatus.NOT_FOUND:
            raise Lost(
                f"{got.said}: the API does not know the request that it accepted before",
                hint="the API may have lost it: try again later",
            )
        self._refuse_errors(got)
        found = _read(got, Progress, "an object with `requestId` and `status`")
        if found.request_id != request_id:
            raise Failure(
                f"{got.said} with the status of {self.shown(found.request_id)!r}",
                hint="the API mixes requests up: tell its support",
            )
        return found

    def shown(self, text: str, *secrets: str) -> str:
        """What the API says, fit to be shown."""
        return shown(text, (*self._credentials.secrets, *secrets))

    def without_secrets(self, text: str) -> str:
        """A text without what it may repeat of the credentials."""
        return without(text, self._credentials.secrets)

    async def _got(self, method: str, path: str, body: bytes = b"") -> Got:
        got, header = await self._asked(method, path, body)
        if got.status == HTTPStatus.UNAUTHORIZED and self._credentials.renewable(header):
            got, _ = await self._asked(method, path, body)
        return got

    async def _asked(self, method: str, path: str, body: bytes) -> tuple[Got, str]:
        header = await self._credentials.header(self._exchange)
        request = self._exchange.request(method, self._base_url + path, content=body, kind=_JSON)
        request.headers["Authorization"] = header
        return await self._exchange.send(request), header

    def _refuse_errors(self, got: Got, *secrets: str) -> None:
        """Nothing, if the answer is what was asked for."""
        if HTTPStatus.OK <= got.status < HTTPStatus.MULTIPLE_CHOICES:
            return
        error = _error_of(got)
        said = f": {self.shown(error.description, *secrets)}" if error.description else ""
        refuse_temporary(got, said)
        about_request = got.status in _ABOUT_REQUEST or (
            # An account that the credentials do not open is one that the request names.
            got.status == HTTPStatus.FORBIDDEN and error.violations
        )
        if about_request:
            raise NotAccepted(
                f"{got.said}{said}",
                tuple(
                    Violation(
                        self.shown(each.property, *secrets), self.shown(each.violation, *secrets)
                    )
                    for each in error.violations
                ),
            )
        kind = Denied if got.status in _DENYING else Failure
        raise kind(f"{got.said}{said}", hint=_HINTS.get(got.status, _hint(got)))


_ABOUT_REQUEST: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_DENYING: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_HINTS: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "check `auth` of the source: the key may be wrong, expired or"
    " revoked, or belong to another `baseUrl`",
    HTTPStatus.FORBIDDEN: "the credentials are known but may not do this: give them the scope"
    " metrics:manage, and check whether this machine's address is allowed",
    HTTPStatus.NOT_FOUND: "check `baseUrl`: there is no Metrics API at this address",
}


def _hint(got: Got) -> str:
    if got.status < HTTPStatus.BAD_REQUEST:
        return (
            "redirects are not followed, for the credentials would go where they lead:"
            " write the address that holds into `baseUrl`"
        )
    return "check `baseUrl`; if it is right, tell the API's support"


def _error_of(got: Got) -> _Error:
    """What an error says of itself; nothing where it is not the API's."""
    if not got.is_json:
        return _Error(f"the answer is {got.kind}, not JSON" if got.kind else "")
    try:
        return msgspec.json.decode(got.body, type=_Error)
    except msgspec.MsgspecError:
        return _Error()


def _read(got: Got, kind: type[T], expected: str) -> T:
    body = json_or_failure(got)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise Failure(
            f"{got.said}, expected {expected}: {error}",
            hint="check `baseUrl`: this may be another service",
        ) from error
