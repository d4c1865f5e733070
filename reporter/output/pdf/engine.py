"""WeasyPrint: an HTML text becomes pages, and pages a file.

Nothing is fetched while it does: styles and drawings lie in the text, fonts come from the
templates.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import Any, Final, Literal

import msgspec
from weasyprint import HTML
from weasyprint import Document as Layout
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reporter.errors import RenderError
from reporter.output.assets import asset
from reporter.output.base import Branding
from reporter.output.look.typefaces import Typefaces
from reporter.output.pdf.file import write_file
from reporter.output.pdf.marks import MarkedPage
from reporter.output.pdf.structure import Tree
from reporter.output.pdf.svg_text import whole_texts
from reporter.output.pdf.tagging import write_tree

TEMPLATES: Final = "templates:"
"""What the address of a file of the templates begins with."""
FONTS: Final = "fonts:"
"""What the address of a font of the project begins with; its place among them follows."""

_NO_INTENT: Final = ""
"""The engine's own leaves a file open; ours is in `archive.py`."""

Variant = Literal["pdf/ua-1", "pdf/a-3a"]


class Sheets(msgspec.Struct, frozen=True):
    """A file just before it is written.

    Attributes:
        pages: as laid out and painted, in order; each has its ``stream``.
        tree: what is on them, in reading order; it is written after the last step.
        pdf: the file's objects (pydyf).
    """

    pages: tuple[MarkedPage, ...]
    tree: Tree
    pdf: Any


Step = Callable[[Sheets], None]
"""Something done to a file before it is written."""


def lay_out(
    text: str,
    branding: Branding,
    *,
    faces: Typefaces,
    fonts: FontConfiguration | None = None,
) -> Layout:
    """The pages of an HTML text.

    Args:
        text: with all it needs but the files of the templates.
        branding: the project whose templates these are.
        faces: the fonts of the project, which it names by their place.
        fonts: those of another text that shares them.

    Raises:
        RenderError: it asks for a file that is not among the templates.
    """
    with uncollected():
        try:
            return HTML(string=text, url_fetcher=_Fetcher(branding, faces)).render(
                font_config=fonts or FontConfiguration()
            )
        except FatalURLFetchingError as error:
            raise RenderError(
                str(error), hint="A template may only use files of a templates/ folder."
            ) from error


def write(layout: Layout, variant: Variant, steps: Sequence[Step] = ()) -> bytes:
    """The pages as a tagged file, after every step has been done to it."""
    pages = tuple(MarkedPage(page, place) for place, page in enumerate(layout.pages))

    def finish(_layout: Layout, pdf: Any) -> None:  # noqa: ANN401 - the library has no types
        sheets = Sheets(pages, Tree(pages), pdf)
        for step in steps:
            step(sheets)
        write_tree(sheets.tree, pages, pdf)
        pdf.write = partial(write_file, pdf)

    marked = layout.copy(list(pages))
    marked.fonts.update(layout.fonts)
    with uncollected(), whole_texts():
        content = marked.write_pdf(
            finisher=finish, pdf_variant=variant, pdf_identifier=True, output_intent=_NO_INTENT
        )
    return bytes(content)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without garbage collection: layout makes very many objects, and all of them stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Fetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
    """Serves the files of the templates and what lies in the page itself; nothing else."""

    def __init__(self, branding: Branding, faces: Typefaces) -> None:
        super().__init__(allowed_protocols={"data"})
        self._branding = branding
        own = (*faces.own, *faces.fallback)
        self._fonts = {f"{FONTS}{place}": face.content for place, face in enumerate(own)}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The content of an address.

        Raises:
            FatalURLFetchingError: it lies elsewhere.
        """
        if url.startswith("data:"):
            return super().fetch(url, headers)
        if url in self._fonts:
            return URLFetcherResponse(url, BytesIO(self._fonts[url]))
        if not url.startswith(TEMPLATES):
            raise FatalURLFetchingError(f"a page may not load {url}")
        try:
            content = asset(self._branding, url.removeprefix(TEMPLATES))
        except RenderError as error:
            raise FatalURLFetchingError(error.message) from error
        return URLFetcherResponse(url, BytesIO(content))
