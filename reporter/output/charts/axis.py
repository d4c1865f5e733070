"""Axes: round values to mark, in the report's locale, and which steps of time to name."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, localcontext
from typing import Final

import msgspec
from babel.numbers import (  # type: ignore[attr-defined]  # the stubs are older
    format_compact_currency,
    format_compact_decimal,
)

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
_THOUSAND: Final = 1000
_COMPACT_FROM: Final = 10_000
_MOST_COMPACT_DIGITS: Final = 2
_EXACT_DIGITS: Final = 9
"""A short form that says no more with so many digits leaves nothing out."""
_MOSTLY_ABOVE: Final = 0.5
"""A line whose lowest value is above this part of its highest need not stand on zero."""
_SPANS: Final = (1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 15, 20, 24, 48, 72, 96, 168)


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
    values: Sequence[float],
    form: Format,
    language: str,
    *,
    currency: str | None = None,
    wanted: int = 4,
    from_zero: bool,
) -> Axis:
    """An axis that holds the values, with about as many marks as wanted.

    Args:
        values: without those that are missing.
        form: how the metric is shown.
        language: BCP 47.
        currency: ISO 4217, of amounts.
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
    writer = NumberWriter(locale_of(language), currency)
    with localcontext(prec=_DIGITS):
        return Axis(tuple(map(Tick, places, _texts(places, step, form, writer))))


def _step(raw: float, form: Format) -> float:
    if form is Format.DURATION:
        longer = _HOUR * _round_up(raw / _HOUR)
        return next((step for step in _DURATION_STEPS if step >= raw), longer)
    step = _round_up(raw)
    return float(max(1, math.ceil(step))) if form is Format.INTEGER else step


def _round_up(raw: float) -> float:
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step for step in _DECIMAL_STEPS if step * power >= raw * (1 - 1e-9)) * power


def _texts(
    values: Sequence[float], step: float, form: Format, writer: NumberWriter
) -> Sequence[str]:
    if form is Format.DURATION:
        return [writer.text(value, form) for value in values]
    if form is Format.PERCENT:
        return [writer.percent(value, _digits(step * 100)) for value in values]
    if max(map(abs, values)) >= _COMPACT_FROM and all(_shortens(v, writer) for v in values):
        exact = [_compact(value, form, writer, _EXACT_DIGITS) for value in values]
        for digits in range(_MOST_COMPACT_DIGITS + 1):
            short = [_compact(value, form, writer, digits) for value in values]
            if short == exact:
                return short
    if form is Format.CURRENCY:
        return [writer.amount(value, _digits(step)) for value in values]
    return [writer.decimal(value, _digits(step)) for value in values]


def compact(value: float, form: Format, writer: NumberWriter) -> str:
    """A value in as few letters as tell it: ``58%``, ``1.2K``."""
    if form is Format.DURATION:
        return writer.text(value, form)
    if form is Format.PERCENT:
        return writer.percent(value, 0)
    if abs(value) >= _THOUSAND and _shortens(value, writer):
        with localcontext(prec=_DIGITS, rounding=ROUND_HALF_UP):
            return _compact(value, form, writer, 1)
    return writer.amount(value, 0) if form is Format.CURRENCY else writer.decimal(value, 0)


def _shortens(value: float, writer: NumberWriter) -> bool:
    """Whether the locale has a shorter form for a number; a small one needs none.

    German has one for millions, and none for thousands.
    """
    if abs(value) < _THOUSAND:
        return True
    return not _compact(abs(value), Format.DECIMAL, writer, 0).isdigit()


def _compact(value: float, form: Format, writer: NumberWriter, digits: int) -> str:
    """The number in its short form: ``10K``, ``€1.5M``; Western digits, as everywhere."""
    if form is Format.CURRENCY and writer.currency is not None:
        text = format_compact_currency(
            value, writer.currency, locale=writer.locale, fraction_digits=digits
        )
    else:
        text = format_compact_decimal(value, locale=writer.locale, fraction_digits=digits)
    return str(text).replace("-", writer.minus)


def _digits(step: float) -> int:
    """How many digits after the point tell neighbours apart."""
    return next((n for n in range(4) if math.isclose(round(step, n), step)), 4)


def named(count: int, most: int) -> tuple[int, ...]:
    """Which of so many steps to name, so that at most ``most`` names stand on the axis.

    Evenly apart by a span that people count in, from the first step on.
    """
    span = next((s for s in _SPANS if math.ceil(count / s) <= most), math.ceil(count / most))
    return tuple(range(0, count, span))
