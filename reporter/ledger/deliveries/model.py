"""What the ledger knows of a delivery."""

import hashlib
import sqlite3
from datetime import datetime
from enum import StrEnum

import msgspec

from reporter.ledger.times import instant


class State(StrEnum):
    """What became of a delivery."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It was handed over, and nobody knows whether it was received."""
    HELD = "held"
    """A check or an empty report keeps it back; a person may send it."""
    SKIPPED = "skipped"
    """Its condition did not hold."""


class DeliveryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What goes to one recipient.

    Attributes:
        id: digest of edition, name and recipient.
        edition: None for a word to the owner.
        name: of the delivery in the spec.
        channel: email, folder, webhook, slack.
        recipient: a mail address; several, where they get one mail together; a channel's name.
        parcel: digest of what is handed over; None once forgotten.
        reason: why it is in this state, for people.
        attempts: how often it was claimed since it was planned.
        next_attempt_at: of a planned one, and of no other.
        deadline: when a planned one is given up.
        owner: who is at it; of an unknown one, who was.
        lease_until: until when it is the owner's; None where it is nobody's.
    """

    id: str
    edition: str | None
    report: str
    name: str
    channel: str
    recipient: str
    parcel: str | None
    state: State
    reason: str
    attempts: int
    planned_at: datetime
    changed_at: datetime
    next_attempt_at: datetime | None
    deadline: datetime
    owner: str | None = None
    lease_until: datetime | None = None


class Event(msgspec.Struct, frozen=True):
    """A state that a delivery was in, from when on, and why."""

    at: datetime
    state: State
    reason: str


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that has been decided.

    Attributes:
        edition: None for a word to the owner; then ``name`` says what it is about.
        state: PLANNED, HELD or SKIPPED.
        parcel: its digest.
    """

    edition: str | None
    report: str
    name: str
    channel: str
    recipient: str
    parcel: str | None
    state: State = State.PLANNED
    reason: str = ""
    deadline: datetime

    @property
    def id(self) -> str:
        """The same for the same edition (or occasion), delivery and recipient."""
        parts = (self.edition or "", self.report, self.name, self.recipient)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def record(row: sqlite3.Row) -> DeliveryRecord:
    """A row of the table ``deliveries``."""

    def when(name: str) -> datetime | None:
        return None if row[name] is None else instant(row[name])

    return DeliveryRecord(
        id=row["id"],
        edition=row["edition"],
        report=row["report"],
        name=row["name"],
        channel=row["channel"],
        recipient=row["recipient"],
        parcel=row["parcel"],
        state=State(row["state"]),
        reason=row["reason"],
        attempts=row["attempts"],
        planned_at=instant(row["planned_at"]),
        changed_at=instant(row["changed_at"]),
        next_attempt_at=when("next_attempt_at"),
        deadline=instant(row["deadline"]),
        owner=row["owner"],
        lease_until=when("lease_until"),
    )
