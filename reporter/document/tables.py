"""Tables: body, Other and total rows, comparison columns, shades and bars."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from reporter.data.answer import Answer, SectionAnswers
from reporter.data.table import Column, Format, Kind, Table, Value, number_or_none
from reporter.document.cells import change_cell, dimension_cell, format_of, metric_cell
from reporter.document.coverage import partial_note
from reporter.document.frame import Frame
from reporter.document.model import (
    BlockRow,
    Cell,
    Head,
    HeadRole,
    NoticeBlock,
    RowKind,
    TableBlock,
)
from reporter.document.prepare import (
    Prepared,
    cut_note,
    default_title,
    display_keys,
    only_source_can_tell,
    prepared,
    rank_keys,
    unavailable_dimension,
    unavailable_notes,
    unranked_notes,
)
from reporter.document.shape import (
    Cut,
    Key,
    cut_names,
    group_count,
    key_of,
    leading,
    ordered,
    rolled,
    split,
    time_dimension,
    totalled,
)
from reporter.spec.sections import TableSection
from reporter.words import Words

Values = tuple[Value, ...]
"""The metrics that a section asks for, in its order."""


class Scale(msgspec.Struct, frozen=True):
    """The body values of a metric, from least to greatest, and how cells show their place."""

    kind: str
    least: float
    greatest: float

    def shade(self, value: float) -> float | None:
        """Where a value lies between least and greatest, 0 to 1; half-way if all are equal."""
        if self.kind != "colorScale":
            return None
        span = self.greatest - self.least
        return (value - self.least) / span if span > 0 else 0.5

    def bar(self, value: float) -> float | None:
        """How much of the greatest a value is, 0 to 1."""
        if self.kind != "dataBar":
            return None
        return max(value / self.greatest, 0.0) if self.greatest > 0 else 0.0


class _Line(msgspec.Struct, frozen=True):
    """One row of one period."""

    kind: RowKind
    key: Key
    labels: tuple[Cell, ...]
    values: Values


def table_block(
    frame: Frame, section: TableSection, answers: SectionAnswers, title: str | None
) -> TableBlock | NoticeBlock:
    """The table of a section, or why there is none."""
    notice = unavailable_dimension(frame.words, answers.current.table, title)
    if notice is not None:
        return notice
    ready = prepared(frame, section.query, answers, compare=section.compare)
    cut, then_cut = _cuts(section, ready)
    lines = _lines(frame, section, ready, cut, _total(section, answers.current, answers.total))
    then: dict[tuple[RowKind, Key], Values] | None = None
    if then_cut is not None and answers.previous is not None:
        total = _total(section, answers.previous, answers.previous_total)
        then = {
            (line.kind, line.key): line.values
            for line in _lines(frame, section, ready, then_cut, total)
        }
    return TableBlock(
        name="table",
        title=title or default_title(frame.words, ready.metrics, ready.current.dimensions),
        heads=_heads(frame, ready),
        rows=_rows(frame, section, ready, lines, then),
        notes=_notes(frame, section, answers.current, ready, cut, lines=lines),
    )


def _cuts(section: TableSection, ready: Prepared) -> tuple[Cut, Cut | None]:
    """Both periods in shown and rest; the groups are chosen on the current one."""
    top = section.query.top
    chosen = None
    if top is not None:
        chosen = leading(ready.current, rank_keys(section.query, ready.current), top.limit)

    def cut(table: Table) -> Cut:
        return Cut(table, table.with_rows(())) if chosen is None else split(table, chosen)

    return cut(ready.current), None if ready.previous is None else cut(ready.previous)


def _total(section: TableSection, answer: Answer, asked: Answer | None) -> Table | None:
    """One row over all that was answered, whatever is shown of it."""
    if not section.totals or not answer.table.dimensions:
        return None
    return totalled(answer.table, None if asked is None else asked.table)


def _lines(
    frame: Frame, section: TableSection, ready: Prepared, cut: Cut, total: Table | None
) -> tuple[_Line, ...]:
    """The rows of one period, in the order in which they are shown."""
    top = section.query.top
    lines = list(_body(frame, ready, ordered(cut.shown, display_keys(section.query, cut.shown))))
    if top is not None and top.other and cut.rest.rows:
        lines += _other(frame, ready, cut.rest)
    if total is not None:
        labels = _labelled(frame.words["total"], 0, len(ready.current.dimensions))
        lines.append(_Line(RowKind.TOTAL, (), labels, _values(ready, total)[0]))
    return tuple(lines)


def _body(frame: Frame, ready: Prepared, table: Table) -> Iterator[_Line]:
    for row, values in zip(table.rows, _values(ready, table), strict=True):
        labels = tuple(
            dimension_cell(frame.times, column, value)
            for column, value in zip(table.dimensions, row, strict=False)
        )
        yield _Line(RowKind.BODY, key_of(table, row), labels, values)


def _other(frame: Frame, ready: Prepared, rest: Table) -> Iterator[_Line]:
    """What is not shown, as one row; of a table by time and more, one per step."""
    time = time_dimension(rest)
    steps = time if len(rest.dimensions) > 1 else None
    table = ordered(rolled(rest, () if steps is None else (steps.name,)))
    place = rest.index(cut_names(rest)[0])
    for row, values in zip(table.rows, _values(ready, table), strict=True):
        labels = list(_labelled(frame.words["other"], place, len(rest.dimensions)))
        if steps is not None:
            labels[rest.index(steps.name)] = dimension_cell(frame.times, steps, row[0])
        yield _Line(RowKind.OTHER, key_of(table, row), tuple(labels), values)


def _values(ready: Prepared, table: Table) -> tuple[Values, ...]:
    places = [table.index(column.name) for column in ready.metrics]
    return tuple(tuple(row[place] for place in places) for row in table.rows)


def _labelled(text: str, place: int, width: int) -> tuple[Cell, ...]:
    return tuple(Cell(value=None, text=text if i == place else "") for i in range(width))


def _rows(
    frame: Frame,
    section: TableSection,
    ready: Prepared,
    lines: Sequence[_Line],
    then: Mapping[tuple[RowKind, Key], Values] | None,
) -> tuple[BlockRow, ...]:
    scales = _scales(section, ready, lines)
    nothing = tuple(None for _ in ready.metrics)
    rows = []
    for line in lines:
        before = None if then is None else then.get((line.kind, line.key), nothing)
        cells = list(line.labels)
        for i, column in enumerate(ready.metrics):
            own = scales.get(column.name, ()) if line.kind is RowKind.BODY else ()
            cells.append(_scaled(metric_cell(frame.numbers, column, line.values[i]), own))
            if before is not None:
                cells.append(metric_cell(frame.numbers, column, before[i]))
                cells.append(change_cell(frame.numbers, column, line.values[i], before[i]))
        rows.append(BlockRow(line.kind, tuple(cells)))
    return tuple(rows)


def _scales(
    section: TableSection, ready: Prepared, lines: Sequence[_Line]
) -> dict[str, tuple[Scale, ...]]:
    scales: dict[str, tuple[Scale, ...]] = {}
    for wanted in section.conditional_formats:
        place = next((i for i, c in enumerate(ready.metrics) if c.name == wanted.metric), None)
        if place is None:
            continue
        values = [number_or_none(line.values[place]) for line in lines if line.kind is RowKind.BODY]
        known = [value for value in values if value is not None]
        if known:
            if wanted.type not in {"colorScale", "dataBar"}:
                continue
            scale = Scale(wanted.type, min(known), max(known))
            scales[wanted.metric] = (*scales.get(wanted.metric, ()), scale)
    return scales


def _scaled(cell: Cell, scales: Collection[Scale]) -> Cell:
    value = number_or_none(cell.value)
    if value is None or not scales:
        return cell
    shades = [s for scale in scales if (s := scale.shade(value)) is not None]
    bars = [b for scale in scales if (b := scale.bar(value)) is not None]
    return msgspec.structs.replace(
        cell, shade=shades[0] if shades else None, bar=bars[0] if bars else None
    )


def _heads(frame: Frame, ready: Prepared) -> tuple[Head, ...]:
    heads = [
        Head(name=c.name, label=c.label, role=HeadRole.DIMENSION, kind=c.kind)
        for c in ready.current.dimensions
    ]
    for column in ready.metrics:
        now = Head(
            name=column.name,
            label=column.label,
            role=HeadRole.METRIC,
            kind=column.kind,
            format=format_of(column),
            goal=column.goal,
        )
        heads.append(now)
        if ready.previous is not None:
            was = frame.words.say("in_period", label=column.label, period=frame.comparison)
            heads.append(msgspec.structs.replace(now, label=was, role=HeadRole.PREVIOUS))
            heads.append(
                Head(
                    name=column.name,
                    label=frame.words.say("change_of", metric=column.label),
                    role=_role_of_change(column),
                    kind=Kind.NUMBER,
                    format=Format.PERCENT,
                    goal=column.goal,
                )
            )
    return tuple(heads)


def _role_of_change(column: Column) -> HeadRole:
    """Percentages are subtracted, all else is compared relatively; see ``cells.change_cell``."""
    return HeadRole.DIFFERENCE if format_of(column) is Format.PERCENT else HeadRole.CHANGE


def _notes(
    frame: Frame,
    section: TableSection,
    answer: Answer,
    ready: Prepared,
    cut: Cut,
    *,
    lines: Sequence[_Line],
) -> tuple[str, ...]:
    time = time_dimension(ready.current)
    steps = () if time is None else ordered(rolled(ready.current, (time.name,))).values(time.name)
    return (
        *unavailable_notes(frame.words, ready.metrics),
        *_cut_notes(frame.words, section, ready, cut),
        *_grain_notes(frame.words, ready, lines),
        *partial_note(frame, time, steps, answer.data_through),
        *ready.notes,
    )


def _cut_notes(words: Words, section: TableSection, ready: Prepared, cut: Cut) -> tuple[str, ...]:
    top, left = section.query.top, group_count(cut.rest)
    if top is None or not left:
        return ()
    every = group_count(ready.current)
    note = cut_note(words, shown=every - left, left=left, together=top.other)
    if section.totals and not top.other:
        note = f"{note} {words.say('total_over_all', groups=every)}"
    return (note, *unranked_notes(words, section.query, ready.current))


def _grain_notes(words: Words, ready: Prepared, lines: Sequence[_Line]) -> tuple[str, ...]:
    """Why a coarser row lacks a value that the groups have."""
    missing = [
        column.label
        for i, column in enumerate(ready.metrics)
        if column.unavailable is None
        and only_source_can_tell(ready.current, column.name)
        and any(line.values[i] is None for line in lines if line.kind is not RowKind.BODY)
    ]
    return tuple(words.say("not_additive", metric=label) for label in missing)
