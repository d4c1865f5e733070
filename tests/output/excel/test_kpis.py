"""The sheet of key figures."""

from pathlib import Path

import msgspec
import pytest
from making import count, held, made, number, seconds, sheet_of, with_blocks
from openpyxl import Workbook

from reporter.document.model import Document, KpiBlock, KpiCard
from reporter.output.excel.tables import FIRST_ROW, HEAD_ROW


def block_of(document: Document) -> KpiBlock:
    (block,) = (block for block in document.blocks if isinstance(block, KpiBlock))
    return block


def test_every_card_is_a_row_of_what_it_says(values: Workbook, document: Document) -> None:
    sheet = values["At a glance"]
    heads = [cell.value for cell in sheet[HEAD_ROW]]
    assert heads == [
        *("Metric", "Value", "Before", "Difference", "Change", "Target", "Met", "Taken over"),
        *("What is counted", "Course", "Note"),
    ]
    for row, card in enumerate(block_of(document).cards, FIRST_ROW):
        found = dict(zip(heads, (cell.value for cell in sheet[row]), strict=True))
        assert found["Metric"] == card.label
        pairs = [("Value", card.value)]
        if card.change is not None:
            pairs += [
                ("Before", card.change.previous),
                ("Difference", card.change.absolute),
                ("Change", card.change.relative),
            ]
        if card.sample is not None:
            pairs.append(("Taken over", card.sample.count))
            assert found["What is counted"] == card.sample.label
        for head, cell in pairs:
            if isinstance(cell.value, int | float):
                assert number(found[head]) == pytest.approx(cell.value, rel=1e-12)
            else:
                assert found[head] == "–"
        if card.target is not None:
            assert found["Target"] == card.target.value
        assert found["Note"] == card.note


def test_what_follows_from_other_cells_is_a_formula(document: Document, tmp_path: Path) -> None:
    cells = held(made(with_blocks(document, block_of(document)), tmp_path))
    assert cells["D5"].formula == "B5-C5"
    met = 'IF(B6>=F6,"✓ met","✗ missed")'
    assert (cells["G6"].formula, cells["G6"].value) == (met, "✗ missed")
    at_most = 'IF(B10<=F10,"✓ met","✗ missed")'
    assert (cells["G10"].formula, cells["G10"].value) == (at_most, "✓ met")


def test_a_target_says_which_side_is_met(book: Workbook) -> None:
    sheet = book["At a glance"]
    assert [sheet[f"F{row}"].number_format for row in (6, 10)] == ['"≥ "0.0%', '"≤ "#,##0']


def test_courses_are_a_table_and_small_charts(book: Workbook, document: Document) -> None:
    sheet = book["At a glance"]
    assert list(sheet.tables) == ["kpis", "kpis_course"]
    drawn = [card for card in block_of(document).cards if card.course]
    assert sheet.tables["kpis_course"].ref == "A16:G47"
    assert [sheet.cell(16, c).value for c in range(2, 8)] == [card.label for card in drawn]
    assert sheet["B17"].value == drawn[0].course[0].value
    # A step without a value is a gap.
    assert sheet["E26"].value is None
    assert len(sheet._charts) == len(drawn)
    places = {(chart.anchor._from.row, chart.anchor._from.col) for chart in sheet._charts}
    assert places == {(row, 9) for row in range(FIRST_ROW - 1, FIRST_ROW - 1 + len(drawn))}


def test_there_are_no_columns_that_nothing_stands_in(document: Document, tmp_path: Path) -> None:
    card = KpiCard(name="N", label="N", description="", value=count(3))
    sheet = sheet_of(KpiBlock(name="k", title=None, cards=(card,)), document, tmp_path)
    assert sheet.title == "Key figures"
    assert [cell.value for cell in sheet[HEAD_ROW]] == ["Metric", "Value"]
    assert sheet["A2"].value == "October 2026"
    empty = sheet_of(KpiBlock(name="k", title=None, cards=()), document, tmp_path)
    assert not empty.tables


def test_a_course_without_any_value_has_no_line(document: Document, tmp_path: Path) -> None:
    card = KpiCard(
        name="N",
        label="N",
        description="",
        value=count(None),
        course=(count(None), count(None)),
        course_steps=block_of(document).cards[0].course_steps[:2],
    )
    flat = msgspec.structs.replace(card, course=(count(0), count(0)))
    sheet = sheet_of(KpiBlock(name="k", title=None, cards=(card, flat)), document, tmp_path)
    (chart,) = sheet._charts
    assert (chart.y_axis.scaling.min, chart.y_axis.scaling.max) == (-1, 1)


def test_cards_of_different_steps_have_tables_of_their_own(
    document: Document, tmp_path: Path
) -> None:
    steps = block_of(document).cards[0].course_steps
    cards = tuple(
        KpiCard(
            name=f"N{n}",
            label=f"N{n}",
            description="",
            value=seconds(1.5),
            course=tuple(seconds(2.0) for _ in range(n)),
            course_steps=steps[:n],
        )
        for n in (2, 3)
    )
    sheet = sheet_of(KpiBlock(name="k", title=None, cards=cards), document, tmp_path)
    assert dict(sheet.tables.items()) == {
        "k": "A4:C6",
        "k_course": "A9:B11",
        "k_course_2": "A13:B16",
    }
