"""What stands under a table, as sentences."""

from collections.abc import Sequence

from reporter.data.answer import Answer
from reporter.document.coverage import partial_note
from reporter.document.frame import Frame
from reporter.document.prepare import (
    Prepared,
    cut_note,
    only_source_can_tell,
    unranked_notes,
)
from reporter.document.shape import group_count, ordered, rolled, time_dimension
from reporter.document.tables.pivot import PivotColumns
from reporter.document.tables.rows import Rows
from reporter.document.values import BlockRow, Head, HeadRole, RowKind
from reporter.spec.sections import TableSection


def incomplete_notes(frame: Frame, ready: Prepared, answer: Answer) -> tuple[str, ...]:
    """Which steps of time are covered in part only."""
    time = time_dimension(ready.current)
    steps = () if time is None else ordered(rolled(ready.current, (time.name,))).values(time.name)
    return partial_note(frame, time, steps, answer.data_through)


def grain_notes(
    frame: Frame, ready: Prepared, heads: Sequence[Head], rows: Sequence[BlockRow]
) -> tuple[str, ...]:
    """Why a coarser row or column lacks a value that the groups have."""
    blank = {
        head.name
        for row in rows
        for head, cell in zip(heads, row.cells, strict=True)
        if head.role is HeadRole.METRIC
        and cell.value is None
        and (row.kind is not RowKind.BODY or head.across is not None)
    }
    return tuple(
        frame.words.say("not_additive", metric=column.label)
        for column in ready.metrics
        if column.name in blank
        and column.unavailable is None
        and only_source_can_tell(ready.current, column.name)
    )


def sample_note(frame: Frame, rows: Sequence[BlockRow]) -> tuple[str, ...]:
    """What the sign of ratios over few means, where there are any."""
    if not any(cell.faint for row in rows for cell in row.cells):
        return ()
    return (frame.words.say("few", limit=frame.edition.spec.small_sample),)


def cut_notes(frame: Frame, section: TableSection, rows: Rows) -> tuple[str, ...]:
    """How many groups have no row of their own."""
    top, left = section.query.top, group_count(rows.cut.rest)
    if top is None or not left:
        return ()
    every = left + group_count(rows.cut.shown)
    note = cut_note(frame.words, shown=every - left, left=left, together=top.other)
    if section.totals and not top.other:
        note = f"{note} {frame.words.say('total_over_all', groups=every)}"
    return (note, *unranked_notes(frame.words, section.query, rows.cut.shown))


def pivot_notes(
    frame: Frame, ready: Prepared, pivot: PivotColumns | None, *, total: bool
) -> tuple[str, ...]:
    """How many values have no column of their own."""
    if pivot is None or not pivot.left:
        return ()
    say = frame.words.say
    values = {
        "dimension": ready.current.column(pivot.by).label,
        "shown": pivot.count - pivot.left,
        "values": pivot.count,
        "count": pivot.left,
    }
    if pivot.has_other:
        return (say("pivot_and_other", other=frame.words["other"], **values),)
    note = say("pivot_only", **values)
    over_all = f" {say('total_over_all', groups=pivot.count)}" if total else ""
    return (note + over_all,)
