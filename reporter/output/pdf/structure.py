"""The structure tree of a PDF: what its pieces are and in which order they are read.

It is grown from what was laid out, element by element of the page's HTML: an element that goes
over several pages is one node, a head that is repeated is read once. An element may name its kind
itself (`data-tag="TOC"`); what is `aria-hidden` is not read at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol
from xml.etree.ElementTree import Element

import msgspec
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from reporter.output.pdf.marks import ArtifactKind, Mark, MarkedPage

_SVG: Final = "{http://www.w3.org/2000/svg}svg"
_KINDS: Final[Mapping[str, str]] = {
    "main": "Part",
    "article": "Art",
    "section": "Sect",
    "header": "Sect",
    "footer": "Sect",
    "nav": "Sect",
    "aside": "Sect",
    "blockquote": "BlockQuote",
    "p": "P",
    "pre": "P",
    "figcaption": "P",
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "dl": "L",
    "ul": "L",
    "ol": "L",
    "table": "Table",
    "caption": "Caption",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
    "a": "Link",
    "img": "Figure",
    _SVG: "Figure",
}
"""What is not here is nothing by itself: its content belongs to what holds it."""
_HOLDERS: Final = {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "LI", "LBody"}
"""What holds no text itself, but paragraphs."""
_REPEATED: Final = {"thead", "tfoot"}


class Annotation(msgspec.Struct, frozen=True, eq=False):
    """A link's area on a page."""

    page: int
    object: Any


class Grown(Protocol):
    """A part of the tree that writes itself: too many pieces to be nodes."""

    def write(
        self,
        pdf: Any,  # noqa: ANN401 - the library has no types
        owner: bytes,
        owners: Sequence[list[bytes]],
        names: list[tuple[str, bytes]],
    ) -> list[bytes]:
        """Put it into a file, and what it stands for onto the pages.

        Args:
            pdf: the file.
            owner: what the element above it is referred to by.
            owners: by page, the elements that its marked pieces belong to, by number; grows.
            names: of elements that others refer to; grows.

        Returns:
            What its elements are referred to by.
        """
        ...


