"""From a query to one SQL statement over the records, and from its rows to a table."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from math import isfinite
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from sqlglot import exp

from reporter.catalog.model import (
    Aggregate,
    Attribute,
    Buckets,
    Dimension,
    Function,
    Metric,
    Named,
    TimeStep,
)
from reporter.data.rollup import with_derived
from reporter.data.table import Column, Kind, Row, Table, Value
from reporter.dates import Grain, time_zone, with_offset
from reporter.plan.columns import dimension_column, metric_column
from reporter.plan.model import Query
from reporter.sources.calls import sql
from reporter.sources.calls.conditions import Accounts, conditions_of
from reporter.sources.calls.duckdb_engine import INEXACT, Engine, Result
from reporter.sources.calls.offsets import Offsets, offsets_between
from reporter.sources.calls.records import Records, chained, cte, within
from reporter.sources.calls.vocabulary import Vocabulary

_BUCKETED: Final = "bucketed"
_WEEK_SHIFTS: Final = {
    Grain.WEEK_MONDAY_START: timedelta(),
    Grain.WEEK_SUNDAY_START: timedelta(days=1),
    Grain.WEEK_SATURDAY_START: timedelta(days=2),
}
"""How far a day moves so that its week is the one from Monday."""


class Compiled(msgspec.Struct, frozen=True):
    """A query, its table's columns, and what is selected to fill them.

    Attributes:
        columns: of the table; those that the source cannot fill say why.
        asked: the metrics that the select answers, in its order, after the dimensions.
        select: over the records; None where the source has the columns for nothing of it.
        bucketed: numbers to put into buckets, which the select takes as columns.
        sums: metrics that add up something that may be a fraction.
    """

    query: Query
    columns: tuple[Column, ...]
    asked: tuple[str, ...]
    select: exp.Select | None
    bucketed: tuple[exp.Expr, ...] = ()
    sums: tuple[str, ...] = ()

    def statement(self, records: Records, engine: Engine, *, clean: bool) -> exp.Select | None:
        """The whole statement; ``clean``: the interval is known to hold no bad record."""
        if self.select is None:
            return None
        statement = self._over(self.select, records, clean=clean)
        if not self.sums:
            return statement
        types = engine.types_of(statement)
        inexact = {name for name in self.sums if types[name] in INEXACT}
        return self._over(_with_exact(self.select, inexact), records, clean=clean)

    def _over(self, selected: exp.Select, records: Records, *, clean: bool) -> exp.Select:
        needed = {
            column.name
            for tree in (selected, *self.bucketed)
            for column in tree.find_all(exp.Column)
            if column.table == sql.RECORDS
        }
        chain = records.good(needed, self.query.interval, clean=clean)
        if self.bucketed:
            select = exp.select("*", *self.bucketed).from_(sql.RECORDS)
            chain = (*chain, cte(_BUCKETED, select))
        return chained(chain, selected)


def compiled(query: Query, words: Vocabulary, accounts: Accounts) -> Compiled:
    """What is to be selected for a query.

    Raises:
        SourceError: a filter cannot be applied, or an expression of the catalog is none.
    """
    conditions = conditions_of(query, words, accounts)
    columns = _columns(query, words)
    unavailable = {column.name for column in columns if column.unavailable is not None}
    measures = [
        (metric, metric.definition)
        for metric in query.metrics
        if isinstance(metric.definition, Aggregate) and metric.name not in unavailable
    ]
    asked = tuple(metric.name for metric, _ in measures)
    if unavailable.intersection(d.name for d in query.dimensions) or not (
        measures or query.dimensions
    ):
        return Compiled(query, columns, asked, None)
    time = sql.column(words.catalog.records.time, sql.RECORDS)
    offsets = _offsets(query)
    selected = [c for d in query.dimensions for c in _keys(d, words, time, offsets)]
    groups = len(selected)
    selected += [_measure(metric, definition, words) for metric, definition in measures]
    select = exp.select(*selected)
    select = select.where(within(query.interval, time), *conditions)
    bucketed = _bucket_values(query, words)
    if bucketed:
        select = select.from_(exp.alias_(exp.to_table(_BUCKETED), sql.RECORDS, table=True))
    else:
        select = select.from_(sql.RECORDS)
    if groups:
        select = select.group_by(*(sql.whole(n) for n in range(1, groups + 1)))
    sums = tuple(
        metric.name for metric, definition in measures if _may_be_fraction(definition, words)
    )
    return Compiled(query, columns, asked, select, bucketed, sums)


def table_of(compiled_query: Compiled, result: Result | None) -> Table:
    """The table of a query, from what the engine answered."""
    query, columns = compiled_query.query, compiled_query.columns
    if result is None:
        return Table(columns, () if query.dimensions else (tuple(None for _ in columns),))
    zone = time_zone(query.timezone)
    fractions = _fractions(compiled_query, result)
    columns = tuple(
        msgspec.structs.replace(c, kind=Kind.NUMBER) if c.name in fractions else c for c in columns
    )
    width = len(query.dimensions)
    rows: list[Row] = []
    for raw in result.rows:
        cells = list(raw)
        keys = [_key(dimension, cells, zone) for dimension in query.dimensions]
        measured = dict(zip(compiled_query.asked, map(_number, cells), strict=True))
        row: Row = (*keys, *(measured.get(column.name) for column in columns[width:]))
        rows.append(with_derived(columns, row))
    return Table(columns, tuple(rows))


def _columns(query: Query, words: Vocabulary) -> tuple[Column, ...]:
    others = {metric.name: metric for metric in query.metrics}
    columns = []
    for dimension in query.dimensions:
        reason = words.why_no_dimension(dimension)
        columns.append(_marked(dimension_column(dimension), reason))
    for metric in query.metrics:
        reason = words.why_no_metric(metric, others)
        columns.append(_marked(metric_column(metric), reason))
    return tuple(columns)


def _marked(column: Column, reason: str | None) -> Column:
    return msgspec.structs.replace(column, unavailable=reason)


def _offsets(query: Query) -> Offsets:
    interval = query.interval
    return offsets_between(time_zone(query.timezone), interval.since, interval.until)


def _keys(
    dimension: Dimension, words: Vocabulary, time: exp.Expr, offsets: Offsets
) -> tuple[exp.Expr, ...]:
    """What a dimension groups by: one column, for hours a second one with the UTC offset."""
    match dimension.definition:
        case Named():
            return ()
        case Attribute(expression):
            key = words.expression(expression, f"the dimension {dimension.name}")
            if dimension.kind is Kind.TEXT:
                key = exp.cast(key, exp.DType.TEXT)
            return (sql.named(key, dimension.name),)
        case TimeStep(Grain.HOUR):
            hour = exp.TimestampTrunc(this=offsets.local(time), unit=exp.var("HOUR"))
            return (
                sql.named(hour, dimension.name),
                sql.named(offsets.offset(time), f"{dimension.name} offset"),
            )
        case TimeStep(grain):
            return (sql.named(_day(grain, offsets.local(time)), dimension.name),)
        case Buckets() as definition:
            value = sql.column(_value_of(dimension), sql.RECORDS)
            return (sql.named(_bucket(definition, value), dimension.name),)


def _day(grain: Grain, local: exp.Expr) -> exp.Expr:
    """The first day of a local time's step."""
    shift = _WEEK_SHIFTS.get(grain)
    if shift is None:
        step: exp.Expr = exp.TimestampTrunc(this=local, unit=exp.var(grain.value))
    else:
        moved = exp.Add(this=sql.grouped(local), expression=sql.seconds(shift)) if shift else local
        step = exp.TimestampTrunc(this=moved, unit=exp.var("WEEK"))
        if shift:
            step = exp.Sub(this=step, expression=sql.seconds(shift))
    return exp.cast(step, exp.DType.DATE)


