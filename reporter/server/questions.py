"""From what a request asks to a query of the calls source."""

from typing import Final

import msgspec

from reporter import dates
from reporter.catalog.model import (
    Catalog,
    Dimension,
    Filter,
    FilterKind,
    Named,
    Reported,
    TimeStep,
)
from reporter.dates import Grain, Interval
from reporter.plan.filters import canonical, conditions_of, filter_named
from reporter.plan.model import Condition, OfAccounts, OneOf, Query
from reporter.plan.planner import finest, with_operands
from reporter.server.accounts import Accounts
from reporter.server.reading import Asked
from reporter.spec.query import FilterInput

VOICE: Final = "VOICE_VIDEO"
CHANNEL: Final = "CHANNEL_CODE"
_CHANNELS: Final = "channelCodes"
_ACCOUNTS: Final = "accountKeys"
_ZONE: Final = "UTC"
_NO_CHANNEL: Final = "N/A"


class Question(msgspec.Struct, frozen=True):
    """A query and how its answer is laid out.

    Attributes:
        query: its interval is the one asked for, widened to whole steps of the time dimension.
        columns: the names of the dimensions, CHANNEL_CODE among them, as they are answered.
        metrics: names, in the order asked for.
        channel: of the one row that there is without dimensions.
    """

    query: Query
    columns: tuple[str, ...]
    metrics: tuple[str, ...]
    channel: str


def question(asked: Asked, accounts: Accounts, catalog: Catalog) -> Question:
    """What is to be found out.

    Args:
        asked: without violations.
        accounts: that the caller may see and means.
        catalog: of the calls source.
    """
    kept = _dimensions(asked, catalog)
    steps = [d.definition.grain for d in kept if isinstance(d.definition, TimeStep)]
    interval = _aligned(asked.interval, steps[0]) if steps else asked.interval
    return Question(
        query=_query(asked, accounts, catalog, kept, interval),
        columns=_columns(asked, kept, catalog),
        metrics=asked.metrics,
        channel=VOICE if VOICE in asked.channels else asked.channels[0],
    )


def _query(
    asked: Asked,
    accounts: Accounts,
    catalog: Catalog,
    kept: tuple[Dimension, ...],
    interval: Interval,
) -> Query:
    channels = _filter(FilterKind.VALUES, _CHANNELS, catalog)
    conditions: list[Condition] = [
        OneOf(channels, tuple(sorted(asked.channels))),
        *_conditions(asked, channels, catalog),
    ]
    if accounts.keys is not None:
        by_account = _filter(FilterKind.ACCOUNTS, _ACCOUNTS, catalog)
        conditions.append(OfAccounts(by_account, accounts.keys, with_subaccounts=False))
    known = (name for name in asked.metrics if _is_counted(name, catalog))
    return Query(
        metrics=with_operands(known, catalog),
        dimensions=kept,
        conditions=canonical(conditions),
        interval=interval,
        timezone=_ZONE,
    )


def _conditions(asked: Asked, channels: Filter, catalog: Catalog) -> tuple[Condition, ...]:
    """What the filters demand of a call; where none can fulfil it, a channel that none has."""
    given: dict[str, FilterInput] = {}
    for name, value in asked.filters.items():
        possible = _possible(name, value, catalog)
        if possible is None:
            return (OneOf(channels, (_NO_CHANNEL,)),)
        given[name] = possible
    conditions, problems = conditions_of(given, catalog, {})
    if problems:
        raise ValueError(f"the catalog refuses what the API accepts: {problems[0].message}")
    return conditions


def _possible(name: str, value: FilterInput, catalog: Catalog) -> FilterInput | None:
    """The values of a filter that a call can have; None where there is none."""
    known = filter_named(name, catalog)
    if known is None or not _is_of_calls(known, catalog):
        return None
    if known.closed and isinstance(value, tuple):
        members = {member.value for member in known.values}
        return tuple(one for one in value if one in members) or None
    return value


def _filter(kind: FilterKind, name: str, catalog: Catalog) -> Filter:
    known = catalog.filter(name)
    if known is None or known.kind is not kind:
        raise LookupError(f"the catalog {catalog.name} has no filter {name} of {kind}")
    return known


def _is_of_calls(known: Filter, catalog: Catalog) -> bool:
    """Whether call records have what a filter compares."""
    if known.kind is FilterKind.SPANS:
        dimension = catalog.dimension(known.dimension or "")
        return dimension is not None and not isinstance(dimension.definition, Named)
    return known.kind is FilterKind.PAIRS or known.expression is not None


def _is_counted(name: str, catalog: Catalog) -> bool:
    """Whether a metric is computed from call records."""
    metric = catalog.metric(name)
    return metric is not None and not isinstance(metric.definition, Reported)


def _dimensions(asked: Asked, catalog: Catalog) -> tuple[Dimension, ...]:
    """Those that call records have, of steps of time the finest; the channel where that is all.

    With a dimension there is a row for each of its values alone; over no call there is none.
    """
    known = [d for d in (catalog.dimension(n) for n in asked.dimensions) if d is not None]
    kept = finest(d for d in known if not isinstance(d.definition, Named))
    channel = catalog.dimension(CHANNEL)
    if asked.dimensions and not kept and channel is not None:
        return (channel,)
    return kept


def _columns(asked: Asked, kept: tuple[Dimension, ...], catalog: Catalog) -> tuple[str, ...]:
    names = {d.name for d in kept}
    shown = tuple(name for name in asked.dimensions if name in names or not _is_step(name, catalog))
    return shown if CHANNEL in shown else (*shown, CHANNEL)


def _is_step(name: str, catalog: Catalog) -> bool:
    dimension = catalog.dimension(name)
    return dimension is not None and isinstance(dimension.definition, TimeStep)


def _aligned(interval: Interval, grain: Grain) -> Interval:
    """The interval, widened to whole steps in UTC."""
    zone = dates.time_zone(_ZONE)
    first = dates.step_interval(dates.step_of(interval.since, grain, zone), grain, zone)
    last = dates.step_interval(dates.step_of(interval.until, grain, zone), grain, zone)
    until = interval.until if last.since == interval.until else last.until
    return Interval(first.since, until)
