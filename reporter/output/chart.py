"""Charts: a chart block becomes a Vega-Lite figure, and that an SVG with real text.

The same block gives the same bytes on every machine: steps are places on an axis, not times;
texts come formatted; the fonts are ours.
"""

import threading
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec
import vl_convert

from reporter.data.table import number_or_none
from reporter.document.model import Cell, ChartBlock, Series
from reporter.errors import RenderError
from reporter.output.axis import Axis, axis, named
from reporter.output.colour import Scheme
from reporter.output.fonts import TEXT_FAMILY
from reporter.resources import templates

Json = Any
"""Vega-Lite is written as JSON values; this is the border."""

_DASH: Final = [2, 3]
_LEADING: Final = 1.5
"""How far apart names at line ends stand, in font sizes of a plot without its axis."""
_DOT: Final = (
    "M0,-1C0.552,-1,1,-0.552,1,0C1,0.552,0.552,1,0,1"
    "C-0.552,1,-1,0.552,-1,0C-1,-0.552,-0.552,-1,0,-1Z"
)
"""A circle of curves: WeasyPrint draws a small one of arcs with corners."""
_LETTER: Final = 0.56
"""The width of an average letter, in font sizes."""
_MOST_AT_ENDS: Final = 4
_fonts_are_registered = threading.Event()


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart is drawn on.

    Attributes:
        width: in pixels, with everything.
        height: of the plot of a chart over time; bars of a plain dimension take what they need.
        size: of the text.
        stroke: of lines.
        names: how many steps are named along a time axis at most.
        label_ends: whether there is room for names at the ends of lines.
    """

    width: int
    height: int
    size: float
    stroke: float
    names: int
    label_ends: bool


WIDE: Final = Sheet(width=960, height=280, size=12, stroke=2.25, names=8, label_ends=True)
NARROW: Final = Sheet(width=380, height=220, size=12, stroke=2, names=4, label_ends=False)
PAPER: Final = Sheet(width=680, height=170, size=9, stroke=1.7, names=8, label_ends=True)


class Legend(msgspec.Struct, frozen=True):
    """One entry of the legend.

    Attributes:
        number: of the series' colour, from 1; None for the comparison.
    """

    label: str
    number: int | None


def legend(chart: ChartBlock) -> tuple[Legend, ...]:
    """The entries of a chart's legend; none where there is only one series."""
    if len(chart.series) == 1:
        return ()
    numbers = _numbers(chart)
    return tuple(Legend(s.label, None if s.previous else numbers[s.name]) for s in chart.series)


def labels_ends(chart: ChartBlock, sheet: Sheet) -> bool:
    """Whether the names of the series stand at the ends of their lines."""
    return chart.kind == "line" and sheet.label_ends and 1 < len(chart.series) <= _MOST_AT_ENDS


def svg(chart: ChartBlock, scheme: Scheme, language: str, sheet: Sheet) -> str:
    """The chart as an SVG element with a ``viewBox``.

    Raises:
        RenderError: the chart library could not draw it.
    """
    if not _fonts_are_registered.is_set():
        vl_convert.register_font_directory(str(templates() / "fonts"))
        _fonts_are_registered.set()
    try:
        return vl_convert.vegalite_to_svg(
            figure(chart, scheme, language, sheet), allowed_base_urls=[]
        )
    except ValueError as error:
        raise RenderError(f"chart {chart.name!r} could not be drawn: {error}") from error


def figure(chart: ChartBlock, scheme: Scheme, language: str, sheet: Sheet) -> dict[str, Json]:
    """The chart as a Vega-Lite specification."""
    values = [v for s in chart.series for v in map(_number, s.cells) if v is not None]
    scale = axis(values, chart.format, language, from_zero=chart.kind == "bar")
    if chart.kind == "line":
        drawing = _Lines(chart, scheme, sheet, scale)
        layers, height = drawing.layers(), sheet.height
    elif chart.timed:
        layers, height = _columns(chart, scheme, sheet, scale), sheet.height
    else:
        layers, height = _bars(chart, scheme, sheet, scale), _bars_height(chart, sheet)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": sheet.width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 0, "top": 6, "right": 2, "bottom": 0},
        "background": None,
        "layer": layers,
        "resolve": {"scale": {"color": "independent"}},
        "config": _config(scheme, sheet),
    }


