"""From a document with long tables to pages with room for them, and to what is drawn there."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import msgspec
from weasyprint import Document as Layout
from weasyprint.formatting_structure.boxes import Box, TableBox

from reporter.document.model import Block, Document, TableBlock
from reporter.document.values import BlockRow
from reporter.errors import RenderError
from reporter.output.pdf.engine import Sheets, uncollected
from reporter.output.pdf.long_tables.drawing import Place
from reporter.output.pdf.long_tables.pagination import Span, glued, paginated
from reporter.output.pdf.long_tables.reading import read
from reporter.output.pdf.long_tables.shaping import Typesetter
from reporter.output.pdf.long_tables.survey import Measure, Survey, of_columns, survey
from reporter.output.pdf.long_tables.tags import DrawnTable
from reporter.output.pdf.long_tables.typeset import Typeset, typeset
from reporter.output.pdf.long_tables.unlike import UnlikeError
from reporter.output.table_view import table_view

LONG: Final = 200
"""Rows from which a table is drawn and not typeset."""
_MOST_TYPESET: Final = 1500
"""Rows with so many looks that nothing would be gained."""
_TRIES: Final = 4
_SLACK: Final = 0.05
"""Pixels within which two places are one."""
_log: Final = logging.getLogger(__name__)

Rooms = Mapping[str, Sequence[tuple[float, ...]]]
"""Of a table by name, for each of its parts, how high its pages are."""

LayOut = Callable[[Document, Rooms], Layout]
"""Lays out a document; of the tables named, only room, a page after the other."""


class Drawn(msgspec.Struct, frozen=True):
    """A document laid out, with what is still to be drawn onto its pages.

    Attributes:
        layout: of all but the rows of long tables.
        tables: these, by the ``id`` of the element that holds their pages.
    """

    layout: Layout
    tables: Mapping[str, DrawnTable]

    @property
    def characters(self) -> set[str]:
        """All that stand in the rows of the tables."""
        return set[str]().union(*(table.characters for table in self.tables.values()))

    def step(self, sheets: Sheets) -> None:
        """Hang the tables into the structure tree; they are drawn when it is written."""
        for holder, table in self.tables.items():
            node = sheets.tree.node(holder)
            if node is None:
                raise RenderError(f"there is no element {holder!r} for a long table in the page")
            node.kids = [table]


def _holder(name: str, part: int) -> str:
    """The ``id`` of the element that holds the pages of a part of a table."""
    return f"{name}-rows-{part + 1}"


def draw_long_tables(document: Document, stem: str, lay_out: LayOut, measure: Measure) -> Drawn:
    """Lay out a document, its long tables as room for what is drawn later.

    Args:
        document: with tables of any length.
        stem: of the file's name, for the log.
        lay_out: lays out documents like it.
        measure: says about how wide a text is.

    Raises:
        RenderError: a row is higher than a page.
    """
    with uncollected():
        return _drawn(document, stem, lay_out, measure)


def _drawn(document: Document, stem: str, lay_out: LayOut, measure: Measure) -> Drawn:
    setter = Typesetter()
    found = dict(_long_tables(document, measure))
    while found:
        short = _shortened(document, found)
        layout = lay_out(short, {})
        tables: dict[str, tuple[Typeset, ...]] = {}
        wider = False
        try:
            for name, (block, known) in found.items():
                tables[name] = _typeset(layout, block, known, setter)
                rows = {row for table in tables[name] for row in table.wider}
                wider |= bool(rows)
                chosen = tuple(sorted({*known.chosen, *rows}))
                found[name] = block, msgspec.structs.replace(known, chosen=chosen)
            if not wider:
                return _placed(short, layout, tables, lay_out, setter)
        except UnlikeError as error:
            name = error.table or name
            _log.warning(
                "%s: the table %r is typeset row by row, which takes long: %s",
                stem,
                name,
                error.reason,
            )
            del found[name]
    return Drawn(lay_out(document, {}), {})


def _long_tables(
    document: Document, measure: Measure
) -> Iterator[tuple[str, tuple[TableBlock, Survey]]]:
    """The long tables whose rows look alike, by name, and what they have in common."""
    for block in document.blocks:
        if isinstance(block, TableBlock) and len(block.rows) > LONG:
            found = survey(block, measure)
            if len(found.chosen) < min(len(block.rows) / 2, _MOST_TYPESET):
                yield block.name, (block, found)
            else:
                _log.info("the rows of the table %r are too unlike to be drawn", block.name)


def _shortened(document: Document, found: Mapping[str, tuple[TableBlock, Survey]]) -> Document:
    """The document with no more rows of its long tables than must be typeset."""

    def short(block: Block) -> Block:
        if not isinstance(block, TableBlock) or block.name not in found:
            return block
        rows = tuple(block.rows[place] for place in found[block.name][1].chosen)
        return msgspec.structs.replace(block, rows=rows)

    return msgspec.structs.replace(document, blocks=tuple(map(short, document.blocks)))


def _typeset(
    layout: Layout, block: TableBlock, known: Survey, setter: Typesetter
) -> tuple[Typeset, ...]:
    """A long table after its pattern, in as many parts as its columns need.

    Raises:
        UnlikeError: it cannot be drawn so.
    """
    short = msgspec.structs.replace(block, rows=tuple(block.rows[at] for at in known.chosen))
    parts = table_view(short, "print").parts
    laid_out = _boxes(layout, block.name)
    if len(parts) != len(laid_out):
        raise UnlikeError("it is laid out in other parts than it should be")
    found = []
    for part, tables in zip(parts, laid_out, strict=True):
        places = [column.place for column in part.columns]
        own = _columns(block, places), of_columns(known, places)
        found.append(typeset(*own, read(tables, *own, setter), setter))
    return tuple(found)


def _columns(block: TableBlock, places: Sequence[int]) -> TableBlock:
    """A table with some of its columns only."""
    if list(places) == list(range(len(block.heads))):
        return block
    return msgspec.structs.replace(
        block,
        heads=tuple(block.heads[place] for place in places),
        rows=tuple(
            BlockRow(row.kind, tuple(row.cells[place] for place in places), row.level)
            for row in block.rows
        ),
    )


def _boxes(layout: Layout, name: str) -> list[list[tuple[Box, Box]]]:
    """Of each part of a block's table, its boxes, one for a page, with the page's."""
    found: dict[object, list[tuple[Box, Box]]] = {}
    for page in _page_boxes(layout):
        for section in _with_id(page, name):
            for box in section.descendants():
                if isinstance(box, TableBox):
                    found.setdefault(box.element, []).append((page, box))
    return list(found.values())


def _page_boxes(layout: Layout) -> list[Box]:
    return [page._page_box for page in layout.pages]  # noqa: SLF001 - the one way to a laid out page


class _Piece(msgspec.Struct, frozen=True):
    """Room for a page of a table.

    Attributes:
        room: from its top to the end of the page.
    """

    place: Place
    room: float


class _Room(msgspec.Struct, frozen=True):
    """How high a table may be, its head included.

    Attributes:
        first: on its first page.
        others: on every further page.
        rest: what must stand below its last row.
    """

    first: float
    others: float
    rest: float


def _placed(
    short: Document,
    layout: Layout,
    tables: Mapping[str, tuple[Typeset, ...]],
    lay_out: LayOut,
    setter: Typesetter,
) -> Drawn:
    """Find room for every table, one after the other.

    Where a table begins depends on where the one before it ends, so until then its specimens
    stand in its place.

    Raises:
        UnlikeError: the pages of one do not come out as they were reckoned.
    """
    rooms: dict[str, list[tuple[float, ...]]] = {name: [] for name in tables}
    spans: dict[str, tuple[Span, ...]] = {}
    for name, parts in tables.items():
        for part, table in enumerate(parts):
            holder = _holder(name, part)
            room = _room(_boxes(layout, name)[0], layout, name)
            rooms[name].append(())
            for _ in range(_TRIES):
                spans[holder] = _spans(table, room)
                rooms[name][part] = _heights(table, spans[holder])
                layout = lay_out(short, rooms)
                pieces = tuple(_pieces(layout, holder))
                seen = _seen(layout, holder, pieces, room)
                fits = _fits(pieces, rooms[name][part])
                if fits and _spans(table, seen) == spans[holder]:
                    break
                room = seen
            else:
                raise UnlikeError("its pages do not come out as reckoned", name)
    layout.fonts.update(setter.fonts)
    return Drawn(
        layout,
        {
            (holder := _holder(name, part)): DrawnTable(
                table, spans[holder], [piece.place for piece in _pieces(layout, holder)]
            )
            for name, parts in tables.items()
            for part, table in enumerate(parts)
        },
    )


def _room(tables: Sequence[tuple[Box, Box]], layout: Layout, name: str) -> _Room:
    """The room that a table has, as far as its specimens tell.

    The first page of a document may have a margin of its own, so others are a better guess.
    """
    pages = _page_boxes(layout)
    page, table = tables[0]
    others = [
        other
        for other in pages[pages.index(page) + 1 :]
        if (other.margin_width(), other.margin_height())
        == (page.margin_width(), page.margin_height())
    ]
    end = page.content_box_y() + page.height
    return _Room(
        end - table.position_y, float((others or [page])[0].height), _rest(*tables[-1], name)
    )


def _rest(page: Box, table: Box, name: str) -> float:
    """How high is what stands below a table and may not be parted from it."""
    end = bottom = table.position_y + table.margin_height()
    (section,) = _with_id(page, name)
    for box in section.children:
        if box.position_y + _SLACK < bottom:
            continue
        if box.style["break_before"] not in {"avoid", "avoid-page"}:
            break
        end = box.position_y + box.margin_height()
    return float(end - bottom)


def _seen(layout: Layout, holder: str, pieces: Sequence[_Piece], known: _Room) -> _Room:
    """The same as it turned out to be.

    Where the title of a part was left behind on another page, there must be room for it.
    """
    if not pieces:
        return known
    first = pieces[0].room
    for number, page in enumerate(_page_boxes(layout)):
        for box in _with_id(page, f"{holder}-title"):
            first -= box.margin_height() if number != pieces[0].place.page else 0.0
    others = min((piece.room for piece in pieces[1:]), default=known.others)
    return _Room(first, others, known.rest)


def _with_id(page: Box, name: str) -> Iterator[Box]:
    """The boxes of an element."""
    return (
        box
        for box in page.descendants()
        if box.element is not None and box.element.get("id") == name
    )


def _fits(pieces: Sequence[_Piece], heights: Sequence[float]) -> bool:
    """Whether every piece has a page of its own and ends on it."""
    pages = [piece.place.page for piece in pieces]
    return (
        len(pieces) == len(heights)
        and pages == list(range(pages[0], pages[0] + len(pages)))
        and all(
            height <= piece.room + _SLACK for piece, height in zip(pieces, heights, strict=True)
        )
    )


def _spans(table: Typeset, room: _Room) -> tuple[Span, ...]:
    head = table.pattern.head
    heights = list(table.heights)
    heights[-1] += table.pattern.foot + room.rest
    return paginated(heights, glued(table.block.rows), room.first - head, room.others - head)


def _heights(table: Typeset, spans: Sequence[Span]) -> tuple[float, ...]:
    """Of every page of a table."""
    foot = [0.0] * (len(spans) - 1) + [table.pattern.foot]
    return tuple(
        table.pattern.head + sum(table.heights[span.start : span.stop]) + end
        for span, end in zip(spans, foot, strict=True)
    )


def _pieces(layout: Layout, holder: str) -> Iterator[_Piece]:
    """Where the layout left room for a table, page by page."""
    for number, page in enumerate(_page_boxes(layout)):
        end = page.content_box_y() + page.height
        for box in _with_id(page, holder):
            for piece in box.children:
                place = Place(number, piece.position_x, piece.position_y)
                yield _Piece(place, end - piece.position_y)
