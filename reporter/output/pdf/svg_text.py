"""Texts in drawings, drawn whole.

The engine draws the text of an SVG letter by letter, from left to right. Letters that join, stand
on each other or run from right to left come out wrong so; as one piece they are laid out like any
other text.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from weasyprint import svg as engine

_SIMPLE: Final = range(0x0590)
"""Latin, Greek, Cyrillic, Armenian: each letter stands by itself."""
_PLAIN_ABOVE: Final = range(0x1E00, 0x2E80)
"""More of them, punctuation and signs."""


class _Whole(str):
    """A text that is one letter to who goes through its letters."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        yield str(self)


@contextmanager
def whole_texts() -> Iterator[None]:
    """While pages are drawn: texts that need it are drawn whole.

    The engine knows the elements that are texts by their function, which changes with them.
    """
    tags, letters = engine.TAGS, engine.text

    def whole(svg: Any, node: Any, font_size: float) -> None:  # noqa: ANN401 - the library has no types
        if needs_shaping(node.text or ""):
            node._etree_node.text = _Whole(node.text)  # noqa: SLF001 - it has no other way in
        letters(svg, node, font_size)

    texts = [name for name, draw in tags.items() if draw is letters]
    engine.text = whole
    tags.update(dict.fromkeys(texts, whole))
    try:
        yield
    finally:
        engine.text = letters
        tags.update(dict.fromkeys(texts, letters))


def needs_shaping(text: str) -> bool:
    """Whether the letters of a text cannot be drawn one by one."""
    return any(
        ord(c) not in _SIMPLE and ord(c) not in _PLAIN_ABOVE and not _stands_alone(c) for c in text
    ) or any(unicodedata.combining(c) for c in text)


def _stands_alone(character: str) -> bool:
    """Of East Asia: each sign fills its own square."""
    return unicodedata.east_asian_width(character) in {"W", "F"}
