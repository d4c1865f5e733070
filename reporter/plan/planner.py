"""From an edition to its queries: what every section needs, each question asked once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from reporter.catalog.model import Catalog, Dimension, Metric, TimeStep
from reporter.data.answer import Answer, Evidence, SectionAnswers
from reporter.data.table import AskAgain
from reporter.dates import Grain, Interval
from reporter.plan.columns import metric_column
from reporter.plan.demands import Demand, counts_calls, demands, of_records
from reporter.plan.filters import FilterBy, own_filters, stacked
from reporter.plan.model import Condition, Need, Plan, Purpose, Query, Whole
from reporter.plan.vocabulary import with_derived
from reporter.spec.edition import Edition
from reporter.spec.query import QuerySpec
from reporter.spec.sections import (
    CalloutSection,
    ChartSection,
    KpiSection,
    ReconciliationSection,
    Section,
    TableSection,
    TextSection,
)
from reporter.templating import mentioned_metrics

_FINEST_FIRST: Final = tuple(Grain)


class _Ask(msgspec.Struct, frozen=True):
    """One query of one section, its metrics by name."""

    source: str
    purpose: Purpose
    interval: Interval
    metrics: tuple[str, ...]
    dimensions: tuple[Dimension, ...] = ()


def build_plan(edition: Edition, catalogs: Mapping[str, Catalog]) -> Plan:
    """The queries of an edition whose spec the rules have found valid.

    Args:
        edition: what is asked.
        catalogs: of every source that is asked, by name; the spec's derived metrics are added
            here.
    """
    words = {name: with_derived(one, edition.spec.metrics) for name, one in catalogs.items()}
    asked: dict[tuple[str, Query], set[str]] = {}
    needs: list[tuple[int, Purpose, tuple[str, Query]]] = []
    for number, section in enumerate(edition.spec.sections):
        for ask in _asks(section, edition, words):
            conditions = _conditions(edition, own_filters(section), catalogs[ask.source])
            question = (ask.source, _bare_query(edition, ask, conditions))
            asked.setdefault(question, set()).update(ask.metrics)
            needs.append((number, ask.purpose, question))
    wholes: list[tuple[Demand, tuple[str, Query]]] = []
    own = words[edition.source]
    with_calls = counts_calls(own, _conditions(edition, {}, catalogs[edition.source]))
    wanted = [*demands(edition.spec, with_calls=with_calls)]
    if not wanted and (edition.source, edition.interval) not in {
        (source, query.interval) for source, query in asked
    }:
        wanted.extend(of_records(edition.spec, own, with_calls=with_calls))
    for demand in wanted:
        ask = _Ask(edition.source, Purpose.CURRENT, edition.interval, demand.metrics)
        conditions = _conditions(edition, demand.filter_by, catalogs[edition.source])
        question = (ask.source, _bare_query(edition, ask, conditions))
        asked.setdefault(question, set()).update(ask.metrics)
        wholes.append((demand, question))
    position = {question: index for index, question in enumerate(asked)}
    return Plan(
        queries=tuple(
            msgspec.structs.replace(bare, metrics=with_operands(names, words[source]))
            for (source, bare), names in asked.items()
        ),
        sources=tuple(source for source, _ in asked),
        needs=tuple(Need(number, purpose, position[one]) for number, purpose, one in needs),
        sections=len(edition.spec.sections),
        wholes=tuple(Whole(demand.check, demand.metrics, position[one]) for demand, one in wholes),
    )


def assign(plan: Plan, answers: Sequence[Answer]) -> tuple[SectionAnswers | None, ...]:
    """The answers of each section, None for one that asks nothing.

    Args:
        plan: who needs what.
        answers: one per query of the plan, in its order.
    """
    return tuple(_section_answers(plan, number, answers) for number in range(plan.sections))


def of_deliveries(plan: Plan, answers: Sequence[Answer]) -> Answer | None:
    """What deliveries are decided by, over the whole period; None where they ask nothing."""
    return next((answers[one.query] for one in plan.wholes if one.check is None), None)


def of_checks(plan: Plan, edition: Edition, answers: Sequence[Answer]) -> Evidence:
    """What the checks of an edition look at."""
    return Evidence(
        wholes={one.check: answers[one.query] for one in plan.wholes if one.check is not None},
        period=tuple(
            answer
            for source, query, answer in zip(plan.sources, plan.queries, answers, strict=True)
            if source == edition.source and query.interval == edition.interval
        ),
    )


def _section_answers(plan: Plan, number: int, answers: Sequence[Answer]) -> SectionAnswers | None:
    given: dict[Purpose, list[Answer]] = {}
    for need in plan.needs:
        if need.section == number:
            given.setdefault(need.purpose, []).append(answers[need.query])

    def one(purpose: Purpose) -> Answer | None:
        return given[purpose][0] if purpose in given else None

    current = one(Purpose.CURRENT)
    if current is None:
        return None
    return SectionAnswers(
        current=current,
        previous=one(Purpose.PREVIOUS),
        levels=tuple(given.get(Purpose.LEVELS, ())),
        previous_levels=tuple(given.get(Purpose.PREVIOUS_LEVELS, ())),
        series=one(Purpose.SERIES),
        against=one(Purpose.AGAINST),
        against_levels=tuple(given.get(Purpose.AGAINST_LEVELS, ())),
    )


def with_operands(names: Iterable[str], catalog: Catalog) -> tuple[Metric, ...]:
    """The metrics and all that they are derived from, operands first.

    The order depends on the catalog alone: equal sets of names give equal tuples.
    """
    names = set(names)
    found: dict[str, Metric] = {}

    def add(name: str) -> None:
        if name in found:
            return
        metric = catalog.metric(name)
        if metric is None:
            raise LookupError(f"there is no metric {name}")
        for operand in metric.operands():
            add(operand)
        found[name] = metric

    for metric in catalog.metrics:
        if metric.name in names:
            add(metric.name)
    for name in sorted(names):
        add(name)  # only to complain of a name that the catalog does not have
    return tuple(found.values())


def finest(dimensions: Iterable[Dimension]) -> tuple[Dimension, ...]:
    """Each dimension once, and of several time steps only the finest."""
    once = tuple(dict.fromkeys(dimensions))
    grains = [d.definition.grain for d in once if isinstance(d.definition, TimeStep)]
    kept = min(grains, key=_FINEST_FIRST.index, default=None)
    return tuple(
        d for d in once if not isinstance(d.definition, TimeStep) or d.definition.grain is kept
    )


def _asks(section: Section, edition: Edition, words: Mapping[str, Catalog]) -> Iterable[_Ask]:
    source = edition.source
    catalog = words[source]
    match section:
        case KpiSection(metrics=metrics, sparkline=sparkline):
            yield from _whole_period(metrics, edition)
            if sparkline is not None:
                step = _time_step(sparkline, catalog)
                yield _Ask(source, Purpose.SERIES, edition.interval, metrics, (step,))
        case (
            TextSection(markdown=markdown, title=title)
            | CalloutSection(markdown=markdown, title=title)
        ):
            mentioned = {*mentioned_metrics(markdown), *mentioned_metrics(title or "")}
            if mentioned:
                yield from _whole_period(tuple(sorted(mentioned)), edition)
        case ChartSection(query=query, compare=compare):
            yield from _grouped(query, edition, catalog, compare=compare)
        case TableSection():
            yield from _tabulated(section, edition, catalog)
        case ReconciliationSection():
            yield from _reconciled(section, edition, words)


def _whole_period(metrics: tuple[str, ...], edition: Edition) -> Iterable[_Ask]:
    yield _Ask(edition.source, Purpose.CURRENT, edition.interval, metrics)
    if edition.comparison is not None:
        yield _Ask(edition.source, Purpose.PREVIOUS, edition.comparison, metrics)


def _grouped(
    query: QuerySpec, edition: Edition, catalog: Catalog, *, compare: bool
) -> Iterable[_Ask]:
    dimensions = finest(_dimension(name, catalog) for name in query.aggregate_by)
    asked = query.metrics, dimensions
    yield _Ask(edition.source, Purpose.CURRENT, edition.interval, *asked)
    if compare and edition.comparison is not None:
        yield _Ask(edition.source, Purpose.PREVIOUS, edition.comparison, *asked)


def _tabulated(section: TableSection, edition: Edition, catalog: Catalog) -> Iterable[_Ask]:
    query, source = section.query, edition.source
    yield from _grouped(query, edition, catalog, compare=section.compare)
    if not _only_source_knows(query.metrics, catalog):
        return
    for dimensions in _levels(section, catalog):
        asked = query.metrics, dimensions
        yield _Ask(source, Purpose.LEVELS, edition.interval, *asked)
        if section.compare and edition.comparison is not None:
            yield _Ask(source, Purpose.PREVIOUS_LEVELS, edition.comparison, *asked)


def _reconciled(
    section: ReconciliationSection, edition: Edition, words: Mapping[str, Catalog]
) -> Iterable[_Ask]:
    """Each source is asked for every step, and for the whole where it alone can tell."""
    for source, each, whole in (
        (edition.source, Purpose.CURRENT, Purpose.LEVELS),
        (section.against, Purpose.AGAINST, Purpose.AGAINST_LEVELS),
    ):
        catalog = words[source]
        steps = () if section.by is None else (_time_step(section.by, catalog),)
        yield _Ask(source, each, edition.interval, section.metrics, steps)
        if steps and _only_source_knows(section.metrics, catalog):
            yield _Ask(source, whole, edition.interval, section.metrics)


def _levels(section: TableSection, catalog: Catalog) -> Iterable[tuple[Dimension, ...]]:
    """The grains of a table's totals, subtotals and pivot totals, each once, the coarsest first.

    Rows and columns of a pivot are ranked by what they are over all columns and all rows, so
    these are asked for in any case.
    """
    dimensions = finest(_dimension(name, catalog) for name in section.query.aggregate_by)
    by = None if section.pivot is None else section.pivot.by
    along = [d for d in dimensions if d.name != by]
    lengths = {0} if section.totals else set[int]()
    if section.subtotals:
        lengths.update(range(1, len(along)))
    kept = [set(along[:length]) for length in sorted(lengths)]
    if len(along) < len(dimensions):
        pivoted = set(dimensions) - set(along)
        kept = [level for one in kept for level in (one, one | pivoted)] + [pivoted, set(along)]
    levels = (tuple(d for d in dimensions if d in level) for level in kept)
    return tuple(dict.fromkeys(level for level in levels if level != dimensions))


def _only_source_knows(names: Iterable[str], catalog: Catalog) -> bool:
    """Whether a total of one of the metrics cannot be told from its parts."""
    return any(
        isinstance(metric_column(metric).roll_up, AskAgain)
        for metric in with_operands(names, catalog)
    )


def _bare_query(edition: Edition, ask: _Ask, conditions: tuple[Condition, ...]) -> Query:
    """The query without metrics: what makes two queries one."""
    return Query(
        metrics=(),
        dimensions=ask.dimensions,
        conditions=conditions,
        interval=ask.interval,
        timezone=edition.timezone,
    )


def _conditions(edition: Edition, own: FilterBy, catalog: Catalog) -> tuple[Condition, ...]:
    levels = (edition.spec.filter_by, own, *edition.filters)
    conditions, problems = stacked(levels, catalog, edition.parameters)
    if problems:
        raise ValueError(f"filters that should have been checked: {problems[0].message}")
    return conditions


def _dimension(name: str, catalog: Catalog) -> Dimension:
    dimension = catalog.dimension(name)
    if dimension is None:
        raise LookupError(f"there is no dimension {name}")
    return dimension


def _time_step(grain: Grain, catalog: Catalog) -> Dimension:
    for dimension in catalog.dimensions:
        if isinstance(dimension.definition, TimeStep) and dimension.definition.grain is grain:
            return dimension
    raise LookupError(f"catalog {catalog.name} has no time dimension of grain {grain}")
