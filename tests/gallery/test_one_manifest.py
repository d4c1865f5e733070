"""Every number in every output is the number of one manifest: the report's JSON.

Unrounded in JSON, CSV and Excel; rounded half up and written for the report's readers in the PDF,
the page and the mail. Nothing is missing, and nothing is there that the manifest does not have.
"""

import csv
import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from editions import Made
from figures import Texts
from manifest import Card, Grid, Label, Manifest, every_number, manifest
from pypdf import PdfReader
from read_html import NUMBER, Page, text
from read_mail import Mail
from read_pdf import Pdf
from read_workbook import Filled, cells, tables
from writing import NBSP, NOTHING, Number

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]

SECONDS_OF_DAY = 86_400


@pytest.fixture
def numbers(made: Made) -> Manifest:
    return manifest(made.document)


def written(grid: Grid, locale: str, texts: list[list[str]]) -> list[list[str]]:
    """A grid as readers see it; its labels as they were found."""
    assert len(texts) == len(grid.rows), grid.name
    return [
        [
            found if isinstance(place, Label) else place.written(locale)
            for place, found in zip(row, line, strict=True)
        ]
        for row, line in zip(grid.rows, texts, strict=True)
    ]


def check_card(card: Card, text: str, locale: str) -> None:
    """A card shows its value, what it was, its target and its sample, and no other number."""
    found = Counter(NUMBER.findall(text))
    parts = (card.value, card.previous, card.relative or card.absolute, card.sample)
    must = {p.written(locale) for p in parts if p is not None and p.value is not None}
    may = {n.written(locale) for n in (card.absolute, card.relative, *card.course) if n is not None}
    if card.target is not None:
        must.add(card.target)
    assert must <= set(found), (card.name, text)
    assert set(found) <= must | may, (card.name, text)


def test_every_value_is_a_number(made: Made, numbers: Manifest) -> None:
    every = list(every_number(numbers))
    assert len(every) > 50
    assert {type(n.value) for n in every if n.value is not None} <= {int, Decimal}
    assert made.document["blocks"]


def test_the_page_shows_tables_and_charts(made: Made, numbers: Manifest) -> None:
    page = Page(made.file(".html"))
    for name, grid in numbers.grids.items():
        found = page.rows(name)
        assert found == written(grid, numbers.locale, found), name


def test_a_page_has_no_other_numbers(made: Made, numbers: Manifest) -> None:
    """What a block says beside its cells is in its title, its heads and its notes."""
    page = Page(made.file(".html"))
    blocks = {block["name"]: block for block in made.document["blocks"]}
    for name in numbers.grids:
        found = tokens(text(page.block(name)))
        found -= tokens(*(cell for row in page.rows(name) for cell in row), *page.around(name))
        assert set(found) <= set(tokens(*said_around(blocks[name]))), name


def test_drawings_show_no_other_numbers(made: Made, numbers: Manifest) -> None:
    """What is drawn beside a bar or a line is one of the block's numbers or labels."""
    page = Page(made.file(".html"))
    for block in made.document["blocks"]:
        if block["type"] == "chart":
            name = block["name"]
            wholes = [Number(value, block["format"]) for value in block.get("wholes", ())]
            every = (*numbers.grids[name].numbers, *wholes)
            known = {number.written(numbers.locale) for number in every}
            labels = (row[0] for row in page.rows(name))
            known |= set(tokens(*labels, *page.around(name), *said_around(block)))
            assert set(tokens(*page.drawn(name))) <= known, name
            short = {number.written(numbers.locale, 0) for number in every}
            assert set(tokens(*page.cells(name))) <= known | short, name


def tokens(*texts: str) -> Counter[str]:
    """The numbers in some texts, each as often as it stands there."""
    return Counter(number for text in texts for number in NUMBER.findall(text))


