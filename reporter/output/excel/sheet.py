"""A sheet in the making: openpyxl's part of it, and the rows that are written around it."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reporter.data.table import Value
from reporter.output.excel import rows
from reporter.output.excel.rows import SharedStrings
from reporter.output.excel.styles import Style, StyleBook

MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
_MOST_ON_PAGE: Final = 60
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")

Rows = Callable[[SharedStrings], Iterator[str]]
"""Writes rows as XML, one after the other."""


class Stream(msgspec.Struct, frozen=True):
    """Rows that are written without being held: so many from a first one."""

    first: int
    count: int
    rows: Rows


class Link(msgspec.Struct, frozen=True):
    """A cell that leads to a sheet."""

    place: str
    sheet: str


class DataBar(msgspec.Struct, frozen=True):
    """Bars of an even colour over an area; openpyxl knows only those that fade out.

    Attributes:
        greatest: what the longest bar stands for; None is the area's greatest value.
    """

    area: str
    colour: str
    greatest: float | None = None


class _Put(msgspec.Struct, frozen=True):
    style: int
    value: Value
    formula: str | None


class Sheet:
    """Cells are put anywhere; one long run of rows may be streamed in.

    Attributes:
        native: everything but the cells: widths, tables, charts, print set-up.
        stream: the long run, or None.
    """

    def __init__(self, native: Worksheet, book: StyleBook) -> None:
        self.native = native
        self.stream: Stream | None = None
        self.links: list[Link] = []
        self.bars: list[DataBar] = []
        self.texts_like_numbers: list[str] = []
        self._book = book
        self._rows: dict[int, dict[int, _Put]] = {}
        self._heights: dict[int, float] = {}
        self._width = 1

    @property
    def name(self) -> str:
        """As it stands on the tab."""
        return str(self.native.title)

    def put(
        self, row: int, column: int, value: Value, style: Style, *, formula: str | None = None
    ) -> None:
        """Put a value, and the formula that it comes from, into a cell."""
        if isinstance(value, str) and value.startswith(_FORMULA_STARTS) and formula is None:
            style = style.but(quoted=True)
        put = _Put(self._book.number(style), value, formula)
        self._rows.setdefault(row, {})[column] = put
        self._width = max(self._width, column)

    def set_height(self, row: int, height: float) -> None:
        """Make a row so high, in points."""
        self._heights[row] = height
        self._rows.setdefault(row, {})

    def merge(self, row: int, first: int, last: int) -> None:
        """Make one cell of several in a row."""
        if last > first:
            area = f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}"
            self.native.merged_cells.add(area)

    def fit_on_page(self) -> None:
        """Print all of it on one page, where it is not too long to be read there."""
        if self._last_row() <= _MOST_ON_PAGE:
            self.native.page_setup.fitToHeight = 1

    def dimension(self) -> str:
        """The area that has cells."""
        return f"A1:{get_column_letter(self._width)}{self._last_row()}"

    def streamed_cells(self) -> int:
        """How many cells the long run has."""
        return 0 if self.stream is None else self.stream.count * self._width

    def _last_row(self) -> int:
        streamed = 1 if self.stream is None else self.stream.first + self.stream.count - 1
        return max(max(self._rows, default=1), streamed)

    def rows(self, strings: SharedStrings) -> Iterator[str]:
        """All rows as XML, from top to bottom."""
        border = MOST_ROWS + 1 if self.stream is None else self.stream.first
        for number in sorted(self._rows):
            if number < border:
                yield self._row(number, strings)
        if self.stream is not None:
            yield from self.stream.rows(strings)
            for number in sorted(self._rows):
                if number >= border:
                    yield self._row(number, strings)

    def _row(self, number: int, strings: SharedStrings) -> str:
        puts = self._rows[number]
        cells = (_cell(strings, number, column, puts[column]) for column in sorted(puts))
        return rows.row(number, cells, height=self._heights.get(number))


def _cell(strings: SharedStrings, row: int, column: int, put: _Put) -> str:
    place = f"{get_column_letter(column)}{row}"
    if put.formula is not None and isinstance(put.value, int | float | str):
        return rows.formula(place, put.style, put.formula, put.value)
    return rows.cell(strings, place, put.style, put.value)


def quoted(name: str) -> str:
    """A sheet's name as formulas write it."""
    return "'" + name.replace("'", "''") + "'"
