"""The report's data as files inside the PDF."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import md5
from typing import Final

import msgspec
import pydyf

from reporter.document.model import Document
from reporter.output.base import Artifact, Branding, Renderer
from reporter.output.csv import CsvRenderer
from reporter.output.json import JsonRenderer
from reporter.output.pdf.engine import Sheets
from reporter.spec.model import PdfOptions

_RENDERERS: Final[dict[str, Callable[[], Renderer]]] = {"csv": CsvRenderer, "json": JsonRenderer}


class Attachment(msgspec.Struct, frozen=True):
    """A file inside the file.

    Attributes:
        artifact: its name and content.
        description: what it is, in a sentence.
    """

    artifact: Artifact
    description: str


def attachments(
    document: Document, stem: str, branding: Branding, options: PdfOptions
) -> tuple[Attachment, ...]:
    """What the spec asks for, by file name."""
    titles = {f"{stem}-{block.name}.csv": block.title or block.name for block in document.blocks}
    return tuple(
        Attachment(
            artifact,
            document.words.say("attached_table", title=titles[artifact.file_name])
            if artifact.file_name in titles
            else document.words.say("attached_report", title=document.title),
        )
        for artifact in sorted(
            (
                artifact
                for name in options.attach
                for artifact in _RENDERERS[name]().render(document, stem, branding)
            ),
            key=lambda artifact: artifact.file_name,
        )
    )


def embed(sheets: Sheets, files: Sequence[Attachment], stamp: datetime) -> None:
    """Put files into the file: listed by name, and as the data that the document shows.

    Args:
        sheets: the file.
        files: sorted by name.
        stamp: the date that they carry.
    """
    if not files:
        return
    pdf = sheets.pdf
    date = pydyf.String(stamp.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ"))
    names, references = pydyf.Array(), pydyf.Array()
    for file in files:
        content = file.artifact.content
        media_type = file.artifact.media_type.partition(";")[0]
        stream = pydyf.Stream(
            [content],
            pydyf.Dictionary(
                {
                    "Type": "/EmbeddedFile",
                    "Subtype": f"/{media_type.replace('/', '#2f')}",
                    "Params": pydyf.Dictionary(
                        {
                            "Size": len(content),
                            "CheckSum": f"<{md5(content, usedforsecurity=False).hexdigest()}>",
                            "CreationDate": date,
                            "ModDate": date,
                        }
                    ),
                }
            ),
            compress=True,
        )
        pdf.add_object(stream)
        name = pydyf.String(file.artifact.file_name)
        entry = pydyf.Dictionary(
            {
                "Type": "/Filespec",
                "F": name,
                "UF": name,
                "Desc": pydyf.String(file.description),
                "AFRelationship": "/Data",
                "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
            }
        )
        pdf.add_object(entry)
        names += [name, entry.reference]
        references.append(entry.reference)
    tree = pydyf.Dictionary({"Names": names})
    pdf.add_object(tree)
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree.reference
    pdf.catalog["AF"] = references
