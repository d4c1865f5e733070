"""Which deliveries there are, and what they went through. Nothing is changed."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from reporter.ledger.database import Ledger
from reporter.ledger.deliveries.model import DeliveryRecord, Event, State, record
from reporter.ledger.times import instant


def next_attempt(ledger: Ledger, editions: Collection[str] | None = None) -> datetime | None:
    """When the next planned delivery can be tried; None where none is planned.

    Args:
        ledger: where.
        editions: only of these.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    chosen = "" if editions is None else "AND edition IN (SELECT value FROM json_each(?))"
    with ledger.transaction() as connection:
        (at,) = connection.execute(
            # Both conditions on the state: the first is the index's, word by word.
            "SELECT min(max(next_attempt_at, ifnull(lease_until, 0))) FROM deliveries"  # noqa: S608 - constants
            f" WHERE state IN ('planned', 'sending') AND state = 'planned' {chosen}",
            () if editions is None else (listed(editions),),
        ).fetchone()
    return None if at is None else instant(at)


def of_editions(ledger: Ledger, editions: Collection[str]) -> tuple[DeliveryRecord, ...]:
    """The deliveries of some editions, in the order in which they were planned.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    return _found(
        ledger, "edition IN (SELECT value FROM json_each(:editions))", editions=listed(editions)
    )


def all_of(
    ledger: Ledger, states: Collection[State] = (), *, report: str | None = None
) -> tuple[DeliveryRecord, ...]:
    """All deliveries, or those in some states and of one report, in the order of their planning.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    return _found(
        ledger,
        "(:states = '[]' OR state IN (SELECT value FROM json_each(:states)))"
        " AND (:report IS NULL OR report = :report)",
        states=listed(states),
        report=report,
    )


def starting_with(ledger: Ledger, beginning: str) -> tuple[DeliveryRecord, ...]:
    """The deliveries whose id begins so.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    return _found(ledger, "substr(id, 1, length(:beginning)) = :beginning", beginning=beginning)


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


def listed(values: Collection[str]) -> str:
    """Values as SQLite's ``json_each`` reads them."""
    return msgspec.json.encode(sorted(values)).decode()


def _found(ledger: Ledger, condition: str, **values: str | None) -> tuple[DeliveryRecord, ...]:
    with ledger.transaction() as connection:
        rows = connection.execute(
            f"SELECT * FROM deliveries WHERE {condition} ORDER BY planned_at, rowid",  # noqa: S608 - constants
            values,
        ).fetchall()
    return tuple(map(record, rows))