def said_around(block: dict[str, Any]) -> Iterator[str]:
    """The words of a block that JSON has beside its numbers."""
    yield block["title"]
    yield from block["notes"]
    yield from (series["label"] for series in block.get("series", ()))
    yield from (mark["label"] + mark["date"] for mark in block.get("annotations", ()))


def test_the_page_shows_cards(made: Made, numbers: Manifest) -> None:
    page = Page(made.file(".html"))
    for name, cards in numbers.cards.items():
        for card, said in zip(cards, page.cards(name), strict=True):
            check_card(card, said.replace(card.label, ""), numbers.locale)


def test_texts_say_what_the_source_says(made: Made, numbers: Manifest) -> None:
    texts = Texts(made)
    for section, markdown in zip(texts.sections(), numbers.texts.values(), strict=True):
        assert set(NUMBER.findall(markdown)) <= texts.possible(section)


def test_the_page_shows_the_numbers_of_texts(made: Made, numbers: Manifest) -> None:
    page = Page(made.file(".html"))
    for name, markdown in numbers.texts.items():
        assert NUMBER.findall(page.prose(name)) == NUMBER.findall(markdown), name


def test_the_pdf_shows_cards(made: Made, numbers: Manifest) -> None:
    items = iter([item.words() for item in Pdf(made.file(".pdf")).root.all("LI")])
    for cards in numbers.cards.values():
        for card in cards:
            said = next(item for item in items if item.startswith(card.label))
            check_card(card, said.removeprefix(card.label), numbers.locale)


def test_the_pdf_shows_the_numbers_of_texts(made: Made, numbers: Manifest) -> None:
    pdf = Pdf(made.file(".pdf"))
    everything = NUMBER.findall(pdf.root.words())
    for name, markdown in numbers.texts.items():
        found = NUMBER.findall(markdown)
        assert any(everything[i : i + len(found)] == found for i in range(len(everything))), name


def test_the_pdf_shows_tables(made: Made, numbers: Manifest) -> None:
    pdf = Pdf(made.file(".pdf"))
    for block in made.document["blocks"]:
        if block["type"] == "table":
            grid = numbers.grids[block["name"]]
            found = pdf.rows(grid.title)
            assert found == written(grid, numbers.locale, found), grid.name


def test_a_pdf_has_no_other_numbers(made: Made) -> None:
    pdf = Pdf(made.file(".pdf"))
    for block in made.document["blocks"]:
        if block["type"] == "table":
            title = block["title"]
            found = tokens(pdf.section(title).words())
            cells_of = (cell for row in pdf.rows(title) for cell in row)
            found -= tokens(*cells_of, *pdf.around(title))
            assert set(found) <= set(tokens(*said_around(block))), title


def test_what_a_pdf_draws_is_known(made: Made, numbers: Manifest) -> None:
    """On its pages, beside what the structure tree has, are drawings, page numbers and heads."""
    path = made.file(".pdf")
    page = Page(made.file(".html"))
    found = tokens(on_paper(path)) - tokens(Pdf(path).root.words())
    known = {n.written(numbers.locale) for n in every_number(numbers)}
    for block in made.document["blocks"]:
        name = block["name"]
        known |= set(tokens(*page.drawn(name), *page.ticks(name), *page.cells(name)))
    known |= set(tokens(made.document["title"], made.document["provenance"]["period"]))
    known |= {str(number) for number in range(1, len(PdfReader(path).pages) + 1)}
    assert set(found) <= known


def on_paper(path: Path) -> str:
    """All words on the pages of a PDF; a unit keeps to its number."""
    words = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"],  # noqa: S607 - on every system elsewhere
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return re.sub(r"(?<=\d) (?=%|€(?!\d)|pp|PP|p\.)", NBSP, words)


