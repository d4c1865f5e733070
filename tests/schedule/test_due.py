"""Cron expressions against clocks: every local time once, in every zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.dates import time_zone
from reporter.plan.rules.cron import cron_mistake
from reporter.schedule.due import Clock, Firing, firings, skipped_months

ZAGREB = time_zone("Europe/Zagreb")
ZONES = sorted(available_timezones() - {"localtime", "posixrules"})
MINUTE = timedelta(minutes=1)


def walls(
    cron: str, since: str, until: str, zone: ZoneInfo = ZAGREB
) -> list[tuple[str, str, Clock]]:
    begin, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, until))
    return [
        (f"{one.wall:%m-%d %H:%M}", one.at.isoformat(timespec="minutes"), one.clock)
        for one in firings(cron, zone, begin, end)
    ]


def test_local_time_is_kept_over_the_year() -> None:
    assert walls("0 7 1 * *", "2026-09-15", "2026-12-15") == [
        ("10-01 07:00", "2026-10-01T07:00+02:00", Clock.STEADY),
        ("11-01 07:00", "2026-11-01T07:00+01:00", Clock.STEADY),
        ("12-01 07:00", "2026-12-01T07:00+01:00", Clock.STEADY),
    ]


def test_a_time_that_the_clock_skips_is_due_at_the_end_of_the_gap() -> None:
    assert walls("30 2 * * *", "2026-03-28", "2026-03-31") == [
        ("03-28 02:30", "2026-03-28T02:30+01:00", Clock.STEADY),
        ("03-29 02:30", "2026-03-29T03:00+02:00", Clock.SKIPS),
        ("03-30 02:30", "2026-03-30T02:30+02:00", Clock.STEADY),
    ]


def test_what_a_gap_swallows_is_due_once_with_what_is_due_at_its_end() -> None:
    assert walls("*/20 * * * *", "2026-03-29T00:30", "2026-03-29T01:30") == [
        ("03-29 01:40", "2026-03-29T01:40+01:00", Clock.STEADY),
        ("03-29 03:00", "2026-03-29T03:00+02:00", Clock.STEADY),
        ("03-29 03:20", "2026-03-29T03:20+02:00", Clock.STEADY),
    ]


def test_a_time_that_the_clock_shows_twice_is_due_the_first_time() -> None:
    assert walls("30 2 * * *", "2026-10-24", "2026-10-27") == [
        ("10-24 02:30", "2026-10-24T02:30+02:00", Clock.STEADY),
        ("10-25 02:30", "2026-10-25T02:30+02:00", Clock.REPEATS),
        ("10-26 02:30", "2026-10-26T02:30+01:00", Clock.STEADY),
    ]
    assert len(walls("0 * * * *", "2026-10-24T22:00", "2026-10-25T23:00")) == 24


def test_a_day_that_a_zone_left_out() -> None:
    samoa = time_zone("Pacific/Apia")
    assert walls("0 9 * * *", "2011-12-29", "2012-01-01", samoa) == [
        ("12-29 09:00", "2011-12-29T09:00-10:00", Clock.STEADY),
        ("12-30 09:00", "2011-12-31T00:00+14:00", Clock.SKIPS),
        ("12-31 09:00", "2011-12-31T09:00+14:00", Clock.STEADY),
        ("01-01 09:00", "2012-01-01T09:00+14:00", Clock.STEADY),
    ]


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 7 31 * *", ["01-31", "03-31", "05-31"]),
        ("0 7 L * *", ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        ("0 7 LW * *", ["01-29", "02-26", "03-31", "04-30", "05-31"]),
        ("0 7 * * MON#1", ["01-04", "02-01", "03-01", "04-05", "05-03"]),
        ("0 7 * * 5L", ["01-29", "02-26", "03-26", "04-30", "05-28"]),
        ("0 7 29 2 *", []),
    ],
)
def test_days_mean_what_people_mean(cron: str, days: list[str]) -> None:
    assert [wall[:5] for wall, _, _ in walls(cron, "2027-01-01", "2027-06-01")] == days


def test_months_without_such_a_day() -> None:
    year = date(2027, 1, 15), date(2028, 1, 1)
    found = {cron: [m.month for m in skipped_months(cron, *year)] for cron in (
        "0 7 31 * *", "0 7 29-30 * *", "0 7 L * *", "0 7 * * *", "0 7 31 * MON", "0 7 30,31 1-4 *",
    )}  # fmt: skip
    assert found == {
        "0 7 31 * *": [2, 4, 6, 9, 11],
        "0 7 29-30 * *": [2],
        "0 7 L * *": [],
        "0 7 * * *": [],
        "0 7 31 * MON": [],
        "0 7 30,31 1-4 *": [2],
    }


# Against a clock that is read minute by minute

clock_times = st.tuples(st.integers(0, 59), st.integers(0, 23))


def shown(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every minute: the instant, and what the zone's clock shows."""
    instant = since
    while instant < until:
        yield instant, instant.astimezone(zone).replace(tzinfo=None, fold=0)
        instant += MINUTE


