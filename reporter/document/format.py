"""Numbers as text, in a report's locale.

One rule of rounding for every format: the decimal number that the value is written as (the
shortest one that reads back as the same float) is rounded half away from zero, as people and
spreadsheets do. ``rounded`` is that rule; every text below is its result, written down.

- integer ``12,345``, decimal ``12,345.68``, percent ``61.2%``: two places and one, always;
- currency ``€1,234.50``, ``¥1,235``: as many places as the currency has;
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
from babel.numbers import NumberPattern, get_currency_precision

from reporter.data.formula import Number
from reporter.data.table import Format
from reporter.document.values import NO_VALUE
from reporter.errors import UserError

_PLACES: Final = {
    Format.INTEGER: 0,
    Format.DECIMAL: 2,
    Format.PERCENT: 3,
    Format.DURATION: 0,
    Format.CURRENCY: 2,
}
_EXACT: Final = Context(prec=700, rounding=ROUND_HALF_UP)
"""Wide enough for every float."""
_MOST_TARGET_PLACES: Final = 6
_SECONDS_OF_HOUR: Final = 3600
_SECONDS_OF_MINUTE: Final = 60
_DIGITS: Final = "latn"
"""Western digits, also where a locale's own are others: a report's numbers are compared, copied
and computed with."""


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


def rounded(value: Number, form: Format, currency: str | None = None) -> Decimal:
    """The number that a text of this format shows: a percent as a fraction, never ``-0``."""
    return _quantized(_decimal(value), _places(form, currency))


class NumberWriter(msgspec.Struct, frozen=True):
    """Writes numbers as a locale does, with Western digits.

    Attributes:
        currency: ISO 4217, of amounts; without one they are decimal numbers.
        points: the sign of percent points.
    """

    locale: Locale
    currency: str | None = None
    points: str = "pp"

    @property
    def minus(self) -> str:
        """The locale's own sign; patterns know a hyphen only."""
        return str(self.locale.number_symbols[_DIGITS]["minusSign"])

    def text(self, value: Number | None, form: Format) -> str:
        """A value; ``NO_VALUE`` where there is none."""
        return NO_VALUE if value is None else self._text(value, form, signed=False)

    def difference(self, value: Number | None, form: Format) -> str:
        """A change with its sign; that of a percentage in percent points (``+1.2 pp``)."""
        if value is None:
            return NO_VALUE
        if form is Format.PERCENT:
            points = self._grouped(self.rounded(value, form) * 100, 1, signed=True)
            return f"{points}\N{NO-BREAK SPACE}{self.points}"
        return self._text(value, form, signed=True)

    def relative(self, value: Number | None) -> str:
        """A change as a fraction of what was, with its sign (``+4.5%``)."""
        return NO_VALUE if value is None else self._text(value, Format.PERCENT, signed=True)

    def decimal(self, value: Number | None, places: int) -> str:
        """A number with so many places."""
        if value is None:
            return NO_VALUE
        return self._grouped(_quantized(_decimal(value), places), places)

    def percent(self, value: Number, places: int) -> str:
        """A fraction as a percentage with so many places."""
        return self._percent(_quantized(_decimal(value), places + 2), places)

    def amount(self, value: Number, places: int) -> str:
        """An amount with so many places at most, but no fewer than its currency has."""
        number = _decimal(value)
        shown = 0 if places == 0 else max(places, self._places(Format.CURRENCY))
        return self._amount(_quantized(number, shown), shown)

    def target(self, value: Number, form: Format) -> str:
        """A target with no more places than it was written with (``60%``, ``60.5%``)."""
        number = _decimal(value)
        match form:
            case Format.DURATION:
                return self.text(value, form)
            case Format.PERCENT:
                return self._percent(number, _places_of(number * 100))
            case Format.CURRENCY:
                # An amount has the places of its currency, or none at all.
                return self._amount(number, _places_of(number) and self._places(form))
            case Format.INTEGER | Format.DECIMAL:
                return self._grouped(number, _places_of(number))

    def bound(self, sign: str, value: Number, form: Format) -> str:
        """A target after its sign (``≥ 60%``): from left to right in every script."""
        text = f"{sign} {self.target(value, form)}"
        return f"\u2066{text}\u2069" if self.locale.text_direction == "rtl" else text

    def rounded(self, value: Number, form: Format) -> Decimal:
        """The number that a text of this format shows."""
        return rounded(value, form, self.currency)

    def _places(self, form: Format) -> int:
        return _places(form, self.currency)

    def _text(self, value: Number, form: Format, *, signed: bool) -> str:
        number = self.rounded(value, form)
        match form:
            case Format.INTEGER | Format.DECIMAL:
                return self._grouped(number, self._places(form), signed=signed)
            case Format.PERCENT:
                return self._percent(number, 1, signed=signed)
            case Format.CURRENCY:
                return self._amount(number, self._places(form), signed=signed)
            case Format.DURATION:
                return self._duration(int(number), signed=signed)

    def _percent(self, number: Decimal, places: int, *, signed: bool = False) -> str:
        return self._applied(self.locale.percent_formats[None], number, places, signed=signed)

    def _grouped(self, number: Decimal, places: int, *, signed: bool = False) -> str:
        return self._applied(self.locale.decimal_formats[None], number, places, signed=signed)

    def _amount(self, number: Decimal, places: int, *, signed: bool = False) -> str:
        if self.currency is None:
            return self._grouped(number, places, signed=signed)
        pattern = self.locale.currency_formats["standard"]
        return self._applied(pattern, number, places, signed=signed)

    def _applied(
        self, pattern: NumberPattern, number: Decimal, places: int, *, signed: bool
    ) -> str:
        sign = self._sign(number, signed=signed)
        percent = str(self.locale.number_symbols[_DIGITS]["percentSign"])
        exact = _adjusted(pattern, places, sign, percent)
        # The pattern of negative numbers says where a sign stands, a plus as well.
        shown = number.copy_abs().copy_negate() if sign else number.copy_abs()
        with localcontext(_EXACT):
            # Babel's patterns write Western digits unless they are told otherwise.
            text = exact.apply(shown, self.locale, currency=self.currency, currency_digits=False)
        return str(text)

    def _duration(self, seconds: int, *, signed: bool) -> str:
        hours, rest = divmod(abs(seconds), _SECONDS_OF_HOUR)
        minutes, left = divmod(rest, _SECONDS_OF_MINUTE)
        clock = f"{self._grouped(Decimal(hours), 0)}:{minutes:02}:{left:02}"
        return self._sign(seconds, signed=signed) + clock

    def _sign(self, number: Decimal | int, *, signed: bool) -> str:
        if number < 0:
            return self.minus
        plus = self.locale.number_symbols[_DIGITS]["plusSign"]
        return str(plus) if signed and number > 0 else ""


@cache
def _adjusted(pattern: NumberPattern, places: int, sign: str, percent: str) -> NumberPattern:
    """The pattern with so many places, a sign for its hyphen, and the locale's percent sign.

    Those of Arabic and Hebrew have marks of direction around them, which keep them in place.
    """
    exact = copy(pattern)
    exact.frac_prec = (places, places)
    exact.prefix, exact.suffix = (
        (plain.replace("%", percent), negative.replace("-", sign).replace("%", percent))
        for plain, negative in (exact.prefix, exact.suffix)
    )
    return exact


def _places(form: Format, currency: str | None) -> int:
    if form is Format.CURRENCY and currency is not None:
        return get_currency_precision(currency)
    return _PLACES[form]


def _decimal(value: Number) -> Decimal:
    return Decimal(value) if isinstance(value, int) else Decimal(repr(float(value)))


def _quantized(number: Decimal, places: int) -> Decimal:
    result = number.quantize(Decimal(1).scaleb(-places), context=_EXACT)
    return abs(result) if result.is_zero() else result


def _places_of(number: Decimal) -> int:
    exponent = number.normalize(_EXACT).as_tuple().exponent
    return min(max(-int(exponent), 0), _MOST_TARGET_PLACES)
