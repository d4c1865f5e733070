"""What a workbook's file holds, cell by cell, as it is written: nothing converted or rounded."""

import posixpath
import warnings
import zipfile
from pathlib import Path
from typing import Final

import openpyxl
from lxml import etree
from msgspec import Struct
from openpyxl.utils import range_boundaries

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Filled(Struct, frozen=True):
    """A cell that holds something.

    Attributes:
        value: the number or the text; of a formula, what it came to.
        error: whether the value is an error (``#REF!``).
        formula: without its equals sign; empty where there is none.
    """

    value: float | str
    error: bool = False
    formula: str = ""


Cells = dict[tuple[int, int], Filled]
"""By row and column, from 1."""


class Listed(Struct, frozen=True):
    """A native table: its sheet and its corner cells, head row included."""

    sheet: str
    left: int
    top: int
    right: int
    bottom: int


def cells(path: Path) -> dict[str, Cells]:
    """The filled cells of every sheet, in order."""
    with zipfile.ZipFile(path) as package:
        strings = _shared_strings(package)
        relations = {
            r.get("Id"): posixpath.normpath(posixpath.join("xl", r.get("Target")))
            if not r.get("Target").startswith("/")
            else r.get("Target")[1:]
            for r in etree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
        }
        book = etree.fromstring(package.read("xl/workbook.xml"))
        return {
            sheet.get("name"): _cells(package.read(relations[sheet.get(_RELATION)]), strings)
            for sheet in book.iter(f"{_MAIN}sheet")
        }


def tables(path: Path) -> list[Listed]:
    """The native tables, in the order of sheets and on a sheet from top to bottom."""
    found = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported")
        book = openpyxl.load_workbook(path)
    for sheet in book:
        areas = [range_boundaries(table.ref) for table in sheet.tables.values()]
        areas.sort(key=lambda area: (area[1], area[0]))
        found += [Listed(sheet.title, *area) for area in areas]
    return found


def _shared_strings(package: zipfile.ZipFile) -> list[str]:
    name = "xl/sharedStrings.xml"
    if name not in package.namelist():
        return []
    return [_text(item) for item in etree.fromstring(package.read(name))]


def _cells(sheet: bytes, strings: list[str]) -> Cells:
    found: Cells = {}
    for cell in etree.fromstring(sheet).iter(f"{_MAIN}c"):
        column, row, _, _ = range_boundaries(cell.get("r"))
        formula = cell.findtext(f"{_MAIN}f") or ""
        value = cell.findtext(f"{_MAIN}v")
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            found[row, column] = Filled(_text(cell.find(f"{_MAIN}is")))
        elif value is None:
            if formula:
                found[row, column] = Filled("", formula=formula)
        elif kind == "s":
            found[row, column] = Filled(strings[int(value)])
        elif kind == "n":
            found[row, column] = Filled(float(value), formula=formula)
        else:
            found[row, column] = Filled(value, kind == "e", formula)
    return found


def _text(item: etree._Element | None) -> str:
    return "" if item is None else "".join(t.text or "" for t in item.iter(f"{_MAIN}t"))
