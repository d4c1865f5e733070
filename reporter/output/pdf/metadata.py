"""What a PDF says of itself: the same in its information and in its metadata (XMP)."""

from typing import Any

import msgspec
import pydyf

from reporter.document.model import Document
from reporter.output.base import Branding
from reporter.output.pdf.engine import Sheets
from reporter.output.templates import page


class Said(msgspec.Struct, frozen=True):
    """What stands in both.

    Attributes:
        archived: whether the file claims PDF/A-3a beside PDF/UA-1.
    """

    title: str
    subject: str
    keywords: str
    creator: str
    producer: str
    archived: bool


def declare(sheets: Sheets, document: Document, branding: Branding, *, archived: bool) -> None:
    """Write the metadata; it takes the place of the engine's, which knows one standard only.

    Raises:
        RenderError: its template is wrong.
    """
    pdf = sheets.pdf
    said = Said(
        title=_text(pdf.info, "Title"),
        subject=_text(pdf.info, "Subject"),
        keywords=_text(pdf.info, "Keywords"),
        creator=_text(pdf.info, "Creator"),
        producer=_text(pdf.info, "Producer"),
        archived=archived,
    )
    text = page(
        "print.xmp.j2",
        document,
        branding,
        "print",
        fonts=lambda _: (),
        tools={"said_of": lambda: said},
    )
    stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    stream.stream = [text.strip().encode()]
    stream.compress = False  # so that programs find it that know nothing of PDF
    pdf.catalog["Lang"] = pydyf.String(document.language)


def _text(info: Any, name: str) -> str:  # noqa: ANN401 - the library has no types
    return str(info[name].string) if name in info else ""