def test_pictures_are_described_with_known_numbers(made: Made, numbers: Manifest) -> None:
    """What is said of a chart or of a card's line, on the page and in the mail."""
    page = Page(made.file(".html"))
    known = set[str]()
    for block in made.document["blocks"]:
        name = block["name"]
        if block["type"] == "chart":
            own = {n.written(numbers.locale) for n in numbers.grids[name].numbers}
            own |= {n.written(numbers.locale) for n in wholes(block)}
            labels = (row[0] for row in page.rows(name))
            own |= set(tokens(*labels, *page.around(name), *said_around(block)))
        else:
            cards = numbers.cards.get(name, ())
            own = {value.written(numbers.locale) for card in cards for value in card.course}
            own |= set(tokens(*(card.label for card in cards)))
        for described in page.descriptions(name):
            said = described if block["type"] == "chart" else without_steps(described)
            assert set(tokens(said)) <= own, name
        known |= own
    for described in Mail(made.file(".mail.html")).pictured():
        assert set(tokens(without_steps(described))) <= known


def wholes(block: dict[str, Any]) -> Iterator[Number]:
    """What the parts of a chart add up to."""
    yield from (Number(value, block["format"]) for value in block.get("wholes", ()))


def without_steps(described: str) -> str:
    """A description of a course without the days in parentheses."""
    return re.sub(r"\([^()]*\)", "", described)


def test_the_mail_shows_cards(made: Made, numbers: Manifest) -> None:
    shown = iter(Mail(made.file(".mail.html")).cards())
    for cards in numbers.cards.values():
        for card in cards:
            check_card(card, next(shown).replace(card.label, ""), numbers.locale)
    assert next(shown, None) is None


def test_the_mail_shows_the_numbers_of_texts(made: Made, numbers: Manifest) -> None:
    said = NUMBER.findall(Mail(made.file(".mail.html")).words())
    for name, markdown in numbers.texts.items():
        found = NUMBER.findall(markdown)
        assert any(said[i : i + len(found)] == found for i in range(len(said))), name


def test_the_mail_shows_tables(made: Made, numbers: Manifest) -> None:
    """The first rows, Other and the total; of wide tables the columns that say most."""
    mail = Mail(made.file(".mail.html"))
    shown = 0
    for block in made.document["blocks"]:
        if block["type"] != "table" or block["title"] not in mail.titles():
            continue
        grid = numbers.grids[block["name"]]
        found = mail.rows(block["title"])
        columns = kept_in_mail(grid)
        outer = sum(kind in {"other", "total"} for kind in grid.kinds)
        inner = len(found) - outer
        rows = [*grid.rows[:inner], *grid.rows[len(grid.rows) - outer :]]
        part = Grid(
            name=grid.name,
            title=grid.title,
            names=tuple(grid.names[place] for place in columns),
            rows=tuple(tuple(row[place] for place in columns) for row in rows),
            kinds=grid.kinds,
        )
        assert found == written(part, numbers.locale, found), grid.name
        assert inner >= min(3, len(grid.rows) - outer)
        shown += 1
    assert shown


def kept_in_mail(grid: Grid) -> list[int]:
    """Six columns at most; what was before is the first to go, and no value loses its change."""
    every = list(range(len(grid.names)))
    if len(every) <= 6:
        return every
    kept = [place for place in every if not grid.names[place].endswith(":previous")]
    changes = {place for place in kept if ":" in grid.names[place]}
    return kept[:6] if not changes.intersection(kept[6:7]) else kept[:5]


def test_csv_has_the_unrounded_numbers(made: Made, numbers: Manifest) -> None:
    files = {path.name for path in made.folder.glob("*.csv")}
    stem = made.file(".json").stem
    assert files == {f"{stem}-{name}.csv" for name in (*numbers.grids, *numbers.cards)}
    for name, grid in numbers.grids.items():
        head, *rows = read_csv(made, name)
        assert tuple(head) == grid.names
        assert [
            [field for field, place in zip(row, line, strict=True) if isinstance(place, Number)]
            for row, line in zip(rows, grid.rows, strict=True)
        ] == [[plain(place) for place in line if isinstance(place, Number)] for line in grid.rows]
    for name, cards in numbers.cards.items():
        _, *rows = read_csv(made, name)
        for card, row in zip(cards, rows, strict=True):
            assert row[0] == card.label
            parts = (card.value, card.previous, card.absolute, card.relative)
            assert row[1:5] == [plain(part) for part in parts]


