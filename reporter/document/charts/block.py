"""Charts: from a section's answers to places along an axis, series and notes."""

from collections.abc import Sequence
from typing import Final

import msgspec

from reporter.data.answer import Answer, SectionAnswers
from reporter.data.table import Column, Format, Kind, Table
from reporter.document.cells import format_of
from reporter.document.charts.funnel import funnel
from reporter.document.charts.heatmap import crossed_groups, hours_by_weekday
from reporter.document.charts.marks import marks
from reporter.document.charts.places import (
    MOST_COLUMNS,
    Places,
    along,
    slices,
    strands,
)
from reporter.document.charts.series import (
    below_zero,
    formats_of,
    series_of,
    wholes_of,
    with_shares,
)
from reporter.document.charts.summary import summary
from reporter.document.coverage import partial_note, partial_steps
from reporter.document.frame import Frame
from reporter.document.model import ChartBlock, ChartKind, NoticeBlock, Series
from reporter.document.prepare import (
    Prepared,
    cut_note,
    default_title,
    only_source_can_tell,
    prepared,
    unavailable_dimension,
    unavailable_notes,
    unranked_notes,
)
from reporter.document.shape import time_dimension
from reporter.document.values import Cell, Head, HeadRole
from reporter.errors import UserError
from reporter.spec.query import QuerySpec
from reporter.spec.sections import ChartSection

_OVER_TIME: Final = frozenset({"line", "area"})
_OF_PARTS: Final = frozenset({"stacked", "stacked100", "donut"})
_FEWEST_STAGES: Final = 2


class _Case(msgspec.Struct, frozen=True, kw_only=True):
    """A chart to make, and what there is to make it from.

    Attributes:
        metrics: those that the source has.
    """

    frame: Frame
    section: ChartSection
    answers: SectionAnswers
    ready: Prepared
    metrics: tuple[Column, ...]
    title: str | None

    @property
    def query(self) -> QuerySpec:
        """What the section asks for."""
        return self.section.query

    def block(self, **parts: object) -> ChartBlock:
        """The block of these parts, with all that every chart has."""
        ready, frame = self.ready, self.frame
        made = ChartBlock(
            name="chart",
            title=self.title or default_title(frame.words, ready.metrics, ready.current.dimensions),
            format=format_of(self.metrics[0]),
            metric=self.metrics[0].label if len(self.metrics) == 1 else "",
            width=self.section.width,
            summary="",
            **parts,  # type: ignore[arg-type]
        )
        return msgspec.structs.replace(made, summary=summary(frame, made))

    def refused(self, text: str) -> NoticeBlock:
        """What stands in the place of a chart that would show something untrue."""
        return NoticeBlock(name="notice", title=self.title, text=text)


def chart_block(
    frame: Frame, section: ChartSection, answers: SectionAnswers, title: str | None
) -> ChartBlock | NoticeBlock:
    """The chart of a section, or why there is none.

    Raises:
        UserError: its query groups by nothing, and it is no funnel.
    """
    notice = unavailable_dimension(frame.words, answers.current.table, title)
    if notice is not None:
        return notice
    ready = prepared(frame, section.query, answers, compare=section.compare)
    metrics = tuple(column for column in ready.metrics if column.unavailable is None)
    if not metrics:
        reasons = unavailable_notes(frame.words, ready.metrics)
        return NoticeBlock(name="notice", title=title, text=" ".join(reasons))
    case = _Case(
        frame=frame, section=section, answers=answers, ready=ready, metrics=metrics, title=title
    )
    match section.chart:
        case "funnel":
            return _funnel(case)
        case "heatmap":
            return _heatmap(case)
        case "donut":
            return _donut(case)
        case _:
            return _along_an_axis(case)


