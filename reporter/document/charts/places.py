"""Where the values of a chart stand: the groups along its axis, and those that are its series."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from reporter.data.table import Column, Table, Value
from reporter.document.cells import dimension_cell
from reporter.document.frame import Frame
from reporter.document.prepare import Prepared, display_keys, rank_keys
from reporter.document.shape import Key, SortKey, key_of, ordered, rolled
from reporter.document.values import Cell
from reporter.spec.query import QuerySpec, Top

MOST_SERIES: Final = 8
"""More cannot be told apart; so it is with the parts of a donut."""
MOST_ROWS: Final = 30
"""Of a heatmap: more rows are a table."""
MOST_COLUMNS: Final = 62
"""Of a heatmap: two months of days."""


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """The groups along one direction of a chart.

    Attributes:
        names: the dimensions that they are groups of; none: a single group of all.
        keys: one per place, in order; None is Other.
        cells: their names, likewise.
        left: how many groups are in Other or left out.
    """

    names: tuple[str, ...]
    keys: tuple[Key | None, ...]
    cells: tuple[Cell, ...]
    left: int = 0

    @property
    def chosen(self) -> tuple[Key, ...]:
        """The groups that have a place of their own."""
        return tuple(key for key in self.keys if key is not None)

    @property
    def with_other(self) -> bool:
        """Whether the last place is Other."""
        return None in self.keys


def along(frame: Frame, query: QuerySpec, ready: Prepared, axis: Column, *, timed: bool) -> Places:
    """The places along an axis: every step of time, or the groups that ``top`` leaves."""
    table = rolled(ready.current, (axis.name,))
    among = frame.edition.interval if timed else None

    def name(row: Sequence[Value]) -> Cell:
        return dimension_cell(frame.times, axis, row[0], among)

    if timed:
        return _places(frame, (axis.name,), ordered(table), name)
    return _first_groups(frame, query, table, (axis.name,), name)


def slices(frame: Frame, query: QuerySpec, ready: Prepared, axis: Column) -> Places:
    """The parts of a whole: the first groups by rank, and Other, whatever ``top`` says of it."""
    table = rolled(ready.current, (axis.name,))
    wanted = len(table.rows) if query.top is None else query.top.limit
    limit = MOST_SERIES if len(table.rows) <= min(wanted, MOST_SERIES) else MOST_SERIES - 1
    top = Top(limit=min(wanted, limit), other=True)
    cut = msgspec.structs.replace(query, top=top)
    return _first_groups(
        frame, cut, table, (axis.name,), lambda row: dimension_cell(frame.times, axis, row[0])
    )


def strands(
    frame: Frame, query: QuerySpec, ready: Prepared, axis: Column, *, metrics: int, whole: bool
) -> Places:
    """The series of one metric: one per group of the dimensions that are not the axis.

    Args:
        frame: the report's.
        query: what the section asks for.
        ready: what it got.
        axis: the dimension that is none of theirs.
        metrics: how many metrics share the room.
        whole: whether they are parts of a whole: then Other is never left out.
    """
    columns = [c for c in ready.current.dimensions if c.name != axis.name]
    if not columns:
        return Places(names=(), keys=((),), cells=(Cell(value=None, text=""),))
    names = tuple(column.name for column in columns)
    table = rolled(ready.current, names)
    top = query.top if axis.grain is not None else None
    if top is not None and whole:
        top = msgspec.structs.replace(top, other=True)
    shown, other = series_room(top, len(table.rows), max(MOST_SERIES // metrics, 2))
    rows = ordered(table)
    if shown < len(table.rows):
        rows = ordered(table, _usable(rank_keys(query, table), table))
        rows = rows.with_rows(rows.rows[:shown])

    def name(row: Sequence[Value]) -> Cell:
        return Cell(value=None, text=joined(frame, columns, row))

    left = len(table.rows) - shown
    return _places(frame, names, rows, name, left=left, other=other)


def rows_down(frame: Frame, query: QuerySpec, ready: Prepared, column: Column) -> Places:
    """The rows of a heatmap: no more than can be seen, those of ``top`` where it is given."""
    table = rolled(ready.current, (column.name,))
    limit = MOST_ROWS if query.top is None else min(query.top.limit, MOST_ROWS)
    cut = query
    if len(table.rows) > limit:
        other = query.top is not None and query.top.other
        cut = msgspec.structs.replace(query, top=Top(limit=limit, other=other))
    return _first_groups(
        frame, cut, table, (column.name,), lambda row: dimension_cell(frame.times, column, row[0])
    )


def columns_across(frame: Frame, query: QuerySpec, ready: Prepared, column: Column) -> Places:
    """The columns of a heatmap: every step of time, or the first groups."""
    if column.grain is not None:
        return along(frame, query, ready, column, timed=True)
    table = rolled(ready.current, (column.name,))
    top = None if len(table.rows) <= MOST_COLUMNS else Top(limit=MOST_COLUMNS)
    cut = msgspec.structs.replace(query, top=top)
    return _first_groups(
        frame, cut, table, (column.name,), lambda row: dimension_cell(frame.times, column, row[0])
    )


def series_room(top: Top | None, groups: int, most: int) -> tuple[int, bool]:
    """How many groups get a series of their own, and whether the others get one together.

    Along time, ``top`` cuts the series; along a plain dimension it cuts the axis. Whatever it
    says, there are no more series than can be told apart.
    """
    wanted = groups if top is None else min(groups, top.limit)
    together = top is None or top.other
    if wanted == groups <= most:
        return groups, False
    if together:
        return min(wanted, most - 1), True
    return min(wanted, most), False


def joined(frame: Frame, columns: Sequence[Column], values: Sequence[Value]) -> str:
    """A group of several dimensions by name."""
    texts = (
        dimension_cell(frame.times, column, value).text
        for column, value in zip(columns, values, strict=False)
    )
    return " · ".join(texts)


def _first_groups(
    frame: Frame,
    query: QuerySpec,
    table: Table,
    names: tuple[str, ...],
    name: Callable[[Sequence[Value]], Cell],
) -> Places:
    """All groups of a table, or those that ``top`` leaves and Other."""
    shown_by = _usable(display_keys(query, table), table)
    if query.top is None:
        return _places(frame, names, ordered(table, shown_by), name)
    ranked = ordered(table, _usable(rank_keys(query, table), table))
    shown = ordered(table.with_rows(ranked.rows[: query.top.limit]), shown_by)
    left = len(table.rows) - len(shown.rows)
    return _places(frame, names, shown, name, left=left, other=bool(left) and query.top.other)


def _places(
    frame: Frame,
    names: tuple[str, ...],
    rows: Table,
    name: Callable[[Sequence[Value]], Cell],
    *,
    left: int = 0,
    other: bool = False,
) -> Places:
    keys: list[Key | None] = [key_of(rows, row) for row in rows.rows]
    cells = [name(row) for row in rows.rows]
    if other:
        keys.append(None)
        cells.append(Cell(value=None, text=frame.words["other"]))
    return Places(names=names, keys=tuple(keys), cells=tuple(cells), left=left)


def _usable(keys: Sequence[SortKey], table: Table) -> tuple[SortKey, ...]:
    names = {column.name for column in table.columns}
    return tuple(key for key in keys if key.name in names)
