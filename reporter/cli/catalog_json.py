"""A catalog as plain data for machines; keys as in a catalog file."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from reporter.catalog.model import (
    Aggregate,
    Attribute,
    Buckets,
    Calculation,
    Catalog,
    Dimension,
    Filter,
    Metric,
    Named,
    Ratio,
    Reported,
    TimeStep,
)
from reporter.data.formula import text_of
from reporter.data.table import Member

Json = dict[str, Any]


def content(catalog: Catalog, parts: Iterable[str], *, internal: bool) -> Json:
    """An object with the catalog's name and a list for each part; every entry has all keys."""
    head: Json = {"catalog": catalog.name, "label": catalog.label}
    return head | {part: _PARTS[part](catalog, internal) for part in parts}


def _metrics(catalog: Catalog, internal: bool) -> list[Json]:  # noqa: FBT001 - one signature for all parts
    return [_metric(m) for m in catalog.metrics if internal or not m.internal]


def _dimensions(catalog: Catalog, _: bool) -> list[Json]:  # noqa: FBT001 - same
    return [_dimension(d) for d in catalog.dimensions]


def _filters(catalog: Catalog, _: bool) -> list[Json]:  # noqa: FBT001 - same
    return [_filter(f) for f in catalog.filters]


def _capabilities(catalog: Catalog, _: bool) -> list[Json]:  # noqa: FBT001 - same
    return [
        {"code": c.code, "label": c.label, "description": c.description}
        for c in catalog.capabilities
    ]


_PARTS: Final[dict[str, Callable[[Catalog, bool], list[Json]]]] = {
    "metrics": _metrics,
    "dimensions": _dimensions,
    "filters": _filters,
    "capabilities": _capabilities,
}


def _metric(metric: Metric) -> Json:
    return {
        "name": metric.name,
        "label": metric.label,
        "description": metric.description,
        "group": metric.group,
        "format": metric.format.value,
        "goal": metric.goal.value,
        "internal": metric.internal,
        "channels": list(metric.channels),
        "definition": _metric_definition(metric.definition),
    }


def _metric_definition(definition: Aggregate | Ratio | Calculation | Reported) -> Json:
    match definition:
        case Aggregate(function, of, where):
            return {"aggregate": {"function": function.value, "of": of, "where": where}}
        case Ratio(numerator, denominator):
            return {"ratio": {"numerator": numerator, "denominator": denominator}}
        case Calculation(formula):
            return {"formula": text_of(formula)}
        case Reported(additive):
            return {"reported": {"additive": additive}}


def _dimension(dimension: Dimension) -> Json:
    return {
        "name": dimension.name,
        "label": dimension.label,
        "description": dimension.description,
        "kind": dimension.kind.value,
        "definition": _dimension_definition(dimension.definition),
        "members": _labels(dimension.members),
    }


def _dimension_definition(definition: Attribute | TimeStep | Buckets | Named) -> Json:
    match definition:
        case Attribute(expression):
            return {"expression": expression}
        case TimeStep(grain):
            return {"grain": grain.value}
        case Named():
            return {"reported": True}
        case Buckets(expression, buckets):
            bounds = [{"name": b.name, "label": b.label, "since": b.since} for b in buckets]
            return {"buckets": {"expression": expression, "bounds": bounds}}


def _filter(entry: Filter) -> Json:
    return {
        "name": entry.name,
        "label": entry.label,
        "description": entry.description,
        "kind": entry.kind.value,
        "aliases": list(entry.aliases),
        "type": entry.type.value,
        "expression": entry.expression,
        "dimension": entry.dimension,
        "keys": {key.name: key.expression for key in entry.keys},
        "values": _labels(entry.values),
        "closed": entry.closed,
        "required": entry.required,
        "default": list(entry.default),
        "channels": list(entry.channels),
    }


def _labels(members: Iterable[Member]) -> Json:
    return {member.value: member.label for member in members}
