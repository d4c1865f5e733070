"""uvicorn as it stands in front of strangers, and inside programs that have more to do."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

import h11
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from reporter.callbacks.answers import refused, unavailable
from reporter.errors import ReceiverError

_HEAD_SECONDS: Final = 10.0
"""Within which the head of a request must have come."""
_LARGEST_HEAD: Final = 16 * 2**10
"""Bytes of the head of a request."""
_IDLE_SECONDS: Final = 15
"""That a connection is kept without a request."""
_CONNECTIONS: Final = 800
"""Served at the same time: a process may usually have 1,024 files open."""
_BACKLOG: Final = 2048
"""Connections that wait to be looked at."""
_GRACE_SECONDS: Final = 3
"""For requests that are being answered when the server stops."""

_HINTS: Final = {
    errno.EADDRINUSE: (
        "another run, source or program listens there; wait for it, or name another port"
    ),
    errno.EADDRNOTAVAIL: "this machine has no such address; 0.0.0.0 stands for all that it has",
    errno.EACCES: "ports below 1024 are for the system; name another one",
}


def listen_on(address: str, setting: str) -> socket.socket:
    """A socket that listens on an address; connections wait there until they are served.

    Args:
        address: host and port (``0.0.0.0:8085``, ``[::1]:8085``); port 0: any that is free.
        setting: what is to be changed if that fails, as the user calls it.

    Raises:
        ReceiverError: it cannot be listened on, and what to do about it.
    """
    host, _, port = address.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) < 2**16):
        raise ReceiverError(
            f"`{setting}` is {address!r}: expected host and port",
            hint="write it like 0.0.0.0:8085",
        )
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
        family, _, _, _, where = found[0]
        # Not create_server, which writes the address into the error's text.
        # asyncio sends at once what it writes only where the protocol is said: else the second
        # part of each answer waits for the acknowledgement of the first, 40 ms.
        return _bound(socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP), where)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReceiverError(
            f"cannot listen on {address} (`{setting}`): {reason[:1].lower()}{reason[1:]}",
            hint=_HINTS.get(error.errno or 0, "is the host a name or an address of this machine?"),
        ) from error


def _bound(listening: socket.socket, where: Any) -> socket.socket:  # noqa: ANN401 - by family
    try:
        # Connections of a run before, which the system remembers for a minute, do not hinder.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(_BACKLOG)
        listening.settimeout(0)
    except OSError:
        listening.close()
        raise
    return listening


def configured(app: ASGIApp, *, lifespan: Literal["on", "off"]) -> uvicorn.Config:
    """How uvicorn serves an application that strangers can reach.

    Paths contain tokens: there is no log of them. Who calls is who connects, whatever headers say.
    """
    return uvicorn.Config(
        _Sheltered(app),
        http=_PatientProtocol,
        ws="none",
        lifespan=lifespan,
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        backlog=_BACKLOG,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
    )


class GuestServer(uvicorn.Server):
    """uvicorn inside a program that takes care of its signals itself.

    It says when it is ready, and lets go who waits before it waits for them.

    Args:
        config: of uvicorn.
        stopping: called before requests are waited for.
    """

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self._stopping = stopping

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until ``should_exit`` is set; when cancelled, stop as properly."""
        try:
            await super().serve(sockets)
        except asyncio.CancelledError:
            if self.started:
                await self.shutdown(sockets)
            raise

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        self._stopping()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


class _PatientProtocol(H11Protocol):
    """HTTP/1.1 whose patience with the head of a request ends. uvicorn's own does not."""

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_head()
        super().connection_lost(exc)

    def _watch_head(self) -> None:
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._forget_head()
        elif self._head is None:
            self._head = self.loop.call_later(_HEAD_SECONDS, self.transport.close)

    def _forget_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None


class _Sheltered:
    """An application that is interrupted in ways that uvicorn does not expect."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Any) -> None:  # noqa: ANN401 - ASGI
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except asyncio.CancelledError:
            # The server or the whole program ends. uvicorn would report it as a failure.
            if not started:
                await refused(unavailable("the server is stopping"))(scope, receive, send)
        except KeyboardInterrupt:
            # Ctrl-C is meant for the program; uvicorn would report it as a failure and go on.
            asyncio.get_running_loop().call_soon(_interrupt)


def _interrupt() -> None:
    raise KeyboardInterrupt
