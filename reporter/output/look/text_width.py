"""How wide a text is in our fonts, so that labels of drawings can be placed and cut."""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, Literal

from fontTools.ttLib import TTFont

from reporter.output.look.fonts import FACES, TEXT_FAMILY
from reporter.resources import templates

Weight = Literal[400, 500, 600]

_ELLIPSIS: Final = "…"
_WIDE: Final = 1.0
"""Of a letter that our fonts do not have, in font sizes: Chinese, Japanese, Korean."""
_OTHER: Final = 0.62


def width_of(text: str, size: float, weight: Weight = 400) -> float:
    """The width of a line of text, in the unit of its size. Kerning is left out: it is small."""
    advances = _advances(weight)
    return size * sum(advances.get(ord(c)) or _unknown(c) for c in text)


def cut(text: str, room: float, size: float, weight: Weight = 400) -> str:
    """The text as far as there is room for it, with an ellipsis where it is cut."""
    if width_of(text, size, weight) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle].rstrip() + _ELLIPSIS, size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + _ELLIPSIS if low else ""


def wrapped(text: str, room: float, size: float, *, lines: int) -> tuple[str, ...]:
    """The text in so many lines at most, broken between words; the last is cut where need be."""
    words = text.split()
    found: list[str] = []
    while words and len(found) < lines:
        line = words.pop(0)
        if len(found) == lines - 1:
            found.append(cut(" ".join((line, *words)), room, size))
            break
        while words and width_of(f"{line} {words[0]}", size) <= room:
            line = f"{line} {words.pop(0)}"
        found.append(cut(line, room, size))
    return tuple(found)


def halved(names: Sequence[str], size: float) -> list[tuple[str, ...]]:
    """The names in two lines each, of much the same width; broken alike where they are alike."""
    words = [name.split() for name in names]
    longest = min(map(len, words), default=0)
    if len(set(map(len, words))) == 1 and longest > 1:
        every = [_split(found, number) for number in range(1, longest) for found in words]
        rows = [every[start : start + len(words)] for start in range(0, len(every), len(words))]
        return min(rows, key=lambda row: max(_wide(lines, size) for lines in row))
    return [
        min(
            (_split(found, number) for number in range(1, len(found))),
            key=lambda lines: _wide(lines, size),
            default=(" ".join(found),),
        )
        for found in words
    ]


def _split(words: Sequence[str], number: int) -> tuple[str, ...]:
    return " ".join(words[:number]), " ".join(words[number:])


def _wide(lines: Sequence[str], size: float) -> float:
    return max(width_of(line, size) for line in lines)


def _unknown(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0.0
    return _WIDE if unicodedata.east_asian_width(character) in {"W", "F"} else _OTHER


@cache
def _advances(weight: int) -> Mapping[int, float]:
    """The advance of each character that the face has, in font sizes."""
    (face,) = (
        face
        for face in FACES
        if (face.family, face.weight, face.style) == (TEXT_FAMILY, weight, "normal")
    )
    with TTFont(templates() / "fonts" / face.whole, lazy=True) as font:
        units = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return {code: metrics[name][0] / units for code, name in font.getBestCmap().items()}
