"""The HTML report, read back with a parser."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from lxml import html
from lxml.html import HtmlElement

from reporter.document.model import KpiBlock, KpiCard, TextBlock
from reporter.document.values import Cell
from reporter.output.html import HtmlRenderer
from reporter.resources import templates

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def tree(sample_html: str) -> HtmlElement:
    return html.document_fromstring(sample_html)


def texts(tree: HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in tree.xpath(path)]


def rows(tree: HtmlElement, block: str) -> list[list[str]]:
    return [texts(row, "./th|./td") for row in tree.xpath(f"//*[@id='{block}']//table[1]/tbody/tr")]


def test_artifact_is_named_by_its_stem_and_is_html(sample: ModuleType, tmp_path: Path) -> None:
    (made,) = HtmlRenderer().render(
        msgspec.structs.replace(sample.document(), blocks=()),
        "review-2026-10",
        sample.branding(tmp_path),
    )
    assert made.file_name == "review-2026-10.html"
    assert made.media_type == "text/html; charset=utf-8"
    assert made.content.startswith(b"<!DOCTYPE html>\n<html lang=")


def test_language_title_and_landmarks(tree: HtmlElement) -> None:
    assert tree.get("lang") == "en-GB"
    assert texts(tree, "//head/title") == ["Voice & Video: monthly business review · October 2026"]
    assert texts(tree, "//h1") == ["Voice & Video: monthly business review"]
    assert len(tree.xpath("//main")) == len(tree.xpath("//body/header")) == 1
    assert len(tree.xpath("//body/footer")) == 1
    assert tree.xpath("//a[@class='skip']/@href") == ["#report"]
    assert len(tree.xpath("//nav")) == 1


def test_no_heading_level_is_left_out(tree: HtmlElement) -> None:
    levels = [int(h.tag[1]) for h in tree.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_labels_point_to_them(tree: HtmlElement) -> None:
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(tree.xpath("//@aria-labelledby")) <= set(ids)


def test_every_card_shows_value_change_target_and_sample(tree: HtmlElement) -> None:
    card = tree.xpath("//li[@class='kpi'][2]")[0]
    assert texts(card, "./p[contains(@class, 'kpi-label')]") == ["Answer rate"]
    assert texts(card, "./p[contains(@class, 'kpi-value')]") == ["58.7%"]
    assert texts(card, "./p[@class='kpi-change']") == ["▼−2.4 pp vs 61.1% (worse)"]
    assert texts(card, "./p[contains(@class, 'kpi-target')]") == ["✗Target ≥ 60.0% missed"]
    assert texts(card, "./p[@class='kpi-sample']") == ["Attempted outbound calls: 41,377"]


def test_a_relative_change_stands_with_the_absolute_one(tree: HtmlElement) -> None:
    assert texts(tree, "//li[@class='kpi'][1]/p[@class='kpi-change']") == [
        "▲+4.5% +2,093 vs 46,120 (better)"
    ]


def test_a_change_of_zero_has_no_arrow(tree: HtmlElement) -> None:
    assert texts(tree, "//li[@class='kpi'][4]/p[@class='kpi-change']") == [
        "+0.0% 0:00:00 vs 0:01:38"
    ]


def test_no_value_is_a_dash_with_its_reason(tree: HtmlElement) -> None:
    card = tree.xpath("//li[@class='kpi'][7]")[0]
    assert texts(card, "./p[contains(@class, 'kpi-value')]") == ["–"]
    assert texts(card, "./p[contains(@class, 'kpi-target')]") == ["Target ≥ 1,000"]
    assert texts(card, "./p[contains(@class, 'kpi-note')]") == [
        "The source has no column amd_result."
    ]
    assert not card.xpath(".//*[local-name()='svg']")


def test_sparkline_has_gaps_and_says_what_it_shows(tree: HtmlElement) -> None:
    line = tree.xpath("//li[@class='kpi'][4]//*[local-name()='svg']")[0]
    assert line.get("role") == "img"
    assert line.get("aria-label") == (
        "Average call duration: first 0:01:36 (1 Oct), lowest 0:01:28 (12 Oct),"
        " highest 0:01:43 (15 Oct), last 0:01:28 (31 Oct)"
    )
    assert texts(line, "./*[@class='sparkline-ring']/*") == [
        "lowest 0:01:28 (12 Oct)",
        "highest 0:01:43 (15 Oct)",
    ]
    assert texts(line, "./*[@class='sparkline-last']/*") == ["last 0:01:28 (31 Oct)"]
    assert len(line.xpath("./*[@class='sparkline-line']")) == 3
    assert len(line.xpath("./*[@class='sparkline-last']")) == 1


def test_table_rows_are_those_of_the_document(tree: HtmlElement, sample: ModuleType) -> None:
    block = sample.by_network()
    assert rows(tree, "by-network") == [[cell.text for cell in row.cells] for row in block.rows]


def test_changes_in_tables_have_an_arrow_and_a_word(tree: HtmlElement) -> None:
    germany, spain = rows(tree, "by-country")[0], rows(tree, "by-country")[5]
    assert germany[3] == "▲+11.1% (better)"
    assert germany[5] == "▲+3.1 pp (better)"
    assert spain[5] == "+0.0 pp"


def test_heads_of_one_metric_stand_under_it(tree: HtmlElement) -> None:
    head = "//*[@id='by-country']//thead/tr"
    assert texts(tree, f"{head}[1]/th") == [
        "Country",
        "Attempted calls",
        "Answer rate",
        "Busy rate",
        "Average call duration",
    ]
    assert texts(tree, f"{head}[2]/th") == [
        "October 2026",
        "September 2026",
        "Change",
        "October 2026",
        "Change",
    ]
    assert tree.xpath(f"{head}[1]/th/@scope") == ["col", "colgroup", "colgroup", "col", "col"]
    assert tree.xpath(f"{head}[1]/th[@scope='colgroup']/@colspan") == ["3", "2"]


def test_every_head_has_a_scope(tree: HtmlElement) -> None:
    assert not tree.xpath("//th[not(@scope)]")


def test_other_and_total_rows_are_told_apart(tree: HtmlElement) -> None:
    assert texts(tree, "//tr[@class='row-other']/th") == ["Other (14)"]
    assert texts(tree, "//tr[@class='row-total']/th") == ["Total"]


def test_bars_are_as_long_as_they_say(tree: HtmlElement) -> None:
    styles = tree.xpath("//*[@id='by-country']//*[@class='bar-fill']/@style")
    assert styles[:2] == ["width:100.0%", "width:85.6%"]
    assert len(styles) == 10


def test_shades_go_up_with_the_value(tree: HtmlElement) -> None:
    cells = tree.xpath("//*[@id='by-country']//span[contains(@class, 'shade')]")
    steps = {cell.text: int(cell.get("class").rsplit("-", 1)[1]) for cell in cells}
    assert steps["43.7%"] == 1
    assert steps["66.2%"] == 10
    assert steps["51.2%"] < steps["60.4%"]


def test_charts_are_drawings_with_a_summary_and_their_data(
    tree: HtmlElement, sample: ModuleType
) -> None:
    block = sample.per_day()
    figure = tree.xpath("//*[@id='calls-per-day']//figure")[0]
    drawing = figure.xpath("./div[@role='img']")[0]
    assert drawing.get("aria-label") == block.summary
    assert len(drawing.xpath(".//*[local-name()='svg']")) == 2
    assert texts(figure, ".//thead/tr/th") == ["Day", *(s.label for s in block.series)]
    assert rows(tree, "calls-per-day") == [
        [step.text, *(series.cells[i].text for series in block.series)]
        for i, step in enumerate(block.steps)
    ]


def test_a_drawing_says_where_its_steps_are(tree: HtmlElement) -> None:
    wide, narrow = tree.xpath("//*[@id='calls-per-day']//div[@data-hits]")
    assert (wide.get("data-hits"), wide.get("class")) == ("columns", "drawing drawing-wide")
    assert narrow.get("class") == "drawing drawing-narrow"
    left, top, width, height = map(float, wide.get("data-box").split())
    assert min(left, top) >= 0
    assert left + width <= 100
    assert top + height <= 100
    assert tree.xpath("//*[@id='failures']//div[@data-hits='rows']")
    notes = tree.xpath("//*[@id='calls-per-day']//th/@data-note")
    assert notes == ["Not complete"]
    swatches = tree.xpath("//*[@id='calls-per-day']//th/@data-swatch")
    assert swatches == ["1", "2", "previous"]


def test_nothing_is_loaded_from_elsewhere(sample_html: str, tree: HtmlElement) -> None:
    assert all(a.startswith("data:") for a in tree.xpath("//img/@src"))
    assert not tree.xpath("//link|//iframe|//object|//embed|//*[@srcset]|//script[@*]")
    styles = "".join(tree.xpath("//style/text()"))
    assert "@import" not in styles
    assert all(url.startswith("data:") for url in re.findall(r"url\(\s*([^)]{0,20})", styles))
    outside = set(re.findall(r"https?://[^\s\"'<)]+", sample_html))
    namespaces = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert outside - namespaces == {"https://status.example.com/incidents/21"}


def test_data_is_escaped(sample_html: str, tree: HtmlElement) -> None:
    ours = list((templates() / "scripts").glob("*.js"))
    assert len(tree.xpath("//script")) == sample_html.count("<script") == len(ours)
    assert rows(tree, "by-country")[9][0] == "<script>alert('Österreich')</script>"


def test_data_in_charts_is_escaped(sample: ModuleType, tmp_path: Path) -> None:
    evil = "</text></svg><script>alert(1)</script>\"'\\"
    short = "</svg><script>'\""
    block = sample.failures()
    steps = (Cell(value=evil, text=evil), *block.steps[1:])
    series = tuple(msgspec.structs.replace(s, label=evil) for s in block.series)
    named = sample.per_day()
    named = msgspec.structs.replace(
        named, series=tuple(msgspec.structs.replace(s, label=short) for s in named.series)
    )
    blocks = (msgspec.structs.replace(block, steps=steps, series=series), named)
    document = msgspec.structs.replace(sample.document(), blocks=blocks)
    (made,) = HtmlRenderer().render(document, "review", sample.branding(tmp_path))
    text = made.content.decode()
    assert text.count("<script") == len(list((templates() / "scripts").glob("*.js")))
    drawn = html.document_fromstring(text).xpath("//*[local-name()='text']/text()")
    assert evil in drawn  # shortened on the narrow sheet
    assert drawn.count(short) == 2 * len(named.series)


def test_provenance_is_printed(tree: HtmlElement) -> None:
    facts = texts(tree, "//footer//dl/div")
    for fact in (
        "Covers 1 Oct 2026, 00:00 – 1 Nov 2026, 00:00 Europe/Zagreb",
        "Time zone Europe/Zagreb",
        "Compared with September 2026",
        "Source calls",
        "Data up to 31 Oct 2026, 23:59 Europe/Zagreb",
        "Records not used 3",
        "Spec version 4f2a9c1d7e60",
        "Made with Reporter 0.1.0",
    ):
        assert fact.replace(" ", "") in [found.replace(" ", "") for found in facts]
    assert "Direction: Outbound, Inbound" in " ".join(facts)
    assert texts(tree, "(//footer//table)[1]/tbody/tr[2]/*") == [
        "Answer rate",
        "Answered outbound calls over attempted ones. outbound answered / attempted",
    ]
    assert "It ends before it is answered." in texts(tree, "//footer//td")


def test_light_and_dark(tree: HtmlElement) -> None:
    style = "".join(tree.xpath("//style/text()"))
    assert tree.xpath("//meta[@name='color-scheme']/@content") == ["light dark"]
    dark = style[style.index("@media screen and (prefers-color-scheme: dark)") :]
    assert "--surface: #" in dark
    assert '.drawing [stroke="#0b6e4f"] { stroke: #' in dark


def test_fonts_are_embedded_by_need(sample_html: str, sample: ModuleType, tmp_path: Path) -> None:
    assert sample_html.count("@font-face") == 2 * 5  # Latin, and Greek for one country
    document = msgspec.structs.replace(sample.document(), blocks=(sample.kpis(),))
    (made,) = HtmlRenderer().render(document, "review", sample.branding(tmp_path))
    assert made.content.count(b"@font-face") == 5
    assert len(made.content) < 250_000


def test_the_page_is_small_enough_to_mail(sample_html: str) -> None:
    assert len(sample_html.encode()) < 600_000


def test_text_block_without_title_and_a_card_alone(sample: ModuleType, tmp_path: Path) -> None:
    card = KpiCard(name="A", label="A", description="", value=sample.count(1))
    document = msgspec.structs.replace(
        sample.document(),
        subtitle="",
        notices=(),
        blocks=(
            KpiBlock(name="k", title=None, cards=(card,)),
            TextBlock(name="t", title=None, markdown="# Head\n\n![x](http://a.example/p.png)"),
        ),
    )
    look = sample.branding(tmp_path, logo=False)
    (made,) = HtmlRenderer().render(document, "review", look)
    tree = html.document_fromstring(made.content)
    assert texts(tree, "//h3")[:1] == ["Head"]
    assert not tree.xpath("//img|//p[@class='subtitle']|//p[contains(@class, 'notice')]")


@pytest.mark.slow
def test_two_processes_write_the_same_bytes(tmp_path: Path, sample_html: str) -> None:
    program = (
        "import sys, pathlib\n"
        f"sys.path.insert(0, {str(HERE)!r})\n"
        "import sample_document\n"
        "from reporter.output.html import HtmlRenderer\n"
        f"look = sample_document.branding(pathlib.Path({str(tmp_path)!r}))\n"
        "(made,) = HtmlRenderer().render(sample_document.document(), 'review', look)\n"
        "assert 'weasyprint' not in sys.modules\n"
        "sys.stdout.buffer.write(made.content)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=60
    )
    assert done.stdout.decode() == sample_html
