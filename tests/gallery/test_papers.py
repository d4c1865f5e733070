"""The gallery's PDF files as documents: structure, fonts, page numbers, bookmarks."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from editions import Made
from pypdf import PdfReader
from structure_check import problems

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]


@pytest.fixture
def paper(made: Made) -> Path:
    return made.file(".pdf")


def asked(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_structure_tree_is_complete(paper: Path) -> None:
    assert problems(paper.read_bytes()) == []


def test_all_fonts_are_embedded(paper: Path) -> None:
    """``pdffonts`` says of each whether it is embedded, a part only, and readable as text."""
    fonts = asked("pdffonts", str(paper)).splitlines()[2:]
    said = [re.search(r" (yes|no) +(yes|no) +(yes|no) +\d+ +\d+$", font) for font in fonts]
    assert len(said) >= 3
    assert {found and found.groups() for found in said} == {("yes", "yes", "yes")}


def test_every_page_has_its_number(paper: Path) -> None:
    pages = asked("pdftotext", "-layout", str(paper), "-").split("\f")[:-1]
    assert pages
    for number, page in enumerate(pages, 1):
        if number > 1 or not is_cover(page):
            lines = [line for line in page.splitlines() if line.strip()]
            assert re.search(rf"\b{number}\D+{len(pages)}\s*$", lines[-1]), lines[-1]


def is_cover(page: str) -> bool:
    """A cover has no number and no running heads."""
    return len(page.split()) < 80


def test_bookmarks_are_the_titles_of_the_sections(made: Made, paper: Path) -> None:
    def titles(outline: list[object]) -> Iterator[str]:
        for entry in outline:
            if isinstance(entry, list):
                yield from titles(entry)
            else:
                yield entry.title  # type: ignore[attr-defined]

    found = list(titles(PdfReader(paper).outline))
    wanted = [made.document["title"]]
    wanted += [block["title"] for block in made.document["blocks"] if block["title"]]
    assert found[: len(wanted)] == wanted


def test_the_title_and_the_language_are_there(made: Made, paper: Path) -> None:
    reader = PdfReader(paper)
    assert reader.metadata is not None
    assert made.document["title"] in str(reader.metadata.title)
    assert reader.root_object["/Lang"] == made.document["language"]
