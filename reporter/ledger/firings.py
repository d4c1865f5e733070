"""Due times in the ledger: which report is due when, and what became of it each time.

The next due time of a report is stored. When it has come, the firing is written down and the
next one stored in the same transaction, by whoever is first: so no time is overlooked, and none
is seen twice. A firing is *claimed* for a while (a lease, which is renewed while the report is
made) by one owner; where the owner does not come back, somebody else makes it.

due ──▶ done | failed        waiting: its data are not there yet        missed: was never made
"""

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from reporter.ledger.database import Ledger
from reporter.ledger.times import instant, stored


class FiringState(StrEnum):
    """What became of a report at a time at which it was due."""

    DUE = "due"
    WAITING = "waiting"
    """Its data are not there yet, or only a provisional edition could be made of them."""
    DONE = "done"
    """Its edition is in the ledger; what became of its deliveries stands with them."""
    FAILED = "failed"
    MISSED = "missed"
    """It was not made, and will not be: nobody looked at that time, or its schedule is gone."""


class ScheduleRecord(msgspec.Struct, frozen=True, kw_only=True):
    """When a report is due.

    Attributes:
        report: its name.
        spec: the name of its file.
        cron: the expression that ``next_due`` follows from.
        timezone: whose clock it speaks of.
        next_due: the first time that is not written down as a firing yet; None: never again.
        missing_since: since when its file is not there; None: it is.
    """

    report: str
    spec: str
    cron: str
    timezone: str
    next_due: datetime | None
    missing_since: datetime | None = None


class FiringRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A report at a time at which it was due.

    Attributes:
        reason: why it is in this state, for people.
        changed_at: since when it is in it.
        attempts: how often somebody began to make it.
        failures: how often in a row that failed.
        deadline: of a failing one: then it is given up.
        next_attempt_at: None: nothing more will be done.
        owner: who makes it, or did and has not come back.
    """

    report: str
    due_at: datetime
    state: FiringState
    reason: str
    changed_at: datetime
    attempts: int
    failures: int
    deadline: datetime | None
    next_attempt_at: datetime | None
    owner: str | None


class NewFiring(msgspec.Struct, frozen=True):
    """A time that has come: DUE, or MISSED with the reason."""

    due_at: datetime
    state: FiringState
    reason: str = ""


def schedules(connection: sqlite3.Connection) -> tuple[ScheduleRecord, ...]:
    """All that is known, by name of the report, inside a transaction."""
    rows = connection.execute("SELECT * FROM schedules ORDER BY report").fetchall()
    return tuple(
        ScheduleRecord(
            report=row["report"],
            spec=row["spec"],
            cron=row["cron"],
            timezone=row["timezone"],
            next_due=_when(row["next_due"]),
            missing_since=_when(row["missing_since"]),
        )
        for row in rows
    )


def remember(connection: sqlite3.Connection, schedule: ScheduleRecord) -> None:
    """Write down when a report is due, inside a transaction.

    The stored due time stays where the expression and the zone are the same.
    """
    connection.execute(
        "INSERT INTO schedules VALUES (:report, :spec, :cron, :timezone, :next_due, :missing)"
        " ON CONFLICT (report) DO UPDATE SET spec = excluded.spec,"
        " missing_since = excluded.missing_since,"
        " next_due = CASE WHEN cron = excluded.cron AND timezone = excluded.timezone"
        " THEN next_due ELSE excluded.next_due END,"
        " cron = excluded.cron, timezone = excluded.timezone",
        {
            "report": schedule.report,
            "spec": schedule.spec,
            "cron": schedule.cron,
            "timezone": schedule.timezone,
            "next_due": _stored(schedule.next_due),
            "missing": _stored(schedule.missing_since),
        },
    )


def forget(connection: sqlite3.Connection, report: str) -> None:
    """A report has no schedule any more."""
    connection.execute("DELETE FROM schedules WHERE report = ?", (report,))


def fire(
    connection: sqlite3.Connection,
    schedule: ScheduleRecord,
    come: Iterable[NewFiring],
    next_due: datetime | None,
    now: datetime,
) -> None:
    """Write down the times that have come, and when the next one will.

    Args:
        connection: in the transaction in which the schedule was read.
        schedule: as it was read.
        come: those times.
        next_due: the first one after them.
        now: the present instant.
    """
    connection.execute(
        "UPDATE schedules SET next_due = ? WHERE report = ?",
        (_stored(next_due), schedule.report),
    )
    connection.executemany(
        "INSERT INTO firings (report, due_at, state, reason, changed_at, next_attempt_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (report, due_at) DO NOTHING",
        [
            (
                schedule.report,
                stored(one.due_at),
                one.state,
                one.reason,
                stored(now),
                stored(one.due_at) if one.state is FiringState.DUE else None,
            )
            for one in come
        ],
    )


def drop_orphans(
    connection: sqlite3.Connection, now: datetime, reason: str
) -> tuple[FiringRecord, ...]:
    """Give up what is open of reports without a schedule, but for what is being made."""
    rows = connection.execute(
        "UPDATE firings SET state = 'missed', reason = :reason, changed_at = :now,"
        " next_attempt_at = NULL, owner = NULL, lease_until = NULL"
        " WHERE next_attempt_at IS NOT NULL AND (lease_until IS NULL OR lease_until <= :now)"
        " AND report NOT IN (SELECT report FROM schedules) RETURNING *",
        {"now": stored(now), "reason": reason},
    ).fetchall()
    return tuple(map(_record, rows))


def claim(
    ledger: Ledger, reports: Collection[str], owner: str, now: datetime, lease: timedelta
) -> FiringRecord | None:
    """Take the firing that has been due longest, those that failed last; None: there is none.

    Args:
        ledger: where.
        reports: of these.
        owner: who takes it: unique among all processes and threads.
        now: the present instant.
        lease: how long it belongs to the owner.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with ledger.transaction() as connection:
        row = connection.execute(
            "UPDATE firings SET owner = :owner, lease_until = :lease, attempts = attempts + 1"
            " WHERE (report, due_at) = (SELECT report, due_at FROM firings"
            " WHERE next_attempt_at <= :now AND owner IS NULL"
            " AND report IN (SELECT value FROM json_each(:reports))"
            " ORDER BY failures, next_attempt_at, due_at, report LIMIT 1) RETURNING *",
            {
                "owner": owner,
                "now": stored(now),
                "lease": stored(now + lease),
                "reports": msgspec.json.encode(sorted(reports)).decode(),
            },
        ).fetchone()
    return None if row is None else _record(row)


