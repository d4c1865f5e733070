"""Reading a table's pattern off the pages on which its specimens were laid out."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import msgspec
from weasyprint.formatting_structure import boxes

from reporter.document.model import Cell, TableBlock
from reporter.output.pdf.long_tables.pattern import (
    Bar,
    Figures,
    Fill,
    Frame,
    HeadCell,
    Look,
    Part,
    Pattern,
    Rule,
    Words,
)
from reporter.output.pdf.long_tables.recorder import Drawing, Run, drawing, fill, ink, piece
from reporter.output.pdf.long_tables.shaping import Typesetter
from reporter.output.pdf.long_tables.survey import ENDS, Survey, is_own_pattern, is_words, shape
from reporter.output.pdf.long_tables.unlike import UnlikeError

_PERCENT: Final = re.compile(r"width:\s*([\d.]+)%")
_GLYPHS: Final = re.compile(rb"<([0-9a-f]+)>")
_NEAR: Final = 0.01
"""Pixels within which two lengths are one."""


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
    box: Any
    group: Any
    table: Any
    page: Any


def read(
    tables: Sequence[tuple[Any, Any]], block: TableBlock, found: Survey, setter: Typesetter
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
        tables: Sequence[tuple[Any, Any]],
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
        self._codes: dict[tuple[int, str], dict[str, bytes]] = {}
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
        )

    def _specimens_of(self, tables: Sequence[tuple[Any, Any]]) -> Iterator[Specimen]:
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
            if not neighbours or (number in found and self._is_end(at.row)):
                continue
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

    def _is_end(self, row: int) -> bool:
        return row < ENDS or row >= len(self._block.rows) - ENDS

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

    def _look(self, at: Specimen, box: Any, cell: Cell, place: int) -> Look:
        if box.style["vertical_align"] not in {"top", "baseline"}:
            raise UnlikeError("its cells are aligned to the middle or the bottom")
        origin = at.box.position_y + box.border_top_width
        height = box.content_box_y() + box.content_height + _below(box) - origin
        colour = fill(box.background)
        behind = Fill(box.position_x - self._left, box.border_width(), colour) if colour else None
        bar = _take_bar(box) if cell.bar is not None else None
        drawn = drawing(box, at.page, self._setter.fonts)
        if is_words(self._block.heads[place]) and not is_own_pattern(cell):
            if drawn.decoration or _plain("".join(r.text for r in drawn.runs)) != _plain(cell.text):
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
            parts=tuple(self._parts(drawn.runs, text)),
        )

    def _words(
        self,
        box: Any,
        drawn: Drawing,
        origin: float,
        height: float,
        behind: Fill | None,
    ) -> Words:
        first = drawn.runs[0]
        lines = [line for line in box.descendants() if isinstance(line, boxes.LineBox)]
        if len({run.ink for run in drawn.runs}) > 1 or len({line.height for line in lines}) > 1:
            raise UnlikeError("its words are of several kinds")
        style = first.style
        align = _align(box.style)
        left = box.content_box_x() - self._left
        return Words(
            left=left,
            width=box.width,
            indent=first.x - self._left - left if align == "left" else 0.0,
            align=align,
            wraps=style["white_space"] == "normal",
            base=first.y - origin,
            step=lines[0].height,
            rest=height - len(lines) * lines[0].height,
            fill=behind,
            ink=first.ink,
            style=style,
        )

    def _parts(self, runs: Sequence[Run], text: str) -> Iterator[Part]:
        """The texts of a figure, those of the cell's own text with its digits left open."""
        whole = "".join(run.text for run in runs)
        start = whole.find(text)
        if start < 0 and shape(text) != text:
            raise UnlikeError(f"what it shows for {text!r} is another text")
        end = start + len(text)
        at = 0
        for run in runs:
            own = run.text[max(start - at, 0) : max(end - at, 0)] if start >= 0 else ""
            digits = [character for character in own if character.isdecimal()]
            at += len(run.text)
            yield self._part(run, digits)

    def _part(self, run: Run, digits: Sequence[str]) -> Part:
        if not digits:
            return Part(run, b"", 0, {})
        codes = self._digit_codes(run, digits[0])
        if any(digit not in codes for digit in digits):
            raise UnlikeError("there are digits of two scripts in one figure")
        waiting = [codes[digit] for digit in digits]
        template = []
        for at, piece_ in enumerate(_GLYPHS.split(run.shown)):
            if at % 2 == 0:
                template.append(piece_)
                continue
            shown = []
            for place in range(0, len(piece_), 4):
                glyph = piece_[place : place + 4]
                if waiting and glyph == waiting[0]:
                    waiting.pop(0)
                    glyph = b"%b"
                shown.append(glyph)
            template.append(b"<%b>" % b"".join(shown))
        if waiting:
            raise UnlikeError("its digits are not drawn one by one")
        self._check_widths(run)
        return Part(run, b"".join(template), len(digits), codes)

    def _digit_codes(self, run: Run, digit: str) -> dict[str, bytes]:
        """The glyph of every digit of a script, in a style."""
        zero = shape(digit)
        key = (id(run.style), zero)
        known = self._codes.get(key)
        if known is not None:
            return known
        codes = {}
        digits = [chr(ord(zero) + value) for value in range(10)]
        lines = self._setter.lines(digits, run.style, None)
        for each, (line,) in lines.items():
            shown = _GLYPHS.findall(line.shown)
            if len(shown) != 1 or len(shown[0]) != 4 or line.width != lines[zero][0].width:
                raise UnlikeError("its digits are not equally wide")
            codes[each] = shown[0]
        self._codes[key] = codes
        return codes

    def _check_widths(self, run: Run) -> None:
        """Whether a figure is equally wide with whatever digits."""
        alike = [
            "".join(chr(ord(shape(c)) + value) if c.isdecimal() else c for c in run.text)
            for value in range(10)
        ]
        lines = self._setter.lines(dict.fromkeys([*alike, run.text]), run.style, None)
        if len({round(line.width, 2) for (line,) in lines.values()}) > 1:
            raise UnlikeError("its digits are not equally wide")


