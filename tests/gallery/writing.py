"""How a number is written for readers, worked out here on its own.

Of each value the decimal number that JSON shows is rounded half up, as people do, and written with
the signs that the locale's readers know.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from msgspec import Struct

NOTHING: Final = "–"
NBSP: Final = "\N{NO-BREAK SPACE}"


class Signs(Struct, frozen=True):
    """What the readers of a language write numbers with."""

    group: str = ","
    point: str = "."
    minus: str = "-"
    percent: str = "{}%"
    money: str = "€{}"
    points: str = f"{{}}{NBSP}pp"


SIGNS: Final = {
    "en-GB": Signs(),
    "de-DE": Signs(".", ",", "-", f"{{}}{NBSP}%", f"{{}}{NBSP}€", f"{{}}{NBSP}PP"),
    "hr-HR": Signs(".", ",", "−", f"{{}}{NBSP}%", f"{{}}{NBSP}€", f"{{}}{NBSP}p. b."),
}
PLACES: Final = {"integer": 0, "decimal": 2, "percent": 1, "duration": 0, "currency": 2}

Kind = Literal["value", "difference", "relative"]


class Number(Struct, frozen=True):
    """A number of the manifest: its value as JSON has it, and what it is."""

    value: Decimal | int | None
    format: str
    kind: Kind = "value"

    @property
    def stored_as_days(self) -> bool:
        """Whether a workbook counts it in days."""
        return self.format == "duration" and self.kind != "relative"

    def written(self, locale: str, places: int | None = None) -> str:
        """What readers see; with so many places instead of the usual ones."""
        signs = SIGNS[locale]
        if self.value is None:
            return NOTHING
        form = "percent" if self.kind == "relative" else self.format
        exact = Decimal(self.value) * (100 if form == "percent" else 1)
        shown = PLACES[form] if places is None else places
        rounded = exact.quantize(Decimal(1).scaleb(-shown), ROUND_HALF_UP)
        sign = signs.minus if rounded < 0 else "+" if rounded > 0 and self.kind != "value" else ""
        return sign + self._unsigned(abs(rounded), form, signs)

    def _unsigned(self, number: Decimal, form: str, signs: Signs) -> str:
        if form == "duration":
            minutes, seconds = divmod(int(number), 60)
            hours, minutes = divmod(minutes, 60)
            return f"{_grouped(Decimal(hours), signs)}:{minutes:02}:{seconds:02}"
        text = _grouped(number, signs)
        if form == "currency":
            return signs.money.format(text)
        if form == "percent":
            return (signs.points if self.kind == "difference" else signs.percent).format(text)
        return text


def _grouped(number: Decimal, signs: Signs) -> str:
    return f"{number:,f}".translate({ord(","): signs.group, ord("."): signs.point})


def target(value: Decimal | int, form: str, locale: str) -> str:
    """A target, with no more places than it has."""
    signs = SIGNS[locale]
    exact = Decimal(value) * (100 if form == "percent" else 1)
    text = _grouped(exact.normalize() if exact % 1 else exact.quantize(Decimal(1)), signs)
    if form == "duration":
        return Number(value, form).written(locale)
    return {"percent": signs.percent, "currency": signs.money}.get(form, "{}").format(text)
