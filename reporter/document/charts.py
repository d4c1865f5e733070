"""Charts: the places along the axis, the series, and a sentence for those who do not see them."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from reporter.data.answer import Answer, SectionAnswers
from reporter.data.table import Column, Table, Value, number_or_none
from reporter.document.cells import dimension_cell, format_of, metric_cell
from reporter.document.coverage import partial_note, partial_steps
from reporter.document.frame import Frame
from reporter.document.model import Cell, ChartBlock, ChartKind, Head, HeadRole, NoticeBlock, Series
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
    Key,
    SortKey,
    crossed,
    key_of,
    ordered,
    over_nothing,
    rolled,
    time_dimension,
)
from reporter.errors import UserError
from reporter.spec.query import QuerySpec
from reporter.spec.sections import ChartSection
from reporter.words import Words

MOST_SERIES: Final = 8


class _Places(msgspec.Struct, frozen=True, kw_only=True):
    """The groups along one direction of a chart.

    Attributes:
        names: the dimensions that they are groups of; none: a single group of all.
        keys: one per place, in order; None is Other.
        cells: their names, likewise.
        left: how many groups are in Other or left out.
    """

    names: tuple[str, ...]
    keys: tuple[Key | None, ...]
    cells: tuple[Cell, ...]
    left: int = 0

    @property
    def chosen(self) -> tuple[Key, ...]:
        """The groups that have a place of their own."""
        return tuple(key for key in self.keys if key is not None)


def chart_block(
    frame: Frame, section: ChartSection, answers: SectionAnswers, title: str | None
) -> ChartBlock | NoticeBlock:
    """The chart of a section, or why there is none.

    Raises:
        UserError: its query groups by nothing.
    """
    notice = unavailable_dimension(frame.words, answers.current.table, title)
    if notice is not None:
        return notice
    ready = prepared(frame, section.query, answers, compare=section.compare)
    metrics = tuple(column for column in ready.metrics if column.unavailable is None)
    if not metrics:
        reasons = unavailable_notes(frame.words, ready.metrics)
        return NoticeBlock(name="notice", title=title, text=" ".join(reasons))
    axis = _axis(section, ready)
    timed = axis.grain is not None and not _cut_by_time(section.query, ready.current)
    along = _along(frame, section.query, ready, axis, timed=timed)
    across = _across(frame, section.query, ready, axis, len(metrics))
    series = tuple(_series(frame, metrics, ready, along, across))
    return ChartBlock(
        name="chart",
        title=title or default_title(frame.words, ready.metrics, ready.current.dimensions),
        kind=_drawn_kind(section.chart, timed=timed),
        axis=Head(name=axis.name, label=axis.label, role=HeadRole.DIMENSION, kind=axis.kind),
        steps=along.cells,
        series=series,
        timed=timed,
        format=format_of(metrics[0]),
        summary=_summary(frame.words, axis, along.cells, series, timed=timed),
        partial=timed and _last_is_partial(frame, axis, along.cells, series, answers),
        notes=(
            *_notes(
                frame,
                ready,
                metrics,
                axis=axis,
                along=along,
                across=across,
                answer=answers.current,
            ),
            *(unranked_notes(frame.words, section.query, ready.current) if across.left else ()),
        ),
    )


def _drawn_kind(chart: str, *, timed: bool) -> ChartKind:
    """A ``bar`` is upright over time, and lies otherwise."""
    if chart == "bar":
        return "column" if timed else "horizontalBar"
    return chart  # type: ignore[return-value]


def _axis(section: ChartSection, ready: Prepared) -> Column:
    axis = time_dimension(ready.current) or next(iter(ready.current.dimensions), None)
    if axis is None:
        raise UserError(
            f"the chart of {', '.join(section.query.metrics)} has no axis",
            hint="Name a dimension in aggregateBy.",
        )
    return axis


def _cut_by_time(query: QuerySpec, table: Table) -> bool:
    """Whether steps themselves are ranked: then they are bars like any others."""
    return query.top is not None and len(table.dimensions) == 1


def _along(
    frame: Frame, query: QuerySpec, ready: Prepared, axis: Column, *, timed: bool
) -> _Places:
    table = rolled(ready.current, (axis.name,))
    among = frame.edition.interval if timed else None

    def places(rows: Table, left: int = 0) -> _Places:
        cells = [dimension_cell(frame.times, axis, v, among) for v in rows.values(axis.name)]
        keys: list[Key | None] = [key_of(rows, row) for row in rows.rows]
        if left and query.top is not None and query.top.other:
            keys.append(None)
            cells.append(Cell(value=None, text=frame.words["other"]))
        return _Places(names=(axis.name,), keys=tuple(keys), cells=tuple(cells), left=left)

    if timed:
        return places(ordered(table))
    shown_by = _usable(display_keys(query, table), table)
    if query.top is None:
        return places(ordered(table, shown_by))
    ranked = ordered(table, _usable(rank_keys(query, table), table))
    shown = ordered(table.with_rows(ranked.rows[: query.top.limit]), shown_by)
    return places(shown, len(table.rows) - len(shown.rows))


def _across(frame: Frame, query: QuerySpec, ready: Prepared, axis: Column, metrics: int) -> _Places:
    """The series of one metric: one per group of the dimensions that are not the axis."""
    columns = [c for c in ready.current.dimensions if c.name != axis.name]
    if not columns:
        return _Places(names=(), keys=((),), cells=(Cell(value=None, text=""),))
    names = tuple(column.name for column in columns)
    table = rolled(ready.current, names)
    shown, other = _series_room(query, axis, len(table.rows), metrics)
    rows = ordered(table)
    if shown < len(table.rows):
        rows = ordered(table, _usable(rank_keys(query, table), table))
        rows = rows.with_rows(rows.rows[:shown])
    keys: list[Key | None] = [key_of(rows, row) for row in rows.rows]
    cells = [Cell(value=None, text=_joined(frame, columns, row)) for row in rows.rows]
    if other:
        keys.append(None)
        cells.append(Cell(value=None, text=frame.words["other"]))
    return _Places(names=names, keys=tuple(keys), cells=tuple(cells), left=len(table.rows) - shown)


def _series_room(query: QuerySpec, axis: Column, groups: int, metrics: int) -> tuple[int, bool]:
    """How many groups get a series of their own, and whether the others get one together.

    Along time, ``top`` cuts the series; along a plain dimension it cuts the axis. Whatever it
    says, there are no more series than can be told apart.
    """
    most = max(MOST_SERIES // metrics, 2)
    top = query.top if axis.grain is not None else None
    wanted = groups if top is None else min(groups, top.limit)
    together = top is None or top.other
    if wanted == groups <= most:
        return groups, False
    if together:
        return min(wanted, most - 1), True
    return min(wanted, most), False


def _usable(keys: Sequence[SortKey], table: Table) -> tuple[SortKey, ...]:
    names = {column.name for column in table.columns}
    return tuple(key for key in keys if key.name in names)


def _joined(frame: Frame, columns: Sequence[Column], values: Sequence[Value]) -> str:
    texts = (
        dimension_cell(frame.times, column, value).text
        for column, value in zip(columns, values, strict=False)
    )
    return " · ".join(texts)


def _series(
    frame: Frame,
    metrics: Sequence[Column],
    ready: Prepared,
    along: _Places,
    across: _Places,
) -> Iterator[Series]:
    for table, previous in ((ready.current, False), (ready.previous, True)):
        if table is None:
            continue
        values = crossed(table, along.names, across.names, along.chosen, across.chosen)
        positions = {column.name: i for i, column in enumerate(table.metrics)}
        for key, strand in zip(across.keys, across.cells, strict=True):
            for column in metrics:
                place = positions[column.name]
                rows = (values.get((step, key)) for step in along.keys)
                label = _label(frame.words, column, strand.text, alone=len(metrics) == 1)
                yield Series(
                    name=f"{column.name}:{strand.text}" if across.names else column.name,
                    label=frame.words.say("in_period", label=label, period=frame.comparison)
                    if previous
                    else label,
                    cells=tuple(
                        metric_cell(frame.numbers, column, _at(table, row, place)) for row in rows
                    ),
                    previous=previous,
                )


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


def _last_is_partial(
    frame: Frame,
    axis: Column,
    steps: Sequence[Cell],
    series: Sequence[Series],
    answers: SectionAnswers,
) -> bool:
    known = [
        i
        for i in range(len(steps))
        if any(s.cells[i].value is not None for s in series if not s.previous)
    ]
    through = answers.current.data_through
    last = [steps[i].value for i in known[-1:]]
    return bool(partial_steps(frame, axis, last, through))


def _summary(
    words: Words, axis: Column, steps: Sequence[Cell], series: Sequence[Series], *, timed: bool
) -> str:
    mains = (one for one in series if not one.previous)
    return " ".join(_sentence(words, axis, steps, one, timed=timed) for one in mains)


def _sentence(
    words: Words, axis: Column, steps: Sequence[Cell], series: Series, *, timed: bool
) -> str:
    known = [
        (number, cell.text, step.text)
        for cell, step in zip(series.cells, steps, strict=True)
        if (number := number_or_none(cell.value)) is not None
    ]
    if not known:
        return words.say("series_empty", series=series.label, axis=axis.label)
    found = {"lowest": min(known, key=_number), "highest": max(known, key=_number)}
    if timed:
        found["last"] = known[-1]
    points = words.listed(
        (words.say(key, value=value, step=step) for key, (_, value, step) in found.items()), "unit"
    )
    return words.say("series_by", series=series.label, axis=axis.label, points=points)


def _number(point: tuple[float, str, str]) -> float:
    return point[0]


def _notes(
    frame: Frame,
    ready: Prepared,
    metrics: Sequence[Column],
    *,
    axis: Column,
    along: _Places,
    across: _Places,
    answer: Answer,
) -> tuple[str, ...]:
    words = frame.words
    notes = [*unavailable_notes(words, ready.metrics)]
    notes += [_left_note(words, places) for places in (along, across) if places.left]
    if None in (*along.keys, *across.keys):
        notes += [
            words.say("no_value_in_other", metric=column.label, other=words["other"])
            for column in metrics
            if only_source_can_tell(ready.current, column.name)
        ]
    if len({format_of(column) for column in metrics}) > 1:
        notes.append(words.say("units_differ", metric=metrics[0].label))
    steps = [cell.value for cell in along.cells]
    partial = partial_note(frame, axis, steps, answer.data_through)
    return (*notes, *partial, *ready.notes)


def _left_note(words: Words, places: _Places) -> str:
    together = None in places.keys
    return cut_note(words, shown=len(places.chosen), left=places.left, together=together)
