"""Values as they are shown: cells, heads and rows, formatted once.

A number is formatted once, in this room; a renderer prints ``Cell.text``, or hands ``Cell.value``
and ``Cell.format`` to a program that formats for itself (Excel). So the same number is the same
number everywhere.
"""

from enum import StrEnum
from typing import Literal

import msgspec

from reporter.data.formula import Formula
from reporter.data.table import Format, Goal, Kind, Value

NO_VALUE = "–"
"""What stands where there is no value."""


class Tone(StrEnum):
    """Whether something is good news."""

    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"


class Mark(StrEnum):
    """What a cell says of its value, by a sign that is readable without colour."""

    MET = "met"
    MISSED = "missed"
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    OUT = "out"
    """Out of bounds: two sources do not agree."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One value and its text.

    Attributes:
        value: unrounded; None is no value.
        text: rounded and written in the report's locale; ``NO_VALUE`` where there is none.
        format: how a number is written; None for texts and dates.
        tone: whether it is good news.
        shade: where the value lies on its column's colour scale, 0 to 1.
        bar: how long the value's bar is, 0 to 1.
        mark: the sign of its conditional format.
        faint: whether it is a ratio over too few to mean much.
    """

    value: Value
    text: str
    format: Format | None = None
    tone: Tone = Tone.NEUTRAL
    shade: float | None = None
    bar: float | None = None
    mark: Mark | None = None
    faint: bool = False


class HeadRole(StrEnum):
    """What a table's column shows."""

    DIMENSION = "dimension"
    METRIC = "metric"
    PREVIOUS = "previous"
    """The metric over the comparison period."""
    CHANGE = "change"
    """The relative change of the metric."""
    DIFFERENCE = "difference"
    """Now less then; of a percentage in percent points."""
    AGAINST = "against"
    """The metric as another source tells it."""
    DEVIATION = "deviation"
    """The other source less the report's own; of a percentage in percent points."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a table's column.

    Attributes:
        name: the API's name of the dimension or metric.
        label: what people read where the head stands alone; unique in its table.
        role: what the column shows.
        kind: what its values are.
        format: how its numbers are written.
        goal: the direction of good.
        over: the label of the group of columns that it stands in; empty where it stands alone.
        under: what it is called there, under ``over``.
        across: of a pivot: the value of the dimension across the columns; empty for the total.
        members: of a dimension: its known values in their natural order.
        unit: what its numbers are in (``h:mm:ss``, ``EUR``), where they do not say it themselves.
        additive: whether a coarser row is the sum of the finer ones.
        formula: what the metric is computed from, where every operand is a column of the same
            table with the same role and the same ``across``; names are those of heads.
    """

    name: str
    label: str
    role: HeadRole
    kind: Kind
    format: Format | None = None
    goal: Goal = Goal.NEUTRAL
    over: str = ""
    under: str = ""
    across: str | None = None
    members: tuple[str, ...] = ()
    unit: str = ""
    additive: bool = False
    formula: Formula | None = None


class RowKind(StrEnum):
    """What a table's row is."""

    BODY = "body"
    OTHER = "other"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


class BlockRow(msgspec.Struct, frozen=True):
    """One row, as wide as there are heads.

    Attributes:
        level: of a subtotal: by how many dimensions, from the left, its rows are one group.
    """

    kind: RowKind
    cells: tuple[Cell, ...]
    level: int = 0


class CellFormat(msgspec.Struct, frozen=True, kw_only=True):
    """The conditional format of a column's body cells, for programs that apply it themselves.

    Attributes:
        place: of the column.
        kind: as the spec says it.
        at_least: of a threshold.
        at_most: likewise.
        cuts: of icons: from where it is middle, and from where high.
        least: of the values that the column is shaded or barred among: its own, and of a pivot
            those of all columns of the metric.
        greatest: likewise.
        goal: the direction of good.
    """

    place: int
    kind: Literal["colorScale", "dataBar", "icons", "threshold"]
    at_least: float | None = None
    at_most: float | None = None
    cuts: tuple[float, ...] = ()
    least: float | None = None
    greatest: float | None = None
    goal: Goal = Goal.NEUTRAL
