"""A document becomes a workbook."""

import io

from openpyxl import Workbook

from reporter.document.model import ChartBlock, Document
from reporter.output.base import DEFAULT_ACCENT, Artifact, Branding
from reporter.output.excel.charts import add_chart
from reporter.output.excel.cover import fill_cover, fill_lineage
from reporter.output.excel.names import sheet_names
from reporter.output.excel.package import pinned
from reporter.output.excel.sheets import fill_sheet
from reporter.output.tabular import as_table
from reporter.output.xml_text import xml_text
from reporter.spec.model import XlsxOptions

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExcelRenderer:
    """Real numbers with number formats, native tables, filters and charts."""

    def __init__(self, options: XlsxOptions = XlsxOptions()) -> None:  # noqa: B008 - immutable
        self._options = options

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """One workbook.

        Raises:
            RenderError: a table has more rows than a sheet holds.
        """
        accent = branding.theme.accent or DEFAULT_ACCENT
        words = document.words
        cover_name, lineage_name = sheet_names(
            (words["sheet_cover"], words["sheet_about"]), taken=()
        )
        pairs = [
            (block, table)
            for block in document.blocks
            if (table := as_table(block, words)) is not None
        ]
        names = sheet_names((table.title for _, table in pairs), taken=(cover_name, lineage_name))
        book = Workbook()
        for sheet in book.worksheets:
            book.remove(sheet)
        cover = book.create_sheet(cover_name)
        for number, ((block, table), name) in enumerate(zip(pairs, names, strict=True), 1):
            sheet = book.create_sheet(name)
            is_chart = isinstance(block, ChartBlock)
            fill_sheet(sheet, table, f"Table{number}", accent, gaps=is_chart)
            if isinstance(block, ChartBlock) and block.steps:
                add_chart(sheet, block, accent)
        lineage = book.create_sheet(lineage_name)
        fill_lineage(lineage, document)
        contents = [(table.title, name) for (_, table), name in zip(pairs, names, strict=True)]
        fill_cover(cover, document, [*contents, (words["about"], lineage_name)], accent)
        _set_properties(book, document)
        return (Artifact(f"{stem}.xlsx", MEDIA_TYPE, _saved(book, document)),)


def _set_properties(book: Workbook, document: Document) -> None:
    properties = book.properties
    properties.title = xml_text(document.title)
    properties.subject = document.provenance.period
    properties.creator = f"Reporter {document.provenance.version}"
    properties.language = document.language
    properties.created = document.provenance.stamp.replace(tzinfo=None)


def _saved(book: Workbook, document: Document) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return pinned(buffer.getvalue(), document.provenance.stamp)
