"""What all drawings share: the sheet they are drawn on, colours, legends, what comes out."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from reporter.data.table import Format, number_or_none
from reporter.document.model import ChartBlock, Series
from reporter.document.values import Cell
from reporter.output.charts.axis import Axis, axis
from reporter.output.charts.canvas import Box, Json, Text, boxes, rules, texts
from reporter.output.look.colour import READABLE, Scheme, contrast, from_hex, readable, to_hex
from reporter.output.look.text_width import cut, width_of

PALE: Final = 0.4
"""The opacity of what is incomplete."""
DOTTED: Final = (2.0, 3.0)
"""The outline of what is incomplete."""
DASHED: Final = (5.0, 4.0)
"""A line of the comparison."""
_SWATCH: Final = 14
_BETWEEN_ENTRIES: Final = 18
_LEGEND_LEADING: Final = 1.75
_MID_GREY: Final = 0.5


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart is drawn on. Lengths in pixels.

    Attributes:
        width: with everything.
        height: of a chart over time; others take what they need.
        tallest: what lying bars may take.
        size: of the text.
        stroke: of lines.
    """

    width: int
    height: int
    tallest: int
    size: float
    stroke: float


class Ring(msgspec.Struct, frozen=True):
    """Where a donut is, for those who point at it; turns are where its parts end, from 0 to 1."""

    x: float
    y: float
    inner: float
    outer: float
    turns: tuple[float, ...]


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """What of a drawing stands for which step, for those who point at it.

    Attributes:
        kind: steps stand beside each other in ``columns``, below each other in ``rows``, or in
            ``cells`` by series.
        box: all of them; each takes the same part of it.
    """

    kind: Literal["columns", "rows", "cells"]
    box: Box
    ring: Ring | None = None


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """Where values and steps stand.

    Attributes:
        box: the plot without axes.
        axis: of values.
        count: how many steps there are.
        banded: whether each step has a band of its own (bars); points of lines stand on the
            edges too.
    """

    box: Box
    axis: Axis
    count: int
    banded: bool

    @property
    def band(self) -> float:
        """What each step has, in pixels."""
        return self.box.width / max(self.count if self.banded else self.count - 1, 1)

    def x(self, place: float) -> float:
        """Where a step stands: the middle of its band, or its point."""
        if self.banded:
            return self.box.left + (place + 0.5) * self.band
        if self.count == 1:
            return self.box.left + self.box.width / 2
        return self.box.left + min(max(place, 0), self.count - 1) * self.band

    def y(self, value: float) -> float:
        """Where a value stands."""
        span = self.axis.high - self.axis.low
        return self.box.bottom - (value - self.axis.low) / span * self.box.height

    @property
    def hits(self) -> Box:
        """The plot with a band for each step."""
        if self.banded or self.count == 1:
            return self.box
        half = self.band / 2
        return Box(self.box.left - half, self.box.top, self.box.width + self.band, self.box.height)


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing: its layers from back to front, and its size."""

    layers: tuple[Json, ...]
    width: float
    height: float
    hits: Hits


class Drawing(msgspec.Struct, frozen=True):
    """A chart with everything that decides how it looks."""

    chart: ChartBlock
    scheme: Scheme
    sheet: Sheet
    language: str
    currency: str | None = None

    def axis(self, values: Sequence[float], *, from_zero: bool, form: Format | None = None) -> Axis:
        """An axis that holds the values, shown as the chart's are if nothing else is said."""
        return axis(
            values,
            form or self.chart.format,
            self.language,
            currency=self.currency,
            from_zero=from_zero,
        )

    def colour(self, series: Series) -> str:
        """Of a series; one of the comparison period stands back, and so does Other in a stack."""
        number = self.number(series)
        if number is None:
            return self.scheme.quiet
        return self.scheme.series[(number - 1) % len(self.scheme.series)]

    def number(self, series: Series) -> int | None:
        """Of a series' colour, from 1; None where it stands back.

        A comparison shares the number of what it is compared to.
        """
        chart = self.chart
        if series.previous or (chart.together and chart.with_other and series == chart.series[-1]):
            return None
        return numbers(chart)[series.name]

    def lettering(self, series: Series) -> tuple[str, str]:
        """The colour of text in a series' colour on the page, and the class that it goes by."""
        number = self.number(series)
        if number is None:
            return self.scheme.muted, "name_quiet"
        return text_in(self.colour(series), self.scheme), f"name_{number}"


