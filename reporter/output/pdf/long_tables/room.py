"""From a document with long tables to pages with room for them, and to what is drawn there."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from weasyprint import Document as Layout
from weasyprint.formatting_structure import boxes

from reporter.document.model import Block, Document, TableBlock
from reporter.errors import RenderError
from reporter.output.pdf.engine import Sheets, uncollected
from reporter.output.pdf.long_tables.drawing import Place
from reporter.output.pdf.long_tables.pagination import Span, glued, paginated
from reporter.output.pdf.long_tables.reading import read
from reporter.output.pdf.long_tables.shaping import Typesetter
from reporter.output.pdf.long_tables.survey import Measure, Survey, survey
from reporter.output.pdf.long_tables.tags import DrawnTable
from reporter.output.pdf.long_tables.typeset import Typeset, typeset
from reporter.output.pdf.long_tables.unlike import UnlikeError

LONG: Final = 200
"""Rows from which a table is drawn and not typeset."""
_MOST_TYPESET: Final = 1500
"""Rows with so many looks that nothing would be gained."""
_TRIES: Final = 4
_SLACK: Final = 0.05
"""Pixels within which two places are one."""
_log: Final = logging.getLogger(__name__)

LayOut = Callable[[Document, Mapping[str, tuple[float, ...]]], Layout]
"""Lays out a document; of the tables named, only room of these heights, one after another on a
page each."""


class Drawn(msgspec.Struct, frozen=True):
    """A document laid out, with what is still to be drawn onto its pages.

    Attributes:
        layout: of all but the rows of long tables.
        tables: these, by name.
    """

    layout: Layout
    tables: Mapping[str, DrawnTable]

    @property
    def characters(self) -> set[str]:
        """All that stand in the rows of the tables."""
        return set[str]().union(*(table.characters for table in self.tables.values()))

    def step(self, sheets: Sheets) -> None:
        """Hang the tables into the structure tree; they are drawn when it is written."""
        for name, table in self.tables.items():
            node = sheets.tree.node(drawn_id(name))
            if node is None:
                raise RenderError(f"there is no place for the table {name!r} in the page")
            node.kids = [table]


def drawn_id(name: str) -> str:
    """The ``id`` of the element that holds the pages of a long table."""
    return f"{name}-rows"


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
    tables: dict[str, Typeset] = {}
    while len(tables) < len(found):
        short = _shortened(document, found)
        layout = lay_out(short, {})
        tables = dict(_typeset(layout, found, setter, stem))
    if not found:
        return Drawn(lay_out(document, {}), {})
    return _placed(_shortened(document, found), layout, tables, lay_out, setter)


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
    layout: Layout,
    found: dict[str, tuple[TableBlock, Survey]],
    setter: Typesetter,
    stem: str,
) -> Iterator[tuple[str, Typeset]]:
    """Every long table after its pattern; those that cannot be are taken out of ``found``.

    Where the layout did not have the widest row, that is added there, and there is no table.
    """
    for name, (block, known) in tuple(found.items()):
        try:
            table = typeset(block, known, read(_boxes(layout, name), block, known, setter), setter)
        except UnlikeError as error:
            _log.warning(
                "%s: the table %r is typeset row by row, which takes long: %s",
                stem,
                name,
                error.reason,
            )
            del found[name]
            continue
        if table.wider:
            chosen = tuple(sorted({*known.chosen, *table.wider}))
            found[name] = block, msgspec.structs.replace(known, chosen=chosen)
        else:
            yield name, table


def _boxes(layout: Layout, name: str) -> list[tuple[Any, Any]]:
    """The boxes of a block's table, one for each page, with the page's."""
    return [
        (page, box)
        for page in _page_boxes(layout)
        for section in page.descendants()
        if section.element is not None and section.element.get("id") == name
        for box in section.descendants()
        if isinstance(box, boxes.TableBox)
    ]


def _page_boxes(layout: Layout) -> list[Any]:
    return [page._page_box for page in layout.pages]  # noqa: SLF001 - the one way to a laid out page


class _Part(msgspec.Struct, frozen=True):
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
    tables: Mapping[str, Typeset],
    lay_out: LayOut,
    setter: Typesetter,
) -> Drawn:
    """Find room for every table, one after the other.

    Where a table begins depends on where the one before it ends, so until then its specimens
    stand in its place.
    """
    heights: dict[str, tuple[float, ...]] = {}
    spans: dict[str, tuple[Span, ...]] = {}
    for name, table in tables.items():
        room = _room(layout, name)
        for _ in range(_TRIES):
            spans[name] = _spans(table, room)
            heights[name] = _heights(table, spans[name])
            layout = lay_out(short, heights)
            parts = tuple(_parts(layout, name))
            seen = _seen(parts, room)
            if _fits(parts, heights[name]) and _spans(table, seen) == spans[name]:
                break
            room = seen
        else:
            raise RenderError(f"the table {name!r} could not be divided into pages")
    layout.fonts.update(setter.fonts)
    return Drawn(
        layout,
        {
            name: DrawnTable(table, spans[name], [part.place for part in _parts(layout, name)])
            for name, table in tables.items()
        },
    )


def _room(layout: Layout, name: str) -> _Room:
    """The room that a table has, as far as its specimens tell.

    The first page of a document may have a margin of its own, so others are a better guess.
    """
    pages = _page_boxes(layout)
    tables = _boxes(layout, name)
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


def _rest(page: Any, table: Any, name: str) -> float:  # noqa: ANN401 - the library has no types
    """How high is what stands below a table and may not be parted from it."""
    end = bottom = table.position_y + table.margin_height()
    (section,) = (
        box
        for box in page.descendants()
        if box.element is not None and box.element.get("id") == name
    )
    for box in section.children:
        if box.position_y + _SLACK < bottom:
            continue
        if box.style["break_before"] not in {"avoid", "avoid-page"}:
            break
        end = box.position_y + box.margin_height()
    return float(end - bottom)


def _seen(parts: Sequence[_Part], known: _Room) -> _Room:
    """The same as it turned out to be."""
    first = parts[0].room if parts else known.first
    others = min((part.room for part in parts[1:]), default=known.others)
    return _Room(first, others, known.rest)


def _fits(parts: Sequence[_Part], heights: Sequence[float]) -> bool:
    """Whether every part has a page of its own and ends on it."""
    pages = [part.place.page for part in parts]
    return (
        len(parts) == len(heights)
        and pages == list(range(pages[0], pages[0] + len(pages)))
        and all(height <= part.room + _SLACK for part, height in zip(parts, heights, strict=True))
    )


def _spans(table: Typeset, room: _Room) -> tuple[Span, ...]:
    head = table.pattern.head
    heights = list(table.heights)
    heights[-1] += table.pattern.foot + room.rest
    return paginated(heights, glued(table.block.rows), room.first - head, room.others - head)


def _heights(table: Typeset, spans: Sequence[Span]) -> tuple[float, ...]:
    """Of every part of a table."""
    foot = [0.0] * (len(spans) - 1) + [table.pattern.foot]
    return tuple(
        table.pattern.head + sum(table.heights[span.start : span.stop]) + end
        for span, end in zip(spans, foot, strict=True)
    )


def _parts(layout: Layout, name: str) -> Iterator[_Part]:
    """Where the layout left room for a table, page by page."""
    wanted = drawn_id(name)
    for number, page in enumerate(_page_boxes(layout)):
        end = page.content_box_y() + page.height
        for holder in page.descendants():
            if holder.element is None or holder.element.get("id") != wanted:
                continue
            for box in holder.children:
                yield _Part(Place(number, box.position_x, box.position_y), end - box.position_y)
