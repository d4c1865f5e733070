"""Conditional formats: Excel's own, over the body alone."""

from pathlib import Path

import msgspec
import pytest
from making import count, dimension, made, row, seconds, share, sheet_of, text, with_blocks
from openpyxl.formatting.rule import Rule
from test_tables import sheet_xml

from reporter.data.table import Goal, Kind
from reporter.document.model import Document, TableBlock
from reporter.document.values import Cell, CellFormat, Head, HeadRole, RowKind


def table(*cells: Cell, wanted: CellFormat) -> TableBlock:
    """One column of numbers with a total and one conditional format."""
    form = cells[0].format
    head = Head(name="N", label="N", role=HeadRole.METRIC, kind=Kind.NUMBER, format=form)
    rows = [row(text("x"), cell) for cell in cells]
    rows.append(row(text("Total"), cells[0], kind=RowKind.TOTAL))
    return TableBlock(
        name="t", title="T", heads=(dimension("X"), head), rows=tuple(rows), formats=(wanted,)
    )


def rules(block: TableBlock, document: Document, folder: Path) -> list[tuple[str, Rule]]:
    sheet = sheet_of(block, document, folder)
    return [(str(area.sqref), rule) for area in sheet.conditional_formatting for rule in area.rules]


def test_a_colour_scale_goes_from_the_least_to_the_greatest(
    document: Document, tmp_path: Path
) -> None:
    wanted = CellFormat(place=1, kind="colorScale")
    ((area, rule),) = rules(table(share(0.1), share(0.2), wanted=wanted), document, tmp_path)
    assert (area, rule.type) == ("B5:B6", "colorScale")
    assert [bound.type for bound in rule.colorScale.cfvo] == ["min", "max"]


def test_a_data_bar_begins_at_zero_and_is_even(document: Document, tmp_path: Path) -> None:
    wanted = CellFormat(place=1, kind="dataBar")
    block = table(count(1), count(2), wanted=wanted)
    ((area, rule),) = rules(block, document, tmp_path)
    assert (area, rule.type) == ("B5:B6", "dataBar")
    assert [(b.type, b.val) for b in rule.dataBar.cfvo] == [("num", 0), ("max", None)]
    xml = sheet_xml(made(with_blocks(document, block), tmp_path))
    # The even bar is an extension that belongs to the rule by its name.
    assert xml.count(b"{5B1D0000-0000-4000-8000-000000000001}") == 2
    assert b'gradient="0"' in xml


@pytest.mark.parametrize(
    ("goal", "icons", "reverse"),
    [
        (Goal.UP, "3Symbols2", None),
        (Goal.DOWN, "3Symbols2", True),
        (Goal.NEUTRAL, "3ArrowsGray", None),
    ],
)
def test_icons_differ_in_shape_and_know_what_is_good(
    goal: Goal, icons: str, reverse: object, document: Document, tmp_path: Path
) -> None:
    wanted = CellFormat(place=1, kind="icons", cuts=(0.05, 0.1), goal=goal)
    ((area, rule),) = rules(table(share(0.1), wanted=wanted), document, tmp_path)
    assert (area, rule.iconSet.iconSet, rule.iconSet.reverse) == ("B5", icons, reverse)
    assert [(b.type, b.val) for b in rule.iconSet.cfvo] == [
        *(("percent", 0), ("num", 0.05), ("num", 0.1)),
    ]


