"""Reconciliations as tables: the two values of each metric, and how far they are apart.

By steps of time the metrics stand side by side, with the whole in the last row. Of the whole
alone there is a row for each metric. What is out of bounds has a sign in its cell and a word in
its row.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from reporter.data.answer import SectionAnswers
from reporter.data.table import Column, Format, Kind
from reporter.document.cells import dimension_cell, format_of, metric_cell
from reporter.document.frame import Frame
from reporter.document.model import TableBlock
from reporter.document.reconciliation.sentences import notes, summary
from reporter.document.reconciliation.sides import Line, Reconciled, reconciled
from reporter.document.reconciliation.verdict import Pair, Verdict
from reporter.document.tables.heads import dimension_heads, metric_head
from reporter.document.values import BlockRow, Cell, Head, HeadRole, Mark, RowKind, Tone
from reporter.spec.sections import ReconciliationSection
from reporter.words import Words

_WORDS: Final = {
    Verdict.IN_BOUNDS: "in_bounds",
    Verdict.OUT_OF_BOUNDS: "out_of_bounds",
    Verdict.NOT_COMPARED: "not_compared",
}


def reconciliation_block(
    frame: Frame, section: ReconciliationSection, answers: SectionAnswers, title: str | None
) -> TableBlock:
    """The table of a section, and whether it holds deliveries."""
    found = reconciled(frame, section, answers)
    title = title or frame.words.say(
        "reconciled_with", source=frame.edition.source, other=section.against
    )
    said = summary(frame, found)
    held = section.hold and not said.agrees
    by_step = found.time is not None
    return TableBlock(
        name="reconciliation",
        title=title,
        heads=tuple((_step_heads if by_step else _whole_heads)(frame, section, found)),
        rows=tuple((_step_rows if by_step else _whole_rows)(frame, section, found)),
        notes=(said.text, *notes(frame, section, found)),
        held=said.text if held else "",
    )


# By steps: metrics side by side


def _step_heads(frame: Frame, section: ReconciliationSection, found: Reconciled) -> Iterator[Head]:
    if found.time is not None:
        yield from dimension_heads((found.time,))
    yield _verdict_head(frame.words)
    say = frame.words.say
    for own, other in zip(found.columns, found.others, strict=True):
        mine = metric_head(frame, own, found.columns, found.own.table.metrics)
        theirs = metric_head(frame, other, found.others, found.other.table.metrics)
        yield msgspec.structs.replace(mine, over=own.label, under=frame.edition.source)
        yield msgspec.structs.replace(
            theirs,
            label=say("metric_in_source", metric=own.label, source=section.against),
            format=mine.format,
            unit=mine.unit,
            role=HeadRole.AGAINST,
            over=own.label,
            under=section.against,
        )
        yield Head(
            name=own.name,
            label=say("difference_of", metric=own.label),
            role=HeadRole.DEVIATION,
            kind=Kind.NUMBER,
            format=mine.format,
            over=own.label,
            under=frame.words["difference"],
        )


def _step_rows(
    frame: Frame, section: ReconciliationSection, found: Reconciled
) -> Iterator[BlockRow]:
    for line in found.lines:
        if section.show == "all" or line.verdict is Verdict.OUT_OF_BOUNDS:
            yield _step_row(frame, found, line, RowKind.BODY)
    yield _step_row(frame, found, found.whole, RowKind.TOTAL)


def _step_row(frame: Frame, found: Reconciled, line: Line, kind: RowKind) -> BlockRow:
    label = Cell(value=None, text=frame.words["total"])
    if line.step is not None and found.time is not None:
        label = dimension_cell(frame.times, found.time, line.step)
    cells = [label, _verdict_cell(frame.words, line.verdict)]
    for column, pair in zip(found.columns, line.pairs, strict=True):
        cells += _value_cells(frame, column, pair)
    return BlockRow(kind, tuple(cells))


# Of the whole alone: a row for each metric


def _whole_heads(
    frame: Frame, section: ReconciliationSection, _found: Reconciled
) -> Iterator[Head]:
    words = frame.words
    yield Head(name="metric", label=words["metric"], role=HeadRole.DIMENSION, kind=Kind.TEXT)
    yield _verdict_head(words)
    for role, label in (
        (HeadRole.METRIC, frame.edition.source),
        (HeadRole.AGAINST, section.against),
        (HeadRole.DEVIATION, words["difference"]),
        (HeadRole.CHANGE, words["relative_difference"]),
    ):
        yield Head(name="value", label=label, role=role, kind=Kind.NUMBER)


def _whole_rows(
    frame: Frame, _section: ReconciliationSection, found: Reconciled
) -> Iterator[BlockRow]:
    for column, pair in zip(found.columns, found.whole.pairs, strict=True):
        part = pair.relative
        yield BlockRow(
            RowKind.BODY,
            (
                Cell(value=column.name, text=column.label),
                _verdict_cell(frame.words, pair.verdict),
                *_value_cells(frame, column, pair),
                Cell(value=part, text=frame.numbers.relative(part), format=Format.PERCENT),
            ),
        )


# Cells


def _verdict_head(words: Words) -> Head:
    return Head(
        name="verdict",
        label=words["verdict"],
        role=HeadRole.DIMENSION,
        kind=Kind.TEXT,
        members=tuple(Verdict),
    )


def _verdict_cell(words: Words, verdict: Verdict) -> Cell:
    return Cell(value=verdict.value, text=words[_WORDS[verdict]])


def _value_cells(frame: Frame, column: Column, pair: Pair) -> tuple[Cell, ...]:
    form, apart = format_of(column), pair.difference
    difference = Cell(value=apart, text=frame.numbers.difference(apart, form), format=form)
    if pair.verdict is Verdict.OUT_OF_BOUNDS:
        difference = msgspec.structs.replace(difference, mark=Mark.OUT, tone=Tone.BAD)
    return (
        metric_cell(frame.numbers, column, pair.own),
        metric_cell(frame.numbers, column, pair.other),
        difference,
    )
