"""How much there is of what in the ledger, for those who watch it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from reporter.ledger.database import Ledger
from reporter.ledger.times import instant

_LAST_DONE: Final = (
    "SELECT report, max(changed_at) FROM firings JOIN schedules USING (report)"
    " WHERE state = 'done' GROUP BY report"
)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts and instants.

    Attributes:
        firings: how many there are in each state.
        deliveries: likewise.
        last_done: when each scheduled report was made last.
        next_due: when each scheduled report is due next.
    """

    firings: Mapping[str, int]
    deliveries: Mapping[str, int]
    last_done: Mapping[str, datetime]
    next_due: Mapping[str, datetime]


def figures(ledger: Ledger) -> Figures:
    """What there is now.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.transaction() as connection:
        made, sent, last, due = (
            dict(map(tuple, connection.execute(query).fetchall()))
            for query in (
                "SELECT state, count(*) FROM firings GROUP BY state",
                "SELECT state, count(*) FROM deliveries GROUP BY state",
                _LAST_DONE,
                "SELECT report, next_due FROM schedules WHERE next_due IS NOT NULL",
            )
        )
    return Figures(
        firings=made,
        deliveries=sent,
        last_done={name: instant(at) for name, at in last.items()},
        next_due={name: instant(at) for name, at in due.items()},
    )
