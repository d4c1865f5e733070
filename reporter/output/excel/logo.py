"""The project's logo on the cover."""

from typing import Final

from reporter.output.base import Branding
from reporter.output.excel.sheet import Sheet

_HEIGHT: Final = 40
_WIDEST: Final = 320
_POINTS_PER_PIXEL: Final = 0.75


def add_logo(sheet: Sheet, branding: Branding, row: int) -> float | None:
    """Put a PNG logo into a row; the height that the row then needs, in points.

    None where there is no logo, or one that a sheet cannot show. What is wrong with a logo the
    pages say, which show every kind.
    """
    name = branding.theme.logo
    if name is None or not name.lower().endswith(".png"):
        return None
    path = (branding.folder / name).resolve()
    if not path.is_relative_to(branding.folder.resolve()) or not path.is_file():
        return None
    from openpyxl.drawing.image import Image  # noqa: PLC0415 - loads Pillow

    image = Image(str(path))
    scale = min(_HEIGHT / image.height, _WIDEST / image.width)
    image.width, image.height = round(image.width * scale), round(image.height * scale)
    sheet.native.add_image(image, f"A{row}")
    return _HEIGHT * _POINTS_PER_PIXEL + 14
