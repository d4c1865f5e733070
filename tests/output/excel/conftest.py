"""Workbooks made of documents, and read back."""

import sys
from pathlib import Path

import pytest
from openpyxl import Workbook

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "gallery"))

from making import sample, workbook

from reporter.document.model import Document


@pytest.fixture(scope="session")
def document() -> Document:
    made = sample.document()
    assert isinstance(made, Document)
    return made


@pytest.fixture(scope="session")
def book(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return workbook(document, tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def values(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """The same workbook as programs see it that do not calculate."""
    return workbook(document, tmp_path_factory.mktemp("project"), values=True)