def _along_an_axis(case: _Case) -> ChartBlock | NoticeBlock:
    """Lines, areas and bars, side by side or stacked."""
    frame, ready, query, metrics = case.frame, case.ready, case.query, case.metrics
    axis = _axis(case)
    timed = axis.grain is not None and not _cut_by_time(query, ready.current)
    kind = _drawn_kind(case.section.chart, timed=timed)
    whole = kind in _OF_PARTS
    places = along(frame, query, ready, axis, timed=timed)
    across = strands(frame, query, ready, axis, metrics=len(metrics), whole=whole)
    series = tuple(series_of(frame, metrics, ready, places, across))
    wholes: tuple[Cell, ...] = ()
    if whole:
        below = below_zero(series)
        if below is not None:
            return _not_parts(case, below)
        wholes = wholes_of(frame, metrics, ready, places)
    if kind == "stacked100":
        series = tuple(with_shares(frame.numbers, one, wholes) for one in series)
    others = (across if whole else places).with_other
    return case.block(
        kind=kind,
        share=_share_head(frame) if kind == "stacked100" else None,
        together=_together_head(case) if whole else None,
        axis=_head(axis),
        steps=places.cells,
        series=series,
        timed=timed,
        wholes=wholes,
        with_other=others,
        partial=timed and _last_is_partial(frame, axis, places.cells, series, case.answers.current),
        marks=marks(frame, case.section.annotations, axis, places.cells) if timed else (),
        notes=_notes(case, places, across, axis=axis),
    )


def _donut(case: _Case) -> ChartBlock | NoticeBlock:
    """The parts of one whole: the first groups and Other."""
    frame, ready, metrics = case.frame, case.ready, case.metrics[:1]
    axis = _axis(case)
    places = slices(frame, case.query, ready, axis)
    no_strands = Places(names=(), keys=((),), cells=(Cell(value=None, text=""),))
    (series,) = series_of(
        frame, metrics, msgspec.structs.replace(ready, previous=None), places, no_strands
    )
    below = below_zero((series,))
    if below is not None:
        return _not_parts(case, below)
    everything = Places(names=(), keys=((),), cells=(Cell(value=None, text=""),))
    (whole,) = wholes_of(frame, metrics, ready, everything)
    return case.block(
        kind="donut",
        share=_share_head(frame),
        axis=_head(axis),
        steps=places.cells,
        series=(with_shares(frame.numbers, series, (whole,) * len(series.cells)),),
        timed=False,
        wholes=(whole,),
        with_other=places.with_other,
        notes=_notes(case, places, axis=axis),
    )


def _heatmap(case: _Case) -> ChartBlock | NoticeBlock:
    """Two dimensions, or the hours of a period by weekday."""
    frame, ready = case.frame, msgspec.structs.replace(case.ready, previous=None)
    metric = case.metrics[0]
    if len(ready.current.dimensions) == 1:
        made = hours_by_weekday(frame, ready, metric)
    else:
        made = crossed_groups(frame, case.query, ready, metric)
    if len(made.columns) > MOST_COLUMNS:
        many = frame.numbers.decimal(len(made.columns), 0)
        return case.refused(
            frame.words.say("heatmap_too_wide", axis=made.across.label, columns=many)
        )
    axis = time_dimension(ready.current) if made.timed else None
    return case.block(
        kind="heatmap",
        axis=made.across,
        down=made.down,
        steps=made.columns,
        series=made.rows,
        timed=made.timed,
        with_other=any(places.with_other for places in made.places[-1:]),
        partial=axis is not None
        and _last_is_partial(frame, axis, made.columns, made.rows, case.answers.current),
        notes=(
            *made.notes,
            *_faint_note(frame, metric, ready.current, made.rows),
            *_notes(case, *made.places, axis=axis),
        ),
    )


def _funnel(case: _Case) -> ChartBlock | NoticeBlock:
    if len(case.metrics) < _FEWEST_STAGES:
        return case.refused(" ".join(unavailable_notes(case.frame.words, case.ready.metrics)))
    made = funnel(case.frame, case.ready, case.metrics)
    below = below_zero(made.series)
    if below is not None:
        return _not_parts(case, below)
    return case.block(
        kind="funnel",
        share=_share_head(case.frame, "share_of_first"),
        passed=_share_head(case.frame, "share_of_stage_before"),
        axis=made.head,
        steps=made.stages,
        series=made.series,
        timed=False,
        notes=(*unavailable_notes(case.frame.words, case.ready.metrics), *made.notes),
    )


