"""Deliveries in the ledger: each state is on the disk before the step that it announces.

planned ──▶ sending ──▶ sent | failed | unknown

A delivery is *claimed* for a while (a lease) by one owner, who first connects, then says
``sending`` and hands over, then says what became of it. Where an owner does not come back, a
planned delivery is tried again; one in ``sending`` may have been received, and is ``unknown``
until a person says what became of it, or its late owner. What is ``sent`` is never sent again.

What is ``held`` or ``skipped`` was never begun; a person may plan what is held.
"""

from reporter.ledger.deliveries.changes import (
    begin,
    claim,
    confirm,
    expire,
    plan,
    resend,
    settle,
)
from reporter.ledger.deliveries.model import DeliveryRecord, Event, Planned, State
from reporter.ledger.deliveries.parcels import keep_parcel, parcel
from reporter.ledger.deliveries.reading import (
    all_of,
    events_of,
    next_attempt,
    of_editions,
    starting_with,
)

__all__ = [
    "DeliveryRecord",
    "Event",
    "Planned",
    "State",
    "all_of",
    "begin",
    "claim",
    "confirm",
    "events_of",
    "expire",
    "keep_parcel",
    "next_attempt",
    "of_editions",
    "parcel",
    "plan",
    "resend",
    "settle",
    "starting_with",
]
