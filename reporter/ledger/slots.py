"""Places for results that an API posts: each good for one, with a token that nobody can guess."""

import json
import secrets
import sqlite3
from collections.abc import Callable, Collection
from concurrent.futures import Future
from datetime import datetime, timedelta
from enum import Enum, auto
from hashlib import sha256
from typing import Final

import msgspec

from reporter.ledger.database import Ledger, explained
from reporter.ledger.group_commit import GroupCommit
from reporter.ledger.times import stored

_TOKEN_BYTES: Final = 32
_KEPT: Final = timedelta(days=7)
"""How long a slot is kept after it expired: a run that died may come for its result."""
_PURGED_EVERY: Final = timedelta(hours=1)


class Opened(msgspec.Struct, frozen=True):
    """A new slot.

    Attributes:
        id: names it; opens nothing.
        token: whoever has it can post one result. It is not kept: only its digest is.
    """

    id: str
    token: str


class Verdict(Enum):
    """What became of a body."""

    TAKEN = auto()
    """It is the slot's result, and on the disk."""
    REPEATED = auto()
    """The slot has this very body already."""
    ANOTHER = auto()
    """The slot has another body, and keeps it."""
    UNKNOWN = auto()
    """There is no such slot, or it has expired."""


class Acceptance(msgspec.Struct, frozen=True):
    """What became of a body, and the slot's id, if there is one."""

    verdict: Verdict
    slot: str | None = None


class Slots:
    """The slots of a ledger. Several processes may use the same.

    Changes are made by a thread of their own and are on the disk when their future is done. What
    reads may be called from any thread, but from one at a time.

    Args:
        ledger: where they are kept.
        now: what time it is.

    Raises:
        LedgerError: from everything here, and from the futures: the ledger cannot be used.
    """

    def __init__(self, ledger: Ledger, *, now: Callable[[], datetime]) -> None:
        self._path = ledger.path
        self._now = now
        self._purged: datetime | None = None
        self._changes = GroupCommit(ledger)
        with explained(self._path):
            self._reading = ledger.connect()

    def open(self, expires: datetime) -> "Future[Opened]":
        """A new slot, which takes a result until then."""
        opened = Opened(secrets.token_hex(16), secrets.token_urlsafe(_TOKEN_BYTES))
        now = self._now()

        def change(connection: sqlite3.Connection) -> Opened:
            connection.execute(
                "INSERT INTO slots (id, token_hash, opened_at, expires_at) VALUES (?, ?, ?, ?)",
                (opened.id, _digest(opened.token), stored(now), stored(expires)),
            )
            if self._purged is None or now - self._purged >= _PURGED_EVERY:
                _purge(connection, now - _KEPT)
                self._purged = now
            return opened

        return self._changes.submit(change)

    def accept(self, token: str, body: bytes | bytearray) -> "Future[Acceptance]":
        """Give a slot its result. Of several that come, the first one is taken."""
        digest = _digest(token)

        def change(connection: sqlite3.Connection) -> Acceptance:
            now = stored(self._now())
            taken = connection.execute(
                "UPDATE slots SET body = ?, received_at = ?"
                " WHERE token_hash = ? AND expires_at > ? AND body IS NULL RETURNING id",
                (body, now, digest, now),
            ).fetchall()
            if taken:
                return Acceptance(Verdict.TAKEN, taken[0]["id"])
            full = connection.execute(
                "SELECT id, body = ? AS same FROM slots WHERE token_hash = ? AND expires_at > ?",
                (body, digest, now),
            ).fetchone()
            if full is None:
                return Acceptance(Verdict.UNKNOWN)
            return Acceptance(Verdict.REPEATED if full["same"] else Verdict.ANOTHER, full["id"])

        return self._changes.submit(change)

    def close(self, slot: str) -> "Future[None]":
        """Forget a slot with its result. One that is not there is forgotten already."""

        def change(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM slots WHERE id = ?", (slot,))

        return self._changes.submit(change)

    def purge(self, expired_before: datetime) -> "Future[int]":
        """Forget the slots that expired before an instant, with their results; how many.

        A week after they expired it happens by itself.
        """
        return self._changes.submit(lambda connection: _purge(connection, expired_before))

    def admits(self, token: str) -> bool:
        """Whether there is such a slot and it has not expired. It may be full."""
        found = self._one(
            "SELECT 1 FROM slots WHERE token_hash = ? AND expires_at > ?",
            _digest(token),
            stored(self._now()),
        )
        return found is not None

    def knows(self, slot: str) -> bool:
        """Whether there is a slot of this id, though it may have expired."""
        return self._one("SELECT 1 FROM slots WHERE id = ?", slot) is not None

    def body(self, slot: str) -> bytes | None:
        """The result that a slot has got, byte by byte as it was accepted."""
        found = self._one("SELECT body FROM slots WHERE id = ?", slot)
        return None if found is None else found["body"]

    def full(self, slots: Collection[str]) -> frozenset[str]:
        """Which of these have got their result."""
        with explained(self._path):
            rows = self._reading.execute(
                "SELECT id FROM slots WHERE id IN (SELECT value FROM json_each(?))"
                " AND received_at IS NOT NULL",
                (json.dumps(list(slots)),),
            )
            return frozenset(row["id"] for row in rows)

    def leave(self) -> None:
        """Make the changes that wait, and let go of the ledger."""
        self._changes.close()
        self._reading.close()

    def _one(self, statement: str, *values: object) -> sqlite3.Row | None:
        with explained(self._path):
            found: sqlite3.Row | None = self._reading.execute(statement, values).fetchone()
        return found


def _purge(connection: sqlite3.Connection, expired_before: datetime) -> int:
    limit = stored(expired_before)
    return connection.execute("DELETE FROM slots WHERE expires_at < ?", (limit,)).rowcount


def _digest(token: str) -> bytes:
    """What a token is found by: how long that takes tells nothing about the tokens there are."""
    return sha256(token.encode()).digest()
