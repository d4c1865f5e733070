"""The pictures of a mail: PNG, because mail programs show no SVG."""

import hashlib
from io import BytesIO
from typing import Final

import msgspec
import vl_convert
from PIL import Image, ImageOps

from reporter.document.model import ChartBlock, Document
from reporter.errors import RenderError
from reporter.output.base import Branding
from reporter.output.charts import chart
from reporter.output.look.logo import logo_file
from reporter.output.templates import colours, piece

_FINE: Final = 2
"""Pixels of a picture to a pixel of the mail: for screens that are finer than most."""
_MARGIN: Final = 4
"""Around a drawing, which stands on another ground by night."""
_LONGEST_NAME: Final = 30
"""In a Content-ID, whose header is not folded then: not every mail program would unfold it."""
_LOGO_HEIGHT: Final = 32
_LOGO_WIDTH: Final = 240


class InlineImage(msgspec.Struct, frozen=True):
    """A picture of a mail.

    Attributes:
        cid: its Content-ID, without brackets.
        content: a PNG file.
        width: as shown, in pixels.
        height: likewise.
    """

    cid: str
    content: bytes
    width: int
    height: int


class Pictures:
    """Makes the pictures of one mail, each once however often the mail is tried."""

    def __init__(self, document: Document, branding: Branding) -> None:
        self._document = document
        self._branding = branding
        self._scheme = colours(branding).light
        self._made: dict[str, InlineImage] = {}

    def made(self) -> tuple[InlineImage, ...]:
        """All that were asked for, in that order."""
        return tuple(self._made.values())

    def logo(self) -> InlineImage | None:
        """The project's logo; None where it has none.

        Raises:
            RenderError: it cannot be used.
        """
        file = logo_file(self._branding)
        if file is None:
            return None
        content = file.content
        if file.media_type != "image/png":
            content = _drawn(content.decode(errors="replace"), "the logo", 4 * _FINE)
        try:
            with Image.open(BytesIO(content)) as opened:
                image = opened.convert("RGBA")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise RenderError("the logo is no PNG picture") from error
        part = min(_LOGO_HEIGHT / image.height, _LOGO_WIDTH / image.width)
        size = round(image.width * part), round(image.height * part)
        small = image.resize((_FINE * size[0], _FINE * size[1]), Image.Resampling.LANCZOS)
        return self._kept("logo", _on_ground(small, self._scheme.canvas), size[0])

    def chart(self, block: ChartBlock, width: int) -> InlineImage:
        """A chart, as wide as that.

        Raises:
            RenderError: it could not be drawn.
        """
        if block.name not in self._made:
            sheet = chart.sheet_of(block, "mail")
            margin = _FINE * _MARGIN
            drawn = chart.png(
                block,
                self._scheme,
                self._document.language,
                sheet,
                (_FINE * width - 2 * margin) / sheet.width,
                currency=self._document.currency,
            )
            with Image.open(BytesIO(drawn)) as image:
                framed = ImageOps.expand(image.convert("RGB"), margin, self._scheme.surface)
            self._kept(block.name, framed, width)
        return self._made[block.name]

    def drawn(self, name: str, svg: str, width: int) -> InlineImage:
        """A drawing, as wide as that, its margin included.

        Raises:
            RenderError: it could not be drawn.
        """
        if name not in self._made:
            what = f"the drawing {name!r}"
            with Image.open(BytesIO(_drawn(svg, what, 1))) as plain:
                across, down = plain.size
            # The chart library spoils what shines through: the ground lies under the drawing.
            whole = piece(
                "mail/picture.svg.j2",
                self._branding,
                svg=svg,
                width=across,
                height=down,
                margin=_MARGIN,
                ground=self._scheme.surface,
            )
            content = _drawn(whole, what, _FINE * width / (across + 2 * _MARGIN))
            with Image.open(BytesIO(content)) as image:
                self._kept(name, image.convert("RGB"), width)
        return self._made[name]

    def _kept(self, name: str, image: Image.Image, width: int) -> InlineImage:
        file = BytesIO()
        image.save(file, "PNG", optimize=True)  # a third of what the chart library writes
        digest = hashlib.sha256(name.encode() + b"\0" + file.getvalue()).hexdigest()[:16]
        height = round(image.height * width / image.width)
        made = InlineImage(
            f"{name[:_LONGEST_NAME]}.{digest}@reporter", file.getvalue(), width, height
        )
        return self._made.setdefault(name, made)


def _drawn(svg: str, what: str, scale: float) -> bytes:
    try:
        return bytes(vl_convert.svg_to_png(svg, scale=scale))
    except ValueError as error:
        raise RenderError(f"{what} could not be drawn: {error}") from error


def _on_ground(image: Image.Image, ground: str) -> Image.Image:
    """A picture that lets nothing through: a mail program may put anything behind it."""
    whole = Image.new("RGBA", image.size, ground)
    whole.alpha_composite(image)
    return whole.convert("RGB")
