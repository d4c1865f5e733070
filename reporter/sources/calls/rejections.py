"""The bad records: how many, and the first few with place and reason."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec
from sqlglot import exp

from reporter.data.answer import Rejected, Rejections
from reporter.dates import Interval
from reporter.sources.calls import sql
from reporter.sources.calls.duckdb_engine import Engine
from reporter.sources.calls.files import Kind, shown
from reporter.sources.calls.records import (
    CHECKED,
    FILE_COLUMN,
    PROBLEM,
    ROW_COLUMN,
    Records,
    chained,
    within,
)

EXAMPLES: Final = 20


class BadRecord(msgspec.Struct, frozen=True, order=True):
    """One bad record; they sort by place. Rows are counted from 1 in each file."""

    file: str
    row: int
    identity: str
    problem: str


class Found(msgspec.Struct, frozen=True):
    """Bad records: all of them counted, the first few at hand."""

    count: int
    first: tuple[BadRecord, ...]


def bad_in(interval: Interval, records: Records, engine: Engine) -> Found:
    """The bad records whose time lies in an interval."""
    time = sql.column(records.layout.time, CHECKED)
    return _found(within(interval, time), records, engine, records.checked(interval))


def bad_without_time(records: Records, engine: Engine) -> Found:
    """The bad records that have no readable time."""
    time = sql.column(records.layout.time, CHECKED)
    return _found(sql.is_null(time), records, engine, records.checked(timeless=True))


def together(found: Iterable[Found], folder: Path) -> Rejections:
    """All of these bad records."""
    parts = tuple(found)
    first = sorted(record for part in parts for record in part.first)[:EXAMPLES]
    return Rejections(
        count=sum(part.count for part in parts),
        examples=tuple(Rejected(_place(record, folder), record.problem) for record in first),
    )


def _found(
    condition: exp.Expr, records: Records, engine: Engine, chain: Sequence[exp.CTE]
) -> Found:
    # Mostly there are none, and counting them spares the engine the columns that name them.
    problem = sql.column(PROBLEM, CHECKED)
    bad = exp.select(exp.Count(this=exp.Star())).from_(CHECKED)
    bad = bad.where(sql.is_known(problem), condition)
    ((count,),) = engine.run(chained(chain, bad)).rows
    if not count:
        return Found(0, ())
    places = [_file(records), _row(records), _identity(records)]
    listed = bad.select(*places, problem, append=False).order_by("1", "2", "3", "4")
    rows = engine.run(chained(chain, listed.limit(EXAMPLES))).rows
    before = rows_before(records, engine)
    first = (BadRecord(f, n - before.get(f, -1), i, why) for f, n, i, why in rows)
    return Found(count, tuple(first))


def rows_before(records: Records, engine: Engine) -> dict[str, int]:
    """The number of the last row before each file's first, where rows are counted through."""
    if not records.file or engine.files.kind is Kind.PARQUET:
        return {}
    file, row = sql.column(FILE_COLUMN, CHECKED), sql.column(ROW_COLUMN, CHECKED)
    statement = exp.select(file, exp.Min(this=row)).from_(CHECKED).group_by("1")
    return {name: first - 1 for name, first in engine.run(statement).rows}


def _file(records: Records) -> exp.Expr:
    return sql.column(FILE_COLUMN, CHECKED) if records.file else sql.text("")


def _row(records: Records) -> exp.Expr:
    return sql.column(ROW_COLUMN, CHECKED) if records.row is not None else sql.whole(0)


def _identity(records: Records) -> exp.Expr:
    name = records.layout.identity
    if name is None or records.reading(name) is None:
        return sql.text("")
    identity = exp.cast(sql.column(name, CHECKED), exp.DType.TEXT)
    return exp.Coalesce(this=identity, expressions=[sql.text("")])


def _place(record: BadRecord, folder: Path) -> str:
    identity = f" ({record.identity})" if record.identity else ""
    if not record.file:
        return record.identity or "a record without a name"
    return f"{shown(record.file, folder)}, row {record.row}{identity}"
