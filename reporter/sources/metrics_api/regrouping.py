"""From rows as the API told them to the table of a query.

Steps of UTC become those of the report's zone, channels that nobody wants apart become one. What
adds up is added up, ratios are computed from their counts at the grain of the table.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from reporter.data.formula import Number
from reporter.data.rollup import rolled_up, with_derived
from reporter.data.table import (
    Column,
    Kind,
    Role,
    Row,
    Sum,
    Table,
    Value,
)
from reporter.dates import Grain, step_of, time_zone
from reporter.sources.metrics_api.hearing import Heard
from reporter.sources.metrics_api.translation import Translation


def table_of(translation: Translation, rows: Iterable[Heard]) -> Table:
    """The table of a query: without dimensions it has a row even if the API told none."""
    columns = translation.columns
    # In one order: sums of fractions depend on it, and the API may take any.
    rows = sorted(rows, key=lambda row: repr(row.key))
    groups: dict[Row, list[Row]] = {}
    for row, key in zip(rows, _keys(translation, rows), strict=True):
        groups.setdefault(key, []).append((*key, *row.numbers))
    if not groups and not translation.query.dimensions:
        return Table(columns, (with_derived(columns, tuple(map(_of_nothing, columns))),))
    return Table(columns, tuple(_row(columns, key, group) for key, group in groups.items()))


def _keys(translation: Translation, rows: Sequence[Heard]) -> Iterator[Row]:
    """The values of the query's dimensions in each row, those of time in its own steps."""
    zone = time_zone(translation.query.timezone)
    dimensions = translation.columns[: len(translation.query.dimensions)]
    steps: dict[tuple[datetime, Grain], Value] = {}

    def local(instant: datetime, grain: Grain) -> Value:
        if (instant, grain) not in steps:
            steps[instant, grain] = step_of(instant, grain, zone)
        return steps[instant, grain]

    for row in rows:
        yield tuple(
            local(value, column.grain)
            if isinstance(value, datetime) and column.grain is not None
            else value
            for column, value in zip(dimensions, row.key[:-1], strict=True)
        )


def _row(columns: Sequence[Column], key: Row, group: Sequence[Row]) -> Row:
    if len(group) == 1:
        return with_derived(columns, group[0])
    return (*key, *rolled_up(columns, group))


def _of_nothing(column: Column) -> Number | None:
    """The value of a metric over no records; derived ones are computed from it."""
    if column.unavailable is not None or column.role is not Role.METRIC:
        return None
    counts = isinstance(column.roll_up, Sum) or column.kind is Kind.INTEGER
    return 0 if counts else None
