"""A ledger with deliveries of one small parcel, and a channel that does as it is told."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from parcels import facts, planned

from reporter.delivery.base import Announcement, Handover, Parcel, Receipt
from reporter.delivery.parcels import encode
from reporter.ledger import Ledger, deliveries
from reporter.ledger.database import explained

START = datetime(2026, 11, 2, 7, tzinfo=UTC)
DAY = timedelta(hours=24)
PARCEL = Announcement(
    facts=facts(START),
    files=(("review.pdf", "application/pdf", "0" * 64, 10),),
)


class Script:
    """A channel that counts who received what, and does with each what the test says.

    Attributes:
        does: by recipient; anything else is taken.
        received: the ids, in order.
    """

    repeatable = False

    def __init__(self) -> None:
        self.does: dict[str, Callable[[Handover], Receipt]] = {}
        self.received: list[str] = []
        self.opened = 0
        self.closed = 0

    def deliver(self, parcel: Parcel, handover: Handover) -> Receipt:
        assert parcel == PARCEL
        return self.does.get(handover.recipient, self.take)(handover)

    def take(self, handover: Handover) -> Receipt:
        handover.begin()
        self.received.append(handover.id)
        return Receipt("250 taken")

    def close(self) -> None:
        self.closed += 1

    def open(self, _kind: str, _name: str) -> "Script":
        self.opened += 1
        return self


class Clock:
    """Goes only when the test says so."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, pause: timedelta) -> None:
        self.now += pause


def plan(ledger: Ledger, *recipients: str, now: datetime = START, **changed: object) -> None:
    with ledger.transaction() as connection:
        parcel = deliveries.keep_parcel(connection, encode(PARCEL))
        for recipient in recipients:
            deliveries.plan(
                connection,
                [planned(recipient, **({"parcel": parcel, "deadline": now + DAY} | changed))],
                now,
            )


class Killed(BaseException):
    """The process is gone: it writes nothing any more."""


class Mortal(Ledger):
    """A ledger of a process that dies at one of its transactions, or when it is told.

    It keeps one connection and does not wait for the disk: processes die here, not the power.

    Args:
        path: of the file, which others use as well.
        steps: how many beginnings and ends of transactions it lives for; None: for ever.
    """

    def __init__(self, path: Path, steps: int | None = None) -> None:
        self._kept: sqlite3.Connection | None = None
        super().__init__(path)
        self.steps = steps

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        self._live()
        if self._kept is None:
            self._kept = self.connect()
            self._kept.execute("PRAGMA synchronous = OFF")
        with explained(self.path):
            self._kept.execute("BEGIN IMMEDIATE")
            with self._kept:
                yield self._kept
        self._live()

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def die(self) -> None:
        self.steps = 0
        raise Killed

    def _live(self) -> None:
        if self.steps is not None:
            if self.steps <= 0:
                raise Killed
            self.steps -= 1
