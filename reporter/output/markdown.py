"""Markdown of a text section, to HTML and to plain text.

Its author writes the spec, but values in it come from data: no HTML passes through, no picture
is loaded, and a link leads only to the web or to a mail address.
"""

from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

_HEADINGS_BELOW: Final = 2
"""A text stands under its section's heading, so its first level is the third."""
_LOWEST: Final = 6
_SCHEMES: Final = ("https:", "http:", "mailto:", "#")


def html(markdown: str) -> Markup:
    """The text as HTML."""
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + _HEADINGS_BELOW, _LOWEST)}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704 - html is off


def unwrapped(markdown: str) -> tuple[str, ...]:
    """Its lines, as Markdown still; those into which a paragraph was merely wrapped are one."""
    softly: set[int] = set()
    for token in _parser().parse(markdown):
        if token.map is None or not token.children:
            continue
        first, end = token.map
        breaks = [child.type for child in token.children if child.type.endswith("break")]
        if len(breaks) == end - first - 1:  # else a code span or a link goes on over lines
            softly |= {first + n for n, kind in enumerate(breaks, 1) if kind == "softbreak"}
    found: list[str] = []
    for number, line in enumerate(markdown.splitlines()):
        if number in softly:
            found[-1] = f"{found[-1].rstrip()} {line.lstrip(' >')}"
        else:
            found.append(line)
    return tuple(found)


class _Careful(MarkdownIt):
    """Makes a link only of an address that a reader can follow and that runs nothing."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's own hook
        return url.strip().lower().startswith(_SCHEMES)


@cache
def _parser() -> MarkdownIt:
    parser = _Careful("commonmark", {"html": False})
    return parser.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])
