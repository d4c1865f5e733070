"""The Jinja environment of pages, and what templates see.

Templates come from the project's own ``templates/`` first, then from ours, file by file.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, Literal

import msgspec
from jinja2 import FunctionLoader, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from reporter.document.model import Block, Document, KpiBlock, part_of_page
from reporter.document.values import Cell, Head
from reporter.errors import RenderError
from reporter.output import markdown
from reporter.output.assets import folders, located
from reporter.output.base import DEFAULT_ACCENT, Branding
from reporter.output.look.colour import SHADES, Palette, palette
from reporter.output.look.fonts import Face
from reporter.output.look.logo import logo_file
from reporter.output.look.typefaces import Typeface, typefaces
from reporter.output.sparkline import course
from reporter.output.table_view import is_turned, said, sign, table_view
from reporter.output.xml_text import xml_text
from reporter.templating import environment

Medium = Literal["screen", "print", "mail"]

_MOST_CARDS_IN_ROW: Final = 4
_LONGEST_IN_LINE: Final = {1: 90, 2: 48, 3: 36, 4: 25}
"""How many letters of a card's label stand in one line on paper, by the cards in a row."""
_FONT_STYLES: Final = Markup("<font-styles/>")
"""Stands in a page for its fonts until all else is there; no text of a document can be it."""
_MISTAKES: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the expressions of a template can run into, ours or a project's own."""


class FontFile(msgspec.Struct, frozen=True):
    """A font as a style sheet declares it.

    Attributes:
        address: where the font is: a data URI, or a file that the PDF engine may read.
        unicode_range: which characters it is for, or None: all it has.
    """

    face: Face | Typeface
    address: str
    kind: Literal["woff2", "truetype", "opentype"]
    unicode_range: str | None = None


def _source(branding: Branding, name: str) -> tuple[str, str, None] | None:
    """A template's text and file, as Jinja's loader wants them."""
    path = located(branding, name)
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8"), str(path), None
    except UnicodeDecodeError as error:
        raise RenderError(f"the template {path} is not UTF-8 text") from error


def page(
    template: str,
    document: Document,
    branding: Branding,
    medium: Medium,
    *,
    fonts: Callable[[str], tuple[FontFile, ...]],
    tools: Mapping[str, object],
) -> str:
    """A document as HTML text.

    Args:
        template: the page's file name.
        document: what it shows.
        branding: how it looks.
        medium: what it is made for.
        fonts: what its style sheets declare, for the text of the page.
        tools: what else its templates use.

    Raises:
        RenderError: a template is missing or wrong; the message names it.
    """
    pages = _environment(branding)
    pages.globals |= {
        "arrow_of": arrow,
        "card_parts": card_parts,
        "columns_of": columns,
        "course_of": lambda card: course(card, document.words),
        "is_turned": is_turned,
        "kind_of": kind,
        "redrawn": redrawn,
        "rows_of": rows,
        "said_of": partial(said, document.words),
        "shade_of": shade,
        "sort_key_of": sort_key,
        "sign_of": sign,
        "view_of": partial(table_view, medium="print" if medium == "print" else "screen"),
        **tools,
    }
    try:
        text = pages.get_template(template).render(
            density=branding.theme.density or "comfortable",
            document=document,
            families=typefaces(branding),
            font_styles=_FONT_STYLES,
            logo=logo(branding),
            medium=medium,
            page_size=branding.theme.page_size or "A4",
            palette=colours(branding),
            words=document.words,
        )
        if _FONT_STYLES in text:
            # Which characters are needed is known only when all texts are there.
            styles = pages.get_template("styles/fonts.css.j2").render(fonts=fonts(text))
            text = text.replace(_FONT_STYLES, styles, 1)
    except (TemplateError, *_MISTAKES) as error:
        raise _unusable(branding, error) from error
    return xml_text(text)


def piece(template: str, branding: Branding, **values: object) -> str:
    """A template that is no whole page, with nothing but these values.

    Raises:
        RenderError: as above.
    """
    try:
        text = _environment(branding).get_template(template).render(values)
    except (TemplateError, *_MISTAKES) as error:
        raise _unusable(branding, error) from error
    return xml_text(text)


def _environment(branding: Branding) -> SandboxedEnvironment:
    made = environment(FunctionLoader(partial(_source, branding)))
    made.filters["markdown"] = markdown.html
    return made


def _unusable(branding: Branding, error: Exception) -> RenderError:
    return RenderError(
        f"a template could not be used: {_place(branding, error)}{_problem(error)}",
        hint="A template in the project's templates/ goes before Reporter's of the same name.",
    )


