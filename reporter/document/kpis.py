"""Cards: one metric of the whole period each."""

from reporter.data.answer import Answer, SectionAnswers
from reporter.data.formula import Number
from reporter.data.table import Column, Table, Value, number_or_none
from reporter.document.cells import change, dimension_cell, format_of, metric_cell
from reporter.document.frame import Frame
from reporter.document.model import Goalpost, KpiBlock, KpiCard, Sample
from reporter.document.prepare import sentence
from reporter.document.shape import filled, ordered, time_dimension
from reporter.document.values import Cell, Tone
from reporter.spec.model import Target
from reporter.spec.sections import KpiSection


def kpi_block(
    frame: Frame, section: KpiSection, answers: SectionAnswers, title: str | None
) -> KpiBlock:
    """The cards of a section."""
    return KpiBlock(
        name="kpis",
        title=title,
        cards=tuple(_card(frame, metric, answers) for metric in section.metrics),
    )


def single_value(table: Table, name: str) -> Value:
    """A metric of a table without dimensions."""
    return table.values(name)[0] if table.rows else None


def _card(frame: Frame, name: str, answers: SectionAnswers) -> KpiCard:
    table = answers.current.table
    column, value = table.column(name), single_value(table, name)
    goal = _goalpost(frame, column, number_or_none(value))
    tone = Tone.NEUTRAL
    if goal is not None and goal.met is not None:
        tone = Tone.GOOD if goal.met else Tone.BAD
    course, course_steps = _course(frame, name, answers.series)
    return KpiCard(
        name=name,
        label=column.label,
        description=column.description,
        value=metric_cell(frame.numbers, column, value, tone),
        change=None
        if answers.previous is None
        else change(frame.numbers, column, value, single_value(answers.previous.table, name)),
        target=goal,
        course=course,
        course_steps=course_steps,
        sample=_sample(frame, column, table),
        note=None
        if column.unavailable is None
        else sentence(frame.words.again(column.unavailable)),
    )


def _goalpost(frame: Frame, column: Column, value: Number | None) -> Goalpost | None:
    """A target; of two bounds the lower one leads, and both must hold."""
    target = frame.edition.spec.targets.get(column.name)
    if target is None:
        return None
    form = format_of(column)
    signs = [("≥", target.at_least), ("≤", target.at_most)]
    bounds = [frame.numbers.bound(s, v, form) for s, v in signs if v is not None]
    lead = target.at_most if target.at_least is None else target.at_least
    if lead is None:
        return None
    return Goalpost(
        text=frame.words.say("target", bounds=frame.words.row(bounds)),
        value=lead,
        bound="atMost" if target.at_least is None else "atLeast",
        met=None if value is None else _met(target, value),
    )


def _met(target: Target, value: Number) -> bool:
    return (target.at_least is None or value >= target.at_least) and (
        target.at_most is None or value <= target.at_most
    )


def _course(
    frame: Frame, name: str, series: Answer | None
) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    if series is None:
        return (), ()
    edition = frame.edition
    table = ordered(filled(series.table, edition.interval, edition.timezone, series.data_through))
    time = time_dimension(table)
    if time is None:
        return (), ()
    column = table.column(name)
    return (
        tuple(metric_cell(frame.numbers, column, value) for value in table.values(name)),
        tuple(
            dimension_cell(frame.times, time, value, edition.interval)
            for value in table.values(time.name)
        ),
    )


def _sample(frame: Frame, column: Column, table: Table) -> Sample | None:
    if column.sample is None or column.unavailable is not None:
        return None
    counted = table.column(column.sample)
    value = single_value(table, counted.name)
    cell = metric_cell(frame.numbers, counted, value)
    known = number_or_none(value)
    small = known is not None and known < frame.edition.spec.small_sample
    return Sample(counted.label, cell, small)
