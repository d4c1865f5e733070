"""A plan widened by a dimension: what a report asks, asked for all its values at once.

However many values there are, each question of the report is one query, grouped by the dimension
as well. Added to them is what the proof needs that the parts are the whole: the measures that add
up, without the dimension, once for each conditions, interval and step of time.
"""

from collections.abc import Iterable, Mapping

import msgspec

from reporter.catalog.model import Aggregate, Catalog, Dimension, Function, Metric, TimeStep
from reporter.data.table import Sum
from reporter.plan.columns import metric_column
from reporter.plan.model import Plan, Query


class Total(msgspec.Struct, frozen=True):
    """A query without the dimension, and those by it that must add up to it.

    Attributes:
        query: its number in the widened plan.
        parts: theirs.
    """

    query: int
    parts: tuple[int, ...]


class Widened(msgspec.Struct, frozen=True):
    """What a burst asks.

    Attributes:
        by: the dimension.
        narrow: the plan of a report on one value. Its queries are the first of ``plan``, in its
            order, without the dimension.
        plan: what is asked, for all values at once.
        totals: the proof; their queries are the last of ``plan``.
    """

    by: str
    narrow: Plan
    plan: Plan
    totals: tuple[Total, ...]


def widened(plan: Plan, by: str, catalogs: Mapping[str, Catalog]) -> Widened:
    """A plan widened by a dimension that all its sources know.

    Args:
        plan: of a report on one value.
        by: the dimension.
        catalogs: of every source that is asked, by name.
    """
    asked = tuple(
        _by(query, _dimension(by, catalogs[source]), catalogs[source])
        for source, query in zip(plan.sources, plan.queries, strict=True)
    )
    parts: dict[tuple[str, Query], list[int]] = {}
    for number, (source, query) in enumerate(zip(plan.sources, asked, strict=True)):
        parts.setdefault((source, _without(query)), []).append(number)
    wholes: list[Query] = []
    sources: list[str] = []
    totals: list[Total] = []
    for (source, bare), numbers in parts.items():
        metrics = _adding_up(asked[number] for number in numbers)
        if metrics:
            totals.append(Total(len(asked) + len(wholes), tuple(numbers)))
            wholes.append(msgspec.structs.replace(bare, metrics=metrics))
            sources.append(source)
    return Widened(
        by=by,
        narrow=plan,
        plan=msgspec.structs.replace(
            plan,
            queries=(*asked, *wholes),
            sources=(*plan.sources, *sources),
        ),
        totals=tuple(totals),
    )


def columns_of(query: Query) -> tuple[str, ...]:
    """The columns of the table that answers a query, by name."""
    return (*(d.name for d in query.dimensions), *(m.name for m in query.metrics))


def _by(query: Query, dimension: Dimension, catalog: Catalog) -> Query:
    """The query for all values, with at least one measure that adds up, where there is any."""
    dimensions = query.dimensions
    if dimension not in dimensions:
        dimensions = (dimension, *dimensions)
    metrics = query.metrics
    if not any(map(_adds_up, metrics)):
        metrics = (*metrics, *_plain_count(catalog))
    return msgspec.structs.replace(query, dimensions=dimensions, metrics=metrics)


def _without(query: Query) -> Query:
    """What must hold the same records. Steps of time stay.

    A source may know an hour that it does not yet count as a part of a month.
    """
    steps = tuple(d for d in query.dimensions if isinstance(d.definition, TimeStep))
    return msgspec.structs.replace(query, dimensions=steps, metrics=())


def _adding_up(queries: Iterable[Query]) -> tuple[Metric, ...]:
    metrics = (metric for query in queries for metric in query.metrics)
    return tuple(dict.fromkeys(filter(_adds_up, metrics)))


def _adds_up(metric: Metric) -> bool:
    return isinstance(metric_column(metric).roll_up, Sum)


def _plain_count(catalog: Catalog) -> tuple[Metric, ...]:
    plain = Aggregate(Function.COUNT)
    return tuple(metric for metric in catalog.metrics if metric.definition == plain)[:1]


def _dimension(name: str, catalog: Catalog) -> Dimension:
    dimension = catalog.dimension(name)
    if dimension is None:
        raise LookupError(f"there is no dimension {name} in the catalog {catalog.name}")
    return dimension