def _not_parts(case: _Case, below: Cell) -> NoticeBlock:
    """Parts below zero are no parts: a picture of them would be wrong."""
    labels = ", ".join(column.label for column in case.metrics)
    return case.refused(
        case.frame.words.say("no_parts_below_zero", metric=labels, value=below.text)
    )


def _drawn_kind(chart: str, *, timed: bool) -> ChartKind:
    """A ``bar`` is upright over time, and lies otherwise; so do steps that are ranked."""
    if chart == "bar" and timed:
        return "column"
    if chart == "bar" or (chart in _OVER_TIME and not timed):
        return "horizontalBar"
    return chart  # type: ignore[return-value]


def _axis(case: _Case) -> Column:
    table = case.ready.current
    axis = time_dimension(table) or next(iter(table.dimensions), None)
    if axis is None:
        raise UserError(
            f"the chart of {', '.join(case.query.metrics)} has no axis",
            hint="Name a dimension in aggregateBy.",
        )
    return axis


def _head(column: Column) -> Head:
    return Head(name=column.name, label=column.label, role=HeadRole.DIMENSION, kind=column.kind)


def _share_head(frame: Frame, name: str = "share") -> Head:
    return Head(
        name=name,
        label=frame.words[name],
        role=HeadRole.METRIC,
        kind=Kind.NUMBER,
        format=Format.PERCENT,
    )


def _together_head(case: _Case) -> Head:
    return Head(
        name="together",
        label=case.frame.words["together"],
        role=HeadRole.METRIC,
        kind=Kind.NUMBER,
        format=format_of(case.metrics[0]),
    )


def _cut_by_time(query: QuerySpec, table: Table) -> bool:
    """Whether steps themselves are ranked: then they are bars like any others."""
    return query.top is not None and len(table.dimensions) == 1


def _last_is_partial(
    frame: Frame, axis: Column, steps: Sequence[Cell], series: Sequence[Series], answer: Answer
) -> bool:
    known = [
        i
        for i in range(len(steps))
        if any(s.cells[i].value is not None for s in series if not s.previous)
    ]
    last = [steps[i].value for i in known[-1:]]
    return bool(partial_steps(frame, axis, last, answer.data_through))


def _notes(case: _Case, *places: Places, axis: Column | None) -> tuple[str, ...]:
    frame, ready = case.frame, case.ready
    notes = [*unavailable_notes(frame.words, ready.metrics)]
    notes += [
        cut_note(frame.words, shown=len(one.chosen), left=one.left, together=one.with_other)
        for one in places
        if one.left
    ]
    if any(one.with_other for one in places):
        notes += [
            frame.words.say("no_value_in_other", metric=column.label, other=frame.words["other"])
            for column in case.metrics
            if only_source_can_tell(ready.current, column.name)
        ]
    if len(formats_of(case.metrics)) > 1:
        notes.append(frame.words.say("units_differ", metric=case.metrics[0].label))
    if axis is not None and places:
        along_axis = next((one for one in places if one.names == (axis.name,)), places[0])
        steps = [cell.value for cell in along_axis.cells]
        notes += partial_note(frame, axis, steps, case.answers.current.data_through)
    notes += ready.notes
    if len(places) > 1 and places[-1].left:
        notes += unranked_notes(frame.words, case.query, ready.current)
    return tuple(notes)


def _faint_note(
    frame: Frame, metric: Column, table: Table, rows: Sequence[Series]
) -> tuple[str, ...]:
    """A sentence where cells of a heatmap are ratios over too few."""
    if metric.sample is None or not any(cell.faint for one in rows for cell in one.cells):
        return ()
    return (
        frame.words.say(
            "few_in_cells",
            metric=metric.label,
            fewest=frame.numbers.decimal(frame.edition.spec.small_sample, 0),
            sample=table.column(metric.sample).label,
        ),
    )
