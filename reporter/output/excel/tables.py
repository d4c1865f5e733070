"""A table and its sheets: title, heads, rows, native table, notes, print set-up.

Title, what it covers, the heads of groups of columns, the heads, the rows: always in the same
places. A table longer than a sheet goes on on the next one where the spec says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, Literal

import msgspec
from openpyxl.utils import get_column_letter

from reporter.document.model import TableBlock
from reporter.document.values import BlockRow, Head, HeadRole, RowKind
from reporter.errors import RenderError
from reporter.output.excel import rows as xml
from reporter.output.excel import sheet as limits
from reporter.output.excel.book import Book
from reporter.output.excel.columns import Column, head_room, is_text, side_of, widths
from reporter.output.excel.conditional import add_conditional_formats
from reporter.output.excel.formulas import Run, row_formulas, sum_formulas
from reporter.output.excel.names import unique_heads
from reporter.output.excel.rows import SharedStrings, sheet_text
from reporter.output.excel.sheet import Sheet, Stream, quoted
from reporter.output.excel.text import LINE_HEIGHT, lines_of

TITLE_ROW: Final = 1
CONTEXT_ROW: Final = 2
GROUP_ROW: Final = 3
HEAD_ROW: Final = 4
FIRST_ROW: Final = HEAD_ROW + 1
_LANDSCAPE_FROM: Final = 90
"""Letters of width, from which on a page is turned."""
_DEEPEST: Final = 7
"""Levels of groups that a sheet knows."""


class Part(msgspec.Struct, frozen=True):
    """The rows of a table that stand on one sheet.

    Attributes:
        begin: the place of the first of them in the table.
        last: whether it is the table's last sheet.
    """

    sheet: Sheet
    begin: int
    rows: tuple[BlockRow, ...]
    last: bool


def add_table(
    book: Book,
    table: TableBlock,
    *,
    overflow: Literal["error", "split"] = "error",
    gaps: bool = False,
    filters: bool = True,
) -> tuple[Sheet, ...]:
    """Put a table on a sheet of its own, or on several.

    Args:
        book: where to.
        table: what.
        overflow: what is done with more rows than a sheet holds.
        gaps: whether missing values are empty cells rather than dashes: a chart takes a dash
            for 0.
        filters: whether its heads have filter buttons; never where it has subtotals: sorting
            would tear them from their rows, which fold instead.

    Raises:
        RenderError: more rows or columns than a sheet holds.
    """
    labels = unique_heads(map(head_text, table.heads))
    filters = filters and not any(row.kind is RowKind.SUBTOTAL for row in table.rows)
    wide = widths(book, table, labels, filters=filters)
    parts = _parts(book, table, wide, overflow)
    sums = sum_formulas(table, tuple(map(_run, parts)))
    formulas = row_formulas(table)
    columns = [
        Column(book, i, head, formulas.get(i), gaps=gaps) for i, head in enumerate(table.heads)
    ]
    for number, part in enumerate(parts, 1):
        piece = msgspec.structs.replace(table, rows=part.rows)
        _write_top(book, part.sheet, table, (number, len(parts)))
        write_heads(book, part.sheet, table, labels, wide, filters=filters)
        body = _Body(part, columns, sums, _levels(table, part))
        part.sheet.stream = Stream(FIRST_ROW, len(part.rows), body.rows)
        inside = sum(row.kind is not RowKind.TOTAL for row in part.rows)
        if inside:
            book.add_native_table(
                part.sheet,
                table.name,
                (HEAD_ROW, HEAD_ROW + inside, 1),
                labels,
                filters=filters,
            )
            add_conditional_formats(book, part.sheet, piece, FIRST_ROW)
            _allow_texts_like_numbers(part.sheet, piece)
        if part.last:
            write_notes(book, part.sheet, table.notes, FIRST_ROW + len(part.rows) + 1, wide)
        _freeze(part.sheet, table)
    return tuple(part.sheet for part in parts)


def head_text(head: Head) -> str:
    """A head as one reads it alone, with what its numbers are in."""
    return f"{head.label} ({head.unit})" if head.unit else head.label


def _parts(
    book: Book, table: TableBlock, wide: Sequence[float], overflow: Literal["error", "split"]
) -> tuple[Part, ...]:
    """The sheets of a table, made and named, and which of its rows stand where."""
    if len(table.heads) > limits.MOST_COLUMNS:
        raise RenderError(
            f"the table {table.title!r} has {len(table.heads):,} columns;"
            f" an Excel sheet holds {limits.MOST_COLUMNS:,}",
            hint="Use fewer metrics or a pivot with 'top', or the csv output.",
        )
    room = limits.MOST_ROWS - HEAD_ROW - len(table.notes) - 1
    if len(table.rows) > room and overflow == "error":
        raise RenderError(
            f"the table {table.title!r} has {len(table.rows):,} rows;"
            f" an Excel sheet holds {room:,}",
            hint="Use 'top' to show fewer groups, 'xlsx: {overflow: split}', or the csv output.",
        )
    turned = sum(wide) >= _LANDSCAPE_FROM
    parts = []
    for begin in range(0, max(len(table.rows), 1), room):
        sheet = book.add_sheet(table.title, landscape=turned)
        end = begin + room
        parts.append(Part(sheet, begin, table.rows[begin:end], end >= len(table.rows)))
    return tuple(parts)


def _run(part: Part) -> Run:
    sheet = "" if part.last else f"{quoted(part.sheet.name)}!"
    return Run(sheet, part.begin, part.begin + len(part.rows), FIRST_ROW)


def _write_top(book: Book, sheet: Sheet, table: TableBlock, part: tuple[int, int]) -> None:
    """What the table is, and of when."""
    look, said = book.look, book.document.provenance
    number, count = part
    title = table.title
    if count > 1:
        title = book.words.say("part_of_table", title=title, number=number, count=count)
    sheet.put(TITLE_ROW, 1, title, book.body.but(size=14, bold=True))
    context = said.period
    if any(head.role is HeadRole.PREVIOUS for head in table.heads) and said.comparison:
        context = book.words.say("compared_period", period=context, comparison=said.comparison)
    sheet.put(CONTEXT_ROW, 1, context, book.body.but(colour=look.muted, size=10))
    sheet.set_height(TITLE_ROW, 24)


def write_heads(
    book: Book,
    sheet: Sheet,
    table: TableBlock,
    labels: Sequence[str],
    wide: Sequence[float],
    *,
    filters: bool,
) -> None:
    """The heads, above them those of groups of columns; widths and height after them."""
    look = book.look
    style = book.body.but(
        bold=True, fill=look.soft, wrap=True, height="bottom", under=("medium", look.accent)
    )
    lines = 1
    for place, (head, label) in enumerate(zip(table.heads, labels, strict=True)):
        sheet.put(HEAD_ROW, place + 1, label, style.but(**side_of(book, head)))
        letter = get_column_letter(place + 1)
        sheet.native.column_dimensions[letter].width = wide[place]
        lines = max(lines, lines_of(label, head_room(wide[place], filters=filters)))
    sheet.set_height(HEAD_ROW, LINE_HEIGHT * lines + 8)
    if any(head.over for head in table.heads):
        _write_groups(book, sheet, table)
    sheet.native.print_title_rows = f"{GROUP_ROW}:{HEAD_ROW}"


def _write_groups(book: Book, sheet: Sheet, table: TableBlock) -> None:
    look = book.look
    style = book.body.but(bold=True, colour=look.accent, side="center", under=("thin", look.accent))
    place = 1
    for over, group in groupby(table.heads, key=lambda head: head.over):
        count = len(tuple(group))
        if over:
            for column in range(place, place + count):
                sheet.put(GROUP_ROW, column, over if column == place else None, style)
            sheet.merge(GROUP_ROW, place, place + count - 1)
        place += count
    sheet.set_height(GROUP_ROW, 20)


class _Body(msgspec.Struct, frozen=True):
    """The rows of one sheet, written one after the other."""

    part: Part
    columns: Sequence[Column]
    sums: Mapping[tuple[int, int], str]
    levels: Sequence[int]

    def rows(self, strings: SharedStrings) -> Iterator[str]:
        """The rows as XML."""
        computed = any(column.formula for column in self.columns)
        level = 0
        for offset, row in enumerate(self.part.rows):
            number = FIRST_ROW + offset
            if self.levels:
                level = self.levels[offset]
            if computed or row.kind in _COARSE:
                cells = self._computed(offset, number, row, strings)
            else:
                cells = (
                    column.cell(number, row.kind, cell, strings)
                    for column, cell in zip(self.columns, row.cells, strict=True)
                )
            yield xml.row(number, cells, level=level)

    def _computed(
        self, offset: int, number: int, row: BlockRow, strings: SharedStrings
    ) -> Iterator[str]:
        for place, (column, cell) in enumerate(zip(self.columns, row.cells, strict=True)):
            formula = self.sums.get((self.part.begin + offset, place))
            if formula is None and column.formula is not None:
                formula = column.formula.of(number, row.cells, cell)
            if formula is None:
                yield column.cell(number, row.kind, cell, strings)
            else:
                yield column.computed(number, row.kind, cell, formula)


_COARSE: Final = frozenset({RowKind.SUBTOTAL, RowKind.TOTAL})


def _levels(table: TableBlock, part: Part) -> tuple[int, ...]:
    """How many groups each row lies in; empty where there are none."""
    depths = sorted({row.level for row in table.rows if row.kind is RowKind.SUBTOTAL})
    if not depths:
        return ()
    deepest = min(len(depths), _DEEPEST)
    part.sheet.native.sheet_format.outlineLevelRow = deepest
    found = []
    for row in part.rows:
        match row.kind:
            case RowKind.BODY:
                found.append(deepest)
            case RowKind.SUBTOTAL:
                found.append(min(depths.index(row.level), _DEEPEST))
            case _:
                found.append(0)
    return tuple(found)


def write_notes(
    book: Book, sheet: Sheet, notes: Sequence[str], row: int, wide: Sequence[float]
) -> int:
    """Sentences under a table, across its columns; the row after them."""
    style = book.body.but(colour=book.look.muted, size=10, wrap=True, height="top")
    width = max(sum(wide), 1)
    for note in notes:
        sheet.put(row, 1, sheet_text(note), style)
        sheet.merge(row, 1, len(wide))
        sheet.set_height(row, LINE_HEIGHT * lines_of(note, width * 1.05) + 2)
        row += 1
    return row


def _freeze(sheet: Sheet, table: TableBlock) -> None:
    """Heads stay in sight, and so do the names of rows."""
    count = 0
    for head in table.heads:
        if not is_text(head):
            break
        count += 1
    sheet.native.freeze_panes = f"{get_column_letter(count + 1)}{FIRST_ROW}"


def _allow_texts_like_numbers(sheet: Sheet, table: TableBlock) -> None:
    last = FIRST_ROW + len(table.rows) - 1
    for place, head in enumerate(table.heads):
        if is_text(head):
            letter = get_column_letter(place + 1)
            sheet.texts_like_numbers.append(f"{letter}{FIRST_ROW}:{letter}{last}")
