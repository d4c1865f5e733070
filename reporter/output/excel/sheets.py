"""A sheet with one table: heads, rows, native filters, conditional formats, print set-up."""

from typing import Final

from openpyxl.formatting.rule import ColorScaleRule, DataBarRule
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table as NativeTable
from openpyxl.worksheet.table import TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from reporter.document.model import Head, HeadRole, RowKind, TableBlock, Tone
from reporter.errors import RenderError
from reporter.output.excel import styles
from reporter.output.excel.names import unique_heads

TITLE_ROW: Final = 1
HEAD_ROW: Final = 3
_MOST_ROWS: Final = 1_048_576
_NARROWEST: Final = 9
_PADDING: Final = 4
"""Room for the indent, and for the filter button of a head."""
_WIDEST: Final = 42
_MEASURED_ROWS: Final = 500
"""Widths are measured on the first rows; later ones rarely differ."""


def fill_sheet(
    sheet: Worksheet, table: TableBlock, name: str, accent: str, *, gaps: bool = False
) -> None:
    """Write a table into an empty sheet.

    Args:
        sheet: where to.
        table: what.
        name: the native table's name, unique in the workbook.
        accent: the heads' colour, ``#rrggbb``.
        gaps: whether missing values are empty cells rather than dashes.

    Raises:
        RenderError: more rows than a sheet holds.
    """
    if HEAD_ROW + len(table.rows) + len(table.notes) + 1 > _MOST_ROWS:
        raise RenderError(
            f"the table {table.title!r} has {len(table.rows):,} rows;"
            f" an Excel sheet holds {_MOST_ROWS - HEAD_ROW:,}",
            hint="Use 'top' to show fewer groups, or the csv output.",
        )
    sheet.sheet_view.showGridLines = False
    title = styles.cell_at(sheet, TITLE_ROW, 1)
    styles.write_text(title, table.title)
    title.font = styles.HEADING
    _write_heads(sheet, table, accent)
    body = _write_rows(sheet, table, gaps=gaps)
    _write_notes(sheet, table)
    _set_widths(sheet, table)
    if body:
        _add_native_table(sheet, table, name, body)
        _add_conditional_formats(sheet, table, accent)
    sheet.freeze_panes = styles.cell_at(sheet, HEAD_ROW + 1, 1 + _leading_dimensions(table))
    _set_up_print(sheet, table)


def _sign(head: Head) -> styles.Sign:
    match head.role:
        case HeadRole.CHANGE:
            return styles.Sign.CHANGE
        case HeadRole.DIFFERENCE:
            return styles.Sign.POINTS
        case _:
            return styles.Sign.PLAIN


def _leading_dimensions(table: TableBlock) -> int:
    count = 0
    for head in table.heads:
        if head.role is not HeadRole.DIMENSION:
            break
        count += 1
    return count


def _is_text(head: Head) -> bool:
    return head.role is HeadRole.DIMENSION


def _write_heads(sheet: Worksheet, table: TableBlock, accent: str) -> None:
    labels = unique_heads(head.label for head in table.heads)
    for number, (head, label) in enumerate(zip(table.heads, labels, strict=True), 1):
        cell = styles.cell_at(sheet, HEAD_ROW, number)
        styles.write_text(cell, label)
        cell.font = styles.HEAD
        cell.fill = styles.fill(accent)
        cell.alignment = styles.HEAD_TEXT if _is_text(head) else styles.HEAD_NUMBER


TEXT_LEFT: Final = Alignment(horizontal="left", indent=1)
NUMBER_RIGHT: Final = Alignment(horizontal="right")

_CHANGES: Final = {HeadRole.CHANGE, HeadRole.DIFFERENCE}
_FONTS: Final = {
    RowKind.BODY: styles.BODY,
    RowKind.OTHER: styles.ASIDE,
    RowKind.TOTAL: styles.STRONG,
}