class Node(msgspec.Struct, eq=False):
    """An element of the tree.

    Attributes:
        kind: a standard structure type (`P`).
        page: where it begins, from 0.
        element: of the HTML that it stands for.
        kids: in reading order.
        alternative: its text for those who do not see it.
        frame: of a figure: left, bottom, right, top in points.
    """

    kind: str
    page: int = 0
    element: Element | None = None
    kids: list["Node | Mark | Annotation | Grown"] = []
    alternative: str = ""
    frame: tuple[float, ...] = ()

    def walk(self) -> Iterator["Node"]:
        """The node and all below it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Node):
                yield from kid.walk()


class Tree:
    """A document's structure.

    Attributes:
        root: the node `Document`.
    """

    def __init__(self, pages: Iterable[MarkedPage]) -> None:
        self.root = Node("Document")
        self._nodes: dict[tuple[object, str], Node] = {}
        for page in pages:
            self._grow(page.box, self.root, page)

    def node(self, name: str) -> Node | None:
        """The node of the element with that `id`."""
        return next(
            (n for n in self.root.walk() if n.element is not None and n.element.get("id") == name),
            None,
        )

    def _grow(self, box: Any, parent: Node, page: MarkedPage) -> None:  # noqa: ANN401 - no types
        """Put a box and all in it below a node, and take its marks off the page."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box  # noqa: SLF001 - it stands for that
        if isinstance(box, boxes.TextBox):
            mark = page.marks.pop(box, None)
            if mark is not None:
                self._paragraph(box, parent, page).kids.append(mark)
            return
        if dropped := self._dropped(box, page):
            _discard(box, page, dropped)
            return
        node = self._node(box, parent, page)
        if box.link_annotation:
            node.kids.append(Annotation(page.place, box.link_annotation))
        if isinstance(box, boxes.ReplacedBox):
            mark = page.marks.pop(box, None)
            if mark is not None:
                node.kids.append(mark)
            return
        for child in box.children:
            self._grow(child, node, page)

    def _dropped(self, box: Any, page: MarkedPage) -> ArtifactKind | None:  # noqa: ANN401 - no types
        """What kind of artifact the box is; None where it is read."""
        if isinstance(box, boxes.MarginBox):
            return "Pagination"
        element = box.element
        if element is None:
            return None
        if element.get("aria-hidden") == "true" or element.get("data-tag") == "Artifact":
            return "Layout"
        if element.tag == "img" and not element.get("alt"):
            return "Layout"
        known = self._nodes.get((element, box.element_tag))
        if element.tag in _REPEATED and known is not None and known.page != page.place:
            return "Pagination"
        return None

    def _paragraph(self, box: Any, parent: Node, page: MarkedPage) -> Node:  # noqa: ANN401 - no types
        """Where a text belongs: a holder gets a paragraph for each of its elements."""
        if parent.kind not in _HOLDERS:
            return parent
        return self._found((box.element, "text"), "P", parent, page)

    def _node(self, box: Any, parent: Node, page: MarkedPage) -> Node:  # noqa: ANN401 - no types
        """The node of a box: a new one, that of a box before it, or that of what holds it."""
        element, tag = box.element, box.element_tag
        if element is None:
            return parent
        known = self._nodes.get((element, tag))
        if known is not None:
            return known
        node = self._new(element, tag, parent, page)
        if node.kind == "Figure":
            node.frame = page.frame(box)
        self._nodes[element, tag] = node
        return node

    def _new(self, element: Element, tag: str, parent: Node, page: MarkedPage) -> Node:
        kind = element.get("data-tag") if tag == element.tag else None
        kind = kind or _KINDS.get(tag)
        if tag.endswith("::marker") and (element, "item") in self._nodes:
            label = Node("Lbl", page.place)
            self._nodes[element, "item"].kids.insert(0, label)
            return label
        if kind is None:
            kind = _by_place(element, tag, parent)
        match kind:
            case None:
                return parent
            case "LI":
                return self._found((element, "item"), "LI", parent, page)
            case "Lbl" | "LBody":
                item = self._item(element, parent, page)
                return self._found((item, kind), kind, item, page)
        node = self._found((element, tag), kind, self._above(kind, element, parent, page), page)
        node.element = element
        node.alternative = _alternative(element)
        return node

    def _above(self, kind: str, element: Element, parent: Node, page: MarkedPage) -> Node:
        """What stands between a node and what holds it, or that itself."""
        if kind == "Link" and parent.kind == "TOCI":
            return self._found((element, "reference"), "Reference", parent, page)
        if kind in {"Link", "Span"} and parent.kind in _HOLDERS:
            return self._found((element, "text"), "P", parent, page)
        return parent

    def _item(self, element: Element, parent: Node, page: MarkedPage) -> Node:
        """The list item of a label or a body: the one it stands in, or that of the term before."""
        if parent.kind != "L":
            return parent
        if element.tag == "dd" and parent.kids and isinstance(parent.kids[-1], Node):
            return parent.kids[-1]
        return self._found((element, "item"), "LI", parent, page)

    def _found(self, key: tuple[object, str], kind: str, parent: Node, page: MarkedPage) -> Node:
        """The node of that key, made below a parent where there is none yet."""
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = Node(kind, page.place)
            parent.kids.append(node)
        return node


def _by_place(element: Element, tag: str, parent: Node) -> str | None:
    """What an element is because of where it stands; None where it is nothing by itself."""
    if tag == "li" or (tag == "dd" and parent.kind in {"L", "LI"}):
        return "LBody"
    if tag == "dt" and parent.kind in {"L", "LI"}:
        return "Lbl"
    if tag == "div" and parent.kind == "L":
        return "LI"
    if tag == element.tag and element.get("aria-label"):
        return "Span"
    return None


def _alternative(element: Element) -> str:
    if element.tag == _SVG:
        title = element.find("{http://www.w3.org/2000/svg}title")
        if title is not None and title.text:
            return title.text
    return element.get("alt") or element.get("aria-label") or ""


def _discard(box: Any, page: MarkedPage, kind: ArtifactKind) -> None:  # noqa: ANN401 - no types
    """All marks in a box are artifacts."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001 - it stands for that
    mark = page.marks.pop(box, None)
    if mark is not None:
        mark.discard(kind)
    for child in getattr(box, "children", ()):
        _discard(child, page, kind)
