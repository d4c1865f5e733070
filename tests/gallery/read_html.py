"""What a page shows, from its visible text."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import html

NUMBER: Final = re.compile(r"[+\-−]?€?\d+(?:[.,:]\d+)*(?:\N{NO-BREAK SPACE}?(?:%|pp|€))?")
"""A number with its sign and its unit; the parts of a date are numbers too."""
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
        """The cells of a block's only table, body rows only."""
        (table,) = self.block(name).iter("table")
        return [[_cell(cell) for cell in row.iterchildren("th", "td")] for row in _body(table)]

    def heads(self, name: str) -> list[str]:
        """What stands over the columns of a block's table, row by row."""
        (table,) = self.block(name).iter("table")
        return [_cell(cell) for cell in table.iter("th") if cell.get("scope") != "row"]

    def cards(self, name: str) -> list[str]:
        """What each card of a block says."""
        return [text(card) for card in self.block(name).iter("li")]

    def prose(self, name: str) -> str:
        """The words of a text."""
        return text(self.block(name))

    def drawn(self, name: str) -> list[str]:
        """The words in a block's drawings."""
        return [
            text(word) for svg in self.block(name).iter("{*}svg") for word in svg.iter("{*}text")
        ]


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
    if element.tag in {"p", "li", "div", "dt", "dd", "td", "th", "br"}:
        yield " "


def _cell(element: html.HtmlElement) -> str:
    return SIGNS.sub("", text(element)).strip()
