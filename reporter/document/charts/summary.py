"""What a chart shows, in sentences, for those who do not see it."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from reporter.data.table import number_or_none
from reporter.document.frame import Frame
from reporter.document.model import ChartBlock, Series
from reporter.document.values import Cell

_PARTS_OF_STEP: Final = "stacked100"


class _Point(msgspec.Struct, frozen=True):
    """A value that is known: its number, its text, and where it stands."""

    number: float
    text: str
    step: str


def summary(frame: Frame, chart: ChartBlock) -> str:
    """The sentences of a chart that is complete but for its summary."""
    match chart.kind:
        case "donut":
            found = _donut(frame, chart)
        case "heatmap":
            found = _heatmap(frame, chart)
        case "funnel":
            found = _funnel(frame, chart)
        case _:
            found = _courses(frame, chart)
    return " ".join((*found, *_marks(frame, chart)))


def _courses(frame: Frame, chart: ChartBlock) -> Iterator[str]:
    for one in chart.series:
        if not one.previous:
            yield _course(frame, chart, one.label, _printed(chart, one))
    if chart.kind == "stacked" and len(chart.series) > 1:
        yield _course(frame, chart, frame.words["together"], chart.wholes)


def _printed(chart: ChartBlock, series: Series) -> Sequence[Cell]:
    """What the chart is about: the shares of a chart of shares."""
    return series.shares if chart.kind == _PARTS_OF_STEP else series.cells


def _course(frame: Frame, chart: ChartBlock, label: str, cells: Sequence[Cell]) -> str:
    known = list(_known(cells, chart.steps))
    names = {"series": label, "axis": chart.axis.label}
    if not known:
        return frame.words.say("series_empty", **names)
    last = known[-1] if chart.timed else None
    return frame.words.say("series_by", **names, points=_points(frame, known, last))


def _points(frame: Frame, known: Sequence[_Point], last: _Point | None = None) -> str:
    """Lowest, highest and last."""
    found = {"lowest": min(known, key=_number), "highest": max(known, key=_number)}
    if last is not None:
        found["last"] = last
    said = (frame.words.say(key, value=p.text, step=p.step) for key, p in found.items())
    return frame.words.row(said)


def _donut(frame: Frame, chart: ChartBlock) -> Iterator[str]:
    (series,) = chart.series
    parts = [
        frame.words.say("part_and_share", part=step.text, share=share.text, value=cell.text)
        for step, share, cell in zip(chart.steps, series.shares, series.cells, strict=True)
        if cell.value is not None
    ]
    names = {"series": series.label, "axis": chart.axis.label}
    if not parts:
        yield frame.words.say("series_empty", **names)
    else:
        whole = chart.wholes[0].text
        yield frame.words.say("series_of_parts", **names, parts=frame.words.row(parts), whole=whole)


def _heatmap(frame: Frame, chart: ChartBlock) -> Iterator[str]:
    spots = [
        (cell, frame.words.say("cell_at", row=series.label, column=step.text))
        for series in chart.series
        for cell, step in zip(series.cells, chart.steps, strict=True)
    ]
    known = [
        _Point(number, cell.text, spot)
        for cell, spot in spots
        if cell.shade is not None and (number := number_or_none(cell.value)) is not None
    ]
    missing = sum(cell.value is None for cell, _ in spots)
    down = "" if chart.down is None else chart.down.label
    names = {"metric": chart.metric, "down": down, "across": chart.axis.label}
    if not known:
        yield frame.words.say("cells_empty", **names)
        return
    yield frame.words.say("cells_by", **names, points=_points(frame, known))
    if missing:
        every = frame.numbers.decimal(len(spots), 0)
        yield frame.words.say("cells_missing", count=missing, cells=every)


def _funnel(frame: Frame, chart: ChartBlock) -> Iterator[str]:
    series = chart.series[0]
    for number, stage in enumerate(chart.steps):
        values = {"stage": stage.text, "value": series.cells[number].text}
        if number == 0:
            yield frame.words.say("first_stage", **values)
        elif number == 1:
            share = series.shares[number].text
            yield frame.words.say("second_stage", **values, share=share)
        else:
            yield frame.words.say(
                "later_stage",
                **values,
                share=series.shares[number].text,
                passed=series.passed[number].text,
            )


def _marks(frame: Frame, chart: ChartBlock) -> Iterator[str]:
    if chart.marks:
        marks = [frame.words.say("mark", label=mark.label, date=mark.date) for mark in chart.marks]
        yield frame.words.say("marked", marks=frame.words.row(marks))


def _known(cells: Sequence[Cell], steps: Sequence[Cell]) -> Iterator[_Point]:
    for cell, step in zip(cells, steps, strict=True):
        number = number_or_none(cell.value)
        if number is not None:
            yield _Point(number, cell.text, step.text)


def _number(point: _Point) -> float:
    return point.number
