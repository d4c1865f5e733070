"""Periods and what they resolve to; steps of time; comparison intervals.

Everything takes the present instant (*as-of*) and the time zone as arguments. Intervals are
half-open and their ends aware.
"""

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec


class Grain(StrEnum):
    """A step of time. Days and longer steps begin at midnight in the report's zone."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK_SATURDAY_START = "WEEK_SATURDAY_START"
    WEEK_SUNDAY_START = "WEEK_SUNDAY_START"
    WEEK_MONDAY_START = "WEEK_MONDAY_START"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"


class Interval(msgspec.Struct, frozen=True):
    """``[since, until)``, both aware.

    Raises:
        ValueError: an end without time zone, or until before since.
    """

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or self.until.tzinfo is None:
            raise ValueError("the ends of an interval carry a time zone")
        if self.until < self.since:
            raise ValueError(f"the interval ends ({self.until}) before it begins ({self.since})")


class PeriodName(StrEnum):
    """Periods that have a name. ``last_...`` are complete, ``..._to_date`` end at as-of."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7_DAYS = "last_7_days"
    LAST_30_DAYS = "last_30_days"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    MONTH_TO_DATE = "month_to_date"
    LAST_MONTH = "last_month"
    QUARTER_TO_DATE = "quarter_to_date"
    LAST_QUARTER = "last_quarter"
    YEAR_TO_DATE = "year_to_date"
    LAST_YEAR = "last_year"


class Unit(StrEnum):
    """What ``{last: N, unit: ...}`` counts."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    QUARTERS = "quarters"
    YEARS = "years"


class LastUnits(msgspec.Struct, frozen=True):
    """The N complete units before the current one."""

    last: int
    unit: Unit


class Between(msgspec.Struct, frozen=True):
    """From one local date or instant to another; the end is exclusive."""

    since: date | datetime
    until: date | datetime


Period = PeriodName | LastUnits | Between


class Comparison(StrEnum):
    """What a period is compared with."""

    PREVIOUS_PERIOD = "previous_period"
    PREVIOUS_YEAR = "previous_year"


def time_zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name.

    Raises:
        KeyError: there is no such zone.
    """
    raise NotImplementedError


def at_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day (after the gap where midnight does not exist)."""
    raise NotImplementedError


def resolve(period: Period, as_of: datetime, zone: ZoneInfo, week_start: int = 0) -> Interval:
    """The interval that a period means at an instant. ``week_start``: 0 Monday to 6 Sunday.

    Raises:
        ValueError: a Between whose end is not after its beginning.
    """
    raise NotImplementedError


def compared(
    period: Period, interval: Interval, comparison: Comparison, zone: ZoneInfo
) -> Interval:
    """The interval to compare with, like for like.

    Named and counted calendar periods go back by calendar units (the month before a month);
    to-date periods keep their elapsed days, clipped to the shorter month; a Between goes back
    by its own local length; the year before clamps 29 February and shifts weeks by 52.
    """
    raise NotImplementedError


def steps(interval: Interval, grain: Grain, zone: ZoneInfo) -> tuple[date | datetime, ...]:
    """Every step that the interval touches, in order: aware datetimes for HOUR, else dates."""
    raise NotImplementedError


def step_of(instant: datetime, grain: Grain, zone: ZoneInfo) -> date | datetime:
    """The step that an instant falls into: for HOUR an aware datetime, else a date."""
    raise NotImplementedError


def step_interval(step: date | datetime, grain: Grain, zone: ZoneInfo) -> Interval:
    """From the first instant of a step to the first of the next."""
    raise NotImplementedError
