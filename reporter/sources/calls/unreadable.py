"""Files whose values cannot be read at all: a wrong mapping, not a few bad records."""

from pathlib import Path
from typing import Any, Final

from sqlglot import exp

from reporter.catalog.model import RecordColumnType
from reporter.errors import SourceError
from reporter.sources.calls import sql
from reporter.sources.calls.duckdb_engine import Engine
from reporter.sources.calls.files import shown
from reporter.sources.calls.readings import WORDS, Reading
from reporter.sources.calls.records import CHECKED, FILE_COLUMN, ROW_COLUMN, Records
from reporter.sources.calls.rejections import rows_before

_HINTS: Final = {
    RecordColumnType.TIMESTAMP: (
        "times are written 2026-10-01 09:30:00, with or without T, fraction and offset; map"
        " others with an expression, for instance strptime(column, '%d.%m.%Y %H:%M')"
    ),
}
_HINT: Final = "map the column with an expression, or its values under `values:`"


def refuse_unreadable(source: str, records: Records, engine: Engine, folder: Path) -> None:
    """Refuse a file in which a column has values, but none of them can be read.

    Raises:
        SourceError: with file, column and a value.
    """
    for reading in records.readings:
        if reading.is_parsed():
            for file, row, value in engine.run(_question(records, reading)).rows:
                raise _refusal(source, reading, value, _place(records, engine, folder, file, row))


def _question(records: Records, reading: Reading) -> exp.Expr:
    """The first file without a readable value: its name, and row and text of the first value."""
    value = sql.column(reading.name, CHECKED)
    written = sql.column(reading.written, CHECKED)
    file = sql.column(FILE_COLUMN, CHECKED) if records.file else sql.text("")
    row = sql.column(ROW_COLUMN, CHECKED) if records.file else written.copy()
    first = sql.case([(sql.is_known(written), row)])
    return (
        exp.select(
            sql.named(file, "file"),
            sql.named(exp.Min(this=first), "row"),
            sql.named(exp.ArgMin(this=written.copy(), expression=first.copy()), "value"),
        )
        .from_(CHECKED)
        .group_by("1")
        .having(
            exp.EQ(this=exp.Count(this=value), expression=sql.whole(0)),
            exp.GT(this=exp.Count(this=written.copy()), expression=sql.whole(0)),
        )
        .order_by("1")
        .limit(1)
    )


def _refusal(source: str, reading: Reading, value: str, place: str) -> SourceError:
    columns = reading.source.find_all(exp.Column) if reading.source is not None else ()
    names = tuple(dict.fromkeys(column.name for column in columns))
    mapped = "" if names in {(), (reading.name,)} else f" (from {', '.join(names)})"
    return SourceError(
        source,
        f"{place}: no value of {reading.name}{mapped} can be read as"
        f" {WORDS[reading.column.type]}, for instance {value!r}",
        hint=_HINTS.get(reading.column.type, _HINT),
    )


def _place(records: Records, engine: Engine, folder: Path, file: str, row: Any) -> str:  # noqa: ANN401 - a cell of the engine
    if not records.file:
        return f"{shown(str(engine.files.matches[0]), folder)}, table {engine.files.table}"
    before = rows_before(records, engine).get(file, -1)
    return f"{shown(file, folder)}, row {row - before}"
