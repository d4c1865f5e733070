"""``reporter serve``: the Metrics API and the callback relay of a project, on one port."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime
from types import FrameType
from typing import Final

from starlette.routing import BaseRoute

from reporter import clock
from reporter.callbacks.body import MIB, Limits
from reporter.callbacks.inbox import Inbox
from reporter.callbacks.relay import Relay
from reporter.callbacks.routes import Receiving
from reporter.callbacks.serving import GuestServer, configured, listen_on
from reporter.errors import UserError
from reporter.ledger import Ledger
from reporter.server.application import application
from reporter.server.dispatch import USUAL, Patience
from reporter.server.metrics_api import MetricsApi
from reporter.settings import Project, Serve

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Serving:
    """What a project serves.

    Args:
        project: whose settings say what.
        now: what time it is.
        patience: with receivers of results.

    Raises:
        UserError: nothing is to be served, or it cannot be.
    """

    def __init__(
        self,
        project: Project,
        *,
        now: Callable[[], datetime] = clock.now,
        patience: Patience = USUAL,
    ) -> None:
        settings = project.file.serve
        if settings.metrics_api is None and settings.relay_secret is None:
            raise UserError(
                "the project file does not say what to serve",
                hint="write `metricsApi:` with source, keys and callbacks under `serve:` for the"
                " Metrics API, or `relaySecret:` for the callback relay",
            )
        self._project = project
        self._now = now
        self._ledger = Ledger(project.folder / project.file.ledger)
        self._api = (
            None
            if settings.metrics_api is None
            else MetricsApi(project, settings.metrics_api, self._ledger, now=now, patience=patience)
        )

    def run(self, listening: socket.socket, ready: Callable[[str], None]) -> None:
        """Serve until a signal says to stop.

        Args:
            listening: where.
            ready: called with the address when requests are answered.
        """
        asyncio.run(self.serve(listening, ready))

    async def serve(self, listening: socket.socket, ready: Callable[[str], None]) -> None:
        """Serve until SIGTERM or SIGINT, or until cancelled.

        What is being answered is finished, what is being counted or sent is taken up again by
        the next server.

        Raises:
            UserError: another server works with the ledger.
        """
        address = _address(listening)
        async with AsyncExitStack() as running:
            routes: list[BaseRoute] = []
            stops: list[Callable[[], None]] = []
            if self._api is not None:
                await running.enter_async_context(self._api.running())
                routes += self._api.routes
                stops.append(self._api.stop)
            if self._project.file.serve.relay_secret is not None:
                receiving = await self._relay(address, running)
                routes += receiving.routes
                stops.append(receiving.stop)
            config = configured(application(routes), lifespan="off")
            server = GuestServer(config, lambda: _all(stops))
            with _stopped_by_signals(server):
                serving = asyncio.create_task(server.serve([listening]))
                announcing = asyncio.create_task(_announced(server, lambda: ready(address)))
                try:
                    await serving
                finally:
                    announcing.cancel()

    async def _relay(self, address: str, running: AsyncExitStack) -> Receiving:
        settings = self._project.file.serve
        inbox = await running.enter_async_context(Inbox(self._ledger, now=self._now))
        relay = Relay(
            inbox,
            secret=settings.relay_secret or "",
            public_url=settings.public_url or address,
            now=self._now,
        )
        return Receiving(inbox, Limits(largest=settings.largest_result * MIB), relay)


def described(settings: Serve) -> Iterator[str]:
    """What is served, a line for each part; no secrets."""
    if settings.metrics_api is not None:
        served = settings.metrics_api
        yield f"the Metrics API over the source {served.source!r}"
        yield f"  results may go to {', '.join(served.callbacks)}"
    if settings.relay_secret is not None:
        yield "the callback relay"


def listening_socket(settings: Serve, override: str | None) -> socket.socket:
    """Where the server listens: as the project file says, or the command line instead.

    Raises:
        ReceiverError: it cannot listen there.
    """
    if override is not None:
        return listen_on(override, "--listen")
    return listen_on(settings.listen, "serve.listen")


def _all(stops: list[Callable[[], None]]) -> None:
    for stop in stops:
        stop()


async def _announced(server: GuestServer, say: Callable[[], None]) -> None:
    await server.ready.wait()
    say()


@contextmanager
def _stopped_by_signals(server: GuestServer) -> Iterator[None]:
    """The first signal stops the server in order, the second at once. Others are not raised."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    if threading.current_thread() is not threading.main_thread():
        yield  # the program that the server is a guest of has its own way
        return
    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
