"""Sending results until they arrive."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec

from reporter.errors import LedgerError
from reporter.ledger.served_requests import Parcel, ServedRequests
from reporter.server.post import NotDelivered, Postman
from reporter.server.reading import allowed_target
from reporter.settings.callback_urls import Beginning

_log: Final = logging.getLogger("reporter.server")

_AT_ONCE: Final = 32
_OF_ONE_CALLER: Final = 8
"""About so many, so that one whose receiver hangs does not hold up the others."""
_PAUSE_SECONDS: Final = 1.0
_GRACE_SECONDS: Final = 3.0
"""For what is on its way when the server stops."""


class Patience(msgspec.Struct, frozen=True):
    """How a result that does not arrive is tried again.

    Attributes:
        first: seconds to the second attempt; each pause after it is twice as long.
        longest: seconds between two attempts, before chance makes it up to half as much longer
            or shorter.
        total: seconds from the acceptance of a query until its result is given up.
    """

    first: float = 1.0
    longest: float = 2400.0
    total: float = 86400.0

    def pause(self, attempts: int, chance: float) -> timedelta:
        """How long to wait after so many attempts; chance lies between 0 and 1."""
        doubled = self.first * 2.0 ** min(attempts, 40)
        return timedelta(seconds=min(doubled, self.longest) * (0.5 + chance))


USUAL: Final = Patience()


class Dispatch:
    """Sends results out of the ledger, many at the same time.

    Args:
        requests: of the ledger.
        postman: who carries them.
        allowed: where they may go.
        now: what time it is.
        patience: with receivers.
    """

    def __init__(
        self,
        requests: ServedRequests,
        postman: Postman,
        allowed: tuple[Beginning, ...],
        *,
        now: Callable[[], datetime],
        patience: Patience,
    ) -> None:
        self._requests = requests
        self._postman = postman
        self._allowed = allowed
        self._now = now
        self._patience = patience
        self._under_way: dict[asyncio.Task[None], Parcel] = {}
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There is a new result."""
        self._news.set()

    async def run(self) -> None:
        """Send results until cancelled; what is on its way then may take a few seconds more."""
        try:
            while True:
                try:
                    await self._round()
                except LedgerError as error:
                    _log.error("%s", error.message)
                    await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            await self._end()

    async def _round(self) -> None:
        """Send all that is due, and wait until there is more to do."""
        self._news.clear()
        busy = tuple(parcel.id for parcel in self._under_way.values())
        many = Counter(parcel.caller for parcel in self._under_way.values())
        full = tuple(caller for caller, count in many.items() if count >= _OF_ONE_CALLER)
        room = min(_AT_ONCE - len(busy), _OF_ONE_CALLER)
        now = self._now()
        # A few at a time, so that nobody gets much more than a share of the room.
        found = await asyncio.wrap_future(self._requests.due(now, busy=busy, full=full, most=room))
        for parcel in found:
            task = asyncio.create_task(self._deliver(parcel))
            self._under_way[task] = parcel
            task.add_done_callback(self._done)
        if found:
            return
        due = await asyncio.wrap_future(self._requests.next_due(busy=busy, full=full))
        pause = None if due is None or not room else (due - now).total_seconds()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), pause)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._news.set()

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            await self._attempt(parcel)
        except LedgerError as error:
            _log.error("result %s: %s", parcel.id, error.message)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _attempt(self, parcel: Parcel) -> None:
        target = allowed_target(parcel.callback_url, self._allowed)
        if target is None:
            _log.warning("result %s is given up: its callback is not allowed any more", parcel.id)
            await asyncio.wrap_future(self._requests.give_up(parcel.id))
            return
        try:
            await self._postman.post(target, parcel.result)
        except NotDelivered as reason:
            await self._failed(parcel, target.host, reason)
        else:
            _log.info("result %s has arrived at %s", parcel.id, target.host)
            await asyncio.wrap_future(self._requests.delivered(parcel.id, self._now()))

    async def _failed(self, parcel: Parcel, host: str, reason: NotDelivered) -> None:
        now = self._now()
        if now - parcel.accepted_at >= timedelta(seconds=self._patience.total):
            _log.warning("result %s is given up: %s: %s", parcel.id, host, reason)
            await asyncio.wrap_future(self._requests.give_up(parcel.id))
            return
        pause = self._patience.pause(parcel.attempts, random.random())  # noqa: S311 - no secret
        seconds = f"{pause.total_seconds():.0f} s"
        _log.warning("result %s, again in %s: %s: %s", parcel.id, seconds, host, reason)
        await asyncio.wrap_future(self._requests.postpone(parcel.id, now + pause))

    async def _end(self) -> None:
        tasks = tuple(self._under_way)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
