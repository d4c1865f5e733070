"""What a PDF says, by its structure tree: what a screen reader reads out, in its order."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct
from read_html import SIGNS, joined

_LINE: Final = re.compile(r"^(?P<indent> *)(?:\"(?P<text>.*)\"|(?P<tag>[A-Z]\w*)\b.*)$")
_DEPTH: Final = 2
"""Blanks of one level."""


class Node(Struct):
    """An element of the structure tree, or a text in it (whose tag is empty)."""

    tag: str
    text: str
    children: list["Node"]

    def walk(self) -> Iterator["Node"]:
        """It and everything below, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, *tags: str) -> list["Node"]:
        """The topmost elements of these kinds, in reading order."""
        if self.tag in tags:
            return [self]
        return [found for child in self.children for found in child.all(*tags)]

    def words(self) -> str:
        """Its text in one line."""
        pieces = (node.text for node in self.walk() if not node.tag)
        return " ".join(" ".join(piece for piece in pieces if piece).split(" ")).strip()

    def cell(self) -> str:
        """Its text without arrows and marks."""
        return SIGNS.sub("", self.words()).strip()


class Pdf:
    """A PDF file.

    Attributes:
        root: the top of its structure tree.
    """

    def __init__(self, path: Path) -> None:
        self.root = _tree(_asked(path))
        self._sections = list(self._by_title())

    def section(self, title: str) -> Node:
        """What stands under a title, up to the next one."""
        (found,) = (nodes for name, nodes in self._sections if name == title)
        return Node("Sect", "", found)

    def rows(self, title: str) -> list[list[str]]:
        """The body cells of the table under a title; where it is in parts, as if it were in one."""
        parts = [
            [
                [cell.cell() for cell in row.all("TH", "TD")]
                for body in table.all("TBody")
                for row in body.all("TR")
            ]
            for table in self.section(title).all("Table")
        ]
        return joined(parts)

    def around(self, title: str) -> list[str]:
        """What stands over the columns of the tables under a title."""
        section = self.section(title)
        return [
            cell.words()
            for table in section.all("Table")
            for over in table.all("THead", "Caption")
            for cell in (over.all("TH") or [over])
        ]

    def _by_title(self) -> Iterator[tuple[str, list[Node]]]:
        title, nodes = "", list[Node]()
        for node in _leaves(self.root):
            if node.tag == "H2":
                yield title, nodes
                title, nodes = node.words(), []
            else:
                nodes.append(node)
        yield title, nodes


_GROUPS: Final = {"Document", "Part", "Sect", "Div", "NonStruct", "Art", "Aside", "L", "BlockQuote"}


def _leaves(node: Node) -> Iterator[Node]:
    """The elements below those that only hold others together."""
    for child in node.children:
        if child.tag in _GROUPS:
            yield from _leaves(child)
        else:
            yield child


@cache
def _asked(path: Path) -> str:
    return subprocess.run(
        ["pdfinfo", "-struct-text", "-enc", "UTF-8", str(path)],  # noqa: S607 - on every system elsewhere
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def _tree(printed: str) -> Node:
    root = Node("", "", [])
    above = [root]
    for line in printed.splitlines():
        match = _LINE.match(line)
        if match is None:  # an attribute of the element above it
            continue
        depth = len(match["indent"]) // _DEPTH
        node = Node(match["tag"] or "", match["text"] or "", [])
        del above[depth + 1 :]
        above[-1].children.append(node)
        above.append(node)
    return root
