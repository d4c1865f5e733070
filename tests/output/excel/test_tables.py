"""Tables: numbers, formats, heads, native tables, groups."""

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from making import (
    count,
    dimension,
    made,
    number,
    one_table,
    opened,
    row,
    seconds,
    share,
    sheet_of,
    text,
    with_blocks,
    workbook,
)
from openpyxl import Workbook

from reporter.data.table import Format, Kind
from reporter.document.model import Document, TableBlock
from reporter.document.values import Cell, Head, HeadRole, RowKind, Tone
from reporter.errors import RenderError
from reporter.output.excel import sheet as limits
from reporter.output.excel.tables import FIRST_ROW, GROUP_ROW, HEAD_ROW
from reporter.spec.model import XlsxOptions


def test_numbers_are_numbers_and_equal_the_documents(values: Workbook, document: Document) -> None:
    compared = 0
    for block in document.blocks:
        if not isinstance(block, TableBlock):
            continue
        sheet = values[block.title]
        for at, expected in enumerate(block.rows, FIRST_ROW):
            for column, cell in enumerate(expected.cells, 1):
                found = sheet.cell(at, column).value
                if isinstance(cell.value, int | float):
                    assert number(found) == pytest.approx(cell.value, rel=1e-12, abs=1e-6)
                    compared += 1
                else:
                    assert found == cell.text
    assert compared > 100


@pytest.mark.parametrize(
    ("column", "number_format"),
    [
        (2, "#,##0"),
        (4, "+0.0%;-0.0%;0.0%"),
        (5, "0.0%"),
        (6, '+0.0%"-pts";-0.0%"-pts";0.0%"-pts"'),
        (8, "[h]:mm:ss;-[h]:mm:ss"),
    ],
)
def test_numbers_carry_the_format_of_what_they_are(
    book: Workbook, column: int, number_format: str
) -> None:
    assert book["By country"].cell(FIRST_ROW, column).number_format == number_format


def test_a_table_has_filters_frozen_heads_and_repeats_them_in_print(book: Workbook) -> None:
    sheet = book["By country"]
    (native,) = sheet.tables.values()
    last_body_row = HEAD_ROW + 11  # ten countries and Other, without the total
    assert (native.displayName, native.ref) == ("by_country", f"A4:H{last_body_row}")
    assert native.autoFilter.ref == native.ref
    assert [column.name for column in native.tableColumns] == [c.value for c in sheet[HEAD_ROW]]
    assert sheet.freeze_panes == "B5"
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.cell(last_body_row + 1, 1).value == "Total"
    assert sheet.cell(last_body_row + 1, 1).font.b


def test_changes_are_coloured_and_faint_cells_are_quiet(document: Document, tmp_path: Path) -> None:
    faint = msgspec.structs.replace(share(0.5), faint=True)
    bad = msgspec.structs.replace(share(-0.1), tone=Tone.BAD)
    heads = (
        Head(name="A", label="A", role=HeadRole.METRIC, kind=Kind.NUMBER, format=Format.PERCENT),
        Head(name="A", label="B", role=HeadRole.CHANGE, kind=Kind.NUMBER, format=Format.PERCENT),
    )
    table = TableBlock(name="t", title="T", heads=heads, rows=(row(faint, bad),))
    sheet = sheet_of(table, document, tmp_path)
    assert sheet["A5"].font.i
    assert sheet["A5"].number_format == "0.0%"
    red, green = sheet["B5"].font.color.rgb[2:4], sheet["B5"].font.color.rgb[4:6]
    assert int(red, 16) > 2 * int(green, 16)


def test_a_change_too_small_to_be_shown_has_no_sign(document: Document, tmp_path: Path) -> None:
    head = Head(
        name="A", label="A", role=HeadRole.DIFFERENCE, kind=Kind.NUMBER, format=Format.PERCENT
    )
    small = Cell(value=-0.0003, text="0.0 pp", format=Format.PERCENT)
    table = TableBlock(name="t", title="T", heads=(head,), rows=(row(small), row(share(0.0))))
    sheet = sheet_of(table, document, tmp_path)
    assert sheet["A5"].number_format == '0.0%"-pts";0.0%"-pts"'
    assert sheet["A6"].number_format == '+0.0%"-pts";-0.0%"-pts";0.0%"-pts"'


@pytest.mark.parametrize("value", ["=1+1", "+385", "-1", "@SUM(A1)", "=HYPERLINK(1)"])
def test_a_text_that_looks_like_a_formula_stays_text(
    value: str, document: Document, tmp_path: Path
) -> None:
    cell = sheet_of(one_table(value), document, tmp_path)["A5"]
    assert (cell.value, cell.data_type) == (value, "s")
    # It stays text when somebody edits it.
    assert cell.quotePrefix


