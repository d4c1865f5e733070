"""Annotations: a line down the plot each, its label at the top, none over another.

A label stands to the right of its line; where it would leave the plot, to the left. Where it
would reach another line or label it stands a row higher, and starts its line there.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from reporter.output.charts.canvas import Json, Text, rules, texts
from reporter.output.charts.parts import Drawing, Plot
from reporter.output.look.text_width import cut, width_of

_MOST_ROOM: Final = 0.4
"""What part of the plot a label may take where it is not alone."""
_MOST_ROWS: Final = 4
_LEADING: Final = 1.5
_BESIDE: Final = 5
_APART: Final = 8


class _Spot(msgspec.Struct, frozen=True):
    """Where a label stands; rows count from the plot upwards."""

    x: float
    label: str
    row: int
    leftwards: bool
    reach: tuple[float, float]

    def meets(self, reach: tuple[float, float]) -> bool:
        """Whether its line or its label is within a reach."""
        return self.reach[0] <= reach[1] and reach[0] <= self.reach[1]


def marks_height(drawing: Drawing, plot: Plot) -> float:
    """What the labels take above the plot."""
    rows = [spot.row for spot in _spots(drawing, plot)]
    return (1 + max(rows)) * drawing.sheet.size * _LEADING if rows else 0.0


def marks(drawing: Drawing, plot: Plot, top: float) -> list[Json]:
    """Lines and labels; the labels stand from ``top`` on."""
    spots = _spots(drawing, plot)
    if not spots:
        return []
    scheme, size = drawing.scheme, drawing.sheet.size
    rows = 1 + max(spot.row for spot in spots)
    ends: list[tuple[float, float, float, float]] = []
    labels: dict[bool, list[Text]] = {False: [], True: []}
    for spot in spots:
        y = top + (rows - spot.row - 0.5) * size * _LEADING
        x = plot.box.left + spot.x
        ends.append((x, y - size * 0.6, x, plot.box.bottom))
        beside = -_BESIDE if spot.leftwards else _BESIDE
        labels[spot.leftwards].append(Text(x + beside, y, spot.label))
    return [
        rules(ends, scheme.muted, dash=(1, 2)),
        texts(labels[False], scheme.ink, size, weight=500),
        texts(labels[True], scheme.ink, size, weight=500, align="right"),
    ]


def _spots(drawing: Drawing, plot: Plot) -> tuple[_Spot, ...]:
    """A spot for each annotation; lines are placed from the left edge of the plot."""
    size, wide = drawing.sheet.size, plot.box.width
    xs = [plot.x(mark.place) - plot.box.left for mark in drawing.chart.marks]
    wanted = [width_of(mark.label, size, 500) + _BESIDE + _APART for mark in drawing.chart.marks]
    if len(xs) > 1:
        wanted = [min(want, wide * _MOST_ROOM) for want in wanted]
    leftwards = _leftwards(xs, wanted, wide)
    rightwards_first = sorted(
        range(len(xs)), key=lambda n: (leftwards[n], xs[n] if leftwards[n] else -xs[n])
    )
    found: dict[int, _Spot] = {}
    for number in rightwards_first:
        x, to_left = xs[number], leftwards[number]
        room = min(wanted[number], x if to_left else wide - x)
        reach = (x - room, x) if to_left else (x, x + room)
        row = 1 + max((spot.row for spot in found.values() if spot.meets(reach)), default=-1)
        label = cut(drawing.chart.marks[number].label, room - _BESIDE, size, 500)
        if row >= _MOST_ROWS:
            row, label, reach = 0, "", (x, x)  # its line alone; the page says the rest
        found[number] = _Spot(x, label, row, to_left, reach)
    return tuple(found[number] for number in range(len(xs)))


def _leftwards(xs: Sequence[float], wanted: Sequence[float], wide: float) -> list[bool]:
    """Which labels stand to the left of their line: no line may cross a label from above."""
    found = [False] * len(xs)
    for number in sorted(range(len(xs)), key=lambda n: -xs[n]):
        x, end = xs[number], xs[number] + wanted[number]
        crossed = any(found[n] and x < xs[n] <= end for n in range(len(xs)))
        found[number] = (end > wide and x > wide - x) or crossed
    return found
