"""Which rows of a long table stand on which page."""

from collections.abc import Sequence
from typing import Final

import msgspec

from reporter.document.values import BlockRow, RowKind

_BEFORE: Final = 6
"""So many rows at least stand before a break."""
_AFTER: Final = 7
"""So many at least after it."""
_LAST_IN_GROUP: Final = 2
"""The same in a group with a subtotal; of its first rows two stay together."""
_WITH_WHAT_IT_SUMS: Final = frozenset({RowKind.SUBTOTAL, RowKind.TOTAL})
_SLACK: Final = 1e-6


class Span(msgspec.Struct, frozen=True):
    """The rows of one page, ``start`` to before ``stop``."""

    start: int
    stop: int


def glued(rows: Sequence[BlockRow]) -> list[bool]:
    """Of every row, whether it may not be parted from the one before it.

    The rules of the style sheet for short tables.
    """
    ends = [number for number, row in enumerate(rows) if row.level == 1]
    if not ends:
        count = len(rows)
        return [at > 0 and (at < _BEFORE or count - at < _AFTER) for at in range(count)]
    found: list[bool] = []
    begin = 0
    for end in (*(number + 1 for number in ends), len(rows)):
        found += [
            row.kind in _WITH_WHAT_IT_SUMS
            or (at > 0 and (at == 1 or end - begin - at <= _LAST_IN_GROUP))
            for at, row in enumerate(rows[begin:end])
        ]
        begin = end
    return found


def paginated(
    heights: Sequence[float], kept: Sequence[bool], first: float, others: float
) -> tuple[Span, ...]:
    """The rows of each page, as many as fit.

    Args:
        heights: of the rows, in any unit.
        kept: whether a row may not be parted from the one before it; of as many rows.
        first: the room on the first page.
        others: the room on every further page.

    A row that is higher than a page has one to itself.
    """
    spans: list[Span] = []
    start, count = 0, len(heights)
    room = first
    while start < count:
        stop, used = start, 0.0
        while stop < count and used + heights[stop] <= room + _SLACK:
            used += heights[stop]
            stop += 1
        if stop < count:
            stop = _earlier(kept, start, stop)
        if stop == start:
            if room < others:
                room = others
                continue
            stop = start + 1
        spans.append(Span(start, stop))
        start, room = stop, others
    return tuple(spans)


def _earlier(kept: Sequence[bool], start: int, stop: int) -> int:
    """The last place up to ``stop`` where a page may end; ``stop`` itself where there is none."""
    return next((place for place in range(stop, start, -1) if not kept[place]), stop)
