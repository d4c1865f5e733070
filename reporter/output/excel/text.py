"""Texts on sheets: the words of a Markdown text, and how much room a wrapped text takes."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

LINE_HEIGHT: Final = 15.5
"""In points, of the body's font size."""


def lines_of(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column of that width (in characters)."""
    return sum(len(wrap(line, max(int(width), 1))) or 1 for line in text.splitlines() or [""])


def plain_lines(markdown: str) -> Iterator[str]:
    """The words of a Markdown text, one paragraph or item per line."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only reports with texts need it

    items: list[int | None] = []
    bullet = ""
    for token in MarkdownIt("commonmark", {"html": False}).parse(markdown):
        match token.type:
            case "bullet_list_open":
                items.append(None)
            case "ordered_list_open":
                items.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                items.pop()
            case "list_item_open":
                number = items[-1]
                bullet = "  " * (len(items) - 1) + ("• " if number is None else f"{number}. ")
                items[-1] = None if number is None else number + 1
            case "inline":
                parts = (
                    child.content if child.type in {"text", "code_inline"} else " "
                    for child in token.children or ()
                    if child.type in {"text", "code_inline", "softbreak", "hardbreak"}
                )
                yield bullet + "".join(parts)
                bullet = ""
            case "fence" | "code_block":
                yield token.content.rstrip("\n")
            case _:
                pass
