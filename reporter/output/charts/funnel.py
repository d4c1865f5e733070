"""Funnels: a bar for each stage, as long as its part of the greatest, and what passes on."""

from itertools import pairwise
from typing import Final

import msgspec

from reporter.document.model import Series
from reporter.output.charts.bars import ROUND
from reporter.output.charts.canvas import Box, Json, Text, boxes, funnel_area, rules, texts
from reporter.output.charts.parts import Drawing, Hits, Picture, entries, legend, value_of
from reporter.output.look.text_width import cut, width_of, wrapped

_WIDE_FROM: Final = 50
"""A sheet of so many font sizes has stage, bar and figures beside each other."""
_NAMES: Final = 0.24
_BAR: Final = 2.4
_THIN: Final = 0.55
_BETWEEN: Final = 1.5
_COLUMNS_APART: Final = 20
_HEAD: Final = 8.5
"""The width of a column of shares, in font sizes."""
_CORNERS: Final = (0.0, ROUND, ROUND, 0.0)


class _Row(msgspec.Struct, frozen=True):
    """A stage: its bar, below it the comparison's, and the row that they stand in."""

    bar: Box
    before: Box | None
    top: float
    bottom: float


def draw(drawing: Drawing) -> Picture:
    """A funnel."""
    key, top = legend(drawing, entries(drawing))
    wide = drawing.sheet.width >= _WIDE_FROM * drawing.sheet.size
    return (_wide if wide else _narrow)(drawing, key, top)


def _wide(drawing: Drawing, key: list[Json], top: float) -> Picture:
    """Stage, bar, value and both shares beside each other."""
    chart, scheme, size, width = (
        drawing.chart,
        drawing.scheme,
        drawing.sheet.size,
        drawing.sheet.width,
    )
    series = chart.series[0]
    widest = max(width_of(step.text, size, 500) for step in chart.steps) + 14
    left = min(widest, width * _NAMES)
    passed_at = float(width)
    share_at = passed_at - size * _HEAD - _COLUMNS_APART
    value_at = share_at - size * _HEAD - _COLUMNS_APART
    figures = max(width_of(cell.text, size, 600) for one in chart.series for cell in one.cells)
    right = value_at - figures - _COLUMNS_APART
    heads = [
        (at, wrapped("" if head is None else head.label, size * _HEAD, size, lines=2))
        for at, head in ((share_at, chart.share), (passed_at, chart.passed))
    ]
    lines = max(len(found) for _, found in heads)
    head_texts = [
        Text(at, top + size * (0.7 + 1.25 * (n + lines - len(found))), line)
        for at, found in heads
        for n, line in enumerate(found)
    ]
    rows = _rows(drawing, top + size * (1.25 * lines + 0.8), left, right - left, 0.0)
    values, shares, passed, names = [], [], [], []
    for number, row in enumerate(rows):
        y = row.bar.top + row.bar.height / 2
        names.append(Text(left - 14, y, cut(chart.steps[number].text, left - 14, size, 500)))
        values.append(Text(value_at, y, series.cells[number].text))
        shares.append(Text(share_at, y, series.shares[number].text))
        if number:
            passed.append(Text(passed_at, y, series.passed[number].text))
    layers = [
        *key,
        texts(head_texts, scheme.muted, size, align="right"),
        *_between(drawing, rows),
        *_bars(drawing, rows),
        texts(names, scheme.ink, size, align="right", weight=500),
        texts(values, scheme.ink, size, align="right", weight=600),
        texts(shares, scheme.ink, size, align="right"),
        texts(passed, scheme.ink, size, align="right"),
        *_before(drawing, rows, value_at),
    ]
    return _picture(drawing, rows, layers)