def _write_rows(sheet: Worksheet, table: TableBlock, *, gaps: bool) -> int:
    """Write all rows; the number of those that the native table takes in (not the total)."""
    inside = 0
    for offset, row in enumerate(table.rows, 1):
        inside += row.kind is not RowKind.TOTAL
        for number, (head, cell) in enumerate(zip(table.heads, row.cells, strict=True), 1):
            target = styles.cell_at(sheet, HEAD_ROW + offset, number)
            styles.write(target, cell, sign=_sign(head), gap=gaps)
            target.font = _FONTS[row.kind]
            if head.role in _CHANGES and cell.tone is not Tone.NEUTRAL:
                colour = styles.GOOD if cell.tone is Tone.GOOD else styles.BAD
                target.font = Font(name=styles.FAMILY, bold=row.kind is RowKind.TOTAL, color=colour)
            target.alignment = TEXT_LEFT if _is_text(head) else NUMBER_RIGHT
            target.border = styles.TOP_RULE if row.kind is RowKind.TOTAL else styles.THIN_RULE
    return inside


def _write_notes(sheet: Worksheet, table: TableBlock) -> None:
    first = HEAD_ROW + len(table.rows) + 2
    for offset, note in enumerate(table.notes):
        cell = styles.cell_at(sheet, first + offset, 1)
        styles.write_text(cell, note)
        cell.font = styles.LABEL


def _set_widths(sheet: Worksheet, table: TableBlock) -> None:
    """Widths by content, and a head row as high as its longest label then needs."""
    lines = 1
    for index, head in enumerate(table.heads):
        # A head may take two lines, and so half the width; its words stay whole.
        label = max(len(head.label) // 2, *(len(word) for word in head.label.split()), 0)
        texts = (len(row.cells[index].text) for row in table.rows[:_MEASURED_ROWS])
        width = min(max(_NARROWEST, label, *texts, 0) + _PADDING, _WIDEST)
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
        lines = max(lines, styles.lines_of(head.label, width - _PADDING))
    sheet.row_dimensions[HEAD_ROW].height = styles.LINE_HEIGHT * (lines + 0.7)


def _add_native_table(sheet: Worksheet, table: TableBlock, name: str, body: int) -> None:
    last = f"{get_column_letter(len(table.heads))}{HEAD_ROW + body}"
    native = NativeTable(displayName=name, ref=f"A{HEAD_ROW}:{last}")
    native.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(native)


def _add_conditional_formats(sheet: Worksheet, table: TableBlock, accent: str) -> None:
    body = sum(row.kind is RowKind.BODY for row in table.rows)
    for index in range(len(table.heads)):
        letter = get_column_letter(index + 1)
        area = f"{letter}{HEAD_ROW + 1}:{letter}{HEAD_ROW + body}"
        cells = [row.cells[index] for row in table.rows if row.kind is RowKind.BODY]
        if any(cell.shade is not None for cell in cells):
            sheet.conditional_formatting.add(
                area,
                ColorScaleRule(  # type: ignore[no-untyped-call]
                    start_type="min", start_color="FFFFFF", end_type="max", end_color=_tint(accent)
                ),
            )
        if any(cell.bar is not None for cell in cells):
            sheet.conditional_formatting.add(
                area,
                DataBarRule(  # type: ignore[no-untyped-call]
                    start_type="num", start_value=0, end_type="max", color=_tint(accent)
                ),
            )


def _tint(accent: str) -> str:
    """The colour at 45 % over white: strong enough to see, light enough to read on."""
    parts = (int(accent[i : i + 2], 16) for i in (1, 3, 5))
    return "".join(f"{round(255 - (255 - part) * 0.45):02X}" for part in parts)


_LANDSCAPE_FROM: Final = 7


def _set_up_print(sheet: Worksheet, table: TableBlock) -> None:
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    styles.set_up_print(sheet, landscape=len(table.heads) >= _LANDSCAPE_FROM)
