"""Templates that cannot be used, and names that stand for nothing."""

import logging
from pathlib import Path

import msgspec
import pytest
from board import FIVE, filled, template, with_kpis, written
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from reporter.document.model import Document
from reporter.errors import RenderError
from reporter.output.excel.template.references import boundaries


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


def test_an_area_without_corners_is_none() -> None:
    with pytest.raises(ValueError, match="A:B has no corners"):
        boundaries("A:B")
