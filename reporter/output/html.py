"""The HTML report: one file that needs nothing but a browser."""

from functools import partial
from typing import Final

from reporter.document.model import Block, Document
from reporter.output.base import Artifact, Branding
from reporter.output.charts.page import on_screen
from reporter.output.look.page_fonts import font_files
from reporter.output.look.typefaces import typefaces
from reporter.output.scripts import policy, scripts
from reporter.output.templates import page

_LONG: Final = 5
"""With so many titles a report has contents."""


class HtmlRenderer:
    """Makes one self-contained HTML file."""

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """The page, in light and dark.

        Raises:
            RenderError: a template, a font, the logo, a script or a chart is wrong.
        """
        faces = typefaces(branding)
        allowed = scripts(branding)

        text = page(
            "page.html.j2",
            document,
            branding,
            "screen",
            fonts=partial(font_files, branding, faces),
            tools={
                **on_screen(document, branding),
                "contents": contents(document),
                "policy": policy(allowed),
                "scripts": allowed,
            },
        )
        return (
            Artifact(
                f"{stem}.html",
                "text/html; charset=utf-8",
                text.encode(),
                missing=faces.missing(text),
            ),
        )


def contents(document: Document) -> tuple[Block, ...]:
    """The blocks that the contents of a page lead to; none where it is short."""
    titled = tuple(block for block in document.blocks if block.title)
    return titled if len(titled) >= _LONG else ()
