"""A document becomes a workbook."""

from reporter.document.model import ChartBlock, Document, KpiBlock, TableBlock
from reporter.output.base import Artifact, Branding
from reporter.output.excel.about import fill_about
from reporter.output.excel.book import Book
from reporter.output.excel.charts import add_chart
from reporter.output.excel.cover import Entry, fill_cover
from reporter.output.excel.kpis import add_kpis
from reporter.output.excel.look import look_of
from reporter.output.excel.package import packed
from reporter.output.excel.tables import add_table
from reporter.output.xml_text import xml_text
from reporter.spec.model import XlsxOptions

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExcelRenderer:
    """Real numbers with number formats, native tables, formulas and charts."""

    def __init__(self, options: XlsxOptions = XlsxOptions()) -> None:  # noqa: B008 - immutable
        self._options = options

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """One workbook.

        Raises:
            RenderError: a table has more rows than a sheet holds, or the spec's template cannot
                be filled.
        """
        if self._options.template is None:
            content = self._made(document, branding)
        else:
            from reporter.output.excel.template import filled  # noqa: PLC0415 - lxml loads slowly

            content = filled(document, branding.folder, self._options.template)
        return (Artifact(f"{stem}.xlsx", MEDIA_TYPE, content),)

    def _made(self, document: Document, branding: Branding) -> bytes:
        book = Book(document, look_of(document, branding))
        words = book.words
        cover = book.add_sheet(words.say("sheet_cover"))
        about = words.say("sheet_about")
        book.names.reserve(about)
        contents = []
        for block in document.blocks:
            match block:
                case KpiBlock():
                    sheet = add_kpis(book, block)
                    title = block.title or words.say("key_figures")
                    contents.append(Entry(title, sheet.name))
                case ChartBlock():
                    sheet = add_chart(book, block)
                    contents.append(Entry(block.title, sheet.name, block.summary))
                case TableBlock():
                    sheets = add_table(book, block, overflow=self._options.overflow)
                    contents.append(Entry(block.title, sheets[0].name))
                case _:
                    pass
        book.names.release(about)
        last = book.add_sheet(about)
        fill_about(book, last)
        contents.append(Entry(words.say("about"), last.name))
        fill_cover(book, cover, contents, branding)
        _set_properties(book, document)
        return packed(book.native, book.sheets, document.provenance.stamp)


def _set_properties(book: Book, document: Document) -> None:
    said, properties = document.provenance, book.native.properties
    properties.title = xml_text(document.title)
    properties.subject = xml_text(said.period)
    properties.description = xml_text(document.subtitle) or None
    properties.keywords = xml_text(f"{said.report}, {said.source}")
    properties.creator = f"Reporter {said.version}"
    properties.language = document.language
    properties.created = said.stamp.replace(tzinfo=None)
    # Every formula's value stands beside it; nothing has to be calculated to be seen.
    book.native.calculation.fullCalcOnLoad = False
