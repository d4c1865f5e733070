"""From a catalog file to the catalog that everything else works with.

Takes files that ``catalog.rules`` found sound.
"""

from collections.abc import Iterable, Mapping

from reporter.catalog.file import (
    CatalogFile,
    DimensionEntry,
    FilterEntry,
    MetricEntry,
)
from reporter.catalog.file_records import RecordsEntry
from reporter.catalog.model import (
    Aggregate,
    Attribute,
    Bucket,
    Buckets,
    Calculation,
    Capability,
    Catalog,
    Dimension,
    Filter,
    FilterKind,
    Metric,
    Named,
    PairKey,
    Ratio,
    RecordColumn,
    RecordLayout,
    Reported,
    TimeStep,
)
from reporter.data.formula import parse
from reporter.data.table import Kind, Member
from reporter.dates import Grain


def whole(file: CatalogFile) -> Catalog:
    """The catalog of a file that extends nothing.

    Raises:
        ValueError: it does not say what its records look like.
    """
    if file.records is None or file.records.time is None or file.records.noun is None:
        raise ValueError(f"catalog {file.name} does not describe its records")
    empty = RecordLayout(
        noun=file.records.noun,
        time=file.records.time,
        identity=file.records.identity,
        latest=file.records.latest,
        checks=(),
        columns=(),
    )
    nothing = Catalog(
        name=file.name, label=file.label, records=empty, metrics=(), dimensions=(), filters=()
    )
    return extended(nothing, file)


def extended(base: Catalog, file: CatalogFile) -> Catalog:
    """The catalog with everything of a file added behind its own."""
    dimensions = (*base.dimensions, *(_dimension(n, e) for n, e in file.dimensions.items()))
    by_name = {d.name: d for d in dimensions}
    return Catalog(
        name=base.name,
        label=base.label,
        records=base.records if file.records is None else _records(base.records, file.records),
        metrics=(*base.metrics, *operands_first(_metric(n, e) for n, e in file.metrics.items())),
        dimensions=dimensions,
        filters=(*base.filters, *(_filter(n, e, by_name) for n, e in file.filters.items())),
        capabilities=(
            *base.capabilities,
            *(Capability(c, e.label, e.description) for c, e in file.capabilities.items()),
        ),
    )


def operands_first(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """The same metrics, each behind those that it is computed from, else in their order."""
    by_name = {m.name: m for m in metrics}
    ordered: dict[str, Metric] = {}

    def place(metric: Metric) -> None:
        for name in metric.operands():
            if name in by_name and name not in ordered:
                place(by_name[name])
        ordered[metric.name] = metric

    for metric in by_name.values():
        if metric.name not in ordered:
            place(metric)
    return tuple(ordered.values())


def _records(base: RecordLayout, entry: RecordsEntry) -> RecordLayout:
    columns = (
        RecordColumn(
            name=name,
            type=c.type,
            description=c.description,
            values=c.values,
            optional=c.optional,
        )
        for name, c in entry.columns.items()
    )
    return RecordLayout(
        noun=base.noun,
        time=base.time,
        identity=base.identity,
        latest=base.latest,
        checks=(*base.checks, *((c.condition, c.reason) for c in entry.checks)),
        columns=(*base.columns, *columns),
    )


def _metric(name: str, entry: MetricEntry) -> Metric:
    return Metric(
        name=name,
        label=entry.label,
        description=entry.description,
        definition=_metric_definition(entry),
        group=entry.group,
        format=entry.format,
        goal=entry.goal,
        internal=entry.internal,
        channels=entry.channels,
    )


def _metric_definition(entry: MetricEntry) -> Aggregate | Ratio | Calculation | Reported:
    if entry.aggregate is not None:
        return Aggregate(entry.aggregate.function, entry.aggregate.of, entry.aggregate.where)
    if entry.ratio is not None:
        return Ratio(entry.ratio.numerator, entry.ratio.denominator)
    if entry.reported is not None:
        return Reported(entry.reported.additive)
    return Calculation(parse(entry.formula or ""))


def _dimension(name: str, entry: DimensionEntry) -> Dimension:
    definition = _dimension_definition(entry)
    return Dimension(
        name=name,
        label=entry.label,
        description=entry.description,
        kind=_dimension_kind(entry, definition),
        definition=definition,
        members=(
            tuple(Member(b.name, b.label) for b in definition.buckets)
            if isinstance(definition, Buckets)
            else _members(entry.members)
        ),
    )


def _dimension_definition(entry: DimensionEntry) -> Attribute | TimeStep | Buckets | Named:
    if entry.grain is not None:
        return TimeStep(entry.grain)
    if entry.buckets is not None:
        bounds = tuple(Bucket(b.name, b.label, b.since) for b in entry.buckets.bounds)
        return Buckets(entry.buckets.expression, bounds)
    if entry.reported:
        return Named()
    return Attribute(entry.expression or "")


def _dimension_kind(
    entry: DimensionEntry, definition: Attribute | TimeStep | Buckets | Named
) -> Kind:
    match definition:
        case TimeStep(Grain.HOUR):
            return Kind.DATE_TIME
        case TimeStep():
            return Kind.DATE
        case Buckets():
            return Kind.TEXT
        case Attribute() | Named():
            return Kind.TEXT if entry.kind is None else Kind(entry.kind)


def _filter(name: str, entry: FilterEntry, dimensions: Mapping[str, Dimension]) -> Filter:
    compared = dimensions[entry.dimension] if entry.dimension is not None else None
    return Filter(
        name=name,
        label=entry.label,
        description=entry.description,
        kind=entry.kind,
        aliases=entry.aliases,
        type=_filter_type(entry, compared),
        expression=_compared_expression(entry, compared),
        dimension=entry.dimension if _is_asked_by_dimension(entry, compared) else None,
        keys=tuple(PairKey(key, expression) for key, expression in entry.keys.items()),
        values=_members(entry.values) or (compared.members if compared is not None else ()),
        closed=entry.closed,
        required=entry.required,
        default=entry.default,
        channels=entry.channels,
    )


def _is_asked_by_dimension(entry: FilterEntry, compared: Dimension | None) -> bool:
    """Whether a filter needs its dimension rather than an expression."""
    reported = compared is not None and isinstance(compared.definition, Named)
    return reported or entry.kind is FilterKind.SPANS


def _filter_type(entry: FilterEntry, compared: Dimension | None) -> Kind:
    if compared is not None:
        return compared.kind
    return Kind(entry.type) if entry.type is not None else Kind.TEXT


def _compared_expression(entry: FilterEntry, compared: Dimension | None) -> str | None:
    if compared is not None and isinstance(compared.definition, Attribute):
        return compared.definition.expression
    return entry.expression


def _members(labels: Mapping[str, str]) -> tuple[Member, ...]:
    return tuple(Member(value, label) for value, label in labels.items())
