"""The content of a page of a long table, as operators.

Lengths are in pixels of CSS from the page's top left corner downwards, as the layout engine
leaves them behind for whatever is drawn after it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Final

import msgspec

from reporter.document.values import Cell
from reporter.output.pdf.long_tables.pagination import Span
from reporter.output.pdf.long_tables.pattern import Figures, Fill, Frame, Look, Rule, Words
from reporter.output.pdf.long_tables.recorder import Run
from reporter.output.pdf.long_tables.shaping import Line
from reporter.output.pdf.long_tables.typeset import Typeset

_PIXEL: Final = b"q 0.75 0 0 0.75 0 0 cm"
_LAYOUT: Final = b"/Artifact <</Type /Layout>> BDC"
_PAGINATION: Final = b"/Artifact <</Type /Pagination>> BDC"
_STATES: Final = re.compile(rb"/([aA][\d.]+) gs")


class Place(msgspec.Struct, frozen=True):
    """Where a part of a table stands.

    Attributes:
        page: the place of the page in the document, from 0.
        left: of the table.
        top: likewise, with its head.
    """

    page: int
    left: float
    top: float


def states(table: Typeset) -> dict[str, tuple[str, float]]:
    """The graphics states that a table's operators name: a key and a value for each."""
    pattern = table.pattern
    operators: list[bytes] = [cell.drawing.decoration for cell in pattern.cells]
    operators += [run.ink for cell in pattern.cells for run in cell.drawing.runs]
    operators += [rule.ink for _, rule in pattern.rules]
    operators += [fill.ink for _, _, fill in pattern.fills]
    for frame in pattern.frames.values():
        operators += [fill.ink for fill in frame.fills]
        operators += [rule.ink for rule in (*frame.above, *frame.below)]
    for look in chain.from_iterable(looks.values() for looks in pattern.looks):
        operators += [look.fill.ink] if look.fill else []
        if isinstance(look, Words):
            operators.append(look.ink)
        else:
            operators += [look.decoration, *(part.run.ink for part in look.parts)]
            operators += [look.bar.drawn(1.0)] if look.bar else []
    names = {name.decode() for name in _STATES.findall(b"\n".join(operators))}
    return {name: ("ca" if name[0] == "a" else "CA", float(name[1:])) for name in sorted(names)}


def columns_of(table: Typeset, row: int) -> Iterator[int]:
    """The columns in which a row has a cell."""
    for place, looks in enumerate(table.survey.looks):
        if looks[row] in table.pattern.looks[place]:
            yield place


def content(table: Typeset, span: Span, place: Place, number: int) -> bytes:
    """What draws a page of a table.

    Args:
        table: the whole one.
        span: the rows of the page.
        place: where they stand, with a head over them.
        number: of the first cell among the marked pieces of the page; the others follow row by
            row, those of the head first on the page where the table begins.
    """
    return _Sheet(table, span, place, number).drawn()


class _Row(msgspec.Struct, frozen=True, gc=False):
    """A row on a page.

    Attributes:
        top: of the row; likewise ``height``.
        frame: around its cells.
        looks: of every cell that it has: its column, and the number of its look, and that.
        cells: by column.
    """

    top: float
    height: float
    frame: Frame
    looks: list[tuple[int, int, Look]]
    cells: tuple[Cell, ...]