def _config(scheme: Scheme, sheet: Sheet) -> dict[str, Json]:
    return {
        "aria": False,
        "font": TEXT_FAMILY,
        "view": {"stroke": None},
        "axis": {
            "labelFont": TEXT_FAMILY,
            "labelFontSize": sheet.size,
            "labelColor": scheme.muted,
            "labelPadding": 8,
            "labelFlush": False,
            "domain": False,
            "ticks": False,
            "title": None,
            "gridColor": scheme.line,
            "gridWidth": 1,
        },
        "text": {"font": TEXT_FAMILY, "fontSize": sheet.size, "color": scheme.ink},
    }


def _number(cell: Cell) -> float | None:
    return number_or_none(cell.value)


def _numbers(chart: ChartBlock) -> dict[str, int]:
    """The number of each series' colour; a comparison has that of what it is compared with."""
    names = dict.fromkeys(s.name for s in chart.series if not s.previous)
    return {name: number for number, name in enumerate(names, start=1)}


def _colour(series: Series, chart: ChartBlock, scheme: Scheme) -> str:
    if series.previous:
        return scheme.quiet
    return scheme.series[(_numbers(chart)[series.name] - 1) % len(scheme.series)]


def _value_axis(scale: Axis) -> dict[str, Json]:
    return {
        "field": "v",
        "type": "quantitative",
        "scale": {"domain": [scale.low, scale.high], "nice": False, "zero": False},
        "axis": {
            "values": [tick.value for tick in scale.ticks],
            "labelExpr": _texts({tick.value: tick.text for tick in scale.ticks}),
            "grid": True,
        },
    }


def _texts(by_value: Mapping[float, str]) -> str:
    """An expression that looks the text of an axis label up.

    Encoded as JSON, so that no text can end its string; matched to the nearest value, since
    a drawn value is a float.
    """
    keys = msgspec.json.encode(list(by_value)).decode()
    texts = msgspec.json.encode(list(by_value.values())).decode()
    return f"{texts}[indexof({keys}, datum.value)]"


def _mark(kind: str, data: list[dict[str, Json]], encoding: dict[str, Json], **mark: Json) -> Json:
    return {"mark": {"type": kind, **mark}, "data": {"values": data}, "encoding": encoding}


