"""The plot of upright charts: its axes, its annotations, the names at its right edge."""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from reporter.document.model import Series
from reporter.output.charts.axis import Axis, named
from reporter.output.charts.canvas import AXIS, Box, Json, Text, rules, texts
from reporter.output.charts.marks import marks, marks_height
from reporter.output.charts.parts import Drawing, Plot, entries, legend, moved_apart
from reporter.output.look.text_width import cut, halved, width_of, wrapped

_LEADING: Final = 1.3
"""How far apart lines of text stand, in font sizes."""
_MOST_NAMES: Final = 8
_ROOM_FOR_NAMES: Final = 0.22
"""What part of the sheet the names at the right edge may take."""
_BETWEEN_LABELS: Final = 14
_FEWEST_LABELS: Final = 4
"""With fewer names in one line they stand in two."""
_ANGLE: Final = 38
"""Of names aslant, in degrees."""
_LONGEST_ASLANT: Final = 9
_LEAST_PLOT: Final = 0.55
"""The height of a plot at least, as a part of the sheet's."""


class Upright(msgspec.Struct, frozen=True):
    """A plot with what stands around it.

    Attributes:
        behind: legend, grid and axes.
        before: annotations.
        names_room: what there is right of the plot for the names of the series; 0 where a
            legend names them.
    """

    plot: Plot
    behind: tuple[Json, ...]
    before: tuple[Json, ...]
    names_room: float
    height: float


def upright(drawing: Drawing, axis: Axis, *, banded: bool) -> Upright:
    """The plot of a chart whose steps stand beside each other."""
    sheet, chart = drawing.sheet, drawing.chart
    room = names_room(drawing)
    layers, top = legend(drawing, () if room else entries(drawing))
    left = max(width_of(tick.text, sheet.size) for tick in axis.ticks) + 10
    right = room or 4.0
    wide = sheet.width - left - right
    labels, below = _step_labels(drawing, left, wide, banded=banded)
    flat = Plot(box=Box(left, 0, wide, 1), axis=axis, count=len(chart.steps), banded=banded)
    marks_top, top = top, top + marks_height(drawing, flat) + sheet.size * (1.1 if banded else 0.6)
    high = max(sheet.height - top - below, sheet.height * _LEAST_PLOT)
    plot = msgspec.structs.replace(flat, box=Box(left, top, wide, high))
    return Upright(
        plot,
        (
            *layers,
            *_grid(drawing, plot),
            *_along(drawing, plot, labels),
        ),
        tuple(marks(drawing, plot, marks_top)),
        room,
        top + high + below,
    )


def names_room(drawing: Drawing) -> float:
    """What the names of the series take right of the plot; 0 where there is no room."""
    chart, sheet = drawing.chart, drawing.sheet
    if not 1 < len(chart.series) <= _MOST_NAMES or chart.kind == "column" or not chart.timed:
        return 0.0
    widest = max(width_of(series.label, sheet.size, 600) for series in chart.series)
    fits = widest + 14 <= sheet.width * _ROOM_FOR_NAMES
    tall = len(chart.series) * sheet.size * _LEADING <= sheet.height * 0.8
    return widest + 14 if fits and tall else 0.0


def names_at_right(
    drawing: Drawing, found: Upright, ends: Sequence[tuple[Series, float]]
) -> list[Json]:
    """The name of each series beside its end, moved apart where they would touch."""
    size, box = drawing.sheet.size, found.plot.box
    places = moved_apart(
        [y for _, y in ends], size * _LEADING, box.top + size * 0.5, box.bottom - size * 0.5
    )
    layers = []
    for (series, _), y in zip(ends, places, strict=True):
        colour, name = drawing.lettering(series)
        weight = 400 if series.previous else 600
        at = Text(box.right + 10, y, series.label)
        layers.append(texts([at], colour, size, weight=weight, name=name))  # type: ignore[arg-type]
    return layers


def _grid(drawing: Drawing, plot: Plot) -> list[Json]:
    box, scheme, size = plot.box, drawing.scheme, drawing.sheet.size
    ticks = plot.axis.ticks
    return [
        rules(
            [(box.left, y, box.right, y) for y in (plot.y(tick.value) for tick in ticks)],
            scheme.line,
        ),
        texts(
            [Text(box.left - 10, plot.y(tick.value), tick.text) for tick in ticks],
            scheme.muted,
            size,
            align="right",
            name=AXIS,
        ),
    ]


