"""Deliveries in the ledger: each state is on the disk before the step that it announces.

planned ──▶ sending ──▶ sent | failed | unknown

A delivery is *claimed* for a while (a lease) by one owner, who first connects, then says
``sending`` and hands over, then says what became of it. Where an owner does not come back, a
planned delivery is tried again; one in ``sending`` may have been received, and is ``unknown``
until a person says what became of it. What is ``sent`` is never sent again.
"""

import hashlib
import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from reporter.ledger.database import Ledger
from reporter.ledger.times import instant, stored


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
        attempts: how often it was claimed.
        next_attempt_at: of a planned one.
        deadline: when a planned one is given up.
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


_OPEN: Final = "state = 'planned' AND (lease_until IS NULL OR lease_until <= :now)"


def keep_parcel(connection: sqlite3.Connection, body: bytes) -> str:
    """Write down what is handed over, once; its digest."""
    digest = hashlib.sha256(body).hexdigest()
    connection.execute("INSERT OR IGNORE INTO parcels VALUES (?, ?)", (digest, body))
    return digest


def parcel(ledger: Ledger, digest: str) -> bytes | None:
    """What is handed over; None once it is forgotten.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.transaction() as connection:
        row = connection.execute("SELECT body FROM parcels WHERE id = ?", (digest,)).fetchone()
    return None if row is None else bytes(row["body"])


def plan(connection: sqlite3.Connection, planned: Iterable[Planned], now: datetime) -> None:
    """Write down what has been decided, inside a transaction. What is there already stays."""
    for one in planned:
        at = stored(now)
        done = connection.execute(
            "INSERT INTO deliveries (id, edition, report, name, channel, recipient, parcel, state,"
            " reason, planned_at, changed_at, next_attempt_at, deadline)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (
                one.id,
                one.edition,
                one.report,
                one.name,
                one.channel,
                one.recipient,
                one.parcel,
                one.state,
                one.reason,
                at,
                at,
                at if one.state is State.PLANNED else None,
                stored(one.deadline),
            ),
        )
        if done.rowcount:
            _remember(connection, one.id, at, one.state, one.reason)


def claim(
    ledger: Ledger,
    owner: str,
    now: datetime,
    lease: timedelta,
    *,
    editions: Collection[str] | None = None,
) -> DeliveryRecord | None:
    """Take the delivery that has been due longest; None where nothing is due.

    Args:
        ledger: where.
        owner: who takes it: unique among all processes and threads.
        now: the present instant.
        lease: how long it belongs to the owner.
        editions: only of these.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    chosen = "" if editions is None else "AND edition IN (SELECT value FROM json_each(:editions))"
    with ledger.transaction() as connection:
        row = connection.execute(
            "UPDATE deliveries"  # noqa: S608 - constants
            " SET owner = :owner, lease_until = :lease, attempts = attempts + 1 WHERE id = ("
            f" SELECT id FROM deliveries WHERE {_OPEN} AND next_attempt_at <= :now {chosen}"
            " ORDER BY next_attempt_at, planned_at, rowid LIMIT 1) RETURNING *",
            {
                "owner": owner,
                "now": stored(now),
                "lease": stored(now + lease),
                "editions": msgspec.json.encode(sorted(editions or ())).decode(),
            },
        ).fetchone()
    return None if row is None else _record(row)


def next_attempt(ledger: Ledger, editions: Collection[str]) -> datetime | None:
    """When the next planned delivery of some editions is tried; None where none is.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    ids = msgspec.json.encode(sorted(editions)).decode()
    with ledger.transaction() as connection:
        (at,) = connection.execute(
            "SELECT min(max(next_attempt_at, ifnull(lease_until, 0))) FROM deliveries"
            " WHERE state = 'planned' AND edition IN (SELECT value FROM json_each(?))",
            (ids,),
        ).fetchone()
    return None if at is None else instant(at)


def begin(ledger: Ledger, delivery: str, owner: str, now: datetime, lease: timedelta) -> bool:
    """Say that it is handed over now; False where it is somebody else's by now.

    Raises:
        LedgerError: the ledger cannot be written: then nothing may be handed over.
    """
    with ledger.transaction() as connection:
        done = connection.execute(
            "UPDATE deliveries SET state = 'sending', changed_at = :now,"
            " reason = '', lease_until = :lease"
            " WHERE id = :id AND state = 'planned' AND owner = :owner AND lease_until > :now",
            {"id": delivery, "owner": owner, "now": stored(now), "lease": stored(now + lease)},
        )
        if done.rowcount:
            _remember(connection, delivery, stored(now), State.SENDING, "")
        return bool(done.rowcount)


def settle(
    ledger: Ledger,
    delivery: str,
    owner: str,
    now: datetime,
    *,
    state: State,
    reason: str,
    again_at: datetime | None = None,
) -> bool:
    """Say what became of a delivery that this owner claimed; False where it is not its any more.

    An owner that comes back late still says what it knows: ``unknown`` becomes that.

    Args:
        ledger: where.
        delivery: its id.
        owner: who claimed it.
        now: the present instant.
        state: SENT, FAILED, UNKNOWN, or PLANNED to try again.
        reason: why, for people; what the other side said.
        again_at: when a planned one is tried again.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with ledger.transaction() as connection:
        done = connection.execute(
            "UPDATE deliveries SET state = :state, reason = :reason, changed_at = :now,"
            " next_attempt_at = :again, lease_until = NULL,"
            " owner = CASE WHEN :state = 'unknown' THEN owner END"
            " WHERE id = :id AND owner = :owner AND state IN ('planned', 'sending', 'unknown')",
            {
                "id": delivery,
                "owner": owner,
                "now": stored(now),
                "state": state,
                "reason": reason,
                "again": None if again_at is None else stored(again_at),
            },
        )
        if done.rowcount:
            _remember(connection, delivery, stored(now), state, reason)
        return bool(done.rowcount)


