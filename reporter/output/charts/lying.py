"""Lying bars: names before or above them, values behind them, no axis of values."""

from collections.abc import Sequence
from typing import Final

import msgspec

from reporter.document.model import Series
from reporter.document.values import Cell
from reporter.output.charts.bars import ROUND, is_open, labels_within, parts, side_by_side
from reporter.output.charts.canvas import Box, Json, Text, boxes, rules, texts
from reporter.output.charts.parts import (
    DOTTED,
    PALE,
    Drawing,
    Hits,
    Picture,
    entries,
    legend,
    value_of,
)
from reporter.output.look.text_width import Weight, cut, width_of

_NAMES: Final = 0.34
"""What part of the sheet the names before the bars may take."""
_NARROW: Final = 30
"""A sheet of fewer font sizes has long names above the bars."""
_ALONE: Final = 1.5
_SIDE_BY_SIDE: Final = 1.25
"""The height of a bar, in font sizes."""
_GAP: Final = 0.9
_NAME_LINE: Final = 1.6
_BEHIND: Final = 7
_BETWEEN: Final = 1.0
_CORNERS: Final = (0.0, ROUND, ROUND, 0.0)


class _Rows(msgspec.Struct, frozen=True, kw_only=True):
    """Where the bars of each step stand.

    Attributes:
        box: of all rows, without names before them and values behind them.
        height: of a row.
        bar: of a bar.
        slots: how many bars a row has.
        name_line: what the name above them takes; 0 where names stand before the bars.
    """

    box: Box
    height: float
    bar: float
    slots: int
    name_line: float

    def y(self, place: int, slot: int = 0) -> float:
        """The upper edge of a bar."""
        used = self.name_line + self.bar * self.slots
        top = self.box.top + place * self.height + (self.height - used) / 2
        return top + self.name_line + slot * self.bar


class _Scale(msgspec.Struct, frozen=True):
    """Where values stand."""

    left: float
    low: float
    per_pixel: float

    def x(self, value: float) -> float:
        """Of a value."""
        return self.left + (value - self.low) / self.per_pixel


def draw(drawing: Drawing) -> Picture:
    """Bars below each other, with the comparison below each."""
    chart, size = drawing.chart, drawing.sheet.size
    ordered = side_by_side(drawing, earlier_first=False)
    cells = [cell for series in chart.series for cell in series.cells]
    key, top = legend(drawing, entries(drawing))
    rows = _rows(drawing, top, len(ordered), _room_behind(cells, size))
    scale = _scale(cells, rows.box, size)
    layers = [*key, _names(drawing, rows)]
    for slot, series in enumerate(ordered):
        layers += _bars(drawing, rows, scale, series, slot)
    if scale.low < 0:
        zero = scale.x(0)
        layers.append(rules([(zero, rows.box.top, zero, rows.box.bottom)], drawing.scheme.rule))
    return _picture(drawing, rows, layers)


def draw_stacked(drawing: Drawing) -> Picture:
    """Bars of parts, as they are or in percent of each whole."""
    chart, size = drawing.chart, drawing.sheet.size
    percent = chart.kind == "stacked100"
    key, top = legend(drawing, entries(drawing))
    rows = _rows(drawing, top, 1, 2.0 if percent else _room_behind(chart.wholes, size))
    wholes = [v for v in map(value_of, chart.wholes) if v is not None]
    high = 1.0 if percent else max(wholes, default=0.0) or 1.0
    scale = _Scale(rows.box.left, 0.0, high / rows.box.width)
    layers = [*key, _names(drawing, rows)]
    ground = [0.0] * len(chart.steps)
    for series, part in parts(drawing):
        places = []
        for place, value in enumerate(part):
            if value:
                left, right = scale.x(ground[place]), scale.x(ground[place] + value)
                gap = min(_BETWEEN, (right - left) / 2)
                places.append((place, Box(left, rows.y(place), right - left - gap, rows.bar)))
                ground[place] += value
        layers.append(boxes([box for _, box in places], drawing.colour(series)))
        layers += labels_within(drawing, series, places)
    if not percent:
        behind = [
            Text(scale.x(ground[place]) + _BEHIND, rows.y(place) + rows.bar / 2, whole.text)
            for place, whole in enumerate(chart.wholes)
        ]
        layers.append(texts(behind, drawing.scheme.ink, size, weight=600))
    return _picture(drawing, rows, layers)


