"""The project's logo."""

from typing import Final

import msgspec

from reporter.errors import RenderError
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
    path = (branding.folder / name).resolve()
    hint = "theme.logo names an SVG or PNG file inside the project."
    if not path.is_relative_to(branding.folder.resolve()):
        raise RenderError(f"the logo {name!r} lies outside the project", hint=hint)
    ending = path.suffix.lower()
    if ending not in _TYPES:
        raise RenderError(f"the logo {name!r} is neither SVG nor PNG", hint=hint)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RenderError(
            f"the logo {name!r} cannot be read: {error.strerror}", hint=hint
        ) from error
    if len(content) > _LARGEST:
        raise RenderError(
            f"the logo {name!r} has {len(content):,} bytes, more than {_LARGEST:,}", hint=hint
        )
    if _MARKS[ending] not in content[:4096]:
        raise RenderError(f"the logo {name!r} is not what its ending says", hint=hint)
    return LogoFile(_TYPES[ending], content)
