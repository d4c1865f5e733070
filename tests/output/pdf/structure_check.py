"""Reads a PDF back and says what is wrong with its structure, as PDF/UA-1 asks for it.

It knows nothing of how our files are made: it works on any PDF. ``problems(content)`` is empty
where all is well; ``python structure_check.py FILE...`` prints what it finds.
"""

# ruff: noqa: C901, PLR0912 - a check reads like the paragraph of the standard that it is about
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    IndirectObject,
    NullObject,
    NumberObject,
)

PAINTING = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"sh", b"Do", b"INLINE IMAGE"}
SHOWING = {b"Tj", b"TJ", b"'", b'"'}
GROUPING = {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "TOC", "NonStruct"}
STANDARD = (
    GROUPING
    | {"P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "TOCI", "Caption"}
    | {"Table", "THead", "TBody", "TFoot", "TR", "TH", "TD", "Span", "Link", "Reference", "Figure"}
)
PARENTS = {
    "LI": {"L"},
    "Lbl": {"LI", "TOCI"},
    "LBody": {"LI"},
    "TOCI": {"TOC"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
}
CHILDREN = {
    "L": {"LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOC", "TOCI", "Caption"},
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
}


def problems(content: bytes) -> list[str]:
    """What is wrong with a file, as sentences; each once."""
    reader = PdfReader(io.BytesIO(content))
    return list(dict.fromkeys(_Check(reader).found()))


class Element:
    """A structure element as it stands in the file."""

    def __init__(self, found: DictionaryObject, parent: "Element | None") -> None:
        self.found = found
        self.parent = parent
        self.kind = str(found.get("/S", "/?"))[1:]
        self.children: list[Element] = []
        self.content: list[tuple[object, int]] = []  # of a page (from 0) or a drawing
        self.annotations: list[DictionaryObject] = []

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def attribute(self, name: str) -> object:
        owned = plain(self.found.get("/A"))
        for one in owned if isinstance(owned, ArrayObject) else [owned]:
            if isinstance(plain(one), DictionaryObject) and name in plain(one):
                return plain(plain(one)[name])
        return None


def plain(value: object) -> object:
    """What a reference refers to."""
    return value.get_object() if isinstance(value, IndirectObject) else value


class _Check:
    def __init__(self, reader: PdfReader) -> None:
        self.reader = reader
        self.root = reader.root_object
        self.pages = {
            page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)
        }
        self.seen: set[int] = set()

    def found(self) -> Iterator[str]:
        yield from self.document()
        tree = plain(self.root.get("/StructTreeRoot"))
        if not isinstance(tree, DictionaryObject):
            yield "there is no structure tree"
            return
        numbers = dict(_numbers(plain(tree.get("/ParentTree"))))
        tops = [Element(plain(kid), None) for kid in _list(tree.get("/K"))]
        for top in tops:
            yield from self.grow(top, 0)
        if [top.kind for top in tops] != ["Document"]:
            yield f"the tree begins with {[top.kind for top in tops]}, not with one Document"
        elements = [element for top in tops for element in top.walk()]
        yield from self.contents(elements, numbers)
        yield from self.annotations(elements, numbers)
        for element in elements:
            yield from _nesting(element)
            yield from self.alternatives(element)
        yield from _headings(elements)
        for table in elements:
            if table.kind == "Table":
                yield from _table(table)
        yield from _names(tree, elements)

    def document(self) -> Iterator[str]:
        marks = plain(self.root.get("/MarkInfo")) or {}
        if not marks.get("/Marked"):
            yield "the document does not say that it is tagged (MarkInfo)"
        if marks.get("/Suspects"):
            yield "the document says that its tags are suspect"
        if not str(self.root.get("/Lang") or ""):
            yield "the document has no language"
        preferences = plain(self.root.get("/ViewerPreferences")) or {}
        if not preferences.get("/DisplayDocTitle"):
            yield "the title is not shown (DisplayDocTitle)"
        metadata = self.reader.xmp_metadata
        if metadata is None:
            yield "there is no metadata stream"
            return
        said = metadata.stream.get_data().decode()
        if not re.search(r"pdfuaid:part(=\"1\"|>1<)", said):
            yield "the metadata does not claim PDF/UA-1"
        if not metadata.dc_title:
            yield "the metadata has no title"
        elif self.reader.metadata is not None and self.reader.metadata.title not in set(
            metadata.dc_title.values()
        ):
            yield "the titles in the metadata and in the document information differ"

    def grow(self, element: Element, depth: int) -> Iterator[str]:
        """Read what is below an element."""
        if depth > 100:  # deeper than any document
            yield "the tree is endless"
            return
        page = self.page_of(element.found.get("/Pg"))
        for raw in _list(element.found.get("/K")):
            kid = plain(raw)
            if isinstance(kid, NumberObject):
                if page is None:
                    yield f"{element.kind} has content but no page"
                else:
                    element.content.append((page, int(kid)))
            elif not isinstance(kid, DictionaryObject):
                yield f"{element.kind} has a child that is none: {kid!r}"
            elif kid.get("/Type") == "/MCR":
                where = self.page_of(kid.get("/Pg", element.found.get("/Pg")))
                if "/Stm" in kid:
                    where = f"drawing {kid.raw_get('/Stm').idnum}"
                if where is None:
                    yield f"{element.kind} has content but no page"
                else:
                    element.content.append((where, int(kid["/MCID"])))
            elif kid.get("/Type") == "/OBJR":
                element.annotations.append(plain(kid["/Obj"]))
            else:
                if isinstance(raw, IndirectObject) and raw.idnum in self.seen:
                    yield f"{kid.get('/S')} stands twice in the tree"
                    continue
                if isinstance(raw, IndirectObject):
                    self.seen.add(raw.idnum)
                if plain(kid.get("/P")) != element.found:
                    yield f"{kid.get('/S')} does not name its parent {element.kind}"
                child = Element(kid, element)
                element.children.append(child)
                yield from self.grow(child, depth + 1)

    def page_of(self, reference: object) -> int | None:
        return self.pages.get(reference.idnum) if isinstance(reference, IndirectObject) else None

    def contents(self, elements: list[Element], numbers: dict[int, object]) -> Iterator[str]:
        """All that is painted is an artifact or in the tree, and the other way round."""
        owners = {place: element for element in elements for place in element.content}
        claims = Counter(place for element in elements for place in element.content)
        for place, count in claims.items():
            if count > 1:
                yield f"content {place[1]} of {_holder(place[0])} stands {count} times in the tree"
        for number, page in enumerate(self.reader.pages):
            if page.get("/Tabs") != "/S":
                yield f"page {number + 1} does not go by structure (Tabs)"
            forms: dict[str, DictionaryObject] = {}
            marked: set[int] = set()
            contents = plain(page.get("/Contents"))
            if contents is not None:
                yield from self.painted(_holder(number), page, contents, marked, forms)
            yield from self.owned(
                number, page, marked, owners=owners, claims=claims, numbers=numbers
            )
            done: set[str] = set()
            while set(forms) - done:
                name = min(set(forms) - done)
                done.add(name)
                inside: set[int] = set()
                yield from self.painted(name, forms[name], forms[name], inside, forms)
                yield from self.owned(
                    name, forms[name], inside, owners=owners, claims=claims, numbers=numbers
                )

    def owned(
        self,
        holder: object,
        found: DictionaryObject,
        marked: set[int],
        *,
        owners: dict[tuple[object, int], Element],
        claims: Counter[tuple[object, int]],
        numbers: dict[int, object],
    ) -> Iterator[str]:
        """The marks of a page or a drawing and the tree know each other."""
        here = _holder(holder)
        known = plain(numbers.get(found.get("/StructParents", -1)))
        known = known if isinstance(known, ArrayObject) else ArrayObject()
        for mark in sorted(marked):
            owner = owners.get((holder, mark))
            up = plain(known[mark]) if mark < len(known) else None
            if owner is None:
                yield f"{here}: content {mark} is not in the tree"
            elif up != owner.found:
                yield f"{here}: content {mark} does not lead to its element"
        for place in claims:
            if place[0] == holder and place[1] not in marked:
                yield f"{here}: the tree has content {place[1]} that is not there"
        if any(not isinstance(plain(one), NullObject) for one in known[len(marked) :]):
            yield f"{here}: the parent tree knows more content than there is"

    def painted(
        self,
        here: str,
        holder: DictionaryObject,
        contents: object,
        marked: set[int],
        forms: dict[str, DictionaryObject],
    ) -> Iterator[str]:
        """Walk over what is painted; drawings with marks of their own are handed on."""
        stream = ContentStream(contents, self.reader)
        states: list[str] = []
        for operands, operator in stream.operations:
            if operator in {b"BMC", b"BDC"}:
                tag = str(operands[0])
                properties = plain(operands[1]) if operator == b"BDC" else {}
                mark = properties.get("/MCID") if isinstance(properties, DictionaryObject) else None
                if tag == "/Artifact":
                    if "tagged" in states:
                        yield f"{here}: an artifact in tagged content"
                    states.append("artifact")
                elif mark is None:
                    states.append("plain")
                else:
                    if "artifact" in states or "tagged" in states:
                        yield f"{here}: tagged content {mark} in other marked content"
                    if int(mark) in marked:
                        yield f"{here}: content {mark} stands twice on the page"
                    marked.add(int(mark))
                    states.append("tagged")
            elif operator == b"EMC":
                if not states:
                    yield f"{here}: marked content ends that never began"
                else:
                    states.pop()
            elif operator in PAINTING | SHOWING:
                if operator == b"Do" and (form := _tagged_form(holder, str(operands[0]))):
                    if states:
                        yield f"{here}: a drawing with tagged content in other marked content"
                    forms.update([form])
                elif not {"artifact", "tagged"} & set(states):
                    yield f"{here}: {operator.decode()} paints what is neither tagged nor artifact"
        if states:
            yield f"{here}: marked content never ends"

    def annotations(self, elements: list[Element], numbers: dict[int, object]) -> Iterator[str]:
        owners = {id(found): element for element in elements for found in element.annotations}
        for number, page in enumerate(self.reader.pages):
            for raw in _list(page.get("/Annots")):
                annotation = plain(raw)
                owner = owners.get(id(annotation))
                if owner is None:
                    yield f"page {number + 1}: a link is not in the tree"
                    continue
                if owner.kind != "Link":
                    yield f"page {number + 1}: a link stands in {owner.kind}"
                if not str(annotation.get("/Contents") or ""):
                    yield f"page {number + 1}: a link has no description"
                if plain(numbers.get(annotation.get("/StructParent", -1))) != owner.found:
                    yield f"page {number + 1}: a link does not lead to its element"

    def alternatives(self, element: Element) -> Iterator[str]:
        if element.kind == "Figure":
            if not str(element.found.get("/Alt") or ""):
                yield "a figure has no alternative text"
            box = element.attribute("/BBox")
            page = self.page_of(element.found.get("/Pg"))
            if box is None or page is None:
                yield "a figure has no place (BBox)"
            else:
                sheet = self.reader.pages[page].mediabox
                left, bottom, right, top = map(float, box)
                if not (
                    sheet.left <= left < right <= sheet.right
                    and sheet.bottom <= bottom < top <= sheet.top
                ):
                    yield f"a figure lies outside its page {page + 1}: {list(map(float, box))}"
        if element.kind == "Link" and not element.annotations:
            yield "a Link leads nowhere"


def _holder(place: object) -> str:
    return f"page {place + 1}" if isinstance(place, int) else str(place)


def _tagged_form(holder: DictionaryObject, name: str) -> tuple[str, DictionaryObject] | None:
    """A drawing that is used here and has tagged content, and what it is called; else None."""
    reference = plain(plain(holder["/Resources"])["/XObject"]).raw_get(name)
    found = plain(reference)
    if found.get("/Subtype") != "/Form" or b"/MCID" not in found.get_data():
        return None
    return f"drawing {reference.idnum}", found


def _list(value: object) -> list[object]:
    value = plain(value)
    if value is None or isinstance(value, NullObject):
        return []
    return list(value) if isinstance(value, ArrayObject) else [value]


def _numbers(tree: object) -> Iterator[tuple[int, object]]:
    """A number tree's entries."""
    if not isinstance(tree, DictionaryObject):
        return
    flat = _list(tree.get("/Nums"))
    yield from zip(map(int, flat[::2]), flat[1::2], strict=True)
    for kid in _list(tree.get("/Kids")):
        yield from _numbers(plain(kid))


def _nesting(element: Element) -> Iterator[str]:
    kind = element.kind
    if kind not in STANDARD:
        yield f"{kind} is no standard structure type"
    above = element.parent.kind if element.parent is not None else "the root"
    if kind in PARENTS and above not in PARENTS[kind]:
        yield f"{kind} stands in {above}"
    if kind in CHILDREN:
        for child in element.children:
            if child.kind not in CHILDREN[kind]:
                yield f"{kind} holds {child.kind}"
    if element.content and kind in GROUPING | set(CHILDREN):
        yield f"{kind} holds content itself"
    if not element.children and not element.content and kind not in {"TD", "TH"}:
        yield f"{kind} is empty"
    if kind == "L" and element.attribute("/ListNumbering") is None:
        labels = any(part.kind == "Lbl" for item in element.children for part in item.children)
        if labels:
            yield "a list does not say how it is numbered"


def _headings(elements: list[Element]) -> Iterator[str]:
    last = 0
    for element in elements:
        if re.fullmatch(r"H[1-6]", element.kind):
            level = int(element.kind[1])
            if level > last + 1:
                yield f"H{level} follows H{last}" if last else f"the first heading is H{level}"
            last = level
    if not last:
        yield "there is no heading"


def _rows(table: Element) -> Iterator[Element]:
    for child in table.children:
        if child.kind == "TR":
            yield child
        else:
            yield from _rows(child)


def _table(table: Element) -> Iterator[str]:
    """Rows are equally wide, heads say of what, and cells know heads that span."""
    taken: dict[int, set[int]] = {}
    widths: Counter[int] = Counter()
    spanning = False
    cells = []
    for number, row in enumerate(_rows(table)):
        column = 0
        for cell in row.children:
            while column in taken.get(number, set()):
                column += 1
            wide = int(cell.attribute("/ColSpan") or 1)
            high = int(cell.attribute("/RowSpan") or 1)
            spanning |= cell.kind == "TH" and (wide > 1 or high > 1)
            for below in range(number, number + high):
                taken.setdefault(below, set()).update(range(column, column + wide))
            column += wide
            cells.append(cell)
    widths.update(len(columns) for columns in taken.values())
    if len(widths) > 1:
        yield f"a table has rows of different widths: {dict(widths)}"
    heads = [cell for cell in cells if cell.kind == "TH"]
    if not heads:
        yield "a table has no head"
    for head in heads:
        if head.attribute("/Scope") not in {"/Row", "/Column", "/Both"}:
            yield "a TH has no Scope"
    if spanning:
        known = {str(head.found.get("/ID")) for head in heads if "/ID" in head.found}
        for cell in cells:
            named = {str(name) for name in _list(cell.attribute("/Headers"))}
            if cell.kind == "TD" and not named:
                yield "a TD under heads that span does not name its heads"
            if named - known:
                yield f"a {cell.kind} names heads that are not in its table"
    groups = [child.kind for child in table.children]
    if groups.count("THead") > 1:
        yield "a table has several THead"


def _names(tree: DictionaryObject, elements: list[Element]) -> Iterator[str]:
    """Every element with a name is found by it."""
    said = {str(element.found["/ID"]): element for element in elements if "/ID" in element.found}
    if not said:
        return
    flat = _list((plain(tree.get("/IDTree")) or DictionaryObject()).get("/Names"))
    listed = {str(name): plain(found) for name, found in zip(flat[::2], flat[1::2], strict=True)}
    if list(map(str, flat[::2])) != sorted(map(str, flat[::2])):
        yield "the names of elements are not sorted"
    for name, element in said.items():
        if listed.get(name) != element.found:
            yield f"{element.kind} {name} is not found by its name (IDTree)"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for problem in problems(Path(name).read_bytes()) or ["nothing wrong"]:
            print(f"{name}: {problem}")  # noqa: T201 - it is a command here
