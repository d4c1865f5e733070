"""How blocks stand on a page: side by side, callouts, contents, density."""

from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from lxml import html
from lxml.html import HtmlElement

from reporter.document.model import Block, CalloutBlock, PageBreakBlock, TextBlock
from reporter.document.values import Tone
from reporter.output.html import HtmlRenderer
from reporter.settings import Theme


def shown(sample: ModuleType, folder: Path, *blocks: Block, theme: Theme | None = None) -> str:
    look = sample.branding(folder, logo=False)
    if theme is not None:
        look = msgspec.structs.replace(look, theme=theme)
    document = msgspec.structs.replace(sample.document(), blocks=blocks)
    (made,) = HtmlRenderer().render(document, "review", look)
    return made.content.decode()


def tree(text: str) -> HtmlElement:
    return html.document_fromstring(text)


def texts(name: str, title: str | None = None) -> TextBlock:
    return TextBlock(name=name, title=title, markdown=name)


def test_narrow_blocks_stand_side_by_side_and_others_do_not(
    sample: ModuleType, tmp_path: Path
) -> None:
    half = [msgspec.structs.replace(texts(name), width="half") for name in ("a", "b")]
    third = msgspec.structs.replace(texts("c"), width="third")
    found = tree(shown(sample, tmp_path, *half, third, texts("d")))
    rows = found.xpath("//main/*[contains(@class, 'beside')]")
    assert [[block.get("id") for block in row] for row in rows] == [["a", "b"]]
    assert [block.get("class") for block in rows[0]] == ["block block-text block-half"] * 2
    assert found.xpath("//main/div/@id") == ["c", "d"]


@pytest.mark.parametrize(
    ("tone", "said"),
    [(Tone.GOOD, "✓Good news"), (Tone.BAD, "!Attention"), (Tone.NEUTRAL, "iNote")],
)
def test_a_callout_says_its_tone_by_sign_and_word(
    sample: ModuleType, tmp_path: Path, tone: Tone, said: str
) -> None:
    block = CalloutBlock(name="look", title="One day", markdown="**An** incident.", tone=tone)
    found = tree(shown(sample, tmp_path, block))
    (box,) = found.xpath("//section[@id='look'][@aria-labelledby='look-title']/div")
    assert box.get("class") == f"callout callout-{tone}"
    assert [part.text_content().strip() for part in box] == [said, "One day", "An incident."]
    assert box.xpath(".//*[@aria-hidden='true']/text()") == [said[0]]
    assert box.xpath("./h2/@id") == ["look-title"]


def test_a_page_break_is_nothing_on_a_screen(sample: ModuleType, tmp_path: Path) -> None:
    text = shown(sample, tmp_path, texts("a"), PageBreakBlock(), texts("b"))
    (found,) = tree(text).xpath("//*[@id='page-break']")
    assert found.get("class") == "block block-pageBreak"
    assert not found.text_content().strip()
    assert ".block-pageBreak { display: none }" in text
    assert ".block-pageBreak { display: block; break-after: page }" in text


def test_a_long_report_has_contents_that_lead_to_every_title(
    sample: ModuleType, tmp_path: Path
) -> None:
    blocks = [texts(f"b{n}", f"Title {n}") for n in range(5)]
    found = tree(shown(sample, tmp_path, *blocks, texts("untitled")))
    links = found.xpath("//nav[@aria-labelledby='contents-title']//a")
    assert [(link.get("href"), link.text) for link in links] == [
        *((f"#b{n}", f"Title {n}") for n in range(5)),
        ("#about", "About these numbers"),
    ]
    assert set(found.xpath("//nav//a/@href")) <= {f"#{name}" for name in found.xpath("//@id")}


def test_a_short_report_has_none(sample: ModuleType, tmp_path: Path) -> None:
    blocks = [texts(f"b{n}", f"Title {n}") for n in range(4)]
    assert not tree(shown(sample, tmp_path, *blocks)).xpath("//nav")


def test_a_compact_page_has_less_air_and_prints_on_its_paper(
    sample: ModuleType, tmp_path: Path
) -> None:
    usual = shown(sample, tmp_path, texts("a"))
    compact = shown(
        sample, tmp_path, texts("a"), theme=Theme(density="compact", page_size="Letter")
    )
    assert "--flow: 1.5rem" in usual
    assert "--flow: 1rem" in compact
    assert "@page { size: A4; margin: 14mm }" in usual
    assert "@page { size: Letter; margin: 14mm }" in compact


def test_the_theme_s_colours_are_the_page_s(sample: ModuleType, tmp_path: Path) -> None:
    theme = Theme(accent="#c8102e", good="#00875a", bad="#5a3300", series=("#0052cc",))
    text = shown(sample, tmp_path, sample.per_day(), theme=theme)
    assert "--accent: #c8102e;" in text
    assert "--good-shape: #00875a;" in text
    assert "--bad-shape: #5a3300;" in text
    assert "--series-1: #0052cc;" in text
    assert "--series-2: #c8102e;" in text
    assert 'stroke="#0052cc"' in text
