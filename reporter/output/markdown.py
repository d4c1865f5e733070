"""Markdown of a text section to HTML.

Its author writes the spec, but values in it come from data: no HTML passes through, no picture
is loaded, and a link leads only to the web or to a mail address.
"""

from functools import cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_HEADINGS_BELOW: Final = 2
"""A text stands under its section's heading, so its first level is the third."""
_LOWEST: Final = 6
_SCHEMES: Final = ("https:", "http:", "mailto:")


def html(markdown: str) -> Markup:
    """The text as HTML."""
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = min(int(token.tag[1:]) + _HEADINGS_BELOW, _LOWEST)
            token.tag = f"h{level}"
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704 - html is off


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for reports with texts

    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    parser.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])
    parser.validateLink = _is_harmless  # type: ignore[method-assign]  # the library's own hook
    return parser


def _is_harmless(address: str) -> bool:
    return address.strip().lower().startswith((*_SCHEMES, "#"))
