"""Lines over time: gaps stay gaps, an incomplete last step is dotted, names at the ends."""

from collections.abc import Iterator
from typing import Final

from reporter.document.model import ChartBlock, Series
from reporter.output.axis import named
from reporter.output.chart_parts import LETTER, Drawing, Json, Sheet, mark, texts, value_of

_MOST_NAMES: Final = 5
_ROOM_FOR_NAMES: Final = 0.21
"""What part of the sheet the names may take."""
_LEADING: Final = 1.7
"""How far apart the names stand, in font sizes."""
_DOT: Final = (
    "M0,-1C0.552,-1,1,-0.552,1,0C1,0.552,0.552,1,0,1"
    "C-0.552,1,-1,0.552,-1,0C-1,-0.552,-0.552,-1,0,-1Z"
)
"""A circle of curves: WeasyPrint draws small arcs with corners."""
_DASHED: Final[Json] = {"strokeDash": [4, 4], "strokeCap": "butt"}
_DOTTED: Final[Json] = {"strokeDash": [2, 3]}

Run = list[Json]
"""Points without a gap between them."""


def names_at_ends(chart: ChartBlock, sheet: Sheet) -> bool:
    """Whether the series are named at the ends of their lines, and need no legend."""
    longest = max((len(series.label) for series in chart.series), default=0)
    fits = longest * sheet.size * LETTER <= sheet.width * _ROOM_FOR_NAMES
    return sheet.label_ends and fits and 1 < len(chart.series) <= _MOST_NAMES


def layers(drawing: Drawing) -> list[Json]:
    """From back to front: the area under a single line, the comparison, the lines, the names."""
    ordered = sorted(drawing.chart.series, key=lambda series: not series.previous)
    encoding = {"x": _along(drawing), "y": drawing.values()}
    mains = [series for series in ordered if not series.previous]
    found = []
    if len(mains) == 1 and drawing.axis.low == 0:
        found.append(_area(drawing, mains[0], encoding))
    for series in ordered:
        found += _line(drawing, series, encoding)
    if names_at_ends(drawing.chart, drawing.sheet):
        found += _names(drawing, encoding)
    return found


def _along(drawing: Drawing) -> Json:
    steps = drawing.chart.steps
    places = named(len(steps), drawing.sheet.names)
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0, max(len(steps) - 1, 1)], "nice": False, "zero": False},
        "axis": {
            "values": list(places),
            "labelExpr": texts({place: steps[place].text for place in places}),
            "grid": False,
            "domain": True,
            "domainColor": drawing.scheme.rule,
            "ticks": True,
            "tickColor": drawing.scheme.rule,
            "tickSize": 4,
            "labelPadding": 5,
            "labelFlush": True,
            "labelOverlap": True,
        },
    }


def _area(drawing: Drawing, series: Series, encoding: Json) -> Json:
    return mark(
        "area",
        [point for run in _runs(series) for point in run],
        encoding | {"detail": {"field": "run"}},
        color=drawing.colour(series),
        opacity=0.08,
    )


def _line(drawing: Drawing, series: Series, encoding: Json) -> list[Json]:
    runs = list(_runs(series))
    if not runs:
        return []
    colour = drawing.colour(series)
    lone = [run[0] for run in runs if len(run) == 1]
    look: Json = {
        "color": colour,
        "strokeWidth": drawing.sheet.stroke * (0.7 if series.previous else 1),
        "strokeJoin": "round",
        "strokeCap": "round",
    }
    tail: Run = []
    if drawing.chart.partial and not series.previous:
        tail = runs[-1][-2:]
        runs[-1] = runs[-1][:-1]
    points = [point for run in runs for point in run]
    found = [
        mark(
            "line",
            points,
            encoding | {"detail": {"field": "run"}},
            **look | (_DASHED if series.previous else {}),
        ),
        mark("line", tail, encoding, **look | _DOTTED),
        mark("point", lone, encoding, color=colour, filled=True, opacity=1, size=24, shape=_DOT),
    ]
    if not series.previous:
        found.append(_end(drawing, (points + tail)[-1], colour, encoding, is_open=bool(tail)))
    return found


def _end(drawing: Drawing, point: Json, colour: str, encoding: Json, *, is_open: bool) -> Json:
    return mark(
        "point",
        [point],
        encoding,
        fill=drawing.scheme.surface if is_open else colour,
        stroke=colour,
        strokeWidth=2,
        size=34,
        opacity=1,
        shape=_DOT,
    )


def _names(drawing: Drawing, encoding: Json) -> list[Json]:
    """The name of each series beside its last value, moved apart where they would touch."""
    axis, sheet = drawing.axis, drawing.sheet
    gap = (axis.high - axis.low) * sheet.size * _LEADING / sheet.height
    ends = [
        (series, runs[-1][-1]["v"]) for series in drawing.chart.series if (runs := [*_runs(series)])
    ]
    places = moved_apart([value for _, value in ends], gap)
    return [
        mark(
            "text",
            [{"x": max(len(drawing.chart.steps) - 1, 1), "v": place, "name": series.label}],
            encoding | {"text": {"field": "name"}},
            align="left",
            baseline="middle",
            dx=9,
            fontWeight=400 if series.previous else 600,
            color=drawing.scheme.muted if series.previous else drawing.colour(series),
        )
        for (series, _), place in zip(ends, places, strict=True)
    ]


def _runs(series: Series) -> Iterator[Run]:
    """The values between gaps: places, values, and the number of their run."""
    run: Run = []
    number = 0
    for place, value in enumerate(map(value_of, series.cells)):
        if value is not None:
            run.append({"x": place, "v": value, "run": number})
        elif run:
            yield run
            run, number = [], number + 1
    if run:
        yield run


def moved_apart(places: list[float], gap: float) -> list[float]:
    """The same places, moved up and down in turn until neighbours are a gap apart."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = [places[i] for i in order]
    for _ in range(4 * len(moved)):
        for at in range(len(moved) - 1):
            short = gap - (moved[at + 1] - moved[at])
            if short > 0:
                moved[at] -= short / 2
                moved[at + 1] += short / 2
    result = list(places)
    for place, i in zip(moved, order, strict=True):
        result[i] = place
    return result
