"""How many calls fall into which hour."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from reporter.dates import parse_instant, time_zone, wall_clock
from reporter.sample_data.chance import mix
from reporter.sample_data.model import PERMILLE, Incident, Request, Rhythm

_HOUR: Final = timedelta(hours=1)
_DAYS_OF_GROWTH: Final = 30
_SATURDAY: Final = 5


class Hour(msgspec.Struct, frozen=True):
    """One hour of UTC.

    Attributes:
        begin: its first instant.
        calls: how many are placed or received in it.
        before: how many come before it.
        outage: the network that is down, or None.
    """

    begin: datetime
    calls: int
    before: int
    outage: int | None


def hours(request: Request, rhythm: Rhythm, incident: Incident) -> tuple[Hour, ...]:
    """All hours with calls, in order. Their calls add up to the request's."""
    zone = time_zone(rhythm.timezone)
    down = _incident_begin(request, incident, zone)
    begins = tuple(_begins(request))
    weights = [_weight(wall_clock(begin, zone), request, rhythm) for begin in begins]
    total = sum(weights)
    found: list[Hour] = []
    passed = before = 0
    for begin, weight in zip(begins, weights, strict=True):
        passed += weight
        upto = request.calls * passed // total
        if upto > before:
            broken = down <= begin < down + incident.hours * _HOUR
            outage = incident.network if broken else None
            found.append(Hour(begin, upto - before, before, outage))
        before = upto
    return tuple(found)


def _begins(request: Request) -> Iterator[datetime]:
    begin = request.begin
    while begin < request.end:
        yield begin
        begin += _HOUR


def _incident_begin(request: Request, incident: Incident, zone: ZoneInfo) -> datetime:
    day = request.until - timedelta(days=incident.days_before_end)
    return parse_instant(f"{day}T{incident.hour:02}:00", zone).astimezone(UTC)


def _weight(local: datetime, request: Request, rhythm: Rhythm) -> int:
    """How busy a local hour is; whole numbers, so that it is the same everywhere."""
    weekday = local.weekday()
    of_day = rhythm.weekend if weekday >= _SATURDAY else rhythm.workday
    age = (local.date() - request.since).days + 1
    grown = _DAYS_OF_GROWTH * PERMILLE + age * rhythm.growth
    noise = PERMILLE - rhythm.noise + _draw(local.date(), request.seed) % (2 * rhythm.noise + 1)
    return of_day[local.hour] * rhythm.weekdays[weekday] * grown * noise


def _draw(day: date, seed: int) -> int:
    return mix(mix(seed) ^ day.toordinal())


def months(request: Request) -> Iterator[tuple[datetime, datetime]]:
    """The calendar months (UTC) that the request touches, cut to it."""
    begin = request.since
    while begin < request.until:
        following = (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = min(following, request.until)
        yield datetime.combine(begin, time(), UTC), datetime.combine(end, time(), UTC)
        begin = end
