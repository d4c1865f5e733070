"""One workbook by one writer, over the same document; prints the size of the file.

Run: python benchmarks/excel_by_writer.py document|ours|xlsxwriter|openpyxl|write_only ROWS
"""

import io
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from reporter.data.table import Format, Kind
from reporter.dates import Interval
from reporter.document.model import Document, Provenance, TableBlock
from reporter.document.values import BlockRow, Cell, CellFormat, Head, HeadRole, RowKind
from reporter.words import load_words

FORMS = (
    *(Format.INTEGER, Format.INTEGER, Format.INTEGER, Format.INTEGER, Format.PERCENT),
    *(Format.PERCENT, Format.DECIMAL, Format.DURATION, Format.INTEGER, Format.PERCENT),
)
CODES = {
    Format.INTEGER: "#,##0",
    Format.PERCENT: "0.0%",
    Format.DECIMAL: "#,##0.00",
    Format.DURATION: "[h]:mm:ss",
}
SECONDS_PER_DAY = 86_400


def document(rows: int) -> Document:
    """A report with one table: two texts, ten numbers, a total."""
    since, until = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    heads = [
        Head(name=name, label=name.title(), role=HeadRole.DIMENSION, kind=Kind.TEXT)
        for name in ("COUNTRY", "NETWORK")
    ]
    heads += [
        Head(
            name=f"M{number}",
            label=f"Metric {number}",
            role=HeadRole.METRIC,
            kind=Kind.NUMBER,
            format=form,
            additive=form is Format.INTEGER,
        )
        for number, form in enumerate(FORMS)
    ]
    body = tuple(BlockRow(RowKind.BODY, cells(n)) for n in range(rows))
    sums = [sum(row.cells[i].value for row in body) for i in range(2, 12)]  # type: ignore[misc]
    total = (
        Cell(value=None, text="Total"),
        Cell(value=None, text=""),
        *(Cell(value=v, text="", format=form) for v, form in zip(sums, FORMS, strict=True)),
    )
    table = TableBlock(
        name="bulk",
        title="Bulk",
        heads=tuple(heads),
        rows=(*body, BlockRow(RowKind.TOTAL, total)),
        formats=(
            CellFormat(place=2, kind="dataBar"),
            CellFormat(place=6, kind="colorScale"),
        ),
    )
    return Document(
        title="Bulk",
        subtitle="",
        language="en-GB",
        words=load_words("en-GB", Path()),
        blocks=(table,),
        provenance=Provenance(
            report="bulk",
            interval=Interval(since, until),
            timezone="UTC",
            period="October 2026",
            interval_text="October 2026",
            source="calls",
            version="0",
            stamp=until,
        ),
    )


def cells(n: int) -> tuple[Cell, ...]:
    """A row: its values differ, and so do its texts."""
    calls = (n * 7919) % 100_003
    numbers = (
        *(calls, calls // 2, calls // 3, n, (n % 997) / 997, (n % 89) / 89),
        *(n / 7, n % 86_400 / 3, calls % 1009, (n % 499) / 499),
    )
    return (
        Cell(value="c", text=f"Country {n % 211}"),
        Cell(value="n", text=f"Network {n % 20_011} Telecom"),
        *(
            Cell(value=value, text="1,234", format=form)
            for value, form in zip(numbers, FORMS, strict=True)
        ),
    )


def held(cell: Cell) -> object:
    """A value as a sheet holds it."""
    if isinstance(cell.value, int | float):
        return cell.value / SECONDS_PER_DAY if cell.format is Format.DURATION else cell.value
    return cell.text


def rows_of(made: Document) -> Iterable[BlockRow]:
    """The rows of the one table."""
    return next(block.rows for block in made.blocks if isinstance(block, TableBlock))


def ours(made: Document) -> bytes:
    """As a report is written."""
    from reporter.output.base import Branding
    from reporter.output.excel import ExcelRenderer
    from reporter.settings import Theme

    (artifact,) = ExcelRenderer().render(made, "bulk", Branding(Theme(), Path()))
    return artifact.content


def xlsxwriter(made: Document) -> bytes:
    """XlsxWriter in its mode for much data."""
    import xlsxwriter as writer

    target = io.BytesIO()
    book = writer.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet("Bulk")
    formats = {form: book.add_format({"num_format": code}) for form, code in CODES.items()}
    sheet.set_column(0, 11, 14)
    sheet.freeze_panes(1, 2)
    sheet.write_row(0, 0, [f"Head {n}" for n in range(12)])
    for number, row in enumerate(rows_of(made), 1):
        for column, cell in enumerate(row.cells):
            if cell.format is None:
                sheet.write_string(number, column, cell.text)
            else:
                sheet.write_number(number, column, held(cell), formats[cell.format])
    book.close()
    return target.getvalue()


def openpyxl(made: Document) -> bytes:
    """The way most people use openpyxl."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Bulk")
    sheet.freeze_panes = "C2"
    sheet.append([f"Head {n}" for n in range(12)])
    for number, row in enumerate(rows_of(made), 2):
        for column, cell in enumerate(row.cells, 1):
            target = sheet.cell(number, column, held(cell))
            if cell.format is not None:
                target.number_format = CODES[cell.format]
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def write_only(made: Document) -> bytes:
    """The mode of openpyxl for much data."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Bulk")
    sheet.append([f"Head {n}" for n in range(12)])
    for row in rows_of(made):
        line = []
        for cell in row.cells:
            target = WriteOnlyCell(sheet, held(cell))
            if cell.format is not None:
                target.number_format = CODES[cell.format]
            line.append(target)
        sheet.append(line)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


WRITERS: dict[str, Callable[[Document], bytes]] = {
    "document": lambda _made: b"",
    "ours": ours,
    "xlsxwriter": xlsxwriter,
    "openpyxl": openpyxl,
    "write_only": write_only,
}


if __name__ == "__main__":
    print(len(WRITERS[sys.argv[1]](document(int(sys.argv[2])))))
