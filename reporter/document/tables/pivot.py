"""Pivots: a dimension of the query across the columns.

A pivot is the same query's table put otherwise. Its Other and total columns are rolled up from
the records' measures like rows are, so a ratio in them is a ratio of sums.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from reporter.data.table import Column, Table, Value, identity
from reporter.document.cells import dimension_cell
from reporter.document.frame import Frame
from reporter.document.prepare import order_keys, rank_keys
from reporter.document.shape import SortKey, filled, ordered, rolled
from reporter.document.tables.levels import Levels, sliced, without
from reporter.document.values import RowKind
from reporter.spec.query import QuerySpec
from reporter.spec.sections import MOST_PIVOT_VALUES, TableSection

_OTHER: Final = "OTHER"
_NULL: Final = "N/A"


class Across(msgspec.Struct, frozen=True, kw_only=True):
    """One set of columns: of a value, of all others, or of all.

    Attributes:
        kind: ``BODY``, ``OTHER`` or ``TOTAL``, as of rows.
        name: for machines; unique in its table, empty for the total.
        label: for people; unique in its table.
        levels: its numbers, by the dimensions of the rows.
    """

    kind: RowKind
    name: str
    label: str
    levels: Levels


class PivotColumns(msgspec.Struct, frozen=True, kw_only=True):
    """What stands across the columns.

    Attributes:
        by: the dimension.
        columns: in order.
        everything: the numbers over all columns, by the dimensions of the rows.
        left: how many values have no column of their own.
        count: how many values there are.
    """

    by: str
    columns: tuple[Across, ...]
    everything: Levels
    left: int
    count: int

    @property
    def has_other(self) -> bool:
        """Whether the values without a column of their own stand in one together."""
        return any(each.kind is RowKind.OTHER for each in self.columns)


def pivot_columns(
    frame: Frame, section: TableSection, levels: Levels, by: str, data_through: datetime | None
) -> PivotColumns:
    """The columns of a pivot.

    Args:
        frame: the report's.
        section: what it shows.
        levels: its numbers by all dimensions.
        by: the dimension across the columns.
        data_through: up to when there is data.
    """
    top = None if section.pivot is None else section.pivot.top
    edition = frame.edition

    def whole(table: Table) -> Table:
        """With every step of time, also where there is no record at all."""
        return filled(table, edition.interval, edition.timezone, data_through)

    values = whole(levels.at((by,)))
    column = values.column(by)
    shown = _shown(section, values, column)
    left = len(values.rows) - len(shown)
    everything = levels.without(by)
    everything = msgspec.structs.replace(everything, table=whole(everything.table))
    found = list(_of_values(frame, levels, values, shown))
    if left and (top is None or top.other):
        rest = _over(levels.rest(by, shown), rolled(without(values, by, shown), ()))
        found.append(
            Across(kind=RowKind.OTHER, name=_OTHER, label=frame.words["other"], levels=rest)
        )
    found = [
        msgspec.structs.replace(each, name=name, label=label)
        for each, name, label in zip(
            found,
            _distinct([each.name for each in found]),
            _distinct([each.label for each in found]),
            strict=True,
        )
    ]
    if section.totals:
        label = _unlike(frame.words["total"], [each.label for each in found])
        found.append(Across(kind=RowKind.TOTAL, name="", label=label, levels=everything))
    return PivotColumns(
        by=by, columns=tuple(found), everything=everything, left=left, count=len(values.rows)
    )


def _shown(section: TableSection, values: Table, by: Column) -> tuple[Value, ...]:
    """The values with a column of their own, in order.

    Chosen as a query's first groups are; without ``top``, the latest steps of time. A choice
    stands by its rank, all values in their natural order, time always in its own.
    """
    query: QuerySpec = section.query
    top = None if section.pivot is None else section.pivot.top
    own = [key for key in order_keys(query, values) if key.name == by.name]
    natural = ordered(values, own).values(by.name)
    limit = MOST_PIVOT_VALUES if top is None else min(top.limit, MOST_PIVOT_VALUES)
    if len(natural) <= limit and top is None:
        return natural
    if by.grain is not None and top is None:
        latest = ordered(values, (SortKey(by.name),)).values(by.name)[-limit:]
        return _in_order(natural, latest)
    ranked = ordered(values, rank_keys(query, values)).values(by.name)[:limit]
    return ranked if by.grain is None else _in_order(natural, ranked)


def _in_order(every: Sequence[Value], chosen: Collection[Value]) -> tuple[Value, ...]:
    wanted = set(map(identity, chosen))
    return tuple(value for value in every if identity(value) in wanted)


def _of_values(
    frame: Frame, levels: Levels, values: Table, shown: Sequence[Value]
) -> Iterator[Across]:
    (column,) = values.dimensions
    for value in shown:
        yield Across(
            kind=RowKind.BODY,
            name=_name(value),
            label=dimension_cell(frame.times, column, value, frame.edition.interval).text,
            levels=_over(levels.only(column.name, value), sliced(values, column.name, value)),
        )


def _over(levels: Levels, whole: Table) -> Levels:
    """The numbers with what they are together: of a step without records that may be unknown."""
    return msgspec.structs.replace(levels, asked=(whole, *levels.asked))


def _name(value: Value) -> str:
    """A value for machines; where there is none, as the API writes it."""
    if value is None:
        return _NULL
    return value.isoformat() if isinstance(value, date) else str(value)


def _distinct(texts: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for text in texts:
        found.append(_unlike(text, found))
    return tuple(found)


def _unlike(text: str, others: Collection[str]) -> str:
    """The text, with a number where it would be the same as another."""
    candidates = (text, *(f"{text} ({n})" for n in range(2, len(others) + 2)))
    return next(candidate for candidate in candidates if candidate not in others)
