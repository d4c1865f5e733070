"""Upright bars: side by side, with the comparison before each, or stacked."""

from collections.abc import Sequence
from typing import Final

from reporter.data.table import Format
from reporter.document.model import Series
from reporter.document.values import Cell
from reporter.output.charts.axis import Axis
from reporter.output.charts.canvas import Box, Json, Text, boxes, texts
from reporter.output.charts.parts import (
    DOTTED,
    PALE,
    Drawing,
    Hits,
    Picture,
    Plot,
    text_on,
    value_of,
)
from reporter.output.charts.plot import names_at_right, upright
from reporter.output.look.text_width import width_of

_BAR: Final = 0.72
"""What part of its band a step's bars take."""
_WIDEST: Final = 84
_BETWEEN: Final = 1.0
ROUND: Final = 2.0


def draw(drawing: Drawing) -> Picture:
    """Bars side by side."""
    chart = drawing.chart
    values = [v for s in chart.series for v in map(value_of, s.cells) if v is not None]
    found = upright(drawing, drawing.axis(values, from_zero=True), banded=True)
    # Time passes from left to right: the comparison comes first.
    ordered = side_by_side(drawing, earlier_first=True)
    layers: list[Json] = []
    tops: list[tuple[Box, Cell]] = []
    for series in ordered:
        places = _side_by_side(found.plot, series, ordered)
        layers += _bars(drawing, series, places)
        tops += [(box, series.cells[place]) for place, box in places]
    return Picture(
        layers=(*found.behind, *layers, *found.before, *_values_above(drawing, tops)),
        width=drawing.sheet.width,
        height=found.height,
        hits=Hits(kind="columns", box=found.plot.hits),
    )


def draw_stacked(drawing: Drawing) -> Picture:
    """Bars of parts, as they are or in percent of each whole."""
    chart = drawing.chart
    found = upright(drawing, scale_of_parts(drawing), banded=True)
    plot = found.plot
    layers: list[Json] = []
    ends: list[tuple[Series, float]] = []
    ground = [0.0] * len(chart.steps)
    wide = min(plot.band * _BAR, _WIDEST)
    for series, part in parts(drawing):
        places = []
        for place, value in enumerate(part):
            if value:
                low, high = plot.y(ground[place]), plot.y(ground[place] + value)
                gap = min(_BETWEEN, (low - high) / 2)
                box = Box(plot.x(place) - wide / 2, high + gap, wide, low - high - gap)
                places.append((place, box))
                ground[place] += value
        layers += _bars(drawing, series, places)
        layers += labels_within(drawing, series, places)
        if places:
            ends.append((series, places[-1][1].top + places[-1][1].height / 2))
    if found.names_room:
        layers += names_at_right(drawing, found, ends)
    if chart.kind == "stacked":
        tops = [
            (Box(plot.x(place) - wide / 2, plot.y(ground[place]), wide, 0), whole)
            for place, whole in enumerate(chart.wholes)
        ]
        layers += _values_above(drawing, tops)
    return Picture(
        layers=(*found.behind, *layers, *found.before),
        width=drawing.sheet.width,
        height=found.height,
        hits=Hits(kind="columns", box=plot.hits),
    )


def scale_of_parts(drawing: Drawing) -> Axis:
    """The axis of stacked bars: to the greatest whole, or to 100 %."""
    chart = drawing.chart
    if chart.kind == "stacked100":
        return drawing.axis([0.0, 1.0], from_zero=True, form=Format.PERCENT)
    wholes = [v for v in map(value_of, chart.wholes) if v is not None]
    return drawing.axis(wholes, from_zero=True)


def parts(drawing: Drawing) -> list[tuple[Series, tuple[float | None, ...]]]:
    """What each series adds to each bar."""
    shares = drawing.chart.kind == "stacked100"
    return [
        (series, tuple(map(value_of, series.shares if shares else series.cells)))
        for series in drawing.chart.series
    ]


