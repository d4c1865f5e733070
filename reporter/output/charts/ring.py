"""Donuts: a ring of parts, and beside it what each part is, how much, and of the whole."""

from typing import Final

from reporter.output.charts.canvas import Box, Json, Text, boxes, rules, slice_of_ring, texts
from reporter.output.charts.parts import Drawing, Hits, Picture, Ring, value_of
from reporter.output.look.text_width import cut, width_of

_LEADING: Final = 1.95
_HOLE: Final = 0.64
_BESIDE_FROM: Final = 31
"""A sheet of so many font sizes has the list beside the ring, a narrower one below it."""
_TURN: Final = 6.283185307179586
_COLUMNS_APART: Final = 16
_WIDEST_LIST: Final = 36


def draw(drawing: Drawing) -> Picture:
    """A donut."""
    chart, sheet = drawing.chart, drawing.sheet
    size, rows = sheet.size, len(chart.steps)
    listed = rows * size * _LEADING
    beside = sheet.width >= _BESIDE_FROM * size
    if beside:
        height = max(sheet.height, listed)
        radius = min(sheet.height / 2 - 4, sheet.width * 0.19)
        centre = (radius + 2, height / 2)
        left = 2 * radius + size * 3
        wide = min(sheet.width - left, size * _WIDEST_LIST)
        list_box = Box(left, (height - listed) / 2, wide, listed)
    else:
        radius = min(sheet.width * 0.27, sheet.height * 0.42)
        centre = (sheet.width / 2, radius + 4)
        top = 2 * radius + size * 1.6
        height = top + listed
        list_box = Box(0, top, sheet.width, listed)
    return Picture(
        layers=(*_ring(drawing, centre, radius), *_list(drawing, list_box)),
        width=sheet.width,
        height=height,
        hits=Hits(
            kind="rows",
            box=list_box,
            ring=Ring(*centre, radius * _HOLE, radius, _turns(drawing)),
        ),
    )


def colour_of(drawing: Drawing, place: int) -> str:
    """Of a part: in the order of the series' colours, Other stands back."""
    chart, scheme = drawing.chart, drawing.scheme
    if chart.with_other and place == len(chart.steps) - 1:
        return scheme.quiet
    return scheme.series[place % len(scheme.series)]


def _turns(drawing: Drawing) -> tuple[float, ...]:
    """Where each part ends, from 0 to 1."""
    found, end = [], 0.0
    for share in drawing.chart.series[0].shares:
        end += value_of(share) or 0.0
        found.append(round(min(end, 1.0), 6))
    return tuple(found)


def _ring(drawing: Drawing, centre: tuple[float, float], radius: float) -> list[Json]:
    chart, scheme, size = drawing.chart, drawing.scheme, drawing.sheet.size
    inner = radius * _HOLE
    radii = (inner, radius)
    ends = _turns(drawing)
    layers = []
    if not ends or ends[-1] == 0:
        layers.append(
            slice_of_ring(centre, radii, (0, _TURN), fill=scheme.line, stroke=scheme.surface)
        )
    begin = 0.0
    for place, end in enumerate(ends):
        if end > begin:
            turn = (begin * _TURN, end * _TURN)
            colour = colour_of(drawing, place)
            alone = end - begin >= 1
            seam = colour if alone else scheme.surface
            layers.append(slice_of_ring(centre, radii, turn, fill=colour, stroke=seam))
        begin = end
    x, y = centre
    whole = chart.wholes[0].text
    figure = min(size * 1.75, size * 1.75 * inner * 1.5 / max(width_of(whole, size * 1.75, 600), 1))
    label = cut(chart.metric, inner * 1.6, size)
    layers += [
        texts([Text(x, y - size * 0.35, whole)], scheme.ink, figure, align="center", weight=600),
        texts([Text(x, y + size * 1.15, label)], scheme.muted, size, align="center"),
    ]
    return layers


def _list(drawing: Drawing, box: Box) -> list[Json]:
    """Name, value and share of each part, in columns."""
    chart, scheme, size = drawing.chart, drawing.scheme, drawing.sheet.size
    (series,) = chart.series
    share_wide = max((width_of(cell.text, size, 600) for cell in series.shares), default=0.0)
    value_wide = max((width_of(cell.text, size) for cell in series.cells), default=0.0)
    share_at = box.right
    value_at = share_at - share_wide - _COLUMNS_APART
    name_at = box.left + size * 1.4
    room = value_at - value_wide - _COLUMNS_APART - name_at
    row = size * _LEADING
    swatches, names, values, shares, between = [], [], [], [], []
    for place, step in enumerate(chart.steps):
        y = box.top + (place + 0.5) * row
        square = Box(box.left, y - size * 0.42, size * 0.84, size * 0.84)
        swatches.append(boxes([square], colour_of(drawing, place), corners=(2, 2, 2, 2)))
        names.append(Text(name_at, y, cut(step.text, room, size)))
        values.append(Text(value_at, y, series.cells[place].text))
        shares.append(Text(share_at, y, series.shares[place].text))
        if place:
            between.append((box.left, y - row / 2, box.right, y - row / 2))
    return [
        rules(between, scheme.line),
        *swatches,
        texts(names, scheme.ink, size),
        texts(values, scheme.muted, size, align="right"),
        texts(shares, scheme.ink, size, align="right", weight=600),
    ]
