"""The HTML report: one file that needs nothing but a browser."""

from functools import partial

from markupsafe import Markup

from reporter.document.model import ChartBlock, Document
from reporter.output import chart
from reporter.output.base import Artifact, Branding
from reporter.output.fonts import FACES, SUBSETS
from reporter.output.templates import FontFile, asset, colours, data_uri, page


class HtmlRenderer:
    """Makes one self-contained HTML file."""

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """The page, in light and dark.

        Raises:
            RenderError: a template, a font, the logo or a chart is wrong.
        """
        scheme = colours(branding).light

        def drawing(block: ChartBlock, sheet: str) -> Markup:
            drawn = chart.svg(block, scheme, document.language, chart.SHEETS[sheet])
            return Markup(drawn)  # noqa: S704 - made by the chart library, which escapes texts

        text = page(
            "page.html.j2",
            document,
            branding,
            "screen",
            fonts=partial(_fonts, branding),
            tools={
                "drawing": drawing,
                "legend_of": chart.legend,
                "names_its_series": partial(chart.names_its_series, sheet=chart.WIDE),
            },
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
