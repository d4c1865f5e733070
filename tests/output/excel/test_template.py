"""Templates: names and tables are filled, and everything else stays."""

import io
import logging
import zipfile
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest
from lxml import etree
from making import count, dimension, held, opened, row, sample, seconds, share, text, with_blocks
from office import saved_again
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableFormula
from openpyxl.worksheet.worksheet import Worksheet
from read_workbook import cells

from reporter.data.table import Format, Kind
from reporter.document.model import (
    Cell,
    Document,
    Head,
    HeadRole,
    RowKind,
    TableBlock,
    TextBlock,
)
from reporter.errors import RenderError
from reporter.output.excel import ExcelRenderer
from reporter.spec.model import XlsxOptions

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def table(*rows: tuple[str, int, float | None]) -> TableBlock:
    """Countries, their calls and answer rates."""
    heads = (
        dimension("COUNTRY_NAME", "Country"),
        Head(
            name="TOTAL_CALL_COUNT",
            label="Total calls",
            role=HeadRole.METRIC,
            kind=Kind.INTEGER,
            format=Format.INTEGER,
        ),
        Head(
            name="ANSWER_RATE",
            label="Answer rate",
            role=HeadRole.METRIC,
            kind=Kind.NUMBER,
            format=Format.PERCENT,
        ),
    )
    body = [row(text(name), count(calls), share(rate)) for name, calls, rate in rows]
    total = row(text("Total"), count(99), share(0.5), kind=RowKind.TOTAL)
    return TableBlock(name="by-country", title="By country", heads=heads, rows=(*body, total))


FIVE = table(
    *(("Germany", 50, 0.5), ("Croatia", 30, None), ("=1+1", 10, 0.4)),
    *(("Spain", 7, 0.3), ("Italy", 2, 0.2)),
)


def template() -> Workbook:
    """A board's workbook: a head, a table of two rows with a total, a chart, a note below."""
    book = Workbook()
    board = book.worksheets[0]
    board.title = "Board"
    board["A1"] = "Title comes here"
    board["A1"].font = Font(bold=True, size=20)
    board["B2"].number_format = "0.0%"
    for name, place in (("report_title", "$A$1"), ("KPI_ANSWER_RATE", "$B$2")):
        book.defined_names[name] = DefinedName(name, attr_text=f"Board!{place}")
    book.defined_names["calls"] = DefinedName("calls", attr_text="Board!$B$5:$B$6")
    lines = (
        ("Country", "TOTAL_CALL_COUNT", "Answer rate", "Double", "Remark"),
        ("one", 1, 0.1, "=B5*2", "first"),
        ("two", 2, 0.2, "=B6*2", "second"),
        ("Sum", "=SUM(B5:B6)", None, "=SUM(D5:D6)", None),
    )
    for number, line in enumerate(lines, 4):
        for column, value in enumerate(line, 1):
            board.cell(number, column, value)
    board["C5"].number_format = "0.00%"
    board["C6"].number_format = "0.00%"
    native = Table(displayName="By_Country", ref="A4:E7")
    native.totalsRowCount = 1
    native._initialise_columns()
    for column, cell in zip(native.tableColumns, board[4], strict=True):
        column.name = cell.value
    native.tableColumns[3].calculatedColumnFormula = TableFormula(attr_text="B5*2")
    board.add_table(native)
    board["A10"] = "=B7/2"
    board["A11"] = "Below"
    board.merge_cells("A11:C11")
    board["A11"].comment = Comment("note", "somebody")
    board.conditional_formatting.add("B5:B6", CellIsRule(operator="greaterThan", formula=["B6"]))
    chart = BarChart()
    chart.add_data(Reference(board, min_col=2, min_row=4, max_row=6), titles_from_data=True)
    chart.set_categories(Reference(board, min_col=1, min_row=5, max_row=6))
    board.add_chart(chart, "G4")
    below = BarChart()
    below.add_data(Reference(board, min_col=2, min_row=4, max_row=6), titles_from_data=True)
    board.add_chart(below, "A14")
    other = book.create_sheet("It's other")
    other["A1"] = "=SUM(Board!B5:B6)+Board!A10"
    other["A2"] = '="Board!B6"&SUM(Board!$B:$B)+SUM(Board!5:6)'
    board.print_title_rows = "4:4"
    return book


def written(book: Workbook, folder: Path, name: str = "board.xlsx") -> None:
    (folder / "templates").mkdir(exist_ok=True)
    book.save(folder / "templates" / name)


def filled(
    document: Document, folder: Path, book: Workbook | None = None, name: str = "board.xlsx"
) -> bytes:
    written(template() if book is None else book, folder)
    options = XlsxOptions(template=name)
    (artifact,) = ExcelRenderer(options).render(document, "x", sample.branding(folder))
    return artifact.content


