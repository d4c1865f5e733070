"""What was asked of an API and not answered yet, so that a run that was killed is gone on with."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from reporter.ledger.database import Ledger
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


class Submissions:
    """The submissions of a ledger, the latest one of each ask, by the ask's digest."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def find(self, asks: Iterable[str]) -> dict[str, Submission]:
        """Those that are not answered."""
        found = {}
        with self._ledger.transaction() as connection:
            for ask in asks:
                row = connection.execute(
                    "SELECT slot, receiver, submitted_at, request_id FROM submissions"
                    " WHERE ask = ?",
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

    def put(self, ask: str, submission: Submission) -> None:
        """Write one down, in the place of an earlier one."""
        with self._ledger.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO submissions"
                " (ask, slot, receiver, submitted_at, request_id) VALUES (?, ?, ?, ?, ?)",
                (
                    ask,
                    submission.slot,
                    submission.receiver,
                    stored(submission.submitted_at),
                    submission.request_id,
                ),
            )

    def forget(self, ask: str, slot: str) -> None:
        """Take one out; a later one of another run, with a slot of its own, stays."""
        with self._ledger.transaction() as connection:
            connection.execute("DELETE FROM submissions WHERE ask = ? AND slot = ?", (ask, slot))