def expire(
    ledger: Ledger, now: datetime, *, repeatable: Collection[str] = ()
) -> tuple[DeliveryRecord, ...]:
    """Settle what owners left behind and what is past its deadline; what changed.

    One that was being handed over becomes unknown, unless its channel may repeat it.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    at = stored(now)
    with ledger.transaction() as connection:
        lost = connection.execute(
            "SELECT id, channel FROM deliveries WHERE state = 'sending' AND lease_until <= ?", (at,)
        ).fetchall()
        late = connection.execute(
            f"SELECT id FROM deliveries WHERE {_OPEN} AND deadline <= :now",  # noqa: S608 - constant
            {"now": at},
        ).fetchall()
        changed: list[tuple[str, State, str, int | None]] = []
        for row in lost:
            if row["channel"] in repeatable:
                changed.append((row["id"], State.PLANNED, "begun, and not finished", at))
            else:
                why = "it was being handed over when the process ended"
                changed.append((row["id"], State.UNKNOWN, why, None))
        given_up = "given up: its deadline has passed"
        changed.extend((row["id"], State.FAILED, given_up, None) for row in late)
        for delivery, state, reason, again in changed:
            # The owner of an unknown one stays: it may yet come back and know better.
            connection.execute(
                "UPDATE deliveries SET state = ?, changed_at = ?, next_attempt_at = ?,"
                " lease_until = NULL, reason = CASE WHEN ?2 AND reason <> '' AND ?1 = 'failed'"
                " THEN ?5 || ' (' || reason || ')' ELSE ?5 END"
                " WHERE id = ?4",
                (state, at, again, delivery, reason),
            )
            _remember(connection, delivery, at, state, reason)
        ids = msgspec.json.encode([one[0] for one in changed]).decode()
        rows = connection.execute(
            "SELECT * FROM deliveries WHERE id IN (SELECT value FROM json_each(?))", (ids,)
        ).fetchall()
    return tuple(map(_record, rows))


def resolve(
    ledger: Ledger, delivery: str, now: datetime, deadline: datetime, *, sent: bool
) -> DeliveryRecord | None:
    """A person's word on a delivery that failed, is held or unknown; None where it is none such.

    Args:
        ledger: where.
        delivery: its id.
        now: the present instant.
        deadline: until when it is tried, where it is sent again.
        sent: whether it was received after all; else it is sent again.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    state = State.SENT if sent else State.PLANNED
    reason = "a person says that it was received" if sent else "a person asked for it again"
    with ledger.transaction() as connection:
        row = connection.execute(
            "UPDATE deliveries SET state = :state, reason = :reason, changed_at = :now,"
            " next_attempt_at = :again, deadline = :deadline, owner = NULL, lease_until = NULL"
            " WHERE id = :id AND state IN ('failed', 'unknown', 'held')"
            " AND (:sent OR parcel IS NOT NULL) RETURNING *",
            {
                "id": delivery,
                "now": stored(now),
                "state": state,
                "reason": reason,
                "again": None if sent else stored(now),
                "deadline": stored(deadline),
                "sent": sent,
            },
        ).fetchone()
        if row is not None:
            _remember(connection, delivery, stored(now), state, reason)
    return None if row is None else _record(row)


def of_editions(ledger: Ledger, editions: Collection[str]) -> tuple[DeliveryRecord, ...]:
    """The deliveries of some editions, in the order in which they were planned.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    ids = msgspec.json.encode(sorted(editions)).decode()
    with ledger.transaction() as connection:
        rows = connection.execute(
            "SELECT * FROM deliveries WHERE edition IN (SELECT value FROM json_each(?))"
            " ORDER BY planned_at, rowid",
            (ids,),
        ).fetchall()
    return tuple(map(_record, rows))


def all_of(ledger: Ledger, states: Collection[State] = ()) -> tuple[DeliveryRecord, ...]:
    """All deliveries, or those in some states, in the order in which they were planned.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    names = msgspec.json.encode(sorted(states)).decode()
    with ledger.transaction() as connection:
        rows = connection.execute(
            "SELECT * FROM deliveries WHERE ?1 = '[]' OR state IN (SELECT value FROM json_each(?1))"
            " ORDER BY planned_at, rowid",
            (names,),
        ).fetchall()
    return tuple(map(_record, rows))


def events_of(ledger: Ledger, delivery: str) -> tuple[Event, ...]:
    """Every state that a delivery was in, in order.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.transaction() as connection:
        rows = connection.execute(
            "SELECT at, state, reason FROM delivery_events WHERE delivery = ? ORDER BY rowid",
            (delivery,),
        ).fetchall()
    return tuple(Event(instant(row["at"]), State(row["state"]), row["reason"]) for row in rows)


def _remember(
    connection: sqlite3.Connection, delivery: str, at: int, state: State, reason: str
) -> None:
    connection.execute(
        "INSERT INTO delivery_events VALUES (?, ?, ?, ?)", (delivery, at, state, reason)
    )


def _record(row: sqlite3.Row) -> DeliveryRecord:
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
