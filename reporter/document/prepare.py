"""A section's answers, made ready to be shown: the section's columns, every step, every group."""

from collections.abc import Iterable
from typing import Final

import msgspec

from reporter.data.answer import Answer, SectionAnswers
from reporter.data.formula import references
from reporter.data.table import AskAgain, Column, Derived, Table
from reporter.dates import Grain, Interval, steps
from reporter.document.frame import Frame
from reporter.document.model import NoticeBlock
from reporter.document.shape import (
    SortKey,
    aligned,
    arranged,
    cut_names,
    filled,
    time_dimension,
    united,
)
from reporter.spec.query import QuerySpec
from reporter.words import Words

_STEP_BY_STEP: Final = {
    Grain.HOUR: "hour_by_hour",
    Grain.DAY: "day_by_day",
    Grain.WEEK_SATURDAY_START: "week_by_week",
    Grain.WEEK_SUNDAY_START: "week_by_week",
    Grain.WEEK_MONDAY_START: "week_by_week",
    Grain.MONTH: "month_by_month",
    Grain.QUARTER: "quarter_by_quarter",
    Grain.YEAR: "year_by_year",
}


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A query's tables with the same groups, in no particular order.

    Attributes:
        metrics: the columns that the section asks for; the tables may have more.
        current: every step, every group; metrics of all kinds.
        previous: the comparison period on the current one's steps, or None; steps of it that
            have no partner are without name.
        levels: what the source said of the current period at coarser grains, where it covers what
            the current table does.
        previous_levels: likewise, on the current one's steps.
        notes: what a reader of the comparison should know.
    """

    metrics: tuple[Column, ...]
    current: Table
    previous: Table | None
    levels: tuple[Table, ...] = ()
    previous_levels: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


def prepared(frame: Frame, query: QuerySpec, answers: SectionAnswers, *, compare: bool) -> Prepared:
    """The tables of a section.

    Args:
        frame: the report's.
        query: what the section asks for.
        answers: what it got; may hold further metrics.
        compare: whether the comparison period is wanted; it may still be missing.
    """
    edition = frame.edition
    current = arranged(answers.current.table, query.aggregate_by)
    metrics = tuple(current.column(name) for name in query.metrics)
    levels = _of_the_same(answers.current, answers.levels)
    if not compare or answers.previous is None or edition.comparison is None:
        whole = _filled(frame, answers.current, current, edition.interval, current)
        return Prepared(metrics=metrics, current=whole, previous=None, levels=levels)
    before = edition.comparison
    previous = arranged(answers.previous.table, query.aggregate_by)
    full = _filled(frame, answers.current, current, edition.interval, previous)
    then = _filled(frame, answers.previous, previous, before, current)

    def paired(table: Table) -> Table:
        """On the steps of the current period."""
        return aligned(table, before, edition.interval, edition.timezone)

    then = paired(then)
    if time_dimension(current) is None:
        full, then = united(full, then), united(then, full)
    return Prepared(
        metrics=metrics,
        current=full,
        previous=then,
        levels=levels,
        previous_levels=tuple(map(paired, _of_the_same(answers.previous, answers.previous_levels))),
        notes=_pairing_notes(frame, current, before),
    )


def rank_keys(query: QuerySpec, table: Table) -> tuple[SortKey, ...]:
    """What the first groups are chosen by: ``orderBy``, else the first metric, descending.

    A key that says nothing of the groups (the step of time, where groups run over time) orders
    rows, but chooses none.
    """
    telling = {*cut_names(table), *(column.name for column in table.metrics)}
    keys = tuple(key for key in order_keys(query, table) if key.name in telling)
    return keys or (SortKey(query.metrics[0], descending=True),)


def display_keys(query: QuerySpec, table: Table) -> tuple[SortKey, ...]:
    """What rows stand by: ``orderBy``; else the rank, where a cut was made and time is no part."""
    keys = order_keys(query, table)
    if keys or query.top is None or time_dimension(table) is not None:
        return keys
    return rank_keys(query, table)


def unavailable_dimension(words: Words, table: Table, title: str | None) -> NoticeBlock | None:
    """What stands in a section's place where the source cannot group as it asks."""
    for column in table.dimensions:
        if column.unavailable is not None:
            return NoticeBlock(name="notice", title=title, text=_reason(words, column))
    return None


