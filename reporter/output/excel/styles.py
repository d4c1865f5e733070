"""Styles of cells, and the numbers that a workbook knows them by."""

from typing import Literal

import msgspec
from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from reporter.output.excel.look import FAMILY

Line = tuple[Literal["hair", "thin", "medium"], str]
"""How strong, and in which colour."""


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """How a cell looks.

    Attributes:
        colour: of its text, ``RRGGBB``.
        fill: behind it.
        form: a number format's code.
        indent: in letters, from its side.
        quoted: whether what is typed there later stays text: for texts like formulas.
    """

    colour: str
    size: float = 11
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    fill: str | None = None
    form: str = "General"
    side: Literal["left", "right", "center"] | None = None
    height: Literal["top", "center", "bottom"] = "center"
    wrap: bool = False
    indent: int = 0
    over: Line | None = None
    under: Line | None = None
    quoted: bool = False

    def but(self, **changes: object) -> "Style":
        """The same, with something else."""
        return msgspec.structs.replace(self, **changes)


class StyleBook:
    """Gives every style its number in a workbook, in the order of first use."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        """The sheet is any one of the workbook: a style is made on a cell that is not kept."""
        self._book = book
        self._sheet = sheet
        self._numbers: dict[Style, int] = {}

    def number(self, style: Style) -> int:
        """The number that cells refer to."""
        number = self._numbers.get(style)
        if number is None:
            number = self._numbers[style] = self._made(style)
        return number

    def _made(self, style: Style) -> int:
        cell = SheetCell(self._sheet, row=1, column=1)
        cell.font = Font(
            name=FAMILY,
            size=style.size,
            bold=style.bold,
            italic=style.italic,
            color=style.colour,
            underline="single" if style.underlined else None,
        )
        if style.fill is not None:
            cell.fill = PatternFill("solid", fgColor=style.fill)
        cell.number_format = style.form
        cell.alignment = Alignment(
            horizontal=style.side,
            vertical=style.height,
            wrap_text=style.wrap or None,
            indent=style.indent,
        )
        if style.over is not None or style.under is not None:
            cell.border = Border(top=_side(style.over), bottom=_side(style.under))
        cell.quotePrefix = style.quoted
        return int(cell.style_id)


def _side(line: Line | None) -> Side | None:
    return None if line is None else Side(style=line[0], color=line[1])
