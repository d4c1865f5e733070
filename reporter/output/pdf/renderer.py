"""The PDF report: WeasyPrint lays the same templates out on pages.

Nothing is fetched while it does: styles and drawings lie in the page, fonts come from the
templates. The same document gives the same bytes.
"""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Final

import msgspec
from fontTools.ttLib import TTFont
from weasyprint import Document as Layout
from weasyprint.text.fonts import FontConfiguration

from reporter.document.model import Document
from reporter.output.base import Artifact, Branding
from reporter.output.charts.page import on_paper
from reporter.output.look.fonts import FACES
from reporter.output.look.typefaces import Typefaces, typefaces
from reporter.output.pdf import front
from reporter.output.pdf.archive import keep
from reporter.output.pdf.attachments import attachments, embed
from reporter.output.pdf.engine import FONTS, TEMPLATES, Step, Variant, lay_out, write
from reporter.output.pdf.long_tables import Rooms, draw_long_tables
from reporter.output.pdf.metadata import declare
from reporter.output.templates import FontFile, colours, page
from reporter.settings import Theme
from reporter.spec.model import PdfOptions


class Sheet(msgspec.Struct, frozen=True):
    """The paper: millimetres, and how densely it is printed."""

    width: float
    height: float
    compact: bool


_SIZES: Final = {"A4": (210, 297), "Letter": (215.9, 279.4)}


def sheet(theme: Theme) -> Sheet:
    """The paper that a theme asks for."""
    return Sheet(*_SIZES[theme.page_size or "A4"], theme.density == "compact")


class PdfRenderer:
    """Makes one tagged PDF file."""

    def __init__(self, options: PdfOptions = PdfOptions()) -> None:  # noqa: B008 - immutable
        self._options = options

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """The pages.

        Raises:
            RenderError: a template, a font, the logo or a chart is wrong, or a template asks
                for a file that is not its own.
        """
        options, theme = self._options, branding.theme
        archived = options.standard == "a3"
        scheme, faces = colours(branding).light, typefaces(branding)

        fonts = FontConfiguration()
        letters: set[str] = set()

        def laid_out(shown: Document, rooms: Rooms) -> Layout:
            text = page(
                "print.html.j2",
                shown,
                branding,
                "print",
                fonts=partial(_fonts, faces),
                tools={
                    "contents_of": partial(front.contents, document, options.contents),
                    "ground_of": partial(front.ground, scheme),
                    "has_cover": lambda: options.cover,
                    "skyline_of": partial(front.skyline, document),
                    "sheet_of": partial(sheet, theme),
                    **on_paper(document, branding),
                    "rooms": rooms,
                },
            )
            letters.update(text, repr(shown))
            return lay_out(text, branding, faces=faces, fonts=fonts)

        drawn = draw_long_tables(document, stem, laid_out, measure(faces))
        letters |= drawn.characters
        wordless = msgspec.structs.replace(document, blocks=())  # what a file says of itself
        steps: list[Step] = [
            drawn.step,
            partial(
                embed,
                files=attachments(document, stem, branding, options),
                stamp=document.provenance.stamp,
            ),
            partial(declare, document=wordless, branding=branding, archived=archived),
        ]
        if archived:
            steps.append(keep)
        variant: Variant = "pdf/a-3a" if archived else "pdf/ua-1"
        content = write(drawn.layout, variant, steps)
        missing = faces.missing(letters)
        return (Artifact(f"{stem}.pdf", "application/pdf", content, missing=missing),)


def measure(faces: Typefaces) -> Callable[[str], float]:
    """What says about how wide a text is: in the regular face, without kerning."""
    with TTFont(BytesIO(faces.regular), lazy=True) as font:
        widths = {chr(code): font["hmtx"][glyph][0] for code, glyph in font.getBestCmap().items()}
        other = float(font["head"].unitsPerEm)
    return lambda text: sum([widths.get(character, other) for character in text])


def _fonts(faces: Typefaces, _text: str) -> tuple[FontFile, ...]:
    """All faces, whole: only what is used of them goes into the file."""
    own = (*faces.own, *faces.fallback)
    return (
        *(FontFile(face, f"{FONTS}{place}", face.kind) for place, face in enumerate(own)),
        *(FontFile(face, f"{TEMPLATES}fonts/{face.whole}", "truetype") for face in FACES),
    )
