"""Wall clock and instants: zones, their offsets, midnights.

Datetimes leave this room with a fixed offset in place of the zone. Two datetimes of one
ZoneInfo compare and subtract by their wall clocks, and never equal one of another zone in a
repeated hour; with fixed offsets they behave as the instants they are.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_MOMENT: Final = timedelta(microseconds=1)
_ISO: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}"
    r"([T ]\d{2}:\d{2}(:\d{2}([.]\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?",
    re.ASCII,
)
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 9000
_NO_NAMES: Final = frozenset({"", "localtime", "posixrules"})
"""What some machines keep among the zones, and means something else on each."""


def time_zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name.

    Raises:
        KeyError: there is no such zone.
    """
    try:
        if name in _NO_NAMES:
            raise KeyError(name)
        return ZoneInfo(name)
    except (ValueError, OSError) as error:  # an absolute path, a folder (``Europe``)
        raise KeyError(name) from error


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """The instant that a text names: ``2026-11-01`` (00:00 local) or an ISO date-time.

    A date-time without offset is local.

    Raises:
        ValueError: the text is neither; the message says what would be.
    """
    if _ISO.fullmatch(text) is None:
        raise ValueError(
            f"{text!r} is neither a date (2026-11-01) nor a date-time"
            " (2026-11-01T09:30, 2026-11-01T09:30:00+01:00)"
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} does not exist: {error}") from error
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"{text!r} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return instant_of(moment, zone)


def at_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, with its UTC offset.

    Where midnight does not exist it is the first instant after the gap, where it comes twice
    the first of the two.
    """
    return first_instant(datetime.combine(day, time()), zone)


def offset_changes(
    zone: ZoneInfo, since: datetime, until: datetime
) -> tuple[tuple[datetime, timedelta], ...]:
    """The zone's UTC offsets in ``[since, until)``.

    First ``since`` with the offset then in force, then the first instant of each other one, in
    order. All instants are in UTC; changes are exact to the second.
    """
    return _known_changes(zone, since.astimezone(UTC), until.astimezone(UTC))


@lru_cache(maxsize=256)
def _known_changes(
    zone: ZoneInfo, since: datetime, until: datetime
) -> tuple[tuple[datetime, timedelta], ...]:
    return tuple(offsets(zone, since, until))


def with_offset(instant: datetime, zone: ZoneInfo) -> datetime:
    """The same instant in the zone, with its offset in place of the zone."""
    return instant.astimezone(timezone(_offset(instant, zone)))


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    local = instant.astimezone(zone)
    return local.utcoffset() or timedelta()  # a ZoneInfo always has one; zero is false


def minute(instant: datetime) -> str:
    """An instant for people, in UTC and to the minute: ``2026-11-01 06:00``."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M}"


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the zone's clock shows a time.

    The first of two; the first instant after the gap where the clock never shows it.
    """
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) != wall:
        # Read with the offset after the gap the time lies before the gap, and the other way round.
        before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
        instant = tuple(offsets(zone, before, instant + _MOMENT))[1][0]
    return with_offset(instant, zone)


def instant_of(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """A date begins at midnight, a naive datetime is local, an aware one is what it is."""
    if not isinstance(moment, datetime):
        return at_midnight(moment, zone)
    return first_instant(moment, zone) if moment.tzinfo is None else with_offset(moment, zone)


def wall_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clock shows; midnight at the first instant of a day even where none exists."""
    wall = instant.astimezone(zone).replace(tzinfo=None, fold=0)
    midnight = datetime.combine(wall.date(), time())
    return midnight if first_instant(midnight, zone) == instant else wall


def offsets(
    zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[tuple[datetime, timedelta]]:
    """The offsets in ``[since, until)``; both ends in UTC."""
    offset = _offset(since, zone)
    yield since, offset
    here = since
    while here < until:
        # No zone changes its offset and changes it back within a day.
        ahead = min(here + _DAY, until)
        then = _offset(ahead, zone)
        if then == offset:
            here = ahead
            continue
        here = _first_change(zone, here.replace(microsecond=0), ahead)
        offset = _offset(here, zone)
        if here < until:
            yield here, offset


def _first_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first instant with another offset than ``before``, which ``after`` has."""
    offset = _offset(before, zone)
    low, high = 0, -((before - after) // _SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(before + timedelta(seconds=middle), zone) == offset:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)
