"""What a page shows, from its visible text."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import html

NUMBER: Final = re.compile(
    r"[+\-−]?€?\d+(?:[.,:]\d+)*(?:\N{NO-BREAK SPACE}?(?:%|€|pp|PP|p\. b\.))?"
)
"""A number with its sign and its unit; the parts of a date are numbers too."""
_LINES: Final = {"p", "li", "div", "dt", "dd", "td", "th", "br", "h1", "h2", "h3"}
"""After which a new line begins."""
_UNSEEN: Final = {"script", "style", "template", "title"}
SIGNS: Final = re.compile(r"[^\w\d\s%€+\-−–.,:]+")
"""Arrows and marks: they say of a number what it means."""


class Page:
    """An HTML file.

    Attributes:
        tree: its elements.
    """

    def __init__(self, path: Path) -> None:
        self.tree = html.document_fromstring(path.read_text(encoding="utf-8"))

    def block(self, name: str) -> html.HtmlElement:
        """The element of a block."""
        return self.tree.get_element_by_id(name)

    def rows(self, name: str) -> list[list[str]]:
        """The body cells of a block's table; where it is in parts, as if it were in one."""
        parts = [
            [[cell_text(cell) for cell in row.iterchildren("th", "td")] for row in _body(table)]
            for table in self.block(name).iter("table")
        ]
        return joined(parts)

    def around(self, name: str) -> list[str]:
        """What stands over the columns of a block's tables."""
        return [
            text(cell)
            for table in self.block(name).iter("table")
            for over in table.iterchildren("caption", "thead")
            for cell in ([over] if over.tag == "caption" else over.iter("th"))
        ]

    def cards(self, name: str) -> list[str]:
        """What each card of a block says."""
        return [text(card) for card in self.block(name).iter("li")]

    def prose(self, name: str) -> str:
        """The words of a text."""
        return text(self.block(name))

    def drawn(self, name: str) -> list[str]:
        """The words in a block's drawings, but for those along an axis and in cells."""
        return [text(w) for w in self._words(name) if not _is(w, "axis_") and not _is(w, "cells_")]

    def ticks(self, name: str) -> list[str]:
        """The words along the axes of a block's drawings."""
        return [text(word) for word in self._words(name) if _is(word, "axis_")]

    def cells(self, name: str) -> list[str]:
        """The words in the cells of a heatmap, which may have little room."""
        return [text(word) for word in self._words(name) if _is(word, "cells_")]

    def descriptions(self, name: str) -> list[str]:
        """What a block's pictures say to those who do not see them."""
        pictures = self.block(name).xpath(".//*[@role='img' or self::img]")
        return [picture.get("aria-label") or picture.get("alt") for picture in pictures]

    def _words(self, name: str) -> Iterator[html.HtmlElement]:
        for drawing in self.block(name).iter("{*}svg"):
            yield from drawing.iter("{*}text")


def _is(word: html.HtmlElement, layer: str) -> bool:
    """Whether a word of a drawing stands in a layer of that name."""
    return any(
        name.startswith(layer)
        for above in word.iterancestors()
        for name in (above.get("class") or "").split()
    )


def joined(parts: list[list[list[str]]]) -> list[list[str]]:
    """Tables side by side; each further one begins with the labels of its rows again."""
    first, *others = parts
    for other in others:
        assert len(other) == len(first)
        again = 0
        while all(row[again] == begun[again] for row, begun in zip(other, first, strict=True)):
            again += 1
        first = [[*begun, *row[again:]] for begun, row in zip(first, other, strict=True)]
    return first


def _body(table: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for body in table.iterchildren("tbody"):
        yield from body.iterchildren("tr")


def text(element: html.HtmlElement) -> str:
    """What is to be read in an element, in one line."""
    return " ".join("".join(_texts(element)).split(" ")).strip()


def _texts(element: html.HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return
    classes = (element.get("class") or "").split()
    if "unseen" not in classes and element.get("hidden") is None:
        yield re.sub(r"[ \n]+", " ", element.text or "")
        for child in element:
            if "}" in str(child.tag) or child.tag == "svg":
                yield " "
            else:
                yield from _texts(child)
            yield re.sub(r"[ \n]+", " ", child.tail or "")
    if element.tag in _LINES:
        yield " "


def cell_text(element: html.HtmlElement) -> str:
    """What a cell says, without arrows and marks."""
    return SIGNS.sub("", text(element)).strip()
