"""The numbers of an edition with their keys, and what has changed in them since another one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from math import inf
from typing import Final

import msgspec

from reporter.data.answer import Answer
from reporter.data.readings import (
    About,
    Comparison,
    Figures,
    Group,
    Key,
    Moved,
    Readings,
    compared,
    readings,
)
from reporter.data.restated import Differences, Restatement, Unlisted
from reporter.data.rollup import of_nothing, with_derived
from reporter.data.table import Column, Table, Value, number_or_none
from reporter.dates import step_interval, steps, time_zone
from reporter.plan.filters import described, stacked
from reporter.plan.meaning import question_of
from reporter.plan.model import Condition, Purpose, Query
from reporter.plan.preparation import Prepared
from reporter.spec.shown import shown_metrics

_BEFORE: Final = frozenset({Purpose.PREVIOUS, Purpose.PREVIOUS_LEVELS})
"""What is asked over the comparison period."""


class _Steps(msgspec.Struct, frozen=True):
    """The steps of time that a table is grouped by.

    Attributes:
        column: by name.
        every: those of the interval, in order.
        told: how many of them, from the first, there were data for.
    """

    column: str
    every: tuple[date | datetime, ...]
    told: int


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of one metric in one answer.

    Attributes:
        source: who says them.
        query: what was asked.
        table: what was answered.
        column: the metric's.
        steps: what the table is grouped by; None: by no steps.
        figures: what is remembered.
    """

    source: str
    query: Query
    table: Table
    column: Column
    steps: _Steps | None
    figures: Figures


def readings_of(prepared: Prepared, answers: Sequence[Answer]) -> Readings:
    """The numbers that an edition says: of the metrics that it shows, over both its periods.

    Args:
        prepared: what was asked.
        answers: one per query of the plan, in its order.
    """
    return readings(one.figures for one in _said(prepared, answers))


def differences(prepared: Prepared, answers: Sequence[Answer], then: Readings) -> Differences:
    """What has changed since an earlier edition, where both say the same thing of the same time.

    Args:
        prepared: what was asked.
        answers: one per query of the plan, in its order.
        then: the numbers of the earlier edition.
    """
    places = {one.figures.about: one for one in _said(prepared, answers)}
    found = compared(then, readings(one.figures for one in places.values()))
    return Differences(
        count=found.count,
        moved=tuple(sorted(_restatements(prepared, places, found), key=_weight)),
        unlisted=tuple(
            Unlisted(places[about].column, places[about].table.dimensions)
            for about in found.unlisted
        ),
    )


def _said(prepared: Prepared, answers: Sequence[Answer]) -> Iterator[_Said]:
    """The numbers of every metric that a section shows."""
    plan, sections = prepared.plan, prepared.edition.spec.sections
    shown: dict[int, set[str]] = {}
    before: set[int] = set()
    for need in plan.needs:
        shown.setdefault(need.query, set()).update(shown_metrics(sections[need.section]))
        if need.purpose in _BEFORE:
            before.add(need.query)
    for number, names in shown.items():
        yield from _of_answer(
            prepared, number, answers[number], names, current=number not in before
        )


def _of_answer(
    prepared: Prepared, number: int, answer: Answer, names: Collection[str], *, current: bool
) -> Iterator[_Said]:
    query, source = prepared.plan.queries[number], prepared.plan.sources[number]
    table = answer.table
    if any(column.unavailable is not None for column in table.dimensions):
        return
    stepped = _steps(query, answer)
    order = sorted(range(len(table.dimensions)), key=lambda place: table.columns[place].name)
    dimensions = [table.columns[place] for place in order]
    groups = _groups(table, order, stepped)
    metrics = {metric.name: metric for metric in query.metrics}
    # What a table fills in for a group without records: also 0 different values.
    nothing = with_derived(table.columns, tuple(map(of_nothing, table.columns)))
    for column, missing in zip(table.metrics, nothing[-len(table.metrics) :], strict=True):
        if column.name not in names or column.unavailable is not None:
            continue
        about = About(
            question_of(source, query, metrics[column.name], prepared.edition.burst),
            column.name,
            query.interval.since.astimezone(UTC),
            query.interval.until.astimezone(UTC),
        )
        values = map(number_or_none, table.values(column.name))
        figures = Figures(
            about=about,
            current=current,
            missing=number_or_none(missing),
            step=next((i for i, d in enumerate(dimensions) if d.grain is not None), None),
            steps=0 if stepped is None else stepped.told,
            numbers=tuple(zip(groups, values, strict=True)),
        )
        yield _Said(
            source=source,
            query=query,
            table=table,
            column=column,
            steps=stepped,
            figures=figures,
        )


