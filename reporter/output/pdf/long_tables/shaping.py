"""Texts as glyphs, shaped by the same engine that shapes the rest of the document.

Many texts are shaped in one go: asking the engine for each alone would take longer than all else.
The fonts are noted as the layout engine notes them, so that a glyph that a long table needs and
one that a heading needs stand in the same embedded font.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from weasyprint.pdf.stream import Stream
from weasyprint.text.constants import PANGO_WRAP_MODE
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout, strut

from reporter.output.pdf.long_tables.unlike import UnlikeError

_AT_ONCE: Final = 50
"""Texts shaped in one go; the engine's list of lines is searched from its start."""
_GLYPH: Final = ffi.sizeof("PangoGlyphInfo") // ffi.sizeof("int")
"""Numbers in the engine's note of a glyph: glyph, width, shifts to the side and up, flags."""
_TO_THE_END: Final = 2**32 - 1


class Line(msgspec.Struct, frozen=True):
    """One line of shaped text.

    Attributes:
        width: in pixels.
        lift: how much higher its letters stand above their base line than those of the style's own
            font, in pixels; less than 0 where they go deeper below it. Either makes a line higher.
        font: the operator that selects its first font.
        shown: the operators that show it, from then on.
        last_font: the operator that selects its last font.
    """

    width: float
    lift: float
    font: bytes
    shown: bytes
    last_font: bytes


class _Face(msgspec.Struct, frozen=True):
    """A font at one size, and how its glyphs are written.

    Attributes:
        font: as the engine keeps it.
        pango: as the engine shapes with it.
        size: in pixels.
        select: the operator that selects it.
        tokens: by glyph, width and shift to the side, what shows it.
    """

    font: Any
    pango: Any
    size: float
    select: str
    tokens: dict[tuple[int, int, int], str]


class _Usual(msgspec.Struct, frozen=True):
    """A line of a style in its own font.

    Attributes:
        height: of the line, in pixels.
        base: of its base line, from its top.
        font: what selects the font.
    """

    height: float
    base: float
    font: str


class Typesetter:
    """Shapes texts.

    Attributes:
        fonts: those used so far, as the engine keeps them for a document.
    """

    def __init__(self) -> None:
        self.fonts: dict[object, Any] = {}
        self._stream = Stream(self.fonts, (0, 0, 0, 0), {}, {}, None, {}, None)
        self._tokens: dict[str, dict[tuple[int, int, int], str]] = {}

    def line(self, text: str, style: Mapping[str, Any]) -> Line:
        """A text in one line."""
        return self.lines([text], style, None)[text][0]

    def lines(
        self, texts: Iterable[str], style: Mapping[str, Any], width: float | None
    ) -> dict[str, tuple[Line, ...]]:
        """Texts in lines no wider than that, in pixels; in one line each where there is no width.

        Raises:
            UnlikeError: the style spaces letters or words, or a font is made of pictures.
        """
        if style["letter_spacing"] != "normal" or style["word_spacing"]:
            raise UnlikeError("its letters or words are spaced")
        layout = Layout(style)
        if width is not None:
            _wrap(layout, style, width)
        waiting = tuple(texts)
        found: dict[str, tuple[Line, ...]] = {}
        height, base = strut(style)
        usual = _Usual(height, base, self._usual_font(style))
        for at in range(0, len(waiting), _AT_ONCE):
            found.update(self._shaped(layout, waiting[at : at + _AT_ONCE], usual))
        return found

    def _usual_font(self, style: Mapping[str, Any]) -> str:
        """What selects the font of a style for letters that it has."""
        layout = Layout(style)
        layout.set_text(" ")
        line, _ = layout.get_first_line()
        return self._face(line.runs.data.item.analysis.font).select

    def _shaped(
        self, layout: Layout, texts: Sequence[str], usual: _Usual
    ) -> Iterator[tuple[str, tuple[Line, ...]]]:
        whole = "\n".join(texts).encode()
        pango.pango_layout_set_text(layout.layout, whole, len(whole))
        faces: dict[int, _Face] = {}
        end, number = 0, 0
        for text in texts:
            end += len(text.encode())
            lines = []
            while True:
                line = pango.pango_layout_get_line_readonly(layout.layout, number)
                if line == ffi.NULL or line.start_index > end:
                    break
                number += 1
                lines.append(self._line(line, whole, faces, usual))
            end += 1
            yield text, tuple(lines)

    def _line(
        self,
        line: Any,  # noqa: ANN401 - the library has no types
        whole: bytes,
        faces: dict[int, _Face],
        usual: _Usual,
    ) -> Line:
        """A line of the engine as operators; the spaces at its end are not shown."""
        start = line.start_index
        end = start + len(whole[start : start + line.length].rstrip(b" "))
        operators: list[str] = []
        fonts: list[str] = []
        width = 0
        runs = line.runs
        while runs != ffi.NULL:
            run, runs = runs.data, runs.next
            address = int(ffi.cast("uintptr_t", run.item.analysis.font))
            face = faces.get(address)
            if face is None:
                face = faces[address] = self._face(run.item.analysis.font)
            shown, wide = _run(run, end, whole, face)
            width += wide
            if shown:
                fonts.append(face.select)
                operators += face.select, f"[<{shown}>]TJ"
        if not fonts:
            return Line(0.0, 0.0, b"", b"", b"")
        is_usual = all(font == usual.font for font in fonts)
        return Line(
            width * FROM_UNITS,
            0.0 if is_usual else _lift(line, usual),
            fonts[0].encode(),
            " ".join(operators[1:]).replace("<>", "").encode(),
            fonts[-1].encode(),
        )

    def _face(self, pango_font: Any) -> _Face:  # noqa: ANN401 - the library has no types
        font, size = self._stream.add_font(pango_font)
        if font.bitmap or font.png or font.svg or font.colr:
            raise UnlikeError("some of its letters are pictures")
        select = f"/{font.hash} {size:f}".rstrip("0").rstrip(".") + " Tf"
        tokens = self._tokens.setdefault(select, {})
        return _Face(font, pango_font, size, select, tokens)


