"""A native table of a template gets the rows of the block that it is named after."""

import logging
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Final

import msgspec
from lxml import etree
from openpyxl.formula.translate import Translator

from reporter.data.table import Kind
from reporter.diagnostics import nearest
from reporter.document.model import TableBlock
from reporter.document.values import Cell, Head, HeadRole, RowKind
from reporter.errors import RenderError
from reporter.output.excel.template.answers import Answer, cell_answer, text_answer
from reporter.output.excel.template.cells import Cells, cell_at, row_at, rows_at
from reporter.output.excel.template.growth import grow
from reporter.output.excel.template.parts import MAIN, Element, Parts, SheetPart
from reporter.output.excel.template.references import Growth, boundaries
from reporter.output.tabular import column_name

_log: Final = logging.getLogger(__name__)
_LIKE_A_METRIC: Final = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+(@\w+)?(:[a-z]+)?")
_FILLED: Final = frozenset({RowKind.BODY, RowKind.OTHER})
_MOMENTS: Final = frozenset({Kind.DATE, Kind.DATE_TIME})


class Native(msgspec.Struct, frozen=True):
    """A native table of a template.

    Attributes:
        sheet: where it stands.
        part: its own part of the file.
        template: the file's name, for messages.
    """

    parts: Parts
    sheet: SheetPart
    part: str
    template: str

    @property
    def tree(self) -> Element:
        """Its own XML."""
        return self.parts.tree(self.part)

    @property
    def name(self) -> str:
        """As formulas say it."""
        return str(self.tree.get("displayName"))

    def place(self) -> "Place":
        """Where its body stands now."""
        table = self.tree
        left, top, right, bottom = boundaries(table.get("ref"))
        heads = int(table.get("headerRowCount", "1"))
        totals = int(table.get("totalsRowCount", "0"))
        return Place(left, right, top + heads, bottom - totals)


class Place(msgspec.Struct, frozen=True):
    """Where the body of a native table stands: columns, first and last row."""

    left: int
    right: int
    first: int
    last: int


def fill_table(native: Native, block: TableBlock, cells: Cells) -> None:
    """Replace the rows of a native table by those of a block; it grows or shrinks with them.

    Columns are found by their heads: what people read, or the name that the csv output has. The
    others stay empty, but for formulas: those are written into every row.

    Raises:
        RenderError: a head is like a name of ours and is none; another table stands beside it.
    """
    place = native.place()
    _check_alone(native, place)
    columns = _columns(native, block)
    rows = [row for row in block.rows if row.kind in _FILLED]
    tree = native.parts.tree(native.sheet.part)
    pattern = _pattern(row_at(tree, place.first), place)
    count = max(len(rows), 1)
    more = count - (place.last - place.first + 1)
    grow(native.parts, native.sheet, Growth(native.sheet.name, place.last, more))
    _forget_columns(native.tree, columns)
    for offset, row in enumerate(rows_at(tree, place.first, count)):
        if offset:
            _take_look(row, pattern.row)
        for column, head in enumerate(columns, place.left):
            cell = cell_at(row, column)
            like = pattern.cells[column]
            _take_style(cell, like)
            if head is not None and offset < len(rows):
                moment = block.heads[head].kind in _MOMENTS
                answer = _answer(block.heads[head], rows[offset].cells[head])
                cells.fill(cell, answer, moment=moment)
            else:
                _take_formula(cell, like)


def _answer(head: Head, cell: Cell) -> Answer:
    """A cell's value; a number that is missing is nothing: formulas and charts take a dash ill."""
    if cell.value is None and head.role is not HeadRole.DIMENSION:
        return text_answer(None)
    return cell_answer(cell)


class _Pattern(msgspec.Struct, frozen=True):
    """The first row of a table as it was, which all others are made like."""

    row: Element
    cells: dict[int, Element]


def _pattern(row: Element, place: Place) -> _Pattern:
    cells = {}
    for column in range(place.left, place.right + 1):
        cells[column] = deepcopy(cell_at(row, column))
    return _Pattern(deepcopy(row), cells)


def _check_alone(native: Native, place: Place) -> None:
    """A table beside this one would be torn apart where rows are put in."""
    for other in native.sheet.tables:
        if other == native.part:
            continue
        beside = native.parts.tree(other)
        _, top, _, bottom = boundaries(beside.get("ref"))
        if top <= place.last and bottom >= place.first:
            raise RenderError(
                f"the tables {native.name!r} and {beside.get('displayName')!r} of the template"
                f" {native.template!r} stand side by side on the sheet {native.sheet.name!r}",
                hint="Put one under the other, or on a sheet of its own: tables grow downwards.",
            )


def _columns(native: Native, block: TableBlock) -> tuple[int | None, ...]:
    """For each column of the native table, the place of the block's column, or None."""
    known: dict[str, int] = {}
    for place, head in enumerate(block.heads):
        for word in _words(head):
            known.setdefault(_folded(word), place)
    found = []
    for column in native.tree.iterfind(f"{MAIN}tableColumns/{MAIN}tableColumn"):
        title = column.get("name")
        at = known.get(_folded(title))
        if at is None and not _is_calculated(column):
            _check_head(title, block, native)
        found.append(at)
    return tuple(found)


def _is_calculated(column: Element) -> bool:
    return column.find(f"{MAIN}calculatedColumnFormula") is not None


def _words(head: Head) -> Iterator[str]:
    yield column_name(head)
    yield head.label
    if head.unit:
        yield f"{head.label} ({head.unit})"


def _folded(text: str) -> str:
    # A head on two lines says so with an escape of Excel's own.
    return " ".join(text.replace("_x000a_", " ").replace("_x000D_", " ").split()).casefold()


def _check_head(title: str, block: TableBlock, native: Native) -> None:
    names = [column_name(head) for head in block.heads]
    if _LIKE_A_METRIC.fullmatch(title):
        near = nearest(title, names)
        raise RenderError(
            f"the column {title!r} of the table {native.name!r} of the template"
            f" {native.template!r} is none of the report's table {block.name!r}",
            hint=f"did you mean {near!r}?" if near else f"it has {', '.join(names)}",
        )
    _log.warning(
        "template %s: nothing fills the column %r of the table %s",
        *(native.template, title, native.name),
    )


def _forget_columns(table: Element, columns: Sequence[int | None]) -> None:
    """A column that is filled is not calculated."""
    found = table.iterfind(f"{MAIN}tableColumns/{MAIN}tableColumn")
    for column, place in zip(found, columns, strict=True):
        formula = column.find(f"{MAIN}calculatedColumnFormula")
        if place is not None and formula is not None:
            column.remove(formula)


def _take_look(row: Element, pattern: Element) -> None:
    for name, value in pattern.attrib.items():
        if name not in {"r", "spans"}:
            row.set(name, value)


def _take_style(cell: Element, pattern: Element) -> None:
    if pattern.get("s") is not None:
        cell.set("s", pattern.get("s"))


def _take_formula(cell: Element, pattern: Element) -> None:
    """The first row's formula, moved to this row; else nothing."""
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    formula = pattern.find(f"{MAIN}f")
    if formula is None or not formula.text:
        return
    moved = Translator(f"={formula.text}", pattern.get("r")).translate_formula(cell.get("r"))
    etree.SubElement(cell, f"{MAIN}f").text = moved[1:]
