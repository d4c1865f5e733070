"""KPI cards and charts as tables: for formats that hold nothing but tables."""

from datetime import date

import msgspec

from reporter.data.table import Kind, Value
from reporter.document.model import Block, ChartBlock, KpiBlock, KpiCard, Sample, Series, TableBlock
from reporter.document.values import NO_VALUE, BlockRow, Cell, Head, HeadRole, RowKind
from reporter.words import Words

_NOTHING = Cell(value=None, text=NO_VALUE)


def as_table(block: Block, words: Words) -> TableBlock | None:
    """The numbers of a block as a table; None for blocks without numbers."""
    match block:
        case TableBlock():
            return block
        case ChartBlock():
            return chart_table(block)
        case KpiBlock():
            return _of_kpis(words, block)
        case _:
            return None


def column_name(head: Head) -> str:
    """The name of a column for machines, unique in its table.

    ``ANSWER_RATE``; of a pivot ``ANSWER_RATE@PHONE``, and the metric alone for the total; of a
    comparison ``ANSWER_RATE:previous``.
    """
    name = f"{head.name}@{head.across}" if head.across else head.name
    return name if head.role in {"dimension", "metric"} else f"{name}:{head.role}"


def chart_table(block: ChartBlock) -> TableBlock:
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
            name=f"{metric}:{_as_name(step.value)}",
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


def _as_name(value: Value) -> str:
    """A value in the name of a column; none of the records without one."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


_KPI_HEADS = (
    ("metric", "metric", HeadRole.DIMENSION, Kind.TEXT),
    ("value", "value", HeadRole.METRIC, Kind.NUMBER),
    ("previous", "previous", HeadRole.PREVIOUS, Kind.NUMBER),
    ("absolute", "difference", HeadRole.DIFFERENCE, Kind.NUMBER),
    ("relative", "change", HeadRole.CHANGE, Kind.NUMBER),
    ("target", "target_head", HeadRole.DIMENSION, Kind.TEXT),
    ("sample", "taken_over", HeadRole.DIMENSION, Kind.TEXT),
)
"""Name, word, role and kind of each column."""


def _of_kpis(words: Words, block: KpiBlock) -> TableBlock:
    return TableBlock(
        name=block.name,
        title=block.title or words["key_figures"],
        heads=tuple(
            Head(name=name, label=words[word], role=role, kind=kind)
            for name, word, role, kind in _KPI_HEADS
        ),
        rows=tuple(BlockRow(RowKind.BODY, _of_card(words, card)) for card in block.cards),
        notes=block.notes,
    )


def _of_card(words: Words, card: KpiCard) -> tuple[Cell, ...]:
    change = card.change
    return (
        Cell(value=card.label, text=card.label),
        card.value,
        change.previous if change else _NOTHING,
        change.absolute if change else _NOTHING,
        change.relative if change else _NOTHING,
        _text(card.target.text if card.target else None),
        _text(_sample(words, card.sample) if card.sample else None),
    )


def _sample(words: Words, sample: Sample) -> str:
    return words.say("label_and_value", label=sample.label, value=sample.count.text)


def _text(text: str | None) -> Cell:
    return _NOTHING if text is None else Cell(value=text, text=text)
