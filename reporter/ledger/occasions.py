"""What the owner is to be told of, and has been: everything once, whoever tells it."""

import sqlite3
from datetime import datetime

import msgspec

from reporter.ledger.times import instant, stored


class Occasion(msgspec.Struct, frozen=True):
    """Something that went wrong, or needs a person's decision.

    Attributes:
        id: the same for the same occasion, in all processes.
        report: whose.
        sentence: what it is.
        hint: what to do about it; may be empty.
    """

    id: str
    report: str
    sentence: str
    hint: str = ""


def untold(connection: sqlite3.Connection, since: datetime) -> tuple[Occasion, ...]:
    """What the ledger knows of since an instant and nobody was told of, inside a transaction.

    Words to the owner that fail are none: that would never end.
    """
    at = stored(since)
    failed = connection.execute(
        "SELECT report, due_at, reason, 'firing ' || report || ' ' || due_at AS id FROM firings"
        " WHERE state = 'failed' AND changed_at >= ? AND NOT EXISTS"
        " (SELECT 1 FROM occasions WHERE id = 'firing ' || report || ' ' || due_at)"
        " ORDER BY due_at, report",
        (at,),
    ).fetchall()
    troubled = connection.execute(
        "SELECT d.*, e.since, e.until, 'delivery ' || d.id || ' ' || d.changed_at AS occasion"
        " FROM deliveries AS d JOIN editions AS e ON e.id = d.edition"
        " WHERE d.state IN ('failed', 'unknown', 'held') AND d.changed_at >= ? AND NOT EXISTS"
        " (SELECT 1 FROM occasions WHERE id = 'delivery ' || d.id || ' ' || d.changed_at)"
        " ORDER BY d.changed_at, d.rowid",
        (at,),
    ).fetchall()
    return (*map(_of_firing, failed), *map(_of_delivery, troubled))


def first_time(connection: sqlite3.Connection, occasion: str, now: datetime) -> bool:
    """Write down an occasion inside a transaction; False where it was told of before."""
    done = connection.execute(
        "INSERT INTO occasions VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
        (occasion, stored(now)),
    )
    return bool(done.rowcount)


def _of_firing(row: sqlite3.Row) -> Occasion:
    due = f"{instant(row['due_at']):%Y-%m-%d %H:%M} UTC"
    return Occasion(row["id"], row["report"], f"not made when it was due at {due}: {row['reason']}")


def _of_delivery(row: sqlite3.Row) -> Occasion:
    state, short = row["state"], row["id"][:8]
    begin, end = (f"{instant(row[name]):%Y-%m-%d %H:%M}" for name in ("since", "until"))
    why = f": {row['reason']}" if row["reason"] else ""
    sentence = f"{begin} to {end} UTC, {row['name']} to {row['recipient']}: {state}{why}"
    hints = {
        "unknown": f"ask whether it arrived, then: reporter deliveries resolve {short} --sent,"
        " or --resend",
        "failed": f"once the reason is gone: reporter deliveries resolve {short} --resend",
        "held": f"to send it all the same: reporter deliveries resolve {short} --resend",
    }
    return Occasion(row["occasion"], row["report"], sentence, hints[state])
