"""The workbook, read back with openpyxl."""

import io
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from importlib import util
from pathlib import Path
from types import ModuleType

import msgspec
import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reporter.data.table import Format, Kind
from reporter.document.model import (
    BlockRow,
    Cell,
    Document,
    Head,
    HeadRole,
    KpiBlock,
    RowKind,
    TableBlock,
)
from reporter.errors import RenderError
from reporter.output.excel import ExcelRenderer, sheets
from reporter.output.excel.names import sheet_names, unique_heads
from reporter.output.excel.package import pinned

HERE = Path(__file__).parent


def load_sample() -> ModuleType:
    spec = util.spec_from_file_location("sample_document", HERE / "sample_document.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sample = load_sample()


def workbook(document: Document, folder: Path) -> Workbook:
    (artifact,) = ExcelRenderer().render(document, "review", sample.branding(folder))
    assert artifact.file_name == "review.xlsx"
    return openpyxl.load_workbook(io.BytesIO(artifact.content))


@pytest.fixture(scope="module")
def document() -> Document:
    made = sample.document()
    assert isinstance(made, Document)
    return made


@pytest.fixture(scope="module")
def book(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return workbook(document, tmp_path_factory.mktemp("project"))


def number(value: object) -> float:
    """A cell's number as the document holds it: a duration in seconds."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    assert isinstance(value, int | float)
    return value


def one_table(*values: object, form: Format | None = None) -> TableBlock:
    """A table with one column that holds the values."""
    role = HeadRole.DIMENSION if form is None else HeadRole.METRIC
    rows = (BlockRow(RowKind.BODY, (Cell(value=v, text=str(v), format=form),)) for v in values)  # type: ignore[arg-type]
    return TableBlock(
        name="t",
        title="T",
        heads=(Head(name="X", label="X", role=role, kind=Kind.TEXT, format=form),),
        rows=tuple(rows),
    )


def sheet_of(block: TableBlock, document: Document, folder: Path) -> Worksheet:
    book = workbook(msgspec.structs.replace(document, blocks=(block,)), folder)
    return book[block.title]


def test_every_block_with_numbers_has_a_sheet_between_cover_and_lineage(book: Workbook) -> None:
    assert book.sheetnames == [
        *("Report", "At a glance", "Calls per day", "By country", "Answer rate per day"),
        *("Outcomes per week", "Failures by cause", "By network", "About"),
    ]


def test_numbers_are_numbers_and_equal_the_documents(book: Workbook, document: Document) -> None:
    compared = 0
    for block in document.blocks:
        if not isinstance(block, TableBlock):
            continue
        sheet = book[block.title]
        for row, expected in enumerate(block.rows, sheets.HEAD_ROW + 1):
            for column, cell in enumerate(expected.cells, 1):
                found = sheet.cell(row, column).value
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
        (6, '+0.0%" pts";-0.0%" pts";0.0%" pts"'),
        (8, "[h]:mm:ss"),
    ],
)
def test_numbers_carry_the_format_of_what_they_are(
    book: Workbook, column: int, number_format: str
) -> None:
    assert book["By country"].cell(sheets.HEAD_ROW + 1, column).number_format == number_format


def test_kpi_cards_stand_in_a_sheet_of_their_own(book: Workbook, document: Document) -> None:
    (block,) = (b for b in document.blocks if isinstance(b, KpiBlock))
    sheet = book["At a glance"]
    for row, card in enumerate(block.cards, sheets.HEAD_ROW + 1):
        assert sheet.cell(row, 1).value == card.label
        value = card.value.value
        if isinstance(value, int | float):
            found = number(sheet.cell(row, 2).value)
            assert found == pytest.approx(value, rel=1e-12, abs=1e-6)
        else:
            assert sheet.cell(row, 2).value == card.value.text


def test_a_table_has_filters_frozen_heads_and_repeats_them_in_print(book: Workbook) -> None:
    sheet = book["By country"]
    (native,) = sheet.tables.values()
    last_body_row = sheets.HEAD_ROW + 11  # ten countries and Other, without the total
    assert native.ref == f"A3:H{last_body_row}"
    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.cell(last_body_row + 1, 1).value == "Total"
    assert sheet.cell(last_body_row + 1, 1).font.b


def test_shades_and_bars_are_conditional_formats_over_the_body_alone(book: Workbook) -> None:
    rules = {
        str(area.sqref): [rule.type for rule in area.rules]
        for area in book["By country"].conditional_formatting
    }
    assert rules == {"B4:B13": ["dataBar"], "E4:E13": ["colorScale"]}


def test_charts_are_native_and_stand_beside_their_data(document: Document, tmp_path: Path) -> None:
    (artifact,) = ExcelRenderer().render(document, "review", sample.branding(tmp_path))
    with zipfile.ZipFile(io.BytesIO(artifact.content)) as pack:
        charts = [pack.read(n).decode() for n in pack.namelist() if "charts/chart" in n]
    assert len(charts) == 4
    assert sum("<lineChart>" in chart for chart in charts) == 2
    assert sum("<barChart>" in chart for chart in charts) == 2
    assert any("'Calls per day'!$B$4:$B$34" in chart for chart in charts)


def test_a_gap_in_a_charts_data_is_an_empty_cell(book: Workbook) -> None:
    values = [row[1].value for row in book["Answer rate per day"].iter_rows(min_row=4, max_row=34)]
    assert None in values
    assert "–" not in values


@pytest.mark.parametrize("text", ["=1+1", "+385", "-1", "@SUM(A1)", "=HYPERLINK(1)"])
def test_a_text_that_looks_like_a_formula_stays_text(
    text: str, document: Document, tmp_path: Path
) -> None:
    cell = sheet_of(one_table(text), document, tmp_path).cell(4, 1)
    assert (cell.value, cell.data_type) == (text, "s")


def test_what_a_cell_cannot_hold_is_replaced_or_cut_where_one_sees_it(
    document: Document, tmp_path: Path
) -> None:
    sheet = sheet_of(one_table("a\x00b", "x" * 40_000), document, tmp_path)
    assert sheet.cell(4, 1).value == "a\N{REPLACEMENT CHARACTER}b"
    long = sheet.cell(5, 1).value
    assert isinstance(long, str)
    assert (len(long), long[-1]) == (32_767, "…")


def test_dates_are_dates(document: Document, tmp_path: Path) -> None:
    moment = datetime(2026, 10, 25, 2, tzinfo=UTC)
    sheet = sheet_of(one_table(date(2026, 10, 1), moment), document, tmp_path)
    assert sheet.cell(4, 1).value == datetime(2026, 10, 1)  # noqa: DTZ001 - a sheet has no zones
    assert sheet.cell(5, 1).value == moment.replace(tzinfo=None)
    assert sheet.cell(4, 1).number_format == "yyyy-mm-dd"


def test_a_missing_number_in_a_table_is_a_dash(document: Document, tmp_path: Path) -> None:
    block = one_table(1, form=Format.INTEGER)
    nothing = BlockRow(RowKind.BODY, (Cell(value=None, text="–", format=Format.INTEGER),))
    block = msgspec.structs.replace(block, rows=(*block.rows, nothing))
    assert sheet_of(block, document, tmp_path).cell(5, 1).value == "–"


def test_an_empty_table_has_its_heads(document: Document, tmp_path: Path) -> None:
    sheet = sheet_of(one_table(), document, tmp_path)
    assert sheet.cell(3, 1).value == "X"
    assert not sheet.tables


def test_more_rows_than_a_sheet_holds_are_refused(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "_MOST_ROWS", 6)
    with pytest.raises(RenderError) as caught:
        sheet_of(one_table("a", "b", "c"), document, tmp_path)
    assert caught.value.message == "the table 'T' has 3 rows; an Excel sheet holds 3"
    assert caught.value.hint == "Use 'top' to show fewer groups, or the csv output."


def test_cover_and_lineage_say_what_the_numbers_are(book: Workbook, document: Document) -> None:
    cover = {str(cell.value) for row in book["Report"].iter_rows() for cell in row}
    about = {str(cell.value) for row in book["About"].iter_rows() for cell in row}
    assert {document.title, document.provenance.period, *document.notices} <= cover
    assert {document.provenance.source, document.provenance.interval_text} <= about
    for definition in document.provenance.definitions:
        assert f"{definition.label} · {definition.name}" in about
    links = [c.hyperlink.location for row in book["Report"].iter_rows() for c in row if c.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]


def test_properties_come_from_the_document(book: Workbook, document: Document) -> None:
    assert book.properties.title == document.title
    assert book.properties.language == document.language
    stamp = document.provenance.stamp.replace(tzinfo=None)
    assert (book.properties.created, book.properties.modified) == (stamp, stamp)


def test_the_same_document_gives_the_same_bytes_in_another_process(
    document: Document, tmp_path: Path
) -> None:
    (artifact,) = ExcelRenderer().render(document, "review", sample.branding(tmp_path))
    program = (
        f"import sys, pathlib; sys.path.insert(0, {str(HERE)!r})\n"
        "import sample_document\n"
        "from reporter.output.excel import ExcelRenderer\n"
        f"look = sample_document.branding(pathlib.Path({str(tmp_path)!r}))\n"
        "(made,) = ExcelRenderer().render(sample_document.document(), 'review', look)\n"
        "sys.stdout.buffer.write(made.content)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout == artifact.content


def test_a_stamp_before_the_zip_formats_first_year_is_its_first() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as pack:
        pack.writestr("a.txt", "a")
    done = pinned(buffer.getvalue(), datetime(1970, 1, 1, tzinfo=UTC))
    with zipfile.ZipFile(io.BytesIO(done)) as pack:
        assert pack.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_a_stamp_after_the_zip_formats_last_year_is_its_last() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as pack:
        pack.writestr("a.txt", "a")
    done = pinned(buffer.getvalue(), datetime(8999, 1, 1, tzinfo=UTC))
    with zipfile.ZipFile(io.BytesIO(done)) as pack:
        assert pack.infolist()[0].date_time == (2107, 12, 31, 0, 0, 0)


def test_control_characters_stand_nowhere_in_a_workbook(document: Document, tmp_path: Path) -> None:
    odd = "a\x0bb\ufffe\x1b\nc"
    block = msgspec.structs.replace(
        one_table("x"), title=odd, heads=(msgspec.structs.replace(one_table().heads[0], label=odd),)
    )
    book = workbook(
        msgspec.structs.replace(document, title=odd, subtitle=odd, blocks=(block,)), tmp_path
    )
    assert book.properties.title == "a\ufffdb\ufffd\ufffd\nc"
    assert book.sheetnames[1] == "a\ufffdb\ufffd\ufffd c"
    assert book.worksheets[1].cell(3, 1).value == "a\ufffdb\ufffd\ufffd c"


def test_bars_of_negative_values_hang_below_zero(document: Document, tmp_path: Path) -> None:
    chart = sample.per_week()
    below = msgspec.structs.replace(
        chart,
        series=tuple(
            msgspec.structs.replace(
                one, cells=tuple(Cell(value=-1, text="-1", format=c.format) for c in one.cells)
            )
            for one in chart.series
        ),
    )
    least = []
    for block in (chart, below):
        (drawn,) = workbook(msgspec.structs.replace(document, blocks=(block,)), tmp_path)[
            block.title
        ]._charts
        least.append(drawn.y_axis.scaling.min)
    assert least == [0, None]


def test_sheet_names_are_allowed_and_unique() -> None:
    titles = ["By country", "by COUNTRY", "a/b:c*[d]?", "x" * 40, "x" * 50, "", "History", "About"]
    assert sheet_names(["x" * 30 + "' y"], taken=()) == ("x" * 30,)
    names = sheet_names(titles, taken=("Report", "About"))
    assert names == (
        *("By country", "by COUNTRY (2)", "a b c  d", "x" * 31, "x" * 27 + " (2)", "Sheet"),
        *("History (2)", "About (2)"),
    )
    assert all(len(name) <= 31 for name in names)


def test_heads_are_unique() -> None:
    assert unique_heads(["Change", "", "change", "Change"]) == (
        *("Change", "Column", "change (2)", "Change (3)"),
    )
    long = unique_heads(["x" * 300, "x" * 300, "a\n b"])
    assert long == ("x" * 255, "x" * 251 + " (2)", "a b")
