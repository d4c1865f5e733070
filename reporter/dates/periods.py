"""From periods to intervals, and to the intervals that they are compared with."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from reporter.dates.calendar import first_day, shifted
from reporter.dates.model import (
    Between,
    Comparison,
    Interval,
    LastUnits,
    Period,
    PeriodName,
    Unit,
)
from reporter.dates.zones import at_midnight, first_instant, instant_of, wall_clock, with_offset

_TO_DATE: Final = frozenset(
    {
        PeriodName.TODAY,
        PeriodName.THIS_WEEK,
        PeriodName.MONTH_TO_DATE,
        PeriodName.QUARTER_TO_DATE,
        PeriodName.YEAR_TO_DATE,
    }
)
_EXTENTS: Final = {
    PeriodName.TODAY: (Unit.DAYS, 1),
    PeriodName.YESTERDAY: (Unit.DAYS, 1),
    PeriodName.LAST_7_DAYS: (Unit.DAYS, 7),
    PeriodName.LAST_30_DAYS: (Unit.DAYS, 30),
    PeriodName.THIS_WEEK: (Unit.WEEKS, 1),
    PeriodName.LAST_WEEK: (Unit.WEEKS, 1),
    PeriodName.MONTH_TO_DATE: (Unit.MONTHS, 1),
    PeriodName.LAST_MONTH: (Unit.MONTHS, 1),
    PeriodName.QUARTER_TO_DATE: (Unit.QUARTERS, 1),
    PeriodName.LAST_QUARTER: (Unit.QUARTERS, 1),
    PeriodName.YEAR_TO_DATE: (Unit.YEARS, 1),
    PeriodName.LAST_YEAR: (Unit.YEARS, 1),
}
_WEEKS_IN_YEAR: Final = 52
"""In a year, so that weekdays stand against the same weekdays."""
_DAY: Final = timedelta(days=1)
_MONTHS_IN_YEAR: Final = 12


def is_to_date(period: Period) -> bool:
    """Whether a period ends at as-of, in the middle of its unit."""
    return period in _TO_DATE


def resolve(period: Period, as_of: datetime, zone: ZoneInfo, week_start: int = 0) -> Interval:
    """The interval that a period means at an instant. ``week_start``: 0 Monday to 6 Sunday.

    Both ends carry their own UTC offset, so that they compare and subtract as instants.

    Raises:
        ValueError: a Between whose end is not after its beginning.
    """
    if isinstance(period, Between):
        since, until = instant_of(period.since, zone), instant_of(period.until, zone)
        if until <= since:
            raise ValueError(
                f"the period ends ({period.until}) no later than it begins ({period.since})"
            )
        return Interval(since, until)
    today = as_of.astimezone(zone).date()
    unit, count = _extent(period)
    this = first_day(today, unit, week_start)
    if is_to_date(period):
        return Interval(at_midnight(this, zone), with_offset(as_of, zone))
    return Interval(
        at_midnight(shifted(this, unit, -count), zone),
        at_midnight(this, zone),
    )


def compared(
    period: Period, interval: Interval, comparison: Comparison, zone: ZoneInfo
) -> Interval:
    """The interval to compare with, like for like.

    The period before: complete periods go back by as many days, weeks or calendar months as
    they have; to-date periods begin at the unit before and last as long, in local time, but not
    beyond that unit; a Between of whole calendar months goes back by them, any other by its own
    local length.

    The year before: weeks go back by 52, days keep their number, all else goes back by a
    calendar year. Where it lands on a 29 February that does not exist, a beginning becomes the
    28th and an end the end of the 28th.
    """
    since, until = wall_clock(interval.since, zone), wall_clock(interval.until, zone)
    if until <= since:  # inside a repeated hour the clock shows no length
        until = since + (interval.until - interval.since)
    if comparison is Comparison.PREVIOUS_YEAR:
        since, until = _year_before(period, since, until)
    else:
        since, until = _period_before(period, since, until)
    return Interval(first_instant(since, zone), first_instant(until, zone))


def _extent(period: PeriodName | LastUnits) -> tuple[Unit, int]:
    """The unit of a period and how many of them it has."""
    return (period.unit, period.last) if isinstance(period, LastUnits) else _EXTENTS[period]


def _period_before(period: Period, since: datetime, until: datetime) -> tuple[datetime, datetime]:
    if isinstance(period, Between):
        months = _whole_months(since, until)
        if months:
            return _moved(since, Unit.MONTHS, -months), _moved(until, Unit.MONTHS, -months)
        return since - (until - since), since
    unit, count = _extent(period)
    before = _moved(since, unit, -count)
    if is_to_date(period):
        return before, min(before + (until - since), since)
    return before, _moved(until, unit, -count)


def _year_before(period: Period, since: datetime, until: datetime) -> tuple[datetime, datetime]:
    before = _moved(since, Unit.YEARS, -1)
    if not isinstance(period, Between):
        unit, _ = _extent(period)
        if unit is Unit.WEEKS:
            return _moved(since, unit, -_WEEKS_IN_YEAR), _moved(until, unit, -_WEEKS_IN_YEAR)
        if unit is Unit.DAYS:  # as many days, with or without a 29 February among them
            return before, before + (until - since)
    end = _moved(until, Unit.YEARS, -1)
    clamped = end.day != until.day
    if clamped and since.date() != until.date():
        end = datetime.combine(end.date() + _DAY, time())
    return before, end


def _whole_months(since: datetime, until: datetime) -> int:
    """How many calendar months lie between two instants, or 0 where they are not whole."""
    if since != _month_start(since) or until != _month_start(until):
        return 0
    return (until.year - since.year) * _MONTHS_IN_YEAR + until.month - since.month


def _moved(moment: datetime, unit: Unit, count: int) -> datetime:
    """Another day at the same time on the clock."""
    return datetime.combine(shifted(moment.date(), unit, count), moment.time())


def _month_start(moment: datetime) -> datetime:
    return datetime.combine(moment.replace(day=1).date(), time())
