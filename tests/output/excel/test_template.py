"""Templates: names and tables are filled, and everything else stays."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest
from board import FIVE, board_of, filled, table, template, with_kpis, written
from lxml import etree
from making import count, dimension, held, opened, row, sample, seconds, share, text
from office import saved_again
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table
from read_workbook import cells

from reporter.data.table import Format, Kind
from reporter.document.model import Document, TableBlock, TextBlock
from reporter.document.values import Cell
from reporter.output.excel import ExcelRenderer
from reporter.output.excel.template.fill import _calculate_anew
from reporter.output.excel.template.parts import Parts
from reporter.spec.model import XlsxOptions

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


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


def edited(
    document: Document,
    folder: Path,
    edit: Callable[[str, bytes], bytes],
    book: Workbook | None = None,
) -> bytes:
    """A template filled whose parts were changed before, as programs other than openpyxl do it."""
    written(template() if book is None else book, folder)
    path = folder / "templates" / "board.xlsx"
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, edit(name, old.read(name)))
        new.writestr("xl/calcChain.xml", "<calcChain/>")
    path.write_bytes(changed.getvalue())
    options = XlsxOptions(template="board.xlsx")
    (artifact,) = ExcelRenderer(options).render(document, "x", sample.branding(folder))
    return artifact.content


def part_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return pack.read(name)


def test_values_that_formulas_came_to_before_are_forgotten(
    document: Document, tmp_path: Path
) -> None:
    def edit(name: str, part: bytes) -> bytes:
        if name == "[Content_Types].xml":
            chain = (
                b'<Override PartName="/xl/calcChain.xml" ContentType="application/xml"/></Types>'
            )
            return part.replace(b"</Types>", chain)
        if name == "xl/_rels/workbook.xml.rels":
            chain = b'<Relationship Id="c" Type="x/calcChain" Target="calcChain.xml"/>'
            return part.replace(b"</Relationships>", chain + b"</Relationships>")
        if name == "xl/workbook.xml":
            return re.sub(rb"<calcPr[^>]*/>", b"", part)
        if name.endswith("sheet1.xml"):
            stale = re.sub(rb"</f><v ?/>|</f><v></v>", b"</f><v>7</v>", part)
            assert b"<v>7</v>" in stale
            return stale
        return part

    content = edited(with_kpis(document, FIVE), tmp_path, edit)
    book = etree.fromstring(part_of(content, "xl/workbook.xml"))
    after = [etree.QName(child).localname for child in book]
    assert after.index("calcPr") == after.index("definedNames") + 1
    assert book.find("{*}calcPr").get("fullCalcOnLoad") == "1"
    for cell in etree.fromstring(part_of(content, "xl/worksheets/sheet1.xml")).iter("{*}c"):
        assert cell.find("{*}f") is None or cell.find("{*}v") is None
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert "xl/calcChain.xml" not in pack.namelist()
    assert b"calcChain" not in part_of(content, "[Content_Types].xml")
    assert b"calcChain" not in part_of(content, "xl/_rels/workbook.xml.rels")


def test_shared_formulas_become_each_cells_own(document: Document, tmp_path: Path) -> None:
    def edit(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        part = part.replace(b"<f>B5*2</f>", b'<f t="shared" ref="D5:D6" si="0">B5*2</f>')
        return part.replace(b"<f>B6*2</f>", b'<f t="shared" si="0"/>')

    board = opened(edited(with_kpis(document, FIVE), tmp_path, edit))["Board"]
    assert [board[f"D{r}"].value for r in (5, 6, 9)] == ["=B5*2", "=B6*2", "=B9*2"]


def test_what_later_versions_of_excel_add_goes_along_too(
    document: Document, tmp_path: Path
) -> None:
    later = (
        b'<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
        b' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" uri="{1}"><x14:sparkline>'
        b"<xm:f>Board!B5:B6</xm:f><xm:sqref>G12</xm:sqref></x14:sparkline></ext></extLst>"
    )

    def edit(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        part = part.replace(b"<f>B7/2</f>", b'<f t="array" ref="A10:A10">B7/2</f>')
        breaks = b'<rowBreaks count="1"><brk id="12"/></rowBreaks><drawing'
        return part.replace(b"<drawing", breaks, 1).replace(
            b"</worksheet>", later + b"</worksheet>"
        )

    book = template()
    book["Board"]["A12"].hyperlink = Hyperlink(ref="A12", location="Board!A10")
    content = edited(with_kpis(document, FIVE), tmp_path, edit, book)
    sheet = part_of(content, "xl/worksheets/sheet1.xml")
    assert b"<xm:f>Board!B5:B9</xm:f><xm:sqref>G15</xm:sqref>" in sheet
    assert b'<f t="array" ref="A13:A13">B10/2</f>' in sheet
    assert b'<brk id="15"/>' in sheet
    assert b'ref="A15" location="Board!A13"' in sheet


def test_a_template_without_any_text_gets_some(document: Document, tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["C1"], book.worksheets[0]["A3"] = 5, 6
    book.defined_names["report_title"] = DefinedName("report_title", attr_text="Sheet!$A$1")
    book.defined_names["report_name"] = DefinedName("report_name", attr_text="Sheet!$B$2")
    content = edited(
        with_kpis(document),
        tmp_path,
        lambda _name, part: part,
        book,
    )
    found = {place: cell.value for place, cell in held(content, 1).items()}
    assert found == {"A1": document.title, "B2": "monthly-voice-review", "C1": 5, "A3": 6}


def test_pivots_are_computed_when_they_are_opened(document: Document, tmp_path: Path) -> None:
    parts = Parts(filled(with_kpis(document, FIVE), tmp_path))
    cache = (
        b'<pivotCacheDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    )
    parts.add("xl/pivotCache/pivotCacheDefinition1.xml", cache, "application/xml", "x")
    _calculate_anew(parts)
    assert b'refreshOnLoad="1"' in dict(parts.items())["xl/pivotCache/pivotCacheDefinition1.xml"]


def test_truth_is_filled_as_truth(document: Document, tmp_path: Path) -> None:
    yes = msgspec.structs.replace(count(1), value=True)
    block = msgspec.structs.replace(FIVE, rows=(row(text("a"), yes, share(0.1)),))
    assert board_of(with_kpis(document, block), tmp_path)["B5"].value is True


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


def test_a_table_below_another_goes_along(document: Document, tmp_path: Path) -> None:
    book = template()
    board = book["Board"]
    board["A20"], board["A21"] = "Country", "x"
    board.add_table(Table(displayName="kpis", ref="A20:A21"))
    content = filled(with_kpis(document, FIVE), tmp_path, book)
    tables = opened(content)["Board"].tables
    assert (tables["By_Country"].ref, tables["kpis"].ref) == ("A4:E10", "A23:A31")


def test_properties_say_where_the_numbers_come_from(document: Document, tmp_path: Path) -> None:
    properties = opened(filled(with_kpis(document, FIVE), tmp_path)).properties
    assert (properties.title, properties.subject) == (document.title, "October 2026")
    assert "Spec version: 4f2a9c1d7e60" in properties.description
    assert properties.modified == document.provenance.stamp.replace(tzinfo=None)


def test_a_filled_template_is_the_same_bytes_again(document: Document, tmp_path: Path) -> None:
    document = with_kpis(document, FIVE)
    made = template()  # twice it would have two dates
    assert filled(document, tmp_path, made) == filled(document, tmp_path, made)


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