def numbers(chart: ChartBlock) -> dict[str, int]:
    """The number of each series' colour; a comparison shares it with what it is compared to."""
    names = dict.fromkeys(series.name for series in chart.series if not series.previous)
    return {name: number for number, name in enumerate(names, start=1)}


def value_of(cell: Cell) -> float | None:
    """The cell's value as a float: what JSON has for numbers."""
    value = number_or_none(cell.value)
    return None if value is None else float(value)


def text_in(colour: str, scheme: Scheme) -> str:
    """The colour as far darkened, or lightened by night, as text on the page asks."""
    return to_hex(readable(from_hex(colour), scheme.surface, READABLE))


def text_on(colour: str, scheme: Scheme) -> str:
    """What can be read on a colour: the colour of the page, or that of text."""
    best = max((scheme.surface, scheme.ink), key=lambda ink: contrast(ink, colour))
    if contrast(best, colour) >= READABLE:
        return best
    # On a middling colour neither can: then the darker one, made darker.
    dark = min((scheme.surface, scheme.ink), key=lambda ink: from_hex(ink).lightness)
    if contrast("#000000", colour) >= READABLE:
        while contrast(dark, colour) < READABLE:
            shade = from_hex(dark)
            dark = to_hex(shade.but(lightness=max(0.0, shade.lightness - 0.02)))
        return dark
    return "#ffffff"


class Entry(msgspec.Struct, frozen=True):
    """One entry of a legend."""

    label: str
    colour: str
    line: bool
    dashed: bool


def entries(drawing: Drawing) -> tuple[Entry, ...]:
    """The legend of the series; none where there is only one."""
    chart = drawing.chart
    if len(chart.series) == 1:
        return ()
    line = chart.kind in {"line", "area"}
    return tuple(
        Entry(
            series.label,
            drawing.colour(series) if line or not series.previous else drawing.scheme.rule,
            line,
            series.previous,
        )
        for series in chart.series
    )


def legend(drawing: Drawing, found: Sequence[Entry]) -> tuple[list[Json], float]:
    """Its layers, from the top of the sheet, and its height."""
    sheet, scheme = drawing.sheet, drawing.scheme
    if not found:
        return [], 0.0
    x, row = 0.0, 0
    marks: list[tuple[Entry, float, float]] = []
    labels: list[Text] = []
    for entry in found:
        label = cut(entry.label, sheet.width - _SWATCH - 8, sheet.size)
        wide = _SWATCH + 6 + width_of(label, sheet.size)
        if x and x + wide > sheet.width:
            x, row = 0.0, row + 1
        y = sheet.size * (0.7 + row * _LEGEND_LEADING)
        marks.append((entry, x, y))
        labels.append(Text(x + _SWATCH + 6, y, label))
        x += wide + _BETWEEN_ENTRIES
    layers = [texts(labels, scheme.ink, sheet.size)]
    for entry, left, middle in marks:
        if entry.line:
            ends = [(left, middle, left + _SWATCH, middle)]
            dash = DASHED if entry.dashed else ()
            width = sheet.stroke * (0.7 if entry.dashed else 1)
            layers.append(rules(ends, entry.colour, width=width, dash=dash))
        else:
            box = Box(left + 1, middle - sheet.size * 0.42, sheet.size * 0.84, sheet.size * 0.84)
            layers.append(boxes([box], entry.colour, corners=(2, 2, 2, 2)))
    return layers, sheet.size * ((row + 1) * _LEGEND_LEADING + 0.5)


def moved_apart(
    places: Sequence[float], gap: float, low: float | None = None, high: float | None = None
) -> list[float]:
    """The same places, moved up and down in turn until neighbours are a gap apart.

    Between ``low`` and ``high``, as far as there is room.
    """
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = [places[i] for i in order]
    for _ in range(6 * len(moved)):
        for at in range(len(moved) - 1):
            short = gap - (moved[at + 1] - moved[at])
            if short > 0:
                moved[at] -= short / 2
                moved[at + 1] += short / 2
        if moved and low is not None and moved[0] < low:
            moved[0] = low
        if moved and high is not None and moved[-1] > high:
            moved[-1] = high
    result = list(places)
    for place, i in zip(moved, order, strict=True):
        result[i] = place
    return result
