"""Sparklines: the course of a metric as points in a small box; templates draw them."""

from typing import Final

import msgspec

from reporter.data.table import number_or_none
from reporter.document.model import KpiCard
from reporter.document.values import Cell
from reporter.words import Words

WIDTH: Final = 240
HEIGHT: Final = 48
_INSET: Final = 5
"""Room for the dots and for half a stroke."""
_START: Final = 1
"""Where the first step lies: the line begins where the card's texts do."""
_DEEP: Final = 0.5
"""A course that falls under this part of its greatest value is drawn down to zero."""


class Point(msgspec.Struct, frozen=True):
    """A place in the box; y grows downwards."""

    x: float
    y: float


class Spot(msgspec.Struct, frozen=True):
    """A point that is worth naming.

    Attributes:
        place: of its step in the course, from 0.
    """

    point: Point
    place: int


class Sparkline(msgspec.Struct, frozen=True, kw_only=True):
    """A course without its gaps.

    Attributes:
        width: of the box.
        height: likewise.
        runs: the points between gaps, in order; none of them is empty.
        zero: how high zero lies, where it lies in the box: only then may an area be filled.
        lowest: the first of the least values; None where all are equal.
        highest: the first of the greatest values; likewise.
        last: the last point that has a value.
    """

    width: int
    height: int
    runs: tuple[tuple[Point, ...], ...]
    zero: float | None
    lowest: Spot | None
    highest: Spot | None
    last: Spot


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A card's sparkline and what it says in words.

    Attributes:
        summary: for those who do not see it.
        lowest: what the mark on the least value says; empty where there is none.
        highest: likewise.
        last: what the dot on the last value says.
    """

    line: Sparkline
    summary: str
    lowest: str
    highest: str
    last: str


def course(card: KpiCard, words: Words) -> Course | None:
    """The course of a card's metric; None where fewer than two values are known."""
    line = sparkline(card.course)
    if line is None:
        return None

    def at(key: str, spot: Spot | None) -> str:
        if spot is None:
            return ""
        step, cell = card.course_steps[spot.place], card.course[spot.place]
        return words.say(key, value=cell.text, step=step.text)

    first = next(i for i, cell in enumerate(card.course) if number_or_none(cell.value) is not None)
    lowest, highest = at("lowest", line.lowest), at("highest", line.highest)
    start = at("first", Spot(line.last.point, first))
    last = at("last", line.last)
    parts = [part for part in (start, lowest, highest, last) if part]
    return Course(
        line=line,
        summary=words.say("course", metric=card.label, points=words.row(parts)),
        lowest=lowest,
        highest=highest,
        last=last,
    )


def sparkline(cells: tuple[Cell, ...]) -> Sparkline | None:
    """The course in its box, from its least value at the bottom to its greatest at the top.

    A course that comes near zero, or passes it, is drawn with zero in the box. None where fewer
    than two values are known.
    """
    known = [
        (place, value)
        for place, cell in enumerate(cells)
        if (value := number_or_none(cell.value)) is not None
    ]
    if len(known) < 2:  # noqa: PLR2004 - one point is no course
        return None
    low, high = min(value for _, value in known), max(value for _, value in known)
    bottom, top = _ends(low, high)

    def height(value: float) -> float:
        part = (value - bottom) / (top - bottom) if top > bottom else 0.5
        return round(HEIGHT - _INSET - (HEIGHT - 2 * _INSET) * part, 1)

    def point(place: int, value: float) -> Point:
        x = _START + (WIDTH - _START - _INSET) * place / (len(cells) - 1)
        return Point(round(x, 1), height(value))

    def first(wanted: float) -> Spot | None:
        place = next(place for place, value in known if value == wanted)
        return Spot(point(place, wanted), place) if high > low else None

    runs: list[list[Point]] = []
    before = None
    for place, value in known:
        if before is None or place > before + 1:
            runs.append([])
        runs[-1].append(point(place, value))
        before = place
    return Sparkline(
        width=WIDTH,
        height=HEIGHT,
        runs=tuple(map(tuple, runs)),
        zero=height(0) if bottom <= 0 <= top and top > bottom else None,
        lowest=first(low),
        highest=first(high),
        last=Spot(runs[-1][-1], known[-1][0]),
    )


def _ends(low: float, high: float) -> tuple[float, float]:
    """What lies at the bottom of the box and at its top."""
    if low < high and 0 <= low < _DEEP * high:
        return 0, high
    if low < high and 0 >= high > _DEEP * low:
        return low, 0
    return low, high
