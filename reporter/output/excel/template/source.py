"""Finding a template and making sure that it is a workbook."""

import io
import warnings
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from reporter.diagnostics import nearest
from reporter.errors import RenderError

ENDING: Final = ".xlsx"
_UNREADABLE: Final = (
    InvalidFileException,
    BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
)
"""What openpyxl runs into in a file that is no workbook; a SyntaxError is that of XML."""


def template_file(project: Path, name: str) -> bytes:
    """The content of a template in the project's ``templates/``.

    Raises:
        RenderError: it lies outside, is not there, or is no workbook.
    """
    folder = (project / "templates").resolve()
    path = (folder / name).resolve()
    hint = "xlsx.template names an .xlsx file in the project's templates/."
    if not path.is_relative_to(folder):
        raise RenderError(f"the template {name!r} lies outside templates/", hint=hint)
    if path.suffix.lower() != ENDING:
        raise RenderError(f"the template {name!r} is no .xlsx file", hint=hint)
    try:
        content = path.read_bytes()
    except OSError as error:
        near = nearest(name, (found.name for found in sorted(folder.glob(f"*{ENDING}"))))
        raise RenderError(
            f"the template {name!r} cannot be read: {error.strerror}",
            hint=f"did you mean {near!r}?" if near else hint,
        ) from error
    _check(name, content)
    return content


def _check(name: str, content: bytes) -> None:
    with warnings.catch_warnings():
        # It says what it would not keep; we keep it.
        warnings.simplefilter("ignore")
        try:
            load_workbook(io.BytesIO(content))
        except _UNREADABLE as error:
            raise RenderError(
                f"the template {name!r} is no workbook that can be read: {error}",
                hint="Open it in Excel and save it as .xlsx again.",
            ) from error
