"""A template for tests: a board's workbook, and a report to fill it with."""

from pathlib import Path

from making import count, dimension, opened, row, sample, share, text, with_blocks
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableFormula
from openpyxl.worksheet.worksheet import Worksheet

from reporter.data.table import Format, Kind
from reporter.document.model import Document, TableBlock
from reporter.document.values import Head, HeadRole, RowKind
from reporter.output.excel import ExcelRenderer
from reporter.spec.model import XlsxOptions


def table(*rows: tuple[str, int, float | None]) -> TableBlock:
    """Countries, their calls and answer rates."""
    heads = (
        dimension("COUNTRY_NAME", "Country"),
        Head(
            name="TOTAL_CALL_COUNT",
            label="Total calls",
            role=HeadRole.METRIC,
            kind=Kind.INTEGER,
            format=Format.INTEGER,
        ),
        Head(
            name="ANSWER_RATE",
            label="Answer rate",
            role=HeadRole.METRIC,
            kind=Kind.NUMBER,
            format=Format.PERCENT,
        ),
    )
    body = [row(text(name), count(calls), share(rate)) for name, calls, rate in rows]
    total = row(text("Total"), count(99), share(0.5), kind=RowKind.TOTAL)
    return TableBlock(name="by-country", title="By country", heads=heads, rows=(*body, total))


FIVE = table(
    *(("Germany", 50, 0.5), ("Croatia", 30, None), ("=1+1", 10, 0.4)),
    *(("Spain", 7, 0.3), ("Italy", 2, 0.2)),
)


def template() -> Workbook:
    """A board's workbook: a head, a table of two rows with a total, a chart, a note below."""
    book = Workbook()
    board = book.worksheets[0]
    board.title = "Board"
    board["A1"] = "Title comes here"
    board["A1"].font = Font(bold=True, size=20)
    board["B2"].number_format = "0.0%"
    for name, place in (("report_title", "$A$1"), ("KPI_ANSWER_RATE", "$B$2")):
        book.defined_names[name] = DefinedName(name, attr_text=f"Board!{place}")
    book.defined_names["calls"] = DefinedName("calls", attr_text="Board!$B$5:$B$6")
    lines = (
        ("Country", "TOTAL_CALL_COUNT", "Answer rate", "Double", "Remark"),
        ("one", 1, 0.1, "=B5*2", "first"),
        ("two", 2, 0.2, "=B6*2", "second"),
        ("Sum", "=SUM(B5:B6)", None, "=SUM(D5:D6)", None),
    )
    for number, line in enumerate(lines, 4):
        for column, value in enumerate(line, 1):
            board.cell(number, column, value)
    board["C5"].number_format = "0.00%"
    board["C6"].number_format = "0.00%"
    native = Table(displayName="By_Country", ref="A4:E7")
    native.totalsRowCount = 1
    native._initialise_columns()
    for column, cell in zip(native.tableColumns, board[4], strict=True):
        column.name = cell.value
    native.tableColumns[3].calculatedColumnFormula = TableFormula(attr_text="B5*2")
    board.add_table(native)
    board["A10"] = "=B7/2"
    board["A11"] = "Below"
    board.merge_cells("A11:C11")
    board["A11"].comment = Comment("note", "somebody")
    board.conditional_formatting.add("B5:B6", CellIsRule(operator="greaterThan", formula=["B6"]))
    chart = BarChart()
    chart.add_data(Reference(board, min_col=2, min_row=4, max_row=6), titles_from_data=True)
    chart.set_categories(Reference(board, min_col=1, min_row=5, max_row=6))
    board.add_chart(chart, "G4")
    below = BarChart()
    below.add_data(Reference(board, min_col=2, min_row=4, max_row=6), titles_from_data=True)
    board.add_chart(below, "A14")
    other = book.create_sheet("It's other")
    other["A1"] = "=SUM(Board!B5:B6)+Board!A10"
    other["A2"] = '="Board!B6"&SUM(Board!$B:$B)+SUM(Board!5:6)'
    board.print_title_rows = "4:4"
    return book


def written(book: Workbook, folder: Path, name: str = "board.xlsx") -> None:
    (folder / "templates").mkdir(exist_ok=True)
    book.save(folder / "templates" / name)


def filled(
    document: Document, folder: Path, book: Workbook | None = None, name: str = "board.xlsx"
) -> bytes:
    written(template() if book is None else book, folder)
    options = XlsxOptions(template=name)
    (artifact,) = ExcelRenderer(options).render(document, "x", sample.branding(folder))
    return artifact.content


def board_of(document: Document, folder: Path, book: Workbook | None = None) -> Worksheet:
    return opened(filled(document, folder, book)).worksheets[0]


def with_kpis(document: Document, *blocks: TableBlock) -> Document:
    return with_blocks(document, document.blocks[0], *blocks)