def board_of(document: Document, folder: Path, book: Workbook | None = None) -> Worksheet:
    return opened(filled(document, folder, book)).worksheets[0]


def with_kpis(document: Document, *blocks: TableBlock) -> Document:
    return with_blocks(document, document.blocks[0], *blocks)


def test_names_are_filled_and_keep_their_looks(document: Document, tmp_path: Path) -> None:
    board = board_of(with_kpis(document, FIVE), tmp_path)
    assert (board["A1"].value, board["A1"].font.b) == (document.title, True)
    assert (board["B2"].value, board["B2"].number_format) == (0.5874, "0.0%")


def test_a_table_gets_the_rows_of_its_block_and_grows(document: Document, tmp_path: Path) -> None:
    board = board_of(with_kpis(document, FIVE), tmp_path)
    assert board.tables["By_Country"].ref == "A4:E10"
    found = [[cell.value for cell in line] for line in board["A5:E9"]]
    assert found == [
        ["Germany", 50, 0.5, "=B5*2", None],
        ["Croatia", 30, None, "=B6*2", None],
        ["=1+1", 10, 0.4, "=B7*2", None],
        ["Spain", 7, 0.3, "=B8*2", None],
        ["Italy", 2, 0.2, "=B9*2", None],
    ]
    assert board["A7"].data_type == "s"
    assert {board[f"C{r}"].number_format for r in range(5, 10)} == {"0.00%"}


def test_what_lies_behind_a_table_goes_along(document: Document, tmp_path: Path) -> None:
    content = filled(with_kpis(document, FIVE), tmp_path)
    book = opened(content)
    board = book["Board"]
    assert [board["A10"].value, board["B10"].value] == ["Sum", "=SUM(B5:B9)"]
    assert [board["A13"].value, board["A14"].value] == ["=B10/2", "Below"]
    assert [str(area) for area in board.merged_cells.ranges] == ["A14:C14"]
    assert board["A14"].comment is not None
    ((area, rules),) = [(str(a.sqref), a.rules) for a in board.conditional_formatting]
    assert (area, rules[0].formula) == ("B5:B9", ["B6"])
    assert book.defined_names["calls"].attr_text == "Board!$B$5:$B$9"
    other = book["It's other"]
    assert other["A1"].value == "=SUM(Board!B5:B9)+Board!A13"
    assert other["A2"].value == '="Board!B6"&SUM(Board!$B:$B)+SUM(Board!5:9)'
    assert board.print_title_rows == "$4:$4"


def test_charts_stay_and_show_all_rows(document: Document, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(filled(with_kpis(document, FIVE), tmp_path))) as pack:
        first, second = (etree.fromstring(pack.read(f"xl/charts/chart{n}.xml")) for n in (1, 2))
        drawing = pack.read("xl/drawings/drawing1.xml")
    assert [f.text for f in first.iter(f"{CHART}f")] == [
        *("'Board'!B4", "'Board'!$A$5:$A$9", "'Board'!$B$5:$B$9"),
    ]
    assert [*second.iter(f"{CHART}numCache")] == []
    # The chart beside the table stays, the one below goes along.
    assert drawing.count(b"<row>3</row>") == 1
    assert drawing.count(b"<row>16</row>") == 1


def test_a_table_shrinks(document: Document, tmp_path: Path) -> None:
    board = board_of(with_kpis(document, table(("Germany", 5, 0.5))), tmp_path)
    assert board.tables["By_Country"].ref == "A4:E6"
    assert [board["A6"].value, board["B6"].value] == ["Sum", "=SUM(B5:B5)"]
    assert board["A9"].value == "=B6/2"


def test_a_table_without_rows_keeps_an_empty_one(document: Document, tmp_path: Path) -> None:
    board = board_of(with_kpis(document, table()), tmp_path)
    assert board.tables["By_Country"].ref == "A4:E6"
    assert [cell.value for cell in board[5][:3]] == [None, None, None]


def test_values_that_formulas_came_to_before_are_forgotten(
    document: Document, tmp_path: Path
) -> None:
    written(template(), tmp_path)
    path = tmp_path / "templates" / "board.xlsx"
    stale = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stale, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b"</f><v></v>", b"</f><v>7</v>").replace(
                    b"</f><v/>", b"</f><v>7</v>"
                )
                assert b"<v>7</v>" in part
            new.writestr(name, part)
    path.write_bytes(stale.getvalue())
    options = XlsxOptions(template="board.xlsx")
    (artifact,) = ExcelRenderer(options).render(
        with_kpis(document, FIVE), "x", sample.branding(tmp_path)
    )
    with zipfile.ZipFile(io.BytesIO(artifact.content)) as pack:
        sheet = etree.fromstring(pack.read("xl/worksheets/sheet1.xml"))
        assert b'fullCalcOnLoad="1"' in pack.read("xl/workbook.xml")
    for cell in sheet.iter("{*}c"):
        assert cell.find("{*}f") is None or cell.find("{*}v") is None


