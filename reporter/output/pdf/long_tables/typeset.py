"""A long table with every text shaped: how high its rows are, and what draws them."""

import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from reporter.document.model import TableBlock
from reporter.output.pdf.long_tables.pattern import Figures, Look, Pattern, Words
from reporter.output.pdf.long_tables.shaping import Line, Typesetter
from reporter.output.pdf.long_tables.survey import Survey, is_own_pattern, is_words
from reporter.output.pdf.long_tables.unlike import UnlikeError
from reporter.output.xml_text import xml_text

_SPACES: Final = re.compile("[ \t\n\r\f]+")

_SLACK: Final = 0.01
"""Pixels."""

Lines = Mapping[str, tuple[Line, ...]]


class Typeset(msgspec.Struct, frozen=True):
    """A table before it is drawn.

    Attributes:
        lines: of a column of words: by style, by text. Of others nothing.
        heights: of the rows.
        wider: rows whose text is wider than what their column was laid out for.
    """

    block: TableBlock
    survey: Survey
    pattern: Pattern
    lines: tuple[Mapping[int, Lines], ...]
    heights: Sequence[float]
    wider: tuple[int, ...]


def typeset(block: TableBlock, found: Survey, pattern: Pattern, setter: Typesetter) -> Typeset:
    """Shape all words of a table.

    Raises:
        UnlikeError: some of them cannot be drawn.
    """
    columns: list[Mapping[int, Lines]] = []
    wider: list[int] = []
    for place, head in enumerate(block.heads):
        if not is_words(head):
            columns.append({})
            continue
        texts = _texts(block, found, place)
        whole = _shaped(texts, pattern.looks[place], setter)
        wider += _wider(texts, whole, frozenset(found.chosen))
        columns.append(_broken(whole, pattern.looks[place], setter))
    heights = _heights(found, pattern, columns, block)
    if any(abs(heights[row] - own) > _SLACK for row, own in pattern.own_heights.items()):
        raise UnlikeError("its rows are not as high as their words make them")
    return Typeset(block, found, pattern, tuple(columns), heights, tuple(wider))


def _plain(text: str) -> str:
    """A text as a page shows it: a run of spaces is one."""
    return _SPACES.sub(" ", xml_text(text)).strip(" ")


def _texts(block: TableBlock, found: Survey, place: int) -> dict[int, dict[str, int]]:
    """The texts of a column of words, by look, each with the first row that has it."""
    texts: dict[int, dict[str, int]] = {}
    for row, look in enumerate(found.looks[place]):
        cell = block.rows[row].cells[place]
        if not is_own_pattern(cell):
            texts.setdefault(look, {}).setdefault(cell.text, row)
    return texts


def _shaped(
    texts: Mapping[int, Mapping[str, int]], looks: Mapping[int, Look], setter: Typesetter
) -> dict[int, Lines]:
    """Every text in one line."""
    return {
        number: _lines(rows, look, None, setter)
        for number, rows in texts.items()
        if isinstance(look := looks.get(number), Words)
    }


def _lines(texts: Iterable[str], look: Words, width: float | None, setter: Typesetter) -> Lines:
    shown = {text: _plain(text) for text in texts}
    lines = setter.lines(dict.fromkeys(shown.values()), look.style, width)
    return {text: lines[plain] for text, plain in shown.items()}


def _wider(
    texts: Mapping[int, Mapping[str, int]], whole: Mapping[int, Lines], chosen: frozenset[int]
) -> tuple[int, ...]:
    """The row with a column's widest text, where that is wider than all that were laid out."""
    widths = {
        texts[number][text]: line.width
        for number, lines in whole.items()
        for text, (line,) in lines.items()
    }
    if not widths:
        return ()
    widest = max(widths, key=lambda row: widths[row])
    known = max((width for row, width in widths.items() if row in chosen), default=0.0)
    return (widest,) if widths[widest] > known + _SLACK else ()


def _broken(
    whole: Mapping[int, Lines], looks: Mapping[int, Look], setter: Typesetter
) -> dict[int, Lines]:
    """Every text in as many lines as it needs."""
    found: dict[int, Lines] = {}
    for number, lines in whole.items():
        look = looks[number]
        assert isinstance(look, Words)  # noqa: S101 - so it was shaped
        found[number] = lines
        if look.wraps:
            wide = [text for text, (line,) in lines.items() if line.width > look.width + _SLACK]
            found[number] = {**lines, **_lines(wide, look, look.width, setter)}
    return found


def _heights(
    found: Survey,
    pattern: Pattern,
    columns: Sequence[Mapping[int, Lines]],
    block: TableBlock,
) -> Sequence[float]:
    heights = array("d")
    known: dict[tuple[object, ...], float] = {}
    words = [place for place, lines in enumerate(columns) if lines]
    looks = zip(*found.looks, strict=True)
    for row, (of_row, frame, own) in enumerate(zip(block.rows, found.frames, looks, strict=True)):
        tall = tuple(
            _tall(lines[of_row.cells[at].text], pattern.looks[at][own[at]])
            if (lines := columns[at].get(own[at]))
            else 0.0
            for at in words
        )
        key = (frame, own, tall)
        height = known.get(key)
        if height is None:
            height = _height(row, dict(zip(words, tall, strict=True)), found, pattern)
            known[key] = height
        heights.append(height)
    return heights


def _tall(lines: Sequence[Line], look: Look) -> float:
    """How high the lines of a cell are together."""
    assert isinstance(look, Words)  # noqa: S101 - so they were broken
    if len(lines) == 1:
        return look.step + abs(lines[0].lift)
    return sum(look.step + abs(line.lift) for line in lines)


def _height(row: int, tall: Mapping[int, float], found: Survey, pattern: Pattern) -> float:
    """How high a row is whose words are so high."""
    frame = pattern.frames[found.frames[row]]
    highest = 0.0
    for place, looks in enumerate(found.looks):
        match pattern.looks[place].get(looks[row]):
            case Figures(height=own):
                pass
            case Words(rest=rest):
                own = rest + tall[place]
            case None:
                continue
        highest = max(highest, frame.tops[place] + own + frame.bottoms[place])
    return highest
