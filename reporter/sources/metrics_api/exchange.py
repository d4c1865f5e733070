"""One HTTP request and its answer: paced, timed, bounded; httpx's errors end here."""

import asyncio
import ssl
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import httpx
import msgspec

from reporter.sources.metrics_api.failures import Failure, Transient
from reporter.sources.metrics_api.pace import Pace

LARGEST: Final = 2**20
"""Bytes of an answer; results do not come this way."""
_WRITES: Final = "send_request_headers.started"
_TEMPORARY: Final = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
)
_SHOWN: Final = 300
"""Characters that are shown of what an API says."""
_PROXY: Final = (
    "check `baseUrl`; a proxy, a firewall or a log-in page may answer in the API's place"
)


class Got(msgspec.Struct, frozen=True):
    """An answer.

    Attributes:
        request: method, host and path of what was asked.
        status: of the answer.
        kind: its content type, without parameters.
        retry_after: seconds that it asks to wait.
        body: at most ``LARGEST`` bytes.
    """

    request: str
    status: int
    kind: str
    retry_after: float | None
    body: bytes

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON."""
        return self.kind == "application/json" or self.kind.endswith("+json")

    @property
    def said(self) -> str:
        """What happened, as a clause: method, place and status."""
        try:
            phrase = f" {HTTPStatus(self.status).phrase}"
        except ValueError:
            phrase = ""
        return f"{self.request} answered {self.status}{phrase}"


class Exchange:
    """Sends requests, each when it is its turn.

    Args:
        client: does not follow redirects, and has no time-out but that of connecting.
        pace: who gives the turns.
        timeout: seconds from a request's turn to the last byte of its answer.
        now: what time it is.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        pace: Pace,
        *,
        timeout: float,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._pace = pace
        self._timeout = timeout
        self._now = now

    def request(self, method: str, url: str, *, content: bytes, kind: str) -> httpx.Request:
        """A request that asks for JSON."""
        headers = {"Accept": "application/json"}
        if content:
            headers["Content-Type"] = kind
        return self._client.build_request(
            method, url, content=content, headers=headers, extensions={"trace": self._traced}
        )

    async def send(self, request: httpx.Request) -> Got:
        """The answer, whatever its status.

        Raises:
            Transient: no whole answer came.
            Failure: none will come, or it is too large.
        """
        about = f"{request.method} {request.url.netloc.decode()}{request.url.path}"
        await self._pace.turn()
        try:
            # One time for all: one for each read would let an answer drip in for hours.
            async with asyncio.timeout(self._timeout):
                response = await self._client.send(request, stream=True)
                try:
                    body = await _bounded(response, about)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise Transient(
                f"{about} did not answer within {self._timeout:g} s",
                hint="`timeoutSeconds` of the source sets how long an answer may take",
            ) from error
        except httpx.HTTPError as error:
            raise _translated(error, about) from error
        retry_after = self._retry_after(response)
        if retry_after is not None and response.status_code >= HTTPStatus.BAD_REQUEST:
            self._pace.pause(retry_after)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Got(about, response.status_code, kind, retry_after, body)

    async def _traced(self, event: str, _info: object) -> None:
        if event.endswith(_WRITES):
            await self._pace.write()

    def _retry_after(self, response: httpx.Response) -> float | None:
        """Seconds; the header may give a date instead."""
        text = response.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit():
            return float(text[:9])  # thirty years are enough
        try:
            until = parsedate_to_datetime(text)
        except (ValueError, OverflowError):  # years and days of any length are read
            return None
        if until.tzinfo is None:  # "-0000": UTC of unknown origin
            until = until.replace(tzinfo=UTC)
        return max(0.0, (until - self._now()).total_seconds())


async def _bounded(response: httpx.Response, about: str) -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > LARGEST:
            raise Failure(
                f"{about} answered more than {LARGEST // 2**20} MiB, which no answer of the API"
                " needs",
                hint=_PROXY,
            )
    return bytes(body)


def _translated(error: httpx.HTTPError, about: str) -> Failure:
    if not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        return Transient(
            f"{about}: the connection broke before the whole answer had come:"
            f" {str(error) or type(error).__name__}",
            hint="try again later; something between may cut connections",
        )
    certificate = _certificate(error)
    if certificate is not None:
        return Failure(
            f"{about}: the server's certificate is not trusted: {certificate}",
            hint="check `baseUrl`; name the authority of a company's own certificates in the"
            " environment variable SSL_CERT_FILE",
        )
    return Transient(
        f"{about}: no connection: {str(error) or type(error).__name__}",
        hint="check `baseUrl`, the network, and HTTPS_PROXY if there is a proxy",
        perhaps_accepted=False,
    )


def _certificate(error: BaseException) -> str | None:
    """Why a certificate was not accepted, if that is what happened."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLCertVerificationError):
            return found.verify_message
        found = found.__cause__ or found.__context__
    return None


def refuse_temporary(got: Got, said: str = "") -> None:
    """Nothing, unless the answer is one that may be better next time.

    Args:
        got: the answer.
        said: what the API says about it, as a clause.

    Raises:
        Transient: it is.
    """
    if got.status not in _TEMPORARY and got.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return
    throttled = got.status == HTTPStatus.TOO_MANY_REQUESTS
    raise Transient(
        f"{got.said}{said}",
        hint="`requestsPerSecond` of the source may be more than the API allows you"
        if throttled
        else "the API has a problem of its own: try again later",
        retry_after=got.retry_after,
        throttled=throttled,
        # A gateway may give up on a request that went through.
        perhaps_accepted=not throttled,
    )


def json_or_failure(got: Got) -> bytes:
    """The body of an answer that must be JSON.

    Raises:
        Failure: it does not say that it is.
    """
    if got.is_json:
        return got.body
    found = got.kind or "no content type"
    raise Failure(f"{got.said} with {found}, expected JSON", hint=_PROXY)


def shown(text: str, secrets: Iterable[str] = ()) -> str:
    """What an API says, on one line, bounded, without what it may repeat of our secrets."""
    text = " ".join(without(text, secrets).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def without(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets in it."""
    for secret in filter(None, secrets):  # a password may be empty, and stands between any two
        text = text.replace(secret, "***")
    return text
