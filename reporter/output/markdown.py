"""Markdown of a text section to HTML.

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


class _Careful(MarkdownIt):
    """Makes a link only of an address that a reader can follow and that runs nothing."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's own hook
        return url.strip().lower().startswith(_SCHEMES)


@cache
def _parser() -> MarkdownIt:
    parser = _Careful("commonmark", {"html": False})
    return parser.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])
