"""Listening to the layout engine while it draws one cell."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import msgspec
from weasyprint.draw import draw_background, draw_stacking_context
from weasyprint.formatting_structure.boxes import Box, TextBox
from weasyprint.pdf.stream import Stream
from weasyprint.stacking import StackingContext

from reporter.output.pdf.long_tables.unlike import UnlikeError

_MATRIX: Final = re.compile(rb"1 0 0 -1 (-?[\d.]+) (-?[\d.]+) Tm")


class Run(msgspec.Struct, frozen=True):
    """A text as it was drawn.

    Attributes:
        text: what it says.
        style: of it, as the engine computed it.
        ink: the operators that set its colour.
        x: where its base line begins, in pixels.
        y: likewise, downwards.
        font: the operator that selects its first font.
        shown: the operators that show it, from then on.
        last_font: the operator that selects its last font.
    """

    text: str
    style: Any
    ink: bytes
    x: float
    y: float
    font: bytes
    shown: bytes
    last_font: bytes


class Drawing(msgspec.Struct, frozen=True):
    """What a cell is made of, its background left out.

    Attributes:
        decoration: operators that draw all that is no text.
        runs: its texts, in order.
    """

    decoration: bytes
    runs: tuple[Run, ...]


def drawing(cell: Box, page: Box, fonts: dict[object, Any]) -> Drawing:
    """What the engine draws for a cell.

    Raises:
        UnlikeError: it cannot be repeated elsewhere.
    """
    recorder = _Recorder(fonts)
    context = StackingContext.from_box(cell, page)
    box = context.box
    box.background = None
    box.border_top_width = box.border_bottom_width = 0
    box.border_left_width = box.border_right_width = 0
    draw_stacking_context(recorder, context)
    return Drawing(recorder.decoration, tuple(recorder.runs))


def fill(background: Any) -> bytes:  # noqa: ANN401 - the library has no types
    """The operators that set the colour of a plain background; none where there is nothing.

    Raises:
        UnlikeError: it is more than one colour in a rectangle.
    """
    if background is None:
        return b""
    rounded = any(
        radius
        for layer in background.layers
        for box in layer.clipped_boxes
        for radius in box[4:]
        if any(radius)
    )
    if rounded or background.style["box_shadow"] or any(x.image for x in background.layers):
        raise UnlikeError("its cells have more than a colour behind them")
    return ink(background.color)


def ink(colour: Any, *, stroke: bool = False) -> bytes:  # noqa: ANN401 - the library has no types
    """The operators that set a colour; none where it is not seen."""
    if not colour.alpha:
        return b""
    recorder = _Recorder({})
    recorder.set_color(colour, stroke)
    return recorder.decoration


def piece(background: Any) -> bytes:  # noqa: ANN401 - the library has no types
    """What the engine draws for a background of any kind."""
    recorder = _Recorder({})
    draw_background(recorder, background)
    return recorder.decoration


class _Recorder(Stream):  # type: ignore[misc]  # the library has no types
    """A page that keeps texts apart from all else, and refuses what belongs to one page only."""

    def __init__(self, fonts: dict[object, Any]) -> None:
        super().__init__(fonts, (0, 0, 0, 0), {"ExtGState": {}}, {}, None, {}, None)
        self.runs: list[Run] = []

    @property
    def decoration(self) -> bytes:
        """All that was drawn but the texts."""
        return b"\n".join(
            item if isinstance(item, bytes) else str(item).encode() for item in self.stream
        )

    @contextmanager
    def marked(self, box: Box, tag: str) -> Iterator[None]:
        """Take a text out of what is drawn."""
        if not isinstance(box, TextBox):
            raise UnlikeError(f"there is a {tag.lower()} in it")
        self._forget()
        start = len(self.stream)
        if self._is_clipped():
            raise UnlikeError("its texts are cut off")
        if not _is_still(self.ctm):
            raise UnlikeError("its texts are moved or turned")
        yield
        drawn = self.stream[start:]
        del self.stream[start:]
        self._forget()
        if drawn:
            self.runs.append(_run(box, drawn))

    def _forget(self) -> None:
        """Say colour and font again for the next text."""
        self._current_color = self._current_alpha = None
        self._current_font = self._old_font = None

    def _is_clipped(self) -> bool:
        """Whether the text that follows is drawn in part only."""
        depth = 0
        for item in reversed(self.stream):
            if item == b"Q":
                depth += 1
            elif item == b"q":
                depth = max(depth - 1, 0)
            elif depth == 0 and item in {b"W", b"W*"}:
                return True
        return False

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise UnlikeError("there are pictures or see-through parts in it")

    add_group = add_image = add_pattern = add_shading = set_state = _refuse


def _is_still(matrix: Any) -> bool:  # noqa: ANN401 - the library has no types
    return tuple(matrix.values) == (1, 0, 0, 1, 0, 0)


def _run(box: TextBox, drawn: list[bytes]) -> Run:
    """A text from the operators that drew it."""
    begin = drawn.index(b"BT")
    ink, (matrix, font, *shown), end = drawn[:begin], drawn[begin + 1 : -1], drawn[-1]
    place = _MATRIX.fullmatch(matrix)
    plain = all(item.endswith((b" rg", b" gs")) for item in ink) and end == b"ET"
    if place is None or not plain or not font.endswith(b" Tf"):
        raise UnlikeError("its texts are underlined or turned")
    fonts = [item for item in (font, *shown) if item.endswith(b" Tf")]
    return Run(
        text=box.text,
        style=box.style,
        ink=b" ".join(ink),
        x=float(place[1]),
        y=float(place[2]),
        font=font,
        shown=b" ".join(shown).replace(b">0<", b"").replace(b">0]", b">]"),
        last_font=fonts[-1],
    )