def test_texts_like_numbers_raise_no_warning(document: Document, tmp_path: Path) -> None:
    content = made(with_blocks(document, one_table("219", "220")), tmp_path)
    assert b'sqref="A5:A6" numberStoredAsText="1"' in sheet_xml(content)


def sheet_xml(content: bytes, name: str = "xl/worksheets/sheet2.xml") -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return pack.read(name)


def test_what_a_cell_cannot_hold_is_replaced_or_cut_where_one_sees_it(
    document: Document, tmp_path: Path
) -> None:
    sheet = sheet_of(one_table("a\x00b", "x" * 40_000), document, tmp_path)
    assert sheet["A5"].value == "a\N{REPLACEMENT CHARACTER}b"
    long = sheet["A6"].value
    assert isinstance(long, str)
    assert (len(long), long[-1]) == (32_767, "…")


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("en-GB", "dd/mm/yyyy"),
        ("en-US", "m/d/yyyy"),
        ("de-DE", "dd.mm.yyyy"),
        ("sv-SE", "yyyy-mm-dd"),
    ],
)
def test_dates_are_dates_in_the_order_of_the_locale(
    language: str, day: str, document: Document, tmp_path: Path
) -> None:
    moment = datetime(2026, 10, 25, 2, tzinfo=UTC)
    document = msgspec.structs.replace(document, language=language)
    sheet = sheet_of(one_table(date(2026, 10, 1), moment), document, tmp_path)
    assert sheet["A5"].value == datetime(2026, 10, 1)  # noqa: DTZ001 - a sheet has no zones
    assert sheet["A6"].value == moment.replace(tzinfo=None)
    assert sheet["A5"].number_format == day
    assert sheet["A6"].number_format == f"{day} hh:mm"


def test_a_day_that_a_sheet_cannot_count_is_a_text(document: Document, tmp_path: Path) -> None:
    old = one_table(date(1899, 5, 1), date(1900, 3, 1))
    sheet = sheet_of(old, document, tmp_path)
    assert (sheet["A5"].value, sheet["A6"].is_date) == ("1899-05-01", True)


def test_months_are_shown_as_months(document: Document, tmp_path: Path) -> None:
    table = msgspec.structs.replace(
        one_table(date(2026, 10, 1)), heads=(dimension("MONTH", "Month", Kind.DATE),)
    )
    assert sheet_of(table, document, tmp_path)["A5"].number_format == "mmm yyyy"


def test_truth_is_truth(document: Document, tmp_path: Path) -> None:
    assert sheet_of(one_table(True), document, tmp_path)["A5"].value is True  # noqa: FBT003


def test_a_missing_number_in_a_table_is_a_dash(document: Document, tmp_path: Path) -> None:
    block = one_table(1, form=Format.INTEGER)
    block = msgspec.structs.replace(block, rows=(*block.rows, row(count(None))))
    assert sheet_of(block, document, tmp_path)["A6"].value == "–"


def test_an_empty_table_has_its_heads(document: Document, tmp_path: Path) -> None:
    sheet = sheet_of(one_table(), document, tmp_path)
    assert sheet["A4"].value == "X"
    assert not sheet.tables


def test_units_stand_in_the_heads(document: Document, tmp_path: Path) -> None:
    head = msgspec.structs.replace(one_table().heads[0], unit="h:mm:ss")
    sheet = sheet_of(msgspec.structs.replace(one_table("a"), heads=(head,)), document, tmp_path)
    assert sheet["A4"].value == "X (h:mm:ss)"


def pivoted() -> TableBlock:
    heads = [dimension("COUNTRY_NAME", "Country")]
    heads += [
        Head(
            name="TOTAL_CALL_COUNT",
            label=f"{capability}, calls",
            role=HeadRole.METRIC,
            kind=Kind.INTEGER,
            format=Format.INTEGER,
            over=capability,
            under="Calls",
            across=capability,
            additive=True,
        )
        for capability in ("Phone", "Phone", "WebRTC")
    ]
    heads[2] = msgspec.structs.replace(heads[2], name="X", label="Phone, answered", under="A")
    rows = (
        row(text("Germany"), count(1), count(2), count(3)),
        row(text("Total"), count(1), count(2), count(3), kind=RowKind.TOTAL),
    )
    return TableBlock(name="pivot", title="Pivot", heads=tuple(heads), rows=rows)


