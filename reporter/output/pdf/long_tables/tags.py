"""The cells of a long table in the structure tree, as few bytes each as can be.

There may be a hundred thousand of them: they are written straight away, not grown as nodes.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pydyf

from reporter.output.pdf.file import Pack, Packed
from reporter.output.pdf.long_tables.drawing import Place, columns_of, content, states
from reporter.output.pdf.long_tables.pagination import Span
from reporter.output.pdf.long_tables.pattern import HeadCell
from reporter.output.pdf.long_tables.typeset import Typeset


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
        head = _element(pdf, "THead", owner)
        body = _element(pdf, "TBody", owner)
        attributes: list[bytes] = []
        for span, place in self._pages:
            own, sheet = owners[place.page], sheets[place.page]
            _draw(pdf, sheet, content(self._table, span, place, len(own)))
            if not attributes:
                _allow(pdf, sheet, self._table)
                attributes = self._write_head(pdf, head, sheet, own, names)
            body["K"] += self._write_rows(
                pdf, body, span, own, [b"%b/Pg %b" % (a, sheet) for a in attributes]
            )
        return [head.reference, body.reference]

    def _write_head(
        self,
        pdf: Any,  # noqa: ANN401 - likewise
        head: pydyf.Dictionary,
        sheet: bytes,
        own: list[bytes],
        names: list[tuple[str, bytes]],
    ) -> list[bytes]:
        """The head's rows and cells; of every column, what the cells under it say of themselves."""
        cells = self._table.pattern.cells
        several = any(cell.columns > 1 or cell.rows > 1 for cell in cells)
        above: list[list[pydyf.String]] = [[] for _ in self._table.block.heads]
        for _, of_row in groupby(cells, key=lambda cell: cell.row):
            row = _element(pdf, "TR", head.reference)
            head["K"].append(row.reference)
            for cell in of_row:
                element = _element(pdf, "TH", row.reference)
                row["K"].append(element.reference)
                element["Pg"] = sheet
                element["A"] = _spans(cell)
                element["K"].append(len(own))
                own.append(element.reference)
                if several:
                    name = f"h{element.number:06}"
                    element["ID"] = pydyf.String(name)
                    names.append((name, element.reference))
                    for column in range(cell.column, cell.column + cell.columns):
                        above[column].append(element["ID"])
        return [self._attributes(pdf, place, of_column) for place, of_column in enumerate(above)]

    def _attributes(self, pdf: Any, place: int, heads: list[pydyf.String]) -> bytes:  # noqa: ANN401 - likewise
        """What the cells of a column say of themselves: written once for all of them."""
        said = pydyf.Dictionary({"O": "/Table"})
        if place in self._table.pattern.row_heads:
            said["Scope"] = "/Row"
        if heads:
            said["Headers"] = pydyf.Array(heads)
        if len(said) == 1:
            return b""
        pdf.add_object(said)
        return b"/A %b" % said.reference

    def _write_rows(
        self,
        pdf: Any,  # noqa: ANN401 - likewise
        body: pydyf.Dictionary,
        span: Span,
        own: list[bytes],
        said: Sequence[bytes],
    ) -> list[bytes]:
        """The rows of a page and their cells, each with the number after that of the one before.

        What the cells of a column say of themselves, in ``said``, is the same for all of a page.
        """
        heads = self._table.pattern.row_heads
        kinds = [
            b"<</S/%b%b/P " % (b"TH" if place in heads else b"TD", of_column)
            for place, of_column in enumerate(said)
        ]
        contents: list[bytes] = []
        rows: list[bytes] = []
        number = len(pdf.objects)
        above = b"<</S/TR/P %b/K[" % body.reference
        piece = len(own)
        for row in range(span.start, span.stop):
            places = list(columns_of(self._table, row))
            reference = b"%d 0 R" % number
            cells = [b"%d 0 R" % (number + 1 + at) for at in range(len(places))]
            contents.append(b"%b%b]>>" % (above, b" ".join(cells)))
            for place in places:
                contents.append(b"%b%b/K %d>>" % (kinds[place], reference, piece))
                piece += 1
            own += cells
            rows.append(reference)
            number += 1 + len(places)
        Pack(pdf, contents)
        return rows


def _element(pdf: Any, kind: str, parent: bytes) -> pydyf.Dictionary:  # noqa: ANN401 - likewise
    element = pydyf.Dictionary(
        {"Type": "/StructElem", "S": f"/{kind}", "P": parent, "K": pydyf.Array()}
    )
    pdf.add_object(element)
    return element


def _spans(cell: HeadCell) -> pydyf.Dictionary:
    """How many columns and rows a head stands over."""
    said = pydyf.Dictionary({"O": "/Table", "Scope": "/Column"})
    if cell.columns > 1:
        said["ColSpan"] = cell.columns
    if cell.rows > 1:
        said["RowSpan"] = cell.rows
    return said


def _draw(pdf: Any, sheet: bytes, drawn: bytes) -> None:  # noqa: ANN401 - likewise
    """Put operators after all that a page shows already."""
    added = Packed(drawn)
    pdf.add_object(added)
    page = _object(pdf, sheet)
    before = page["Contents"]
    page["Contents"] = pydyf.Array([*(before if isinstance(before, list) else [before])])
    page["Contents"].append(added.reference)


def _allow(pdf: Any, sheet: bytes, table: Typeset) -> None:  # noqa: ANN401 - likewise
    """Declare the graphics states that the table's operators name."""
    known = _object(pdf, _object(pdf, sheet)["Resources"])["ExtGState"]
    for name, (key, value) in states(table).items():
        known.setdefault(name, pydyf.Dictionary({key: value}))


def _object(pdf: Any, reference: bytes) -> Any:  # noqa: ANN401 - likewise
    return pdf.objects[int(reference.split()[0])]
