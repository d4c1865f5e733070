"""When a cron expression is due: in local time, once for every time of the wall clock.

A time that the clock skips is due once, at the end of the gap; one that the clock shows twice is
due once, the first time. So a report that is due every day is made every day, and none is made
twice, whatever the clock does.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby, takewhile
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from cronsim import CronSim

from reporter.dates import Unit, first_instant, shifted

_MARGIN: Final = timedelta(days=2)
"""More than any clock has ever been put forward or back."""


class Clock(StrEnum):
    """What the clock does at the time of a firing."""

    STEADY = "steady"
    SKIPS = "skips"
    """It is put forward over the time: due at the end of the gap."""
    REPEATS = "repeats"
    """It is put back and shows the time twice: due the first time."""


class Firing(msgspec.Struct, frozen=True):
    """One time at which a report is due.

    Attributes:
        wall: what the expression says, without offset.
        at: the instant, with the zone's offset.
        clock: what the clock does then.
    """

    wall: datetime
    at: datetime
    clock: Clock


def firings(cron: str, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Firing]:
    """The times in ``[since, until)`` at which an expression is due, in order.

    Args:
        cron: minute, hour, day of month, month, day of week.
        zone: whose wall clock it speaks of.
        since: the first instant that counts.
        until: the first one that does not any more.

    Raises:
        CronSimError: the expression cannot be read; ``reporter check`` tells why.
    """
    begin = since.astimezone(zone).replace(tzinfo=None, fold=0) - _MARGIN
    found = (_firing(wall, zone) for wall in CronSim(cron, begin))
    # All that a gap swallows is due at its end: together, and with what is due then anyway.
    together = (tuple(same)[-1] for _, same in groupby(found, key=lambda one: one.at))
    for firing in takewhile(lambda one: one.at < until, together):
        if firing.at >= since:
            yield firing


def skipped_months(cron: str, since: date, until: date) -> Iterator[date]:
    """The months, by their first days, in which nothing is due since they have no such day.

    Args:
        cron: the expression.
        since: a day of the first month.
        until: a day of the month after the last one, or its end.
    """
    wanted = CronSim(cron, datetime.combine(since, time()))
    fields = cron.split()
    if fields[2].startswith("*") or not fields[4].startswith("*"):
        return
    month = since.replace(day=1)
    while month < until:
        _, length = monthrange(month.year, month.month)
        if month.month in wanted.months and not any(day <= length for day in wanted.days):
            yield month
        month = shifted(month, Unit.MONTHS, 1)


def _firing(wall: datetime, zone: ZoneInfo) -> Firing:
    at = first_instant(wall, zone)
    if at.replace(tzinfo=None) != wall:
        return Firing(wall, at, Clock.SKIPS)
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return Firing(wall, at, Clock.STEADY if first == second else Clock.REPEATS)