def _head_rows(table: Any) -> tuple[Any, ...]:
    if not table.children or not table.children[0].is_header:
        raise UnlikeError("it has no head")
    return tuple(table.children[0].children)


def _by_column(row: Any, columns: int) -> list[Any]:
    """A row's cells by the column that they begin in."""
    found: list[Any] = [None] * columns
    for cell in row.children:
        if cell.rowspan != 1 or cell.grid_x >= columns:
            raise UnlikeError("there are cells over several rows in it")
        found[cell.grid_x] = cell
    return found


def _below(box: Any) -> float:
    """A cell's padding below, without what was added to make it as high as its row."""
    padding = box.style["padding_bottom"]
    if padding.unit != "px":
        raise UnlikeError("its padding is a part of its width")
    return float(padding.value)


def _align(style: Any) -> str:
    said = style["text_align_all"]
    if said in {"left", "right", "center"}:
        return str(said)
    starts = said in {"start", "justify"}
    return "left" if starts == (style["direction"] == "ltr") else "right"


def _plain(text: str) -> str:
    return "".join(text.split())


def _take_bar(cell: Any) -> Bar:
    """Take the bar out of a cell, so that it can be drawn in any length."""
    for box in cell.descendants():
        element = box.element
        said = _PERCENT.search(element.get("style") or "") if element is not None else None
        if said is None or box.background is None:
            continue
        parent = next(b for b in cell.descendants() if box in getattr(b, "children", ()))
        background, box.background = box.background, None
        return Bar(_drawn_bar(box, background, parent.width))
    raise UnlikeError("its bars are not drawn by their width")


def _drawn_bar(box: Any, background: Any, whole: float) -> Any:
    right = box.position_x + box.width
    known: dict[float, bytes] = {}

    def drawn(part: float) -> bytes:
        part = round(part, 3)
        if part not in known:
            copy = box.copy()
            copy.width = whole * part
            if copy.style["direction"] == "rtl":
                copy.position_x = right - copy.width
            (layer,) = background.layers
            area = (copy.position_x, copy.position_y, copy.width, copy.height)
            layer = layer._replace(painting_area=area, clipped_boxes=[copy.rounded_border_box()])
            known[part] = piece(background._replace(layers=[layer]))
        return known[part]

    return drawn
