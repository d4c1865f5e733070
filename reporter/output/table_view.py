"""How a table stands on a page: its heads in groups, its columns, and how it fits on paper.

Widths are estimates from the number of letters, generous enough for the fonts that come with
Reporter; the page's own layout decides in the end.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil
from typing import Final, Literal

import msgspec

from reporter.data.table import Kind
from reporter.document.model import TableBlock, part_of_page
from reporter.document.values import Cell, Head, HeadRole, Mark, RowKind
from reporter.words import Words

SIGNS: Final = {
    Mark.MET: "✓",
    Mark.MISSED: "✗",
    Mark.LOW: "●○○",
    Mark.MIDDLE: "●●○",
    Mark.HIGH: "●●●",
    Mark.OUT: "≠",
}
"""What stands before a number, for those who do not see its colour."""
_SAID: Final = {
    Mark.MET: "mark_met",
    Mark.MISSED: "mark_missed",
    Mark.LOW: "mark_low",
    Mark.MIDDLE: "mark_middle",
    Mark.HIGH: "mark_high",
    Mark.OUT: "out_of_bounds",
}
"""The word for those who do not see the sign either."""
_CHANGES: Final = frozenset({HeadRole.CHANGE, HeadRole.DIFFERENCE})

Fit = Literal["plain", "dense", "wide", "wide-dense"]
"""Of a table on paper: in its usual type, in smaller type, on a turned page, both."""

_PORTRAIT: Final = 504.0
"""Points of text across an upright page; of A4, the narrower of the sizes."""
_LANDSCAPE: Final = 751.0
_USUAL: Final = (7.2, 13.2)
"""Points of type, and beside a column."""
_DENSE: Final = (6.6, 7.0)
_OPENING: Final = 7.0
_DIGIT: Final = 0.63
_LETTER: Final = 0.56
"""How wide a digit and a letter are, in parts of the type."""
_WIDTHS: Final = {
    **dict.fromkeys("0123456789+-−~", _DIGIT),
    **dict.fromkeys(" .,:;'’|ijl\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", 0.3),
    **dict.fromkeys("%mwMW", 0.88),
}
"""Of what is much wider or narrower, and of digits, which all have one width."""
_MOST_TEXT: Final = 11.0
"""Of a text column in parts of its type, before its words go on in another line."""
_BAR: Final = 8.8
_SIGN: Final = 2.0
_ARROW: Final = 1.3
_MOST_FIGURE: Final = 20
"""Digits for which there is a class of a fixed width."""
_MANY_COLUMNS: Final = 8


class HeadCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of the head.

    Attributes:
        columns: how many columns it is over.
        rows: how many rows of the head it takes.
        group: whether it is over a group of columns.
    """

    label: str
    unit: str = ""
    classes: str
    columns: int = 1
    rows: int = 1
    group: bool = False


class ColumnView(msgspec.Struct, frozen=True, kw_only=True):
    """A column.

    Attributes:
        place: in the block's rows.
        role: what it shows.
        classes: its side, its role, where it stands, whether it is time.
        figure: the class that gives its numbers one width, so that what stands before them lines
            up; empty where nothing does.
        signs: whether some of its cells have a sign.
    """

    place: int
    role: HeadRole
    classes: str
    figure: str = ""
    signs: bool = False


class Part(msgspec.Struct, frozen=True):
    """A table as it stands on a page: all of a block's columns, or some where they do not fit.

    Attributes:
        top: the first row of the head.
        under: the second; empty where no columns stand in a group.
        columns: in order.
        number: which of the parts it is, from 1; 0 where there is one.
    """

    top: tuple[HeadCell, ...]
    under: tuple[HeadCell, ...]
    columns: tuple[ColumnView, ...]
    number: int = 0


class TableView(msgspec.Struct, frozen=True):
    """A table on a page.

    Attributes:
        parts: one below the other, each with the columns that name the rows.
        fit: how it stands on paper.
        groups: the rows, those of one group of the first dimension together; in one piece where
            there are no subtotals.
        even: whether all columns of numbers are about one metric, and equally wide.
    """

    parts: tuple[Part, ...]
    fit: Fit
    groups: tuple[range, ...]
    even: bool


