"""What a cron expression says, as values that other schedulers' languages are written from."""

from datetime import datetime
from typing import Final

import msgspec
from cronsim import CronSim

_ANY_TIME: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - the expression is read, not followed
EVERY_MINUTE: Final = tuple(range(60))
EVERY_HOUR: Final = tuple(range(24))
EVERY_MONTH: Final = tuple(range(1, 13))
EVERY_DAY: Final = tuple(range(1, 32))
EVERY_WEEKDAY: Final = tuple(range(7))
_SUNDAY_TOO: Final = 7


class Days(msgspec.Struct, frozen=True):
    """Days of the month: any of these.

    Attributes:
        numbers: from 1, in order.
        last: the last one.
        last_weekday: the last one that is no Saturday and no Sunday.
    """

    numbers: tuple[int, ...] = EVERY_DAY
    last: bool = False
    last_weekday: bool = False

    @property
    def every(self) -> bool:
        """Whether no day is left out."""
        return self.numbers == EVERY_DAY

    @property
    def special(self) -> bool:
        """Whether there is one that has no number."""
        return not self.every and (self.last or self.last_weekday)


class Weekdays(msgspec.Struct, frozen=True):
    """Days of the week, from 0 for Sunday: any of these.

    Attributes:
        numbers: each of them, in order.
        nth: the nth of a month: day and n.
        last: the last of a month.
    """

    numbers: tuple[int, ...] = EVERY_WEEKDAY
    nth: tuple[tuple[int, int], ...] = ()
    last: tuple[int, ...] = ()

    @property
    def every(self) -> bool:
        """Whether no day is left out."""
        return self.numbers == EVERY_WEEKDAY

    @property
    def special(self) -> bool:
        """Whether there is one that does not come every week."""
        return not self.every and bool(self.nth or self.last)


class Expression(msgspec.Struct, frozen=True, kw_only=True):
    """An expression.

    Attributes:
        minutes, hours, months: numbers, in order.
        days: of the month.
        weekdays: of the week.
        both: whether a day must be right in both ways; else one is enough. Where one of them says
            every day, it is the other that counts.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    days: Days
    weekdays: Weekdays
    both: bool


def expression(cron: str) -> Expression:
    """What an expression says.

    Raises:
        CronSimError: it cannot be read; ``reporter check`` tells why.
    """
    read = CronSim(cron, _ANY_TIME)
    days = Days(
        tuple(sorted(day for day in read.days if day > 0)),
        last=CronSim.LAST in read.days,
        last_weekday=CronSim.LAST_WEEKDAY in read.days,
    )
    weekdays = _weekdays(read)
    both = read.day_and
    if not both and (days.every or weekdays.every):
        # One is enough, and one of them always is.
        days, weekdays = Days(), Weekdays()
    return Expression(
        minutes=tuple(sorted(read.minutes)),
        hours=tuple(sorted(read.hours)),
        months=tuple(sorted(read.months)),
        days=days,
        weekdays=weekdays,
        both=both or days.every,
    )


def _weekdays(read: CronSim) -> Weekdays:
    numbers, nth, last = set(), set(), set()
    for item in read.weekdays:
        if isinstance(item, int):
            numbers.add(item % _SUNDAY_TOO)
        elif item[1] == CronSim.LAST:
            last.add(item[0] % _SUNDAY_TOO)
        else:
            nth.add((item[0] % _SUNDAY_TOO, item[1]))
    return Weekdays(tuple(sorted(numbers)), tuple(sorted(nth)), tuple(sorted(last)))