@pytest.mark.parametrize(
    ("bounds", "met", "missed"),
    [
        ({"at_least": 0.6}, ("greaterThanOrEqual", ["0.6"]), ("lessThan", ["0.6"])),
        ({"at_most": 0.6}, ("lessThanOrEqual", ["0.6"]), ("greaterThan", ["0.6"])),
        (
            {"at_least": 0.5, "at_most": 0.6},
            ("between", ["0.5", "0.6"]),
            ("notBetween", ["0.5", "0.6"]),
        ),
    ],
)
def test_a_threshold_is_a_sign_and_a_colour(
    bounds: dict[str, float],
    met: tuple[str, list[str]],
    missed: tuple[str, list[str]],
    document: Document,
    tmp_path: Path,
) -> None:
    wanted = CellFormat(place=1, kind="threshold", **bounds)  # type: ignore[arg-type]
    found = [rule for _, rule in rules(table(share(0.1), wanted=wanted), document, tmp_path)]
    # A dash counts as greater than every number; it is passed over first.
    assert (found[0].formula, found[0].stopIfTrue) == (["ISTEXT(B5)"], True)
    assert [(rule.operator, rule.formula) for rule in found[1:]] == [met, missed]
    codes = [rule.dxf.numFmt.formatCode for rule in found[1:]]
    assert codes == ['"✓ "0.0%', '"✗ "0.0%']
    assert found[1].dxf.font.color.rgb != found[2].dxf.font.color.rgb
    assert [rule.priority for rule in found] == sorted({rule.priority for rule in found})


def test_a_threshold_without_bounds_has_no_rules(document: Document, tmp_path: Path) -> None:
    wanted = CellFormat(place=1, kind="threshold")
    found = rules(table(share(0.1), wanted=wanted), document, tmp_path)
    assert [rule.type for _, rule in found] == ["expression"]


def test_bounds_of_durations_are_in_days_as_their_cells_are(
    document: Document, tmp_path: Path
) -> None:
    wanted = CellFormat(place=1, kind="threshold", at_most=60)
    found = [rule for _, rule in rules(table(seconds(90), wanted=wanted), document, tmp_path)]
    assert [float(rule.formula[0]) * 86_400 for rule in found[1:]] == pytest.approx([60, 60])


def test_subtotals_are_left_out(document: Document, tmp_path: Path) -> None:
    block = table(share(0.1), share(0.2), wanted=CellFormat(place=1, kind="colorScale"))
    subtotal = row(text("x"), share(0.1), kind=RowKind.SUBTOTAL, level=1)
    rows = (block.rows[0], subtotal, block.rows[1], subtotal, block.rows[2])
    ((area, _),) = rules(msgspec.structs.replace(block, rows=rows), document, tmp_path)
    assert area == "B5 B7"


def test_with_very_many_groups_the_area_is_one(document: Document, tmp_path: Path) -> None:
    block = table(share(0.1), wanted=CellFormat(place=1, kind="colorScale"))
    subtotal = row(text("x"), share(0.1), kind=RowKind.SUBTOTAL, level=1)
    rows = (block.rows[0], subtotal) * 201
    ((area, _),) = rules(msgspec.structs.replace(block, rows=rows), document, tmp_path)
    assert area == "B5:B405"


def test_a_table_without_a_body_has_none(document: Document, tmp_path: Path) -> None:
    block = table(share(0.1), wanted=CellFormat(place=1, kind="colorScale"))
    other = row(text("Other"), share(0.1), kind=RowKind.OTHER)
    assert rules(msgspec.structs.replace(block, rows=(other,)), document, tmp_path) == []


def test_columns_of_a_pivot_share_one_scale(document: Document, tmp_path: Path) -> None:
    for kind, bounds in (("colorScale", [10, 90]), ("dataBar", [0, 90])):
        wanted = CellFormat(place=1, kind=kind, least=10, greatest=90)  # type: ignore[arg-type]
        block = table(count(20), count(30), wanted=wanted)
        across = msgspec.structs.replace(block.heads[1], across="PHONE")
        block = msgspec.structs.replace(block, heads=(block.heads[0], across))
        ((_, rule),) = rules(block, document, tmp_path)
        scale = rule.colorScale or rule.dataBar
        assert [(bound.type, bound.val) for bound in scale.cfvo] == [("num", b) for b in bounds]
    xml = sheet_xml(made(with_blocks(document, block), tmp_path))
    assert b'<x14:cfvo type="num"><xm:f>90' in xml
