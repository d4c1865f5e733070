"""An issue that is not the final one says so wherever it is read; a final one says nothing."""

import io
import json
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from lxml import html
from openpyxl import load_workbook
from pypdf import PdfReader

from reporter.document.model import Document
from reporter.output.base import Branding
from reporter.output.excel import ExcelRenderer
from reporter.output.html import HtmlRenderer
from reporter.output.json import JsonRenderer
from reporter.output.mail.renderer import MailRenderer
from reporter.output.pdf import PdfRenderer
from reporter.spec.model import PdfOptions

PERIOD = "October 2026 · Provisional"


@pytest.fixture
def look(sample: ModuleType, tmp_path: Path) -> Branding:
    found: Branding = sample.branding(tmp_path)
    return found


@pytest.fixture(scope="module")
def provisional(sample: ModuleType) -> Document:
    document = sample.document()
    return msgspec.structs.replace(
        document,
        revision="provisional",
        mark="Provisional",
        provenance=msgspec.structs.replace(document.provenance, period=PERIOD),
    )


def texts(tree: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in tree.xpath(path)]


def test_the_page(provisional: Document, look: Branding) -> None:
    (made,) = HtmlRenderer().render(provisional, "review", look)
    tree = html.document_fromstring(made.content.decode())
    assert texts(tree, "//header//h1/following-sibling::p[1]") == ["Provisional"]
    assert texts(tree, "//*[contains(@class, 'period')]") == [PERIOD]
    assert texts(tree, "//head/title") == [f"Voice & Video: monthly business review · {PERIOD}"]
    assert ".issue {" in made.content.decode()


@pytest.mark.slow
def test_every_page_of_paper(provisional: Document, look: Branding) -> None:
    (made,) = PdfRenderer().render(provisional, "review", look)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages]
    assert len(pages) > 2
    assert all("Provisional" in page for page in pages)


@pytest.mark.slow
def test_a_cover_of_paper(provisional: Document, look: Branding) -> None:
    short = msgspec.structs.replace(provisional, blocks=provisional.blocks[:1])
    (made,) = PdfRenderer(PdfOptions(cover=True)).render(short, "review", look)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages]
    assert pages[0].count("Provisional") == 2
    assert all("Provisional" in page for page in pages)


def test_the_workbook(provisional: Document, look: Branding) -> None:
    (made,) = ExcelRenderer().render(provisional, "review", look)
    book = load_workbook(io.BytesIO(made.content))
    cover = [cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert cover[:2] == ["Voice & Video: monthly business review", "Provisional"]
    assert PERIOD in cover
    assert all(sheet.oddHeader.right.text == PERIOD for sheet in book.worksheets)


def test_the_mail(provisional: Document, look: Branding) -> None:
    body = MailRenderer().body(provisional, look)
    tree = html.document_fromstring(body.html)
    assert texts(tree, "//h1/following-sibling::p[1]") == ["Provisional"]
    assert PERIOD in body.html
    assert PERIOD in body.text.splitlines()[3]


def test_for_machines(provisional: Document, look: Branding) -> None:
    (made,) = JsonRenderer().render(provisional, "review", look)
    assert json.loads(made.content)["revision"] == "provisional"


def test_a_final_one_says_nothing(sample: ModuleType, look: Branding) -> None:
    document = sample.document()
    (page,) = HtmlRenderer().render(document, "review", look)
    (data,) = JsonRenderer().render(document, "review", look)
    assert b"issue" not in page.content
    assert "revision" not in json.loads(data.content)
