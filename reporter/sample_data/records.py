"""Call records as Parquet, made by the engine in one thread: the same request, the same bytes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from reporter.errors import ReporterError
from reporter.sample_data.chance import mix
from reporter.sample_data.lookup import (
    line_rows,
    mix_number,
    outcome_rows,
    route_rows,
    spread_number,
    spread_rows,
)
from reporter.sample_data.model import Request, World
from reporter.sample_data.rhythm import hours

_FOLDER: Final = Path(__file__).parent
_TABLES: Final = "tables.sql"
_RECORDS: Final = "records.sql"
_INSERT: Final = {
    "hours": "INSERT INTO hours BY NAME SELECT unnest($rows, recursive := true)",
    "routes": "INSERT INTO routes BY NAME SELECT unnest($rows, recursive := true)",
    "lines": "INSERT INTO lines BY NAME SELECT unnest($rows, recursive := true)",
    "outcomes": "INSERT INTO outcomes BY NAME SELECT unnest($rows, recursive := true)",
    "spreads": "INSERT INTO spreads BY NAME SELECT unnest($rows, recursive := true)",
}
_PLAIN: Final[dict[str, str | bool | int | float | list[str]]] = {
    # More threads would finish the groups of rows in another order.
    "threads": 1,
    # The joins stay as written: calls stream past the small tables, so they keep their order and
    # need no memory. The optimiser cannot know how many calls an hour has.
    "disabled_optimizers": "join_order,build_side_probe_side",
}
_FULL: Final = "No space left on device"
_LAST_DAY: Final = timedelta(days=1)


class HourRow(NamedTuple):
    """An hour as the engine sees it, its begin in milliseconds."""

    begin_ms: int
    calls: int
    before: int
    outage: int | None


class Records:
    """The engine with one request's tables in it."""

    def __init__(self, request: Request, world: World) -> None:
        self._engine = duckdb.connect(config=_PLAIN)
        self._engine.execute((_FOLDER / _TABLES).read_text(encoding="utf-8"))
        self._query = (_FOLDER / _RECORDS).read_text(encoding="utf-8")
        self._fixed = _fixed_values(request, world)
        self._insert("hours", _hour_rows(request, world))
        self._insert("routes", route_rows(world))
        self._insert("lines", line_rows(world))
        self._insert("outcomes", outcome_rows(world))
        self._insert("spreads", spread_rows(world))

    def write(self, begin: datetime, end: datetime, file: Path) -> None:
        """Write the calls of ``[begin, end)`` to a new Parquet file.

        Raises:
            ReporterError: the file cannot be written.
        """
        values = {**self._fixed, "begin": _milliseconds(begin), "end": _milliseconds(end)}
        try:
            self._engine.sql(self._query, params=values).write_parquet(
                str(file), compression="zstd"
            )
        except duckdb.IOException as error:
            raise ReporterError(f"{file} cannot be written: {_reason(error)}") from error

    def close(self) -> None:
        """Let the engine go."""
        self._engine.close()

    def _insert(self, table: str, rows: Iterable[NamedTuple]) -> None:
        self._engine.execute(_INSERT[table], {"rows": [row._asdict() for row in rows]})


def _reason(error: duckdb.IOException) -> str:
    """What the engine says of a file, without the JSON that a full disk makes it say."""
    return _FULL if _FULL in str(error) else str(error).removeprefix("IO Error: ")


def _hour_rows(request: Request, world: World) -> Iterable[HourRow]:
    return (
        HourRow(_milliseconds(hour.begin), hour.calls, hour.before, hour.outage)
        for hour in hours(request, world.rhythm, world.incident)
    )


def _fixed_values(request: Request, world: World) -> dict[str, int]:
    return {
        "key": mix(request.seed),
        "snapshot": _milliseconds(request.end),
        "late": _milliseconds(request.end - _LAST_DAY),
        "late_permille": world.late,
        "machine_permille": world.machines,
        "outage_mix": mix_number(world, world.incident.mix),
        "ring": spread_number(world, "ring"),
        "fail": spread_number(world, "fail"),
        "answer": spread_number(world, "answer"),
        "give_up": spread_number(world, "give up"),
        "voicemail": spread_number(world, "voicemail"),
    }


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp()) * 1000
