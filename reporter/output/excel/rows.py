"""Rows and cells as sheet XML.

openpyxl keeps every cell as an object and writes no value beside a formula. Rows written here
need no memory once they are written, and a formula's value stands in the file beside it, for
previewers and scripts that do not calculate.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape

from openpyxl.utils.datetime import to_excel

from reporter.data.table import Value
from reporter.output.xml_text import xml_text

LONGEST_TEXT: Final = 32_767
"""Of one cell, in letters; what is longer is cut where one sees it."""

_MOST_SHARED: Final = 100_000
_LOOKS_LIKE_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FIRST_DAY: Final = date(1900, 3, 1)
"""Sheets count days from 1900 and take that year for a leap year; no earlier date is safe."""


class SharedStrings:
    """The texts of a workbook, each once.

    Some programs show no text that stands in the cell itself, so texts are shared as Excel does
    it. Beyond a number of different ones they stand in the cells, so that memory stays bounded.
    """

    def __init__(self, taken: int = 0, most: int | None = _MOST_SHARED) -> None:
        """Start after so many texts that are shared already; None shares them all."""
        self._taken = taken
        self._most = most
        self._places: dict[str, int] = {}

    def cell(self, place: str, style: int, text: str) -> str:
        """A cell with a text."""
        number = self._places.get(text)
        if number is None:
            if self._most is not None and len(self._places) >= self._most:
                return (
                    f'<c r="{place}" s="{style}" t="inlineStr"><is>'
                    f'<t xml:space="preserve">{_escaped(text)}</t></is></c>'
                )
            number = self.number(text)
        return f'<c r="{place}" s="{style}" t="s"><v>{number}</v></c>'

    def number(self, text: str) -> int:
        """The place of a text among all."""
        return self._places.setdefault(text, self._taken + len(self._places))

    def items(self) -> Iterator[str]:
        """The shared texts in their order, as XML."""
        for text in self._places:
            yield f'<si><t xml:space="preserve">{_escaped(text)}</t></si>'


def number(place: str, style: int, value: float) -> str:
    """A cell with a number."""
    return f'<c r="{place}" s="{style}"><v>{value!r}</v></c>'


def formula(place: str, style: int, text: str, value: float | str) -> str:
    """A cell with a formula and the value that it has."""
    kind = ' t="str"' if isinstance(value, str) else ""
    shown = _escaped(value) if isinstance(value, str) else repr(value)
    return f'<c r="{place}" s="{style}"{kind}><f>{escape(text)}</f><v>{shown}</v></c>'


def cell(strings: SharedStrings, place: str, style: int, value: Value) -> str:
    """A cell with a value as what it is; a text stays a text, also one like a formula."""
    match value:
        case None:
            return f'<c r="{place}" s="{style}"/>'
        case bool():
            return f'<c r="{place}" s="{style}" t="b"><v>{int(value)}</v></c>'
        case str():
            return strings.cell(place, style, value)
        case date():
            serial = serial_of(value)
            if serial is None:
                return strings.cell(place, style, value.isoformat())
            return number(place, style, serial)
        case _:
            return number(place, style, value)


def row(number: int, cells: Iterable[str], *, height: float | None = None, level: int = 0) -> str:
    """A row.

    Args:
        number: from 1.
        cells: in the order of their columns.
        height: in points, where it is not the sheet's.
        level: how many groups it is in.
    """
    tall = f' ht="{height:g}" customHeight="1"' if height is not None else ""
    deep = f' outlineLevel="{level}"' if level else ""
    return f'<row r="{number}"{tall}{deep}>{"".join(cells)}</row>'


def serial_of(day: date | datetime) -> float | None:
    """A date as a sheet counts days, or None: it is older than a sheet can show.

    A sheet knows no zones: the local time stands there.
    """
    local = day.replace(tzinfo=None) if isinstance(day, datetime) else day
    if (local.date() if isinstance(local, datetime) else local) < _FIRST_DAY:
        return None
    return float(to_excel(local))  # type: ignore[no-untyped-call]


def sheet_text(text: str) -> str:
    """A text as a cell can hold it: what it cannot hold is replaced or cut, visibly."""
    clean = xml_text(text).replace("\r\n", "\n").replace("\r", "\n")
    return clean if len(clean) <= LONGEST_TEXT else clean[: LONGEST_TEXT - 1] + "…"


def _escaped(text: str) -> str:
    return escape(_LOOKS_LIKE_ESCAPE.sub("_x005F_", sheet_text(text)))
