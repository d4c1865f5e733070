"""The PDF report: WeasyPrint lays the same templates out on pages.

Nothing is fetched while it does: styles and drawings lie in the page, fonts come from the
templates. The same document gives the same bytes.
"""

import logging
from io import BytesIO
from typing import Final

from fontTools.ttLib import TTFont, TTLibError

from reporter.document.model import Document
from reporter.errors import RenderError
from reporter.output.base import Artifact, Branding
from reporter.output.chart_page import on_paper
from reporter.output.fonts import FACES
from reporter.output.pdf.engine import TEMPLATES, Step, lay_out, write
from reporter.output.templates import FontFile, asset, page
from reporter.spec.model import PdfOptions

_log: Final = logging.getLogger(__name__)


class PdfRenderer:
    """Makes one tagged PDF file."""

    def __init__(self, options: PdfOptions = PdfOptions()) -> None:  # noqa: B008 - immutable
        self._options = options

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """The pages. Characters that our fonts do not have are named in the log.

        Raises:
            RenderError: a template, a font, the logo or a chart is wrong, or a template asks
                for a file that is not its own.
        """
        text = page(
            "print.html.j2",
            document,
            branding,
            "print",
            fonts=_fonts,
            tools=on_paper(document, branding),
        )
        missing = missing_characters(text + repr(document), branding)
        if missing:
            _log.warning("%s: the fonts have no %s", stem, " ".join(missing))
        steps: list[Step] = []
        content = write(lay_out(text, branding), "pdf/ua-1", steps)
        return (Artifact(f"{stem}.pdf", "application/pdf", content),)


def missing_characters(text: str, branding: Branding) -> tuple[str, ...]:
    """The printable characters of a text that the fonts do not have, in order.

    Raises:
        RenderError: the project's own font is none.
    """
    name = f"fonts/{FACES[0].whole}"
    try:
        with TTFont(BytesIO(asset(branding, name)), lazy=True) as font:
            known = font.getBestCmap()
    except TTLibError as error:
        raise RenderError(f"{name} is no font: {error}") from error
    return tuple(sorted(c for c in set(text) if c.isprintable() and ord(c) not in known))


def _fonts(_text: str) -> tuple[FontFile, ...]:
    """All faces, whole: only what is used of them goes into the file."""
    return tuple(FontFile(face, f"{TEMPLATES}fonts/{face.whole}", "truetype") for face in FACES)
