"""LibreOffice opens the workbook and computes every formula to the value beside it.

The values in the file are spoilt before, so that nothing can agree by being left alone.
"""

import io
import math
import re
import zipfile
from pathlib import Path

import pytest
from making import made, with_blocks
from office import saved_again
from read_workbook import Cells, cells
from test_tables import grouped, pivoted

from reporter.document.model import Document
from reporter.output.excel import sheet as limits
from reporter.output.excel.tables import HEAD_ROW
from reporter.spec.model import XlsxOptions

pytestmark = pytest.mark.slow


def spoilt(content: bytes) -> bytes:
    """The workbook with a wrong value beside every formula."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f><v>77</v>", old.read(name)))
    return target.getvalue()


def test_every_formula_comes_to_the_value_beside_it(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = with_blocks(document, *document.blocks, grouped(), pivoted())
    parts = with_blocks(document, grouped())
    given = {
        "whole.xlsx": made_with(whole, tmp_path, HEAD_ROW + 100, monkeypatch),
        "parts.xlsx": made_with(parts, tmp_path, HEAD_ROW + 4, monkeypatch),
    }
    folder = tmp_path / "given"
    folder.mkdir()
    for name, content in given.items():
        (folder / name).write_bytes(spoilt(content))
        (tmp_path / f"true-{name}").write_bytes(content)
    saved_again([folder / name for name in given], tmp_path / "again")
    formulas = 0
    for name in given:
        ours, theirs = cells(tmp_path / f"true-{name}"), cells(tmp_path / "again" / name)
        assert list(ours) == list(theirs)
        for sheet, filled in ours.items():
            formulas += sum(bool(cell.formula) for cell in filled.values())
            assert differences(filled, theirs[sheet]) == [], sheet
    assert formulas > 25


def made_with(
    document: Document, folder: Path, most_rows: int, monkeypatch: pytest.MonkeyPatch
) -> bytes:
    monkeypatch.setattr(limits, "MOST_ROWS", most_rows)
    return made(document, folder, XlsxOptions(overflow="split"))


def differences(ours: Cells, theirs: Cells) -> list[object]:
    found: list[object] = []
    for place, cell in ours.items():
        other = theirs.get(place)
        if isinstance(cell.value, float) and other is not None and isinstance(other.value, float):
            alike = math.isclose(cell.value, other.value, rel_tol=1e-14)
        else:
            alike = other is not None and cell.value == other.value
        if not alike:
            found.append((place, cell, other))
    return found