def _problem(error: Exception) -> str:
    match error:
        case TemplateNotFound():
            return f"there is no template {error.name!r}"
        case RecursionError():
            return "templates include each other without end"
        case _:
            return str(error)


def _place(branding: Branding, error: Exception) -> str:
    """The file and line of a template that an error comes from; Jinja puts them in its traceback.

    Empty where no template is to blame.
    """
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}, line {error.lineno}: "
    found = ""
    at = error.__traceback__
    while at is not None:
        file = Path(at.tb_frame.f_code.co_filename)
        for folder in folders(branding):
            if file.is_relative_to(folder.resolve()):
                found = f"{file.relative_to(folder.resolve())}, line {at.tb_lineno}: "
        at = at.tb_next
    return found


def colours(branding: Branding) -> Palette:
    """The colours of a project's reports."""
    theme = branding.theme
    return palette(
        theme.accent or DEFAULT_ACCENT, good=theme.good, bad=theme.bad, series=theme.series
    )


def logo(branding: Branding) -> Markup | None:
    """The project's logo as a data URI; None where it has none.

    Raises:
        RenderError: it cannot be used.
    """
    file = logo_file(branding)
    return None if file is None else data_uri(file.media_type, file.content)


def data_uri(media_type: str, content: bytes) -> Markup:
    """Bytes as an address that holds them."""
    return Markup(f"data:{media_type};base64,{base64.b64encode(content).decode()}")  # noqa: S704 - base64 has no markup


def redrawn(both: Palette) -> tuple[tuple[str, str], ...]:
    """The colours of drawings by day, each with the one that it has by night."""
    day, night = both.light, both.dark
    pairs = {
        day.ink: night.ink,
        day.muted: night.muted,
        day.line: night.line,
        day.rule: night.rule,
        day.quiet: night.quiet,
        day.surface: night.surface,
        **dict(zip(day.series, night.series, strict=True)),
    }
    return tuple(pairs.items())


def kind(block: Block) -> str:
    """What a block is: the name of its template."""
    return str(block.__struct_config__.tag)


def rows(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], ...]:
    """The blocks in rows: narrow ones that follow one another stand side by side."""
    found: list[list[Block]] = []
    room = 0.0
    for block in blocks:
        part = part_of_page(block)
        if part < 1 and part <= room + 1e-9:
            found[-1].append(block)
            room -= part
        else:
            found.append([block])
            room = 1 - part
    return tuple(map(tuple, found))


def columns(count: int) -> int:
    """How many cards stand in a row, so that no row is nearly empty."""
    if count <= _MOST_CARDS_IN_ROW:
        return max(count, 1)
    return 3 if count in {5, 6, 9} else _MOST_CARDS_IN_ROW


def card_parts(block: KpiBlock) -> tuple[str, ...]:
    """What some card of the block has: paper, which knows no common rows, keeps room for it."""
    cards = block.cards
    longest = _LONGEST_IN_LINE[columns(len(cards))]
    found = {
        "two-lines": any(len(card.label) > longest for card in cards),
        "changes": any(card.change is not None for card in cards),
        "courses": any(card.course for card in cards),
        "targets": any(card.target is not None for card in cards),
    }
    return tuple(name for name, is_so in found.items() if is_so)


def shade(place: float) -> int:
    """The step of the colour scale for a place on it, from 1."""
    return 1 + min(int(place * SHADES), SHADES - 1)


def arrow(cell: Cell) -> str:
    """Which way a change goes: ``▲``, ``▼`` or nothing where its text says zero."""
    if not isinstance(cell.value, int | float) or not any(c in "123456789" for c in cell.text):
        return ""
    return "▲" if cell.value > 0 else "▼"


def sort_key(cell: Cell, head: Head) -> Markup:
    """The attribute that a page's table is sorted by; none where the cell's own text is.

    A number stands in it unrounded, as far as its text could tell two apart a million times over;
    a known value of a dimension as its place among them.
    """
    match cell.value:
        case None:
            key = ""
        case str() as value if value in head.members:
            key = str(head.members.index(value))
        case bool() | str():
            return Markup("")
        case int():
            key = str(cell.value)
        case float():
            key = f"{cell.value:.10g}"
        case date() as moment:  # a datetime is one too
            key = moment.isoformat()
    return Markup(f' data-value="{key}"')  # noqa: S704 - a number or a date has no markup