def _steps(query: Query, answer: Answer) -> _Steps | None:
    """The steps of an answer; as in a table, one with a record is told of in any case."""
    for column in answer.table.dimensions:
        if column.grain is not None:
            zone, through = time_zone(query.timezone), answer.data_through
            every = steps(query.interval, column.grain, zone)
            seen = set(map(_key, answer.table.values(column.name)))
            told = (
                place
                for place, step in enumerate(every, start=1)
                if _key(step) in seen
                or (through and step_interval(step, column.grain, zone).since < through)
            )
            return _Steps(column.name, every, max(told, default=0))
    return None


def _groups(table: Table, order: Sequence[int], stepped: _Steps | None) -> tuple[Group, ...]:
    """The group of each row."""
    places: dict[Key, int] = {}
    if stepped is not None:
        places = {_key(step): place for place, step in enumerate(stepped.every)}

    def key(place: int, value: Value) -> Key:
        plain = _key(value)
        if stepped is not None and table.columns[place].name == stepped.column:
            return places.get(plain, plain)
        return plain

    return tuple(tuple(key(place, row[place]) for place in order) for row in table.rows)


def _key(value: Value) -> Key:
    """A value as it is remembered; an instant with its offset, which two of one hour differ in."""
    return value.isoformat() if isinstance(value, date) else value


def _value(said: _Said, column: Column, key: Key) -> Value:
    """The value that was remembered so."""
    if said.steps is not None and column.name == said.steps.column and isinstance(key, int):
        return said.steps.every[key]
    return key


def _restatements(
    prepared: Prepared, places: Mapping[About, _Said], found: Comparison
) -> Iterator[Restatement]:
    """What has moved, ready to be written: groups in the order of their table."""
    edition = prepared.edition
    narrowing = {
        about: described(_own_conditions(prepared, places[about]), prepared.words)
        for about in dict.fromkeys(moved.about for moved in found.moved)
    }
    for moved in found.moved:
        said = places[moved.about]
        yield Restatement(
            metric=said.column,
            interval=said.query.interval,
            group=_labelled(said, moved),
            narrowing=narrowing[moved.about],
            source=None if said.source == edition.source else said.source,
            then=moved.then,
            now=moved.now,
        )


def _labelled(said: _Said, moved: Moved) -> tuple[tuple[Column, Value], ...]:
    names = sorted(column.name for column in said.table.dimensions)
    keys = dict(zip(names, moved.group, strict=True))
    return tuple((c, _value(said, c, keys[c.name])) for c in said.table.dimensions)


def _own_conditions(prepared: Prepared, said: _Said) -> tuple[Condition, ...]:
    """The conditions that do not hold for the whole report."""
    edition = prepared.edition
    levels = (edition.spec.filter_by, *edition.filters)
    wide, _ = stacked(levels, prepared.catalogs[said.source], edition.parameters)
    return tuple(one for one in said.query.conditions if one not in wide)


def _weight(moved: Restatement) -> tuple[bool, float, float, str]:
    """Whole intervals first; then the largest relative change, which one from nothing is."""
    then, now = moved.then, moved.now
    absolute = abs((now or 0) - (then or 0))
    relative = absolute / abs(then) if then and now is not None else inf
    names = (moved.metric.name, *(str(value) for _, value in moved.group))
    return (bool(moved.group), -relative, -absolute, "\n".join(names))