def test_shared_formulas_become_each_cells_own(document: Document, tmp_path: Path) -> None:
    written(template(), tmp_path)
    path = tmp_path / "templates" / "board.xlsx"
    shared = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(shared, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b"<f>B5*2</f>", b'<f t="shared" ref="D5:D6" si="0">B5*2</f>')
                part = part.replace(b"<f>B6*2</f>", b'<f t="shared" si="0"/>')
            new.writestr(name, part)
    path.write_bytes(shared.getvalue())
    options = XlsxOptions(template="board.xlsx")
    (artifact,) = ExcelRenderer(options).render(
        with_kpis(document, FIVE), "x", sample.branding(tmp_path)
    )
    board = opened(artifact.content)["Board"]
    assert [board[f"D{r}"].value for r in (5, 6, 9)] == ["=B5*2", "=B6*2", "=B9*2"]


def test_dates_are_dates_where_the_cell_shows_them_and_texts_elsewhere(
    document: Document, tmp_path: Path
) -> None:
    steps = [Cell(value=date(2026, 10, d), text=f"{d} Oct") for d in (1, 2)]
    days = TableBlock(
        name="by-country",
        title="T",
        heads=(dimension("DAY", "Country", Kind.DATE), FIVE.heads[1], FIVE.heads[2]),
        rows=tuple(row(step, count(1), share(0.1)) for step in steps),
    )
    board = board_of(with_kpis(document, days), tmp_path)
    assert [board["A5"].value, board["A6"].value] == ["1 Oct", "2 Oct"]
    book = template()
    book["Board"]["A5"].number_format = "dd/mm/yyyy"
    board = board_of(with_kpis(document, days), tmp_path, book)
    assert board["A6"].value == datetime(2026, 10, 2)  # noqa: DTZ001 - a sheet has no zones


def test_every_name_has_a_value(document: Document, tmp_path: Path) -> None:
    texts = TextBlock(name="summary", title=None, markdown="Some **words**")
    document = msgspec.structs.replace(document, blocks=(*document.blocks, texts))
    expected = {
        "report_name": "monthly-voice-review",
        "report_period": "October 2026",
        "report_comparison": "September 2026",
        "report_filters": "Channel: Voice and Video\nDirection: Outbound, Inbound\nCountry: all",
        "report_spec_commit": "4f2a9c1d7e60",
        "kpi_ANSWER_RATE_label": "Answer rate",
        "kpi_ANSWER_RATE_previous": 0.6109,
        "kpi_ANSWER_RATE_difference": -0.0235,
        "kpi_ANSWER_RATE_change": "–",
        "kpi_ANSWER_RATE_target": 0.6,
        "kpi_ANSWER_RATE_met": "✗ missed",
        "kpi_ANSWER_RATE_sample": 41_377,
        "kpi_TOTAL_RECEIVED_CALL_COUNT_previous": None,
        "kpi_TOTAL_RECEIVED_CALL_COUNT_met": None,
        "text_summary": "Some words",
    }
    book = Workbook()
    for number, name in enumerate(expected, 1):
        book.defined_names[name] = DefinedName(name, attr_text=f"'Sheet'!$A${number}:$B${number}")
    found = held(filled(document, tmp_path, book), 1)
    values = {name: found.get(f"A{n}") for n, name in enumerate(expected, 1)}
    assert {n: None if v is None else v.value for n, v in values.items()} == expected


def test_durations_are_in_days(document: Document, tmp_path: Path) -> None:
    duration = msgspec.structs.replace(FIVE.heads[1], format=Format.DURATION)
    block = TableBlock(
        name="by-country",
        title="T",
        heads=(FIVE.heads[0], duration),
        rows=(row(text("a"), seconds(43_200)),),
    )
    assert held(filled(with_kpis(document, block), tmp_path), 1)["B5"].value == 0.5


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("kpi_ANSWER_RAT", "'kpi_ANSWER_RAT' of the template 'board.xlsx'", "kpi_ANSWER_RATE"),
        ("report_titel", "'report_titel' of the template", "report_title"),
        ("text_x", "'text_x' of the template", "there are report_title"),
    ],
)
def test_a_name_like_ours_that_stands_for_nothing_is_a_mistake(
    name: str, message: str, hint: str, document: Document, tmp_path: Path
) -> None:
    book = template()
    book.defined_names[name] = DefinedName(name, attr_text="Board!$A$1")
    with pytest.raises(RenderError) as caught:
        filled(with_kpis(document, FIVE), tmp_path, book)
    assert message in caught.value.message
    assert caught.value.hint is not None
    assert hint in caught.value.hint


