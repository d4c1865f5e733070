"""Local time in plain Python: what a period is, what it is compared with, which steps it has.

Written from what a report's dates are said to mean, with ``zoneinfo`` and nothing of the product.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

Period = str | tuple[int, str] | tuple[datetime, datetime]
"""A name; so many complete units; or from one local moment to another."""

_DAY: Final = timedelta(days=1)
_QUARTER_HOUR: Final = timedelta(minutes=15)
"""No zone of our days has an offset, or changes it, at anything finer."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to another, both in UTC; the end is exclusive."""

    since: datetime
    until: datetime


# Clocks


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock first shows a time; where it skips it, the first instant after the gap."""
    readings = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = [each for each in readings if each.astimezone(zone).replace(tzinfo=None) == wall]
    if shown:
        return min(shown)
    here = min(readings)
    while here.astimezone(zone).replace(tzinfo=None) < wall:
        here += timedelta(minutes=1) - timedelta(seconds=here.second, microseconds=here.microsecond)
    return here


@lru_cache(maxsize=10_000)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day."""
    return instant(datetime.combine(day, time()), zone)


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock shows; of a day's first instant always 00:00, also where that is skipped."""
    shown = moment.astimezone(zone).replace(tzinfo=None, fold=0)
    first = datetime.combine(shown.date(), time())
    return first if instant(first, zone) == moment else shown


# Periods

_TO_DATE: Final = {
    "today": "days",
    "this_week": "weeks",
    "month_to_date": "months",
    "quarter_to_date": "quarters",
    "year_to_date": "years",
}
_COMPLETE: Final = {
    "yesterday": (1, "days"),
    "last_7_days": (7, "days"),
    "last_30_days": (30, "days"),
    "last_week": (1, "weeks"),
    "last_month": (1, "months"),
    "last_quarter": (1, "quarters"),
    "last_year": (1, "years"),
}
PERIODS: Final = (*_TO_DATE, *_COMPLETE)
_MONTHS: Final = {"months": 1, "quarters": 3, "years": 12}


