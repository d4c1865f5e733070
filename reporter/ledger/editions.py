"""Editions in the ledger: what was made to be delivered, and with which numbers."""

import sqlite3
from datetime import datetime

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


def of_series(ledger: Ledger, series: str) -> tuple[EditionRecord, ...]:
    """All issues of one series, in the order in which they were made.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.transaction() as connection:
        rows = connection.execute(
            "SELECT * FROM editions WHERE series = ? ORDER BY made_at, rowid", (series,)
        ).fetchall()
    return tuple(map(_record, rows))


def of_report(ledger: Ledger, report: str | None = None) -> tuple[EditionRecord, ...]:
    """All editions of a report, or of all, in the order in which they were made.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.transaction() as connection:
        rows = connection.execute(
            "SELECT * FROM editions WHERE ?1 IS NULL OR report = ?1 ORDER BY made_at, rowid",
            (report,),
        ).fetchall()
    return tuple(map(_record, rows))


def artifacts_of(ledger: Ledger, edition: str) -> tuple[ArtifactRecord, ...]:
    """The files of an edition, by name.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.transaction() as connection:
        rows = connection.execute(
            "SELECT name, media_type, sha256, size FROM artifacts WHERE edition = ? ORDER BY name",
            (edition,),
        ).fetchall()
    return tuple(ArtifactRecord(*row) for row in rows)


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
