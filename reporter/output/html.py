"""The HTML report: one file that needs nothing but a browser."""

from functools import partial

from reporter.document.model import Document
from reporter.output.base import Artifact, Branding
from reporter.output.chart_page import on_screen
from reporter.output.fonts import FACES, SUBSETS
from reporter.output.templates import FontFile, asset, data_uri, page


class HtmlRenderer:
    """Makes one self-contained HTML file."""

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """The page, in light and dark.

        Raises:
            RenderError: a template, a font, the logo or a chart is wrong.
        """
        text = page(
            "page.html.j2",
            document,
            branding,
            "screen",
            fonts=partial(_fonts, branding),
            tools=on_screen(document, branding),
        )
        return (Artifact(f"{stem}.html", "text/html; charset=utf-8", text.encode()),)


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