def _rows(drawing: Drawing, top: float, slots: int, behind: float) -> _Rows:
    chart, sheet = drawing.chart, drawing.sheet
    size, count = sheet.size, len(chart.steps)
    widest = max(width_of(step.text, size) for step in chart.steps) + 10
    above = sheet.width < _NARROW * size and widest > sheet.width * _NAMES
    left = 0.0 if above else min(widest, sheet.width * _NAMES)
    name_line = size * _NAME_LINE if above else 0.0
    bar = size * (_ALONE if slots == 1 else _SIDE_BY_SIDE)
    wanted = bar * slots + size * _GAP + name_line
    height = min(wanted, (sheet.tallest - top) / count)
    return _Rows(
        box=Box(left, top, max(sheet.width - behind - left, 1.0), height * count),
        height=height,
        bar=bar * height / wanted,
        slots=slots,
        name_line=name_line * height / wanted,
    )


def _scale(cells: Sequence[Cell], box: Box, size: float) -> _Scale:
    """From the least value below zero, if there is any, to the greatest."""
    values = [v for v in map(value_of, cells) if v is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    negative = [cell for cell in cells if (value_of(cell) or 0) < 0]
    before = _room_behind(negative, size) if negative else 0.0
    return _Scale(box.left + before, low, ((high - low) or 1.0) / max(box.width - before, 1.0))


def _names(drawing: Drawing, rows: _Rows) -> Json:
    """The names of the steps; where rows are too low for all, of every so many."""
    size, sheet = drawing.sheet.size, drawing.sheet
    above = rows.name_line > 0
    room = sheet.width if above else rows.box.left - 10
    every = max(round(size * 1.1 / rows.height + 0.49), 1)
    labels = []
    for place, step in enumerate(drawing.chart.steps):
        if place % every == 0:
            top = rows.y(place)
            y = top - rows.name_line * 0.53 if above else top + rows.bar * rows.slots / 2
            labels.append(Text(0 if above else room, y, cut(step.text, room, size)))
    return texts(labels, drawing.scheme.ink, size, align="left" if above else "right")


def _bars(drawing: Drawing, rows: _Rows, scale: _Scale, series: Series, slot: int) -> list[Json]:
    scheme, size, zero = drawing.scheme, drawing.sheet.size, scale.x(0)
    colour = scheme.rule if series.previous else drawing.colour(series)
    closed: list[Box] = []
    pale: list[Box] = []
    behind: list[Text] = []
    before: list[Text] = []
    for place, cell in enumerate(series.cells):
        y, value = rows.y(place, slot), value_of(cell)
        middle = y + rows.bar / 2
        left, right = sorted((zero, scale.x(value or 0.0)))
        bars = pale if is_open(drawing, series, place) else closed
        bars.append(Box(left, y, right - left, max(rows.bar - _BETWEEN, 0.5)))
        if (value or 0) < 0:
            before.append(Text(left - _BEHIND, middle, cell.text))
        else:
            behind.append(Text(right + _BEHIND, middle, cell.text))
    weight: Weight = 400 if series.previous else 600
    ink = scheme.muted if series.previous else scheme.ink
    return [
        boxes(closed, colour, corners=_CORNERS),
        boxes(pale, colour, opacity=PALE, stroke=colour, dash=DOTTED, corners=_CORNERS),
        texts(behind, ink, size, weight=weight),
        texts(before, ink, size, weight=weight, align="right"),
    ]


def _room_behind(cells: Sequence[Cell], size: float) -> float:
    """What the longest value takes behind its bar."""
    return max((width_of(cell.text, size, 600) for cell in cells), default=0.0) + _BEHIND + 3


def _picture(drawing: Drawing, rows: _Rows, layers: Sequence[Json]) -> Picture:
    box, width = rows.box, drawing.sheet.width
    return Picture(
        layers=tuple(layers),
        width=width,
        height=box.bottom,
        hits=Hits(kind="rows", box=Box(0, box.top, width, box.height)),
    )
