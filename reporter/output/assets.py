"""Files that pages are made of: the project's own before ours, file by file."""

from pathlib import Path

from reporter.errors import RenderError
from reporter.output.base import Branding
from reporter.resources import templates


def folders(branding: Branding) -> tuple[Path, ...]:
    """Where templates, styles and fonts are looked for, in order."""
    return branding.folder / "templates", templates()


def located(branding: Branding, name: str) -> Path | None:
    """The first file of that name that really lies in one of the folders."""
    for folder in folders(branding):
        path = (folder / name).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    return None


def asset(branding: Branding, name: str) -> bytes:
    """A file of the templates, the project's own before ours.

    Raises:
        RenderError: there is none.
    """
    path = located(branding, name)
    if path is None:
        raise RenderError(f"there is no file {name!r} among the templates")
    return path.read_bytes()


def own_file(branding: Branding, name: str, what: str, *, largest: int, hint: str) -> bytes:
    """A file of the project that its theme names.

    Args:
        branding: whose folder it must lie in.
        name: its path, relative to that folder.
        what: it is, for the message (``the logo``).
        largest: how many bytes it may have.
        hint: how to do it right.

    Raises:
        RenderError: it is missing, outside the project, or too large.
    """
    path = (branding.folder / name).resolve()
    if not path.is_relative_to(branding.folder.resolve()):
        raise RenderError(f"{what} {name!r} lies outside the project", hint=hint)
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
            size = max(len(content), path.stat().st_size)
    except OSError as error:
        raise RenderError(f"{what} {name!r} cannot be read: {error.strerror}", hint=hint) from error
    if size > largest:
        raise RenderError(f"{what} {name!r} has {size:,} bytes, more than {largest:,}", hint=hint)
    return content
