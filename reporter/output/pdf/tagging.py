"""The structure tree as objects of the PDF file: what PDF/UA asks of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
import pydyf

from reporter.output.pdf.marks import Mark, MarkedPage
from reporter.output.pdf.structure import Annotation, Node, Tree

_EMPTY_IS_MEANT: Final = {"TD", "TH", "TR"}
_SCOPES: Final = {"col": "Column", "colgroup": "Column", "row": "Row", "rowgroup": "Row"}
_SPACED: Final = " ".join


class _Place(msgspec.Struct, frozen=True):
    """A cell in its table: its node and the columns and rows that it covers."""

    node: Node
    columns: range
    rows: range


def write_tree(tree: Tree, pages: Sequence[MarkedPage], pdf: Any) -> None:  # noqa: ANN401 - no types
    """Put the tree in the place of the engine's own empty one."""
    _Writer(pages, pdf).write(tree.root)


class _Writer:
    """Writes one tree into one file."""

    def __init__(self, pages: Sequence[MarkedPage], pdf: Any) -> None:  # noqa: ANN401 - no types
        self._pdf = pdf
        self._sheets = pdf.page_references
        self._owners: list[list[bytes]] = [[] for _ in pages]
        self._forms: dict[int, tuple[Any, list[bytes]]] = {}
        self._annotated: list[tuple[Any, bytes]] = []
        self._names: list[tuple[str, bytes]] = []
        self._heading = 0
        self._cells: dict[int, Any] = {}

    def write(self, root: Node) -> None:
        top = self._object(self._pdf.catalog["StructTreeRoot"])
        document = self._object(top["K"][0])
        _prune(root)
        self._drop_nested_annotations(root)
        document["K"] = pydyf.Array([self._element(kid, document) for kid in _nodes(root)])
        numbers = pydyf.Array()
        for page, owners in enumerate(self._owners):
            numbers += [page, pydyf.Array(owners)]
        for place, (annotation, owner) in enumerate(self._annotated, start=len(self._owners)):
            annotation["StructParent"] = place
            numbers += [place, owner]
        for place, (form, owners) in enumerate(self._forms.values(), start=len(numbers) // 2):
            form.extra["StructParents"] = place
            numbers += [place, pydyf.Array(owners)]
        self._object(top["ParentTree"])["Nums"] = numbers
        top["ParentTreeNextKey"] = len(numbers) // 2
        if self._names:
            found = pydyf.Array()
            for name, reference in sorted(self._names):
                found += [pydyf.String(name), reference]
            top["IDTree"] = pydyf.Dictionary({"Names": found})

    def _object(self, reference: bytes) -> Any:  # noqa: ANN401 - the library has no types
        return self._pdf.objects[int(reference.split()[0])]

    def _element(self, node: Node, parent: Any) -> bytes:  # noqa: ANN401 - likewise
        """Write a node and all below it; what it is referred to by."""
        element = pydyf.Dictionary(
            {"Type": "/StructElem", "S": f"/{self._kind(node)}", "P": parent.reference}
        )
        self._pdf.add_object(element)
        reference: bytes = element.reference
        element["Pg"] = self._sheets[node.page]
        if node.alternative:
            element["Alt"] = pydyf.String(node.alternative)
        if attributes := _attributes(node):
            element["A"] = attributes
        if node.kind in {"TD", "TH"}:
            self._cells[id(node)] = element
        kids = pydyf.Array()
        for kid in node.kids:
            match kid:
                case Node():
                    kids.append(self._element(kid, element))
                case Mark():
                    kids.append(self._content(kid, node, reference))
                case Annotation():
                    kids.append(self._link(kid, node, reference))
                case _:
                    kids += kid.write(self._pdf, reference, self._owners, self._names)
        element["K"] = kids
        if node.kind == "Table":
            self._associate(node)
        return reference

    def _kind(self, node: Node) -> str:
        """Its kind; a heading that leaves out a level is raised to the next one."""
        if not (node.kind[0] == "H" and node.kind[1:].isdigit()):
            return node.kind
        self._heading = min(int(node.kind[1:]), self._heading + 1)
        return f"H{self._heading}"

    def _content(self, mark: Mark, node: Node, owner: bytes) -> Any:  # noqa: ANN401 - likewise
        owners = self._owners[mark.page]
        if mark.form is not None:
            owners = self._forms.setdefault(id(mark.form), (mark.form, []))[1]
        mark.number = len(owners)
        owners.append(owner)
        if mark.page == node.page and mark.form is None:
            return mark.number
        found = pydyf.Dictionary(
            {"Type": "/MCR", "Pg": self._sheets[mark.page], "MCID": mark.number}
        )
        if mark.form is not None:
            found["Stm"] = mark.form.reference
        return found

    def _link(self, kid: Annotation, node: Node, owner: bytes) -> Any:  # noqa: ANN401 - likewise
        words = (
            _SPACED("".join(node.element.itertext()).split()) if node.element is not None else ""
        )
        if words:
            kid.object["Contents"] = pydyf.String(words)
        self._annotated.append((kid.object, owner))
        return pydyf.Dictionary(
            {"Type": "/OBJR", "Obj": kid.object.reference, "Pg": self._sheets[kid.page]}
        )

    def _drop_nested_annotations(self, root: Node) -> None:
        """The engine makes every box inside a link a link as well: the outermost one is enough."""
        for node in root.walk():
            areas = [kid for kid in node.kids if isinstance(kid, Annotation)]
            nested = [
                kid
                for place, kid in enumerate(areas)
                if any(
                    kid.page == other.page
                    and _inside(kid.object["Rect"], other.object["Rect"])
                    and (other_place < place or kid.object["Rect"] != other.object["Rect"])
                    for other_place, other in enumerate(areas)
                    if other is not kid
                )
            ]
            for kid in nested:
                node.kids.remove(kid)
                page = self._object(self._sheets[kid.page])
                page["Annots"].remove(kid.object.reference)

    def _associate(self, table: Node) -> None:
        """Say which heads a cell has, where a head stands over several columns or rows."""
        places = list(_places(table))
        heads = [place for place in places if place.node.kind == "TH"]
        if all(len(head.columns) == len(head.rows) == 1 for head in heads):
            return
        beside: defaultdict[int, list[_Place]] = defaultdict(list)
        above: list[_Place] = []
        for head in heads:
            element = self._cells[id(head.node)]
            name = f"h{element.number:06}"
            element["ID"] = pydyf.String(name)
            self._names.append((name, element.reference))
            if _scope(head.node) == "Row":
                for row in head.rows:
                    beside[row].append(head)
            else:
                above.append(head)
        for place in places:
            of_row = [h for row in place.rows for h in beside[row] if place.node.kind == "TD"]
            found = [*of_row, *(head for head in above if _is_above(head, place))]
            element = self._cells[id(place.node)]
            if found:
                attributes = element.setdefault("A", pydyf.Dictionary({"O": "/Table"}))
                attributes["Headers"] = pydyf.Array(
                    [self._cells[id(head.node)]["ID"] for head in found]
                )


def _nodes(parent: Node) -> Iterator[Node]:
    return (kid for kid in parent.kids if isinstance(kid, Node))


def _prune(node: Node) -> None:
    """Take out what holds nothing."""
    for kid in _nodes(node):
        _prune(kid)
    node.kids = [
        kid
        for kid in node.kids
        if not isinstance(kid, Node) or kid.kids or kid.kind in _EMPTY_IS_MEANT
    ]


def _said(node: Node, name: str) -> str:
    return (node.element.get(name) or "") if node.element is not None else ""


def _span(node: Node, name: str) -> int:
    said = _said(node, name)
    return int(said) if said.isdigit() else 1


def _scope(node: Node) -> str:
    return _SCOPES.get(_said(node, "scope"), "Column")


def _attributes(node: Node) -> Any:  # noqa: ANN401 - the library has no types
    """What its kind asks for beside its content; None where that is nothing."""
    match node.kind:
        case "Figure":
            return pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array(node.frame)})
        case "L":
            ordered = node.element is not None and node.element.tag == "ol"
            labels = any(kid.kind == "Lbl" for item in _nodes(node) for kid in _nodes(item))
            kind = "Decimal" if ordered and labels else "Disc" if labels else "None"
            if node.element is not None and node.element.tag == "dl":
                kind = "None"
            return pydyf.Dictionary({"O": "/List", "ListNumbering": f"/{kind}"})
        case "TH" | "TD":
            found = pydyf.Dictionary({"O": "/Table"})
            if node.kind == "TH":
                found["Scope"] = f"/{_scope(node)}"
            for key, name in (("ColSpan", "colspan"), ("RowSpan", "rowspan")):
                if _span(node, name) > 1:
                    found[key] = _span(node, name)
            return found if node.kind == "TH" or len(found) > 1 else None
    return None


