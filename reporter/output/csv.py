"""Tables for machines: one CSV file per block that has numbers."""

import csv
import io

from reporter.data.table import Value
from reporter.document.model import Document, TableBlock
from reporter.document.values import NO_VALUE, Cell, Head, HeadRole
from reporter.output.base import Artifact, Branding
from reporter.output.tabular import as_table, column_name

_FORMULA_STARTS = (*"=+-@", *"＝＋－＠", "\t", "\r", "\n")


class CsvRenderer:
    """RFC 4180, UTF-8 with a byte-order mark (Excel needs it), values unrounded.

    A missing value is an empty field. A text that a spreadsheet would take for a formula gets
    an apostrophe in front.
    """

    def render(
        self,
        document: Document,
        stem: str,
        branding: Branding,  # noqa: ARG002 - the renderers' common signature; CSV has no looks
    ) -> tuple[Artifact, ...]:
        """One file per block with numbers, named after the block."""
        tables = (as_table(block, document.words) for block in document.blocks)
        return tuple(
            Artifact(
                f"{stem}-{table.name}.csv",
                "text/csv; charset=utf-8",
                _text_of(table).encode("utf-8-sig"),
            )
            for table in tables
            if table is not None
        )


def _text_of(table: TableBlock) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([name for head in table.heads for name in _names(head)])
    for row in table.rows:
        cells = zip(table.heads, row.cells, strict=True)
        writer.writerow([field for head, cell in cells for field in _fields_of(head, cell)])
    return buffer.getvalue()


def _names(head: Head) -> tuple[str, ...]:
    """The columns of a column: of how far sources are apart also whether it is out of bounds."""
    marked = head.role is HeadRole.DEVIATION
    return (column_name(head), *([f"{head.name}:mark"] if marked else []))


def _fields_of(head: Head, cell: Cell) -> tuple[str, ...]:
    marked = head.role is HeadRole.DEVIATION
    return (_field_of(head, cell), *([cell.mark or ""] if marked else []))


def _field_of(head: Head, cell: Cell) -> str:
    named = head.role is HeadRole.DIMENSION and cell.value is None and cell.text != NO_VALUE
    return _field(cell.text if named else cell.value)  # N/A, Other and Total are what they say


def inert(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _field(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return inert(value)
        case int() | float():
            return repr(value)
        case _:
            return value.isoformat()
