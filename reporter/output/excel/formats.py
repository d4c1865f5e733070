"""Number formats: how a value is shown, as codes that Excel knows.

A workbook holds the codes with a comma for groups and a point for decimals whatever the
language; Excel shows the signs of whoever reads it. The order of day, month and year and the
place of a currency's sign are the report's, by CLDR.
"""

import re
from datetime import date, datetime
from enum import Enum
from typing import Final

import msgspec
from babel import Locale
from babel.numbers import get_currency_precision, get_currency_symbol

from reporter.data.table import Format, Value
from reporter.document.format import locale_of
from reporter.document.model import Document
from reporter.document.values import Cell
from reporter.output.excel.rows import serial_of

GENERAL: Final = "General"
SECONDS_PER_DAY: Final = 86_400

_PLAIN: Final = {
    Format.INTEGER: "#,##0",
    Format.DECIMAL: "#,##0.00",
    Format.PERCENT: "0.0%",
    Format.DURATION: "[h]:mm:ss",
}
_TOKEN: Final = re.compile(r"'([^']*)'|(y+|M+|d+)|(.)")
_PARTS: Final = {"y": "yyyy", "yy": "yyyy", "d": "d", "dd": "dd", "M": "m", "MM": "mm"}
_STEPS: Final = {"MONTH": "mmm yyyy", "YEAR": "yyyy"}
"""Steps of time that are dates and are shown as what they stand for."""
_YEAR: Final = 365


class Sign(Enum):
    """How a number shows its sign."""

    PLAIN = "a value"
    CHANGE = "a change, with its sign"
    POINTS = "a difference; of percentages in percent points"


class Formats(msgspec.Struct, frozen=True):
    """The number formats of one report.

    Attributes:
        date: of days.
        currency: of amounts.
        points: what stands behind percent points.
    """

    date: str
    currency: str
    points: str

    def number(self, form: Format | None, sign: Sign = Sign.PLAIN) -> str:
        """The code of a number."""
        if form is None:
            return GENERAL
        code = self.currency if form is Format.CURRENCY else _PLAIN[form]
        match sign:
            case Sign.PLAIN:
                return code if form is not Format.DURATION else f"{code};-{code}"
            case Sign.POINTS if form is Format.PERCENT:
                code = f'{code}"{self.points}"'
        zero = "0:00:00" if form is Format.DURATION else code
        return f"+{code};-{code};{zero}"

    def moment(self, value: Value, step: str = "") -> str | None:
        """The code of a date (a step of that name) or a time; None where it is neither."""
        match value:
            case datetime():
                return f"{self.date} hh:mm"
            case date():
                return _STEPS.get(step, self.date)
            case _:
                return None

    def on_axis(self, first: Value, last: Value, step: str) -> str:
        """The code of times along an axis, with no more than is needed there."""
        if isinstance(first, datetime) and isinstance(last, datetime):
            return "hh:mm" if (last - first).days < 1 else f"{self.day_of_year} hh:mm"
        if step in _STEPS or not isinstance(first, date) or not isinstance(last, date):
            return _STEPS.get(step, GENERAL)
        return self.day_of_year if (last - first).days < _YEAR else self.date

    @property
    def day_of_year(self) -> str:
        """A day and its month's name, in the order of the locale."""
        return "d mmm" if self.date.index("d") < self.date.index("m") else "mmm d"


def formats_of(document: Document) -> Formats:
    """The number formats in a document's locale."""
    locale = locale_of(document.language)
    return Formats(
        date=_date(str(locale.date_formats["short"].pattern)),
        currency=_currency(locale, document.currency),
        points=document.words.say("percent_points_behind"),
    )


def marked(code: str, sign: str) -> str:
    """The format with a sign before the number."""
    return ";".join(f'"{sign} "{part}' for part in code.split(";"))


def is_flat(cell: Cell) -> bool:
    """Whether a change is too small to be shown: its sign is not shown either."""
    return bool(cell.value) and not any(sign in "123456789" for sign in cell.text)


def unsigned(code: str) -> str:
    """The format of a change without its sign."""
    zero = code.rpartition(";")[2]
    return f"{zero};{zero}"


def stored(value: Value, form: Format | None) -> Value:
    """A value as a sheet holds it: durations in days, moments as days since 1900."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return value / SECONDS_PER_DAY if form is Format.DURATION else value
    serial = serial_of(value)
    return value.isoformat() if serial is None else serial


def _date(pattern: str) -> str:
    """A CLDR pattern as Excel's, the year with all its digits."""
    code = []
    for literal, part, sign in _TOKEN.findall(pattern):
        if part:
            code.append(_PARTS.get(part, part.replace("M", "m")))
        elif literal or sign not in "/-. ":
            code.append(f'"{literal or sign}"' if (literal or sign).isprintable() else "")
        else:
            code.append(sign)
    return "".join(code)


def _currency(locale: Locale, currency: str | None) -> str:
    """An amount with its currency's sign where the locale puts it."""
    if currency is None:
        return _PLAIN[Format.DECIMAL]
    places = get_currency_precision(currency)
    number = "#,##0" + ("." + "0" * places if places else "")
    sign = f"[${get_currency_symbol(currency, locale=locale)}]"
    pattern = str(locale.currency_formats["standard"].pattern).split(";")[0]
    before, _, after = re.sub(r"[^¤\s]+", "#", _visible(pattern)).partition("#")
    return f"{before}{number}{after}".replace("¤", sign)


def _visible(pattern: str) -> str:
    return "".join(" " if c.isspace() else c for c in pattern if c.isprintable() or c.isspace())
