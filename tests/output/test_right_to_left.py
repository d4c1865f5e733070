"""Reports in scripts that run from right to left."""

import io
import re
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from lxml import html
from pypdf import PdfReader
from weasyprint import svg as engine

from reporter.data.table import Format
from reporter.document.format import NumberWriter, locale_of
from reporter.document.model import ChartBlock, Document, TextBlock
from reporter.output.base import Branding
from reporter.output.html import HtmlRenderer
from reporter.output.pdf import PdfRenderer
from reporter.output.pdf.svg_text import needs_shaping, whole_texts
from reporter.settings import Fonts, Theme
from reporter.words import load_words

FONTS = Path(__file__).parents[1] / "fonts"
FSI, PDI, LRI, LRM = "\u2068", "\u2069", "\u2066", "\u200e"


@pytest.fixture
def arabic(sample: ModuleType, tmp_path: Path) -> tuple[Document, Branding]:
    """The sample document as an Arabic one, with a font that has the letters."""
    (tmp_path / "arabic.ttf").write_bytes((FONTS / "noto-sans-arabic.ttf").read_bytes())
    chart: ChartBlock = sample.failures()
    steps = tuple(msgspec.structs.replace(step, text="معدل الرد") for step in chart.steps)
    blocks = (
        TextBlock(name="text", title=None, markdown="السلام عليكم"),
        msgspec.structs.replace(chart, steps=steps),
    )
    document: Document = msgspec.structs.replace(
        sample.document(), blocks=blocks, language="ar-EG", direction="rtl"
    )
    return document, Branding(Theme(fonts=Fonts(fallback=("arabic.ttf",))), tmp_path)


def test_a_page_says_which_way_it_runs(
    arabic: tuple[Document, Branding], sample: ModuleType, sample_html: str
) -> None:
    (made,) = HtmlRenderer().render(arabic[0], "review", arabic[1])
    page = html.document_fromstring(made.content.decode())
    assert (page.get("lang"), page.get("dir")) == ("ar-EG", "rtl")
    assert '[dir="rtl"]' in made.content.decode()
    assert html.document_fromstring(sample_html).get("dir") == "ltr"
    assert '[dir="rtl"]' not in sample_html
    del sample


def test_styles_know_no_left_and_right() -> None:
    """But for numbers, which line up on the right in every script, and for whole widths."""
    folder = Path(__file__).parents[2] / "templates" / "styles"
    for path in sorted(folder.glob("*.css*")):
        if path.name.startswith(("rtl", "mail")):
            continue
        found = re.findall(
            r"(?:margin|padding|border)-(?:left|right)|text-align: left|float: ",
            path.read_text(encoding="utf-8"),
        )
        assert found == [], path.name


def test_letters_in_a_drawing_join_on_paper(arabic: tuple[Document, Branding]) -> None:
    (made,) = PdfRenderer().render(arabic[0], "review", arabic[1])
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages)
    # Drawn letter by letter, the text would be read with its letters apart.
    assert "معدل الرد" in text
    assert made.missing == ()


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("Žďár, 61.2 %", False),
        ("Україна → Ελλάδα ≥", False),
        ("日本語", False),
        ("معدل", True),
        ("שלום", True),
        ("हिन्दी", True),
        ("e\u0301", True),
    ],
)
def test_which_texts_are_drawn_whole(text: str, *, is_so: bool) -> None:
    assert needs_shaping(text) is is_so


def test_the_engine_is_left_as_it_was() -> None:
    before = engine.text, dict(engine.TAGS)
    with whole_texts():
        assert engine.TAGS["text"] is engine.text is not before[0]
    assert (engine.text, engine.TAGS) == before


@pytest.mark.parametrize("language", ["ar-EG", "he-IL", "fa-IR", "ur-PK"])
def test_signs_stay_with_their_numbers(language: str) -> None:
    """A sign has a mark of direction before it, so that the number does not run away from it."""
    writer = NumberWriter(locale_of(language))
    for text in (writer.relative(0.045), writer.difference(-1234, Format.INTEGER)):
        assert text[0] in "\u200e\u200f\u061c", [hex(ord(c)) for c in text]
    assert writer.bound("≥", 0.6, Format.PERCENT).startswith(f"{LRI}≥ ")
    assert writer.bound("≥", 0.6, Format.PERCENT).endswith(PDI)


def test_bounds_are_plain_from_left_to_right() -> None:
    assert NumberWriter(locale_of("en-GB")).bound("≥", 0.6, Format.PERCENT) == "≥ 60%"


def test_a_percent_sign_is_the_locales() -> None:
    assert NumberWriter(locale_of("ar-EG")).text(0.612, Format.PERCENT) == f"61.2{LRM}%{LRM}"
    assert NumberWriter(locale_of("tr-TR")).text(0.612, Format.PERCENT) == "%61,2"


def test_values_in_another_script_are_texts_of_their_own(tmp_path: Path) -> None:
    words = tmp_path / "templates" / "words"
    words.mkdir(parents=True)
    (words / "ar.yaml").write_text('narrowed: "المرشحات: {filters}."', encoding="utf-8")
    arabic = load_words("ar-EG", tmp_path)
    assert arabic.right_to_left
    assert arabic.say("narrowed", filters="Direction") == f"المرشحات: {FSI}Direction{PDI}."
    assert arabic.say("narrowed", filters="صادرة") == "المرشحات: صادرة."
    assert arabic.say("narrowed", filters="1,234") == "المرشحات: 1,234."
    english = load_words("ar-EG", tmp_path / "none")  # without words of it, sentences are English
    assert english.say("narrowed", filters="Direction") == "Filters: Direction."
