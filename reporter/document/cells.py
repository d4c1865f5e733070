"""From values to cells: text, tone, change."""

from datetime import date, datetime

from reporter.data.formula import Number
from reporter.data.table import Column, Format, Goal, Value, number_or_none
from reporter.dates import Interval
from reporter.document.format import NumberWriter
from reporter.document.labels import TimeWriter
from reporter.document.model import Change
from reporter.document.values import Cell, Tone


def format_of(column: Column) -> Format:
    """How a metric is shown."""
    return column.format or Format.DECIMAL


def metric_cell(
    numbers: NumberWriter, column: Column, value: Value, tone: Tone = Tone.NEUTRAL
) -> Cell:
    """One value of a metric."""
    form = format_of(column)
    text = numbers.text(number_or_none(value), form)
    return Cell(value=value, text=text, format=form, tone=tone)


def dimension_cell(
    times: TimeWriter, column: Column, value: Value, among: Interval | None = None
) -> Cell:
    """One value of a dimension; a step of time on an axis, where ``among`` says of which."""
    return Cell(value=value, text=_dimension_text(times, column, value, among))


def _dimension_text(times: TimeWriter, column: Column, value: Value, among: Interval | None) -> str:
    if value is None:
        return times.words["no_group"]
    if isinstance(value, date | datetime):
        if column.grain is None:
            return times.instant(value) if isinstance(value, datetime) else times.day(value)
        if among is None:
            return times.step(value, column.grain)
        return times.axis_step(value, column.grain, among)
    text = str(value)
    return next((m.label for m in column.members if m.value == text), text)


def change(numbers: NumberWriter, column: Column, now: Value, before: Value) -> Change:
    """A value against the one of the comparison period."""
    absolute = _difference_cell(numbers, column, now, before)
    return Change(
        previous=metric_cell(numbers, column, before),
        absolute=absolute,
        relative=_relative_cell(numbers, column, now, before),
        tone=absolute.tone,
    )


def change_cell(numbers: NumberWriter, column: Column, now: Value, before: Value) -> Cell:
    """What a change column shows: percent points of a percentage, else the relative change."""
    subtracts = format_of(column) is Format.PERCENT
    return (_difference_cell if subtracts else _relative_cell)(numbers, column, now, before)


def _difference_cell(numbers: NumberWriter, column: Column, now: Value, before: Value) -> Cell:
    form, absolute = format_of(column), _difference(now, before)
    tone = _tone(numbers, column, absolute)
    return Cell(value=absolute, text=numbers.difference(absolute, form), format=form, tone=tone)


def _relative_cell(numbers: NumberWriter, column: Column, now: Value, before: Value) -> Cell:
    form, absolute = format_of(column), _difference(now, before)
    relative = None
    if form is not Format.PERCENT:
        relative = _relative(absolute, number_or_none(before))
    tone = _tone(numbers, column, absolute)
    return Cell(value=relative, text=numbers.relative(relative), format=Format.PERCENT, tone=tone)


def _difference(now: Value, before: Value) -> Number | None:
    a, b = number_or_none(now), number_or_none(before)
    return None if a is None or b is None else a - b


def _relative(absolute: Number | None, before: Number | None) -> float | None:
    if absolute is None or before is None or before == 0:
        return None
    return absolute / abs(before)


def _tone(numbers: NumberWriter, column: Column, absolute: Number | None) -> Tone:
    """Whether a change is good; one too small to be shown is neither."""
    if absolute is None or column.goal is Goal.NEUTRAL:
        return Tone.NEUTRAL
    if numbers.rounded(absolute, format_of(column)) == 0:
        return Tone.NEUTRAL
    return Tone.GOOD if (absolute > 0) == (column.goal is Goal.UP) else Tone.BAD
