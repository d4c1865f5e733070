"""Cover and contents: what is on them, and where the contents lead."""

import io
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from pypdf import PdfReader

from reporter.document.model import PageBreakBlock, TextBlock
from reporter.document.values import Cell
from reporter.output.pdf import PdfRenderer, front
from reporter.spec.model import PdfOptions


def read(content: bytes) -> list[str]:
    return [" ".join(p.extract_text().split()) for p in PdfReader(io.BytesIO(content)).pages]


def made(sample: ModuleType, folder: Path, document: object, **options: object) -> bytes:
    (found,) = PdfRenderer(PdfOptions(**options)).render(
        document, "review", sample.branding(folder)
    )
    return found.content


@pytest.fixture(scope="module")
def covered(sample: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("covered")
    return made(sample, folder, sample.document(), cover=True, contents="always")


def test_the_cover_says_what_it_is_and_nothing_else(covered: bytes) -> None:
    cover, contents, *_ = read(covered)
    for said in (
        "Voice & Video: monthly business review",
        "Volumes, answer rates and failures of all voice traffic",
        "October 2026",
        "compared with September 2026",
        "31 Oct 2026, 23:59",
        "Direction: Outbound, Inbound",
        "Spec version 4f2a9c1d7e60",
        "Reporter 0.1.0",
    ):
        assert said in cover
    assert " / " not in cover
    assert contents.startswith("Contents")


def test_the_cover_stands_for_the_head(covered: bytes) -> None:
    text = " ".join(read(covered)[1:])
    assert "Volumes, answer rates and failures of all voice traffic" not in text


def test_the_contents_lead_to_the_pages_they_name(covered: bytes, sample: ModuleType) -> None:
    reader = PdfReader(io.BytesIO(covered))
    pages = read(covered)
    places = {
        name: reader.get_destination_page_number(d) for name, d in reader.named_destinations.items()
    }
    titled = [block for block in sample.document().blocks if block.title]
    links = [a.get_object() for a in reader.pages[1]["/Annots"]]
    assert [link["/Contents"] for link in links] == [
        *(block.title for block in titled),
        "About these numbers",
    ]
    for link in links:
        number = places[link["/Dest"]] + 1
        assert f"{link['/Contents']} {number}" in pages[1]
        assert link["/Contents"] in pages[number - 1]
    assert len({places[link["/Dest"]] for link in links}) > 2


def test_contents_come_by_themselves_where_a_report_is_long(sample: ModuleType) -> None:
    document = sample.document()
    assert [entry.title for entry in front.contents(document, "auto")] == [
        block.title for block in document.blocks if block.title
    ]
    short = msgspec.structs.replace(document, blocks=document.blocks[:4])
    assert front.contents(short, "auto") == ()
    assert len(front.contents(short, "always")) == len([b for b in short.blocks if b.title])
    assert front.contents(document, "never") == ()


@pytest.mark.unmeasured
@pytest.mark.slow
def test_pages_are_guessed_about_right(sample: ModuleType, tmp_path: Path) -> None:
    text = TextBlock(name="t", title="Text", markdown="A sentence of some length. " * 120)
    for blocks in (
        (sample.by_network(120),),
        tuple(msgspec.structs.replace(sample.by_country(), name=f"c{n}") for n in range(12)),
        tuple(msgspec.structs.replace(text, name=f"t{n}") for n in range(12)),
        (
            sample.kpis(),
            PageBreakBlock(),
            sample.kpis(),
            PageBreakBlock(),
            *sample.document().blocks,
        ),
    ):
        document = msgspec.structs.replace(sample.document(), notices=(), blocks=blocks)
        real = len(read(made(sample, tmp_path, document, contents="never"))) - 1
        assert 0.6 * real <= front.pages(blocks) <= 1.4 * real, (front.pages(blocks), real)


def test_the_skyline_is_the_first_card_with_a_whole_course(sample: ModuleType) -> None:
    found = front.skyline(sample.document())
    assert found is not None
    card = next(card for card in sample.kpis().cards if card.course)
    values = [cell.value for cell in card.course]
    assert found.heights == tuple(round(v / max(values), 4) for v in values)
    assert card.label in found.caption
    assert card.course[-1].text in found.label


def test_there_is_no_skyline_of_gaps_of_little_or_of_losses(sample: ModuleType) -> None:
    block = sample.kpis()
    card = next(card for card in block.cards if card.course)

    def skyline(*values: float | None) -> object:
        course = tuple(Cell(value=value, text=str(value)) for value in values)
        changed = msgspec.structs.replace(card, course=course, course_steps=course)
        blocks = (msgspec.structs.replace(block, cards=(changed,)),)
        return front.skyline(msgspec.structs.replace(sample.document(), blocks=blocks))

    assert skyline(1, 2, 3, 4) is not None
    assert skyline(1, 2, None, 4, 5) is None
    assert skyline(1, 2, 3) is None
    assert skyline(1, 2, 3, 4, -5) is None
    assert skyline(0, 0, 0, 0, 0) is None