def _value_of(dimension: Dimension) -> str:
    return f"{dimension.name} value"


def _bucket_values(query: Query, words: Vocabulary) -> tuple[exp.Expr, ...]:
    """The numbers that are put into buckets, each as a column."""
    return tuple(
        sql.named(
            words.expression(d.definition.expression, f"the dimension {d.name}"), _value_of(d)
        )
        for d in query.dimensions
        if isinstance(d.definition, Buckets)
    )


def _bucket(definition: Buckets, value: exp.Expr) -> exp.Expr:
    buckets = definition.buckets
    first, last = buckets[0], buckets[-1]
    under: tuple[exp.Expr, exp.Expr] = (sql.below(value, sql.whole(first.since)), exp.null())
    branches = [under]
    for bucket, following in pairwise(buckets):
        branches.append((sql.below(value, sql.whole(following.since)), sql.text(bucket.name)))
    branches.append((sql.at_least(value, sql.whole(last.since)), sql.text(last.name)))
    return sql.case(branches)


def _measure(metric: Metric, definition: Aggregate, words: Vocabulary) -> exp.Expr:
    whose = f"the metric {metric.name}"
    of = words.expression(definition.of, whose) if definition.of is not None else exp.Star()
    match definition.function:
        case Function.COUNT:
            aggregate: exp.Expr = exp.Count(this=of)
        case Function.COUNT_DISTINCT:
            aggregate = exp.Count(this=exp.Distinct(expressions=[of]))
        case Function.SUM:
            aggregate = exp.Sum(this=of)
        case Function.LEAST:
            aggregate = exp.Min(this=of)
        case Function.GREATEST:
            aggregate = exp.Max(this=of)
    if definition.where is not None:
        where = exp.Where(this=words.expression(definition.where, whose))
        aggregate = exp.Filter(this=aggregate, expression=where)
    if definition.function is Function.SUM:
        aggregate = exp.Coalesce(this=aggregate, expressions=[sql.whole(0)])
    return sql.named(aggregate, metric.name)


