"""The gallery's workbooks in LibreOffice: opened as they are, computed to the same values."""

import math
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from editions import EDITIONS, Edition
from office import saved_again
from read_workbook import Cells, Filled, cells

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]


@pytest.fixture(scope="module")
def workbooks(gallery: dict[Edition, object]) -> dict[Edition, Path]:
    return {edition: gallery[edition].file(".xlsx") for edition in EDITIONS}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def again(workbooks: dict[Edition, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All workbooks as LibreOffice saves them, and one whose value is not that of its formula."""
    folder = tmp_path_factory.mktemp("office")
    wrong = folder / "given" / "wrong.xlsx"
    wrong.parent.mkdir()
    with_wrong_value(wrong)
    named = []
    for edition, path in workbooks.items():
        copy = wrong.parent / f"{edition}.xlsx"
        copy.write_bytes(path.read_bytes())
        named.append(copy)
    saved_again([wrong, *named], folder)
    return folder


def with_wrong_value(path: Path) -> None:
    """A workbook whose formula comes to 5, and that says 4."""
    book = openpyxl.Workbook()
    book.active.append([2, 3, "=A1+B1"])
    written = BytesIO()
    book.save(written)
    with ZipFile(written) as old, ZipFile(path, "w") as new:
        for name in old.namelist():
            part = re.sub(rb"(</f>)<v ?/>|(</f>)<v></v>", rb"</f><v>4</v>", old.read(name))
            new.writestr(name, part)


def test_formulas_are_computed_anew(again: Path) -> None:
    """So that equal values mean something."""
    (before,) = cells(again / "given" / "wrong.xlsx").values()
    (after,) = cells(again / "wrong.xlsx").values()
    assert (before[1, 3].value, after[1, 3].value) == (4, 5)


@pytest.mark.parametrize("edition", EDITIONS, ids=str)
def test_every_cell_is_what_it_was(
    edition: Edition, workbooks: dict[Edition, Path], again: Path
) -> None:
    ours, theirs = cells(workbooks[edition]), cells(again / f"{edition}.xlsx")
    assert list(ours) == list(theirs)
    for sheet, filled in ours.items():
        assert differences(filled, theirs[sheet]) == [], sheet


def differences(ours: Cells, theirs: Cells) -> list[tuple[tuple[int, int], object, object]]:
    found = []
    for place in sorted({*ours, *theirs}):
        a, b = ours.get(place), theirs.get(place)
        if not same(a, b):
            found.append((place, a, b))
    return found


def same(ours: Filled | None, theirs: Filled | None) -> bool:
    a = "" if ours is None else ours.value
    b = "" if theirs is None else theirs.value
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-14, abs_tol=1e-300)
    return a == b and not (ours is not None and ours.error)