def by_the_clock(
    wanted: set[tuple[int, int]], zone: ZoneInfo, since: datetime, until: datetime
) -> list[datetime]:
    """When minutes of the day are due, found by looking at the clock all the time."""
    due: dict[datetime, None] = {}
    seen: set[datetime] = set()
    before = None
    for instant, wall in shown(zone, since - timedelta(hours=26), until):
        skipped = []
        if before is not None and wall > before + MINUTE:
            minutes = int((wall - before) / MINUTE)
            skipped = [before + n * MINUTE for n in range(1, minutes)]
        for time in (*skipped, wall):
            if time not in seen and (time.minute, time.hour) in wanted:
                due[instant] = None
            seen.add(time)
        before = wall if before is None else max(before, wall)
    return [instant for instant in due if instant >= since]


@pytest.mark.unmeasured
@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_every_change_of_every_clock_in_ten_years(part: int) -> None:
    """Each zone's clock is looked at around each of its changes, at times in and beside them."""
    changes = 0
    known: set[tuple[object, ...]] = set()
    for name in ZONES[part::4]:
        zone = time_zone(name)
        for instant in changes_of(zone, 2020, 2030):
            before, after = (
                (instant + side).astimezone(zone).utcoffset() for side in (-MINUTE, MINUTE)
            )
            local = instant.astimezone(zone).replace(tzinfo=None)
            if (local, before, after) in known:
                continue  # another name of the same clock
            known.add((local, before, after))
            changes += 1
            walls_near = [local + timedelta(minutes=n) for n in (-90, -61, -30, -1, 0, 1, 30, 59)]
            wanted = {(wall.minute, wall.hour) for wall in walls_near}
            since, until = instant - timedelta(hours=4), instant + timedelta(hours=4)
            expected = by_the_clock(wanted, zone, since, until)
            found = {
                one.at.astimezone(UTC)
                for minute, hour in wanted
                for one in firings(f"{minute} {hour} * * *", zone, since, until)
            }
            assert sorted(found) == expected, (name, instant)
    assert changes > 20


def changes_of(zone: ZoneInfo, first: int, last: int) -> Iterator[datetime]:
    hours = [
        datetime(first, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range((last - first) * 366)
    ]
    for day, next_day in pairwise(hours):
        if day.astimezone(zone).utcoffset() != next_day.astimezone(zone).utcoffset():
            low, high = day, next_day
            while high - low > MINUTE:
                middle = low + (high - low) // 2
                middle = middle.replace(second=0, microsecond=0)
                if middle.astimezone(zone).utcoffset() == day.astimezone(zone).utcoffset():
                    low = middle
                else:
                    high = middle
            yield high


@given(
    zone=st.sampled_from(ZONES),
    time=clock_times,
    day=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_a_daily_report_is_due_once_a_day(zone: str, time: tuple[int, int], day: date) -> None:
    minute, hour = time
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = list(
        firings(f"{minute} {hour} * * *", time_zone(zone), since, since + timedelta(days=40))
    )
    days = [one.wall.date() for one in found]
    assert all(b - a == timedelta(days=1) for a, b in pairwise(days))
    assert 39 <= len(found) <= 41
    assert all(a.at < b.at for a, b in pairwise(found))
    assert all((one.wall.minute, one.wall.hour) == time for one in found)


@pytest.mark.unmeasured
@given(
    cron=st.sampled_from(
        ["*/7 * * * *", "15 */5 * * *", "0 7 1 * *", "59 23 L * *", "0 0 * * 1-5"]
    ),
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2020, 1, 1), date(2029, 1, 1)),
    cut=st.integers(1, 60 * 24 * 30),
)
def test_two_spans_make_up_the_whole(cron: str, zone: str, day: date, cut: int) -> None:
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    middle, until = since + cut * MINUTE, since + timedelta(days=31)

    def due(begin: datetime, end: datetime) -> list[Firing]:
        return list(firings(cron, time_zone(zone), begin, end))

    assert due(since, middle) + due(middle, until) == due(since, until)


PARTS = st.sampled_from(
    ["*", "*/2", "1", "1-5", "1,3", "L", "LW", "5L", "1#2", "MON", "JAN", "31", "60"]
)


@given(st.lists(PARTS, min_size=5, max_size=5))
def test_what_the_check_accepts_is_due_sometime(parts: list[str]) -> None:
    cron = " ".join(parts)
    if cron_mistake(cron) is None:
        since = datetime(2026, 1, 1, tzinfo=UTC)
        assert (
            next(firings(cron, ZAGREB, since, since + timedelta(days=366 * 30)), None) is not None
        )
