"""The project's logo."""

from pathlib import Path
from typing import Final

import msgspec

from reporter.errors import RenderError
from reporter.output.assets import own_file
from reporter.output.base import Branding

_TYPES: Final = {".svg": "image/svg+xml", ".png": "image/png"}
_MARKS: Final = {".svg": b"<svg", ".png": b"\x89PNG\r\n\x1a\n"}
_LARGEST: Final = 1_000_000


class LogoFile(msgspec.Struct, frozen=True):
    """A logo as its file has it."""

    media_type: str
    content: bytes


def logo_file(branding: Branding) -> LogoFile | None:
    """The project's logo; None where it has none.

    Raises:
        RenderError: it is missing, outside the project, too large, or no SVG or PNG.
    """
    name = branding.theme.logo
    if name is None:
        return None
    hint = "theme.logo names an SVG or PNG file inside the project."
    ending = Path(name).suffix.lower()
    if ending not in _TYPES:
        raise RenderError(f"the logo {name!r} is neither SVG nor PNG", hint=hint)
    content = own_file(branding, name, "the logo", largest=_LARGEST, hint=hint)
    if _MARKS[ending] not in content[:4096]:
        raise RenderError(f"the logo {name!r} is not what its ending says", hint=hint)
    return LogoFile(_TYPES[ending], content)
