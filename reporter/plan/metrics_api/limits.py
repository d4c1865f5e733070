"""What a Metrics API cannot be asked, or will not answer well: known before it is asked."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache

import msgspec

from reporter.catalog import metrics_api
from reporter.catalog.model import (
    Calculation,
    Catalog,
    Metric,
    Ratio,
    Reported,
    TimeStep,
)
from reporter.data.table import Format
from reporter.dates import Grain, time_zone
from reporter.diagnostics import Severity
from reporter.plan.metrics_api import times
from reporter.plan.model import OneOf, Query
from reporter.settings import MetricsApiSource

_CHANNEL = "CHANNEL_CODE"


class About(StrEnum):
    """What of a query a limit is about."""

    PERIOD = "period"
    METRIC = "metric"
    DIMENSION = "dimension"
    FILTER = "filter"


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that cannot be had.

    Attributes:
        about: what it is about.
        name: of the metric, the dimension or the filter; of a period ``until`` for its end.
        code: as in a diagnostic; so are message, severity, expected, found and hint.
    """

    about: About
    name: str = ""
    code: str
    message: str
    severity: Severity = Severity.ERROR
    expected: str | None = None
    found: str | None = None
    hint: str | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A query as a section asks it.

    Attributes:
        query: with all that its metrics are derived from.
        names: the metrics that the section names.
        settings: of the source.
        catalog: the source's.
        known: whether the query's interval is known; else only what holds for any is said.
    """

    query: Query
    names: tuple[str, ...]
    settings: MetricsApiSource
    catalog: Catalog
    known: bool

    def channels(self) -> frozenset[str]:
        """The channels whose traffic is asked for."""
        found = frozenset(metrics_api.channels(self.catalog))
        for condition in self.query.conditions:
            if isinstance(condition, OneOf) and condition.filter.name == metrics_api.CHANNELS:
                found &= frozenset(map(str, condition.values))
        return found

    def metrics(self) -> Iterator[tuple[Metric, tuple[Metric, ...]]]:
        """The metrics that are named, with those at the bottom of their definitions."""
        by_name = {metric.name: metric for metric in self.query.metrics}
        for name in self.names:
            if name in by_name:
                yield by_name[name], tuple(_grounds(by_name[name], by_name))

    def step(self) -> tuple[str, TimeStep] | None:
        """The time step among the dimensions."""
        for dimension in self.query.dimensions:
            if isinstance(dimension.definition, TimeStep):
                return dimension.name, dimension.definition
        return None


def limits(asked: Asked) -> Iterator[Limit]:
    """Everything that a query cannot have."""
    yield from _unknown_words(asked)
    yield from _other_channels(asked)
    yield from _scales(asked)
    yield from _before_data(asked)
    steps = tuple(_steps(asked))
    yield from steps
    if not steps:
        yield from _in_steps(asked)
    yield from _over_channels(asked)


def _grounds(metric: Metric, others: dict[str, Metric]) -> Iterable[Metric]:
    if not isinstance(metric.definition, Ratio | Calculation):
        return (metric,)
    return (ground for name in metric.operands() for ground in _grounds(others[name], others))


@cache
def _words() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The names of the metrics, dimensions and filters that the API knows."""
    whole = metrics_api.standard()
    return (
        frozenset(m.name for m in whole.metrics) - metrics_api.NOT_TOLD,
        frozenset(d.name for d in whole.dimensions),
        frozenset(f.name for f in whole.filters),
    )


def _unknown_words(asked: Asked) -> Iterator[Limit]:
    """What a project computes from its own records the API does not know."""
    metrics, dimensions, filters = _words()
    for metric, grounds in asked.metrics():
        strange = [
            one.name
            for one in grounds
            if not isinstance(one.definition, Reported) and one.name not in metrics
        ]
        if strange:
            by = "" if strange == [metric.name] else f": it needs {' and '.join(strange)}"
            yield Limit(
                about=About.METRIC,
                name=metric.name,
                code="not-in-metrics-api",
                message=f"a Metrics API does not have {metric.name}{by}; it will have no values",
                severity=Severity.WARNING,
                hint="call records have it: ask a source of type calls",
            )
    for dimension in asked.query.dimensions:
        if dimension.name not in dimensions:
            yield Limit(
                about=About.DIMENSION,
                name=dimension.name,
                code="not-in-metrics-api",
                message=f"a Metrics API cannot group by {dimension.name}; there will be no rows",
                severity=Severity.WARNING,
                hint="call records have it: ask a source of type calls",
            )
    for condition in asked.query.conditions:
        if condition.filter.name not in filters:
            yield Limit(
                about=About.FILTER,
                name=condition.filter.name,
                code="filter-not-in-metrics-api",
                message=f"a Metrics API cannot filter by {condition.filter.name}",
                expected=f"one of {', '.join(f.name for f in metrics_api.standard().filters)}",
                hint="take it out, or ask a source of type calls",
            )


