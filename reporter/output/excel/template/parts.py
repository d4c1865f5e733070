"""The parts of a workbook's file: which sheet, table and chart is which."""

import posixpath
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import msgspec
from lxml import etree

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BOOK: Final = "xl/workbook.xml"
_TYPES_PART: Final = "[Content_Types].xml"

Element = Any
"""An lxml element, which has no types."""


class SheetPart(msgspec.Struct, frozen=True):
    """A sheet: its name, its part, and those that belong to it."""

    name: str
    part: str
    tables: tuple[str, ...]
    drawings: tuple[str, ...]
    comments: tuple[str, ...]
    pivots: tuple[str, ...]


class Parts:
    """A file's parts in their order; XML is read when it is asked for, and written back."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(BytesIO(content)) as pack:
            self._raw = {name: pack.read(name) for name in pack.namelist() if name[-1] != "/"}
        self._trees: dict[str, Element] = {}
        self.sheets = tuple(self._sheets())

    def __contains__(self, name: str) -> bool:
        return name in self._raw

    def names(self, beginning: str) -> tuple[str, ...]:
        """The XML parts of a folder."""
        return tuple(n for n in self._raw if n.startswith(beginning) and n.endswith(".xml"))

    def tree(self, name: str) -> Element:
        """The root element of a part; what is changed in it is kept."""
        if name not in self._trees:
            # Nothing outside the file is read, and nothing in it grows.
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
            self._trees[name] = etree.fromstring(self._raw[name], parser)
        return self._trees[name]

    def items(self) -> Iterator[tuple[str, bytes]]:
        """All parts as they are now."""
        for name, raw in self._raw.items():
            tree = self._trees.get(name)
            if tree is None:
                yield name, raw
            else:
                yield name, etree.tostring(tree, xml_declaration=True, encoding="UTF-8")

    def add(self, name: str, content: bytes, kind: str, relation: str) -> None:
        """Add a part that the workbook refers to."""
        types = self.tree(_TYPES_PART)
        etree.SubElement(types, f"{_TYPES}Override", PartName=f"/{name}", ContentType=kind)
        relations = self.tree(_relations_of(BOOK))
        target = posixpath.relpath(name, posixpath.dirname(BOOK))
        etree.SubElement(relations, _RELATION, Id="rIdReporter", Type=relation, Target=target)
        self._raw[name] = content

    def drop(self, name: str) -> None:
        """Take a part away that the workbook refers to."""
        if name not in self._raw:
            return
        del self._raw[name]
        for override in self.tree(_TYPES_PART).findall(f"{_TYPES}Override"):
            if override.get("PartName") == f"/{name}":
                override.getparent().remove(override)
        for relation in self.tree(_relations_of(BOOK)).findall(_RELATION):
            if _target(BOOK, relation) == name:
                relation.getparent().remove(relation)

    def _sheets(self) -> Iterator[SheetPart]:
        parts = {relation.get("Id"): part for relation, part in self._related(BOOK)}
        for sheet in self.tree(BOOK).iter(f"{MAIN}sheet"):
            part = parts[sheet.get(_ID)]
            related = tuple((r.get("Type").rpartition("/")[2], p) for r, p in self._related(part))

            def of(kind: str, among: tuple[tuple[str, str], ...] = related) -> tuple[str, ...]:
                return tuple(target for found, target in among if found == kind)

            yield SheetPart(
                name=sheet.get("name"),
                part=part,
                tables=of("table"),
                drawings=of("drawing"),
                comments=of("comments"),
                pivots=of("pivotTable"),
            )

    def _related(self, part: str) -> Iterator[tuple[Element, str]]:
        name = _relations_of(part)
        if name in self._raw:
            for relation in self.tree(name).findall(_RELATION):
                if relation.get("TargetMode") != "External":
                    yield relation, _target(part, relation)


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _target(part: str, relation: Element) -> str:
    target: str = relation.get("Target")
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