def table_view(block: TableBlock, medium: Literal["screen", "print", "mail"]) -> TableView:
    """How a table stands on a page of some medium."""
    every = tuple(range(len(block.heads)))
    if medium == "screen":
        fit: Fit = "dense" if len(every) > _MANY_COLUMNS else "plain"
        pieces: tuple[tuple[int, ...], ...] = (every,)
    else:
        fit, pieces = _fitted(block, tuple(_breadth(block, place) for place in every))
    return TableView(
        parts=tuple(_part(block, places, number, pieces) for number, places in enumerate(pieces)),
        fit=fit,
        groups=tuple(_groups(block)),
        even=_is_even(block),
    )


def is_turned(block: TableBlock) -> bool:
    """Whether a table stands on a page of its own, turned."""
    return table_view(block, "print").fit in {"wide", "wide-dense"}


def sign(cell: Cell) -> str:
    """What stands before a cell's number for those who do not see its colour."""
    return "" if cell.mark is None else SIGNS[cell.mark]


def said(words: Words, cell: Cell) -> str:
    """What a cell's sign says."""
    return "" if cell.mark is None else words.say(_SAID[cell.mark])


# Rows


def _groups(block: TableBlock) -> Iterator[range]:
    """After each subtotal of the first dimension a new group begins.

    Other and total rows belong to the last group: a total never stands alone on a page.
    """
    ends = [
        number + 1
        for number, row in enumerate(block.rows)
        if row.kind is RowKind.SUBTOTAL and row.level == 1
    ]
    begins = [0, *ends[:-1]]
    yield from map(range, begins, [*ends[:-1], len(block.rows)])


# Columns


def _is_number(head: Head) -> bool:
    return head.role is not HeadRole.DIMENSION


def _part(
    block: TableBlock, places: Sequence[int], number: int, pieces: Sequence[Sequence[int]]
) -> Part:
    groups = _head_groups(block.heads, places)
    several = any(len(group) > 1 for group in groups)
    classes = _classes(block.heads, groups)
    top: list[HeadCell] = []
    under: list[HeadCell] = []
    for group in groups:
        heads = [block.heads[place] for place in group]
        if heads[0].over:
            unit = _common_unit(heads)
            outer = "group number opens" + (" last" if group is groups[-1] else "")
            top.append(
                HeadCell(
                    label=heads[0].over,
                    unit=unit,
                    classes=outer,
                    columns=len(group),
                    group=True,
                )
            )
            under += [
                HeadCell(label=head.under, unit="" if unit else head.unit, classes=classes[place])
                for place, head in zip(group, heads, strict=True)
            ]
        else:
            top.append(
                HeadCell(
                    label=heads[0].label,
                    unit=heads[0].unit,
                    classes=classes[group[0]],
                    rows=2 if several or any(h.over for h in block.heads) else 1,
                )
            )
    return Part(
        tuple(top),
        tuple(under),
        tuple(_column(block, place, classes[place]) for place in places),
        number + 1 if len(pieces) > 1 else 0,
    )


