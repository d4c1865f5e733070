"""Sparklines: the course of a metric as points in a small box; templates draw them."""

from typing import Final

import msgspec

from reporter.data.table import number_or_none
from reporter.document.model import Cell

WIDTH: Final = 240
HEIGHT: Final = 48
_INSET: Final = 4
"""Room for the dot on the last point and for half a stroke."""


class Point(msgspec.Struct, frozen=True):
    """A place in the box; y grows downwards."""

    x: float
    y: float


class Sparkline(msgspec.Struct, frozen=True):
    """A course without its gaps.

    Attributes:
        width: of the box.
        height: likewise.
        runs: the points between gaps, in order; none of them is empty.
        last: the last point that has a value.
    """

    width: int
    height: int
    runs: tuple[tuple[Point, ...], ...]
    last: Point


def sparkline(course: tuple[Cell, ...]) -> Sparkline | None:
    """The course in its box, from its least value at the bottom to its greatest at the top.

    None where fewer than two values are known.
    """
    values = [number_or_none(cell.value) for cell in course]
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - one point is no course
        return None
    low, high = min(known), max(known)
    runs: list[list[Point]] = [[]]
    for place, value in enumerate(values):
        if value is not None:
            x = _INSET + (WIDTH - 2 * _INSET) * place / (len(values) - 1)
            part = (value - low) / (high - low) if high > low else 0.5
            y = HEIGHT - _INSET - (HEIGHT - 2 * _INSET) * part
            runs[-1].append(Point(round(x, 1), round(y, 1)))
        elif runs[-1]:
            runs.append([])
    drawn = tuple(tuple(run) for run in runs if run)
    return Sparkline(WIDTH, HEIGHT, drawn, drawn[-1][-1])
