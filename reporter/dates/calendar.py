"""Days and months: arithmetic that knows no time zone."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from reporter.dates.model import Unit

_DAYS_IN: Final = {Unit.DAYS: 1, Unit.WEEKS: 7}
_MONTHS_IN: Final = {Unit.MONTHS: 1, Unit.QUARTERS: 3, Unit.YEARS: 12}
_MONTHS_IN_YEAR: Final = 12


def first_day(day: date, unit: Unit, week_start: int) -> date:
    """The first day of the unit that a day lies in. ``week_start``: 0 Monday to 6 Sunday."""
    match unit:
        case Unit.DAYS:
            return day
        case Unit.WEEKS:
            return day - timedelta(days=(day.weekday() - week_start) % 7)
        case Unit.MONTHS:
            return day.replace(day=1)
        case Unit.QUARTERS:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return day.replace(month=1, day=1)


def shifted(day: date, unit: Unit, count: int) -> date:
    """So many units later: the same day of another month, or the last of a shorter one."""
    if unit in _DAYS_IN:
        return day + timedelta(days=count * _DAYS_IN[unit])
    return _months_later(day, count * _MONTHS_IN[unit])


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * _MONTHS_IN_YEAR + day.month - 1 + months, _MONTHS_IN_YEAR)
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
