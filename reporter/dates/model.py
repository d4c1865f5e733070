"""What periods, intervals and steps are."""

from datetime import date, datetime
from enum import StrEnum

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
