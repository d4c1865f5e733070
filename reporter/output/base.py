"""What a renderer is, and what it makes."""

from pathlib import Path
from typing import Final, Protocol

import msgspec

from reporter.document.model import Document
from reporter.settings import Theme

DEFAULT_ACCENT: Final = "#0b6e4f"


class Branding(msgspec.Struct, frozen=True):
    """How this project's reports look.

    Attributes:
        theme: the spec's over the project file's.
        folder: the project's folder; a file in its ``templates/`` goes before ours of the
            same name, and the theme's logo is relative to it.
    """

    theme: Theme
    folder: Path


class Artifact(msgspec.Struct, frozen=True):
    """One file, not yet written.

    Attributes:
        file_name: without folder.
        media_type: what it is.
        content: its bytes.
        missing: the characters of its text that no font of the report has, in order.
    """

    file_name: str
    media_type: str
    content: bytes
    missing: tuple[str, ...] = ()


class Renderer(Protocol):
    """Turns a document into files of one format. The same document gives the same bytes."""

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """The artifacts, named ``stem`` with the format's ending.

        One file, but for formats that hold a single table each (csv): one per table.

        Raises:
            RenderError: it could not be made.
        """
        ...
