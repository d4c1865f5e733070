"""From a source's answer to the result that is posted to the callback."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from reporter.catalog.model import Buckets, Catalog, Ratio
from reporter.data.answer import Answer
from reporter.data.table import Format, Kind, Row, Table, Value, number_or_none
from reporter.dates import Interval
from reporter.plan.columns import dimension_column, metric_column
from reporter.server.moments import written
from reporter.server.questions import CHANNEL, Question

NO_VALUE: Final = "N/A"
_HOUR: Final = timedelta(hours=1)
_PERCENT: Final = 100
_TYPES: Final = {
    Kind.INTEGER: "INTEGER",
    Kind.NUMBER: "NUMBER",
    Kind.TEXT: "STRING",
    Kind.DATE: "DATE_TIME",
    Kind.DATE_TIME: "DATE_TIME",
}

Cell = str | int | float
Read = Callable[[Row], Value]
"""Takes the value of one column of a result out of a row of a table."""


class _Column(msgspec.Struct, frozen=True, rename="camel"):
    column_name: str
    column_data_type: str


class _Period(msgspec.Struct, frozen=True, rename="camel"):
    sent_since: str
    sent_until: str


class _Response(msgspec.Struct, frozen=True, rename="camel"):
    requested_period: _Period
    total_rows: int
    columns: tuple[_Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


class _Result(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    request_id: str
    status: str
    response: _Response | None = None
    failure_message: str | None = None


def success(request: str, meant: Question, answer: Answer, catalog: Catalog) -> bytes:
    """The body of a callback that brings numbers.

    Args:
        request: its id.
        meant: what was asked.
        answer: the source's.
        catalog: of the source.
    """
    period = answer.interval
    columns = (*_dimension_columns(meant, catalog), *_metric_columns(meant, catalog))
    rows = _rows(meant, answer, catalog)
    response = _Response(
        _Period(written(period.since), written(period.until)), len(rows), columns, rows
    )
    return msgspec.json.encode(_Result(request, "SUCCESS", response))


def failure(request: str, message: str) -> bytes:
    """The body of a callback that brings none."""
    return msgspec.json.encode(_Result(request, "FAILED", failure_message=message))


def covered(interval: Interval, latest: datetime | None) -> Interval:
    """What there are records of: the interval up to the end of the hour of the latest one.

    Args:
        interval: what was asked.
        latest: the time of the latest record; None: there are none.
    """
    if latest is None:
        return Interval(interval.since, interval.since)
    return _until(interval, _hour_of(latest) + _HOUR)


def complete(interval: Interval, declared: datetime) -> Interval:
    """What is said to be complete of an interval, in whole hours.

    Args:
        interval: what was asked.
        declared: up to when records are complete.
    """
    return _until(interval, _hour_of(declared))


def _until(interval: Interval, end: datetime) -> Interval:
    return Interval(interval.since, max(interval.since, min(interval.until, end)))


def _hour_of(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _dimension_columns(meant: Question, catalog: Catalog) -> tuple[_Column, ...]:
    found = ((name, catalog.dimension(name)) for name in meant.columns)
    return tuple(
        _Column(name, "STRING" if dimension is None else _TYPES[dimension.kind])
        for name, dimension in found
    )


def _metric_columns(meant: Question, catalog: Catalog) -> tuple[_Column, ...]:
    return tuple(_Column(name, _metric_type(name, catalog)) for name in meant.metrics)


def _metric_type(name: str, catalog: Catalog) -> str:
    metric = catalog.metric(name)
    if metric is None:  # a metric of messages
        return "NUMBER" if name.endswith(("_RATE", "_RATIO")) else "INTEGER"
    return _TYPES[metric_column(metric).kind]


def _rows(meant: Question, answer: Answer, catalog: Catalog) -> tuple[tuple[Cell, ...], ...]:
    table = answer.table
    dimensions = [_dimension_reader(name, table, meant) for name in meant.columns]
    metrics = [_metric_reader(name, table, catalog) for name in meant.metrics]
    rows = sorted(table.rows, key=_order(meant, dimensions, catalog))
    return tuple(tuple(_cell(read(row)) for read in (*dimensions, *metrics)) for row in rows)


def _dimension_reader(name: str, table: Table, meant: Question) -> Read:
    if name in {column.name for column in table.dimensions}:
        index = table.index(name)
        return lambda row: row[index]
    constant = meant.channel if name == CHANNEL else None
    return lambda _row: constant


def _metric_reader(name: str, table: Table, catalog: Catalog) -> Read:
    metric = catalog.metric(name)
    if metric is None or name not in {column.name for column in table.metrics}:
        return lambda _row: None
    index = table.index(name)
    if metric.format is not Format.PERCENT:
        return lambda row: row[index]
    if isinstance(metric.definition, Ratio):
        above = table.index(metric.definition.numerator)
        below = table.index(metric.definition.denominator)
        return lambda row: _share(row[above], row[below])
    return lambda row: _percent(row[index])


def _share(above: Value, below: Value) -> Value:
    """A ratio in percent, straight from its counts: rounded once."""
    numerator, denominator = number_or_none(above), number_or_none(below)
    if numerator is None or not denominator:
        return None
    return _PERCENT * numerator / denominator


def _percent(value: Value) -> Value:
    number = number_or_none(value)
    return None if number is None else _PERCENT * number


def _order(
    meant: Question, readers: list[Read], catalog: Catalog
) -> Callable[[Row], tuple[tuple[bool, float | str], ...]]:
    """By the dimensions from the left; buckets in the order of time, no value last."""
    ranks = [_ranks(name, catalog) for name in meant.columns]

    def key(row: Row) -> tuple[tuple[bool, float | str], ...]:
        return tuple(_sortable(read(row), rank) for read, rank in zip(readers, ranks, strict=True))

    return key


def _ranks(name: str, catalog: Catalog) -> dict[str, int]:
    dimension = catalog.dimension(name)
    if dimension is None or not isinstance(dimension.definition, Buckets):
        return {}
    members = dimension_column(dimension).members
    return {member.value: position for position, member in enumerate(members)}


def _sortable(value: Value, ranks: dict[str, int]) -> tuple[bool, float | str]:
    if value is None:
        return (True, 0)
    if isinstance(value, str):
        return (False, ranks.get(value, len(ranks)) if ranks else value)
    return (False, value if isinstance(value, int | float) else str(_cell(value)))


def _cell(value: Value) -> Cell:
    match value:
        case None:
            return NO_VALUE
        case datetime():
            return written(value)
        case date():
            return written(datetime(value.year, value.month, value.day, tzinfo=UTC))
        case _:
            return value