def unavailable_notes(words: Words, metrics: tuple[Column, ...]) -> tuple[str, ...]:
    """A sentence for each metric that the source cannot give."""
    return tuple(_reason(words, column) for column in metrics if column.unavailable is not None)


def only_source_can_tell(table: Table, name: str) -> bool:
    """Whether a metric cannot be rolled up: a distinct count, or a formula with one."""
    column = table.column(name)
    match column.roll_up:
        case AskAgain():
            return True
        case Derived(formula):
            return any(only_source_can_tell(table, n) for n in references(formula))
        case _:
            return False


def unranked_notes(words: Words, query: QuerySpec, table: Table) -> tuple[str, ...]:
    """A sentence where groups that run over time cannot be ranked by what was asked for."""
    first = rank_keys(query, table)[0]
    across = time_dimension(table) is not None and len(table.dimensions) > 1
    if not across or not any(c.name == first.name for c in table.metrics):
        return ()
    if not only_source_can_tell(table, first.name):
        return ()
    return (words.say("groups_by_name", metric=table.column(first.name).label),)


def cut_note(words: Words, *, shown: int, left: int, together: bool) -> str:
    """A sentence on the groups that are not shown: in one Other together, or left out."""
    values = {"shown": shown, "groups": shown + left, "count": left}
    if together:
        return words.say("first_groups_and_other", other=words["other"], **values)
    return words.say("first_groups_only", **values)


def default_title(words: Words, metrics: tuple[Column, ...], dimensions: tuple[Column, ...]) -> str:
    """What a table or a chart without a title is called."""
    first = metrics[0].label
    measured = first if len(metrics) == 1 else words.say("and_more", metric=first)
    by = words.listed(column.label for column in dimensions)
    return words.say("measured_by", metrics=measured, dimensions=by) if by else measured


def sentence(text: str) -> str:
    """The text with a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _reason(words: Words, column: Column) -> str:
    return sentence(
        words.say("not_available", name=column.label, reason=words.again(column.unavailable or ""))
    )


def order_keys(query: QuerySpec, table: Table) -> tuple[SortKey, ...]:
    """A key that the source left out (the coarser of two time dimensions) sorts nothing."""
    have = {column.name for column in table.columns}
    keys = ((key.metric or key.dimension or "", key.direction == "desc") for key in query.order_by)
    return tuple(SortKey(name, descending) for name, descending in keys if name in have)


def _of_the_same(answer: Answer, levels: Iterable[Answer]) -> tuple[Table, ...]:
    """The tables at coarser grains, but for those that cover more or less than the rows do.

    A source may know an hour that it does not yet count as a part of a day.
    """
    return tuple(level.table for level in levels if level.interval == answer.interval)


def _filled(frame: Frame, answer: Answer, table: Table, interval: Interval, like: Table) -> Table:
    return filled(table, interval, frame.edition.timezone, answer.data_through, like=like)


def _pairing_notes(frame: Frame, table: Table, comparison: Interval) -> tuple[str, ...]:
    column = time_dimension(table)
    if column is None or column.grain is None:
        return ()
    now = len(steps(frame.edition.interval, column.grain, frame.zone))
    then = len(steps(comparison, column.grain, frame.zone))
    if now == then:
        return ()
    note = frame.words.say(
        "compared_by_step",
        steps=frame.words[_STEP_BY_STEP[column.grain]],
        period=frame.period,
        now=now,
        comparison=frame.comparison,
        then=then,
    )
    return (note,)
