"""From rows as the API told them to the table of a query.

Steps of UTC become those of the report's zone, channels that nobody wants apart become one. What
adds up is added up, ratios are computed from their counts at the grain of the table.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from reporter.data.formula import Number
from reporter.data.rollup import rolled_up, with_derived
from reporter.data.table import AskAgain, Column, Kind, Role, Row, Sum, Table
from reporter.dates import step_of, time_zone
from reporter.sources.metrics_api.hearing import Heard
from reporter.sources.metrics_api.translation import Translation


def table_of(translation: Translation, rows: Iterable[Heard]) -> Table:
    """The table of a query: without dimensions it has a row even if the API told none."""
    columns = translation.columns
    groups: dict[Row, list[Heard]] = {}
    # In one order: sums of fractions depend on it, and the API may take any.
    for row in sorted(rows, key=lambda one: repr(one.key)):
        groups.setdefault(_key(translation, row), []).append(row)
    if not groups and not translation.query.dimensions:
        return Table(columns, (with_derived(columns, tuple(map(_of_nothing, columns))),))
    return Table(columns, tuple(_row(columns, key, group) for key, group in groups.items()))


def _key(translation: Translation, row: Heard) -> Row:
    """The values of the query's dimensions, those of time in its own steps."""
    zone = time_zone(translation.query.timezone)
    dimensions = translation.columns[: len(translation.query.dimensions)]
    return tuple(
        step_of(value, column.grain, zone)
        if isinstance(value, datetime) and column.grain is not None
        else value
        for column, value in zip(dimensions, row.key[:-1], strict=True)
    )


def _row(columns: Sequence[Column], key: Row, group: Sequence[Heard]) -> Row:
    measures = columns[len(key) :]
    rows = [(*key, *(one.numbers.get(c.name) for c in measures)) for one in group]
    if len(rows) == 1:
        return with_derived(columns, rows[0])
    together = zip(measures, rolled_up(columns, rows), strict=True)
    single = {c.name: _only(c, group) for c in measures if isinstance(c.roll_up, AskAgain)}
    return with_derived(columns, (*key, *(single.get(c.name, value) for c, value in together)))


def _only(column: Column, group: Sequence[Heard]) -> Number | None:
    """The value of what cannot be added up: one channel alone has it, see ``translation``."""
    values = [one.numbers.get(column.name) for one in group]
    return next((value for value in values if value is not None), None)


def _of_nothing(column: Column) -> Number | None:
    """The value of a metric over no records; derived ones are computed from it."""
    if column.unavailable is not None or column.role is not Role.METRIC:
        return None
    counts = isinstance(column.roll_up, Sum) or column.kind is Kind.INTEGER
    return 0 if counts else None