class _Sheet:
    """One page."""

    def __init__(self, table: Typeset, span: Span, place: Place, number: int) -> None:
        self._table = table
        self._pattern = table.pattern
        self._span = span
        self._left, self._top = place.left, place.top
        self._number = number
        self._written: list[bytes] = []
        self._ink = self._font = b""
        self._x = self._y = 0.0
        heads = table.pattern.row_heads
        self._tags = [b"TH" if at in heads else b"TD" for at in range(len(table.survey.looks))]
        self._rows: list[_Row] = []
        top = place.top + table.pattern.head
        own = [looks[span.start : span.stop] for looks in table.survey.looks]
        for row, numbers in enumerate(zip(*own, strict=True), start=span.start):
            frame = table.pattern.frames[table.survey.frames[row]]
            cells = [
                (at, number, table.pattern.looks[at][number])
                for at, number in enumerate(numbers)
                if number in table.pattern.looks[at]
            ]
            height = table.heights[row]
            self._rows.append(_Row(top, height, frame, cells, table.block.rows[row].cells))
            top += height

    def drawn(self) -> bytes:
        """The operators."""
        written = self._written
        written += (_PIXEL, _LAYOUT)
        written += self._fills()
        written += self._rules()
        written += self._decorations()
        written += (b"EMC", b"BT 1 0 0 -1 0 0 Tm")
        self._head()
        for row in self._rows:
            self._row(row)
        written += (b"ET", b"Q")
        return b"\n".join(written)

    def _fills(self) -> Iterator[bytes]:
        for top, height, fill in self._pattern.fills:
            yield self._filled(fill, self._top + top, height)
        for row in self._rows:
            own = (look.fill for _, _, look in row.looks if look.fill is not None)
            for fill in chain(row.frame.fills, own):
                yield self._filled(fill, row.top, row.height)

    def _filled(self, fill: Fill, top: float, height: float) -> bytes:
        return b"q %b %.3f %.3f %.3f %.3f re f Q" % (
            fill.ink,
            self._left + fill.left,
            top,
            fill.width,
            height,
        )

    def _rules(self) -> Iterator[bytes]:
        """The lines, those that look the same in one stroke."""
        lines: defaultdict[tuple[bytes, float], list[bytes]] = defaultdict(list)

        def note(rule: Rule, y: float) -> None:
            lines[rule.ink, rule.width].append(
                b"%.3f %.3f m %.3f %.3f l" % (self._left + rule.left, y, self._left + rule.right, y)
            )

        for top, rule in self._pattern.rules:
            note(rule, self._top + top)
        first = self._pattern.frames[self._table.survey.frames[0]]
        for rule in first.above:
            note(rule, self._rows[0].top)
        for row in self._rows:
            for rule in row.frame.below:
                note(rule, row.top + row.height)
        for (ink, width), drawn in lines.items():
            yield b"q %b %.3f w %b S Q" % (ink, width, b" ".join(drawn))

    def _decorations(self) -> Iterator[bytes]:
        for cell in self._pattern.cells:
            if cell.drawing.decoration:
                left, top = self._left - self._pattern.left, self._top - self._pattern.top
                yield b"q 1 0 0 1 %.3f %.3f cm %b Q" % (left, top, cell.drawing.decoration)
        for row in self._rows:
            for place, _, look in row.looks:
                if isinstance(look, Words):
                    continue
                bar = row.cells[place].bar
                drawn = look.decoration
                if look.bar is not None and bar is not None:
                    drawn = b"%b %b" % (drawn, look.bar.drawn(bar))
                if drawn:
                    yield b"q 1 0 0 1 %.3f %.3f cm %b Q" % (
                        self._left - look.left,
                        row.top + row.frame.tops[place] - look.top,
                        drawn,
                    )

    def _head(self) -> None:
        """The head: part of the table where it begins, and repeated on its further pages."""
        left, top = self._left - self._pattern.left, self._top - self._pattern.top
        is_read = self._span.start == 0
        if not is_read:
            self._written.append(_PAGINATION)
        for cell in self._pattern.cells:
            if is_read:
                self._written.append(b"/TH <</MCID %d>> BDC" % self._number)
                self._number += 1
            for run in cell.drawing.runs:
                self._text(left + run.x, top + run.y, run.ink, run, run.shown)
            if is_read:
                self._written.append(b"EMC")
        if not is_read:
            self._written.append(b"EMC")

    def _row(self, row: _Row) -> None:
        written, tops, texts = self._written, row.frame.tops, row.cells
        for place, number, look in row.looks:
            written.append(b"/%b <</MCID %d>> BDC" % (self._tags[place], self._number))
            self._number += 1
            text = texts[place].text
            if isinstance(look, Words):
                lines = self._table.lines[place][number][text]
                self._words(look, lines, row.top + tops[place])
            else:
                self._figure(look, text, row.top + tops[place])
            written.append(b"EMC")

    def _words(self, look: Words, lines: tuple[Line, ...], top: float) -> None:
        top += look.top
        for line in lines:
            x = self._left + look.left
            if look.align == "left":
                x += look.indent
            elif look.align == "right":
                x += look.width - line.width
            else:
                x += (look.width - line.width) / 2
            if line.shown:
                y = top + look.base + max(line.lift, 0.0)
                self._text(x, y, look.ink, line, line.shown)
            top += look.step + abs(line.lift)

    def _figure(self, look: Figures, text: str, top: float) -> None:
        digits: list[str] | None = None
        for part in look.parts:
            run = part.run
            shown = run.shown
            if part.digits:
                if digits is None:
                    digits = [character for character in text if character in part.codes]
                own, digits = digits[: part.digits], digits[part.digits :]
                shown = part.template % tuple([part.codes[digit] for digit in own])
            x, y = self._left + run.x - look.left, top + run.y - look.top
            self._text(x, y, run.ink, run, shown)

    def _text(self, x: float, y: float, ink: bytes, fonts: Run | Line, shown: bytes) -> None:
        """Show a text whose base line begins there.

        Colour and font are said where they are others than those of the text before, and the
        place as seen from where that began: upwards, as letters stand.
        """
        written = self._written
        if ink != self._ink:
            written.append(ink)
            self._ink = ink
        if fonts.font != self._font:
            written.append(fonts.font)
        self._font = fonts.last_font
        right, down = round(x - self._x, 3), round(y - self._y, 3)
        self._x += right
        self._y += down
        if down:
            written.append(b"%.3f %.3f Td %b" % (right, -down, shown))
        else:
            written.append(b"%.3f 0 Td %b" % (right, shown))
