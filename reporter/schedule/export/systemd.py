"""``OnCalendar`` of systemd timers, which knows time zones, and days from the end of a month.

One such line demands all that stands in it. A timer may have several: it fires at each time that
one of them says, once.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from reporter.errors import UserError
from reporter.schedule.export.expression import (
    EVERY_HOUR,
    EVERY_MINUTE,
    EVERY_MONTH,
    Days,
    Expression,
    Weekdays,
)
from reporter.schedule.export.posix import runs

_NAMES: Final = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_FROM_MONDAY: Final = (1, 2, 3, 4, 5, 6, 0)
_ALL: Final = frozenset(range(7))
_WORKING: Final = frozenset(range(1, 6))
_FRIDAY: Final = frozenset({5})
_LAST_WEEK: Final = "~07/1"

_Line = tuple[frozenset[int], str]
"""Weekdays, and the day of the month: with what stands before it."""


def on_calendar(expression: Expression, zone: str) -> tuple[str, ...]:
    """The lines that say the same as an expression, in a zone.

    Raises:
        UserError: it demands two things of a day that systemd cannot demand together.
    """
    hours = _list_of(expression.hours, EVERY_HOUR)
    minutes = _list_of(expression.minutes, EVERY_MINUTE)
    months = _list_of(expression.months, EVERY_MONTH)
    return tuple(
        f"{_weekdays(weekdays)}*-{months}{day} {hours}:{minutes}:00 {zone}"
        for weekdays, day in dict.fromkeys(_lines(expression))
        if weekdays
    )


def _lines(expression: Expression) -> Iterator[_Line]:
    days, weekdays = expression.days, expression.weekdays
    if expression.both:
        yield from _together(days, weekdays)
    else:
        yield from _together(days, Weekdays())
        yield from _together(Days(), weekdays)


def _together(days: Days, weekdays: Weekdays) -> Iterator[_Line]:
    """The days that are right in both ways."""
    numbers = frozenset(weekdays.numbers)
    if numbers:
        for allowed, day in _days(days):
            yield allowed & numbers, day
    if weekdays.every:
        return
    if (weekdays.last and not days.every) or (weekdays.nth and days.special):
        raise UserError(
            "systemd cannot demand such a day of the month and such a weekday of it at once",
            hint="let your scheduler run `reporter schedule once` every few minutes",
        )
    for weekday, n in weekdays.nth:
        week = range(7 * n - 6, 7 * n + 1)
        there = tuple(day for day in days.numbers if day in week)
        if there:
            yield frozenset({weekday}), f"-{_list(there)}"
    for weekday in weekdays.last:
        yield frozenset({weekday}), _LAST_WEEK


def _days(days: Days) -> Iterator[_Line]:
    if days.every:
        yield _ALL, "-*"
        return
    if days.numbers:
        yield _ALL, f"-{_list(days.numbers)}"
    if days.last:
        yield _ALL, "~01"
    if days.last_weekday:
        # A month ends on a working day, or its last Friday is one or two days before its end.
        yield _WORKING, "~01"
        yield _FRIDAY, "~02,03"


def _weekdays(allowed: frozenset[int]) -> str:
    if allowed == _ALL:
        return ""
    return f"{','.join(_NAMES[day] for day in _FROM_MONDAY if day in allowed)} "


def _list_of(numbers: Sequence[int], every: Sequence[int]) -> str:
    return "*" if numbers == every else _list(numbers)


def _list(numbers: Sequence[int]) -> str:
    return ",".join(
        f"{run[0]:02}..{run[-1]:02}" if len(run) > 1 else f"{run[0]:02}" for run in runs(numbers)
    )
