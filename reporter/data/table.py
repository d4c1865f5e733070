"""Columns with kinds, and the immutable table.

A table knows of itself what a reader of its numbers needs: what each column means, how it is
shown, and how it rolls up to a coarser grain. Shaping and rendering need nothing else.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from reporter.data.formula import Formula, Number
from reporter.dates import Grain

Value = int | float | str | bool | date | datetime | None
"""One cell: None is *no value*; a datetime is always aware."""


class Kind(StrEnum):
    """What the values of a column are."""

    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    DATE_TIME = "datetime"


class Role(StrEnum):
    """Whether a column groups or measures."""

    DIMENSION = "dimension"
    METRIC = "metric"


class Format(StrEnum):
    """How a number is shown. A percent is held as a fraction, a duration as seconds.

    The currency of amounts is the report's.
    """

    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"
    DURATION = "duration"
    CURRENCY = "currency"


class Goal(StrEnum):
    """Which direction of change is good."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


class Sum(msgspec.Struct, frozen=True, tag=True):
    """Coarser grain: add the parts up."""


class Least(msgspec.Struct, frozen=True, tag=True):
    """Coarser grain: the smallest of the parts."""


class Greatest(msgspec.Struct, frozen=True, tag=True):
    """Coarser grain: the largest of the parts."""


class Derived(msgspec.Struct, frozen=True, tag=True):
    """Coarser grain: roll the operands up, then compute the formula anew.

    Every name in the formula is a column of the same table.
    """

    formula: Formula


class AskAgain(msgspec.Struct, frozen=True, tag=True):
    """Coarser grain: only the source can tell (a distinct count)."""


RollUp = Sum | Least | Greatest | Derived | AskAgain


class Member(msgspec.Struct, frozen=True):
    """A known value of a dimension and how people read it."""

    value: str
    label: str


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a table.

    Attributes:
        name: the API's name (``ANSWER_RATE``).
        kind: what the values are.
        role: whether it groups or measures.
        label: what people read.
        description: what it means, for the list of definitions.
        format: how a metric is shown; None on a dimension.
        goal: the direction of good; neutral on a dimension.
        roll_up: how a metric becomes coarser; None on a dimension.
        grain: the step of a time dimension.
        members: known values of a dimension in their natural order; values sort by it.
        sample: the metric that counts what a ratio is taken over.
        unavailable: why the source has no value at all here, or None.
    """

    name: str
    kind: Kind
    role: Role
    label: str
    description: str = ""
    format: Format | None = None
    goal: Goal = Goal.NEUTRAL
    roll_up: RollUp | None = None
    grain: Grain | None = None
    members: tuple[Member, ...] = ()
    sample: str | None = None
    unavailable: str | None = None

    def __post_init__(self) -> None:
        if (self.role is Role.METRIC) != (self.roll_up is not None):
            raise ValueError(f"{self.name}: a metric, and only a metric, rolls up")


Row = tuple[Value, ...]

_TYPES: Final[dict[Kind, tuple[type, ...]]] = {
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.TEXT: (str,),
    Kind.DATE: (date,),
    Kind.DATE_TIME: (datetime,),
}


class Table(msgspec.Struct, frozen=True):
    """Named, typed columns and rows of values; checked at birth, never changed.

    Attributes:
        columns: dimensions first, then metrics; names are unique.
        rows: one tuple per row, as wide as there are columns.

    Raises:
        ValueError: a name twice, a row of another width, a value of another kind.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        if len({c.name for c in self.columns}) != len(self.columns):
            raise ValueError("a column name stands twice")
        width = len(self.columns)
        for number, row in enumerate(self.rows):
            if len(row) != width:
                raise ValueError(f"row {number} has {len(row)} values, expected {width}")
        for index, column in enumerate(self.columns):
            _check_values(column, (row[index] for row in self.rows))

    @property
    def dimensions(self) -> tuple[Column, ...]:
        """The columns that group."""
        return tuple(c for c in self.columns if c.role is Role.DIMENSION)

    @property
    def metrics(self) -> tuple[Column, ...]:
        """The columns that measure."""
        return tuple(c for c in self.columns if c.role is Role.METRIC)

    def index(self, name: str) -> int:
        """The position of a column.

        Raises:
            KeyError: there is no such column.
        """
        for index, column in enumerate(self.columns):
            if column.name == name:
                return index
        raise KeyError(name)

    def column(self, name: str) -> Column:
        """The column of that name."""
        return self.columns[self.index(name)]

    def values(self, name: str) -> tuple[Value, ...]:
        """All values of one column, in row order."""
        index = self.index(name)
        return tuple(row[index] for row in self.rows)

    def with_rows(self, rows: Iterable[Row]) -> "Table":
        """The same columns over other rows."""
        return Table(self.columns, tuple(rows))


def number_or_none(value: Value) -> Number | None:
    """The value of a metric cell as a number."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise TypeError(f"expected a number, found {value!r}")


def identity(value: Value) -> Value:
    """What makes a value the one it is: of a datetime the wall clock and its offset.

    Two hours of one night can be the same instant: where clocks change at a quarter to (Chatham),
    02:00+12:45 and 03:00+13:45 are.
    """
    return value.isoformat() if isinstance(value, datetime) else value


def _check_values(column: Column, values: Iterable[Value]) -> None:
    types = _TYPES[column.kind]
    for value in values:
        if value is None:
            continue
        fits = isinstance(value, types) and not isinstance(value, bool)
        if column.kind is Kind.DATE:
            fits = fits and not isinstance(value, datetime)
        if column.kind is Kind.DATE_TIME:
            fits = fits and isinstance(value, datetime) and value.tzinfo is not None
        if column.kind is Kind.NUMBER and isinstance(value, float):
            fits = fits and value - value == 0  # neither NaN nor infinite
        if not fits:
            raise ValueError(f"column {column.name}: {value!r} is no {column.kind} value")
