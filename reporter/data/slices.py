"""Answers that hold all values of a dimension, parted into one per value.

The slice of a value is what the source would have answered about that value's records alone, but
for one thing: records that cannot be used belong to nobody, so slices tell nothing of them.

``check_disjoint`` and ``check_whole`` prove that the slices together are the whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import fsum, isclose
from typing import Final

import msgspec

from reporter.data.answer import Answer, Rejections
from reporter.data.formula import Number
from reporter.data.rollup import of_nothing, with_derived
from reporter.data.table import Column, Role, Row, Sum, Table, Value, identity, number_or_none
from reporter.dates import Interval

_RELATIVE: Final = 1e-9
"""How far sums of fractions may be apart: they depend on the order in which they are added."""
_ABSOLUTE: Final = 1e-6
"""Likewise near zero, in the unit of the measure; sources tell no more than nine places."""


class Parted(msgspec.Struct, frozen=True):
    """An answer whose rows are parted by the value of one column.

    Attributes:
        answer: the whole.
        columns: of a slice.
        rows: those of each value, as wide as ``columns``.
    """

    answer: Answer
    columns: tuple[Column, ...]
    rows: Mapping[Value, tuple[Row, ...]]

    def slice_of(self, value: Value) -> Answer:
        """What the source would have answered about that value alone."""
        rows = self.rows.get(value, ())
        if not rows and all(column.role is Role.METRIC for column in self.columns):
            rows = (with_derived(self.columns, tuple(map(of_nothing, self.columns))),)
        table = Table(self.columns, rows)
        return msgspec.structs.replace(self.answer, table=table, rejections=Rejections())


def parted(answer: Answer, by: str, names: Sequence[str]) -> Parted:
    """The answer parted by a column.

    Args:
        answer: has a row for each value of the column, and of whatever else it groups by.
        by: the column.
        names: the columns of a slice, in order; that of the values need not be one of them.
    """
    table = answer.table
    column, kept = table.index(by), [table.index(name) for name in names]
    rows: dict[Value, list[Row]] = defaultdict(list)
    for row in table.rows:
        rows[row[column]].append(tuple(row[index] for index in kept))
    columns = tuple(table.columns[index] for index in kept)
    return Parted(answer, columns, {value: tuple(own) for value, own in rows.items()})


class NotWhole(ValueError):
    """Slices are not disjoint, or not the whole.

    Args:
        message: which, with the numbers.
    """


def check_whole(parts: Answer, whole: Answer, by: str) -> None:
    """Prove that an answer which is parted by a column is the same answer without it.

    Of every measure that adds up, the sum over all values is what the source says without them,
    group by group; whole numbers to the last digit. An answer that the source cannot group as
    asked has no rows, and proves nothing.

    Args:
        parts: grouped by the column and whatever else.
        whole: grouped by some of the rest, or by nothing; measures of others are left alone.
        by: the column.

    Raises:
        NotWhole: it is not so.
    """
    if any(column.unavailable is not None for column in parts.table.dimensions):
        return
    if parts.interval != whole.interval:
        by_value, without = _interval_text(parts.interval), _interval_text(whole.interval)
        raise NotWhole(f"it answered for {by_value} by {by}, and for {without} without it")
    keys = [column.name for column in whole.table.dimensions]
    added, told = _grouped(parts.table, keys), _grouped(whole.table, keys)
    known = {column.name for column in parts.table.metrics}
    for column in whole.table.metrics:
        if column.name not in known or not _adds_up(column):
            continue
        for key in dict.fromkeys((*told, *added)):
            total = _total(parts.table, column.name, added.get(key, ()))
            expected = _total(whole.table, column.name, told.get(key, ()))
            if not _agree(total, expected):
                where = f", {_key_text(keys, key)}" if keys else ""
                raise NotWhole(
                    f"{column.name} over all values of {by} is {total}, and without it"
                    f" {expected}{where}"
                )


def check_disjoint(table: Table, by: str) -> None:
    """Prove that no group has two rows: each row has one value, and so is in one slice.

    Raises:
        NotWhole: one has.
    """
    width = len(table.dimensions)
    seen: set[Row] = set()
    for row in table.rows:
        key = tuple(map(identity, row[:width]))
        if key in seen:
            names = (column.name for column in table.dimensions)
            raise NotWhole(f"the group {_key_text(names, key)} has two rows by {by}")
        seen.add(key)


def _grouped(table: Table, keys: Sequence[str]) -> dict[Row, list[Row]]:
    indexes = [table.index(name) for name in keys]
    groups: dict[Row, list[Row]] = defaultdict(list)
    for row in table.rows:
        groups[tuple(identity(row[index]) for index in indexes)].append(row)
    return groups


def _adds_up(column: Column) -> bool:
    return isinstance(column.roll_up, Sum) and column.unavailable is None


def _agree(one: Number, other: Number) -> bool:
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    return isclose(one, other, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)


def _total(table: Table, name: str, rows: Iterable[Row]) -> Number:
    index = table.index(name)
    numbers = [n for row in rows if (n := number_or_none(row[index])) is not None]
    if all(isinstance(number, int) for number in numbers):
        return sum(numbers)
    return fsum(numbers)


def _key_text(names: Iterable[str], key: Row) -> str:
    said = ("N/A" if value is None else value for value in key)
    return ", ".join(f"{name} {value}" for name, value in zip(names, said, strict=True))


def _interval_text(interval: Interval) -> str:
    return f"{interval.since.isoformat()} to {interval.until.isoformat()}"