class _Label(msgspec.Struct, frozen=True):
    """The name of a step, in lines."""

    place: int
    lines: tuple[str, ...]
    aslant: bool = False


def _step_labels(
    drawing: Drawing, left: float, wide: float, *, banded: bool
) -> tuple[tuple[_Label, ...], float]:
    """The names along the axis, and what they take below it.

    Of steps of time every so many are named; groups are named all, in lines that fit, or else
    aslant.
    """
    chart, size = drawing.chart, drawing.sheet.size
    names = [step.text for step in chart.steps]
    if chart.timed or not banded:
        shown = _steps_of_time(names, wide, size, banded=banded)
    else:
        band = wide / max(len(names), 1)
        shown = [_Label(n, wrapped(text, band - 6, size, lines=3)) for n, text in enumerate(names)]
        if any(_is_cut(names[label.place], label.lines) for label in shown):
            return _aslant(names, left + band / 2, size)
    tallest = max((len(label.lines) for label in shown), default=1)
    return tuple(shown), size * (1.0 + _LEADING * tallest)


def _steps_of_time(names: Sequence[str], wide: float, size: float, *, banded: bool) -> list[_Label]:
    lines: Sequence[tuple[str, ...]] = [(name,) for name in names]
    room = _widest(lines, size) + _BETWEEN_LABELS
    if wide / room < min(len(names), _FEWEST_LABELS):
        halves = halved(names, size)
        if _widest(halves, size) + _BETWEEN_LABELS < room * 0.75:
            lines, room = halves, _widest(halves, size) + _BETWEEN_LABELS
    most = max(int(wide / room) + (0 if banded else 1), 1)
    return [_Label(place, lines[place]) for place in named(len(names), most)]


def _aslant(names: Sequence[str], first: float, size: float) -> tuple[tuple[_Label, ...], float]:
    """Names at an angle, cut where they would leave the sheet to the left."""
    lean, rise = math.cos(math.radians(_ANGLE)), math.sin(math.radians(_ANGLE))
    longest = size * _LONGEST_ASLANT
    cut_names = [cut(name, min(longest, first / lean), size) for name in names]
    shown = tuple(_Label(n, (name,), aslant=True) for n, name in enumerate(cut_names))
    return shown, _widest([label.lines for label in shown], size) * rise + size * 1.6


def _is_cut(name: str, lines: Sequence[str]) -> bool:
    return "".join(lines).replace(" ", "") != name.replace(" ", "")


def _widest(labels: Sequence[Sequence[str]], size: float) -> float:
    return max((width_of(line, size) for lines in labels for line in lines), default=0.0)


def _along(drawing: Drawing, plot: Plot, labels: Sequence[_Label]) -> list[Json]:
    """The axis of steps: a line at zero, or else at the bottom, ticks and names."""
    box, scheme, size = plot.box, drawing.scheme, drawing.sheet.size
    axis_at = plot.y(0) if plot.axis.low <= 0 <= plot.axis.high else box.bottom
    layers = [rules([(box.left, axis_at, box.right, axis_at)], scheme.rule)]
    if not plot.banded:
        ticks = [(x, box.bottom, x, box.bottom + 4) for n in labels if (x := plot.x(n.place)) >= 0]
        layers.append(rules(ticks, scheme.rule))
    lines, aslant = [], []
    for label in labels:
        if label.aslant:
            aslant.append(Text(plot.x(label.place) + size * 0.3, box.bottom + size, label.lines[0]))
            continue
        half = max((width_of(line, size) for line in label.lines), default=0.0) / 2
        x = min(max(plot.x(label.place), half), drawing.sheet.width - half)
        top = box.bottom + size * 1.25
        lines += [Text(x, top + n * size * _LEADING, line) for n, line in enumerate(label.lines)]
    layers.append(texts(lines, scheme.muted, size, align="center", name=AXIS))
    layers.append(texts(aslant, scheme.muted, size, align="right", angle=-_ANGLE, name=AXIS))
    return layers
