"""KPI cards and charts as tables: for formats that hold nothing but tables."""

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
    Sample,
    TableBlock,
)
from reporter.words import Words

_NOTHING = Cell(value=None, text=NO_VALUE)


def as_table(block: Block, words: Words) -> TableBlock | None:
    """The numbers of a block as a table; None for blocks without numbers."""
    match block:
        case TableBlock():
            return block
        case ChartBlock():
            return _of_chart(block)
        case KpiBlock():
            return _of_kpis(words, block)
        case _:
            return None


def _of_chart(block: ChartBlock) -> TableBlock:
    heads = tuple(
        Head(
            name=series.name,
            label=series.label,
            role=HeadRole.PREVIOUS if series.previous else HeadRole.METRIC,
            kind=Kind.NUMBER,
            format=block.format,
        )
        for series in block.series
    )
    rows = tuple(
        BlockRow(RowKind.BODY, (step, *(series.cells[i] for series in block.series)))
        for i, step in enumerate(block.steps)
    )
    return TableBlock(
        name=block.name,
        title=block.title,
        heads=(block.axis, *heads),
        rows=rows,
        notes=block.notes,
    )


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