@pytest.mark.parametrize("target", ["Nowhere!$A$1", "#REF!", "Board!$A:$A", "42"])
def test_a_name_that_is_no_cell_is_a_mistake(
    target: str, document: Document, tmp_path: Path
) -> None:
    book = template()
    book.defined_names["report_period"] = DefinedName("report_period", attr_text=target)
    with pytest.raises(RenderError, match="stands for no cell"):
        filled(with_kpis(document, FIVE), tmp_path, book)


def test_a_column_like_a_metric_that_the_table_has_not_is_a_mistake(
    document: Document, tmp_path: Path
) -> None:
    book = template()
    book["Board"]["B4"] = "TOTAL_CALLS_COUNT"
    book["Board"].tables["By_Country"].tableColumns[1].name = "TOTAL_CALLS_COUNT"
    with pytest.raises(RenderError) as caught:
        filled(with_kpis(document, FIVE), tmp_path, book)
    assert caught.value.message == (
        "the column 'TOTAL_CALLS_COUNT' of the table 'By_Country' of the template 'board.xlsx' is"
        " none of the report's table 'by-country'"
    )
    assert caught.value.hint == "did you mean 'TOTAL_CALL_COUNT'?"


def test_what_nothing_fills_is_told(
    document: Document, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = msgspec.structs.replace(FIVE, name="by-countries")
    with caplog.at_level(logging.WARNING):
        filled(with_kpis(document, other), tmp_path)
        filled(with_kpis(document, FIVE), tmp_path)
    assert [record.getMessage() for record in caplog.records] == [
        "template board.xlsx: nothing fills the table By_Country; did you mean by_countries?",
        "template board.xlsx: nothing fills the column 'Remark' of the table By_Country",
    ]


def test_tables_side_by_side_are_refused(document: Document, tmp_path: Path) -> None:
    book = template()
    board = book["Board"]
    board["J5"], board["J6"] = "Head", "x"
    board.add_table(Table(displayName="Beside", ref="J5:J6"))
    with pytest.raises(RenderError, match=r"'By_Country' and 'Beside'.*side by side"):
        filled(with_kpis(document, FIVE), tmp_path, book)


def test_a_table_below_another_goes_along(document: Document, tmp_path: Path) -> None:
    book = template()
    board = book["Board"]
    board["A20"], board["A21"] = "Country", "x"
    board.add_table(Table(displayName="kpis", ref="A20:A21"))
    content = filled(with_kpis(document, FIVE), tmp_path, book)
    tables = opened(content)["Board"].tables
    assert (tables["By_Country"].ref, tables["kpis"].ref) == ("A4:E10", "A23:A31")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../board.xlsx", "the template '../board.xlsx' lies outside templates/"),
        ("board.xls", "the template 'board.xls' is no .xlsx file"),
        ("bord.xlsx", "the template 'bord.xlsx' cannot be read: No such file or directory"),
        ("broken.xlsx", "the template 'broken.xlsx' is no workbook that can be read: "),
    ],
)
def test_a_template_that_cannot_be_used(
    name: str, message: str, document: Document, tmp_path: Path
) -> None:
    written(template(), tmp_path)
    (tmp_path / "templates" / "broken.xlsx").write_bytes(b"PK no zip")
    with pytest.raises(RenderError) as caught:
        filled(document, tmp_path, name=name)
    assert caught.value.message.startswith(message)
    assert caught.value.hint


def test_a_near_name_of_a_template_is_offered(document: Document, tmp_path: Path) -> None:
    with pytest.raises(RenderError) as caught:
        filled(document, tmp_path, name="bord.xlsx")
    assert caught.value.hint == "did you mean 'board.xlsx'?"


def test_properties_say_where_the_numbers_come_from(document: Document, tmp_path: Path) -> None:
    properties = opened(filled(with_kpis(document, FIVE), tmp_path)).properties
    assert (properties.title, properties.subject) == (document.title, "October 2026")
    assert "Spec version: 4f2a9c1d7e60" in properties.description
    assert properties.modified == document.provenance.stamp.replace(tzinfo=None)


def test_a_filled_template_is_the_same_bytes_again(document: Document, tmp_path: Path) -> None:
    document = with_kpis(document, FIVE)
    assert filled(document, tmp_path, template()) == filled(document, tmp_path, template())


@pytest.mark.slow
def test_libreoffice_computes_what_the_template_asks_for(
    document: Document, tmp_path: Path
) -> None:
    given = tmp_path / "filled.xlsx"
    given.write_bytes(filled(with_kpis(document, FIVE), tmp_path))
    saved_again([given], tmp_path / "again")
    board, other = cells(tmp_path / "again" / "filled.xlsx").values()
    # 50 + 30 + 10 + 7 + 2 calls, twice as many, and half of them.
    assert [board[10, 2].value, board[10, 4].value, board[13, 1].value] == [99, 198, 49.5]
    assert other[1, 1].value == 99 + 49.5
