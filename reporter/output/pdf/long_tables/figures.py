"""Figures whose digits are left open, and bars whose length is.

Of a typeset figure everything is kept but its digits: another one of its shape has its places, its
signs and its colours.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout.background import Background

from reporter.output.pdf.long_tables.pattern import Bar, Part
from reporter.output.pdf.long_tables.recorder import Run, piece
from reporter.output.pdf.long_tables.shaping import Typesetter
from reporter.output.pdf.long_tables.survey import shape
from reporter.output.pdf.long_tables.unlike import UnlikeError

_GLYPHS: Final = re.compile(rb"<([0-9a-f]+)>")
_WRITTEN: Final = 4
"""Letters that a glyph is written with."""
_PERCENT: Final = re.compile(r"width:\s*([\d.]+)%")


class Digits:
    """Finds the digits in what was drawn."""

    def __init__(self, setter: Typesetter) -> None:
        self._setter = setter
        self._codes: dict[tuple[int, str], dict[str, bytes]] = {}

    def parts(self, runs: Sequence[Run], text: str) -> Iterator[Part]:
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
        codes = self._codes_of(run, digits[0])
        if any(digit not in codes for digit in digits):
            raise UnlikeError("there are digits of two scripts in one figure")
        waiting = [codes[digit] for digit in digits]
        template = []
        for at, glyphs in enumerate(_GLYPHS.split(run.shown)):
            if at % 2 == 0:
                template.append(glyphs)
                continue
            shown = []
            for place in range(0, len(glyphs), _WRITTEN):
                glyph = glyphs[place : place + _WRITTEN]
                if waiting and glyph == waiting[0]:
                    waiting.pop(0)
                    glyph = b"%b"
                shown.append(glyph)
            template.append(b"<%b>" % b"".join(shown))
        if waiting:
            raise UnlikeError("its digits are not drawn one by one")
        self._check_widths(run)
        return Part(run, b"".join(template), len(digits), codes)

    def _codes_of(self, run: Run, digit: str) -> dict[str, bytes]:
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
            if len(shown) != 1 or len(shown[0]) != _WRITTEN or line.width != lines[zero][0].width:
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


def taken_bar(cell: Box) -> Bar:
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


def _drawn_bar(box: Box, background: Background, whole: float) -> Callable[[float], bytes]:
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
