"""The data of a chart as a table: what its native chart is drawn from."""

import msgspec

from reporter.data.table import Format, Kind
from reporter.document.model import (
    BlockRow,
    Cell,
    ChartBlock,
    Head,
    HeadRole,
    RowKind,
    TableBlock,
)
from reporter.words import Words


def chart_table(block: ChartBlock, words: Words) -> TableBlock:
    """A row for each step and a column for each series; of a heatmap, as it is seen."""
    marks = tuple(f"{mark.date}: {mark.label}" for mark in block.marks)
    if block.kind == "heatmap":
        heads, rows = _grid(block)
    else:
        heads, rows = _steps(block, words)
    return TableBlock(
        name=block.name,
        title=block.title,
        heads=heads,
        rows=rows,
        notes=(*marks, *block.notes),
    )


def _steps(block: ChartBlock, words: Words) -> tuple[tuple[Head, ...], tuple[BlockRow, ...]]:
    heads = [block.axis]
    columns = [block.steps]
    for series in block.series:
        head = Head(
            name=series.name,
            label=series.label,
            role=HeadRole.PREVIOUS if series.previous else HeadRole.METRIC,
            kind=Kind.NUMBER,
            format=block.format,
        )
        heads.append(head)
        columns.append(series.cells)
        if series.shares:
            share = words.say("share_of", label=series.label)
            heads.append(msgspec.structs.replace(head, label=share, format=Format.PERCENT))
            columns.append(series.shares)
    rows = tuple(BlockRow(RowKind.BODY, cells) for cells in zip(*columns, strict=True))
    return tuple(heads), rows


def _grid(block: ChartBlock) -> tuple[tuple[Head, ...], tuple[BlockRow, ...]]:
    corner = Head(
        name=block.axis.name, label=block.axis.label, role=HeadRole.DIMENSION, kind=Kind.TEXT
    )
    heads = tuple(
        Head(
            name=f"{number}",
            label=step.text,
            role=HeadRole.METRIC,
            kind=Kind.NUMBER,
            format=block.format,
        )
        for number, step in enumerate(block.steps)
    )
    rows = tuple(
        BlockRow(RowKind.BODY, (Cell(value=series.label, text=series.label), *series.cells))
        for series in block.series
    )
    return (corner, *heads), rows
