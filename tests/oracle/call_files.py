"""Writes call records to files, in every form that a source reads."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import duckdb
from reference import CallRecord

_TYPES: Final = {
    "sent_at": "TIMESTAMP",
    "ringing_at": "TIMESTAMP",
    "answered_at": "TIMESTAMP",
    "ended_at": "TIMESTAMP",
    "communication_id": "BIGINT",
    "network_id": "INTEGER",
    "country_id": "INTEGER",
    "billed_seconds": "DOUBLE",
}
COLUMNS: Final = tuple(field.name for field in fields(CallRecord))
TIMES: Final = tuple(name for name, type_ in _TYPES.items() if type_ == "TIMESTAMP")
USUAL: Final = tuple(name for name in COLUMNS if name != "billed_seconds")
"""Without the optional column, which changes what a duration is."""


@dataclass(frozen=True, slots=True)
class Writing:
    """One way to write records.

    Attributes:
        suffix: parquet, csv or ndjson.
        timestamp: the type of times in Parquet.
        zone: the zone of times in text files; None: UTC, with a Z.
    """

    suffix: str
    timestamp: str = "TIMESTAMP"
    zone: str | None = None


PARQUET: Final = Writing("parquet")


def write(
    calls: Iterable[CallRecord],
    path: Path,
    writing: Writing = PARQUET,
    columns: Sequence[str] = USUAL,
) -> None:
    """Write the records to one file; the suffix is appended to the path."""
    file = path.with_suffix(f".{writing.suffix}")
    rows = [[getattr(call, name) for name in columns] for call in calls]
    match writing.suffix:
        case "parquet":
            _parquet(rows, file, columns, writing.timestamp)
        case "csv":
            with file.open("w", newline="", encoding="utf-8") as out:
                writer = csv.writer(out)
                writer.writerow(columns)
                writer.writerows([_text(value, writing.zone) for value in row] for row in rows)
        case "ndjson":
            objects = (
                dict(zip(columns, (_text(v, writing.zone) for v in row), strict=True))
                for row in rows
            )
            lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in objects)
            file.write_text("".join(lines), encoding="utf-8")
        case suffix:
            raise ValueError(suffix)


def _text(value: object, zone: str | None) -> object:
    if not isinstance(value, datetime):
        return value
    if zone is None:
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(sep=" ")


def _parquet(
    rows: Sequence[Sequence[object]], file: Path, columns: Sequence[str], timestamp: str
) -> None:
    declared = ", ".join(
        f"{name} {timestamp if name in TIMES else _TYPES.get(name, 'VARCHAR')}" for name in columns
    )
    with duckdb.connect() as engine:
        engine.execute(f"CREATE TABLE calls ({declared})")
        if rows:
            one = f"({', '.join('?' * len(columns))})"
            values = [_naive_utc(value, timestamp) for row in rows for value in row]
            engine.execute(f"INSERT INTO calls VALUES {', '.join([one] * len(rows))}", values)  # noqa: S608 - only question marks
        engine.execute(f"COPY calls TO '{file}' (FORMAT parquet)")


def _naive_utc(value: object, timestamp: str) -> object:
    if isinstance(value, datetime) and timestamp != "TIMESTAMPTZ":
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def accounts(parents: Mapping[str, str | None], path: Path) -> None:
    """Write the table of accounts."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("account_key", "parent_key", "name"))
        writer.writerows((key, parent, f"The {key}") for key, parent in parents.items())