def _start(day: date, unit: str) -> date:
    """The first day of the week (from Monday), month, quarter or year."""
    if unit == "weeks":
        return day - timedelta(days=day.weekday())
    if unit == "days":
        return day
    first_month = {"months": day.month, "quarters": 3 * ((day.month - 1) // 3) + 1, "years": 1}
    return date(day.year, first_month[unit], 1)


def _later(moment: datetime, count: int, unit: str) -> datetime:
    """So many units later by the calendar; the last day of a month that has no such day."""
    if unit in ("days", "weeks"):
        return moment + count * (7 if unit == "weeks" else 1) * _DAY
    months = moment.year * 12 + moment.month - 1 + count * _MONTHS[unit]
    first = datetime(months // 12, months % 12 + 1, 1)  # noqa: DTZ001 - by the wall clock
    last = (first + timedelta(days=31)).replace(day=1) - _DAY
    return datetime.combine(first.replace(day=min(moment.day, last.day)), moment.time())


def _walls(period: Period, as_of: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both ends of a period by the wall clock."""
    if isinstance(period, tuple) and isinstance(period[0], datetime):
        since, until = (wall(instant(end, zone), zone) for end in period)
        return since, until
    today = wall(as_of, zone).date()
    if isinstance(period, str) and period in _TO_DATE:
        first = datetime.combine(_start(today, _TO_DATE[period]), time())
        return first, wall(as_of, zone)
    count, unit = _COMPLETE[period] if isinstance(period, str) else period
    end = datetime.combine(_start(today, str(unit)), time())
    return _later(end, -int(str(count)), str(unit)), end


def span_of(period: Period, as_of: datetime, zone: ZoneInfo) -> Span:
    """What a period covers. One that runs to date ends at as-of itself, whatever its clock."""
    since, until = _walls(period, as_of, zone)
    if isinstance(period, str) and period in _TO_DATE:
        return Span(instant(since, zone), as_of.astimezone(UTC))
    return Span(instant(since, zone), instant(until, zone))


def compared(period: Period, as_of: datetime, zone: ZoneInfo, how: str) -> Span:
    """What a period is compared with, like for like."""
    since, until = _walls(period, as_of, zone)
    if how == "previous_year":
        before = _a_year_before(period, since, until)
    else:
        before = _the_period_before(period, since, until)
    return Span(instant(before[0], zone), instant(before[1], zone))


def _unit_of(period: Period) -> tuple[int, str] | None:
    """How many of which unit; None for a period from one moment to another."""
    if isinstance(period, str):
        return (1, _TO_DATE[period]) if period in _TO_DATE else _COMPLETE[period]
    count, unit = period
    return (count, unit) if isinstance(count, int) and isinstance(unit, str) else None


def _the_period_before(
    period: Period, since: datetime, until: datetime
) -> tuple[datetime, datetime]:
    """The unit before, or as many; to date: as much of it, and no more than there is of it."""
    unit = _unit_of(period)
    if unit is None:
        if since.day == until.day == 1 and since.time() == until.time() == time():
            months = (until.year - since.year) * 12 + until.month - since.month
            return _later(since, -months, "months"), since
        return since - (until - since), since
    before = _later(since, -unit[0], unit[1])
    if isinstance(period, str) and period in _TO_DATE:
        return before, min(before + (until - since), since)
    return before, since


def _a_year_before(period: Period, since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """Weeks 52 weeks before, days as many, all else by the calendar without a 29 February."""
    unit = _unit_of(period)
    if unit is not None and unit[1] == "weeks":
        return since - 52 * 7 * _DAY, until - 52 * 7 * _DAY
    before = _later(since, -12, "months")
    if unit is not None and unit[1] == "days":
        return before, before + (until - since)
    if (until.month, until.day) == (2, 29) and since.date() != until.date():
        # The end of the 28th: there is no more of that February.
        return before, datetime(until.year - 1, 3, 1)  # noqa: DTZ001 - by the wall clock
    return before, _later(until, -12, "months")


# Steps


def steps(span: Span, grain: str, zone: ZoneInfo) -> list[str]:
    """Every step that a span touches, in order: ISO dates, or hours with their offsets."""
    if span.since == span.until:
        return []
    if grain == "HOUR":
        return list(dict.fromkeys(hour(each, zone) for each in _quarters(span)))
    first = span.since.astimezone(zone).date()
    last = (span.until - timedelta(microseconds=1)).astimezone(zone).date()
    days = [first + _DAY * n for n in range((last - first).days + 1)]
    return list(dict.fromkeys(_step_of(day, grain).isoformat() for day in days))


def step_at(moment: datetime, grain: str, zone: ZoneInfo) -> str:
    """The step that an instant lies in."""
    if grain == "HOUR":
        return hour(moment, zone)
    return _step_of(moment.astimezone(zone).date(), grain).isoformat()


def hour(moment: datetime, zone: ZoneInfo) -> str:
    """The local hour with its offset."""
    local = moment.astimezone(zone)
    fixed = timezone(local.utcoffset() or timedelta())
    return local.replace(minute=0, second=0, microsecond=0, tzinfo=fixed).isoformat()


def extent(step: str, grain: str, zone: ZoneInfo) -> Span:
    """From the first instant of a step to the first of the next."""
    if grain == "HOUR":
        about = datetime.fromisoformat(step).astimezone(UTC)
        around = Span(about - timedelta(hours=2), about + timedelta(hours=3))
        inside = [each for each in _quarters(around) if hour(each, zone) == step]
        return Span(inside[0], inside[-1] + _QUARTER_HOUR)
    first = date.fromisoformat(step)
    following = first + _DAY
    while _step_of(following, grain) == first:
        following += _DAY
    return Span(midnight(first, zone), midnight(following, zone))


def _quarters(span: Span) -> list[datetime]:
    """The beginning of a span and all full quarters of an hour in it."""
    here = span.since.replace(minute=span.since.minute // 15 * 15, second=0, microsecond=0)
    found = [span.since]
    while (here := here + _QUARTER_HOUR) < span.until:
        found.append(here)
    return found


def _step_of(day: date, grain: str) -> date:
    match grain:
        case "DAY":
            return day
        case "MONTH" | "QUARTER" | "YEAR":
            return _start(day, f"{grain.lower()}s")
        case _:
            first = {"MONDAY": 0, "SATURDAY": 5, "SUNDAY": 6}[grain.split("_")[1]]
            return day - timedelta(days=(day.weekday() - first) % 7)
