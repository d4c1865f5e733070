"""The PDF report: WeasyPrint lays the same templates out on pages.

Nothing is fetched while it does: style sheets and drawings lie in the page, fonts come from the
templates. Bytes are the same for the same document.
"""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reporter.document.model import ChartBlock, Document
from reporter.errors import RenderError
from reporter.output import chart
from reporter.output.base import Artifact, Branding
from reporter.output.templates import asset, colours, data_uri, declared, page

_SCHEME: Final = "templates:"
_VARIANT: Final = "pdf/ua-1"


class PdfRenderer:
    """Makes one tagged PDF file."""

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """The pages.

        Raises:
            RenderError: a template, the logo or a chart is wrong, or asks for a file elsewhere.
        """
        scheme = colours(branding).light

        def drawing_uri(block: ChartBlock, sheet: str) -> str:
            drawn = chart.svg(block, scheme, document.language, chart.SHEETS[sheet])
            return data_uri("image/svg+xml", drawn.encode())

        text = page(
            "print.html.j2",
            document,
            branding,
            "print",
            fonts=declared(lambda face: f"{_SCHEME}fonts/{face.whole}"),
            tools={"drawing_uri": drawing_uri, **chart.TOOLS},
        )
        return (Artifact(f"{stem}.pdf", "application/pdf", _pdf(text, branding)),)


def _pdf(text: str, branding: Branding) -> bytes:
    with _uncollected():
        content = HTML(string=text, url_fetcher=_Fetcher(branding)).write_pdf(
            font_config=FontConfiguration(), pdf_variant=_VARIANT
        )
    return content


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: layout makes very many objects that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Fetcher(URLFetcher):
    """Serves the templates' files and what lies in the page itself; nothing else."""

    def __init__(self, branding: Branding) -> None:
        super().__init__(allowed_protocols={"data"})
        self._branding = branding

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The content of an address.

        Raises:
            FatalURLFetchingError: it lies elsewhere.
        """
        if url.startswith(_SCHEME):
            content = asset(self._branding, url.removeprefix(_SCHEME))
            return URLFetcherResponse(url, BytesIO(content))
        if url.startswith("data:"):
            return super().fetch(url, headers)
        raise FatalURLFetchingError(f"a page may not load {url}")
