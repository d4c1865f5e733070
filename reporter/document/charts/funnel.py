"""Funnels: the metrics of one row as stages, each a part of the first and of the one before."""

from collections.abc import Sequence

import msgspec

from reporter.data.table import Column, Kind, Table, number_or_none
from reporter.document.cells import metric_cell
from reporter.document.charts.series import share_cell
from reporter.document.frame import Frame
from reporter.document.model import Series
from reporter.document.prepare import Prepared
from reporter.document.values import NO_VALUE, Cell, Head, HeadRole


class Funnel(msgspec.Struct, frozen=True, kw_only=True):
    """What a funnel shows.

    Attributes:
        head: of its stages.
        stages: their names.
        series: the period's, and after it the comparison's where there is one.
        notes: what a reader of it should know.
    """

    head: Head
    stages: tuple[Cell, ...]
    series: tuple[Series, ...]
    notes: tuple[str, ...] = ()


def funnel(frame: Frame, ready: Prepared, metrics: Sequence[Column]) -> Funnel:
    """The stages of a query without dimensions."""
    stages = tuple(Cell(value=column.label, text=column.label) for column in metrics)
    current = _series(frame, ready.current, metrics, frame.period)
    series = [current]
    if ready.previous is not None and frame.comparison is not None:
        then = _series(frame, ready.previous, metrics, frame.comparison)
        series.append(msgspec.structs.replace(then, previous=True))
    return Funnel(
        head=Head(
            name="stage",
            label=frame.words["stage"],
            role=HeadRole.DIMENSION,
            kind=Kind.TEXT,
        ),
        stages=stages,
        series=tuple(series),
        notes=tuple(_growing(frame, stages, current)),
    )


def _series(frame: Frame, table: Table, metrics: Sequence[Column], label: str) -> Series:
    row = table.rows[0] if table.rows else None
    cells = tuple(
        metric_cell(frame.numbers, column, None if row is None else row[table.index(column.name)])
        for column in metrics
    )
    before = (Cell(value=None, text=NO_VALUE), *cells[:-1])
    return Series(
        name="stages",
        label=label,
        cells=cells,
        shares=tuple(share_cell(frame.numbers, cell, cells[0]) for cell in cells),
        passed=tuple(
            share_cell(frame.numbers, cell, one) for cell, one in zip(cells, before, strict=True)
        ),
    )


def _growing(frame: Frame, stages: Sequence[Cell], series: Series) -> list[str]:
    """A sentence for each stage that is larger than the one before: no part of it."""
    found = []
    for number in range(1, len(stages)):
        value, before = (number_or_none(series.cells[n].value) for n in (number, number - 1))
        if value is not None and before is not None and value > before:
            found.append(
                frame.words.say(
                    "stage_grows", stage=stages[number].text, before=stages[number - 1].text
                )
            )
    return found
