"""How other schedulers read what is written for them: from their manuals, not from our code."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def numbers(field: str, first: int, last: int) -> set[int]:
    """A field of five: stars, numbers, ranges, steps."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        begin, _, end = (f"{first}-{last}" if span == "*" else span).partition("-")
        found |= set(range(int(begin), int(end or begin) + 1, int(step or 1)))
    assert min(found) >= first
    assert max(found) <= last
    return found


def fired_by_five_fields(
    line: str, days: list[date], *, starred: Callable[[str], bool]
) -> set[datetime]:
    """The wall times of some days.

    Args:
        line: five fields.
        days: to look at.
        starred: whether a field of days demands nothing by itself, so that both must hold.
    """
    fields = line.split()
    minutes, hours, numbered, months, weekdays = (
        numbers(field, *bounds) for field, bounds in zip(fields, RANGES, strict=True)
    )
    both = starred(fields[2]) or starred(fields[4])
    found = set()
    for day in days:
        right = (day.day in numbered, (day.weekday() + 1) % 7 in weekdays)
        if day.month in months and (all(right) if both else any(right)):
            found |= {datetime.combine(day, time(h, m)) for h in hours for m in minutes}
    return found


def kubernetes_star(field: str) -> bool:
    """Kubernetes: an asterisk with a step is a list like any other."""
    return any(part in ("*", "*/1") for part in field.split(","))


def posix_star(field: str) -> bool:
    """POSIX knows an asterisk alone."""
    return field == "*"


CALENDAR = re.compile(
    r"(?:(?P<weekdays>[A-Z][a-z]{2}(?:,[A-Z][a-z]{2})*) )?"
    r"\*-(?P<months>\S+?)(?P<way>[-~])(?P<days>\S+) "
    r"(?P<hours>\S+):(?P<minutes>\S+):00 (?P<zone>\S+)"
)


def calendar_numbers(field: str, first: int, last: int) -> set[int]:
    if field == "*":
        return set(range(first, last + 1))
    found: set[int] = set()
    for part in field.split(","):
        begin, _, end = part.partition("..")
        found |= set(range(int(begin), int(end or begin) + 1))
    return found


def fired_by_calendar(line: str, days: list[date]) -> set[datetime]:
    """The wall times of some days by a line of ``OnCalendar``."""
    read = CALENDAR.fullmatch(line)
    assert read is not None, line
    weekdays = set((read["weekdays"] or ",".join(WEEKDAYS)).split(","))
    months = calendar_numbers(read["months"], 1, 12)
    hours = calendar_numbers(read["hours"], 0, 23)
    minutes = calendar_numbers(read["minutes"], 0, 59)
    found = set()
    for day in days:
        length = monthrange(day.year, day.month)[1]
        if read["way"] == "-":
            right = day.day in calendar_numbers(read["days"], 1, 31)
        elif read["days"] == "07/1":
            right = length - day.day < 7
        else:
            right = length - day.day + 1 in calendar_numbers(read["days"], 1, 31)
        if right and day.month in months and WEEKDAYS[day.weekday()] in weekdays:
            found |= {datetime.combine(day, time(h, m)) for h in hours for m in minutes}
    return found


@cache
def steady(day: date, zone: ZoneInfo) -> bool:
    """Whether the clock is not put forward or back around a day."""
    noon = datetime.combine(day, time(12), UTC)
    around = (noon + timedelta(days=number) for number in (-2, 2))
    return len({at.astimezone(zone).utcoffset() for at in around}) == 1


def days_of(begin: date, count: int, zone: ZoneInfo) -> list[date]:
    """So many days, without those on which the clock changes."""
    days = (begin + timedelta(days=number) for number in range(count))
    return [day for day in days if steady(day, zone)]


def offset_of(at: datetime, zone: ZoneInfo) -> str:
    """As ``date +%z`` writes it."""
    return at.astimezone(zone).strftime("%z")