def _head_groups(heads: Sequence[Head], places: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The columns that stand under a common head, together."""

    def key(place: int) -> tuple[str, str]:
        head = heads[place]
        if not head.over:
            return "", str(place)
        return head.over, head.name if head.across is None else ""

    return tuple(tuple(found) for _, found in groupby(places, key=key))


def _common_unit(heads: Sequence[Head]) -> str:
    """The unit of a group of columns, where they are all of one metric."""
    units = {head.unit for head in heads if head.unit}
    alone = len({head.name for head in heads}) == 1
    return units.pop() if alone and len(units) == 1 else ""


def _classes(heads: Sequence[Head], groups: Sequence[Sequence[int]]) -> dict[int, str]:
    several = any(len(group) > 1 for group in groups)
    first, last = groups[0][0], groups[-1][-1]
    found = {}
    for group in groups:
        for place in group:
            head = heads[place]
            side = "number" if _is_number(head) else "left"
            where = [
                ("first", place == first),
                ("opens", several and side == "number" and place == group[0]),
                ("moment", head.kind in {Kind.DATE, Kind.DATE_TIME} and side == "left"),
                ("whole", head.across == ""),
                ("last", place == last),
            ]
            found[place] = " ".join([side, head.role, *(name for name, is_so in where if is_so)])
    return found


def _column(block: TableBlock, place: int, classes: str) -> ColumnView:
    head = block.heads[place]
    cells = [row.cells[place] for row in block.rows]
    signs = any(cell.mark for cell in cells)
    adorned = signs or head.role in _CHANGES or any(cell.bar is not None for cell in cells)
    widest = max((_em(text) for text in {cell.text for cell in cells}), default=0.0)
    figure = ceil(widest / _DIGIT)
    return ColumnView(
        place=place,
        role=head.role,
        classes=classes,
        figure=f"w{figure}" if adorned and figure <= _MOST_FIGURE else "",
        signs=signs,
    )


def _is_even(block: TableBlock) -> bool:
    measured = {head.name for head in block.heads if head.across is not None}
    return len(measured) == 1


# Paper


def _fitted(
    block: TableBlock, breadths: Sequence[float]
) -> tuple[Fit, tuple[tuple[int, ...], ...]]:
    """How a table fits: in smaller type, then turned, and at last in pieces."""
    every = tuple(range(len(block.heads)))
    room = _PORTRAIT * part_of_page(block)
    tries: list[tuple[Fit, float, tuple[float, float]]] = [
        ("plain", room, _USUAL),
        ("dense", room, _DENSE),
    ]
    if block.width == "full":
        tries += [("wide", _LANDSCAPE, _USUAL), ("wide-dense", _LANDSCAPE, _DENSE)]
    for fit, across, type_ in tries:
        if _width(block, every, breadths, type_) <= across:
            return fit, (every,)
    fit, across, type_ = tries[-1]
    return fit, tuple(_pieces(block, breadths, across, type_))


def _pieces(
    block: TableBlock, breadths: Sequence[float], across: float, type_: tuple[float, float]
) -> Iterator[tuple[int, ...]]:
    """The columns in as few pieces as there must be, about equally wide; groups stay whole."""
    along = tuple(i for i, head in enumerate(block.heads) if not _is_number(head))
    rest = [i for i, head in enumerate(block.heads) if _is_number(head)]
    groups = [group for group in _head_groups(block.heads, rest) if group]
    if len(groups) == 1:  # one metric over all: its columns are what is parted
        groups = [(place,) for place in groups[0]]
    fixed = _width(block, along, breadths, type_)
    widths = [_width(block, group, breadths, type_) for group in groups]
    room = max(across - fixed, 1.0)
    count = max(1, -int(-sum(widths) // room))
    share = sum(widths) / count
    piece: list[int] = []
    taken = 0.0
    for group, width in zip(groups, widths, strict=True):
        if piece and (taken + width > room or taken + width / 2 > share):
            yield (*along, *piece)
            piece, taken = [], 0.0
        piece += group
        taken += width
    yield (*along, *piece)


def _width(
    block: TableBlock,
    places: Sequence[int],
    breadths: Sequence[float],
    type_: tuple[float, float],
) -> float:
    size, beside = type_
    openings = sum(bool(block.heads[place].over) for place in places) and len(
        _head_groups(block.heads, places)
    )
    return sum(breadths[i] * size + beside for i in places) + openings * _OPENING


def _breadth(block: TableBlock, place: int) -> float:
    """About how wide a column must be, in parts of its type."""
    head = block.heads[place]
    cells = [row.cells[place] for row in block.rows]
    texts = {cell.text for cell in cells}
    label = head.under or head.label
    word = max(map(_em, label.split()), default=0.0)
    if not _is_number(head):
        return max(min(max(map(_em, texts), default=0.0), _MOST_TEXT), word)
    return max(max(map(_em, texts), default=0.0) + _before(head, cells), word)


def _em(text: str) -> float:
    return sum(_WIDTHS.get(letter, _LETTER) for letter in text)


def _before(head: Head, cells: Sequence[Cell]) -> float:
    """How wide is what stands before the numbers."""
    if any(cell.bar is not None for cell in cells):
        return _BAR
    if any(cell.mark for cell in cells):
        return _SIGN
    return _ARROW if head.role in _CHANGES else 0.0
