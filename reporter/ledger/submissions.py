"""What was asked of an API and not answered yet, so that a run that was killed is gone on with."""

import sqlite3
from collections.abc import Iterable
from concurrent.futures import Future
from datetime import datetime

import msgspec

from reporter.ledger.database import Ledger
from reporter.ledger.group_commit import GroupCommit
from reporter.ledger.times import instant, stored


class Submission(msgspec.Struct, frozen=True):
    """One request that was sent, or was about to be.

    Attributes:
        slot: where its result goes.
        receiver: who holds the slot.
        submitted_at: when it was sent.
        request_id: the API's; None where the API had not answered yet.
    """

    slot: str
    receiver: str
    submitted_at: datetime
    request_id: str | None = None


def find(ledger: Ledger, asks: Iterable[str]) -> dict[str, Submission]:
    """The latest ones that are not answered, by the digest of what was asked.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    found = {}
    with ledger.transaction() as connection:
        for ask in asks:
            row = connection.execute(
                "SELECT slot, receiver, submitted_at, request_id FROM submissions WHERE ask = ?",
                (ask,),
            ).fetchone()
            if row is not None:
                found[ask] = Submission(
                    row["slot"],
                    row["receiver"],
                    instant(row["submitted_at"]),
                    row["request_id"],
                )
    return found


def put(changes: GroupCommit, ask: str, submission: Submission) -> "Future[None]":
    """Write one down, in the place of an earlier one."""

    def change(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO submissions (ask, slot, receiver, submitted_at, request_id)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                ask,
                submission.slot,
                submission.receiver,
                stored(submission.submitted_at),
                submission.request_id,
            ),
        )

    return changes.submit(change)


def forget_older(changes: GroupCommit, than: datetime) -> "Future[None]":
    """Take out those whose results nobody comes for any more."""

    def change(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM submissions WHERE submitted_at < ?", (stored(than),))

    return changes.submit(change)


def forget(changes: GroupCommit, ask: str, slot: str) -> "Future[None]":
    """Take one out; a later one of another run, with a slot of its own, stays."""

    def change(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM submissions WHERE ask = ? AND slot = ?", (ask, slot))

    return changes.submit(change)