def renew(
    ledger: Ledger, firing: FiringRecord, owner: str, now: datetime, lease: timedelta
) -> bool:
    """Keep a firing for longer; False where it is somebody else's by now.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with ledger.transaction() as connection:
        done = connection.execute(
            "UPDATE firings SET lease_until = :lease"
            " WHERE report = :report AND due_at = :due AND owner = :owner",
            {
                "report": firing.report,
                "due": stored(firing.due_at),
                "owner": owner,
                "lease": stored(now + lease),
            },
        )
        return bool(done.rowcount)


def lost(ledger: Ledger, reports: Collection[str], now: datetime) -> tuple[FiringRecord, ...]:
    """The firings of some reports whose owners have not come back.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.transaction() as connection:
        rows = connection.execute(
            "SELECT * FROM firings WHERE next_attempt_at IS NOT NULL AND lease_until <= ?"
            " AND report IN (SELECT value FROM json_each(?)) ORDER BY due_at, report",
            (stored(now), msgspec.json.encode(sorted(reports)).decode()),
        ).fetchall()
    return tuple(map(_record, rows))


def settle(
    ledger: Ledger,
    firing: FiringRecord,
    now: datetime,
    *,
    state: FiringState,
    reason: str,
    failures: int = 0,
    deadline: datetime | None = None,
    again_at: datetime | None = None,
) -> bool:
    """Say what became of a firing; False where it is not its owner's any more.

    Args:
        ledger: where.
        firing: as it was claimed, or found to be lost.
        now: the present instant.
        state: DONE, FAILED; DUE or WAITING to make it later.
        reason: why, for people.
        failures: how often in a row it has failed.
        deadline: of a failing one.
        again_at: when it is made again.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with ledger.transaction() as connection:
        done = connection.execute(
            "UPDATE firings SET state = :state, reason = :reason, failures = :failures,"
            " deadline = :deadline, next_attempt_at = :again, owner = NULL, lease_until = NULL,"
            " changed_at = CASE WHEN state = :state THEN changed_at ELSE :now END"
            " WHERE report = :report AND due_at = :due AND owner = :owner",
            {
                "report": firing.report,
                "due": stored(firing.due_at),
                "owner": firing.owner,
                "state": state,
                "reason": reason,
                "failures": failures,
                "deadline": _stored(deadline),
                "again": _stored(again_at),
                "now": stored(now),
            },
        )
        return bool(done.rowcount)


def next_look(ledger: Ledger, reports: Collection[str]) -> datetime | None:
    """When something is to be done next about some reports; None: never.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.transaction() as connection:
        (at,) = connection.execute(
            "WITH wanted AS (SELECT value FROM json_each(?))"
            " SELECT min(at) FROM (SELECT min(next_due) AS at FROM schedules"
            " WHERE report IN wanted"
            " UNION ALL SELECT min(coalesce(lease_until, next_attempt_at)) FROM firings"
            " WHERE next_attempt_at IS NOT NULL AND report IN wanted)",
            (msgspec.json.encode(sorted(reports)).decode(),),
        ).fetchone()
    return _when(at)


def of_report(ledger: Ledger, report: str | None = None) -> tuple[FiringRecord, ...]:
    """All firings of a report, or of all, in the order in which they were due.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    with ledger.transaction() as connection:
        rows = connection.execute(
            "SELECT * FROM firings WHERE ?1 IS NULL OR report = ?1 ORDER BY due_at, report",
            (report,),
        ).fetchall()
    return tuple(map(_record, rows))


def _record(row: sqlite3.Row) -> FiringRecord:
    return FiringRecord(
        report=row["report"],
        due_at=instant(row["due_at"]),
        state=FiringState(row["state"]),
        reason=row["reason"],
        changed_at=instant(row["changed_at"]),
        attempts=row["attempts"],
        failures=row["failures"],
        deadline=_when(row["deadline"]),
        next_attempt_at=_when(row["next_attempt_at"]),
        owner=row["owner"],
    )


def _when(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else instant(milliseconds)


def _stored(at: datetime | None) -> int | None:
    return None if at is None else stored(at)