def _lift(line: Any, usual: _Usual) -> float:  # noqa: ANN401 - the library has no types
    """How much higher letters of several fonts stand, as the engine stacks lines."""
    logical = ffi.new("PangoRectangle *")
    pango.pango_layout_line_get_extents(line, ffi.NULL, logical)
    height, base = logical.height * FROM_UNITS, -logical.y * FROM_UNITS
    return float(base + (usual.height - height) / 2 - usual.base)


def _wrap(layout: Layout, style: Mapping[str, Any], width: float) -> None:
    """Let the engine break lines, as it does when it lays out a cell."""
    pango.pango_layout_set_width(layout.layout, int(max(0, width) * TO_UNITS))
    if style["overflow_wrap"] == "anywhere" or style["word_break"] == "break-all":
        pango.pango_layout_set_wrap(layout.layout, PANGO_WRAP_MODE["WRAP_WORD_CHAR"])
        attributes = pango.pango_layout_get_attributes(layout.layout)
        if attributes == ffi.NULL:
            attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        plain = pango.pango_attr_insert_hyphens_new(False)  # noqa: FBT003 - the library's own
        plain.start_index, plain.end_index = 0, _TO_THE_END
        pango.pango_attr_list_change(attributes, plain)
        pango.pango_layout_set_attributes(layout.layout, attributes)


def _run(run: Any, end: int, whole: bytes, face: _Face) -> tuple[str, int]:  # noqa: ANN401 - no types
    """A run of glyphs of one font: what shows them, and their width in the engine's units."""
    count = run.glyphs.num_glyphs
    numbers = ffi.unpack(ffi.cast("int *", run.glyphs.glyphs), count * _GLYPH)
    if any(numbers[3::_GLYPH]):
        raise UnlikeError("some of its letters are raised")
    keys = list(zip(numbers[::_GLYPH], numbers[1::_GLYPH], numbers[2::_GLYPH], strict=True))
    if run.item.offset + run.item.length > end:
        clusters = run.glyphs.log_clusters
        keys = [key for at, key in enumerate(keys) if run.item.offset + clusters[at] < end]
    tokens = face.tokens
    try:
        shown = "".join([tokens[key] for key in keys])
    except KeyError:
        _learn(run, whole, face)
        shown = "".join([tokens[key] for key in keys])
    return shown, sum([key[1] for key in keys])


def _learn(run: Any, whole: bytes, face: _Face) -> None:  # noqa: ANN401 - the library has no types
    """Note the glyphs of a run: what they are, how wide, and what shows them."""
    font, item = face.font, run.item
    clusters = ffi.unpack(run.glyphs.log_clusters, run.glyphs.num_glyphs)
    ends = sorted({*clusters, item.length})
    for info, cluster in zip(run.glyphs.glyphs[0 : len(clusters)], clusters, strict=True):
        geometry = info.geometry
        key = (info.glyph, geometry.width, geometry.x_offset)
        if key in face.tokens:
            continue
        if info.glyph == pango.PANGO_GLYPH_EMPTY:
            face.tokens[key] = f">{-geometry.width / face.size}<"
            continue
        glyph = info.glyph
        if glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
            glyph = _missing(face, glyph - pango.PANGO_GLYPH_UNKNOWN_FLAG, geometry.width)
        after = item.offset + ends[ends.index(cluster) + 1]
        font.to_unicode.setdefault(glyph, whole[item.offset + cluster : after].decode())
        if glyph not in font.widths:
            font.widths[glyph] = _advance(face, glyph)
        shift = geometry.x_offset / face.size
        kerning = int(font.widths[glyph] + shift - geometry.width * 1000 * FROM_UNITS / face.size)
        face.tokens[key] = "".join(
            (f">{-shift}<" if shift else "", f"{glyph:04x}", f">{kerning}<" if kerning else "")
        )


def _missing(face: _Face, code: int, width: int) -> int:
    """A glyph for a character that no font has, as the engine numbers it: an empty box."""
    glyph: int = face.font.get_unused_glyph_id(code)
    face.font.widths[glyph] = round(width * 1000 * FROM_UNITS / face.size)
    face.font.widths.setdefault(0, face.font.widths[glyph])
    return glyph


def _advance(face: _Face, glyph: int) -> int:
    """How wide a glyph is by itself, in thousandths of its size."""
    ink, logical = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")
    pango.pango_font_get_glyph_extents(face.pango, glyph, ink, logical)
    advance: int = round(logical.width * 1000 * FROM_UNITS / face.size)
    return advance
