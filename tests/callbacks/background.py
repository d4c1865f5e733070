"""Listeners and relays in a thread, so that many tests can share one."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from datetime import timedelta
from typing import Any, Self, TypeVar

from reporter import clock
from reporter.callbacks.base import Slot
from reporter.callbacks.body import MIB, Limits
from reporter.callbacks.inbox import Inbox
from reporter.callbacks.listener import Listener
from reporter.callbacks.relay import Relay
from reporter.callbacks.routes import Receiving, receiver_app
from reporter.callbacks.serving import GuestServer, configured, listen_on
from reporter.ledger import Ledger

T = TypeVar("T")


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def begin(self, what: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(what, self._loop)

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        return self.begin(what).result()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Background:
    """Listens while it is entered."""

    def __init__(self, ledger: Ledger, limits: Limits) -> None:
        self._listener = Listener("127.0.0.1:0", None, ledger, limits=limits)

    def __enter__(self) -> Self:
        self._loop = Loop()
        self._loop.do(self._listener.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.do(self._listener.__aexit__(None, None, None))
        self._loop.end()

    def open(self, minutes: float = 5) -> Slot:
        return self._loop.do(self._listener.open(clock.now() + timedelta(minutes=minutes)))

    def received(self, slot: Slot, wait: float = 0) -> bytes | None:
        return self._loop.do(self._listener.received(slot.id, wait=wait))

    def close(self, slot: Slot) -> None:
        self._loop.do(self._listener.close(slot.id))


class BackgroundRelay:
    """A relay, while it is entered."""

    def __init__(self, ledger: Ledger, secret: str) -> None:
        self._ledger = ledger
        self._secret = secret

    def __enter__(self) -> Self:
        self._loop = Loop()
        ready: Future[int] = Future()
        self._serving = self._loop.begin(self._serve(ready))
        self.port = ready.result()
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._loop.end()

    def stop(self) -> None:
        """Earlier than when it is left."""
        self._server.should_exit = True
        self._serving.result()

    async def _serve(self, ready: Future[int]) -> None:
        listening = listen_on("127.0.0.1:0", "serve.listen")
        port = listening.getsockname()[1]
        async with Inbox(self._ledger) as inbox:
            relay = Relay(
                inbox, secret=self._secret, public_url=f"http://127.0.0.1:{port}", now=clock.now
            )
            receiving = Receiving(inbox, Limits(largest=8 * MIB), relay)
            config = configured(receiver_app(receiving), lifespan="off")
            self._server = GuestServer(config, receiving.stop)
            ready.set_result(port)
            await self._server.serve([listening])
