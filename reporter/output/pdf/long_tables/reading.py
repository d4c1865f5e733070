"""Reading a table's pattern off the pages on which its specimens were laid out."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec
from weasyprint.formatting_structure.boxes import Box, LineBox
from weasyprint.text.line_break import strut

from reporter.document.model import TableBlock
from reporter.document.values import Cell
from reporter.output.pdf.long_tables.figures import Digits, taken_bar
from reporter.output.pdf.long_tables.pattern import (
    Figures,
    Fill,
    Frame,
    HeadCell,
    Look,
    Pattern,
    Rule,
    Words,
)
from reporter.output.pdf.long_tables.recorder import Drawing, drawing, fill, ink
from reporter.output.pdf.long_tables.shaping import Typesetter
from reporter.output.pdf.long_tables.survey import Survey, is_own_pattern, is_words
from reporter.output.pdf.long_tables.unlike import UnlikeError
from reporter.output.xml_text import xml_text


class Specimen(msgspec.Struct, frozen=True):
    """A row as it was laid out.

    Attributes:
        row: its place in the whole table.
        line: its place in the grid of lines.
        box: what was laid out.
        group: the box that it stands in.
        table: likewise; a table has one on every page.
        page: likewise.
    """

    row: int
    line: int
    box: Box
    group: Box
    table: Box
    page: Box


def read(
    tables: Sequence[tuple[Box, Box]], block: TableBlock, found: Survey, setter: Typesetter
) -> Pattern:
    """The pattern of a table.

    Args:
        tables: the boxes of the table, each with its page, in order.
        block: the whole table.
        found: what its rows have in common; the chosen ones are those laid out.
        setter: notes the fonts.

    Raises:
        UnlikeError: other rows cannot be drawn after these.
    """
    return _Reader(tables, block, found, setter).pattern()


class _Reader:
    def __init__(
        self,
        tables: Sequence[tuple[Box, Box]],
        block: TableBlock,
        found: Survey,
        setter: Typesetter,
    ) -> None:
        self._page, self._table = tables[0]
        if self._table.style["border_collapse"] != "collapse":
            raise UnlikeError("its cells have lines of their own")
        self._block = block
        self._survey = found
        self._setter = setter
        self._left, self._top = self._table.position_x, self._table.position_y
        self._digits = Digits(setter)
        self._head_rows = _head_rows(self._table)
        self._specimens = tuple(self._specimens_of(tables))

    def pattern(self) -> Pattern:
        first = self._specimens[0]
        last = self._specimens[-1]
        end = last.table.position_y + last.table.margin_height()
        return Pattern(
            left=self._left,
            top=self._top,
            width=self._table.border_width(),
            head=first.box.position_y - self._top,
            foot=end - (last.box.position_y + last.box.height),
            cells=tuple(self._head_cells()),
            fills=tuple(self._head_fills()),
            rules=tuple(self._head_rules()),
            frames=self._frames(),
            looks=tuple(self._looks(place) for place in range(len(self._block.heads))),
            row_heads=self._row_heads(),
            own_heights={at.row: at.box.height for at in self._specimens},
        )

    def _specimens_of(self, tables: Sequence[tuple[Box, Box]]) -> Iterator[Specimen]:
        chosen = self._survey.chosen
        place = 0
        for page, table in tables:
            for group in table.children:
                if group.is_header or group.is_footer:
                    continue
                for row in group.children:
                    if place == len(chosen):
                        raise UnlikeError("its rows are not those of the data")
                    yield Specimen(
                        chosen[place], len(self._head_rows) + place, row, group, table, page
                    )
                    place += 1
        if place != len(chosen):
            raise UnlikeError("its rows are not those of the data")

    def _head_cells(self) -> Iterator[HeadCell]:
        for number, row in enumerate(self._head_rows):
            for cell in row.children:
                yield HeadCell(
                    number,
                    cell.grid_x,
                    cell.colspan,
                    cell.rowspan,
                    drawing(cell, self._page, self._setter.fonts),
                )

    def _head_fills(self) -> Iterator[tuple[float, float, Fill]]:
        for row in self._head_rows:
            for box in (row, *row.children):
                if colour := fill(box.background):
                    yield (
                        row.position_y - self._top,
                        box.border_height(),
                        Fill(box.position_x - self._left, box.border_width(), colour),
                    )

    def _head_rules(self) -> Iterator[tuple[float, Rule]]:
        """Those over and within the head; the one under it belongs to the first row."""
        for line, row in enumerate(self._head_rows):
            for rule in self._rules(line):
                yield row.position_y - self._top, rule

    def _rules(self, line: int) -> tuple[Rule, ...]:
        """The lines at a place in the grid, those that look the same as one."""
        upright, lying = self._table.collapsed_border_grid
        if any(width for row in upright for _, (_, width, _) in row):
            raise UnlikeError("there are upright lines in it")
        columns = sorted(
            zip(self._table.column_positions, self._table.column_widths, lying[line], strict=True),
            key=lambda column: float(column[0]),
        )
        found = []
        for looks, these in groupby(columns, key=lambda column: column[2][1]):
            style, width, colour = looks
            run = tuple(these)
            if not width or not colour.alpha:
                continue
            if style != "solid":
                raise UnlikeError("its lines are dashed")
            left = run[0][0] - self._left
            right = run[-1][0] + run[-1][1] - self._left
            found.append(Rule(left, right, width, ink(colour, stroke=True)))
        return tuple(found)

    def _frames(self) -> dict[int, Frame]:
        found: dict[int, Frame] = {}
        for before, at, after in zip(
            (None, *self._specimens[:-1]),
            self._specimens,
            (*self._specimens[1:], None),
            strict=True,
        ):
            number = self._survey.frames[at.row]
            neighbours = (before is None or before.row == at.row - 1) and (
                after is None or after.row == at.row + 1
            )
            if neighbours and number not in found:
                found[number] = self._frame(at)
        return found

    def _frame(self, at: Specimen) -> Frame:
        cells = _by_column(at.box, len(self._block.heads))
        fills = [
            Fill(box.position_x - self._left, box.border_width(), colour)
            for box in (at.table, at.group, at.box)
            if (colour := fill(box.background))
        ]
        return Frame(
            tops=tuple(0.0 if c is None else c.border_top_width for c in cells),
            bottoms=tuple(0.0 if c is None else c.border_bottom_width for c in cells),
            fills=tuple(fills),
            above=self._rules(at.line),
            below=self._rules(at.line + 1),
        )

    def _row_heads(self) -> frozenset[int]:
        return frozenset(
            cell.grid_x
            for at in self._specimens
            for cell in at.box.children
            if cell.element is not None and cell.element.tag == "th"
        )

    def _looks(self, place: int) -> dict[int, Look]:
        found: dict[int, Look] = {}
        above = -1
        for at in self._specimens:
            number = self._survey.looks[place][at.row]
            is_below = at.row == above + 1
            above = at.row
            if number in found or (self._survey.nested and not is_below):
                continue
            box = _by_column(at.box, len(self._block.heads))[place]
            if box is not None:
                found[number] = self._look(at, box, self._block.rows[at.row].cells[place], place)
        return found

    def _look(self, at: Specimen, box: Box, cell: Cell, place: int) -> Look:
        if box.style["vertical_align"] not in {"top", "baseline"}:
            raise UnlikeError("its cells are aligned to the middle or the bottom")
        origin = at.box.position_y + box.border_top_width
        height = box.content_box_y() + box.content_height + _below(box) - origin
        colour = fill(box.background)
        behind = Fill(box.position_x - self._left, box.border_width(), colour) if colour else None
        bar = taken_bar(box) if cell.bar is not None else None
        drawn = drawing(box, at.page, self._setter.fonts)
        if is_words(self._block.heads[place]) and not is_own_pattern(cell):
            shown = "".join(run.text for run in drawn.runs)
            if drawn.decoration or _bare(shown) != _bare(xml_text(cell.text)):
                raise UnlikeError(f"there is more than words in the column {place + 1}")
            return self._words(box, drawn, origin, height, behind)
        text = "" if is_own_pattern(cell) else cell.text
        return Figures(
            left=self._left,
            top=origin,
            height=height,
            fill=behind,
            decoration=drawn.decoration,
            bar=bar,
            parts=tuple(self._digits.parts(drawn.runs, text)),
        )

    def _words(
        self,
        box: Box,
        drawn: Drawing,
        origin: float,
        height: float,
        behind: Fill | None,
    ) -> Words:
        first = drawn.runs[0]
        lines = [line for line in box.descendants() if isinstance(line, LineBox)]
        if len({run.ink for run in drawn.runs}) > 1:
            raise UnlikeError("its words are of several kinds")
        style = first.style
        align = _align(box.style)
        step, base = strut(style)
        left = box.content_box_x() - self._left
        return Words(
            left=left,
            width=box.width,
            indent=first.x - self._left - left if align == "left" else 0.0,
            align=align,
            wraps=style["white_space"] == "normal",
            top=lines[0].position_y - origin,
            base=base,
            step=step,
            rest=height - sum(line.height for line in lines),
            fill=behind,
            ink=first.ink,
            style=style,
        )


def _head_rows(table: Box) -> tuple[Box, ...]:
    if not table.children or not table.children[0].is_header:
        raise UnlikeError("it has no head")
    return tuple(table.children[0].children)


def _by_column(row: Box, columns: int) -> list[Box | None]:
    """A row's cells by the column that they begin in."""
    found: list[Box | None] = [None] * columns
    for cell in row.children:
        if cell.rowspan != 1 or cell.grid_x >= columns:
            raise UnlikeError("there are cells over several rows in it")
        found[cell.grid_x] = cell
    return found


def _below(box: Box) -> float:
    """A cell's padding below, without what was added to make it as high as its row."""
    padding = box.style["padding_bottom"]
    if padding.unit != "px":
        raise UnlikeError("its padding is a part of its width")
    return float(padding.value)


def _align(style: Mapping[str, Any]) -> str:
    said = style["text_align_all"]
    if said in {"left", "right", "center"}:
        return str(said)
    starts = said in {"start", "justify"}
    return "left" if starts == (style["direction"] == "ltr") else "right"


def _bare(text: str) -> str:
    return "".join(text.split())
