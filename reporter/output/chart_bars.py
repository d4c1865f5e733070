"""Bars: upright over time, lying for a plain dimension, with the comparison beside each."""

from typing import Any, Final, Literal

from reporter.document.model import ChartBlock, Series
from reporter.output.axis import named
from reporter.output.chart_parts import LETTER, Drawing, Json, Sheet, mark, numbers, texts, value_of

Side = Literal["xOffset", "yOffset"]
"""In which direction the bars of one step stand beside each other."""

_OPEN: Final = 0.4
"""The opacity of a bar whose step is incomplete."""


def lying_height(chart: ChartBlock, sheet: Sheet) -> int:
    """What lying bars take, in pixels."""
    wanted = round(sheet.size * len(chart.steps) * (1.2 + 1.4 * len(chart.series)))
    return min(max(wanted, 1), sheet.tallest)


def upright(drawing: Drawing) -> list[Json]:
    """Upright bars; every so many steps are named."""
    steps = drawing.chart.steps
    places = named(len(steps), drawing.sheet.names)
    along = _band(
        drawing.chart,
        0.28,
        values=list(places),
        labelExpr=texts({place: steps[place].text for place in places}),
        labelAngle=0,
        labelOverlap=True,
        domain=True,
        domainColor=drawing.scheme.rule,
    )
    encoding = {"x": along, "y": drawing.values()}
    return _bars(drawing, _cells(drawing.chart), encoding, _look(drawing, "xOffset"))


def lying(drawing: Drawing) -> list[Json]:
    """Lying bars with their names before and their values behind them; no axis of values."""
    chart, scheme, size = drawing.chart, drawing.scheme, drawing.sheet.size
    cells = _cells(chart)
    room = size * LETTER * max((len(cell["text"]) for cell in cells), default=0) + 12
    along = _band(
        chart,
        0.34,
        labelExpr=texts({place: step.text for place, step in enumerate(chart.steps)}),
        labelColor=scheme.ink,
        labelLimit=drawing.sheet.width * 0.36,
        labelPadding=10,
        labelOverlap="greedy",
    )
    values = [cell["v"] for cell in cells]
    ends = [min([0, *values]), max([0, *values]) or 1]
    across = {
        "field": "v",
        "type": "quantitative",
        "stack": None,  # as in Drawing.values
        "scale": {"domain": ends, "nice": False, "range": [0, {"expr": f"width - {room:.0f}"}]},
        "axis": None,
    }
    encoding = {"y": along, "x": across}
    look = _look(drawing, "yOffset")
    beside = {"text": {"field": "text"}} | {k: v for k, v in look.items() if k == "yOffset"}
    before = {_slot(series) for series in chart.series if series.previous}
    return [
        *_bars(drawing, cells, encoding, look),
        *(
            mark(
                "text",
                [cell for cell in cells if (cell["s"] in before) is was],
                encoding | beside,
                align="left",
                baseline="middle",
                dx=7,
                color=colour,
                fontWeight=weight,
            )
            for was, colour, weight in ((False, scheme.ink, 600), (True, scheme.muted, 400))
        ),
    ]


def _bars(drawing: Drawing, cells: list[Json], encoding: Json, look: Json) -> list[Json]:
    """The bars, with a ground under the pale ones, so that no grid is seen through them."""
    places = encoding | {k: v for k, v in look.items() if k in {"xOffset", "yOffset"}}
    ground = [cell for cell in cells if cell["open"]]
    return [
        mark("bar", ground, places, color=drawing.scheme.surface, cornerRadiusEnd=2),
        mark("bar", cells, encoding | look, cornerRadiusEnd=2),
    ]


def _band(chart: ChartBlock, padding: float, **axis: Any) -> Json:  # noqa: ANN401 - JSON values
    return {
        "field": "x",
        "type": "ordinal",
        "scale": {
            "domain": list(range(len(chart.steps))),
            "paddingInner": padding,
            "paddingOuter": padding / 2,
        },
        "axis": axis,
    }


def _cells(chart: ChartBlock) -> list[Json]:
    """One bar per step and series that has a value; open where its step is incomplete."""
    known = [i for s in chart.series for i, c in enumerate(s.cells) if c.value is not None]
    last = max(known, default=-1)
    return [
        {
            "x": place,
            "v": value,
            "s": _slot(series),
            "text": series.cells[place].text,
            "open": chart.partial and place == last and not series.previous,
        }
        for series in chart.series
        for place, value in enumerate(map(value_of, series.cells))
        if value is not None
    ]


def _slot(series: Series) -> str:
    return f"{series.name} {'before' if series.previous else 'now'}"


def _look(drawing: Drawing, side: Side) -> Json:
    """The colour of each bar, and its place beside the others of its step.

    From left to right time passes, so the comparison comes first; from top to bottom the
    period itself comes first.
    """
    order = numbers(drawing.chart)
    earlier_first = side == "xOffset"
    ordered = sorted(
        drawing.chart.series, key=lambda s: (order[s.name], s.previous is not earlier_first)
    )
    slots = [_slot(series) for series in ordered]
    colours = [drawing.scheme.rule if s.previous else drawing.colour(s) for s in ordered]
    colour: Json = {
        "field": "s",
        "type": "nominal",
        "scale": {"domain": slots, "range": colours},
        "legend": None,
    }
    opacity: Json = {"condition": {"test": "datum.open", "value": _OPEN}, "value": 1}
    if len(slots) == 1:
        return {"color": colour, "opacity": opacity}
    offset = {"field": "s", "type": "nominal", "scale": {"domain": slots, "paddingInner": 0.08}}
    return {"color": colour, "opacity": opacity, side: offset}
