"""Axes: round values to mark, in the report's locale, and which steps of time to name."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

import msgspec
from babel import Locale
from babel.numbers import format_compact_decimal, format_percent

from reporter.data.table import Format
from reporter.document.format import NumberWriter, locale_of

_DECIMAL_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_DURATION_STEPS: Final = tuple(
    float(seconds)
    for seconds in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)
)
_HOUR: Final = 3600
_DIGITS: Final = 400
"""Enough for every float; the usual 28 refuse a larger one."""
_COMPACT_FROM: Final = 10_000
_COMPACT_IN_CELLS: Final = 1_000
_MOSTLY_ABOVE: Final = 0.5
"""A line whose lowest value is above this part of its highest need not stand on zero."""
_SPANS: Final = (1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 15, 20, 24, 30, 48, 50, 60, 90, 100)


class Tick(msgspec.Struct, frozen=True):
    """A marked value of an axis and its text."""

    value: float
    text: str


class Axis(msgspec.Struct, frozen=True):
    """The axis of values.

    Attributes:
        ticks: from the lowest to the highest value shown.
    """

    ticks: tuple[Tick, ...]

    @property
    def low(self) -> float:
        """Where the axis begins."""
        return self.ticks[0].value

    @property
    def high(self) -> float:
        """Where the axis ends."""
        return self.ticks[-1].value


def axis(
    values: Sequence[float], form: Format, language: str, *, wanted: int = 4, from_zero: bool
) -> Axis:
    """An axis that holds the values, with about as many marks as wanted.

    Args:
        values: without those that are missing.
        form: how the metric is shown.
        language: BCP 47.
        wanted: how many spaces between marks.
        from_zero: whether it must begin at zero (bars). A line's may begin higher where
            its values lie close together.
    """
    low, high = min(values, default=0.0), max(values, default=0.0)
    if from_zero or low == high or low < high * _MOSTLY_ABOVE:
        low = min(low, 0.0)
    high = max(high, low)
    if high == low:
        high = low + (0.01 if form is Format.PERCENT else 1.0)
    step = _step((high - low) / wanted, form)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    places = tuple(round(number * step, 10) for number in range(first, last + 1))
    writer = NumberWriter(locale_of(language))
    largest = max(map(abs, places))
    with localcontext(prec=_DIGITS):
        return Axis(tuple(Tick(v, _text(v, step, largest, form, writer)) for v in places))


def _step(raw: float, form: Format) -> float:
    if form is Format.DURATION:
        longer = _HOUR * _round_up(raw / _HOUR)
        return next((step for step in _DURATION_STEPS if step >= raw), longer)
    step = _round_up(raw)
    return float(max(1, math.ceil(step))) if form is Format.INTEGER else step


def _round_up(raw: float) -> float:
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step for step in _DECIMAL_STEPS if step * power >= raw * (1 - 1e-9)) * power


def _text(value: float, step: float, largest: float, form: Format, writer: NumberWriter) -> str:
    if form is Format.DURATION:
        return writer.text(value, form)
    if form is Format.PERCENT:
        return _percent(value, _digits(step * 100), writer.locale)
    if largest >= _COMPACT_FROM:
        compact = format_compact_decimal(value, locale=writer.locale, fraction_digits=1)
        if not compact.isdigit():
            return str(compact)
    return writer.decimal(value, _digits(step))


def compact(value: float, form: Format, writer: NumberWriter) -> str:
    """A value in as few letters as tell it: ``58%``, ``1.2K``."""
    if form is Format.DURATION:
        return writer.text(value, form)
    number = Decimal(repr(value))
    with localcontext(prec=_DIGITS, rounding=ROUND_HALF_UP):
        if form is Format.PERCENT:
            return _percent(number.quantize(Decimal("0.01")), 0, writer.locale)
        if abs(number) >= _COMPACT_IN_CELLS:
            shown = format_compact_decimal(number, locale=writer.locale, fraction_digits=1)  # type: ignore[arg-type]
            return str(shown)
    return writer.decimal(value, 0)


def _percent(value: float | Decimal, digits: int, locale: Locale) -> str:
    pattern = locale.percent_formats[None].pattern
    if digits:
        pattern = pattern.replace("0", "0." + "0" * digits, 1)
    return str(format_percent(value, format=pattern, locale=locale))


def _digits(step: float) -> int:
    """How many digits after the point tell neighbours apart."""
    return next((n for n in range(4) if math.isclose(round(step, n), step)), 4)


def named(count: int, most: int) -> tuple[int, ...]:
    """Which of so many steps to name, so that at most ``most`` names stand on the axis.

    Evenly apart by a span that people count in, from the first step on.
    """
    span = next((s for s in _SPANS if math.ceil(count / s) <= most), math.ceil(count / most))
    return tuple(range(0, count, span))
