"""How the workbook looks, and how values are written into cells."""

from datetime import date, datetime
from enum import Enum
from textwrap import wrap
from typing import Final

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reporter.data.table import Format, Kind
from reporter.document.model import Cell
from reporter.output.xml_text import xml_text

FAMILY: Final = "Calibri"
INK: Final = "1F2933"
QUIET: Final = "616E7C"
RULE: Final = "CBD2D9"
GOOD: Final = "0B6E4F"
BAD: Final = "B42318"

TITLE: Final = Font(name=FAMILY, size=22, bold=True, color=INK)
SUBTITLE: Final = Font(name=FAMILY, size=12, color=QUIET)
HEADING: Final = Font(name=FAMILY, size=14, bold=True, color=INK)
LABEL: Final = Font(name=FAMILY, size=11, color=QUIET)
BODY: Final = Font(name=FAMILY, size=11, color=INK)
STRONG: Final = Font(name=FAMILY, size=11, bold=True, color=INK)
ASIDE: Final = Font(name=FAMILY, size=11, italic=True, color=QUIET)
HEAD: Final = Font(name=FAMILY, size=11, bold=True, color="FFFFFF")
LINK: Final = Font(name=FAMILY, size=11, color=INK, underline="single")

TOP_RULE: Final = Border(top=Side(style="medium", color=INK))
THIN_RULE: Final = Border(bottom=Side(style="hair", color=RULE))
WRAPPED: Final = Alignment(vertical="top", wrap_text=True)
HEAD_TEXT: Final = Alignment(horizontal="left", indent=1, vertical="center", wrap_text=True)
HEAD_NUMBER: Final = Alignment(horizontal="right", vertical="center", wrap_text=True)

LINE_HEIGHT: Final = 15.5
"""In points, of the body's font size."""

SECONDS_PER_DAY: Final = 86_400
_LONGEST_TEXT: Final = 32_767

_NUMBER_FORMATS: Final = {
    Format.INTEGER: "#,##0",
    Format.DECIMAL: "#,##0.00",
    Format.PERCENT: "0.0%",
    Format.DURATION: "[h]:mm:ss",
    Format.CURRENCY: "#,##0.00",
}
_CHANGE_FORMATS: Final = {
    Format.INTEGER: "+#,##0;-#,##0;0",
    Format.DECIMAL: "+#,##0.00;-#,##0.00;0.00",
    Format.PERCENT: "+0.0%;-0.0%;0.0%",
    # Excel shows no negative times; the sign stands in the format.
    Format.DURATION: "+[h]:mm:ss;-[h]:mm:ss;0:00:00",
    Format.CURRENCY: "+#,##0.00;-#,##0.00;0.00",
}
POINTS_FORMAT: Final = '+0.0%" pts";-0.0%" pts";0.0%" pts"'
"""A difference of two percentages: percent points, not per cent."""

_KIND_FORMATS: Final = {Kind.DATE: "yyyy-mm-dd", Kind.DATE_TIME: "yyyy-mm-dd hh:mm"}


def cell_at(sheet: Worksheet, row: int, column: int) -> SheetCell:
    """The cell of a place that is not hidden under a merged one."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, SheetCell):
        raise TypeError(f"{cell.coordinate} lies under a merged cell")
    return cell


def set_up_print(sheet: Worksheet, *, landscape: bool = False) -> None:
    """A4, as wide as the page, sheet name and page number at the foot."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer = HeaderFooterItem()
    footer.left.text, footer.right.text = "&A", "&P / &N"
    sheet.HeaderFooter.oddFooter = footer


def fill(colour: str) -> PatternFill:
    """A plain background; the colour is ``#rrggbb`` or ``rrggbb``."""
    return PatternFill("solid", fgColor=colour.removeprefix("#").upper())


class Sign(Enum):
    """How a number shows its sign."""

    PLAIN = "a value"
    CHANGE = "a change, with its sign"
    POINTS = "a difference; of percentages in percent points"


def number_format(number: Format | None, sign: Sign = Sign.PLAIN) -> str:
    """The format code of a number."""
    if number is None:
        return "General"
    match sign:
        case Sign.PLAIN:
            return _NUMBER_FORMATS[number]
        case Sign.POINTS if number is Format.PERCENT:
            return POINTS_FORMAT
        case _:
            return _CHANGE_FORMATS[number]


def write(target: SheetCell, cell: Cell, *, sign: Sign = Sign.PLAIN, gap: bool = False) -> None:
    """Put a value into a sheet's cell as what it is: a number as a number, a date as a date.

    A text stays a text, also one that starts like a formula.

    Args:
        target: the sheet's cell.
        cell: the value.
        sign: whether a number is a value or a change.
        gap: whether no value leaves the cell empty (a chart takes a dash for 0).
    """
    value = cell.value
    match value:
        case None:
            if not gap:
                write_text(target, cell.text)
        case str():
            write_text(target, cell.text)
        case datetime():
            # A sheet knows no zones: the local time stands there.
            target.value = value.replace(tzinfo=None)
            target.number_format = _KIND_FORMATS[Kind.DATE_TIME]
        case date():
            target.value = value
            target.number_format = _KIND_FORMATS[Kind.DATE]
        case bool() | int() | float():
            # Durations are held in seconds; a sheet counts days.
            target.value = value / SECONDS_PER_DAY if cell.format is Format.DURATION else value
            target.number_format = number_format(cell.format, sign)


def lines_of(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column of that width (in characters)."""
    return sum(len(wrap(line, max(int(width), 1))) or 1 for line in text.splitlines() or [""])


def write_text(target: SheetCell, text: str) -> None:
    """Put a text into a cell; what a sheet cannot hold is replaced or cut, visibly."""
    clean = xml_text(text)
    if len(clean) > _LONGEST_TEXT:
        clean = clean[: _LONGEST_TEXT - 1] + "…"
    target.value = clean
    target.data_type = "s"