def labels_within(
    drawing: Drawing, series: Series, places: Sequence[tuple[int, Box]]
) -> list[Json]:
    """The text of each part in its middle, where it fits."""
    shown = series.shares if drawing.chart.kind == "stacked100" else series.cells
    size, scheme, colour = drawing.sheet.size, drawing.scheme, drawing.colour(series)
    number = drawing.number(series)
    fitting = [
        (place, Text(box.left + box.width / 2, box.top + box.height / 2, shown[place].text))
        for place, box in places
        if width_of(shown[place].text, size) + 8 <= box.width and box.height >= size * 1.25
    ]
    pale = [text for place, text in fitting if is_open(drawing, series, place)]
    plain = [text for place, text in fitting if not is_open(drawing, series, place)]
    name = "on_quiet" if number is None else f"on_{number}"
    return [
        texts(plain, text_on(colour, scheme), size, align="center", name=name),
        texts(pale, scheme.ink, size, align="center"),
    ]


def is_open(drawing: Drawing, series: Series, place: int) -> bool:
    """Whether a bar stands for the incomplete last step."""
    chart = drawing.chart
    if not chart.partial or series.previous:
        return False
    known = [i for s in chart.series for i, c in enumerate(s.cells) if c.value is not None]
    return place == max(known, default=-1)


def side_by_side(drawing: Drawing, *, earlier_first: bool) -> list[Series]:
    """The series in the order of their bars: each beside what it is compared to."""
    names = list(dict.fromkeys(series.name for series in drawing.chart.series))
    return sorted(
        drawing.chart.series, key=lambda s: (names.index(s.name), s.previous is not earlier_first)
    )


def _side_by_side(plot: Plot, series: Series, ordered: Sequence[Series]) -> list[tuple[int, Box]]:
    slot = min(plot.band * _BAR / len(ordered), _WIDEST)
    first = ordered.index(series) * slot - slot * len(ordered) / 2
    gap = _BETWEEN if len(ordered) > 1 else 0
    found = []
    for place, value in enumerate(map(value_of, series.cells)):
        if value is not None:
            top, bottom = sorted((plot.y(value), plot.y(0)))
            box = Box(plot.x(place) + first, top, max(slot - gap, 0.5), bottom - top)
            found.append((place, box))
    return found


def _bars(drawing: Drawing, series: Series, places: Sequence[tuple[int, Box]]) -> list[Json]:
    """Bars of one colour; those of the incomplete step pale and outlined."""
    colour = drawing.scheme.rule if series.previous else drawing.colour(series)
    closed = [box for place, box in places if not is_open(drawing, series, place)]
    pale = [box for place, box in places if is_open(drawing, series, place)]
    alone = drawing.chart.kind == "column"
    corners = (ROUND, ROUND, 0.0, 0.0) if alone else (0.0, 0.0, 0.0, 0.0)
    return [
        boxes(closed, colour, corners=corners),
        boxes(pale, drawing.scheme.surface),
        boxes(pale, colour, opacity=PALE, stroke=colour, dash=DOTTED, corners=corners),
    ]


def _values_above(drawing: Drawing, tops: Sequence[tuple[Box, Cell]]) -> list[Json]:
    """The value over each bar, where all of them fit."""
    size = drawing.sheet.size
    known = [(box, cell) for box, cell in tops if cell.value is not None]
    alone = len(drawing.chart.series) == 1 or drawing.chart.kind == "stacked"
    more = size * 0.6 if alone else -2.0
    if any(width_of(cell.text, size, 500) > box.width + more for box, cell in known):
        return []
    if len(drawing.chart.marks) or any((value_of(cell) or 0) < 0 for _, cell in known):
        return []
    places = [Text(b.left + b.width / 2, b.top - size * 0.75, cell.text) for b, cell in known]
    return [texts(places, drawing.scheme.ink, size, align="center", weight=500)]
