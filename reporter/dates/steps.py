"""Steps of time: which there are, which one an instant falls into, from when to when."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from reporter.dates.calendar import first_day, shifted
from reporter.dates.model import Grain, Interval, Unit
from reporter.dates.zones import at_midnight, offset_changes, offsets, with_offset

_UNITS: Final = {
    Grain.DAY: (Unit.DAYS, 0),
    Grain.WEEK_SATURDAY_START: (Unit.WEEKS, 5),
    Grain.WEEK_SUNDAY_START: (Unit.WEEKS, 6),
    Grain.WEEK_MONDAY_START: (Unit.WEEKS, 0),
    Grain.MONTH: (Unit.MONTHS, 0),
    Grain.QUARTER: (Unit.QUARTERS, 0),
    Grain.YEAR: (Unit.YEARS, 0),
}
_HOUR: Final = timedelta(hours=1)


def steps(interval: Interval, grain: Grain, zone: ZoneInfo) -> tuple[date | datetime, ...]:
    """Every step that the interval touches, in order: aware datetimes for HOUR, else dates.

    A day that the zone skipped is no step.
    """
    if interval.since == interval.until:
        return ()
    if grain is Grain.HOUR:
        return tuple(_hours(interval, zone))
    return tuple(_days(interval, grain, zone))


def step_of(instant: datetime, grain: Grain, zone: ZoneInfo) -> date | datetime:
    """The step that an instant falls into: for HOUR an aware datetime, else a date.

    An HOUR is the local hour with the offset in force: where the clocks go back there are two
    of the same name, and where they change within an hour the same hour is two steps.
    """
    local = with_offset(instant, zone)
    if grain is Grain.HOUR:
        return _full_hour(local)
    unit, week_start = _UNITS[grain]
    return first_day(local.date(), unit, week_start)


def step_interval(step: date | datetime, grain: Grain, zone: ZoneInfo) -> Interval:
    """From the first instant of a step to the first of the next.

    Raises:
        ValueError: for HOUR a datetime that is no step of the zone.
    """
    if grain is Grain.HOUR:
        return _hour_interval(step, zone)
    unit, _ = _UNITS[grain]
    return Interval(at_midnight(step, zone), at_midnight(shifted(step, unit, 1), zone))


def _hours(interval: Interval, zone: ZoneInfo) -> Iterator[datetime]:
    until = interval.until.astimezone(UTC)
    changes = offset_changes(zone, interval.since, interval.until)
    ends = (*(begin for begin, _ in changes[1:]), until)
    for (begin, offset), end in zip(changes, ends, strict=True):
        here = _full_hour(begin.astimezone(timezone(offset)))
        while here < end:
            yield here
            here += _HOUR


def _full_hour(local: datetime) -> datetime:
    return local.replace(minute=0, second=0, microsecond=0)


def _days(interval: Interval, grain: Grain, zone: ZoneInfo) -> Iterator[date]:
    unit, _ = _UNITS[grain]
    step = step_of(interval.since, grain, zone)
    begin = at_midnight(step, zone)
    while begin < interval.until:
        following = shifted(step, unit, 1)
        end = at_midnight(following, zone)
        if begin < end:
            yield step
        step, begin = following, end


def _hour_interval(step: date | datetime, zone: ZoneInfo) -> Interval:
    if not isinstance(step, datetime) or step != _full_hour(step):
        raise ValueError(f"{step} is no full hour")
    begin = step.astimezone(UTC)
    changes = tuple(offsets(zone, begin, begin + _HOUR))
    ends = (*(change for change, _ in changes[1:]), begin + _HOUR)
    for (since, offset), until in zip(changes, ends, strict=True):
        if offset == step.utcoffset():
            return Interval(with_offset(since, zone), until.astimezone(timezone(offset)))
    raise ValueError(f"{step.isoformat()} is no hour in {zone}")
