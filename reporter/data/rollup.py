"""From parts to a whole: what a metric is at a coarser grain.

A ratio is never summed and never averaged: its operands are rolled up, then divided.
"""

from collections.abc import Iterable, Sequence
from math import fsum

from reporter.data.formula import Number, evaluate, is_linear
from reporter.data.table import (
    AskAgain,
    Column,
    Derived,
    Greatest,
    Kind,
    Least,
    Role,
    Row,
    Sum,
    Value,
    number_or_none,
)


def rolled_up(columns: Sequence[Column], rows: Iterable[Row]) -> tuple[Number | None, ...]:
    """The metrics of all rows taken together, in the order of the metric columns.

    Sums over no rows are 0. Rows of which none has any value (steps after the data ends) have
    none together either, not even that of a formula without operands. A metric that only the
    source can tell or that is unavailable, and one that is derived from such a metric, has no
    value.
    """
    rows = tuple(rows)
    metrics = [i for i, column in enumerate(columns) if column.role is Role.METRIC]
    if rows and all(row[i] is None for row in rows for i in metrics):
        return tuple(None for _ in metrics)
    row = tuple(
        None if column.role is Role.DIMENSION else _combined(column, [r[i] for r in rows])
        for i, column in enumerate(columns)
    )
    whole = with_derived(columns, row)
    return tuple(
        number_or_none(value)
        for column, value in zip(columns, whole, strict=True)
        if column.role is Role.METRIC
    )


def adds_up(columns: Sequence[Column], name: str) -> bool:
    """Whether a metric's value for a whole is the sum of its values for the parts.

    A sum is, and so is a formula of sums like ``A - B``; a ratio, a least, a greatest and a
    distinct count are not.
    """
    column = next(column for column in columns if column.name == name)
    match column.roll_up:
        case Sum():
            return True
        case Derived(formula):
            return is_linear(formula, lambda operand: adds_up(columns, operand))
        case _:
            return False


def with_derived(columns: Sequence[Column], row: Row) -> Row:
    """The row with every derived metric computed from its operands in the same row."""
    index = {column.name: i for i, column in enumerate(columns)}
    known: dict[str, Number | None] = {}

    def value_of(name: str) -> Number | None:
        if name not in known:
            column = columns[index[name]]
            if isinstance(column.roll_up, Derived):
                known[name] = evaluate(column.roll_up.formula, value_of)
            else:
                known[name] = number_or_none(row[index[name]])
        return known[name]

    return tuple(
        value_of(column.name) if isinstance(column.roll_up, Derived) else value
        for column, value in zip(columns, row, strict=True)
    )


def of_nothing(column: Column) -> Number | None:
    """The value of a metric over no records; a derived one is computed from its operands.

    What counts is 0, also different values; nothing is neither least nor greatest.
    """
    if column.unavailable is not None:
        return None
    match column.roll_up:
        case Sum():
            return 0
        case AskAgain():
            return 0 if column.kind is Kind.INTEGER else None
        case _:
            return None


def _combined(column: Column, values: Sequence[Value]) -> Number | None:
    if column.unavailable is not None:
        return None
    numbers = [n for n in map(number_or_none, values) if n is not None]
    match column.roll_up:
        case Sum():
            if values and not numbers:
                return None
            # Exact: sources give rows in any order, and the same records are the same number.
            return sum(numbers) if all(isinstance(n, int) for n in numbers) else fsum(numbers)
        case Least():
            return min(numbers, default=None)
        case Greatest():
            return max(numbers, default=None)
        case Derived() | AskAgain() | None:
            return None
