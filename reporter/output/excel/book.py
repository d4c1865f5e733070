"""The workbook in the making, and what all its sheets share."""

from typing import Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table as NativeTable
from openpyxl.worksheet.table import TableColumn, TableStyleInfo

from reporter.document.model import Document
from reporter.output.excel.formats import Formats, formats_of
from reporter.output.excel.look import Look
from reporter.output.excel.names import Names
from reporter.output.excel.sheet import Sheet
from reporter.output.excel.styles import Style, StyleBook
from reporter.output.xml_text import xml_text

_PAPERS: Final = {"A4": "9", "Letter": "1"}
_MARGIN: Final = 0.55
_LONGEST_HEADER: Final = 120
"""Excel takes 255 letters for a whole header."""


class Book:
    """Sheets are added in the order in which they stand."""

    def __init__(self, document: Document, look: Look) -> None:
        self.native = Workbook()
        for sheet in self.native.worksheets:
            self.native.remove(sheet)
        self.document = document
        self.words = document.words
        self.look = look
        self.formats: Formats = formats_of(document)
        self.sheets: list[Sheet] = []
        self.names = Names()
        self._styles: StyleBook | None = None

    def add_sheet(self, title: str, *, landscape: bool = False) -> Sheet:
        """A new empty sheet, ready to print."""
        native = self.native.create_sheet(self.names.sheet(title))
        native.sheet_view.showGridLines = False
        native.sheet_view.rightToLeft = self.look.right_to_left or None
        native.sheet_format.defaultRowHeight = self.look.row_height
        native.sheet_format.customHeight = True
        if self._styles is None:
            self._styles = StyleBook(self.native, native)
        sheet = Sheet(native, self._styles)
        self._set_up_print(sheet, landscape=landscape)
        self.sheets.append(sheet)
        return sheet

    @property
    def body(self) -> Style:
        """How plain text looks."""
        return Style(colour=self.look.ink)

    def style_number(self, style: Style) -> int:
        """The number of a style, for rows that are streamed."""
        if self._styles is None:
            raise ValueError("there is no sheet yet")
        return self._styles.number(style)

    def add_native_table(
        self,
        sheet: Sheet,
        name: str,
        area: tuple[int, int, int],
        heads: tuple[str, ...],
        *,
        filters: bool = True,
    ) -> None:
        """Make a native table of an area.

        Args:
            sheet: where it stands.
            name: of its block.
            area: its head row, its last row, its first column.
            heads: what stands in its head row, each once.
            filters: whether its heads have filter buttons.
        """
        head, last, first = area
        right = get_column_letter(first + len(heads) - 1)
        ref = f"{get_column_letter(first)}{head}:{right}{last}"
        table = NativeTable(id=1, displayName=self.names.table(name), ref=ref, headerRowCount=1)
        for number, label in enumerate(heads, 1):
            table.tableColumns.append(TableColumn(id=number, name=label))
        if filters:
            table.autoFilter = AutoFilter(ref=ref)
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        sheet.native.add_table(table)

    def _set_up_print(self, sheet: Sheet, *, landscape: bool) -> None:
        """As wide as the page; what and of when at the head, where and which page at the foot."""
        native, document = sheet.native, self.document
        native.page_setup.paperSize = _PAPERS[self.look.paper]
        native.page_setup.orientation = "landscape" if landscape else "portrait"
        native.page_setup.fitToWidth = 1
        native.page_setup.fitToHeight = 0
        native.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        margins = native.page_margins
        margins.left = margins.right = _MARGIN
        margins.top = margins.bottom = 0.8
        margins.header = margins.footer = 0.35
        head, foot = HeaderFooterItem(), HeaderFooterItem()
        head.left.text = _literal(document.title)
        head.right.text = _literal(document.provenance.period)
        foot.left.text = "&A"
        foot.right.text = self.words.say("page_of", page="&P", pages="&N")
        for part in (head.left, head.right, foot.left, foot.right):
            part.size, part.color = 9, self.look.muted
        native.HeaderFooter.oddHeader, native.HeaderFooter.oddFooter = head, foot


def _literal(text: str) -> str:
    """A text that says nothing to a header's own little language."""
    plain = " ".join(xml_text(text).split())
    cut = plain if len(plain) <= _LONGEST_HEADER else plain[: _LONGEST_HEADER - 1] + "…"
    return cut.replace("&", "&&")
