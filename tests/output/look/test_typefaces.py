"""Fonts of the project: in the place of ours, and behind them for what they lack."""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from reporter.document.model import Document, TextBlock
from reporter.errors import RenderError
from reporter.output.base import Artifact, Branding
from reporter.output.html import HtmlRenderer
from reporter.output.look.fonts import DISPLAY_FAMILY, TEXT_FAMILY
from reporter.output.look.page_fonts import cut
from reporter.output.look.typefaces import typefaces
from reporter.output.pdf import PdfRenderer
from reporter.resources import templates
from reporter.settings import Fonts, Theme

FONTS = Path(__file__).parents[2] / "fonts"
ARABIC = "noto-sans-arabic.ttf"
HEBREW = "noto-sans-hebrew.ttf"
GREETING = "السلام عليكم"


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Branding]:
    """A project with the test fonts, and one of ours as if it were its own."""
    for path in FONTS.glob("*.ttf"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "own.ttf").write_bytes(
        (templates() / "fonts" / "display-semibold.ttf").read_bytes()
    )
    return lambda **fonts: Branding(Theme(fonts=Fonts(**fonts)), tmp_path)


def saying(sample: ModuleType, text: str) -> Document:
    block = TextBlock(name="text", title=None, markdown=text)
    document: Document = msgspec.structs.replace(sample.document(), blocks=(block,))
    return document


def one(made: tuple[Artifact, ...]) -> Artifact:
    (artifact,) = made
    return artifact


def embedded(page: str) -> dict[str, list[set[int]]]:
    """The characters of each font in a page, by family."""
    found: dict[str, list[set[int]]] = {}
    for family, data in re.findall(
        r'font-family: "([^"]+)";[^}]*?url\(data:font/woff2;base64,([^)]+)\)', page
    ):
        with TTFont(io.BytesIO(base64.b64decode(data))) as font:
            found.setdefault(family, []).append(set(font.getBestCmap()))
    return found


def pdf_fonts(content: bytes) -> set[str]:
    names = set()
    for page in PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            names.add(str(font.get_object()["/BaseFont"]).partition("+")[2])
    return names


def test_without_fonts_of_its_own_a_project_has_ours(look: Callable[..., Branding]) -> None:
    faces = typefaces(look())
    assert faces.text == (TEXT_FAMILY,)
    assert faces.display == (DISPLAY_FAMILY, TEXT_FAMILY)
    assert faces.missing("Žďár ęąłŃ Ελλάδα Україна Ђорђе €₴№ ≥≤−±→▲▼✓✗ ½²\u202f\u200e️") == ()
    assert faces.missing("日本 and Ωmega") == ("日", "本")


def test_a_fallback_has_what_the_others_lack(look: Callable[..., Branding]) -> None:
    faces = typefaces(look(fallback=(ARABIC, HEBREW)))
    assert faces.text[0] == TEXT_FAMILY
    assert [face.family for face in faces.fallback] == list(faces.text[1:])
    assert faces.missing(f"{GREETING} שלום 日") == ("日",)
    # The same file has the same name in every process, another one another.
    assert faces.text == typefaces(look(fallback=(ARABIC, HEBREW))).text
    assert len(set(faces.text)) == 3


def test_a_font_in_the_place_of_ours(look: Callable[..., Branding]) -> None:
    faces = typefaces(look(regular="own.ttf"))
    own, ours = faces.text
    assert ours == TEXT_FAMILY
    assert faces.display == faces.text
    assert [(face.family, face.weight, face.style) for face in faces.own] == [(own, 400, "normal")]
    assert own.startswith("Report Text x")


def test_ours_stand_beside_where_the_plain_weight_is_not_given(
    look: Callable[..., Branding],
) -> None:
    faces = typefaces(look(semibold="own.ttf"))
    weights = [(face.weight, face.style) for face in faces.own]
    assert weights == [(400, "normal"), (400, "italic"), (500, "normal"), (600, "normal")]
    assert {face.family for face in faces.own} == {faces.text[0]}


