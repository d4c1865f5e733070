"""A listener in a thread of its own, so that many tests can share it."""

import asyncio
import threading
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Self, TypeVar

from reporter import clock
from reporter.callbacks.base import Slot
from reporter.callbacks.body import Limits
from reporter.callbacks.listener import Listener
from reporter.ledger import Ledger

T = TypeVar("T")


class Background:
    """Listens while it is entered."""

    def __init__(self, ledger: Ledger, limits: Limits) -> None:
        self._listener = Listener("127.0.0.1:0", None, ledger, limits=limits)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listener.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._listener.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def open(self, minutes: float = 5) -> Slot:
        return self._do(self._listener.open(clock.now() + timedelta(minutes=minutes)))

    def received(self, slot: Slot, wait: float = 0) -> bytes | None:
        return self._do(self._listener.received(slot.id, wait=wait))

    def close(self, slot: Slot) -> None:
        self._do(self._listener.close(slot.id))

    def _do(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()