class _Lines:
    """The layers of a line chart."""

    def __init__(self, chart: ChartBlock, scheme: Scheme, sheet: Sheet, scale: Axis) -> None:
        self.chart, self.scheme, self.sheet, self.scale = chart, scheme, sheet, scale
        self.last = max(len(chart.steps) - 1, 1)

    def layers(self) -> list[Json]:
        """From back to front: the area, the comparison, the lines, their ends, their names."""
        layers = [_mark("rule", [], {})] if not self.chart.series else []
        ordered = sorted(self.chart.series, key=lambda s: not s.previous)
        mains = [s for s in ordered if not s.previous]
        if len(mains) == 1 and self.scale.low == 0:
            layers += self._area(mains[0])
        for series in ordered:
            layers += self._line(series)
        if labels_ends(self.chart, self.sheet):
            layers += self._names()
        return layers

    def _along(self) -> dict[str, Json]:
        steps = self.chart.steps
        places = named(len(steps), self.sheet.names)
        return {
            "field": "x",
            "type": "quantitative",
            "scale": {"domain": [0, self.last], "nice": False, "zero": False},
            "axis": {
                "values": list(places),
                "labelExpr": _texts({place: steps[place].text for place in places}),
                "grid": False,
                "domain": True,
                "domainColor": self.scheme.rule,
                "ticks": True,
                "tickColor": self.scheme.rule,
                "tickSize": 4,
                "labelPadding": 5,
                "labelFlush": True,
                "labelOverlap": True,
            },
        }

    def _encoding(self) -> dict[str, Json]:
        return {"x": self._along(), "y": _value_axis(self.scale)}

    def _area(self, series: Series) -> list[Json]:
        encoding = self._encoding() | {"detail": {"field": "run"}}
        return [
            _mark(
                "area",
                [point for run in _runs(series) for point in run],
                encoding,
                color=_colour(series, self.chart, self.scheme),
                opacity=0.08,
                interpolate="linear",
            )
        ]

    def _line(self, series: Series) -> list[Json]:
        colour = _colour(series, self.chart, self.scheme)
        width = self.sheet.stroke * (0.7 if series.previous else 1)
        drawn = {"color": colour, "strokeWidth": width, "strokeJoin": "round", "strokeCap": "round"}
        runs = list(_runs(series))
        open_end = self.chart.partial and not series.previous and bool(runs)
        tail = runs[-1][-2:] if open_end else []
        if open_end:
            runs[-1] = runs[-1][:-1]
        layers = [
            _mark(
                "line",
                [point for run in runs for point in run],
                self._encoding() | {"detail": {"field": "run"}},
                **drawn | ({"strokeDash": [4, 4], "strokeCap": "butt"} if series.previous else {}),
            )
        ]
        if tail:
            layers.append(_mark("line", tail, self._encoding(), **drawn | {"strokeDash": _DASH}))
        lone = [run[0] for run in runs if len(run) == 1]
        if lone:
            layers.append(
                _mark(
                    "point",
                    lone,
                    self._encoding(),
                    color=colour,
                    filled=True,
                    opacity=1,
                    size=24,
                    shape=_DOT,
                )
            )
        if not series.previous and (runs or tail):
            end = tail[-1:] or runs[-1][-1:]
            fill = self.scheme.surface if tail else colour
            layers.append(
                _mark(
                    "point",
                    end,
                    self._encoding(),
                    fill=fill,
                    stroke=colour,
                    strokeWidth=2,
                    size=34,
                    shape=_DOT,
                    opacity=1,
                )
            )
        return layers

    def _names(self) -> list[Json]:
        """The name of each series right of its last value, moved apart where they would touch."""
        scale = self.scale
        gap = (scale.high - scale.low) * self.sheet.size * _LEADING / self.sheet.height
        ends = [(s, run[-1]) for s in self.chart.series if (run := _last_run(s))]
        placed = _apart([end["v"] for _, end in ends], gap)
        layers = []
        for (series, _), place in zip(ends, placed, strict=True):
            colour = (
                self.scheme.muted if series.previous else _colour(series, self.chart, self.scheme)
            )
            layers.append(
                _mark(
                    "text",
                    [{"x": self.last, "v": place, "name": series.label}],
                    self._encoding() | {"text": {"field": "name"}},
                    align="left",
                    baseline="middle",
                    dx=9,
                    fontWeight=400 if series.previous else 600,
                    color=colour,
                )
            )
        return layers


def _runs(series: Series) -> Iterator[list[dict[str, Json]]]:
    """The values between gaps, as points with their place and the number of their run."""
    run: list[dict[str, Json]] = []
    number = 0
    for place, value in enumerate(map(_number, series.cells)):
        if value is not None:
            run.append({"x": place, "v": value, "run": number})
        elif run:
            yield run
            run, number = [], number + 1
    if run:
        yield run


def _last_run(series: Series) -> list[dict[str, Json]]:
    runs = list(_runs(series))
    return runs[-1] if runs else []


