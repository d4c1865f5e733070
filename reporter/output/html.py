"""The HTML report: one file that needs nothing but a browser."""

from functools import partial
from typing import Final

from markupsafe import Markup

from reporter.document.model import Block, ChartBlock, Document
from reporter.output import chart
from reporter.output.base import Artifact, Branding
from reporter.output.page_fonts import font_files
from reporter.output.scripts import policy, scripts
from reporter.output.templates import colours, page
from reporter.output.typefaces import typefaces

_LONG: Final = 5
"""With so many titles a report has contents."""


class HtmlRenderer:
    """Makes one self-contained HTML file."""

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """The page, in light and dark.

        Raises:
            RenderError: a template, a font, the logo, a script or a chart is wrong.
        """
        scheme, faces = colours(branding).light, typefaces(branding)
        allowed = scripts(branding)

        def drawing(block: ChartBlock, sheet: str) -> Markup:
            drawn = chart.svg(block, scheme, document.language, chart.SHEETS[sheet])
            return Markup(drawn)  # noqa: S704 - made by the chart library, which escapes texts

        text = page(
            "page.html.j2",
            document,
            branding,
            "screen",
            fonts=partial(font_files, branding, faces),
            tools={
                "contents": contents(document),
                "drawing": drawing,
                "legend_of": chart.legend,
                "names_its_series": partial(chart.names_its_series, sheet=chart.WIDE),
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
