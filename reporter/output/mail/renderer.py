"""The report as the body of a mail: HTML that mail programs leave as it is, pictures, plain text.

``docs/mail.md`` says what is kept to, and why. Gmail cuts off what is longer than 102 kB, so
tables are cut to a few rows, and where that is not enough, sections at the end are left out; the
mail says how many.
"""

import base64
from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import css_inline
import msgspec

from reporter.data.table import Format
from reporter.document.format import NumberWriter, locale_of
from reporter.document.model import Document, PageBreakBlock
from reporter.errors import RenderError
from reporter.output.base import Artifact, Branding
from reporter.output.mail.pictures import InlineImage, Pictures
from reporter.output.mail.plain_text import plain_text, preheader
from reporter.output.mail.tables import cut_to
from reporter.output.templates import page
from reporter.words import Count

WIDTH: Final = 640
"""Of the mail, in pixels."""
INNER: Final = 584
"""Of what stands in its boxes."""
LARGEST: Final = 100_000
"""Bytes of HTML; Gmail shows 102 kB, headers and its own additions not counted."""
_ROWS: Final = (20, 12, 8, 5, 3)
"""Rows of each table: as many as fit."""


class MailBody(msgspec.Struct, frozen=True):
    """What a mail is made of.

    Attributes:
        html: refers to its pictures by ``cid:``.
        images: in the order in which they appear.
        text: the same for those who read plain text.
    """

    html: str
    images: tuple[InlineImage, ...]
    text: str


class MailRenderer:
    """Makes a mail's body, and a file of it to look at.

    Args:
        template: the page that it is written by: ours, or one of the project's templates folder.
    """

    def __init__(self, template: str = "mail.html.j2") -> None:
        self._template = template

    def render(self, document: Document, stem: str, branding: Branding) -> tuple[Artifact, ...]:
        """The body as a page that has its pictures in it.

        Raises:
            RenderError: a template, the logo or a chart is wrong, or nothing fits.
        """
        body = self.body(document, branding)
        html = body.html
        for image in body.images:
            content = base64.b64encode(image.content).decode()
            html = html.replace(f"cid:{image.cid}", f"data:image/png;base64,{content}")
        return (Artifact(f"{stem}.mail.html", "text/html; charset=utf-8", html.encode()),)

    def body(self, document: Document, branding: Branding, *, spare: int = 0) -> MailBody:
        """The body of a mail.

        Args:
            document: what it says.
            branding: how it looks.
            spare: bytes of HTML that something else will need.

        Raises:
            RenderError: as above.
        """
        shown = _without_page_breaks(document)
        pictures = Pictures(shown, branding)
        written = partial(_written, shown, branding, pictures, template=self._template)
        fits = partial(_fits, largest=LARGEST - spare)
        html = next(filter(fits, (written(rows, 0) for rows in _ROWS)), None)
        if html is None:
            fewest = _fewest_left_out(shown, partial(written, _ROWS[-1]), fits)
            html = written(_ROWS[-1], fewest)
        images = tuple(i for i in pictures.made() if f"cid:{i.cid}" in html)
        return MailBody(html, images, plain_text(shown))


def _without_page_breaks(document: Document) -> Document:
    blocks = tuple(block for block in document.blocks if not isinstance(block, PageBreakBlock))
    return msgspec.structs.replace(document, blocks=blocks)


def left_out_note(document: Document, branding: Branding) -> str:
    """HTML for the end of a mail, with ``{notes}`` in the place of what it says.

    Raises:
        RenderError: its template is wrong.
    """
    return page(
        "mail-left-out.html.j2",
        document,
        branding,
        "mail",
        fonts=lambda _: (),
        tools={"width": WIDTH},
    )


def _fits(html: str, *, largest: int) -> bool:
    return len(html.encode()) <= largest


def _fewest_left_out(
    document: Document, written: Callable[[int], str], fits: Callable[[str], bool]
) -> int:
    """How many blocks at the end must be left out.

    Raises:
        RenderError: not even a mail without any would fit.
    """
    every = range(1, len(document.blocks) + 1)
    found = bisect_left(every, True, key=lambda count: fits(written(count)))  # noqa: FBT003 - sought
    if found == len(every):
        raise RenderError(
            f"the mail has more than {LARGEST:,} bytes without any section",
            hint="Shorten its title, description and filters.",
        )
    return every[found]


def _written(
    document: Document,
    branding: Branding,
    pictures: Pictures,
    rows: int,
    left_out: int,
    *,
    template: str,
) -> str:
    """The HTML with so many rows of each table, and so many blocks fewer."""
    numbers = NumberWriter(locale_of(document.language), document.currency)
    kept = document.blocks[: len(document.blocks) - left_out]

    def counted(key: str, count: int) -> str:
        written = Count(count, numbers.text(count, Format.INTEGER))
        return document.words.say(key, count=written) if count else ""

    tools: Mapping[str, object] = {
        "chart_picture": pictures.chart,
        "columns_left_out": partial(counted, "columns_left_out"),
        "cut": partial(cut_to, rows=rows),
        "drawn_picture": pictures.drawn,
        "inner": INNER,
        "logo_picture": pictures.logo(),
        "preheader": preheader(document),
        "rows_left_out": partial(counted, "rows_left_out"),
        "sections_left_out": counted("sections_left_out", left_out),
        "width": WIDTH,
    }
    text = page(
        template,
        msgspec.structs.replace(document, blocks=kept),
        branding,
        "mail",
        fonts=lambda _: (),
        tools=tools,
    )
    # Rules for telephones and for the dark stay in a style element of their own, behind the
    # charset: keep_at_rules would put them before it, where a browser no longer finds it.
    inliner = css_inline.CSSInliner(
        keep_at_rules=False, load_remote_stylesheets=False, minify_css=True
    )
    return inliner.inline(text)
