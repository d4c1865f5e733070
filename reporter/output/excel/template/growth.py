"""A table grows: everything in the file that lies behind it, or refers to it, goes along."""

from collections.abc import Iterator
from typing import Final

from reporter.output.excel.template.parts import (
    BOOK,
    CHART,
    DRAWING,
    MAIN,
    Element,
    Parts,
    SheetPart,
)
from reporter.output.excel.template.references import Growth

_AREAS: Final = {
    f"{MAIN}mergeCell": "ref",
    f"{MAIN}conditionalFormatting": "sqref",
    f"{MAIN}dataValidation": "sqref",
    f"{MAIN}ignoredError": "sqref",
    f"{MAIN}hyperlink": "ref",
    f"{MAIN}autoFilter": "ref",
    f"{MAIN}sortState": "ref",
    f"{MAIN}sortCondition": "ref",
    f"{MAIN}protectedRange": "sqref",
}
"""Elements that say where on their own sheet they hold, and how."""
_FORMULAS: Final = {"f", "formula", "formula1", "formula2"}
_FORMULAS_OF_TABLES: Final = {"calculatedColumnFormula", "totalsRowFormula"}


def grow(parts: Parts, sheet: SheetPart, growth: Growth) -> None:
    """Put rows into a sheet, or take them out, and move what has to move.

    The rows themselves are empty; what stood in rows that are taken out is gone.
    """
    if growth.by == 0:
        return
    _move_within(parts, sheet, growth)
    for other in parts.sheets:
        _move_formulas(parts.tree(other.part), other.name, growth)
        for table in other.tables:
            _move_table_formulas(parts.tree(table), other.name, growth)
    for name in parts.tree(BOOK).iter(f"{MAIN}definedName"):
        name.text = growth.formula(name.text or "", "")
    for chart in parts.names("xl/charts/chart"):
        for reference in parts.tree(chart).iter(f"{CHART}f"):
            reference.text = growth.formula(reference.text or "", "")


def _move_within(parts: Parts, sheet: SheetPart, growth: Growth) -> None:
    """Move what stands on the sheet itself."""
    tree = parts.tree(sheet.part)
    for dimension in tree.findall(f"{MAIN}dimension"):
        # It is optional, and would be wrong now.
        tree.remove(dimension)
    _move_rows(tree, growth)
    _move_areas(tree, growth)
    for table in sheet.tables:
        found = parts.tree(table)
        found.set("ref", growth.area(found.get("ref")))
        _move_areas(found, growth)
    for drawing in sheet.drawings:
        _move_drawing(parts.tree(drawing), growth)
    for comments in sheet.comments:
        _move_attribute(parts.tree(comments), f"{MAIN}comment", "ref", growth)
    for pivot in sheet.pivots:
        _move_attribute(parts.tree(pivot), f"{MAIN}location", "ref", growth)


def _move_rows(tree: Element, growth: Growth) -> None:
    for row in list(tree.iter(f"{MAIN}row")):
        number = int(row.get("r"))
        if growth.last + growth.by < number <= growth.last:
            row.getparent().remove(row)
        elif number > growth.last:
            moved = growth.begin(number)
            row.set("r", f"{moved}")
            for cell in row.iter(f"{MAIN}c"):
                cell.set("r", growth.area(cell.get("r")))
    for brk in tree.iterfind(f"{MAIN}rowBreaks/{MAIN}brk"):
        brk.set("id", f"{growth.begin(int(brk.get('id')))}")


def _move_areas(tree: Element, growth: Growth) -> None:
    for element in tree.iter(*_AREAS):
        attribute = _AREAS[element.tag]
        element.set(attribute, growth.areas(element.get(attribute)))
    for element in _extended(tree, "sqref"):
        element.text = growth.areas(element.text or "")


def _extended(tree: Element, name: str) -> Iterator[Element]:
    """The elements of that name in what later versions of Excel have added to a sheet."""
    for added in tree.iterfind(f"{MAIN}extLst"):
        yield from (e for e in added.iter() if _local(e) == name)


def _move_formulas(tree: Element, sheet: str, growth: Growth) -> None:
    for element in tree.iter():
        if _local(element) in _FORMULAS and element.text:
            element.text = growth.formula(element.text, sheet)
            if element.get("ref") and sheet.casefold() == growth.sheet.casefold():
                element.set("ref", growth.area(element.get("ref")))
    for link in tree.iter(f"{MAIN}hyperlink"):
        if link.get("location"):
            link.set("location", growth.reference(link.get("location"), sheet))


def _move_table_formulas(tree: Element, sheet: str, growth: Growth) -> None:
    for element in tree.iter():
        if _local(element) in _FORMULAS_OF_TABLES and element.text:
            element.text = growth.formula(element.text, sheet)


def _move_drawing(tree: Element, growth: Growth) -> None:
    """What begins behind the table goes along; what stands beside it keeps its size."""
    for anchor in tree:
        corners = [anchor.find(f"{DRAWING}{name}/{DRAWING}row") for name in ("from", "to")]
        rows = [corner for corner in corners if corner is not None]
        # Drawings count rows from 0.
        if rows and int(rows[0].text) + 1 > growth.last:
            for row in rows:
                row.text = f"{int(row.text) + growth.by}"


def _move_attribute(tree: Element, tag: str, attribute: str, growth: Growth) -> None:
    for element in tree.iter(tag):
        element.set(attribute, growth.area(element.get(attribute)))


def _local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