def _may_be_fraction(definition: Aggregate, words: Vocabulary) -> bool:
    """Whether a sum's addends are not written as whole numbers."""
    if definition.function is not Function.SUM or definition.of is None:
        return False
    addend = words.parsed(definition.of, "a sum")
    return not (isinstance(addend, exp.Cast) and addend.to.is_type(exp.DType.BIGINT))


def _with_exact(select: exp.Select, names: set[str]) -> exp.Select:
    """The select with these sums taken over decimals.

    A sum of floating-point numbers depends on the order in which threads add them.
    """
    select = select.copy()
    for column in select.expressions:
        if column.alias in names:
            for total in column.find_all(exp.Sum):
                exact = exp.DataType.build("DECIMAL(38, 9)")
                total.set("this", exp.Cast(this=total.this, to=exact))
    return select


def _fractions(compiled_query: Compiled, result: Result) -> frozenset[str]:
    """The measures whose type in the engine is not one of whole numbers."""
    types = result.types[-len(compiled_query.asked) :] if compiled_query.asked else ()
    return frozenset(
        name
        for name, kind in zip(compiled_query.asked, types, strict=True)
        if kind in INEXACT or kind.startswith("DECIMAL")
    )


def _key(dimension: Dimension, cells: list[Any], zone: ZoneInfo) -> Value:
    """The value of a dimension; takes what it is made of from the front of the cells."""
    value = cells.pop(0)
    if isinstance(dimension.definition, TimeStep):
        if dimension.definition.grain is Grain.HOUR:
            offset = timezone(timedelta(seconds=cells.pop(0)))
            hour: datetime = value.replace(tzinfo=offset)
            return hour
        return value if isinstance(value, date) else None
    if isinstance(value, datetime):
        return with_offset(value.replace(tzinfo=UTC), zone)
    if isinstance(value, Decimal | float):
        return _number(value)
    return value  # type: ignore[no-any-return]  # Table checks it at birth


def _number(value: Any) -> int | float | None:  # noqa: ANN401 - a cell of the engine
    if value is None or isinstance(value, int):
        return value
    number = float(value)
    return number if isfinite(number) else None
