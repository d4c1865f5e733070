"""Numbers as text, in a report's locale.

One rule of rounding for every format: the decimal number that the value is written as (the
shortest one that reads back as the same float) is rounded half away from zero, as people and
spreadsheets do. ``rounded`` is that rule; every text below is its result, written down.

- integer ``12,345``, decimal ``12,345.68``, percent ``61.2%``: two places and one, always;
- duration ``h:mm:ss`` with as many hours as there are (``0:03:05``, ``1,234:00:00``), so that a
  column of them lines up and reads as it does in a spreadsheet.

The sign of zero is never shown.
"""

from copy import copy
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cache
from typing import Final

import msgspec
from babel import Locale, UnknownLocaleError
from babel.numbers import NumberPattern

from reporter.data.formula import Number
from reporter.data.table import Format
from reporter.document.model import NO_VALUE
from reporter.errors import UserError

_PLACES: Final = {
    Format.INTEGER: 0,
    Format.DECIMAL: 2,
    Format.PERCENT: 3,
    Format.DURATION: 0,
}
_EXACT: Final = Context(prec=700, rounding=ROUND_HALF_UP)
"""Wide enough for every float."""
_MOST_TARGET_PLACES: Final = 6
_SECONDS_OF_HOUR: Final = 3600
_SECONDS_OF_MINUTE: Final = 60


def locale_of(name: str) -> Locale:
    """The locale of a BCP 47 name (``en-GB``).

    Raises:
        UserError: there is none of that name.
    """
    try:
        return Locale.parse(name, sep="-")
    except (ValueError, UnknownLocaleError) as error:
        raise UserError(
            f"there is no locale {name!r}", hint="Locales are named like en-GB, de-DE, hr-HR."
        ) from error


def rounded(value: Number, form: Format) -> Decimal:
    """The number that a text of this format shows: a percent as a fraction, never ``-0``."""
    return _quantized(_decimal(value), _PLACES[form])


class NumberWriter(msgspec.Struct, frozen=True):
    """Writes numbers as a locale does, with Western digits.

    Attributes:
        points: the sign of percent points.
    """

    locale: Locale
    points: str = "pp"

    def text(self, value: Number | None, form: Format) -> str:
        """A value; ``NO_VALUE`` where there is none."""
        if value is None:
            return NO_VALUE
        number = rounded(value, form)
        match form:
            case Format.INTEGER | Format.DECIMAL:
                return self._grouped(number, _PLACES[form])
            case Format.PERCENT:
                return self._percent(number, 1)
            case Format.DURATION:
                return self._duration(int(number))

    def difference(self, value: Number | None, form: Format) -> str:
        """A change with its sign; that of a percentage in percent points (``+1.2 pp``)."""
        if value is None:
            return NO_VALUE
        if form is Format.PERCENT:
            points = self._grouped(rounded(value, form) * 100, 1)
            text = f"{points}\N{NO-BREAK SPACE}{self.points}"
        else:
            text = self.text(value, form)
        return self._plus(rounded(value, form)) + text

    def relative(self, value: Number | None) -> str:
        """A change as a fraction of what was, with its sign (``+4.5%``)."""
        if value is None:
            return NO_VALUE
        return self._plus(rounded(value, Format.PERCENT)) + self.text(value, Format.PERCENT)

    def decimal(self, value: Number | None, places: int) -> str:
        """A number with so many places."""
        if value is None:
            return NO_VALUE
        return self._grouped(_quantized(_decimal(value), places), places)

    def target(self, value: Number, form: Format) -> str:
        """A target with no more places than it was written with (``60%``, ``60.5%``)."""
        number = _decimal(value)
        match form:
            case Format.DURATION:
                return self.text(value, form)
            case Format.PERCENT:
                return self._percent(number, _places_of(number * 100))
            case Format.INTEGER | Format.DECIMAL:
                return self._grouped(number, _places_of(number))

    def _plus(self, number: Decimal) -> str:
        return str(self.locale.number_symbols["latn"]["plusSign"]) if number > 0 else ""

    def _percent(self, number: Decimal, places: int) -> str:
        return self._applied(_percent_pattern(self.locale, places), number)

    def _grouped(self, number: Decimal, places: int) -> str:
        return self._applied(_decimal_pattern(self.locale, places), number)

    def _applied(self, pattern: NumberPattern, number: Decimal) -> str:
        with localcontext(_EXACT):
            return self._minus(number) + pattern.apply(abs(number), self.locale)

    def _duration(self, seconds: int) -> str:
        hours, rest = divmod(abs(seconds), _SECONDS_OF_HOUR)
        minutes, left = divmod(rest, _SECONDS_OF_MINUTE)
        clock = f"{self._grouped(Decimal(hours), 0)}:{minutes:02}:{left:02}"
        return self._minus(seconds) + clock

    def _minus(self, number: Decimal | int) -> str:
        """The locale's own sign: patterns know a hyphen only."""
        return str(self.locale.number_symbols["latn"]["minusSign"]) if number < 0 else ""


@cache
def _decimal_pattern(locale: Locale, places: int) -> NumberPattern:
    return _with_places(locale.decimal_formats[None], places)


@cache
def _percent_pattern(locale: Locale, places: int) -> NumberPattern:
    return _with_places(locale.percent_formats[None], places)


def _with_places(pattern: NumberPattern, places: int) -> NumberPattern:
    exact = copy(pattern)
    exact.frac_prec = (places, places)
    return exact


def _decimal(value: Number) -> Decimal:
    return Decimal(value) if isinstance(value, int) else Decimal(repr(float(value)))


def _quantized(number: Decimal, places: int) -> Decimal:
    result = number.quantize(Decimal(1).scaleb(-places), context=_EXACT)
    return abs(result) if result.is_zero() else result


def _places_of(number: Decimal) -> int:
    exponent = number.normalize(_EXACT).as_tuple().exponent
    return min(max(-int(exponent), 0), _MOST_TARGET_PLACES)
