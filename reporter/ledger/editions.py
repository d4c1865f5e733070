"""Editions in the ledger: what was made to be delivered, and with which numbers."""

import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

import msgspec

from reporter.ledger.database import Ledger
from reporter.ledger.times import instant, stored


class EditionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One issue of one report.

    Attributes:
        id: digest of series and revision.
        series: digest of report, interval, time zone, parameters, filters and burst value.
        settled: parameters and filters, for people.
        burst: the value that it is about, by dimension (``ACCOUNT_KEY=A-1``); None: all.
        revision: ``final``, ``provisional``, ``restatement 1``.
        fingerprint: digest of its numbers.
        readings: its numbers, as ``editions.readings`` writes them; None once forgotten.
        held: why its deliveries are held, a line each; empty where they are not.
    """

    id: str
    series: str
    report: str
    since: datetime
    until: datetime
    timezone: str
    settled: str = ""
    burst: str | None = None
    revision: str
    made_at: datetime
    data_through: datetime | None
    spec_commit: str | None
    version: str
    fingerprint: str
    readings: bytes | None
    held: str = ""


_WITHOUT_NUMBERS: Final = tuple(
    name for name in EditionRecord.__struct_fields__ if name != "readings"
)


class ArtifactRecord(msgspec.Struct, frozen=True):
    """A file that was made."""

    name: str
    media_type: str
    sha256: str
    size: int


def insert(
    connection: sqlite3.Connection,
    edition: EditionRecord,
    artifacts: tuple[ArtifactRecord, ...],
) -> bool:
    """Write down an edition inside a transaction; False where it is there already."""
    row = (
        edition.id,
        edition.series,
        edition.report,
        stored(edition.since),
        stored(edition.until),
        edition.timezone,
        edition.settled,
        edition.burst,
        edition.revision,
        stored(edition.made_at),
        None if edition.data_through is None else stored(edition.data_through),
        edition.spec_commit,
        edition.version,
        edition.fingerprint,
        edition.readings,
        edition.held,
    )
    marks = ", ".join("?" * len(row))
    done = connection.execute(
        f"INSERT INTO editions VALUES ({marks}) ON CONFLICT (id) DO NOTHING",  # noqa: S608 - marks
        row,
    )
    if not done.rowcount:
        return False
    connection.executemany(
        "INSERT INTO artifacts VALUES (?, ?, ?, ?, ?)",
        [(edition.id, a.name, a.media_type, a.sha256, a.size) for a in artifacts],
    )
    return True


def of_report(
    ledger: Ledger,
    report: str | None = None,
    *,
    numbers_about: Collection[tuple[datetime, datetime]] | None = None,
) -> tuple[EditionRecord, ...]:
    """All editions of a report, or of all, in the order in which they were made.

    Args:
        ledger: where they stand.
        report: its name; None: of all.
        numbers_about: with their numbers only those that begin and end so; None: all of them. A
            report that goes to hundreds for years has more numbers than anybody needs at once.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    readings = "readings"
    spans: tuple[int, ...] = ()
    if numbers_about is not None:
        spans = tuple(stored(end) for span in numbers_about for end in span)
        wanted = ", ".join(["(?, ?)"] * len(numbers_about)) or "(NULL, NULL)"
        readings = f"CASE WHEN (since, until) IN (VALUES {wanted}) THEN readings END AS readings"
    with ledger.transaction() as connection:
        rows = connection.execute(
            f"SELECT {', '.join(_WITHOUT_NUMBERS)}, {readings} FROM editions"  # noqa: S608 - constants
            " WHERE ? IS NULL OR report = ? ORDER BY made_at, rowid",
            (*spans, report, report),
        ).fetchall()
    return tuple(map(_record, rows))


class Issued(msgspec.Struct, frozen=True):
    """An edition and what came of it.

    Attributes:
        edition: without its numbers.
        artifacts: its files, by name.
        deliveries: how many are in which state, by its name.
    """

    edition: EditionRecord
    artifacts: tuple[ArtifactRecord, ...]
    deliveries: Mapping[str, int]


def history(ledger: Ledger, report: str | None = None) -> tuple[Issued, ...]:
    """What was issued of a report, or of all, in the order in which it was made.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    chosen = "(SELECT id FROM editions WHERE ?1 IS NULL OR report = ?1)"
    files: dict[str, list[ArtifactRecord]] = {}
    states: dict[str, dict[str, int]] = {}
    with ledger.transaction() as connection:
        rows = connection.execute(
            f"SELECT {', '.join(_WITHOUT_NUMBERS)}, NULL AS readings FROM editions"  # noqa: S608 - constants
            " WHERE ?1 IS NULL OR report = ?1 ORDER BY made_at, rowid",
            (report,),
        ).fetchall()
        for row in connection.execute(
            "SELECT edition, name, media_type, sha256, size FROM artifacts"  # noqa: S608 - a constant
            f" WHERE edition IN {chosen} ORDER BY edition, name",
            (report,),
        ):
            files.setdefault(row["edition"], []).append(ArtifactRecord(*row[1:]))
        for row in connection.execute(
            "SELECT edition, state, count(*) FROM deliveries"  # noqa: S608 - a constant
            f" WHERE edition IN {chosen} GROUP BY edition, state ORDER BY edition, state",
            (report,),
        ):
            states.setdefault(row["edition"], {})[row["state"]] = row[2]
    return tuple(
        Issued(_record(row), tuple(files.get(row["id"], ())), states.get(row["id"], {}))
        for row in rows
    )


def _record(row: sqlite3.Row) -> EditionRecord:
    through = row["data_through"]
    return EditionRecord(
        id=row["id"],
        series=row["series"],
        report=row["report"],
        since=instant(row["since"]),
        until=instant(row["until"]),
        timezone=row["timezone"],
        settled=row["settled"],
        burst=row["burst"],
        revision=row["revision"],
        made_at=instant(row["made_at"]),
        data_through=None if through is None else instant(through),
        spec_commit=row["spec_commit"],
        version=row["version"],
        fingerprint=row["fingerprint"],
        readings=row["readings"],
        held=row["held"],
    )
