"""Lines and areas over time: gaps stay gaps, what is incomplete is dotted."""

from collections.abc import Iterator, Sequence
from typing import Final

from reporter.document.model import Series
from reporter.output.charts.canvas import Json, Point, areas, dots, lines
from reporter.output.charts.parts import (
    DASHED,
    DOTTED,
    Drawing,
    Hits,
    Picture,
    Plot,
    value_of,
)
from reporter.output.charts.plot import Upright, names_at_right, upright

_UNDER_A_LINE: Final = 0.09
_OF_AN_AREA: Final = 0.18

Run = list[tuple[int, float]]
"""Places and values without a gap between them."""


def draw(drawing: Drawing) -> Picture:
    """A chart of lines, or of areas."""
    chart = drawing.chart
    values = [v for s in chart.series for v in map(value_of, s.cells) if v is not None]
    scale = drawing.axis(values, from_zero=chart.kind == "area")
    found = upright(drawing, scale, banded=False)
    mains = [series for series in chart.series if not series.previous]
    layers: list[Json] = list(found.behind)
    opacity = _OF_AN_AREA if chart.kind == "area" else _UNDER_A_LINE
    if scale.low <= 0 <= scale.high and (chart.kind == "area" or len(mains) == 1):
        layers += [_area(drawing, found.plot, series, opacity) for series in mains]
    for series in sorted(chart.series, key=lambda series: not series.previous):
        layers += _line(drawing, found.plot, series)
    layers += found.before
    if found.names_room:
        layers += _names(drawing, found)
    return Picture(
        layers=tuple(layers),
        width=drawing.sheet.width,
        height=found.height,
        hits=Hits(kind="columns", box=found.plot.hits),
    )


def runs(series: Series) -> Iterator[Run]:
    """The values between gaps."""
    run: Run = []
    for place, value in enumerate(map(value_of, series.cells)):
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _area(drawing: Drawing, plot: Plot, series: Series, opacity: float) -> Json:
    ground = plot.y(0)
    pieces = [
        [Point(plot.x(place), plot.y(value), ground) for place, value in run]
        for run in runs(series)
        if len(run) > 1
    ]
    return areas(pieces, drawing.colour(series), opacity=opacity)


def _line(drawing: Drawing, plot: Plot, series: Series) -> list[Json]:
    found = list(runs(series))
    if not found:
        return []
    colour, stroke = drawing.colour(series), drawing.sheet.stroke
    if series.previous:
        pieces = [_points(plot, run) for run in found]
        layers = [lines(pieces, colour, width=stroke * 0.7, dash=DASHED, cap="butt")]
    else:
        whole, dotted = _split(drawing, found)
        layers = [
            lines([_points(plot, run) for run in whole], colour, width=stroke),
            lines([_points(plot, run) for run in dotted], colour, width=stroke, dash=DOTTED),
        ]
    lone = [(plot.x(place), plot.y(v)) for run in found if len(run) == 1 for place, v in run]
    layers.append(dots(lone, colour, radius=stroke * 1.1))
    if not series.previous:
        place, value = found[-1][-1]
        at = [(plot.x(place), plot.y(value))]
        hollow = drawing.chart.partial
        fill = drawing.scheme.surface if hollow else colour
        layers.append(dots(at, fill, radius=stroke * 1.3, stroke=colour if hollow else None))
    return layers


def _split(drawing: Drawing, found: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """The pieces between complete steps, and those that lead to the incomplete last one."""
    if not drawing.chart.partial or len(found[-1]) == 1:
        return list(found), []
    last = found[-1]
    return [*found[:-1], last[:-1]], [last[-2:]]


def _points(plot: Plot, run: Run) -> list[Point]:
    return [Point(plot.x(place), plot.y(value)) for place, value in run]


def _names(drawing: Drawing, found: Upright) -> list[Json]:
    ends = [
        (series, found.plot.y(known[-1][-1][1]))
        for series in drawing.chart.series
        if (known := list(runs(series)))
    ]
    return names_at_right(drawing, found, ends)