def _rows(table: Node) -> Iterable[Node]:
    for kid in _nodes(table):
        if kid.kind == "TR":
            yield kid
        else:
            yield from _rows(kid)


def _places(table: Node) -> Iterator[_Place]:
    """Every cell, with the columns and rows that it covers."""
    taken: set[tuple[int, int]] = set()
    for row_number, row in enumerate(_rows(table)):
        column = 0
        for cell in _nodes(row):
            while (row_number, column) in taken:
                column += 1
            columns = range(column, column + _span(cell, "colspan"))
            rows = range(row_number, row_number + _span(cell, "rowspan"))
            taken |= {(r, c) for r in rows[1:] for c in columns}
            yield _Place(cell, columns, rows)
            column = columns.stop


def _is_above(head: _Place, cell: _Place) -> bool:
    """Whether a head stands over a cell."""
    return head.rows.stop <= cell.rows.start and _meet(head.columns, cell.columns)


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _inside(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether a rectangle lies in another, to a tenth of a point."""
    left, right = sorted((one[0], one[2]))
    bottom, top = sorted((one[1], one[3]))
    other_left, other_right = sorted((other[0], other[2]))
    other_bottom, other_top = sorted((other[1], other[3]))
    slack = 0.1
    return (
        left >= other_left - slack
        and right <= other_right + slack
        and bottom >= other_bottom - slack
        and top <= other_top + slack
    )
