"""From a query to what is asked of the API: one request, and one more for outbound counts."""

from collections.abc import Iterable, Mapping

import msgspec

from reporter.catalog.model import Dimension, Ratio, Reported, TimeStep
from reporter.data.table import AskAgain, Column, Format
from reporter.dates import Grain, Interval
from reporter.errors import SourceError
from reporter.plan.model import Query
from reporter.settings import MetricsApiSource
from reporter.sources.metrics_api.filtering import Filters, filters_of
from reporter.sources.metrics_api.measures import (
    TOTAL,
    DurationUnit,
    RatioScale,
    Told,
    columns_of,
    told,
    told_too,
)
from reporter.sources.metrics_api.model import Ask, Unaskable
from reporter.sources.metrics_api.steps import asked_interval, asked_step, step_of_query
from reporter.sources.metrics_api.words import CHANNEL_CODE


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """A query and what is asked for it.

    Attributes:
        source: the source's name.
        query: what is to be answered.
        columns: of its table; those that the API does not tell say so.
        told: the metrics that the API tells; the others are computed from them.
        verified: the ratios that it tells too, by name, with their counts.
        keys: the API's columns for the query's dimensions, in its order.
        step: the time step among them; None: none.
        whole: the request; None where nobody need be asked.
        outbound: the same for outbound traffic, where counts of it are needed; None where none
            are, or where there is none.
        scale: of the API's shares.
        unit: of its durations.
    """

    source: str
    query: Query
    columns: tuple[Column, ...]
    told: tuple[Told, ...] = ()
    verified: tuple[tuple[str, Ratio], ...] = ()
    keys: tuple[str, ...] = ()
    step: Grain | None = None
    whole: Ask | None = None
    outbound: Ask | None = None
    scale: RatioScale
    unit: DurationUnit

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What is asked, as far as this query needs it."""
        return tuple(ask for ask in (self.whole, self.outbound) if ask is not None)


def translate(query: Query, source: str, settings: MetricsApiSource) -> Translation:
    """What is asked for a query.

    Args:
        query: what is to be answered.
        source: the source's name.
        settings: of the source.

    Raises:
        SourceError: it cannot be asked so that the numbers are right.
    """
    try:
        return _translated(query, source, settings)
    except Unaskable as reason:
        names = ", ".join(m.name for m in query.metrics if not m.internal)
        by = ", ".join(d.name for d in query.dimensions)
        raise SourceError(
            source,
            f"cannot ask for {names}{f' by {by}' if by else ''}: {reason.reason}",
            hint=reason.hint,
        ) from reason


def unavailable(query: Query, source: str) -> tuple[Column, ...]:
    """The columns of a query's table that will have no values, with the reason."""
    return tuple(c for c in columns_of(query, source) if c.unavailable is not None)


def united(asks: Iterable[Ask]) -> Mapping[Ask, Ask]:
    """For each ask the one to send: those that differ in their metrics alone are one."""
    asks = tuple(dict.fromkeys(asks))
    metrics: dict[Ask, set[str]] = {}
    for ask in asks:
        metrics.setdefault(_without_metrics(ask), set()).update(ask.metrics)
    whole = {
        bare: msgspec.structs.replace(bare, metrics=tuple(sorted(names)))
        for bare, names in metrics.items()
    }
    return {ask: whole[_without_metrics(ask)] for ask in asks}


def _without_metrics(ask: Ask) -> Ask:
    return msgspec.structs.replace(ask, metrics=())


def _translated(query: Query, source: str, settings: MetricsApiSource) -> Translation:
    columns = columns_of(query, source)
    had = {column.name for column in columns if column.unavailable is None}
    measures = tuple(one for m in query.metrics if m.name in had and (one := told(m)) is not None)
    nothing = Translation(
        source=source,
        query=query,
        columns=columns,
        told=measures,
        scale=settings.ratio_scale,
        unit=settings.duration_unit,
    )
    interval = asked_interval(query.interval)
    filters = filters_of(query)
    is_empty = interval.since == interval.until
    if filters is None or is_empty or any(d.name not in had for d in query.dimensions):
        return nothing
    if not measures and not query.dimensions:
        return nothing
    step = asked_step(query, interval)
    _check_additive(query, columns, filters, step)
    _check_scale(measures, settings)
    verified = tuple(
        (m.name, counts)
        for m in query.metrics
        if m.name in had and (counts := told_too(m)) is not None
    )
    names = {one.name for one in measures if not one.outbound} | {name for name, _ in verified}
    parts = {one.name for one in measures if one.outbound}
    outbound = filters.outbound() if parts else None
    keys = tuple(_column(dimension, step) for dimension in query.dimensions)
    return msgspec.structs.replace(
        nothing,
        verified=verified,
        keys=keys,
        step=step,
        whole=_ask(interval, filters, keys, names or {TOTAL}),
        outbound=None if outbound is None else _ask(interval, outbound, keys, parts),
    )


def _column(dimension: Dimension, step: Grain | None) -> str:
    """What the API calls a dimension; for a time step the one that is asked for."""
    is_step = isinstance(dimension.definition, TimeStep)
    return step.value if is_step and step is not None else dimension.name


def _ask(interval: Interval, filters: Filters, keys: Iterable[str], metrics: Iterable[str]) -> Ask:
    # It comes in any case; it is asked for where all depends on it.
    channel = {CHANNEL_CODE} if len(filters.channels) > 1 else set()
    return Ask(
        interval=interval,
        channels=filters.channels,
        lists=filters.lists,
        spans=filters.spans,
        platforms=filters.platforms,
        with_subaccounts=filters.with_subaccounts,
        dimensions=tuple(sorted({*keys, *channel})),
        metrics=tuple(sorted(metrics)),
    )


def _check_additive(
    query: Query, columns: tuple[Column, ...], filters: Filters, step: Grain | None
) -> None:
    """What cannot be added up need not be put together from parts."""
    single = [
        metric
        for metric, column in zip(query.metrics, columns[len(query.dimensions) :], strict=True)
        if isinstance(column.roll_up, AskAgain)
    ]
    own = step_of_query(query)
    for metric in single:
        if step is not own:
            raise Unaskable(
                f"{metric.name} cannot be added up, and a {own} in {query.timezone} of this"
                f" interval is put together from steps of one {step} of UTC",
                hint="write timezone: UTC with a period of whole steps, or take the step out",
            )
        if len(filters.channels) > 1 and all(d.name != CHANNEL_CODE for d in query.dimensions):
            raise Unaskable(
                f"{metric.name} cannot be added up, and the API tells it for each of"
                f" {', '.join(filters.channels)}",
                hint=f"add {CHANNEL_CODE} to aggregateBy and leave out totals, or ask for one"
                " channel",
            )


def _check_scale(measures: Iterable[Told], settings: MetricsApiSource) -> None:
    """Shares without counts beside them need to have their scale said."""
    if settings.ratio_scale != "auto":
        return
    for one in measures:
        is_reported = isinstance(one.metric.definition, Reported)
        if is_reported and one.metric.format is Format.PERCENT:
            raise Unaskable(
                f"no counts tell whether {one.name} comes as 0.42 or as 42",
                hint="write ratioScale: fraction or percent in the source's settings",
            )
