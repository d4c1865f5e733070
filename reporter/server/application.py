"""The application: routes, what becomes of errors, and a line in the log for each request."""

import logging
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reporter.callbacks.answers import Refusal, peer
from reporter.callbacks.body import CutOffError
from reporter.errors import ReporterError
from reporter.server.api import (
    failure_response,
    json_response,
    refusal_response,
    unread_response,
)
from reporter.server.violations import Refused

_access: Final = logging.getLogger("reporter.access")
_log: Final = logging.getLogger("reporter.server")


def application(routes: Sequence[BaseRoute]) -> Starlette:
    """Routes and ``/health``; every error becomes what the API says to it."""
    every = (*routes, Route("/health", _health, methods=["GET"]))
    app = Starlette(
        routes=every,
        exception_handlers={
            HTTPException: _http_failed,
            Refused: _refused,
            Refusal: _unread,
            ReporterError: _failed,
        },
        middleware=[Middleware(_Journal, routes=every)],
    )
    app.router.redirect_slashes = False  # a body is not posted again to where one is sent
    return app


async def _health(_request: Request) -> Response:
    return json_response(HTTPStatus.OK, {"status": "ok"})


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - Starlette looks handlers up by class
    return refusal_response(error)


def _unread(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - Starlette looks handlers up by class
    return unread_response(error)


def _failed(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ReporterError)  # noqa: S101 - Starlette looks handlers up by class
    return failure_response(error)


def _http_failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette looks handlers up by class
    status = HTTPStatus(error.status_code)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if "allow" in headers:
        methods = {*headers["allow"].split(", "), "OPTIONS"}
        headers["allow"] = ", ".join(sorted(methods))
    if request.method == "OPTIONS" and status is HTTPStatus.METHOD_NOT_ALLOWED:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
    return refusal_response(Refused(status, headers=tuple(headers.items())))


class _Journal:
    """Writes a line for each request, and answers those that a bug of ours spoils.

    Neither paths as they came nor headers are written: they may hold secrets. There are neither
    web sockets nor lifespans here.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status: int | None = None

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except CutOffError:
            pass  # nobody is left to be answered
        except Exception as error:  # noqa: BLE001 - never a traceback
            _log.error("a bug of ours: %s: %s", type(error).__name__, error)
            _log.debug("where it happened", exc_info=error)
            if status is None:
                spoilt = refusal_response(Refused(HTTPStatus.INTERNAL_SERVER_ERROR))
                await spoilt(scope, receive, noting)
        finally:
            took = (time.perf_counter() - began) * 1000
            _access.info(
                "%s %s %s %s %.0f ms",
                peer(scope),
                scope["method"],
                self._path(scope),
                "cut off" if status is None else status,
                took,
            )

    def _path(self, scope: Scope) -> str:
        """The pattern of the path, without what stands in the place of its names."""
        for route in self._routes:
            if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE:
                return route.path
        return "(unknown path)"
