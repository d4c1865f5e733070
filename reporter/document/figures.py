"""What ``kpi('X')`` is in a text: numbers that print as the report writes them."""

from typing import Self

import msgspec

from reporter.data.answer import SectionAnswers
from reporter.data.formula import Number
from reporter.data.table import Value, number_or_none
from reporter.document.cells import change, format_of
from reporter.document.format import NumberWriter
from reporter.document.kpis import single_value
from reporter.document.values import NO_VALUE, Cell


class Figure(float):
    """A number that prints as the report writes it."""

    text: str

    def __new__(cls, value: Number, text: str) -> Self:
        """A number and how it is written."""
        figure = super().__new__(cls, value)
        figure.text = text
        return figure

    def __str__(self) -> str:
        return self.text

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else self.text


class NoFigure:
    """No value: prints as a dash, is never true, and spreads like in a formula.

    So ``{% if kpi('X').change > 0 %}`` is false where there is nothing to compare.
    """

    def __str__(self) -> str:
        return NO_VALUE

    def __bool__(self) -> bool:
        return False

    def _never(self, other: object) -> bool:
        """No comparison with it holds."""
        del other
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never

    def _spread(self, *others: object) -> "NoFigure":
        """No computation with it has a value."""
        del others
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _spread
    __truediv__ = __rtruediv__ = __neg__ = __abs__ = __round__ = _spread


class KpiFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What ``kpi('X')`` is.

    Attributes:
        value: over the report's period.
        previous: over the comparison period.
        change: the one less the other; percent points of a percentage.
        relative: the same as a fraction of what was; none on percentages.
        text: the value as written.
        label: the metric's.
        target: what it should reach, none where there is no target.
    """

    value: Figure | NoFigure
    previous: Figure | NoFigure
    change: Figure | NoFigure
    relative: Figure | NoFigure
    text: str
    label: str


def kpi_figures(numbers: NumberWriter, answers: SectionAnswers, name: str) -> KpiFigures:
    """The figures of a metric of the section.

    Raises:
        KeyError: the section has not asked for it.
    """
    table = answers.current.table
    column, value = table.column(name), single_value(table, name)
    before = None if answers.previous is None else single_value(answers.previous.table, name)
    changed = change(numbers, column, value, before)
    text = numbers.text(number_or_none(value), format_of(column))
    return KpiFigures(
        value=_figure(value, text),
        previous=_of_cell(changed.previous),
        change=_of_cell(changed.absolute),
        relative=_of_cell(changed.relative),
        text=text,
        label=column.label,
    )


def _of_cell(cell: Cell) -> Figure | NoFigure:
    return _figure(cell.value, cell.text)


def _figure(value: Value, text: str) -> Figure | NoFigure:
    number = number_or_none(value)
    return NoFigure() if number is None else Figure(number, text)
