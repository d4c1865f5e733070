"""The cells of a long table in the structure tree, as few bytes each as can be.

There may be a hundred thousand of them: they are written straight away, not grown as nodes.
"""

import zlib
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import pydyf

from reporter.output.pdf.long_tables.drawing import Place, columns_of, content, states
from reporter.output.pdf.long_tables.pagination import Span
from reporter.output.pdf.long_tables.typeset import Typeset


class Element:
    """An element of the tree: what the file's writer asks of an object, and nothing else."""

    __slots__ = ("data", "number", "offset")

    generation: Final = 0
    free: Final = "n"
    compressible: Final = True

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.number = 0
        self.offset = 0

    @property
    def reference(self) -> bytes:
        """What it is referred to by."""
        return b"%d 0 R" % self.number

    @property
    def indirect(self) -> bytes:
        """As it stands in a file without object streams."""
        return b"%d 0 obj\n%b\nendobj" % (self.number, self.data)


class DrawnTable:
    """A table that draws itself onto its pages and writes its part of the tree."""

    def __init__(self, table: Typeset, spans: Sequence[Span], places: Sequence[Place]) -> None:
        self._table = table
        self._pages = tuple(zip(spans, places, strict=True))

    @property
    def characters(self) -> set[str]:
        """All characters of its rows."""
        return set().union(*(cell.text for row in self._table.block.rows for cell in row.cells))

    def write(
        self,
        pdf: Any,  # noqa: ANN401 - the library has no types
        owner: bytes,
        owners: Sequence[list[bytes]],
        names: list[tuple[str, bytes]],
    ) -> list[bytes]:
        """Put the table into a file.

        Args:
            pdf: the file.
            owner: what the table's own element is referred to by.
            owners: by page, the elements that its marked pieces belong to, by number.
            names: of elements that others refer to.

        Returns:
            What the parts of the table are referred to by.
        """
        sheets = pdf.page_references
        head, body = _add(pdf), _add(pdf)
        _allow(pdf, sheets[self._pages[0][1].page], self._table)
        attributes: list[bytes] = []
        rows: list[bytes] = []
        for number, (span, place) in enumerate(self._pages):
            own, sheet = owners[place.page], sheets[place.page]
            drawn = content(self._table, span, place, len(own))
            _draw(pdf, sheet, drawn)
            if number == 0:
                attributes = self._write_head(pdf, head, owner, sheet, own, names)
            rows += self._write_rows(pdf, body, span, sheet, own, attributes)
        body.data = b"<</S/TBody/P %b/K[%b]>>" % (owner, b" ".join(rows))
        return [head.reference, body.reference]

    def _write_head(
        self,
        pdf: Any,  # noqa: ANN401 - likewise
        head: Element,
        owner: bytes,
        sheet: bytes,
        own: list[bytes],
        names: list[tuple[str, bytes]],
    ) -> list[bytes]:
        """The head's rows and cells; of every column, the attributes of the cells under it."""
        cells = self._table.pattern.cells
        several = any(cell.columns > 1 or cell.rows > 1 for cell in cells)
        above: list[list[bytes]] = [[] for _ in self._table.block.heads]
        rows = []
        for _, of_row in groupby(cells, key=lambda cell: cell.row):
            row = _add(pdf)
            found = []
            for cell in of_row:
                element = _add(pdf)
                spans = b"".join(
                    b"/%b %d" % (key, count)
                    for key, count in ((b"ColSpan", cell.columns), (b"RowSpan", cell.rows))
                    if count > 1
                )
                name = b""
                if several:
                    text = f"h{element.number:06}"
                    names.append((text, element.reference))
                    name = b"/ID(%b)" % text.encode()
                    for column in range(cell.column, cell.column + cell.columns):
                        above[column].append(b"(%b)" % text.encode())
                element.data = b"<</S/TH/P %b/Pg %b%b/A<</O/Table/Scope/Column%b>>/K %d>>" % (
                    row.reference,
                    sheet,
                    name,
                    spans,
                    len(own),
                )
                own.append(element.reference)
                found.append(element.reference)
            row.data = b"<</S/TR/P %b/K[%b]>>" % (head.reference, b" ".join(found))
            rows.append(row.reference)
        head.data = b"<</S/THead/P %b/K[%b]>>" % (owner, b" ".join(rows))
        return [self._attributes(pdf, place, of_column) for place, of_column in enumerate(above)]

    def _attributes(self, pdf: Any, place: int, heads: list[bytes]) -> bytes:  # noqa: ANN401 - likewise
        """What the cells of a column say of themselves, as part of their elements."""
        scope = b"/Scope/Row" if place in self._table.pattern.row_heads else b""
        if not scope and not heads:
            return b""
        shared = _add(pdf)
        named = b"/Headers[%b]" % b" ".join(heads) if heads else b""
        shared.data = b"<</O/Table%b%b>>" % (scope, named)
        return b"/A %b" % shared.reference

    def _write_rows(
        self,
        pdf: Any,  # noqa: ANN401 - likewise
        body: Element,
        span: Span,
        sheet: bytes,
        own: list[bytes],
        attributes: Sequence[bytes],
    ) -> list[bytes]:
        heads = self._table.pattern.row_heads
        kinds = [
            b"%b%b" % (b"TH" if place in heads else b"TD", said)
            for place, said in enumerate(attributes)
        ]
        rows = []
        for number in range(span.start, span.stop):
            row = _add(pdf)
            found = []
            for place in columns_of(self._table, number):
                cell = _add(pdf)
                cell.data = b"<</S/%b/P %b/Pg %b/K %d>>" % (
                    kinds[place],
                    row.reference,
                    sheet,
                    len(own),
                )
                own.append(cell.reference)
                found.append(cell.reference)
            row.data = b"<</S/TR/P %b/K[%b]>>" % (body.reference, b" ".join(found))
            rows.append(row.reference)
        return rows


def _add(pdf: Any) -> Element:  # noqa: ANN401 - the library has no types
    element = Element(b"")
    pdf.add_object(element)
    return element


def _draw(pdf: Any, sheet: bytes, drawn: bytes) -> None:  # noqa: ANN401 - likewise
    """Put operators after all that a page shows already."""
    packed = zlib.compress(drawn, 6)
    stream = pydyf.Stream([packed], {"Filter": "/FlateDecode"})
    pdf.add_object(stream)
    page = _object(pdf, sheet)
    before = page["Contents"]
    page["Contents"] = pydyf.Array([*(before if isinstance(before, list) else [before])])
    page["Contents"].append(stream.reference)


def _allow(pdf: Any, sheet: bytes, table: Typeset) -> None:  # noqa: ANN401 - likewise
    """Declare the graphics states that the table's operators name."""
    known = _object(pdf, _object(pdf, sheet)["Resources"])["ExtGState"]
    for name, (key, value) in states(table).items():
        known.setdefault(name, pydyf.Dictionary({key: value}))


def _object(pdf: Any, reference: bytes) -> Any:  # noqa: ANN401 - likewise
    return pdf.objects[int(reference.split()[0])]