def _apart(places: list[float], gap: float) -> list[float]:
    """The same places in the same order, moved up or down until they are a gap apart."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [places[i] for i in order]
    for _ in range(len(moved)):
        for at in range(len(moved) - 1):
            short = gap - (moved[at + 1] - moved[at])
            if short > 0:
                moved[at] -= short / 2
                moved[at + 1] += short / 2
    result = [0.0] * len(places)
    for place, i in zip(moved, order, strict=True):
        result[i] = place
    return result


def _slot(series: Series) -> str:
    return f"{series.name} {'before' if series.previous else 'now'}"


def _bar_cells(chart: ChartBlock) -> list[dict[str, Json]]:
    """One value per step and series; those of the last step are open where it is incomplete."""
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
        for place, value in enumerate(map(_number, series.cells))
        if value is not None
    ]


def _bar_look(chart: ChartBlock, scheme: Scheme, side: str) -> dict[str, Json]:
    """The colour of each bar, and its place beside the others of its step."""
    series = sorted(chart.series, key=lambda s: (_numbers(chart)[s.name], s.previous))
    if side == "xOffset":  # from left to right: first what was before
        series.sort(key=lambda s: (_numbers(chart)[s.name], not s.previous))
    domain = [_slot(s) for s in series]
    colours = [scheme.rule if s.previous else _colour(s, chart, scheme) for s in series]
    look: dict[str, Json] = {
        "color": {
            "field": "s",
            "type": "nominal",
            "scale": {"domain": domain, "range": colours},
            "legend": None,
        },
        "opacity": {"condition": {"test": "datum.open", "value": 0.4}, "value": 1},
    }
    if len(domain) > 1:
        look[side] = {
            "field": "s",
            "type": "nominal",
            "scale": {"domain": domain, "paddingInner": 0.08},
        }
    return look


def _band(chart: ChartBlock, marks: Json, padding: float) -> dict[str, Json]:
    return {
        "field": "x",
        "type": "ordinal",
        "scale": {
            "domain": list(range(len(chart.steps))),
            "paddingInner": padding,
            "paddingOuter": padding / 2,
        },
        "axis": marks,
    }


def _columns(chart: ChartBlock, scheme: Scheme, sheet: Sheet, scale: Axis) -> list[Json]:
    """Upright bars over time."""
    places = named(len(chart.steps), sheet.names)
    along = _band(
        chart,
        {
            "values": list(places),
            "labelExpr": _texts({place: chart.steps[place].text for place in places}),
            "labelAngle": 0,
            "domain": True,
            "domainColor": scheme.rule,
            "labelOverlap": True,
        },
        0.28,
    )
    encoding: dict[str, Json] = {"x": along, "y": _value_axis(scale)}
    look = _bar_look(chart, scheme, "xOffset")
    return [_mark("bar", _bar_cells(chart), encoding | look, cornerRadiusEnd=2)]


def _bars_height(chart: ChartBlock, sheet: Sheet) -> int:
    return round(sheet.size * len(chart.steps) * (1.2 + 1.4 * len(chart.series)))


def _bars(chart: ChartBlock, scheme: Scheme, sheet: Sheet, scale: Axis) -> list[Json]:
    """Lying bars with their values beside them."""
    cells = _bar_cells(chart)
    room = sheet.size * _LETTER * max((len(cell["text"]) for cell in cells), default=0) + 10
    along = _band(
        chart,
        {
            "labelExpr": _texts({i: step.text for i, step in enumerate(chart.steps)}),
            "labelColor": scheme.ink,
            "labelLimit": sheet.width * 0.36,
            "labelPadding": 10,
        },
        0.34,
    )
    across = _value_axis(scale) | {"axis": None}
    most = max((cell["v"] for cell in cells), default=1) or 1
    across["scale"] = across["scale"] | {
        "domain": [min(scale.low, 0), most],
        "range": [0, {"expr": f"width - {room:.0f}"}],
    }
    look = _bar_look(chart, scheme, "yOffset")
    beside = {"text": {"field": "text"}} | {k: v for k, v in look.items() if k == "yOffset"}
    now = {_slot(s) for s in chart.series if not s.previous}
    encoding: dict[str, Json] = {"y": along, "x": across}
    return [
        _mark("bar", cells, encoding | look, cornerRadiusEnd=2),
        _text_mark([c for c in cells if c["s"] in now], encoding | beside, scheme.ink, 600),
        _text_mark([c for c in cells if c["s"] not in now], encoding | beside, scheme.muted, 400),
    ]


def _text_mark(
    cells: list[dict[str, Json]], encoding: dict[str, Json], colour: str, weight: int
) -> Json:
    return _mark(
        "text",
        cells,
        encoding,
        align="left",
        baseline="middle",
        dx=7,
        color=colour,
        fontWeight=weight,
    )


SHEETS: Final = {"wide": WIDE, "narrow": NARROW, "paper": PAPER}
"""By the name that templates use."""

TOOLS: Final = {"legend_of": legend, "labels_ends": lambda chart: labels_ends(chart, WIDE)}
"""What templates ask of a chart beside its drawing."""
