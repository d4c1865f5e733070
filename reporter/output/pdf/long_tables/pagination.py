"""Which rows of a long table stand on which page."""

from collections.abc import Sequence
from typing import Final

import msgspec

from reporter.errors import RenderError

_SLACK: Final = 1e-6


class Span(msgspec.Struct, frozen=True):
    """The rows of one page, ``start`` to before ``stop``."""

    start: int
    stop: int


def paginated(
    heights: Sequence[float], glued: Sequence[bool], first: float, others: float
) -> tuple[Span, ...]:
    """The rows of each page, as many as fit.

    Args:
        heights: of the rows, in any unit.
        glued: whether a row may not be parted from the one before it; of as many rows.
        first: the room on the first page.
        others: the room on every further page.

    Raises:
        RenderError: a row is higher than a page.
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
            stop = _earlier(glued, start, stop)
        if stop == start:
            if room == others:
                raise RenderError("a row of a table is higher than a page")
            room = others
            continue
        spans.append(Span(start, stop))
        start, room = stop, others
    return tuple(spans)


def _earlier(glued: Sequence[bool], start: int, stop: int) -> int:
    """The last place up to ``stop`` where a page may end; ``stop`` itself where there is none."""
    return next((place for place in range(stop, start, -1) if not glued[place]), stop)
