"""The Jinja environment of pages, and what templates see.

Templates come from the project's own ``templates/`` first, then from ours, file by file.
"""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Final, Literal

import msgspec
from jinja2 import FunctionLoader, TemplateError, TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup

from reporter.data.table import Kind
from reporter.document.model import Block, Cell, Document, Head, HeadRole, TableBlock
from reporter.errors import RenderError
from reporter.output import markdown
from reporter.output.base import DEFAULT_ACCENT, Branding
from reporter.output.colour import SHADES, Palette, palette
from reporter.output.fonts import Face
from reporter.output.sparkline import sparkline
from reporter.output.xml_text import xml_text
from reporter.resources import templates
from reporter.templating import environment

Medium = Literal["screen", "print"]

_LOGO_TYPES: Final = {".svg": "image/svg+xml", ".png": "image/png"}
_LOGO_MARKS: Final = {".svg": b"<svg", ".png": b"\x89PNG\r\n\x1a\n"}
_LARGEST_LOGO: Final = 1_000_000
_MOST_CARDS_IN_ROW: Final = 4
_PARTS: Final = {"full": 1.0, "half": 1 / 2, "third": 1 / 3}
"""Of the page's width."""
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

    face: Face
    address: str
    kind: Literal["woff2", "truetype"]
    unicode_range: str | None = None


class HeadGroup(msgspec.Struct, frozen=True):
    """The columns of one metric, side by side.

    Attributes:
        first: the place of the first of them in the table.
    """

    first: int
    heads: tuple[Head, ...]

    @property
    def wide(self) -> bool:
        """Whether there are several, under a common head."""
        return len(self.heads) > 1


def folders(branding: Branding) -> tuple[Path, ...]:
    """Where templates, styles and fonts are looked for, in order."""
    return branding.folder / "templates", templates()


def asset(branding: Branding, name: str) -> bytes:
    """A file of the templates, the project's own before ours.

    Raises:
        RenderError: there is none.
    """
    path = _found(branding, name)
    if path is None:
        raise RenderError(f"there is no file {name!r} among the templates")
    return path.read_bytes()


def _found(branding: Branding, name: str) -> Path | None:
    """The first file of that name that really lies in one of the folders."""
    for folder in folders(branding):
        path = (folder / name).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    return None


def _source(branding: Branding, name: str) -> tuple[str, str, None] | None:
    """A template's text and file, as Jinja's loader wants them."""
    path = _found(branding, name)
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
    tools: Mapping[str, Callable[..., object]],
) -> str:
    """A document as HTML text.

    Args:
        template: the page's file name.
        document: what it shows.
        branding: how it looks.
        medium: what it is made for.
        fonts: what its style sheets declare, for the texts that it shows.
        tools: further functions that its templates call.

    Raises:
        RenderError: a template is missing or wrong; the message names it.
    """
    pages = environment(FunctionLoader(partial(_source, branding)))
    pages.filters["markdown"] = markdown.html
    pages.globals |= {
        "arrow_of": arrow,
        "columns_of": columns,
        "head_classes": head_classes,
        "head_groups": head_groups,
        "kind_of": kind,
        "redrawn": redrawn,
        "rows_of": rows,
        "shade_of": shade,
        "sparkline_of": lambda card: sparkline(card.course),
        "widest": widest,
        **tools,
    }
    try:
        text = pages.get_template(template).render(
            document=document,
            fonts=fonts(repr(document)),
            logo=logo(branding),
            medium=medium,
            palette=colours(branding),
            words=document.words,
        )
    except (TemplateError, *_MISTAKES) as error:
        raise RenderError(
            f"a template could not be used: {_place(branding, error)}{_problem(error)}",
            hint="A template in the project's templates/ goes before Reporter's of the same name.",
        ) from error
    return xml_text(text)


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
    return palette(branding.theme.accent or DEFAULT_ACCENT)


def logo(branding: Branding) -> Markup | None:
    """The project's logo as a data URI; None where it has none.

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
    if ending not in _LOGO_TYPES:
        raise RenderError(f"the logo {name!r} is neither SVG nor PNG", hint=hint)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RenderError(
            f"the logo {name!r} cannot be read: {error.strerror}", hint=hint
        ) from error
    if len(content) > _LARGEST_LOGO:
        raise RenderError(
            f"the logo {name!r} has {len(content):,} bytes, more than {_LARGEST_LOGO:,}", hint=hint
        )
    if _LOGO_MARKS[ending] not in content[:4096]:
        raise RenderError(f"the logo {name!r} is not what its ending says", hint=hint)
    return data_uri(_LOGO_TYPES[ending], content)


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
        part = _PARTS[block.width] if hasattr(block, "width") else 1.0
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


def shade(place: float) -> int:
    """The step of the colour scale for a place on it, from 1."""
    return 1 + min(int(place * SHADES), SHADES - 1)


def widest(table: TableBlock, place: int) -> int:
    """How many letters the longest text of a column has."""
    return max((len(row.cells[place].text) for row in table.rows), default=0)


def arrow(cell: Cell) -> str:
    """Which way a change goes: ``▲``, ``▼`` or nothing where its text says zero."""
    if not isinstance(cell.value, int | float) or not any(c in "123456789" for c in cell.text):
        return ""
    return "▲" if cell.value > 0 else "▼"


def head_groups(table: TableBlock) -> tuple[HeadGroup, ...]:
    """The heads of a table, those of one metric together."""
    groups: list[HeadGroup] = []
    for _, found in groupby(enumerate(table.heads), key=lambda at: _group_key(*at)):
        members = tuple(found)
        groups.append(HeadGroup(members[0][0], tuple(head for _, head in members)))
    return tuple(groups)


def head_classes(groups: tuple[HeadGroup, ...]) -> tuple[str, ...]:
    """The classes of each column: its side, its role, where it stands, whether it is time."""
    several = any(group.wide for group in groups)
    last = groups[-1].first + len(groups[-1].heads) - 1
    found = []
    for group in groups:
        for place, head in enumerate(group.heads, start=group.first):
            side = "left" if head.role is HeadRole.DIMENSION else "number"
            opens = several and side == "number" and place == group.first
            where = [
                ("first", place == 0),
                ("opens", opens),
                ("moment", head.kind in {Kind.DATE, Kind.DATE_TIME}),
                ("last", place == last),
            ]
            found.append(" ".join([side, head.role, *(name for name, is_so in where if is_so)]))
    return tuple(found)


def _group_key(place: int, head: Head) -> tuple[str, str]:
    if head.role is HeadRole.DIMENSION:
        return "dimension", f"{place}"
    return "metric", head.name
