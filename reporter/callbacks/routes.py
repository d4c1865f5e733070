"""What a server mounts to receive results."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from reporter.callbacks.answers import answer
from reporter.callbacks.body import BodyReader, Limits
from reporter.callbacks.inbox import Inbox
from reporter.callbacks.receiver import CallbackEndpoint
from reporter.callbacks.relay import Relay


class Receiving:
    """The paths under which results come in, and under which runs elsewhere collect them.

    Args:
        inbox: the slots; entered before the first request, left after the last one.
        limits: of what is posted.
        relay: for runs elsewhere; None: there is none.

    Attributes:
        routes: for a Starlette application.
    """

    def __init__(self, inbox: Inbox, limits: Limits, relay: Relay | None = None) -> None:
        self._inbox = inbox
        self._reader = BodyReader(limits)
        self._relay = relay
        self.routes: tuple[BaseRoute, ...] = (
            Route("/callbacks/{token}", CallbackEndpoint(inbox, self._reader), name="callback"),
            *(() if relay is None else relay.routes),
        )

    def stop(self) -> None:
        """Before the server waits for its requests to end: those that wait for something go."""
        self._inbox.stop()
        self._reader.stop()
        if self._relay is not None:
            self._relay.stop()


def receiver_app(
    receiving: Receiving,
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None,
) -> Starlette:
    """An application that receives results and does nothing else."""
    app = Starlette(
        routes=receiving.routes, exception_handlers={HTTPException: _failed}, lifespan=lifespan
    )
    app.router.redirect_slashes = False  # a result is not posted again to where one is sent
    return app


def _failed(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    phrase = HTTPStatus(status).phrase.lower()
    return answer(HTTPStatus(status), {"error": phrase}, {"connection": "close"})