def _narrow(drawing: Drawing, key: list[Json], top: float) -> Picture:
    """Stage and figures above each bar; what passes on between the bars."""
    chart, scheme, size, width = (
        drawing.chart,
        drawing.scheme,
        drawing.sheet.size,
        drawing.sheet.width,
    )
    series = chart.series[0]
    line = size * 1.75
    head = "" if chart.share is None else cut(chart.share.label, width, size)
    rows = _rows(drawing, top + size * 1.6, 0, width, line + size * 0.9)
    names, values, shares, passed = [], [], [], []
    share_wide = max(width_of(cell.text, size) for cell in series.shares) + 12
    for number, row in enumerate(rows):
        y = row.bar.top - line / 2 - size * 0.1
        figure = series.cells[number].text
        room = width - share_wide - width_of(figure, size, 600) - 12
        names.append(Text(0, y, cut(chart.steps[number].text, room, size, 500)))
        values.append(Text(width - share_wide, y, figure))
        shares.append(Text(width, y, series.shares[number].text))
        if number and chart.passed is not None:
            above = rows[number - 1]
            said = f"↓ {series.passed[number].text}"
            if number == 1:
                said = f"{said}  {chart.passed.label}"
            low = above.bar.bottom + (0 if above.before is None else above.before.height + 1.5)
            passed.append(Text(0, low + size * 1.1, cut(said, width, size)))
    layers = [
        *key,
        texts([Text(width, top + size * 0.6, head)], scheme.muted, size, align="right"),
        *_bars(drawing, rows),
        texts(names, scheme.ink, size, weight=500),
        texts(values, scheme.ink, size, align="right", weight=600),
        texts(shares, scheme.ink, size, align="right"),
        texts(passed, scheme.muted, size),
    ]
    return _picture(drawing, rows, layers)


def _picture(drawing: Drawing, rows: list[_Row], layers: list[Json]) -> Picture:
    top, bottom = rows[0].top, rows[-1].bottom
    return Picture(
        layers=tuple(layers),
        width=drawing.sheet.width,
        height=bottom,
        hits=Hits(kind="rows", box=Box(0, top, drawing.sheet.width, bottom - top)),
    )


def _rows(drawing: Drawing, top: float, left: float, wide: float, above: float) -> list[_Row]:
    chart, size = drawing.chart, drawing.sheet.size
    values = [v for one in chart.series for v in map(value_of, one.cells) if v is not None]
    most = max(values, default=0.0) or 1.0
    now, then = chart.series[0], next((one for one in chart.series if one.previous), None)
    bar = size * _BAR
    thin = size * _THIN if then is not None else 0.0
    row = above + bar + thin + size * _BETWEEN
    found = []
    for number in range(len(chart.steps)):
        y = top + number * row

        def box(one: Series, at: float, high: float, place: int = number) -> Box:
            return Box(left, at, (value_of(one.cells[place]) or 0.0) / most * wide, high)

        before = None if then is None else box(then, y + above + bar + 1.5, thin)
        last = y + row if number < len(chart.steps) - 1 else y + above + bar + thin + size
        found.append(_Row(box(now, y + above, bar), before, y, last))
    return found


def _between(drawing: Drawing, rows: list[_Row]) -> list[Json]:
    """What is lost from stage to stage, as a pale slope between their bars."""
    if any(row.before is not None for row in rows):
        return []
    return [
        funnel_area(upper.bar, lower.bar, drawing.scheme.accent_soft)
        for upper, lower in pairwise(rows)
    ]


def _bars(drawing: Drawing, rows: list[_Row]) -> list[Json]:
    scheme = drawing.scheme
    colour = scheme.series[0]
    before = [row.before for row in rows if row.before is not None]
    return [
        boxes([row.bar for row in rows], colour, corners=_CORNERS),
        boxes(before, scheme.rule, corners=_CORNERS),
        rules([(row.bar.left, row.bar.top, row.bar.left, row.bar.bottom) for row in rows], colour),
    ]


def _before(drawing: Drawing, rows: list[_Row], right: float) -> list[Json]:
    """The comparison's values behind their thin bars, where the sheet has room for them."""
    then = next((one for one in drawing.chart.series if one.previous), None)
    if then is None:
        return []
    size = drawing.sheet.size * 0.9
    found = [
        Text(right, row.before.top + row.before.height / 2 + size * 0.35, then.cells[number].text)
        for number, row in enumerate(rows)
        if row.before is not None
    ]
    return [texts(found, drawing.scheme.muted, size, align="right")]
