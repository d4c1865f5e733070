"""The report as a mail: its rules, what is cut, its pictures, its plain text."""

import subprocess
import sys
from importlib import util
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from lxml import html
from lxml.html import HtmlElement
from PIL import Image

from reporter.data.table import Format, Kind
from reporter.document.model import (
    CalloutBlock,
    Document,
    KpiBlock,
    KpiCard,
    PageBreakBlock,
    Sample,
    TableBlock,
    TextBlock,
)
from reporter.document.values import BlockRow, Cell, Head, HeadRole, Mark, RowKind, Tone
from reporter.errors import RenderError
from reporter.output.base import Branding
from reporter.output.mail.renderer import LARGEST, MailBody, MailRenderer
from reporter.output.mail.tables import cut_to
from reporter.settings import Theme

HERE = Path(__file__).parents[1]
replace = msgspec.structs.replace


@pytest.fixture(scope="module")
def rules() -> ModuleType:
    spec = util.spec_from_file_location("mail_rules", HERE / "mail_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def look(sample: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Branding:
    found: Branding = sample.branding(tmp_path_factory.mktemp("mail"))
    return found


@pytest.fixture(scope="module")
def body(sample: ModuleType, look: Branding) -> MailBody:
    return MailRenderer().body(sample.document(), look)


@pytest.fixture(scope="module")
def tree(body: MailBody) -> HtmlElement:
    return html.document_fromstring(body.html)


def texts(tree: HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in tree.xpath(path)]


def numbers(name: str, rows: int, columns: int, *, previous: int = 0) -> TableBlock:
    """A table of so many metrics, the last of them of the comparison."""

    def head(place: int) -> Head:
        role = HeadRole.PREVIOUS if place >= columns - previous else HeadRole.METRIC
        return Head(name=f"M{place}", label=f"Metric {place}", role=role, kind=Kind.INTEGER)

    def row(kind: RowKind, number: int) -> BlockRow:
        label = Cell(value=f"Group {number}", text=f"Group {number}")
        cells = (Cell(value=n, text=str(n), format=Format.INTEGER) for n in range(columns))
        return BlockRow(kind, (label, *cells))

    return TableBlock(
        name=name,
        title=name.title(),
        heads=(
            Head(name="G", label="Group", role=HeadRole.DIMENSION, kind=Kind.TEXT),
            *map(head, range(columns)),
        ),
        rows=(
            *(row(RowKind.BODY, number) for number in range(rows)),
            row(RowKind.OTHER, -1),
            row(RowKind.TOTAL, -2),
        ),
    )


def everything(sample: ModuleType) -> Document:
    few = replace(
        sample.kpis().cards[1], sample=Sample("Attempted calls", sample.count(12), small=True)
    )
    marked = replace(
        Cell(value=0.5, text="50.0%", format=Format.PERCENT), mark=Mark.MISSED, tone=Tone.BAD
    )
    table = numbers("marks", 3, 2)
    first = replace(
        table.rows[0], cells=(table.rows[0].cells[0], marked, replace(marked, faint=True))
    )
    return replace(
        sample.document(),
        blocks=(
            *sample.document().blocks,
            CalloutBlock(
                name="c1", title="Look", markdown="A [link](https://a.example).", tone=Tone.BAD
            ),
            CalloutBlock(name="c2", title=None, markdown="Good.", tone=Tone.GOOD),
            CalloutBlock(name="c3", title=None, markdown="Note.", tone=Tone.NEUTRAL),
            PageBreakBlock(),
            KpiBlock(name="few", title=None, cards=(few,)),
            replace(table, rows=(first, *table.rows[1:])),
            TextBlock(
                name="code",
                title=None,
                markdown="`code`\n\n# Head\n\n| a | b |\n|---|---|\n| 1 | 2 |",
            ),
        ),
    )


def documents(sample: ModuleType) -> dict[str, Document]:
    whole = everything(sample)
    return {
        "whole": whole,
        "empty": replace(whole, blocks=(), notices=(), subtitle=""),
        "wide": replace(whole, blocks=(numbers("wide", 5, 215),)),
        "long": replace(whole, blocks=tuple(numbers(f"long-{n}", 300, 5) for n in range(12))),
        "many": replace(whole, blocks=tuple(numbers(f"many-{n}", 30, 5) for n in range(90))),
        "rtl": replace(whole, language="ar", direction="rtl"),
    }


@pytest.mark.parametrize("name", ["whole", "empty", "wide", "long", "many", "rtl"])
def test_no_mail_breaks_a_rule(
    sample: ModuleType, look: Branding, rules: ModuleType, name: str
) -> None:
    made = MailRenderer().body(documents(sample)[name], look)
    assert rules.broken(made.html) == []
    assert len(made.html.encode()) <= LARGEST


@pytest.mark.parametrize(
    "theme",
    [
        {"accent": "#ffee00", "good": "#ffffff", "bad": "#000000"},
        {"accent": "#000000", "good": "#777777", "bad": "#ff00ff"},
    ],
)
def test_a_theme_cannot_make_a_mail_unreadable(
    sample: ModuleType, tmp_path: Path, rules: ModuleType, theme: dict[str, Any]
) -> None:
    made = MailRenderer().body(everything(sample), Branding(Theme(**theme), tmp_path))
    assert rules.broken(made.html) == []


def test_every_rule_of_the_document_has_a_check_and_every_check_can_fail(
    body: MailBody, rules: ModuleType
) -> None:
    said = (HERE.parents[1] / "docs/mail.md").read_text(encoding="utf-8")
    numbered = [int(line.split(".")[0]) for line in said.splitlines() if line[:1].isdigit()]
    assert numbered == list(rules.RULES)
    spoilt = {
        1: body.html.replace("</body>", "x" * LARGEST + "</body>"),
        2: body.html.replace('width="100%"', 'width="700"', 1),
        3: body.html.replace("table-layout:fixed", "display:flex", 1),
        4: body.html.replace('scope="row"', "", 1),
        5: body.html.replace("@media", "p { color: red } @media", 1),
        6: body.html.replace("font-size:13px", "font-size:1rem", 1),
        7: body.html.replace('bgcolor="#ffffff"', "", 1),
        8: body.html.replace("cid:", "https://a.example/", 1),
        9: body.html.replace("</body>", "<script></script></body>"),
        10: body.html.replace(' dir="ltr"', "", 1),
        11: body.html.replace("mso-hide:all", "", 1),
        12: body.html.replace("Arial, sans-serif", "Arial", 1),
        13: body.html.replace("color:#5a6761", "color:#c0c0c0", 1),
        14: body.html.replace("▲", ""),
    }
    for number, text in spoilt.items():
        assert any(line.startswith(f"{number}:") for line in rules.broken(text)), number


def test_a_mail_has_the_numbers_of_the_document(tree: HtmlElement, sample: ModuleType) -> None:
    values = texts(tree, "//*[starts-with(@class, 'value')]")
    assert values == [card.value.text for card in sample.kpis().cards]
    rows = tree.xpath("//h2[.='By network']/following::table[1]//tbody/tr")
    shown = [[" ".join(c.text_content().split()) for c in row] for row in rows]
    assert shown == [[cell.text for cell in row.cells] for row in sample.by_network().rows[:20]]


def test_a_card_says_change_target_and_sample_in_words(tree: HtmlElement) -> None:
    card = " ".join(tree.xpath("(//td[@class='card'])[2]")[0].text_content().split())
    assert card == (
        "Answer rate 58.7% ▼ −2.4 pp worse vs 61.1% ✗ Target ≥ 60.0% missed"
        " Attempted outbound calls: 41,377"
    )
    first = " ".join(tree.xpath("(//td[@class='card'])[1]")[0].text_content().split())
    assert first == "Total calls 48,213 ▲ +4.5% better · +2,093 vs 46,120"


def test_what_is_cut_is_said(sample: ModuleType, look: Branding) -> None:
    made = MailRenderer().body(documents(sample)["wide"], look)
    tree = html.document_fromstring(made.html)
    assert texts(tree, "//div[contains(@class, 'note')]") == [
        "210 more columns are in the full report."
    ]
    made = MailRenderer().body(documents(sample)["long"], look)
    said = texts(html.document_fromstring(made.html), "//div[contains(@class, 'note')]")
    assert len(said) == 12
    assert len(set(said)) == 1
    shown = made.html.count(">Group ") // 12 - 2
    assert said[0] == f"{300 - shown} more rows are in the full report."
    assert made.html.count(">Group -2<") == 12  # every total is there


def test_where_rows_are_not_enough_sections_at_the_end_are_left_out(
    sample: ModuleType, look: Branding
) -> None:
    made = MailRenderer().body(documents(sample)["many"], look)
    tree = html.document_fromstring(made.html)
    shown = len(tree.xpath("//h2"))
    assert 0 < shown < 90
    assert texts(tree, "//td[contains(@class, 'note')]") == [
        f"{90 - shown} more sections are in the full report."
    ]
    assert texts(tree, "//h2") == [f"Many-{n}" for n in range(shown)]


def test_a_mail_that_cannot_be_cut_enough_is_an_error(sample: ModuleType, look: Branding) -> None:
    document = replace(sample.document(), title="x" * 60_000)
    with pytest.raises(RenderError, match="more than 100,000 bytes without any section"):
        MailRenderer().body(document, look)


def test_columns_of_the_comparison_go_first() -> None:
    cut = cut_to(numbers("t", 2, 7, previous=3), rows=1)
    assert [head.label for head in cut.block.heads] == [
        "Group",
        *(f"Metric {n}" for n in range(4)),
    ]
    assert (cut.rows, cut.columns) == (1, 3)
    assert [row.kind for row in cut.block.rows] == [RowKind.BODY, RowKind.OTHER, RowKind.TOTAL]


def test_of_two_sources_the_differences_stay_and_what_is_out_of_bounds() -> None:
    roles = [HeadRole.METRIC, HeadRole.AGAINST, HeadRole.DEVIATION]
    kinds = [HeadRole.DIMENSION, HeadRole.DIMENSION, *roles * 2]
    heads = tuple(
        Head(name=f"C{i}", label=f"C{i}", role=role, kind=Kind.NUMBER)
        for i, role in enumerate(kinds)
    )
    rows = [
        BlockRow(
            RowKind.BODY,
            tuple(
                Cell(value=n, text=str(n), mark=Mark.OUT if (n, i) in ((7, 4), (9, 7)) else None)
                for i in range(len(heads))
            ),
        )
        for n in range(10)
    ]
    table = TableBlock(name="t", title="T", heads=heads, rows=tuple(rows))
    cut = cut_to(table, rows=3)
    assert [head.name for head in cut.block.heads] == ["C0", "C1", "C4", "C7"]
    assert [row.cells[0].value for row in cut.block.rows] == [0, 7, 9]
    assert (cut.rows, cut.columns) == (7, 4)
    assert [row.cells[0].value for row in cut_to(table, rows=1).block.rows] == [7]


def test_a_table_that_fits_is_not_cut() -> None:
    block = numbers("t", 3, 5)
    assert cut_to(block, rows=3).block == block


def test_pictures_are_png_of_twice_their_size_each_once(body: MailBody) -> None:
    assert len({image.cid for image in body.images}) == len(body.images)
    for image in body.images:
        assert body.html.count(f"cid:{image.cid}") == 1
        with Image.open(BytesIO(image.content)) as opened:
            assert (opened.format, opened.mode) == ("PNG", "RGB")
            assert abs(opened.width - 2 * image.width) <= 2
            assert abs(opened.height - 2 * image.height) <= 2
            assert len(opened.getcolors(100_000) or ()) > 5  # something is drawn
    assert sum(len(image.content) for image in body.images) < 400_000


def test_what_is_drawn_thinly_keeps_its_tint(body: MailBody) -> None:
    line = next(image for image in body.images if "TOTAL_CALL_COUNT" in image.cid)
    with Image.open(BytesIO(line.content)) as opened:
        red, green, blue = opened.getpixel((60, 85))  # under the line
    assert green > red + 3
    assert green > blue
    assert red > 220


def test_the_file_has_its_pictures_in_it(
    sample: ModuleType, look: Branding, body: MailBody
) -> None:
    (made,) = MailRenderer().render(sample.document(), "review", look)
    assert made.file_name == "review.mail.html"
    text = made.content.decode()
    assert "cid:" not in text
    assert text.count("data:image/png;base64,") == len(body.images)


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_logo_of_a_mail_is_png_on_a_ground(
    sample: ModuleType, tmp_path: Path, ending: str
) -> None:
    look = sample.branding(tmp_path)
    if ending == "png":
        Image.new("RGBA", (600, 60), (0, 0, 0, 0)).save(tmp_path / "logo.png")
        look = Branding(Theme(logo="logo.png"), tmp_path)
    made = MailRenderer().body(replace(sample.document(), blocks=()), look)
    (image,) = made.images
    assert image.cid.startswith("logo.")
    assert (image.width, image.height) == ((240, 24) if ending == "png" else (132, 32))


def test_a_logo_that_is_no_picture_is_an_error(sample: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with pytest.raises(RenderError, match="the logo is no PNG picture"):
        MailRenderer().body(sample.document(), Branding(Theme(logo="logo.png"), tmp_path))


def test_what_comes_from_data_is_escaped(tree: HtmlElement, body: MailBody) -> None:
    assert "<script" not in body.html
    assert texts(tree, "//th[contains(., 'Österreich')]") == [
        "<script>alert('Österreich')</script>"
    ]


def test_plain_text_has_figures_tables_and_texts(body: MailBody) -> None:
    lines = body.text.splitlines()
    assert lines[:2] == ["Voice & Video: monthly business review", "=" * 38]
    assert "Total calls              48,213  +4.5% (+2,093) vs 46,120" in lines
    assert "Answer rate               58.7%  −2.4 pp vs 61.1%; Target ≥ 60.0% missed" in lines
    assert "  The source has no column amd_result." in lines
    assert "Total calls per day run between 800 and 2,300, with a dip on 21 October." in lines
    item = lines.index(
        "- On **21 October** an operator incident in Germany cost about 900 answered"
    )
    assert lines[item + 1] == "  calls."
    head = next(
        n for n, line in enumerate(lines) if line.startswith("Country ") and "Failed" in line
    )
    assert lines[head + 2] == (
        "Germany                 Network 01 Telecom      4,000   66.0%     130"
    )
    assert "30 more rows are in the full report." in lines
    assert max(map(len, lines)) <= 80
    assert body.text.endswith("Made with: Reporter 0.1.0\n")


def test_a_card_alone_of_a_wide_table_in_plain_text(sample: ModuleType, look: Branding) -> None:
    card = KpiCard(name="A", label="A", description="", value=sample.count(1))
    wide = numbers("wide", 1, 5)
    heads = tuple(replace(head, label=f"A very-long-label {'x' * 20}") for head in wide.heads)
    document = replace(
        sample.document(),
        blocks=(KpiBlock(name="k", title=None, cards=(card,)), replace(wide, heads=heads)),
    )
    text = MailRenderer().body(document, look).text
    assert "\nA  1\n" in text
    assert "3 more columns are in the full report." in text


def test_the_preheader_is_the_first_figures(tree: HtmlElement) -> None:
    (said,) = texts(tree, "//*[@class='preheader']")
    assert said == (
        "Total calls: 48,213 (+4.5%) · Answer rate: 58.7% (−2.4 pp)"
        " · Answer seizure ratio: 77.3% (+0.3 pp)"
    )


def test_without_figures_the_preheader_is_the_subtitle(sample: ModuleType, look: Branding) -> None:
    made = MailRenderer().body(replace(sample.document(), blocks=()), look)
    tree = html.document_fromstring(made.html)
    assert texts(tree, "//*[@class='preheader']") == [sample.document().subtitle]


def test_the_dark_and_telephones_have_rules_behind_the_charset(body: MailBody) -> None:
    assert body.html.index("charset") < 200
    assert "@media (prefers-color-scheme: dark)" in body.html
    assert "@media (max-width: 480px)" in body.html


@pytest.mark.slow
def test_two_processes_write_the_same_mail(tmp_path: Path, body: MailBody) -> None:
    program = (
        "import sys, pathlib\n"
        f"sys.path.insert(0, {str(HERE)!r})\n"
        "import sample_document\n"
        "from reporter.output.mail.renderer import MailRenderer\n"
        f"look = sample_document.branding(pathlib.Path({str(tmp_path)!r}))\n"
        "made = MailRenderer().body(sample_document.document(), look)\n"
        "sys.stdout.buffer.write(made.html.encode() + b''.join(i.content for i in made.images))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=60
    )
    expected = body.html.encode() + b"".join(image.content for image in body.images)
    assert done.stdout == expected


def test_a_value_goes_with_its_change() -> None:
    pair = [HeadRole.METRIC, HeadRole.PREVIOUS, HeadRole.CHANGE]
    roles = [HeadRole.DIMENSION, *pair * 3]
    heads = tuple(
        Head(name=f"C{i}", label=f"C{i}", role=role, kind=Kind.NUMBER)
        for i, role in enumerate(roles)
    )
    cells = tuple(Cell(value=i, text=str(i)) for i in range(len(heads)))
    table = TableBlock(name="t", title="T", heads=heads, rows=(BlockRow(RowKind.BODY, cells),))
    cut = cut_to(table, rows=3)
    assert [head.name for head in cut.block.heads] == ["C0", "C1", "C3", "C4", "C6"]
    assert cut.columns == 5


def test_content_ids_need_no_folding(sample: ModuleType, look: Branding) -> None:
    long = {"name": "x" * 200}
    cards = tuple(replace(card, name=f"{card.name}{'Y' * 90}") for card in sample.kpis().cards)
    document = replace(sample.document(), blocks=(replace(sample.kpis(), cards=cards, **long),))
    images = MailRenderer().body(document, look).images
    assert len({image.cid for image in images}) == len(images) > 2
    assert max(len(f"Content-ID: <{image.cid}>") for image in images) < 78
