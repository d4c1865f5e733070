"""Rules on the queries of charts and tables."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from reporter.catalog.model import Aggregate, Buckets, Dimension, TimeStep
from reporter.dates import Grain
from reporter.diagnostics import Diagnostic, Path
from reporter.plan.planner import finest
from reporter.plan.rules.case import Case, hint_to_add
from reporter.spec.query import Order, QuerySpec
from reporter.spec.sections import KpiSection

_WEEKS: Final = (
    Grain.WEEK_MONDAY_START,
    Grain.WEEK_SATURDAY_START,
    Grain.WEEK_SUNDAY_START,
)


def known_dimensions(case: Case, query: QuerySpec) -> tuple[Dimension, ...]:
    """The dimensions of a query, but for those that nobody knows."""
    found = (case.catalog.dimension(name) for name in query.aggregate_by)
    return tuple(d for d in found if d is not None)


def grain_of(dimension: Dimension) -> Grain | None:
    """The step of a time dimension."""
    step = dimension.definition
    return step.grain if isinstance(step, TimeStep) else None


def time_dimensions(case: Case) -> Iterator[Diagnostic]:
    """A query has one step of time: of several only the finest is used."""
    for path, _, query in case.queries():
        by_time = [d for d in known_dimensions(case, query) if grain_of(d) is not None]
        weeks = [d.name for d in by_time if grain_of(d) in _WEEKS]
        if len(weeks) > 1:
            yield case.problem(
                (*path, "aggregateBy", query.aggregate_by.index(weeks[1])),
                "two-week-starts",
                f"weeks begin on two different days: {' and '.join(weeks)}",
                expected="one of them",
            )
        elif len(by_time) > 1:
            kept = finest(by_time)[0].name
            others = ", ".join(d.name for d in by_time if d.name != kept)
            yield case.warning(
                (*path, "aggregateBy"),
                "several-time-dimensions",
                f"only the finest step of time is used: {kept}, not {others}",
                of_key=True,
                expected="one time dimension",
                hint=f"take out {others}",
            )


def order(case: Case) -> Iterator[Diagnostic]:
    """A sort key is a metric or a dimension of the query, and stands once."""
    for path, _, query in case.queries():
        seen: set[str] = set()
        for index, key in enumerate(query.order_by):
            place = (*path, "orderBy", index)
            yield from _sort_key(case, place, key, query)
            name = key.metric or key.dimension or ""
            if name in seen:
                yield case.warning(
                    place, "repeated-order", f"{name} is a sort key already; it changes nothing"
                )
            seen.add(name)


def _sort_key(case: Case, path: Path, key: Order, query: QuerySpec) -> Iterator[Diagnostic]:
    if (key.metric is None) == (key.dimension is None):
        yield case.problem(
            path,
            "wrong-order",
            "a sort key is a metric or a dimension",
            expected="either metric or dimension",
            found="both" if key.metric is not None else "neither",
        )
        return
    for part, where, name, known in (
        ("metric", "metrics", key.metric, query.metrics),
        ("dimension", "aggregateBy", key.dimension, query.aggregate_by),
    ):
        if name is not None and name not in known:
            yield case.problem(
                (*path, part),
                "order-not-in-query",
                f"the query does not ask for the {part} {name}",
                expected=f"one of {', '.join(known)}" if known else f"no {part}",
                hint=hint_to_add(case, name, known, where),
            )


def top(case: Case) -> Iterator[Diagnostic]:
    """The first groups can be shown where there are groups."""
    for path, _, query in case.queries():
        if query.top is not None and not query.aggregate_by:
            yield case.warning(
                (*path, "top"),
                "top-without-groups",
                "without aggregateBy there is one row; top changes nothing",
                of_key=True,
                hint="add aggregateBy, or take top out",
            )


def comparisons(case: Case) -> Iterator[Diagnostic]:
    """Changes are shown against something."""
    if case.spec.compare_to is not None:
        return
    for path, section, _ in case.queries():
        if section.compare:
            yield case.problem(
                (*path[:-1], "compare"),
                "nothing-to-compare-with",
                "the report has no compareTo",
                of_key=True,
                expected="compareTo: previous_period, or previous_year, at the top of the spec",
            )


def empty_buckets(case: Case) -> Iterator[Diagnostic]:
    """A metric that counts records without the bucketed value falls into no bucket."""
    for path, _, query in case.queries():
        for dimension in known_dimensions(case, query):
            if not isinstance(dimension.definition, Buckets):
                continue
            columns = re.findall(r"\w+", dimension.definition.expression)
            for index, name in enumerate(query.metrics):
                metric = case.catalog.metric(name)
                counted = metric.definition if metric is not None else None
                if isinstance(counted, Aggregate) and _demands_null(counted.where or "", columns):
                    yield case.warning(
                        (*path, "metrics", index),
                        "in-no-bucket",
                        f"what {name} counts has no {dimension.name}, so it falls into no bucket",
                        hint=f"take out {name}, or group by something else",
                    )


def _demands_null(where: str, columns: Sequence[str]) -> bool:
    """Whether a condition plainly holds only where one of the columns is null."""
    parts = re.split(r"\bAND\b", where)
    return not re.search(r"\bOR\b", where) and any(
        re.fullmatch(rf"\s*{column}\s+IS\s+NULL\s*", part) for part in parts for column in columns
    )


def shown_metrics(case: Case) -> set[str]:
    """The metrics that cards, charts and tables show."""
    shown = {name for _, _, query in case.queries() for name in query.metrics}
    for section in case.spec.sections:
        if isinstance(section, KpiSection):
            shown.update(section.metrics)
    return shown
