"""The series of a chart: a cell for every place, and what part of the whole it is."""

from collections.abc import Iterator, Sequence

import msgspec

from reporter.data.formula import Number
from reporter.data.table import Column, Format, Row, Table, Value, number_or_none
from reporter.document.cells import format_of, metric_cell
from reporter.document.charts.places import Places
from reporter.document.format import NumberWriter
from reporter.document.frame import Frame
from reporter.document.model import Series
from reporter.document.prepare import Prepared
from reporter.document.shape import crossed, over_nothing, time_dimension
from reporter.document.values import Cell
from reporter.words import Words


def series_of(
    frame: Frame, metrics: Sequence[Column], ready: Prepared, along: Places, across: Places
) -> Iterator[Series]:
    """A series per group across and metric; those of the comparison come last."""
    for table, previous in ((ready.current, False), (ready.previous, True)):
        if table is None:
            continue
        values = crossed(table, along.names, across.names, along.chosen, across.chosen)
        for key, strand in zip(across.keys, across.cells, strict=True):
            for column in metrics:
                rows = (values.get((step, key)) for step in along.keys)
                label = _label(frame.words, column, strand.text, alone=len(metrics) == 1)
                yield Series(
                    name=f"{column.name}:{strand.text}" if across.names else column.name,
                    label=frame.words.say("in_period", label=label, period=frame.comparison)
                    if previous
                    else label,
                    cells=tuple(value_cell(frame, table, column, row) for row in rows),
                    previous=previous,
                )


def value_cell(frame: Frame, table: Table, column: Column, row: Sequence[Value] | None) -> Cell:
    """A metric at one place; faint where it is a ratio over too few to mean much.

    Args:
        frame: the report's.
        table: whose metrics the row has.
        column: the metric.
        row: None where two groups never meet, and at a step that the period does not have.
    """
    names = [metric.name for metric in table.metrics]
    cell = metric_cell(frame.numbers, column, _at(table, row, names.index(column.name)))
    if column.sample is None or column.sample not in names or cell.value is None:
        return cell
    count = number_or_none(_at(table, row, names.index(column.sample)))
    faint = count is not None and count < frame.edition.spec.small_sample
    return msgspec.structs.replace(cell, faint=faint)


def wholes_of(
    frame: Frame, metrics: Sequence[Column], ready: Prepared, along: Places
) -> tuple[Cell, ...]:
    """What the series of each place add up to.

    Of one metric by groups the metric itself, rolled up; of several metrics their sum.
    """
    table = ready.current
    others = tuple(c.name for c in table.dimensions if c.name not in along.names)
    values = crossed(table, along.names, others, along.chosen, () if others else ((),))
    strand = None if others else ()
    positions = {column.name: i for i, column in enumerate(table.metrics)}

    def whole(row: Row | None) -> Value:
        found = [number_or_none(_at(table, row, positions[column.name])) for column in metrics]
        known = [value for value in found if value is not None]
        return sum(known) if len(known) == len(found) else None

    return tuple(
        metric_cell(frame.numbers, metrics[0], whole(values.get((step, strand))))
        for step in along.keys
    )


def with_shares(numbers: NumberWriter, one: Series, wholes: Sequence[Cell]) -> Series:
    """The series with what part of its place's whole each cell is."""
    shares = tuple(
        share_cell(numbers, cell, whole) for cell, whole in zip(one.cells, wholes, strict=True)
    )
    return msgspec.structs.replace(one, shares=shares)


def share_cell(numbers: NumberWriter, part: Cell, whole: Cell) -> Cell:
    """What part of a whole a value is; no value where the whole is nothing."""
    share = _quotient(number_or_none(part.value), number_or_none(whole.value))
    text = numbers.text(share, Format.PERCENT)
    return Cell(value=share, text=text, format=Format.PERCENT)


def below_zero(series: Sequence[Series]) -> Cell | None:
    """The least value below zero, if there is any."""
    below = [
        (value, cell)
        for one in series
        for cell in one.cells
        if (value := number_or_none(cell.value)) is not None and value < 0
    ]
    return min(below, key=lambda found: found[0])[1] if below else None


def formats_of(metrics: Sequence[Column]) -> frozenset[Format]:
    """How the metrics are shown: more than one format is more than one unit."""
    return frozenset(map(format_of, metrics))


def _quotient(part: Number | None, whole: Number | None) -> float | None:
    return None if part is None or not whole else part / whole


def _label(words: Words, column: Column, strand: str, *, alone: bool) -> str:
    if not strand:
        return column.label
    return strand if alone else words.say("part_of", group=strand, metric=column.label)


def _at(table: Table, row: Sequence[Value] | None, place: int) -> Value:
    """A value; over no records where two groups never meet; none at a step without partner."""
    if row is not None:
        return row[place]
    if time_dimension(table) is not None:
        return None
    width = len(table.dimensions)
    return over_nothing(table, (None,) * width)[width + place]
