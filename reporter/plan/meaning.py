"""What a number means, as a digest: the same in all processes, in all languages, for all time.

Whatever decides which records are counted and how is part of it: source, grouping, conditions,
time zone, the definition of the metric with all that it is computed from. A report whose filter
or formula was changed asks another question. Labels and descriptions are no part of it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from reporter.catalog.model import (
    Aggregate,
    Attribute,
    Buckets,
    Calculation,
    Dimension,
    Metric,
    Named,
    Ratio,
    Reported,
    TimeStep,
)
from reporter.data.formula import references, text_of
from reporter.plan.model import Condition, InSpans, OfAccounts, OneOf, OneOfPairs, Query
from reporter.spec.edition import BurstValue

Plain = list[Any]
"""What is digested, as JSON takes it."""


def question_of(source: str, query: Query, metric: Metric, burst: BurstValue | None = None) -> str:
    """The digest of what a query asks of a metric, but for the interval.

    Args:
        source: who is asked, by name.
        query: what is asked.
        metric: one of the query's.
        burst: what the edition is about, of a report that makes one for each value.
    """
    metrics = {one.name: one for one in query.metrics}
    parts = (
        "question 1",
        source,
        _of_metric(metric, metrics),
        # Neither the order of groupings nor that of conditions, which all hold, means anything.
        _sorted(_of_dimension(one) for one in query.dimensions),
        _sorted(_of_condition(one) for one in query.conditions),
        query.timezone,
        None if burst is None else [burst.dimension, burst.value],
    )
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:32]


def _sorted(parts: Iterable[Plain]) -> list[Plain]:
    return sorted(parts, key=msgspec.json.encode)


def _of_metric(metric: Metric, metrics: Mapping[str, Metric]) -> Plain:
    match metric.definition:
        case Aggregate(function, of, where):
            return ["aggregate", function, of, where]
        case Ratio(numerator, denominator):
            operands = (metrics[name] for name in (numerator, denominator))
            return ["ratio", *(_of_metric(one, metrics) for one in operands)]
        case Calculation(formula):
            operands = (metrics[name] for name in references(formula))
            return ["formula", text_of(formula), *(_of_metric(one, metrics) for one in operands)]
        case Reported(additive):
            return ["reported", metric.name, additive]


def _of_dimension(dimension: Dimension) -> Plain:
    return [dimension.name, dimension.kind, *_of_groups(dimension)]


def _of_groups(dimension: Dimension) -> Plain:
    match dimension.definition:
        case Attribute(expression):
            return ["attribute", expression]
        case TimeStep(grain):
            return ["step", grain]
        case Buckets(expression, buckets):
            return ["buckets", expression, [[bucket.name, bucket.since] for bucket in buckets]]
        case Named():
            return ["named"]


def _of_condition(condition: Condition) -> Plain:
    known = condition.filter
    keys = [[key.name, key.expression] for key in known.keys]
    what = [known.name, known.kind, known.expression, known.dimension, keys]
    match condition:
        case OneOf(_, values):
            return [*what, "one of", values]
        case OfAccounts(_, accounts, with_subaccounts):
            return [*what, "accounts", accounts, with_subaccounts]
        case InSpans(_, dimension, spans):
            bounds = [[span.since, span.until] for span in spans]
            return [*what, "spans", _of_dimension(dimension), bounds]
        case OneOfPairs(_, pairs):
            return [*what, "pairs", pairs]