def test_a_display_font_alone_leaves_texts_as_they_are(look: Callable[..., Branding]) -> None:
    faces = typefaces(look(display="own.ttf"))
    assert faces.text == (TEXT_FAMILY,)
    assert faces.display[0].startswith("Report Display x")
    assert faces.display[1:] == (TEXT_FAMILY,)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.ttf", None, "the font 'none.ttf' cannot be read: No such file or directory"),
        ("../away.ttf", None, "the font '../away.ttf' lies outside the project"),
        ("web.ttf", b"wOF2....", "the font 'web.ttf' is neither TTF nor OTF"),
        ("broken.ttf", b"\0\1\0\0xyz", r"broken\.ttf is no font: .+"),
    ],
)
@pytest.mark.parametrize("key", ["regular", "fallback"])
def test_what_is_no_font_of_the_project(
    name: str, content: bytes | None, message: str, key: str, look: Callable[..., Branding]
) -> None:
    branding = look(**{key: (name,) if key == "fallback" else name})
    if content is not None:
        (branding.folder / name).write_bytes(content)
    with pytest.raises(RenderError, match=f"^{message}$") as caught:
        typefaces(branding)
    assert caught.value.hint == "theme.fonts names TTF or OTF files inside the project."


def test_a_cut_font_joins_its_letters_and_is_the_same_each_time() -> None:
    content = (FONTS / ARABIC).read_bytes()
    few = cut(content, set(map(ord, GREETING)))
    assert few == cut(content, set(map(ord, GREETING)))
    with TTFont(io.BytesIO(few)) as font:
        assert set(map(chr, font.getBestCmap())) == set(GREETING)
        features = {r.FeatureTag for r in font["GSUB"].table.FeatureList.FeatureRecord}
        assert {"init", "medi", "fina"} <= features
        # Each letter has further shapes than its own.
        assert len(font.getGlyphOrder()) > 2 * len(set(GREETING))


def test_a_page_carries_what_its_text_needs(
    sample: ModuleType, look: Callable[..., Branding]
) -> None:
    document = saying(sample, GREETING)
    branding = look(fallback=(ARABIC, HEBREW))
    made = one(HtmlRenderer().render(document, "review", branding))
    fonts = embedded(made.content.decode())
    arabic, hebrew = typefaces(branding).text[1:]
    assert fonts[arabic] == [set(map(ord, GREETING)) - {0x20}]
    assert hebrew not in fonts
    assert made.missing == ()
    assert made.content == one(HtmlRenderer().render(document, "review", branding)).content


def test_a_page_in_a_font_of_the_project_has_ours_for_the_rest_only(
    sample: ModuleType, look: Callable[..., Branding]
) -> None:
    branding = look(regular=HEBREW)
    page = one(HtmlRenderer().render(saying(sample, "שלום"), "review", branding)).content.decode()
    fonts = embedded(page)
    own = typefaces(branding).text[0]
    assert {ord(c) for c in "שלום"} <= fonts[own][0]
    assert DISPLAY_FAMILY not in fonts
    assert TEXT_FAMILY in fonts
    assert f'--text: "{own}", "{TEXT_FAMILY}", system-ui, sans-serif;' in page


def test_paper_has_the_fonts_embedded(sample: ModuleType, look: Callable[..., Branding]) -> None:
    branding = look(fallback=(ARABIC,), display="own.ttf")
    made = one(PdfRenderer().render(saying(sample, GREETING), "review", branding))
    faces = typefaces(branding)
    embedded_names = pdf_fonts(made.content)
    for family in (faces.text[0], faces.text[1], faces.display[0]):
        assert any(name.startswith(family.replace(" ", "-")) for name in embedded_names), family
    assert not any("DejaVu" in name for name in embedded_names)
    assert made.missing == ()


def test_characters_without_a_glyph_are_told_of(
    sample: ModuleType, look: Callable[..., Branding]
) -> None:
    document = saying(sample, f"日本 {GREETING}")
    for renderer in (HtmlRenderer(), PdfRenderer()):
        assert set(one(renderer.render(document, "review", look())).missing) == set(
            f"日本{GREETING}"
        ) - {" "}
        with_arabic = look(fallback=(ARABIC,))
        assert one(renderer.render(document, "review", with_arabic)).missing == ("日", "本")
