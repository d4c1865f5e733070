"""What a Metrics API can tell of time: it counts in UTC, in whole hours, from a first day on.

Steps of another time zone are made from its hours, so they must consist of whole ones.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from reporter.dates import Grain, Interval, offset_changes, parse_instant, step_interval, step_of

_HOUR: Final = timedelta(hours=1)
_NONE: Final = timedelta()
_YEARS: Final = 10
"""For how long a zone's offsets are looked at where the period is not known."""


def first_instant(data_since: str) -> datetime:
    """When the data of an API begins.

    Args:
        data_since: a day, as the project file gives it.
    """
    return parse_instant(data_since, ZoneInfo("UTC"))


def years_from(data_since: str) -> Interval:
    """Some years of data: what a period that is not known yet will lie in."""
    since = first_instant(data_since)
    return Interval(since, since.replace(year=since.year + _YEARS))


def offsets(interval: Interval, zone: ZoneInfo) -> frozenset[timedelta]:
    """The zone's UTC offsets within an interval."""
    return frozenset(offset for _, offset in offset_changes(zone, interval.since, interval.until))


def is_whole_hours(offset: timedelta) -> bool:
    """Whether local hours are hours of UTC."""
    return offset % _HOUR == _NONE


def begins_an_hour(instant: datetime) -> bool:
    """Whether an instant is the first of an hour of UTC."""
    clock = instant.astimezone(UTC).time()
    return clock == time(clock.hour)


def last_full_hour(now: datetime) -> datetime:
    """The end of the last hour that is over: up to then an API can tell everything."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def is_asked_as_it_is(grain: Grain, interval: Interval, zone: ZoneInfo) -> bool:
    """Whether the API itself knows the steps: those of UTC, none of them cut off."""
    if offsets(interval, zone) != {_NONE}:
        return False
    return all(
        step_interval(step_of(end, grain, zone), grain, zone).since == end
        for end in (interval.since, interval.until)
    )
