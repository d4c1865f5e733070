"""Expressions for schedulers that know UTC alone: one line for each offset that a zone has.

Only lines of the offset that is in force may start anything; the others come at the wrong hour.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from reporter.errors import UserError
from reporter.schedule.export.expression import EVERY_MONTH, Days, Expression, Weekdays
from reporter.schedule.export.posix import ELSEWHERE, posix, refuse_special

_YEAR: Final = timedelta(days=366)
_LOOK: Final = timedelta(hours=6)
_MINUTES_OF_DAY: Final = 24 * 60
_IN_EVERY_MONTH: Final = range(1, 29)


class UtcLine(msgspec.Struct, frozen=True):
    """A line in UTC.

    Attributes:
        cron: five fields.
        offsets: with which of them it is right, as ``date +%z`` writes them; empty: with all.
    """

    cron: str
    offsets: tuple[str, ...]


def utc_lines(
    expression: Expression, zone: ZoneInfo, now: datetime, scheduler: str
) -> tuple[UtcLine, ...]:
    """The lines that together say the same as an expression, for a year.

    Args:
        expression: in local time.
        zone: whose.
        now: where the year begins.
        scheduler: who reads them, for messages.

    Raises:
        UserError: they cannot be said in UTC.
    """
    refuse_special(expression, scheduler)
    offsets = _offsets(zone, now)
    found: dict[str, list[str]] = {}
    for offset in offsets:
        for shifted in _shifted(expression, int(offset.total_seconds()) // 60):
            line = posix(shifted, scheduler)
            found.setdefault(line, []).append(_written(offset))
    return tuple(
        UtcLine(line, () if len(right) == len(offsets) else tuple(right))
        for line, right in found.items()
    )


def _offsets(zone: ZoneInfo, now: datetime) -> tuple[timedelta, ...]:
    """Those of the coming year, the present one first."""
    looks = (now + number * _LOOK for number in range(_YEAR // _LOOK))
    found = dict.fromkeys(look.astimezone(zone).utcoffset() for look in looks)
    return tuple(offset for offset in found if offset is not None)


def _written(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def _shifted(expression: Expression, offset: int) -> Iterator[Expression]:
    """The expression in UTC; in pieces where midnight or the hour lies between.

    Args:
        expression: in local time.
        offset: in minutes.
    """
    # Five fields name every hour with every minute: hours go together that have the same minutes.
    minutes: dict[tuple[int, int], list[int]] = {}
    for hour in expression.hours:
        for minute in expression.minutes:
            days, rest = divmod(hour * 60 + minute - offset, _MINUTES_OF_DAY)
            minutes.setdefault((days, rest // 60), []).append(rest % 60)
    hours: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for (days, hour), those in minutes.items():
        hours.setdefault((days, tuple(sorted(those))), []).append(hour)
    for (days, same), at in hours.items():
        moved = _on_other_days(expression, days)
        yield replace(moved, minutes=same, hours=tuple(sorted(at)))


def _on_other_days(expression: Expression, days: int) -> Expression:
    """The same, where the day in UTC is another one: -1 the one before, 1 the one after."""
    if days == 0:
        return expression
    there = tuple(day + days for day in expression.days.numbers)
    bounded = not expression.days.every
    both_in_month = all(
        day in _IN_EVERY_MONTH and day + days in _IN_EVERY_MONTH for day in expression.days.numbers
    )
    whole_year = expression.months == EVERY_MONTH
    if (bounded and not both_in_month) or (not whole_year and not (bounded and expression.both)):
        what = "day before" if days < 0 else "day after"
        raise UserError(
            f"in UTC it is the {what}, which may lie in another month: that cannot be said",
            hint=f"choose another time of day; or let it be said elsewhere: {ELSEWHERE}",
        )
    return replace(
        expression,
        days=Days(there) if bounded else expression.days,
        weekdays=Weekdays(tuple(sorted((day + days) % 7 for day in expression.weekdays.numbers))),
    )