def read_csv(made: Made, block: str) -> list[list[str]]:
    with made.table(block).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def plain(number: Number | None) -> str:
    """A number as machines read it."""
    if number is None or number.value is None:
        return ""
    value = number.value
    return str(value) if isinstance(value, int) else repr(float(value))


def test_excel_holds_the_unrounded_numbers(made: Made, numbers: Manifest) -> None:
    """A native table per block with numbers, in the order of the report; cards have two."""
    path = made.file(".xlsx")
    found = cells(path)
    listed = iter(tables(path))
    for block in made.document["blocks"]:
        there: dict[str, set[tuple[int, int]]] = {}
        for places, labels in expected_in_excel(block, numbers):
            area = next(listed)
            sheet = found[area.sheet]
            for (i, j), number in places.items():
                at = area.top + 1 + i, area.left + j
                assert same(sheet.get(at), number), (block["name"], at, number)
            known = {(area.top + 1 + i, area.left + j) for i, j in {*places, *labels}}
            there.setdefault(area.sheet, set()).update(known)
        for name, known in there.items():
            every = {at for at, cell in found[name].items() if isinstance(cell.value, float)}
            assert every <= known, (block["name"], sorted(every - known))
    assert next(listed, None) is None


Expected = tuple[dict[tuple[int, int], Number], set[tuple[int, int]]]
"""The numbers of a native table by row and column of its body, and where its labels stand."""


def expected_in_excel(block: dict[str, Any], numbers: Manifest) -> Iterator[Expected]:
    """What the native tables of a block hold."""
    name = block["name"]
    if name in numbers.cards:
        cards = numbers.cards[name]
        yield numbers_of_cards(cards), set()
        if drawn := [card for card in cards if card.course]:
            steps = range(max(len(card.course) for card in drawn))
            courses = {
                (i, j): number
                for j, card in enumerate(drawn, 1)
                for i, number in enumerate(card.course)
            }
            yield courses, {(i, 0) for i in steps}
    elif name in numbers.grids:
        rows = numbers.grids[name].rows
        places = {(i, j): place for i, row in enumerate(rows) for j, place in enumerate(row)}
        labels = {at for at, place in places.items() if isinstance(place, Label)}
        yield {at: p for at, p in places.items() if isinstance(p, Number)}, labels


def numbers_of_cards(cards: tuple[Card, ...]) -> dict[tuple[int, int], Number]:
    """Value, what it is compared with, target, sample: each where any card has it."""
    found: dict[tuple[int, int], Number] = {}
    for i, card in enumerate(cards):
        parts: list[Number | None] = [card.value]
        if any(one.previous for one in cards):
            parts += [card.previous, card.absolute, card.relative]
        if any(one.target_value is not None for one in cards):
            # What is met stands behind the target, in words.
            goal = card.target_value
            parts += [None if goal is None else Number(goal, card.value.format), None]
        if any(one.sample for one in cards):
            parts.append(card.sample)
        found |= {
            (i, j): part or Number(None, card.value.format)
            for j, part in enumerate(parts, 1)
            if part is not None or j < 5
        }
    return found


def same(cell: Filled | None, number: Number) -> bool:
    """Whether a cell holds a number to the last digit that a workbook keeps."""
    if number.value is None:
        return cell is None or cell.value == NOTHING
    value = float(number.value) / (SECONDS_OF_DAY if number.stored_as_days else 1)
    if cell is None or not isinstance(cell.value, float):
        return False
    return math.isclose(cell.value, value, rel_tol=1e-15, abs_tol=0)
