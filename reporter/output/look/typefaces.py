"""The fonts of a report: ours, the project's in their place, and further ones behind them.

A file of the project gets a family of its own, named after its content: so it is never taken for
a font that is installed on some machine, nor for another project's.
"""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Final, Literal

import msgspec
from fontTools.ttLib import TTFont, TTLibError

from reporter.errors import RenderError
from reporter.output.assets import asset, own_file
from reporter.output.base import Branding
from reporter.output.look.fonts import DISPLAY_FAMILY, FACES, TEXT_FAMILY, Face, Style

_LARGEST: Final = 40_000_000
_MARKS: Final = (b"\0\1\0\0", b"true", b"OTTO")
"""What the content of a TTF or an OTF file begins with."""
_HINT: Final = "theme.fonts names TTF or OTF files inside the project."
_VARIATION_SELECTORS: Final = range(0xFE00, 0xFE10)
"""They choose among glyphs and are none themselves."""
_ROLES: Final = dict(
    zip(("regular", "italic", "medium", "semibold", "display"), FACES, strict=True)
)
_TEXTS: Final = ("regular", "italic", "medium", "semibold")


class Typeface(msgspec.Struct, frozen=True, kw_only=True):
    """A font file of the project.

    Attributes:
        family: what style sheets and drawings call it.
        content: its bytes.
        characters: the code points that it has.
    """

    family: str
    weight: int = 400
    style: Style = "normal"
    content: bytes
    characters: frozenset[int]

    @property
    def kind(self) -> Literal["truetype", "opentype"]:
        """What style sheets call its format."""
        return "opentype" if self.content.startswith(b"OTTO") else "truetype"


class Typefaces(msgspec.Struct, frozen=True, kw_only=True):
    """The fonts of a report.

    Attributes:
        text: the families of its texts; the first one that has a character writes it.
        display: likewise of titles and large numbers.
        own: the project's files in the place of ours.
        fallback: its files for what the others lack, in order.
        ours: the code points that our own fonts have.
        regular: the content of the font that plain text is set in.
    """

    text: tuple[str, ...]
    display: tuple[str, ...]
    own: tuple[Typeface, ...]
    fallback: tuple[Typeface, ...]
    ours: frozenset[int]
    regular: bytes

    def missing(self, text: Iterable[str]) -> tuple[str, ...]:
        """The visible characters of a text that no font has, each once, in order."""
        known = self.ours.union(*(face.characters for face in (*self.own, *self.fallback)))
        unknown = (c for c in set(text) if ord(c) not in known and c.isprintable())
        return tuple(sorted(c for c in unknown if ord(c) not in _VARIATION_SELECTORS))


def typefaces(branding: Branding) -> Typefaces:
    """The fonts that a project's reports are set in.

    Raises:
        RenderError: a file is missing, outside the project, too large, or no font.
    """
    fonts = branding.theme.fonts
    given = {role: getattr(fonts, role) for role in _ROLES if getattr(fonts, role) is not None}
    contents = {role: _file(branding, name) for role, name in given.items()}
    texts = {role: contents[role] for role in _TEXTS if role in contents}
    if texts and "regular" not in texts:  # then ours stand for the weights that are not given
        texts = {r: texts.get(r) or asset(branding, f"fonts/{_ROLES[r].whole}") for r in _TEXTS}
    text_family = _named("Report Text", *texts.values())
    own = [_typeface(text_family, content, _ROLES[role]) for role, content in texts.items()]
    display = (text_family,) if texts else (DISPLAY_FAMILY,)
    if "display" in contents:
        display = (_named("Report Display", contents["display"]),)
        own.append(_typeface(display[0], contents["display"], _ROLES["display"]))
    fallback = []
    for name in fonts.fallback:
        content = _file(branding, name)
        fallback.append(_typeface(_named("Report Fallback", content), content))
    plain = asset(branding, f"fonts/{FACES[0].whole}")
    families = (
        *((text_family,) if texts else ()),
        TEXT_FAMILY,
        *(face.family for face in fallback),
    )
    return Typefaces(
        text=families,
        display=tuple(dict.fromkeys((*display, *families))),
        own=tuple(own),
        fallback=tuple(fallback),
        ours=_characters(plain, f"fonts/{FACES[0].whole}"),
        regular=texts.get("regular", plain),
    )


def _file(branding: Branding, name: str) -> bytes:
    content = own_file(branding, name, "the font", largest=_LARGEST, hint=_HINT)
    if not content.startswith(_MARKS):
        raise RenderError(f"the font {name!r} is neither TTF nor OTF", hint=_HINT)
    _characters(content, name)
    return content


def _named(name: str, *contents: bytes) -> str:
    """A family's name: letters first in every word, as style sheets want it without quotes."""
    return f"{name} x{sha256(b''.join(contents)).hexdigest()[:8]}"


def _typeface(family: str, content: bytes, like: Face = FACES[0]) -> Typeface:
    return Typeface(
        family=family,
        weight=like.weight,
        style=like.style,
        content=content,
        characters=_characters(content, family),
    )


@cache
def _characters(content: bytes, name: str) -> frozenset[int]:
    """The code points of a font.

    Raises:
        RenderError: it is none.
    """
    try:
        with TTFont(BytesIO(content), lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, AssertionError, LookupError, ValueError) as error:
        raise RenderError(f"{name} is no font: {error}", hint=_HINT) from error
