"""Heatmaps: a value for each pair of groups, or for each hour of the day and weekday.

Hours are folded from the hours of the period, from rolled-up operands: the answer rate of
Mondays at nine is the answered calls of all those hours over the attempted ones.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Final

import msgspec
from babel.dates import format_time

from reporter.data.rollup import adds_up, rolled_up
from reporter.data.table import Column, Kind, Row, Table, Value, number_or_none
from reporter.document.charts.places import Places, columns_across, rows_down
from reporter.document.charts.series import series_of, value_cell
from reporter.document.frame import Frame
from reporter.document.model import Series
from reporter.document.prepare import Prepared
from reporter.document.shape import time_dimension
from reporter.document.values import Cell, Head, HeadRole
from reporter.spec.query import QuerySpec

_HOURS: Final = 24
_WEEKDAYS: Final = (
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
)

Spot = tuple[int, int]
"""A weekday, Monday being 0, and an hour of the day."""


class Heatmap(msgspec.Struct, frozen=True, kw_only=True):
    """What a heatmap shows.

    Attributes:
        across: the head of its columns; ``columns`` are their names.
        down: the head of its rows, which are the series.
        timed: whether the columns are steps of time.
        places: where its columns and its rows stand; none of hours of the day.
        notes: what a reader of it should know.
    """

    across: Head
    columns: tuple[Cell, ...]
    down: Head
    rows: tuple[Series, ...]
    timed: bool = False
    places: tuple[Places, ...] = ()
    notes: tuple[str, ...] = ()


def crossed_groups(frame: Frame, query: QuerySpec, ready: Prepared, metric: Column) -> Heatmap:
    """One group by another: time runs across, else the first dimension runs down."""
    first, second = ready.current.dimensions[:2]
    across = time_dimension(ready.current) or second
    down = second if across is first else first
    columns = columns_across(frame, query, ready, across)
    rows = rows_down(frame, query, ready, down)
    series = series_of(frame, (metric,), ready, columns, rows)
    return Heatmap(
        across=_head(across),
        columns=columns.cells,
        down=_head(down),
        rows=_shaded(tuple(series), with_other=rows.with_other),
        timed=across.grain is not None,
        places=(columns, rows),
    )


def hours_by_weekday(frame: Frame, ready: Prepared, metric: Column) -> Heatmap:
    """The hours of a period by hour of the day and weekday, weeks as the locale begins them."""
    table = ready.current
    hour = table.dimensions[0]
    values = folded(table)
    days = Counter(day.weekday() for day in {at.date() for at in _hours_of(table)})
    order = [(frame.numbers.locale.first_week_day + n) % len(_WEEKDAYS) for n in range(7)]
    names = frame.numbers.locale.days["stand-alone"]["wide"]
    rows = tuple(
        Series(
            name=f"{metric.name}:{_WEEKDAYS[day]}",
            label=str(names[day]),
            cells=tuple(
                value_cell(frame, table, metric, values.get((day, hour))) for hour in range(_HOURS)
            ),
        )
        for day in order
        if days[day]
    )
    return Heatmap(
        across=Head(
            name=hour.name,
            label=frame.words["hour_of_day"],
            role=HeadRole.DIMENSION,
            kind=Kind.INTEGER,
        ),
        columns=tuple(Cell(value=h, text=_clock(frame, h)) for h in range(_HOURS)),
        down=Head(
            name="WEEKDAY",
            label=frame.words["weekday"],
            role=HeadRole.DIMENSION,
            kind=Kind.TEXT,
        ),
        rows=_shaded(rows),
        notes=_uneven(frame, table, metric, [(str(names[d]), days[d]) for d in order if days[d]]),
    )


def folded(table: Table) -> Mapping[Spot, tuple[Value, ...]]:
    """The metrics of a table by hours, by the weekday and the hour that the local clock shows.

    An hour that comes twice on the night when clocks go back counts twice in its hour.
    """
    groups: dict[Spot, list[Row]] = {}
    for row in table.rows:
        at = row[0]
        if isinstance(at, datetime):
            groups.setdefault((at.weekday(), at.hour), []).append(row)
    return {spot: rolled_up(table.columns, rows) for spot, rows in groups.items()}


def _hours_of(table: Table) -> list[datetime]:
    return [row[0] for row in table.rows if isinstance(row[0], datetime)]


def _clock(frame: Frame, hour: int) -> str:
    return str(format_time(time(hour), "short", locale=frame.numbers.locale))


def _head(column: Column) -> Head:
    return Head(name=column.name, label=column.label, role=HeadRole.DIMENSION, kind=column.kind)


def _shaded(rows: Sequence[Series], *, with_other: bool = False) -> tuple[Series, ...]:
    """The rows with every cell's place between the least and the greatest value.

    Outside the scale stand Other, which is as great as many groups together, and ratios over
    too few, which would take both of its ends.
    """
    scaled = [cell for one in (rows[:-1] if with_other else rows) for cell in one.cells]
    known = [n for c in scaled if not c.faint and (n := number_or_none(c.value)) is not None]
    if not known:
        return tuple(rows)
    least, greatest = min(known), max(known)

    def shaded(cell: Cell) -> Cell:
        value = number_or_none(cell.value)
        if value is None or cell.faint:
            return cell
        # One value alone is neither little nor much.
        place = (value - least) / (greatest - least) if greatest > least else 0.5
        return msgspec.structs.replace(cell, shade=place)

    return tuple(
        one
        if with_other and one is rows[-1]
        else msgspec.structs.replace(one, cells=tuple(map(shaded, one.cells)))
        for one in rows
    )


def _uneven(
    frame: Frame, table: Table, metric: Column, days: Sequence[tuple[str, int]]
) -> tuple[str, ...]:
    """A sentence where some weekdays come more often, so that their sums are greater."""
    by_count: dict[int, list[str]] = {}
    for name, count in days:
        by_count.setdefault(count, []).append(name)
    if len(by_count) == 1 or not adds_up(table.columns, metric.name):
        return ()
    groups = [
        frame.words.say("weekday_times", times=count, weekdays=frame.words.listed(names))
        for count, names in sorted(by_count.items(), reverse=True)
    ]
    return (frame.words.say("weekdays_differ", counts="; ".join(groups)),)
