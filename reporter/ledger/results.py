"""Results that will not change any more: asked once, kept for ever."""

import sqlite3
from collections.abc import Iterable
from concurrent.futures import Future
from datetime import datetime

import msgspec

from reporter.ledger.database import Ledger
from reporter.ledger.group_commit import GroupCommit
from reporter.ledger.times import instant, stored


class Result(msgspec.Struct, frozen=True):
    """A remembered result.

    Attributes:
        body: as it was received.
        filled_at: when that was.
    """

    body: bytes
    filled_at: datetime


def find(ledger: Ledger, asks: Iterable[str]) -> dict[str, Result]:
    """Those that are remembered, by the digest of what was asked.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    found = {}
    with ledger.transaction() as connection:
        for ask in asks:
            row = connection.execute(
                "SELECT body, filled_at FROM results WHERE ask = ?", (ask,)
            ).fetchone()
            if row is not None:
                found[ask] = Result(row["body"], instant(row["filled_at"]))
    return found


def keep(changes: GroupCommit, ask: str, result: Result) -> "Future[None]":
    """Remember a result, in the place of an earlier one."""

    def change(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO results (ask, body, filled_at) VALUES (?, ?, ?)",
            (ask, result.body, stored(result.filled_at)),
        )

    return changes.submit(change)


def forget(changes: GroupCommit, ask: str) -> "Future[None]":
    """Take one out: it was not final after all."""

    def change(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM results WHERE ask = ?", (ask,))

    return changes.submit(change)
