"""The only places where the state of a delivery changes."""

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from reporter.ledger.database import Ledger
from reporter.ledger.deliveries.model import DeliveryRecord, Planned, State, record
from reporter.ledger.deliveries.reading import listed
from reporter.ledger.times import stored

_FREE: Final = (
    # Both conditions on the state: the first is the index's, word by word.
    "state IN ('planned', 'sending') AND state = 'planned'"
    " AND (lease_until IS NULL OR lease_until <= :now)"
)
_LEFT: Final = "state IN ('planned', 'sending') AND state = 'sending' AND lease_until <= :now"
_CHOSEN: Final = (
    "(:editions IS NULL OR edition IN (SELECT value FROM json_each(:editions)))"
    " AND (:only IS NULL OR id = :only)"
)


def plan(connection: sqlite3.Connection, planned: Iterable[Planned], now: datetime) -> None:
    """Write down what has been decided, inside a transaction. What is there already stays."""
    at = stored(now)
    for one in planned:
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
    only: str | None = None,
) -> DeliveryRecord | None:
    """Take the delivery that has been due longest; None where nothing is due.

    Args:
        ledger: where.
        owner: who takes it: unique among all processes and threads.
        now: the present instant.
        lease: how long it belongs to the owner.
        editions: only of these.
        only: the id of the one that is wanted.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with ledger.transaction() as connection:
        row = connection.execute(
            "UPDATE deliveries"  # noqa: S608 - constants
            " SET owner = :owner, lease_until = :lease, attempts = attempts + 1 WHERE id = ("
            f" SELECT id FROM deliveries WHERE {_FREE} AND next_attempt_at <= :now"
            f" AND deadline > :now AND {_CHOSEN}"
            " ORDER BY next_attempt_at, planned_at, rowid LIMIT 1) RETURNING *",
            {
                "owner": owner,
                "now": stored(now),
                "lease": stored(now + lease),
                "editions": None if editions is None else listed(editions),
                "only": only,
            },
        ).fetchone()
    return None if row is None else record(row)


def begin(ledger: Ledger, delivery: str, owner: str, now: datetime, lease: timedelta) -> bool:
    """Say that it is handed over now; False where it is somebody else's by now.

    Raises:
        LedgerError: the ledger cannot be written: then nothing may be handed over.
    """
    with ledger.transaction() as connection:
        done = connection.execute(
            "UPDATE deliveries SET state = 'sending', reason = '', changed_at = :now,"
            " next_attempt_at = NULL, lease_until = :lease"
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

    An owner that comes back late still says what it knows: ``unknown`` becomes that, unless a
    person has spoken meanwhile.

    Args:
        ledger: where.
        delivery: its id.
        owner: who claimed it.
        now: the present instant.
        state: SENT, FAILED, UNKNOWN, or PLANNED to try again.
        reason: why, for people; what the other side said.
        again_at: when it is tried again, where it is PLANNED.

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
    ledger: Ledger,
    now: datetime,
    *,
    repeatable: Collection[str] = (),
    editions: Collection[str] | None = None,
    only: str | None = None,
) -> tuple[DeliveryRecord, ...]:
    """Settle what owners left behind and what is past its deadline; what changed.

    Args:
        ledger: where.
        now: the present instant.
        repeatable: the kinds of channels where handing over twice is the same as once; what was
            being handed over there is planned again, and everything else is unknown.
        editions: only of these.
        only: the id of the one that is meant.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    values = {
        "now": stored(now),
        "editions": None if editions is None else listed(editions),
        "only": only,
    }
    with ledger.transaction() as connection:

        def found(condition: str) -> list[sqlite3.Row]:
            return connection.execute(
                f"SELECT * FROM deliveries WHERE {condition} AND {_CHOSEN}"  # noqa: S608 - constants
                " ORDER BY planned_at, rowid",
                values,
            ).fetchall()

        left, late = found(_LEFT), found(f"{_FREE} AND deadline <= :now")
        changed = []
        for row in left:
            if row["channel"] in repeatable:
                why, state = "it was begun, and not finished", State.PLANNED
            else:
                why, state = "it was being handed over when the process ended", State.UNKNOWN
            changed.append(_left_behind(connection, row["id"], now, state, why))
        for row in late:
            last = f", after: {row['reason']}" if row["reason"] else ""
            why = f"given up: its deadline has passed{last}"
            changed.append(_left_behind(connection, row["id"], now, State.FAILED, why))
    return tuple(map(record, changed))


def confirm(ledger: Ledger, delivery: str, now: datetime) -> DeliveryRecord | None:
    """A person says that it was received after all; None where it is neither unknown nor failed.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    return _resolved(
        ledger,
        delivery,
        now,
        "state = 'sent', reason = 'a person says that it was received', next_attempt_at = NULL",
        "state IN ('unknown', 'failed')",
        deadline=now,
    )


def resend(
    ledger: Ledger, delivery: str, now: datetime, deadline: datetime
) -> DeliveryRecord | None:
    """A person wants it to be sent, though it may be for the second time.

    Args:
        ledger: where.
        delivery: its id.
        now: the present instant: it is due at once.
        deadline: until when it is tried.

    Returns:
        The delivery, planned; None where it is not unknown, failed or held, or where what would
        be sent is forgotten.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    return _resolved(
        ledger,
        delivery,
        now,
        "state = 'planned', reason = 'a person wants it to be sent', attempts = 0,"
        " next_attempt_at = :now, deadline = :deadline",
        "state IN ('unknown', 'failed', 'held') AND parcel IS NOT NULL",
        deadline=deadline,
    )


def _resolved(
    ledger: Ledger,
    delivery: str,
    now: datetime,
    change: str,
    condition: str,
    *,
    deadline: datetime,
) -> DeliveryRecord | None:
    """The word of a person: whoever had the delivery has no say in it any more."""
    with ledger.transaction() as connection:
        row = connection.execute(
            f"UPDATE deliveries SET {change}, changed_at = :now, owner = NULL, lease_until = NULL"  # noqa: S608 - constants
            f" WHERE id = :id AND {condition} RETURNING *",
            {"id": delivery, "now": stored(now), "deadline": stored(deadline)},
        ).fetchone()
        if row is None:
            return None
        _remember(connection, delivery, stored(now), State(row["state"]), row["reason"])
    return record(row)


def _left_behind(
    connection: sqlite3.Connection, delivery: str, now: datetime, state: State, reason: str
) -> sqlite3.Row:
    """The owner stays with an unknown one: it may yet come back and know better."""
    at = stored(now)
    row: sqlite3.Row = connection.execute(
        "UPDATE deliveries SET state = :state, reason = :reason, changed_at = :now,"
        " next_attempt_at = CASE WHEN :state = 'planned' THEN :now END, lease_until = NULL,"
        " owner = CASE WHEN :state = 'unknown' THEN owner END WHERE id = :id RETURNING *",
        {"id": delivery, "state": state, "reason": reason, "now": at},
    ).fetchone()
    _remember(connection, delivery, at, state, reason)
    return row


def _remember(
    connection: sqlite3.Connection, delivery: str, at: int, state: State, reason: str
) -> None:
    connection.execute(
        "INSERT INTO delivery_events VALUES (?, ?, ?, ?)", (delivery, at, state, reason)
    )
