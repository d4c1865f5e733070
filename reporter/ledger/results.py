"""Results that will not change any more: asked once, kept for ever."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from reporter.ledger.database import Ledger
from reporter.ledger.times import instant, stored


class Result(msgspec.Struct, frozen=True):
    """A remembered result.

    Attributes:
        body: as it was received.
        filled_at: when that was.
    """

    body: bytes
    filled_at: datetime


class Results:
    """The results of a ledger, by the digest of what was asked."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def find(self, asks: Iterable[str]) -> dict[str, Result]:
        """Those that are remembered."""
        found = {}
        with self._ledger.transaction() as connection:
            for ask in asks:
                row = connection.execute(
                    "SELECT body, filled_at FROM results WHERE ask = ?", (ask,)
                ).fetchone()
                if row is not None:
                    found[ask] = Result(row["body"], instant(row["filled_at"]))
        return found

    def keep(self, ask: str, result: Result) -> None:
        """Remember a result, in the place of an earlier one."""
        with self._ledger.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO results (ask, body, filled_at) VALUES (?, ?, ?)",
                (ask, result.body, stored(result.filled_at)),
            )

    def forget(self, ask: str) -> None:
        """Take one out: it was not final after all."""
        with self._ledger.transaction() as connection:
            connection.execute("DELETE FROM results WHERE ask = ?", (ask,))
