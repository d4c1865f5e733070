"""The fonts that lie inside a page: no more of them than its text needs."""

from collections.abc import Collection, Iterator
from io import BytesIO

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from reporter.output.assets import asset
from reporter.output.base import Branding
from reporter.output.look.fonts import FACES, SUBSETS
from reporter.output.look.typefaces import Typeface, Typefaces
from reporter.output.templates import FontFile, data_uri


def font_files(branding: Branding, faces: Typefaces, text: str) -> tuple[FontFile, ...]:
    """The parts of the fonts that a text needs, as data URIs."""
    return tuple(_files(branding, faces, text))


def _files(branding: Branding, faces: Typefaces, text: str) -> Iterator[FontFile]:
    left = set(map(ord, text))
    for face in faces.own:
        yield _embedded(face, left & face.characters)
    for face in faces.own:
        if face.family == faces.text[0]:
            left -= face.characters
    rest = "".join(map(chr, sorted(left)))
    for ours in FACES:
        if ours.family in (*faces.text, *faces.display):
            for part in SUBSETS:
                if part.covers(rest):
                    content = asset(branding, f"fonts/{ours.part(part)}")
                    uri = data_uri("font/woff2", content)
                    yield FontFile(ours, uri, "woff2", part.unicode_range)
    left -= faces.ours
    for face in faces.fallback:
        wanted = left & face.characters
        left -= wanted
        if wanted:
            yield _embedded(face, wanted)


def _embedded(face: Typeface, characters: Collection[int]) -> FontFile:
    return FontFile(face, data_uri("font/woff2", cut(face.content, characters)), "woff2")


def cut(font: bytes, characters: Collection[int]) -> bytes:
    """A font with these characters alone, and all that joins and shapes them, as WOFF2."""
    options = Options()
    options.layout_features = ["*"]
    options.hinting = False
    options.notdef_outline = True
    with TTFont(BytesIO(font), recalcTimestamp=False) as opened:
        cutter = Subsetter(options)
        cutter.populate(unicodes=sorted(characters))
        cutter.subset(opened)
        opened.flavor = "woff2"
        written = BytesIO()
        opened.save(written)
    return written.getvalue()
