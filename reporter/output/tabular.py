"""KPI cards and charts as tables: for formats that hold nothing but tables."""

import msgspec

from reporter.data.table import Kind
from reporter.document.model import (
    NO_VALUE,
    Block,
    BlockRow,
    Cell,
    ChartBlock,
    Head,
    HeadRole,
    KpiBlock,
    KpiCard,
    RowKind,
    Series,
    TableBlock,
)

_KPI_TITLE = "Key figures"
_NOTHING = Cell(value=None, text=NO_VALUE)


def as_table(block: Block) -> TableBlock | None:
    """The numbers of a block as a table; None for blocks without numbers."""
    match block:
        case TableBlock():
            return block
        case ChartBlock():
            return _of_chart(block)
        case KpiBlock():
            return _of_kpis(block)
        case _:
            return None


def _of_chart(block: ChartBlock) -> TableBlock:
    """Its steps down the rows; the rows of a heatmap as they stand in it."""
    if block.down is not None:
        return _of_heatmap(block, block.down)
    columns = [column for series in block.series for column in _of_series(block, series)]
    if block.together is not None:
        columns.append((block.together, block.wholes))
    last_is_other = block.with_other and block.together is None
    last = len(block.steps) - 1
    rows = tuple(
        BlockRow(
            RowKind.OTHER if last_is_other and place == last else RowKind.BODY,
            (step, *(cells[place] for _, cells in columns)),
        )
        for place, step in enumerate(block.steps)
    )
    return TableBlock(
        name=block.name,
        title=block.title,
        heads=(block.axis, *(head for head, _ in columns)),
        rows=rows,
        notes=block.notes,
    )


def _of_series(block: ChartBlock, series: Series) -> list[tuple[Head, tuple[Cell, ...]]]:
    """The columns of a series: its values, and what part of the whole they are."""
    alone = len(block.series) == 1
    found = [(_series_head(block, series.name, series), series.cells)]
    for head, cells in ((block.share, series.shares), (block.passed, series.passed)):
        if head is not None:
            label = head.label if alone else f"{series.label}, {head.label}"
            name = f"{series.name}:{head.name}"
            found.append((_renamed(head, name, label, previous=series.previous), cells))
    return found


def _series_head(block: ChartBlock, name: str, series: Series) -> Head:
    return Head(
        name=name,
        label=series.label,
        role=HeadRole.PREVIOUS if series.previous else HeadRole.METRIC,
        kind=Kind.NUMBER,
        format=block.format,
    )


def _renamed(head: Head, name: str, label: str, *, previous: bool) -> Head:
    role = HeadRole.PREVIOUS if previous else head.role
    return msgspec.structs.replace(head, name=name, label=label, role=role)


def _of_heatmap(block: ChartBlock, down: Head) -> TableBlock:
    metric = block.series[0].name.partition(":")[0] if block.series else ""
    heads = tuple(
        Head(
            name=f"{metric}:{step.text if step.value is None else step.value}",
            label=step.text,
            role=HeadRole.METRIC,
            kind=Kind.NUMBER,
            format=block.format,
        )
        for step in block.steps
    )
    last = len(block.series) - 1
    rows = tuple(
        BlockRow(
            RowKind.OTHER if block.with_other and place == last else RowKind.BODY,
            (Cell(value=series.label, text=series.label), *series.cells),
        )
        for place, series in enumerate(block.series)
    )
    return TableBlock(
        name=block.name,
        title=block.title,
        heads=(down, *heads),
        rows=rows,
        notes=block.notes,
    )


_KPI_HEADS = (
    Head(name="metric", label="Metric", role=HeadRole.DIMENSION, kind=Kind.TEXT),
    Head(name="value", label="Value", role=HeadRole.METRIC, kind=Kind.NUMBER),
    Head(name="previous", label="Before", role=HeadRole.PREVIOUS, kind=Kind.NUMBER),
    Head(name="absolute", label="Difference", role=HeadRole.DIFFERENCE, kind=Kind.NUMBER),
    Head(name="relative", label="Change", role=HeadRole.CHANGE, kind=Kind.NUMBER),
    Head(name="target", label="Target", role=HeadRole.DIMENSION, kind=Kind.TEXT),
    Head(name="sample", label="Taken over", role=HeadRole.DIMENSION, kind=Kind.TEXT),
)


def _of_kpis(block: KpiBlock) -> TableBlock:
    return TableBlock(
        name=block.name,
        title=block.title or _KPI_TITLE,
        heads=_KPI_HEADS,
        rows=tuple(BlockRow(RowKind.BODY, _of_card(card)) for card in block.cards),
        notes=block.notes,
    )


def _of_card(card: KpiCard) -> tuple[Cell, ...]:
    change = card.change
    return (
        Cell(value=card.label, text=card.label),
        card.value,
        change.previous if change else _NOTHING,
        change.absolute if change else _NOTHING,
        change.relative if change else _NOTHING,
        _text(card.target.text if card.target else None),
        _text(f"{card.sample.label}: {card.sample.count.text}" if card.sample else None),
    )


def _text(text: str | None) -> Cell:
    return _NOTHING if text is None else Cell(value=text, text=text)
