"""The slots of a ledger for one event loop, in which many may wait for results."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Final, Self, TypeVar

from reporter import clock
from reporter.errors import LedgerError
from reporter.ledger import Ledger
from reporter.ledger.slots import Acceptance, Opened, Slots, Verdict

T = TypeVar("T")

_LOOK_EVERY: Final = 0.2
"""Seconds between two looks for what another process has received."""


class Inbox:
    """Opens slots, fills them, and wakes who waits. To be entered (``async with``).

    What this process receives wakes at once; what another process with the same ledger receives
    is seen a fifth of a second later.

    Args:
        ledger: where the slots are kept.
        now: what time it is.

    Attributes:
        stopped: whether nobody can wait any more.

    Raises:
        LedgerError: from everything here: the ledger cannot be used.
    """

    def __init__(self, ledger: Ledger, *, now: Callable[[], datetime] = clock.now) -> None:
        self._ledger = ledger
        self._now = now
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self.stopped = False

    async def __aenter__(self) -> Self:
        self._slots = Slots(self._ledger, now=self._now)
        self._reader = ThreadPoolExecutor(1, "ledger-reader")
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._watching.cancel()
        await asyncio.wait((self._watching,))
        self._reader.shutdown()
        await asyncio.to_thread(self._slots.leave)  # what waits is still written

    async def open(self, expires: datetime) -> Opened:
        """A new slot, on the disk before this returns."""
        return await asyncio.wrap_future(self._slots.open(expires))

    async def admits(self, token: str) -> bool:
        """Whether there is such a slot that has not expired."""
        return await self._read(partial(self._slots.admits, token))

    async def knows(self, slot: str) -> bool:
        """Whether there is a slot of this id."""
        return await self._read(partial(self._slots.knows, slot))

    async def accept(self, token: str, body: bytes | bytearray) -> Acceptance:
        """Give a slot its result; on the disk before this returns."""
        acceptance = await asyncio.wrap_future(self._slots.accept(token, body))
        if acceptance.verdict is Verdict.TAKEN and acceptance.slot is not None:
            self._wake(acceptance.slot)
        return acceptance

    async def received(self, slot: str, *, wait: float) -> bytes | None:
        """The result of a slot; None if it has none within ``wait`` seconds or until ``stop``."""
        # In this order: a result that comes while the ledger is read is not slept through.
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(slot, set())
        waiting.add(woken)
        try:
            body = await self._read(partial(self._slots.body, slot))
            if body is not None or wait <= 0 or self.stopped:
                return body
            await asyncio.wait((woken,), timeout=wait)
            if not woken.done():
                return None
            woken.result()
            return await self._read(partial(self._slots.body, slot))
        finally:
            waiting.discard(woken)
            if not waiting and self._waiting.get(slot) is waiting:
                del self._waiting[slot]

    async def close(self, slot: str) -> None:
        """Forget a slot with its result."""
        await asyncio.wrap_future(self._slots.close(slot))

    def stop(self) -> None:
        """Let those go who wait, and let nobody wait any more."""
        self.stopped = True
        for slot in tuple(self._waiting):
            self._wake(slot)

    def _wake(self, slot: str, failure: LedgerError | None = None) -> None:
        for woken in self._waiting.get(slot, ()):
            if woken.done():
                continue
            if failure is None:
                woken.set_result(None)
            else:
                woken.set_exception(failure)

    async def _watch(self) -> None:
        """Wake those whose results another process has received."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            slots = tuple(self._waiting)
            if not slots:
                continue
            try:
                full = await self._read(partial(self._slots.full, slots))
            except LedgerError as failure:
                for slot in slots:
                    self._wake(slot, failure)
            else:
                for slot in full:
                    self._wake(slot)

    async def _read(self, read: Callable[[], T]) -> T:
        """In a thread of its own: a large result takes a while."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, read)
