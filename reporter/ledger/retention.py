"""What the ledger forgets after a while: contents, never that something was delivered.

Editions, deliveries and what became of them are kept for ever: they are what keeps anything from
being sent twice. What anybody may still be sent is kept as long as that is so: a person may ask for
what is held or unknown after a year.
"""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from reporter.ledger.database import Ledger, explained
from reporter.ledger.times import BEGINNING, stored

_AT_ONCE: Final = 100
"""Rows of one transaction: what is large is also read when it is deleted, and others wait."""
_PAGES_AT_ONCE: Final = 2000
_INCREMENTAL: Final = 2
_WORTH_REWRITING: Final = 64 * 2**20
"""Free bytes for which a ledger that cannot shrink in parts is written anew."""

_PARCELS: Final = """
    SELECT id FROM parcels AS p WHERE NOT EXISTS (
        SELECT 1 FROM deliveries WHERE parcel = p.id AND (
            state IN ('planned', 'sending', 'held', 'unknown') OR changed_at > :before
        )
    ) LIMIT :most
"""


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """How many days what is kept.

    Attributes:
        contents: what was handed over, from when all of it was settled.
        results: what an API answered.
        readings: the numbers of editions.
    """

    contents: int
    results: int
    readings: int


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """What was forgotten.

    Attributes:
        contents: parcels.
        results: of an API.
        readings: editions whose numbers are not known any more.
        space: bytes by which the file is smaller.
    """

    contents: int
    results: int
    readings: int
    space: int


def prune(ledger: Ledger, keep: Keep, now: datetime) -> Forgotten:
    """Forget what is older, and give the space back. Others may use the ledger meanwhile.

    Raises:
        LedgerError: the ledger cannot be written; what was forgotten before stays forgotten.
    """

    def before(days: int) -> dict[str, int]:
        # Who wants to keep something for ever writes a large number; no calendar goes back so far.
        known = min(days, (now - BEGINNING).days)
        return {"before": stored(now - timedelta(days=known)), "most": _AT_ONCE}

    contents = _in_parts(ledger, lambda connection: _parcels(connection, before(keep.contents)))
    results = _in_parts(
        ledger,
        lambda connection: (
            connection.execute(
                "DELETE FROM results WHERE rowid IN"
                " (SELECT rowid FROM results WHERE filled_at <= :before LIMIT :most)",
                before(keep.results),
            ).rowcount
        ),
    )
    readings = _in_parts(
        ledger,
        lambda connection: (
            connection.execute(
                "UPDATE editions SET readings = NULL WHERE rowid IN (SELECT rowid FROM editions"
                " WHERE readings IS NOT NULL AND made_at <= :before LIMIT :most)",
                before(keep.readings),
            ).rowcount
        ),
    )
    return Forgotten(
        contents=contents, results=results, readings=readings, space=_given_back(ledger)
    )


def _parcels(connection: sqlite3.Connection, limits: dict[str, int]) -> int:
    ids = msgspec.json.encode([row["id"] for row in connection.execute(_PARCELS, limits)]).decode()
    chosen = "(SELECT value FROM json_each(?))"
    connection.execute(f"UPDATE deliveries SET parcel = NULL WHERE parcel IN {chosen}", (ids,))  # noqa: S608 - a constant
    return connection.execute(f"DELETE FROM parcels WHERE id IN {chosen}", (ids,)).rowcount  # noqa: S608 - a constant


def _in_parts(ledger: Ledger, forget: Callable[[sqlite3.Connection], int]) -> int:
    found, part = 0, _AT_ONCE
    while part == _AT_ONCE:
        with ledger.transaction() as connection:
            part = forget(connection)
        found += part
    return found


def _given_back(ledger: Ledger) -> int:
    """Make the file smaller by what is free in it; by how many bytes."""
    with explained(ledger.path):
        connection = ledger.connect()
        try:
            before = _number(connection, "page_count")
            if _number(connection, "auto_vacuum") == _INCREMENTAL:
                _shrink(connection)
            else:
                _write_anew(connection)
            size = _number(connection, "page_size")
            return (before - _number(connection, "page_count")) * size
        finally:
            connection.close()


def _shrink(connection: sqlite3.Connection) -> None:
    free = _number(connection, "freelist_count")
    for _ in range(0, free, _PAGES_AT_ONCE):
        # A script, for only that is run to its end: `execute` stops after the first page.
        connection.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")


def _write_anew(connection: sqlite3.Connection) -> None:
    """Of a ledger that was made before ledgers could shrink; from then on it can.

    It takes as long as copying the file, so it is done when half of it is free and that is much;
    until then what is free is used for what comes next.
    """
    free = _number(connection, "freelist_count")
    enough = free * _number(connection, "page_size") >= _WORTH_REWRITING
    if enough and 2 * free >= _number(connection, "page_count"):
        connection.execute("VACUUM")


def _number(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
