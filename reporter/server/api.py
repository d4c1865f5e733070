"""The paths of the Metrics API."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import msgspec
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from reporter.callbacks.answers import Refusal
from reporter.callbacks.body import BodyReader, Limits, head_of
from reporter.errors import ReporterError
from reporter.ledger.served_requests import Accepted, ServedRequests
from reporter.server.accounts import AccountsFile
from reporter.server.callers import Caller, Callers, too_many
from reporter.server.contract import served_document
from reporter.server.reading import submission
from reporter.server.violations import Refused, Violation, api_error
from reporter.settings.callback_urls import Beginning

_log: Final = logging.getLogger("reporter.server")

_LIMITS: Final = Limits(largest=2**20, seconds=30.0)
_MOST_WAITING: Final = 10_000
"""Queries of one caller that are not answered yet."""
_RETRY_SECONDS: Final = 10


class Api:
    """Takes queries and tells how they are getting on.

    Args:
        requests: of the ledger.
        callers: who may ask.
        accounts: of the source.
        allowed: where results may go.
        public_url: the server's own; None: unknown.
        now: what time it is.
        accepted: called whenever there is a new query.
    """

    def __init__(
        self,
        requests: ServedRequests,
        callers: Callers,
        accounts: AccountsFile,
        allowed: tuple[Beginning, ...],
        *,
        public_url: str | None,
        now: Callable[[], datetime],
        accepted: Callable[[], None],
    ) -> None:
        self._requests = requests
        self._callers = callers
        self._accounts = accounts
        self._allowed = allowed
        self._base_path = urlsplit(public_url or "").path.rstrip("/")
        self._document = served_document(public_url)
        self._now = now
        self._accepted = accepted
        self._reader = BodyReader(_LIMITS)

    @property
    def routes(self) -> tuple[BaseRoute, ...]:
        """For a Starlette application."""
        return (
            Route("/metrics/1/query-aggregate-data", self._submit, methods=["POST"]),
            Route("/metrics/1/requests/{requestId}", self._status, methods=["GET"]),
            Route("/openapi.json", self._openapi, methods=["GET"]),
        )

    def stop(self) -> None:
        """Give up what is being read."""
        self._reader.stop()

    async def _submit(self, request: Request) -> Response:
        caller = await self._admitted(request)
        submitted = submission(await self._body(request), self._allowed)
        # Whether the caller may see these accounts; what they are then is settled when counting.
        await asyncio.to_thread(self._accounts.counted, submitted.asked, caller.account)
        accepted = Accepted(
            id=secrets.token_hex(16).upper(),
            caller=caller.digest,
            account=caller.account,
            request=submitted.request,
            callback_url=submitted.callback_url,
        )
        if not await asyncio.wrap_future(
            self._requests.accept(accepted, self._now(), most=_MOST_WAITING)
        ):
            raise too_many(_RETRY_SECONDS)
        self._accepted()
        response = json_response(HTTPStatus.CREATED, {"requestId": accepted.id})
        response.headers["Location"] = f"{self._base_path}/metrics/1/requests/{accepted.id}"
        return response

    async def _status(self, request: Request) -> Response:
        caller = await self._admitted(request)
        name = request.path_params["requestId"]
        state = await asyncio.wrap_future(self._requests.state(name, caller.digest))
        if state is None:
            wrong = Violation("requestId", "names no query of yours")
            raise Refused(HTTPStatus.NOT_FOUND, (wrong,))
        told = {"requestId": name, "status": state.status}
        if state.failure is not None:
            told["failureMessage"] = state.failure
        return json_response(HTTPStatus.OK, told)

    async def _openapi(self, _request: Request) -> Response:
        return Response(self._document, media_type="application/json")

    async def _admitted(self, request: Request) -> Caller:
        caller = self._callers.known(request.headers.getlist("authorization"))
        await self._callers.admit(caller)
        return caller

    async def _body(self, request: Request) -> bytes:
        head = head_of(Headers(scope=request.scope), self._reader.limits)
        async with self._reader.read(head, request.receive) as body:
            return bytes(body)


def json_response(status: HTTPStatus, content: object) -> Response:
    """A response with a body of JSON."""
    return Response(msgspec.json.encode(content), status, media_type="application/json")


def refusal_response(refused: Refused) -> Response:
    """The response to a request that is not done."""
    response = json_response(refused.status, api_error(refused.status, refused.violations))
    for name, value in refused.headers:
        response.headers[name] = value
    return response


def unread_response(refusal: Refusal) -> Response:
    """The response to a body that is not read, or not to its end: then the connection closes."""
    wrong = (Violation("", refusal.reason),)
    headers = dict(refusal.headers) | ({"connection": "close"} if refusal.unread else {})
    return refusal_response(Refused(refusal.status, wrong, tuple(headers.items())))


def failure_response(error: ReporterError) -> Response:
    """The response where something that the server needs fails; the log knows more."""
    _log.error("%s", error.message)
    return refusal_response(Refused(HTTPStatus.INTERNAL_SERVER_ERROR))
