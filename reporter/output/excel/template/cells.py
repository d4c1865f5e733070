"""Cells of a template's sheets: found, made, and given values."""

from typing import Final

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import (
    column_index_from_string,
    coordinate_from_string,
    get_column_letter,
)

from reporter.data.table import Value
from reporter.output.excel.rows import SharedStrings
from reporter.output.excel.template.answers import Answer
from reporter.output.excel.template.parts import MAIN, Element, Parts

_STYLES: Final = "xl/styles.xml"
_NO_FORMATS: Final = {"0", "49"}
"""General and text: a date would be seen as a number."""


class Cells:
    """Writes values into cells, whose looks stay.

    Attributes:
        strings: the texts of the workbook, ours after those that it has.
    """

    def __init__(self, parts: Parts, strings: SharedStrings) -> None:
        self.strings = strings
        self._formats = _number_formats(parts)

    def fill(self, cell: Element, answer: Answer, *, moment: bool) -> None:
        """Put a value into a cell; a date as text where the cell would not show it as one."""
        value = answer.value
        if moment and self._formats.get(cell.get("s", "0"), "0") in _NO_FORMATS:
            value = answer.text
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        self._put(cell, value)

    def _put(self, cell: Element, value: Value) -> None:
        match value:
            case None:
                return
            case str():
                number = self.strings.number(value)
                cell.set("t", "s")
                etree.SubElement(cell, f"{MAIN}v").text = f"{number}"
            case bool():
                cell.set("t", "b")
                etree.SubElement(cell, f"{MAIN}v").text = f"{int(value)}"
            case _:
                etree.SubElement(cell, f"{MAIN}v").text = repr(value)


def rows_at(tree: Element, first: int, count: int) -> list[Element]:
    """So many rows of a sheet from a first one, made where there are none."""
    data = tree.find(f"{MAIN}sheetData")
    before = None
    for row in data:
        if int(row.get("r")) >= first:
            break
        before = row
    found = []
    for number in range(first, first + count):
        after = data.find(f"{MAIN}row") if before is None else before.getnext()
        row = after
        if after is None or int(after.get("r")) != number:
            row = etree.Element(f"{MAIN}row", r=f"{number}")
            if before is None:
                data.insert(0, row)
            else:
                before.addnext(row)
        found.append(row)
        before = row
    return found


def row_at(tree: Element, number: int) -> Element:
    """The row of a sheet, made where there is none."""
    return rows_at(tree, number, 1)[0]


def cell_at(row: Element, column: int) -> Element:
    """The cell of a row, made where there is none."""
    place = 0
    for cell in row:
        found = column_of(cell)
        if found == column:
            return cell
        if found > column:
            break
        place += 1
    cell = etree.Element(f"{MAIN}c", r=f"{get_column_letter(column)}{row.get('r')}")
    row.insert(place, cell)
    return cell


def column_of(cell: Element) -> int:
    """The number of a cell's column."""
    return column_index_from_string(coordinate_from_string(cell.get("r"))[0])


def settle_formulas(tree: Element) -> None:
    """Give every cell of a shared formula its own, and forget what formulas came to.

    The values that stand beside them are those of other data.
    """
    bases: dict[str, tuple[str, str]] = {}
    for cell in tree.iter(f"{MAIN}c"):
        formula = cell.find(f"{MAIN}f")
        if formula is None:
            continue
        if formula.get("t") == "shared":
            if formula.text:
                bases[formula.get("si")] = (f"={formula.text}", cell.get("r"))
            text, origin = bases[formula.get("si")]
            moved = Translator(text, origin).translate_formula(cell.get("r"))
            formula.text = moved[1:]
            for attribute in ("t", "si", "ref"):
                formula.attrib.pop(attribute, None)
        for value in cell.findall(f"{MAIN}v"):
            cell.remove(value)
        cell.attrib.pop("t", None)


def _number_formats(parts: Parts) -> dict[str, str]:
    """The number format of every style of cells."""
    if _STYLES not in parts:
        return {}
    styles = parts.tree(_STYLES).iterfind(f"{MAIN}cellXfs/{MAIN}xf")
    return {f"{number}": style.get("numFmtId", "0") for number, style in enumerate(styles)}
