"""Which steps of time are asked for, so that those of a query can be made of them.

The API counts in steps of UTC. Where a query's are others they are put together from hours, or
from days where they begin at midnight in UTC.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from reporter.catalog.model import TimeStep
from reporter.dates import Grain, Interval, offset_changes, step_interval, step_of, time_zone
from reporter.plan.metrics_api import times
from reporter.plan.model import Query
from reporter.sources.metrics_api.model import Unaskable

_MILLISECOND: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UTC: Final = time_zone("UTC")


def asked_interval(interval: Interval) -> Interval:
    """The interval in whole milliseconds.

    Records have no finer times, so an end within a millisecond is as good as the next whole one.
    """
    return Interval(_rounded_up(interval.since), _rounded_up(interval.until))


def step_of_query(query: Query) -> Grain | None:
    """The time step that a query groups by."""
    grains = [d.definition.grain for d in query.dimensions if isinstance(d.definition, TimeStep)]
    return grains[0] if grains else None


def asked_step(query: Query, interval: Interval) -> Grain | None:
    """The time step that is asked for; None where the query has none.

    Args:
        query: whose step.
        interval: as it is asked for.

    Raises:
        Unaskable: the query's steps cannot be put together from any that the API has.
    """
    grain = step_of_query(query)
    zone = time_zone(query.timezone)
    if grain is None or times.is_asked_as_it_is(grain, interval, zone):
        return grain
    changes = offset_changes(zone, interval.since, interval.until)
    if not all(times.is_whole_hours(offset) for _, offset in changes):
        raise Unaskable(
            f"the API counts in hours of UTC, and a {grain} in {query.timezone} is not made of"
            " them",
            hint="write timezone: UTC, or take the time step out",
        )
    for instant in (interval.since, interval.until, *(change for change, _ in changes)):
        if not times.begins_an_hour(instant):
            raise Unaskable(
                "the API tells steps of time by whole hours, and one of this query begins or ends"
                f" at {instant.isoformat()}",
                hint="take a period of whole hours or days, or take the time step out",
            )
    return Grain.DAY if times.is_asked_as_it_is(Grain.DAY, interval, zone) else Grain.HOUR


def begins(instant: datetime, grain: Grain) -> bool:
    """Whether an instant is the first of a step of UTC."""
    return step_interval(step_of(instant, grain, _UTC), grain, _UTC).since == instant


def _rounded_up(instant: datetime) -> datetime:
    return _EPOCH - (_EPOCH - instant) // _MILLISECOND * _MILLISECOND
