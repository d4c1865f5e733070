"""Heatmaps: a shade and, where it fits, the value in each cell; nothing is not zero."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from reporter.data.table import number_or_none
from reporter.document.format import NumberWriter, locale_of
from reporter.document.values import Cell
from reporter.output.charts.axis import compact, named
from reporter.output.charts.canvas import AXIS, CELLS, Box, Json, Text, boxes, rules, texts
from reporter.output.charts.parts import Drawing, Hits, Picture
from reporter.output.look.heat import STEPS, heat, step_of
from reporter.output.look.text_width import cut, halved, width_of, wrapped

_NAMES: Final = 0.28
_GAP: Final = 1.5
_ROW: Final = 2.3
_LEAST_ROW: Final = 1.7
_SMALLER: Final = 0.88
"""The size of values in cells, in font sizes."""
_KEY: Final = 11
"""The width of a shade in the key, in font sizes altogether."""


class _Grid(msgspec.Struct, frozen=True):
    """Where the cells stand."""

    box: Box
    columns: int
    rows: int

    def cell(self, row: int, column: int) -> Box:
        """A cell, with a gap around it."""
        wide, high = self.box.width / self.columns, self.box.height / self.rows
        return Box(
            self.box.left + column * wide,
            self.box.top + row * high,
            max(wide - _GAP, 0.5),
            max(high - _GAP, 0.5),
        )


def draw(drawing: Drawing) -> Picture:
    """A heatmap: its key, its rows, its columns below."""
    chart, sheet = drawing.chart, drawing.sheet
    size = sheet.size
    columns, rows = max(len(chart.steps), 1), max(len(chart.series), 1)
    widest = max((width_of(series.label, size) for series in chart.series), default=0.0) + 10
    left = min(widest, sheet.width * _NAMES)
    key, top = _key(drawing)
    wide = sheet.width - left
    high = min(size * _ROW, max((sheet.height - top) / rows, size * _LEAST_ROW)) * rows
    high = min(max(high, min(size * _ROW * rows, sheet.height - top - size * 2)), sheet.tallest)
    grid = _Grid(Box(left, top, wide, high), columns, rows)
    below, labels = _column_labels(drawing, grid)
    return Picture(
        layers=(*key, *_cells(drawing, grid), _row_labels(drawing, grid), *labels),
        width=sheet.width,
        height=top + high + below,
        hits=Hits(kind="cells", box=grid.box),
    )


def _key(drawing: Drawing) -> tuple[list[Json], float]:
    """The scale of shades with its ends, and what is measured."""
    chart, scheme, size = drawing.chart, drawing.scheme, drawing.sheet.size
    shaded = [cell for series in chart.series for cell in series.cells if cell.shade is not None]
    name = texts([Text(0, size * 0.75, chart.metric)], scheme.ink, size, weight=500)
    if len({cell.value for cell in shaded}) <= 1:
        return [name], size * 2.1
    least = min(shaded, key=lambda cell: number_or_none(cell.value) or 0)
    most = max(shaded, key=lambda cell: number_or_none(cell.value) or 0)
    y, right = size * 0.75, float(drawing.sheet.width)
    wide = min(size * _KEY, drawing.sheet.width * 0.24)
    most_at = right - width_of(most.text, size)
    ramp = most_at - 6 - wide
    least_at = ramp - 6 - width_of(least.text, size)
    step = wide / STEPS
    layers = [
        boxes([Box(ramp + n * step, y - size * 0.45, step + 0.3, size * 0.9)], colour)
        for n, colour in enumerate(heat(scheme))
    ]
    layers += [
        texts([Text(least_at, y, least.text), Text(most_at, y, most.text)], scheme.muted, size),
        texts(
            [Text(0, y, cut(chart.metric, least_at - 12, size, 500))], scheme.ink, size, weight=500
        ),
    ]
    return layers, size * 2.1


def _cells(drawing: Drawing, grid: _Grid) -> list[Json]:
    scheme, size = drawing.scheme, drawing.sheet.size * _SMALLER
    colours = heat(scheme)
    shown = _values(drawing, grid, size)
    plain: list[Box] = []
    empty: list[tuple[float, float, float, float]] = []
    faint_text: list[Text] = []
    by_step: list[list[Box]] = [[] for _ in colours]
    values: list[Text] = []
    outside: list[Text] = []
    for row, series in enumerate(drawing.chart.series):
        for column, cell in enumerate(series.cells):
            box = grid.cell(row, column)
            middle = Text(box.left + box.width / 2, box.top + box.height / 2, shown(cell))
            if cell.value is None:
                half = min(size * 0.35, box.width * 0.25)
                empty.append((middle.x - half, middle.y, middle.x + half, middle.y))
            elif cell.shade is None:
                plain.append(box)
                (faint_text if cell.faint else outside).append(middle)
            else:
                by_step[step_of(cell.shade)].append(box)
                values.append(middle)
    layers = [boxes(plain, scheme.surface, stroke=scheme.line), rules(empty, scheme.quiet)]
    for step, colour in enumerate(colours):
        layers.append(boxes(by_step[step], colour))
    layers.append(texts(faint_text, scheme.muted, size, align="center", name=CELLS))
    layers.append(texts([*values, *outside], scheme.ink, size, align="center", name=CELLS))
    return layers


def _values(drawing: Drawing, grid: _Grid, size: float) -> Callable[[Cell], str]:
    """How values are written in the cells: as they are, in short, or not at all."""
    chart = drawing.chart
    box = grid.cell(0, 0)
    cells = [c for series in chart.series for c in series.cells if c.value is not None]
    writer = NumberWriter(locale_of(drawing.language), drawing.currency)

    def short(cell: Cell) -> str:
        value = number_or_none(cell.value)
        return cell.text if value is None else compact(value, chart.format, writer)

    for write in (lambda cell: cell.text, short):
        if box.height >= size * 1.2 and all(
            width_of(write(cell), size) + 2.5 <= box.width for cell in cells
        ):
            return write
    return lambda _: ""


def _row_labels(drawing: Drawing, grid: _Grid) -> Json:
    size = drawing.sheet.size
    room = grid.box.left - 10
    labels = [
        Text(room, (box := grid.cell(row, 0)).top + box.height / 2, cut(series.label, room, size))
        for row, series in enumerate(drawing.chart.series)
    ]
    return texts(labels, drawing.scheme.ink, size, align="right")


def _column_labels(drawing: Drawing, grid: _Grid) -> tuple[float, list[Json]]:
    """The names below the columns: all in lines that fit, or every so many."""
    size, chart = drawing.sheet.size, drawing.chart
    wide = grid.box.width / grid.columns
    names = [step.text for step in chart.steps]
    widest = max((width_of(name, size) for name in names), default=0.0)
    halves = halved(names, size)
    lines: Sequence[tuple[str, ...]]
    if widest + 6 <= wide:
        lines = [(name,) for name in names]
        shown: Sequence[int] = range(len(names))
    elif max((width_of(part, size) for lines in halves for part in lines), default=0) + 6 <= wide:
        lines = halves
        shown = range(len(names))
    elif chart.timed or chart.axis.kind != "text":
        lines = [(name,) for name in names]
        shown = named(len(names), max(int(grid.box.width / (widest + 12)), 1))
    else:
        lines = [wrapped(name, wide - 4, size, lines=3) for name in names]
        shown = range(len(names))
    tallest = max((len(lines[place]) for place in shown), default=1)
    found = []
    for place in shown:
        box = grid.cell(0, place)
        for number, line in enumerate(lines[place]):
            half = width_of(line, size) / 2
            x = min(box.left + box.width / 2, drawing.sheet.width - half)
            y = grid.box.bottom + size * (1.0 + 1.25 * number)
            found.append(Text(max(x, half), y, line))
    return size * (0.6 + 1.25 * tallest), [
        texts(found, drawing.scheme.muted, size, align="center", name=AXIS)
    ]
