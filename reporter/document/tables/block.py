"""Tables: rows and columns from the numbers, with comparison, pivot and conditional formats."""

from collections.abc import Iterator, Sequence

import msgspec

from reporter.data.answer import SectionAnswers
from reporter.data.table import Column, Value
from reporter.document.cells import change_cell, metric_cell
from reporter.document.frame import Frame
from reporter.document.model import NoticeBlock, TableBlock
from reporter.document.prepare import (
    Prepared,
    default_title,
    prepared,
    unavailable_dimension,
    unavailable_notes,
)
from reporter.document.tables.formats import Looks, looks, too_few
from reporter.document.tables.heads import dimension_heads, metric_heads, pivot_heads
from reporter.document.tables.levels import Levels
from reporter.document.tables.notes import (
    cut_notes,
    grain_notes,
    incomplete_notes,
    pivot_notes,
    sample_note,
)
from reporter.document.tables.pivot import PivotColumns, pivot_columns
from reporter.document.tables.rows import Amounts, Rows, Strand, rows_of, strand, whole_of
from reporter.document.values import BlockRow, Cell, CellFormat, Head, HeadRole, RowKind
from reporter.spec.sections import TableSection


class _Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a table is made of.

    Attributes:
        strands: one per set of columns.
        kinds: of each set of columns: ``BODY`` where conditional formats hold.
        then: of the comparison period, for the only set of columns.
    """

    ready: Prepared
    rows: Rows
    strands: tuple[Strand, ...]
    kinds: tuple[RowKind, ...]
    then: Strand | None
    pivot: PivotColumns | None


def table_block(
    frame: Frame, section: TableSection, answers: SectionAnswers, title: str | None
) -> TableBlock | NoticeBlock:
    """The table of a section, or why there is none."""
    notice = unavailable_dimension(frame.words, answers.current.table, title)
    if notice is not None:
        return notice
    ready = prepared(frame, section.query, answers, compare=section.compare)
    sheet = _sheet(frame, section, answers, ready)
    heads = _heads(frame, sheet)
    now = [tuple(s.amounts(sheet.rows.places, _names(ready), zeros=True)) for s in sheet.strands]
    marked = _looks(frame, section, sheet, now)
    rows = tuple(_rows(frame, sheet, now, marked))
    return TableBlock(
        name="table",
        title=title or default_title(frame.words, ready.metrics, ready.current.dimensions),
        heads=heads,
        rows=rows,
        formats=tuple(_formats(sheet, heads, marked)),
        notes=(
            *_notes(frame, section, answers, sheet),
            *grain_notes(frame, ready, heads, rows),
            *sample_note(frame, rows),
        ),
        width=section.width,
    )


def _sheet(frame: Frame, section: TableSection, answers: SectionAnswers, ready: Prepared) -> _Sheet:
    levels = Levels(ready.current, ready.levels)
    whole = whole_of(answers.current, ready, ready.levels)
    by = None if section.pivot is None else section.pivot.by
    if by in {column.name for column in ready.current.dimensions} and by is not None:
        pivot = pivot_columns(frame, section, levels, by, answers.current.data_through)
        rows = rows_of(frame, section, pivot.everything)
        strands = tuple(
            strand(each.levels, rows, whole if each.kind is RowKind.TOTAL else each.levels)
            for each in pivot.columns
        )
        kinds = tuple(each.kind for each in pivot.columns)
        return _Sheet(ready=ready, rows=rows, strands=strands, kinds=kinds, then=None, pivot=pivot)
    rows = rows_of(frame, section, levels)
    then = None
    if ready.previous is not None and answers.previous is not None:
        before = Levels(ready.previous, ready.previous_levels)
        then = strand(before, rows, whole_of(answers.previous, ready, ready.previous_levels))
    return _Sheet(
        ready=ready,
        rows=rows,
        strands=(strand(levels, rows, whole),),
        kinds=(RowKind.BODY,),
        then=then,
        pivot=None,
    )


def _notes(
    frame: Frame, section: TableSection, answers: SectionAnswers, sheet: _Sheet
) -> tuple[str, ...]:
    ready, total = sheet.ready, section.totals
    return (
        *unavailable_notes(frame.words, ready.metrics),
        *cut_notes(frame, section, sheet.rows),
        *pivot_notes(frame, ready, sheet.pivot, total=total),
        *incomplete_notes(frame, ready, answers.current),
        *ready.notes,
    )


def _names(ready: Prepared) -> tuple[str, ...]:
    """The metrics of the table, and those that count what its ratios are over."""
    samples = (column.sample for column in ready.metrics if column.sample is not None)
    return tuple(dict.fromkeys((*(c.name for c in ready.metrics), *samples)))


def _heads(frame: Frame, sheet: _Sheet) -> tuple[Head, ...]:
    ready = sheet.ready
    every = ready.current.metrics
    if sheet.pivot is None:
        compare = sheet.then is not None
        measured = metric_heads(frame, ready.metrics, every, compare=compare)
        return (*dimension_heads(ready.current.dimensions), *measured)
    along = [c for c in ready.current.dimensions if c.name != sheet.pivot.by]
    measured = pivot_heads(frame, ready.metrics, every, sheet.pivot.columns)
    return (*dimension_heads(along), *measured)


def _looks(
    frame: Frame, section: TableSection, sheet: _Sheet, now: Sequence[Sequence[Amounts]]
) -> Looks:
    body: dict[str, list[Value]] = {column.name: [] for column in sheet.ready.metrics}
    if not section.conditional_formats:
        return {}
    for kind, amounts in zip(sheet.kinds, now, strict=True):
        for place, each in zip(sheet.rows.places, amounts, strict=True):
            if kind is place.kind is RowKind.BODY:
                for name, values in body.items():
                    values.append(each[name])
    return looks(frame, section, sheet.ready.metrics, body)


def _rows(
    frame: Frame, sheet: _Sheet, now: Sequence[Sequence[Amounts]], marked: Looks
) -> Iterator[BlockRow]:
    names = _names(sheet.ready)
    then: Sequence[Amounts | None] = [None] * len(sheet.rows.places)
    if sheet.then is not None:
        then = tuple(sheet.then.amounts(sheet.rows.places, names, zeros=False))
    for number, (place, before) in enumerate(zip(sheet.rows.places, then, strict=True)):
        cells = list(place.labels)
        for kind, amounts in zip(sheet.kinds, now, strict=True):
            body = kind is place.kind is RowKind.BODY
            for column in sheet.ready.metrics:
                cells += _cells(frame, column, amounts[number], before, marked if body else {})
        yield BlockRow(place.kind, tuple(cells), place.level)


def _cells(
    frame: Frame, column: Column, now: Amounts, before: Amounts | None, marked: Looks
) -> Iterator[Cell]:
    """The cells of a metric in one row: its value, and the comparison beside it."""
    few = too_few(frame, column, now)
    cell = _faint(metric_cell(frame.numbers, column, now[column.name]), few=few)
    for look in marked.get(column.name, ()):
        cell = look.on(cell)
    yield cell
    if before is not None:
        few_then = too_few(frame, column, before)
        then = metric_cell(frame.numbers, column, before[column.name])
        yield _faint(then, few=few_then)
        change = change_cell(frame.numbers, column, now[column.name], before[column.name])
        yield _faint(change, few=(few or few_then) and change.value is not None)


def _faint(cell: Cell, *, few: bool) -> Cell:
    return msgspec.structs.replace(cell, faint=True) if few else cell


def _formats(sheet: _Sheet, heads: Sequence[Head], marked: Looks) -> Iterator[CellFormat]:
    """The conditional formats of the columns that have any: not of Other and total columns."""
    values = None
    if sheet.pivot is not None:
        values = {each.name for each in sheet.pivot.columns if each.kind is RowKind.BODY}
    for place, head in enumerate(heads):
        if head.role is HeadRole.METRIC and (values is None or head.across in values):
            for look in marked.get(head.name, ()):
                yield look.of_column(place)
