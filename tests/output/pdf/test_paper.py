"""Paper: its size, how densely it is printed, and what stands beside and below what."""

import io
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from pypdf import PdfReader

from reporter.document.model import PageBreakBlock, TextBlock
from reporter.output.base import Branding
from reporter.output.look.colour import contrast, palette
from reporter.output.pdf import PdfRenderer, front
from reporter.settings import Theme
from reporter.spec.model import PdfOptions

POINTS = 72 / 25.4


def read(document: object, look: Branding, **options: object) -> PdfReader:
    (made,) = PdfRenderer(PdfOptions(**options)).render(document, "review", look)
    return PdfReader(io.BytesIO(made.content))


def themed(look: Branding, **theme: str) -> Branding:
    return Branding(msgspec.structs.replace(look.theme, **theme), look.folder)


def words(name: str, **changes: object) -> TextBlock:
    return TextBlock(name=name, title=f"Title {name}", markdown=f"Words {name}", **changes)


def places(reader: PdfReader) -> dict[str, tuple[int, float, float]]:
    """Page, x and y of the titles."""
    found = {}
    for number, page in enumerate(reader.pages):

        def see(
            text: str, cm: list[float], tm: list[float], *_: object, number: int = number
        ) -> None:
            if text.strip().startswith("Title "):
                found.setdefault(
                    text.strip(), (number, cm[4] + tm[4] * cm[0], cm[5] + tm[5] * cm[3])
                )

        page.extract_text(visitor_text=see)
    return found


@pytest.mark.parametrize(
    ("name", "width", "height"), [(None, 210, 297), ("A4", 210, 297), ("Letter", 215.9, 279.4)]
)
def test_all_pages_have_the_size_of_the_theme(
    sample: ModuleType, tmp_path: Path, name: str, width: float, height: float
) -> None:
    look = themed(sample.branding(tmp_path), page_size=name)
    blocks = (sample.kpis(), words("a"))
    document = msgspec.structs.replace(sample.document(), blocks=blocks)
    for page in read(document, look, cover=True).pages:
        assert float(page.mediabox.width) == pytest.approx(width * POINTS, abs=0.1)
        assert float(page.mediabox.height) == pytest.approx(height * POINTS, abs=0.1)


def test_compact_holds_more_on_a_page(sample: ModuleType, tmp_path: Path) -> None:
    look = sample.branding(tmp_path)
    document = msgspec.structs.replace(sample.document(), blocks=(sample.by_network(60),))

    def rows_on_first(density: str) -> int:
        reader = read(document, themed(look, density=density))
        return reader.pages[0].extract_text().count("Telecom")

    assert rows_on_first("compact") > 1.2 * rows_on_first("comfortable")


def test_narrow_blocks_stand_beside_each_other(sample: ModuleType, tmp_path: Path) -> None:
    blocks = (
        words("a", width="half"),
        words("b", width="half"),
        words("c", width="third"),
        words("d", width="third"),
        words("e", width="third"),
        words("f"),
    )
    document = msgspec.structs.replace(sample.document(), notices=(), blocks=blocks)
    at = places(read(document, sample.branding(tmp_path)))
    a, b, c, d, e, f = (at[f"Title {name}"] for name in "abcdef")
    assert a[2] == pytest.approx(b[2])
    assert c[2] == pytest.approx(d[2]) == pytest.approx(e[2])
    assert a[2] > c[2] > f[2]
    assert a[1] == pytest.approx(c[1]) == pytest.approx(f[1])
    assert b[1] - a[1] == pytest.approx((178 + 8) / 2 * POINTS, abs=1)
    assert e[1] - d[1] == pytest.approx(d[1] - c[1], abs=1)
    assert d[1] - c[1] == pytest.approx((178 + 8) / 3 * POINTS, abs=1)


def test_a_page_break_breaks_and_leaves_no_room(sample: ModuleType, tmp_path: Path) -> None:
    blocks = (words("a"), PageBreakBlock(), words("b"), PageBreakBlock(), words("c"))
    document = msgspec.structs.replace(sample.document(), notices=(), blocks=blocks)
    at = places(read(document, sample.branding(tmp_path)))
    assert [at[f"Title {name}"][0] for name in "abc"] == [0, 1, 2]
    assert at["Title b"][2] == pytest.approx(at["Title c"][2])


@pytest.mark.parametrize("notices", [(), ("Something to know.",)])
def test_what_stands_before_a_turned_table_stands_on_its_page(
    sample: ModuleType, long_sample: ModuleType, tmp_path: Path, notices: tuple[str, ...]
) -> None:
    block = long_sample.table(8)
    more = tuple(msgspec.structs.replace(head, name=f"{head.name}_2") for head in block.heads[2:6])
    rows = tuple(msgspec.structs.replace(r, cells=r.cells + r.cells[2:6]) for r in block.rows)
    table = msgspec.structs.replace(block, heads=block.heads + more, rows=rows)
    document = msgspec.structs.replace(
        sample.document(), notices=notices, blocks=(table, words("a"))
    )
    first, second, *_ = read(document, sample.branding(tmp_path)).pages
    assert first.mediabox.width > first.mediabox.height
    shown = first.extract_text()
    assert document.title in shown
    assert block.rows[0].cells[0].text in shown
    assert second.mediabox.width < second.mediabox.height
    assert "Title a" in second.extract_text()


@pytest.mark.slow
def test_a_table_of_twelve_rows_is_not_torn(sample: ModuleType, tmp_path: Path) -> None:
    look = sample.branding(tmp_path)
    table = sample.by_network(12)
    before = 0
    for lines in range(8, 30, 4):
        filler = TextBlock(name="f", title=None, markdown="\n\n".join(["Line"] * lines))
        blocks = (filler, table)
        document = msgspec.structs.replace(sample.document(), notices=(), blocks=blocks)
        counts = [page.extract_text().count("Telecom") for page in read(document, look).pages]
        assert [n for n in counts if n] == [12]
        before += counts[0] == 0
    assert before


@pytest.mark.parametrize(
    "accent", ["#0b6e4f", "#ffb000", "#ffffff", "#000000", "#2f4bd8", "#e85d75"]
)
def test_the_text_on_a_cover_can_be_read(accent: str) -> None:
    ground = front.ground(palette(accent).light)
    assert contrast(ground.fill, ground.text) >= 4.5


def test_a_theme_says_its_sheet() -> None:
    from reporter.output.pdf.renderer import Sheet, sheet  # noqa: PLC0415 - of this test alone

    assert sheet(Theme()) == Sheet(210, 297, compact=False)
    assert sheet(Theme(page_size="Letter", density="compact")) == Sheet(215.9, 279.4, compact=True)