def test_heads_of_groups_stand_over_a_native_tables_heads(
    document: Document, tmp_path: Path
) -> None:
    sheet = sheet_of(pivoted(), document, tmp_path)
    assert [sheet.cell(GROUP_ROW, c).value for c in range(1, 5)] == [None, "Phone", None, "WebRTC"]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["B3:C3"]
    heads = [cell.value for cell in sheet[HEAD_ROW]]
    assert heads == ["Country", "Phone, calls", "Phone, answered", "WebRTC, calls"]


def grouped() -> TableBlock:
    heads = (
        dimension("COUNTRY_NAME"),
        dimension("NETWORK_NAME"),
        Head(
            name="N",
            label="N",
            role=HeadRole.METRIC,
            kind=Kind.INTEGER,
            format=Format.INTEGER,
            additive=True,
        ),
    )
    rows = (
        row(text("DE"), text("a"), count(1)),
        row(text("DE"), text("b"), count(2)),
        row(text("DE"), text("Total"), count(3), kind=RowKind.SUBTOTAL, level=1),
        row(text("HR"), text("c"), count(5)),
        row(text("HR"), text("Total"), count(5), kind=RowKind.SUBTOTAL, level=1),
        row(text("Total"), text(""), count(8), kind=RowKind.TOTAL),
    )
    return TableBlock(name="grouped", title="Grouped", heads=heads, rows=rows)


def test_rows_of_a_subtotal_fold(document: Document, tmp_path: Path) -> None:
    sheet = sheet_of(grouped(), document, tmp_path)
    levels = [sheet.row_dimensions[r].outlineLevel for r in range(FIRST_ROW, FIRST_ROW + 6)]
    assert levels == [1, 1, 0, 1, 0, 0]
    assert sheet.sheet_format.outlineLevelRow == 1
    (native,) = sheet.tables.values()
    # Sorting would tear subtotals from their rows.
    assert (native.ref, native.autoFilter) == ("A4:C9", None)


def test_more_rows_than_a_sheet_holds_are_refused(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_ROWS", 7)
    with pytest.raises(RenderError) as caught:
        sheet_of(one_table("a", "b", "c"), document, tmp_path)
    assert caught.value.message == "the table 'T' has 3 rows; an Excel sheet holds 2"
    assert caught.value.hint is not None
    assert "xlsx: {overflow: split}" in caught.value.hint


def test_more_columns_than_a_sheet_holds_are_refused(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_COLUMNS", 7)
    with pytest.raises(RenderError) as caught:
        workbook(document, tmp_path)
    assert caught.value.message == "the table 'By country' has 8 columns; an Excel sheet holds 7"


def test_a_long_table_is_split_where_the_spec_says_so(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_ROWS", HEAD_ROW + 4)
    document = with_blocks(document, grouped())
    content = made(document, tmp_path, XlsxOptions(overflow="split"))
    book = opened(content)
    assert book.sheetnames == ["Report", "Grouped", "Grouped (2)", "About"]
    first, second = book["Grouped"], book["Grouped (2)"]
    assert [first["A1"].value, second["A1"].value] == ["Grouped (1 of 2)", "Grouped (2 of 2)"]
    natives = [native.ref for sheet in (first, second) for native in sheet.tables.values()]
    assert natives == ["A4:C7", "A4:C6"]
    assert [sheet["A4"].value for sheet in (first, second)] == ["COUNTRY_NAME"] * 2
    assert first["C7"].value == "=SUBTOTAL(9,'Grouped'!C5:C6)"
    assert second["C6"].value == "=SUBTOTAL(9,C5:C5)"
    assert second["C7"].value == "=SUBTOTAL(9,'Grouped'!C5:C7)+SUBTOTAL(9,C5:C6)"


def test_wide_letters_take_two(document: Document, tmp_path: Path) -> None:
    sheet = sheet_of(one_table("日本語日本語日本語"), document, tmp_path)
    assert sheet.column_dimensions["A"].width >= 21


def test_durations_are_days_with_a_clocks_format(document: Document, tmp_path: Path) -> None:
    head = Head(name="D", label="D", role=HeadRole.METRIC, kind=Kind.NUMBER, format=Format.DURATION)
    table = TableBlock(name="d", title="D", heads=(head,), rows=(row(seconds(93_784)),))
    sheet = sheet_of(table, document, tmp_path, values=True)
    assert number(sheet["A5"].value) == 93_784


def test_a_cell_of_another_format_than_its_column_keeps_it(
    document: Document, tmp_path: Path
) -> None:
    table = one_table(0.5, form=Format.DECIMAL)
    cell = Cell(value=0.5, text="50.0%", format=Format.PERCENT)
    table = msgspec.structs.replace(table, rows=(row(cell),))
    assert sheet_of(table, document, tmp_path)["A5"].number_format == "0.0%"
