"""What a tick changes: from what is known and what there is to what is written down. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from reporter.dates import time_zone
from reporter.ledger.firings import FiringState, NewFiring, ScheduleRecord
from reporter.schedule.due import firings
from reporter.schedule.specs import Found, Scheduled

PUNCTUAL: Final = timedelta(minutes=15)
"""What is found that soon after it was due was not missed: whoever looks was busy."""
_FAR: Final = timedelta(days=41 * 366)
"""A Sunday that is 29 February may be that far away."""
_HOUR: Final = timedelta(hours=1)
_ABSENT: Final = timedelta(minutes=10)
"""A file that is away for less is being replaced."""
_WHY_MISSED: Final = {
    "latest": "nobody looked at that time; catchUp: latest makes only the latest one",
    "none": "nobody looked at that time; catchUp: none makes none later",
}


class Remember(msgspec.Struct, frozen=True):
    """A schedule is new, or another one than before."""

    schedule: ScheduleRecord


class Forget(msgspec.Struct, frozen=True):
    """A report has no schedule any more."""

    report: str


class Fire(msgspec.Struct, frozen=True):
    """Due times of a report have come.

    Attributes:
        schedule: as it is known.
        come: all of them, in order; none where it is the stored time that was wrong.
        next_due: the first one after them.
    """

    schedule: ScheduleRecord
    come: tuple[NewFiring, ...]
    next_due: datetime | None


Change = Remember | Forget | Fire


def changes(known: Iterable[ScheduleRecord], found: Found, now: datetime) -> tuple[Change, ...]:
    """What is to be written down.

    Args:
        known: the schedules in the ledger.
        found: the specs that there are.
        now: the present instant.
    """
    before = {one.report: one for one in known}
    there = {one.report: one for one in found.scheduled}
    gone = (_gone(one, found, now) for name, one in before.items() if name not in there)
    come = (_come(before.get(name), one, now) for name, one in there.items())
    return tuple(change for change in (*gone, *come) if change is not None)


def next_due(scheduled: Scheduled, since: datetime) -> datetime | None:
    """When a report is due first from an instant on; None: never."""
    hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    times = _within(scheduled.schedule.cron, scheduled.zone, hour)
    return next((one for one in times if one >= since), None)


@lru_cache(maxsize=4096)
def _within(cron: str, zone: ZoneInfo, hour: datetime) -> tuple[datetime, ...]:
    """When an expression is due in an hour, and the first time after it: every tick asks."""
    end = hour + _HOUR
    found = []
    for one in firings(cron, zone, hour, end + _FAR):
        found.append(one.at)
        if one.at >= end:
            break
    return tuple(found)


def _come(known: ScheduleRecord | None, scheduled: Scheduled, now: datetime) -> Change | None:
    record = ScheduleRecord(
        report=scheduled.report,
        spec=scheduled.path.name,
        cron=scheduled.schedule.cron,
        timezone=scheduled.zone.key,
        next_due=None if known is None else known.next_due,
    )
    if known is None or (known.cron, known.timezone) != (record.cron, record.timezone):
        due = next_due(scheduled, now)
        return Remember(msgspec.structs.replace(record, next_due=due))
    if known != record:
        return Remember(record)
    if known.next_due is None or known.next_due > now:
        return _set_back(known, scheduled, now)
    return _fire(known, scheduled.schedule.catch_up, now)


def _set_back(known: ScheduleRecord, scheduled: Scheduled, now: datetime) -> Fire | None:
    """The clock was far ahead for a while: what is due until then is not left out.

    Clocks that differ a little see nothing of it: what has just come stays behind them.
    """
    soon = now + PUNCTUAL
    if known.next_due is None or known.next_due <= soon:
        return None
    due = next_due(scheduled, soon)
    return Fire(known, (), due) if due is not None and due < known.next_due else None


def _gone(known: ScheduleRecord, found: Found, now: datetime) -> Change | None:
    if any(known.spec == one.path.name for one in found.broken):
        return None  # once it is mended it goes on where it was
    if known.spec in found.files:
        return Forget(known.report)
    if known.missing_since is None:
        return Remember(msgspec.structs.replace(known, missing_since=now))
    return Forget(known.report) if now - known.missing_since >= _ABSENT else None


def _fire(
    schedule: ScheduleRecord, catch_up: Literal["all", "latest", "none"], now: datetime
) -> Fire:
    begin = schedule.next_due
    assert begin is not None  # noqa: S101 - the caller has looked
    come = [begin]  # as it is stored: the rules of the zone may have changed since
    after: datetime | None = None
    for one in firings(schedule.cron, time_zone(schedule.timezone), begin, now + _FAR):
        if one.at > now:
            after = one.at
            break
        if one.at > begin:
            come.append(one.at)
    return Fire(schedule, tuple(_chosen(come, catch_up, now)), after)


def _chosen(
    come: Sequence[datetime], catch_up: Literal["all", "latest", "none"], now: datetime
) -> Iterator[NewFiring]:
    for number, at in enumerate(come, start=1):
        latest = number == len(come)
        if (
            catch_up == "all"
            or (latest and catch_up == "latest")
            or (latest and now - at <= PUNCTUAL)
        ):
            yield NewFiring(at, FiringState.DUE)
        else:
            yield NewFiring(at, FiringState.MISSED, _WHY_MISSED[catch_up])
