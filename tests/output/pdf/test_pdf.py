"""The PDF report, read back with pypdf."""

import gc
import io
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from reporter.document.model import TextBlock
from reporter.errors import RenderError
from reporter.output.pdf import PdfRenderer

HERE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def reader(sample_pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(sample_pdf))


@pytest.fixture(scope="module")
def pages(reader: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def structure(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every element of the structure tree."""
    waiting = [reader.root_object["/StructTreeRoot"]]
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            found = found.get_object()
        if not isinstance(found, DictionaryObject):
            continue
        if "/S" in found:
            yield found
        kids = found.get("/K", [])
        kids = kids.get_object() if isinstance(kids, IndirectObject) else kids
        waiting += list(kids) if isinstance(kids, list) else [kids]


def titles(outline: list) -> list[str]:
    flat = []
    for entry in outline:
        flat += titles(entry) if isinstance(entry, list) else [entry.title]
    return flat


def one_block(sample: ModuleType, markdown: str) -> object:
    text = TextBlock(name="text", title="Text", markdown=markdown)
    return msgspec.structs.replace(sample.document(), blocks=(text,))


def test_artifact_is_named_by_its_stem(sample: ModuleType, tmp_path: Path) -> None:
    (made,) = PdfRenderer().render(one_block(sample, "Short."), "review", sample.branding(tmp_path))
    assert (made.file_name, made.media_type) == ("review.pdf", "application/pdf")
    assert made.content.startswith(b"%PDF-1.7")


def test_values_of_cards_and_tables_are_in_the_text(pages: list[str], sample: ModuleType) -> None:
    text = " ".join(pages)
    for card in sample.kpis().cards:
        assert card.value.text in text
        assert card.label in text
    for block in (sample.by_country(), sample.by_network()):
        for row in block.rows:
            for cell in row.cells[1:]:
                assert cell.text in text


def test_charts_are_vectors_with_real_text(reader: PdfReader, pages: list[str]) -> None:
    text = " ".join(pages)
    assert "Total, September" in text
    assert "Network congestion" in text
    assert "21 Oct" in text
    images = [
        name
        for page in reader.pages
        for name, found in page["/Resources"].get("/XObject", {}).items()
        if found.get_object().get("/Subtype") == "/Image"
    ]
    assert images == []


def test_each_page_has_title_period_and_number(pages: list[str]) -> None:
    assert len(pages) == 5
    for number, page in enumerate(pages, start=1):
        assert "Voice & Video: monthly business review" in page
        assert "October 2026" in page
        assert f"{number} / {len(pages)}" in page


def test_heads_are_repeated_on_the_next_page(pages: list[str]) -> None:
    parts = [page for page in pages if "Telecom" in page]
    assert len(parts) >= 2
    assert all("Country Network Attempted calls" in page for page in parts)


@pytest.mark.slow
def test_no_table_ends_with_less_than_five_rows_on_a_page(
    sample: ModuleType, tmp_path: Path
) -> None:
    counts = set()
    for rows in range(36, 46, 2):
        document = msgspec.structs.replace(
            sample.document(), notices=(), blocks=(sample.by_network(rows),)
        )
        (made,) = PdfRenderer().render(document, "review", sample.branding(tmp_path))
        found = [
            page.extract_text().count("Telecom")
            for page in PdfReader(io.BytesIO(made.content)).pages
        ]
        counts.add(tuple(n for n in found if n))
    assert any(len(n) == 2 for n in counts)
    assert all(min(n) >= 5 for n in counts)


def test_a_wide_table_stands_on_a_turned_page(sample: ModuleType, tmp_path: Path) -> None:
    block = sample.by_country()
    doubled = msgspec.structs.replace(
        block,
        heads=block.heads + block.heads[1:],
        rows=tuple(
            msgspec.structs.replace(row, cells=row.cells + row.cells[1:]) for row in block.rows
        ),
    )
    document = msgspec.structs.replace(
        sample.document(), blocks=(sample.kpis(), doubled, sample.failures())
    )
    (made,) = PdfRenderer().render(document, "review", sample.branding(tmp_path))
    pages = PdfReader(io.BytesIO(made.content)).pages
    turned = [page.mediabox.width > page.mediabox.height for page in pages]
    assert turned == [False, True, False]
    assert "By country" in pages[1].extract_text()
    (tmp_path / "wide.pdf").write_bytes(made.content)


def test_metadata_says_what_it_is_and_carries_no_time_of_the_run(reader: PdfReader) -> None:
    found = reader.metadata
    assert found is not None
    assert found.title == "Voice & Video: monthly business review · October 2026"
    assert found.subject == "Volumes, answer rates and failures of all voice traffic"
    assert found["/CreationDate"] == "D:20261101000000+00'00"
    assert found["/ModDate"] == "D:20261101000000+00'00"
    assert found["/Creator"] == "Reporter 0.1.0"
    assert "monthly-voice-review" in found["/Keywords"]
    assert reader.root_object["/Lang"] == "en-GB"


def test_bookmarks_are_the_headings(reader: PdfReader) -> None:
    assert titles(reader.outline) == [
        "Voice & Video: monthly business review",
        "At a glance",
        "Calls per day",
        "By country",
        "Answer rate per day",
        "Answering machines",
        "Outcomes per week",
        "Failures by cause",
        "By network",
        "About these numbers",
        "Definitions",
        "Records that could not be used",
    ]


def test_structure_tree_is_there_and_every_drawing_has_a_text(reader: PdfReader) -> None:
    elements = list(structure(reader))
    kinds = Counter(element["/S"] for element in elements)
    assert kinds["/H1"] == 1
    assert kinds["/H2"] == 10  # with the contents
    assert kinds["/TD"] > 300
    assert kinds["/TH"] > 60
    drawings = [element for element in elements if element["/S"] == "/Figure"]
    assert len(drawings) == 1 + 6 + 4  # logo, sparklines, charts
    assert all(element.get("/Alt") for element in drawings)


def test_it_claims_to_be_accessible(reader: PdfReader) -> None:
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]


def test_only_our_fonts_are_in_it_and_all_are_embedded(reader: PdfReader) -> None:
    fonts = [
        font.get_object()
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    ]
    assert {font["/BaseFont"].split("+")[1] for font in fonts} == {
        "Inter-Report",
        "Inter-Report-Italic",
        "Inter-Report-Medium",
        "Inter-Report-Semi-Bold",
        "Inter-Report-Display-Semi-Bold",
    }
    descriptors = [f["/DescendantFonts"][0].get_object()["/FontDescriptor"] for f in fonts]
    assert all("/FontFile2" in d or "/FontFile3" in d for d in descriptors)


def test_about_these_numbers_is_the_last_section(pages: list[str]) -> None:
    last = pages[-1]
    assert "About these numbers" in last
    for fact in (
        "Europe/Zagreb",
        "September 2026",
        "Direction: Outbound, Inbound",
        "31 Oct 2026, 23:59",
        "4f2a9c1d7e60",
        "Reporter 0.1.0",
        "TOTAL_CALL_DURATION / TOTAL_ANSWERED_CALL_COUNT",
        "calls-2026-10.csv:2210",
    ):
        assert fact in last


def style_of_its_own(folder: Path, address: str) -> None:
    styles = folder / "templates" / "styles"
    styles.mkdir(parents=True, exist_ok=True)
    (styles / "print.css.j2").write_text(f"body {{ background: url({address}) }}", encoding="utf-8")


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png"])
def test_a_template_cannot_load_other_files(
    sample: ModuleType, tmp_path: Path, address: str
) -> None:
    style_of_its_own(tmp_path, address)
    with pytest.raises(RenderError) as caught:
        PdfRenderer().render(one_block(sample, "Text."), "review", sample.branding(tmp_path))
    assert caught.value.message == f"a page may not load {address}"


def test_a_template_can_load_a_file_of_its_folder(sample: ModuleType, tmp_path: Path) -> None:
    look = sample.branding(tmp_path)
    style_of_its_own(tmp_path, "templates:pattern.svg")
    with pytest.raises(RenderError) as caught:
        PdfRenderer().render(one_block(sample, "Text."), "review", look)
    assert caught.value.message == "there is no file 'pattern.svg' among the templates"
    (tmp_path / "templates" / "pattern.svg").write_text(sample.LOGO, encoding="utf-8")
    (made,) = PdfRenderer().render(one_block(sample, "Text."), "review", look)
    assert made.content.startswith(b"%PDF")


def test_garbage_collection_is_left_as_it_was(sample: ModuleType, tmp_path: Path) -> None:
    look = sample.branding(tmp_path)
    for was_on in (False, True):
        (gc.enable if was_on else gc.disable)()
        try:
            PdfRenderer().render(one_block(sample, "Text."), "review", look)
            assert gc.isenabled() is was_on
        finally:
            gc.enable()


@pytest.mark.slow
def test_two_processes_write_the_same_bytes(tmp_path: Path, sample_pdf: bytes) -> None:
    program = (
        "import sys, pathlib\n"
        f"sys.path.insert(0, {str(HERE)!r})\n"
        "import sample_document\n"
        "from reporter.output.pdf import PdfRenderer\n"
        f"look = sample_document.branding(pathlib.Path({str(tmp_path)!r}))\n"
        "(made,) = PdfRenderer().render(sample_document.document(), 'review', look)\n"
        "sys.stdout.buffer.write(made.content)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=120
    )
    assert done.stdout == sample_pdf
