"""The HTML report: one file that needs nothing but a browser."""

from functools import partial
from typing import Final

from reporter.document.model import Block, Document
from reporter.output.base import Artifact, Branding
from reporter.output.chart_page import on_screen
from reporter.output.fonts import FACES, SUBSETS
from reporter.output.scripts import policy, scripts
from reporter.output.templates import FontFile, asset, data_uri, page

_LONG: Final = 5
"""With so many titles a report has contents."""


class HtmlRenderer:
    """Makes one self-contained HTML file."""

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """The page, in light and dark.

        Raises:
            RenderError: a template, a font, the logo, a script or a chart is wrong.
        """
        allowed = scripts(branding)

        text = page(
            "page.html.j2",
            document,
            branding,
            "screen",
            fonts=partial(_fonts, branding),
            tools={
                **on_screen(document, branding),
                "contents": contents(document),
                "policy": policy(allowed),
                "scripts": allowed,
            },
        )
        return (Artifact(f"{stem}.html", "text/html; charset=utf-8", text.encode()),)


def contents(document: Document) -> tuple[Block, ...]:
    """The blocks that the contents of a page lead to; none where it is short."""
    titled = tuple(block for block in document.blocks if block.title)
    return titled if len(titled) >= _LONG else ()


def _fonts(branding: Branding, text: str) -> tuple[FontFile, ...]:
    """The parts of the fonts that a text needs; the first always."""
    needed = [part for part in SUBSETS if part is SUBSETS[0] or part.covers(text)]
    return tuple(
        FontFile(
            face,
            data_uri("font/woff2", asset(branding, f"fonts/{face.part(part)}")),
            "woff2",
            part.unicode_range,
        )
        for face in FACES
        for part in needed
    )