def _other_channels(asked: Asked) -> Iterator[Limit]:
    """A metric of another channel has no value."""
    channels = asked.channels()
    if not channels:
        return
    for metric, grounds in asked.metrics():
        if any(
            all(metrics_api.measures(one, channel, asked.catalog) for one in grounds)
            for channel in channels
        ):
            continue
        measured = [
            channel
            for channel in metrics_api.channels(asked.catalog)
            if metrics_api.measures(metric, channel, asked.catalog)
        ]
        yield Limit(
            about=About.METRIC,
            name=metric.name,
            code="metric-of-another-channel",
            message=f"{metric.name} says nothing of {' or '.join(sorted(channels))}: it is N/A",
            severity=Severity.WARNING,
            expected=f"one of {', '.join(measured)}" if measured else None,
            found=f"{metrics_api.CHANNELS}: [{', '.join(sorted(channels))}]",
        )


def _scales(asked: Asked) -> Iterator[Limit]:
    """Rates without counts beside them need to have their scale said."""
    if asked.settings.ratio_scale != "auto":
        return
    for metric, grounds in asked.metrics():
        rates = [one.name for one in grounds if _is_reported_rate(one)]
        if rates:
            which = metric.name if rates == [metric.name] else f"{rates[0]} in {metric.name}"
            yield Limit(
                about=About.METRIC,
                name=metric.name,
                code="unknown-scale",
                message=f"no counts tell whether {which} comes as 0.42 or as 42",
                expected="ratioScale: fraction or percent, in the source's settings",
                found="ratioScale: auto",
                hint="see in one result how the API writes rates, and say it in reporter.yaml",
            )


def _is_reported_rate(metric: Metric) -> bool:
    return isinstance(metric.definition, Reported) and metric.format is Format.PERCENT


def _before_data(asked: Asked) -> Iterator[Limit]:
    """There is no voice and video data before the API's first day."""
    first = times.first_instant(asked.settings.data_since)
    since = asked.query.interval.since
    if not asked.known or metrics_api.VOICE_AND_VIDEO not in asked.channels() or since >= first:
        return
    yield Limit(
        about=About.PERIOD,
        name="since",
        code="before-data",
        message=(
            "the API has data on voice and video from"
            f" {asked.settings.data_since} (UTC) on, and {{period}} begins before"
        ),
        expected=f"a beginning at {first.isoformat()} or later",
        found=since.isoformat(),
        hint="if the source has more, say so: dataSince in its settings",
    )


def _steps(asked: Asked) -> Iterator[Limit]:
    """Steps of time are made of whole hours of UTC."""
    step = asked.step()
    if step is None:
        return
    name, definition = step
    zone, interval = time_zone(asked.query.timezone), asked.query.interval
    if asked.known and times.is_asked_as_it_is(definition.grain, interval, zone):
        return
    span = interval if asked.known else times.years_from(asked.settings.data_since)
    whole = [times.is_whole_hours(offset) for offset in times.offsets(span, zone)]
    # Of a period that is not known yet only what holds for any can be said.
    if not (all(whole) if asked.known else any(whole)):
        yield Limit(
            about=About.DIMENSION,
            name=name,
            code="no-whole-hours",
            message=(
                f"a Metrics API counts in hours of UTC, and steps of {name} in"
                f" {asked.query.timezone} are not made of them"
            ),
            expected="a time zone whose offset is whole hours",
            found=asked.query.timezone,
            hint="write timezone: UTC, or take the time step out",
        )
    elif asked.known:
        ends = (("since", interval.since, "begins"), ("until", interval.until, "ends"))
        for key, end, which in ends:
            if not times.begins_an_hour(end):
                yield Limit(
                    about=About.PERIOD,
                    name=key,
                    code="within-an-hour",
                    message=(
                        f"{{period}} {which} within an hour, and a Metrics API tells steps of time"
                        " by whole hours"
                    ),
                    expected="whole hours, or no step of time in the report",
                    found=end.isoformat(),
                    hint="take a period of whole days, or give --as-of on the hour",
                )


def _in_steps(asked: Asked) -> Iterator[Limit]:
    """What cannot be added up cannot be put together from hours; hours are hours of UTC."""
    step = asked.step()
    if step is None or step[1].grain is Grain.HOUR:
        return
    name, definition = step
    zone, interval = time_zone(asked.query.timezone), asked.query.interval
    if asked.known:
        together = not times.is_asked_as_it_is(definition.grain, interval, zone)
    else:
        span = times.years_from(asked.settings.data_since)
        together = all(times.offsets(span, zone))
    if together:
        yield from _not_additive(
            asked,
            code="not-additive-in-steps",
            why=f"steps of {name} in {asked.query.timezone} are put together from hours of UTC",
            hint="write timezone: UTC with a period of whole steps, or take the step out",
        )


def _over_channels(asked: Asked) -> Iterator[Limit]:
    """What cannot be added up has no value over several channels."""
    channels = sorted(asked.channels())
    if len(channels) > 1 and all(d.name != _CHANNEL for d in asked.query.dimensions):
        yield from _not_additive(
            asked,
            code="not-additive-over-channels",
            why=f"the answer comes for each of {', '.join(channels)}",
            hint=f"add {_CHANNEL} to aggregateBy and leave out totals, or ask for one channel",
        )


def _not_additive(asked: Asked, *, code: str, why: str, hint: str) -> Iterator[Limit]:
    for metric, grounds in asked.metrics():
        parts = [one.name for one in grounds if one.definition == Reported(additive=False)]
        if parts:
            which = metric.name if parts == [metric.name] else f"{parts[0]} in {metric.name}"
            yield Limit(
                about=About.METRIC,
                name=metric.name,
                code=code,
                message=f"{which} cannot be added up, and {why}",
                hint=hint,
            )
