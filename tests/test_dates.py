"""Periods, comparisons and steps, against examples and against a naive reading of the clock.

The oracle asks only ``astimezone``: it looks at every minute of a window and reads the clock.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from reporter.dates import (
    Between,
    Comparison,
    Grain,
    Interval,
    LastUnits,
    Period,
    PeriodName,
    Unit,
    at_midnight,
    compared,
    doubled,
    is_to_date,
    minute,
    offset_changes,
    parse_instant,
    resolve,
    step_interval,
    step_of,
    steps,
    time_zone,
)

ZAGREB = ZoneInfo("Europe/Zagreb")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def local(text: str, zone: ZoneInfo = ZAGREB) -> datetime:
    return parse_instant(text, zone)


def shown(interval: Interval, zone: ZoneInfo = ZAGREB) -> str:
    """Local ends; ``00:00`` is left out."""
    ends = (end.astimezone(zone).strftime("%Y-%m-%d %H:%M") for end in interval_ends(interval))
    return " to ".join(end.removesuffix(" 00:00") for end in ends)


def interval_ends(interval: Interval) -> tuple[datetime, datetime]:
    return interval.since, interval.until


# Periods, as of Wednesday 4 November 2026, half past ten

AS_OF = "2026-11-04T10:30"


@pytest.mark.parametrize(
    ("period", "expected", "before", "year_before"),
    [
        (
            PeriodName.TODAY,
            "2026-11-04 to 2026-11-04 10:30",
            "2026-11-03 to 2026-11-03 10:30",
            "2025-11-04 to 2025-11-04 10:30",
        ),
        (
            PeriodName.YESTERDAY,
            "2026-11-03 to 2026-11-04",
            "2026-11-02 to 2026-11-03",
            "2025-11-03 to 2025-11-04",
        ),
        (
            PeriodName.LAST_7_DAYS,
            "2026-10-28 to 2026-11-04",
            "2026-10-21 to 2026-10-28",
            "2025-10-28 to 2025-11-04",
        ),
        (
            PeriodName.LAST_30_DAYS,
            "2026-10-05 to 2026-11-04",
            "2026-09-05 to 2026-10-05",
            "2025-10-05 to 2025-11-04",
        ),
        (
            PeriodName.THIS_WEEK,
            "2026-11-02 to 2026-11-04 10:30",
            "2026-10-26 to 2026-10-28 10:30",
            "2025-11-03 to 2025-11-05 10:30",
        ),
        (
            PeriodName.LAST_WEEK,
            "2026-10-26 to 2026-11-02",
            "2026-10-19 to 2026-10-26",
            "2025-10-27 to 2025-11-03",
        ),
        (
            PeriodName.MONTH_TO_DATE,
            "2026-11-01 to 2026-11-04 10:30",
            "2026-10-01 to 2026-10-04 10:30",
            "2025-11-01 to 2025-11-04 10:30",
        ),
        (
            PeriodName.LAST_MONTH,
            "2026-10-01 to 2026-11-01",
            "2026-09-01 to 2026-10-01",
            "2025-10-01 to 2025-11-01",
        ),
        (
            PeriodName.QUARTER_TO_DATE,
            "2026-10-01 to 2026-11-04 10:30",
            "2026-07-01 to 2026-08-04 10:30",
            "2025-10-01 to 2025-11-04 10:30",
        ),
        (
            PeriodName.LAST_QUARTER,
            "2026-07-01 to 2026-10-01",
            "2026-04-01 to 2026-07-01",
            "2025-07-01 to 2025-10-01",
        ),
        (
            PeriodName.YEAR_TO_DATE,
            "2026-01-01 to 2026-11-04 10:30",
            "2025-01-01 to 2025-11-04 10:30",
            "2025-01-01 to 2025-11-04 10:30",
        ),
        (
            PeriodName.LAST_YEAR,
            "2025-01-01 to 2026-01-01",
            "2024-01-01 to 2025-01-01",
            "2024-01-01 to 2025-01-01",
        ),
        (
            LastUnits(3, Unit.DAYS),
            "2026-11-01 to 2026-11-04",
            "2026-10-29 to 2026-11-01",
            "2025-11-01 to 2025-11-04",
        ),
        (
            LastUnits(2, Unit.WEEKS),
            "2026-10-19 to 2026-11-02",
            "2026-10-05 to 2026-10-19",
            "2025-10-20 to 2025-11-03",
        ),
        (
            LastUnits(13, Unit.MONTHS),
            "2025-10-01 to 2026-11-01",
            "2024-09-01 to 2025-10-01",
            "2024-10-01 to 2025-11-01",
        ),
        (
            LastUnits(2, Unit.QUARTERS),
            "2026-04-01 to 2026-10-01",
            "2025-10-01 to 2026-04-01",
            "2025-04-01 to 2025-10-01",
        ),
        (
            LastUnits(2, Unit.YEARS),
            "2024-01-01 to 2026-01-01",
            "2022-01-01 to 2024-01-01",
            "2023-01-01 to 2025-01-01",
        ),
        (
            Between(date(2026, 10, 1), date(2026, 11, 1)),
            "2026-10-01 to 2026-11-01",
            "2026-09-01 to 2026-10-01",
            "2025-10-01 to 2025-11-01",
        ),
        (
            Between(date(2026, 10, 5), date(2026, 10, 26)),
            "2026-10-05 to 2026-10-26",
            "2026-09-14 to 2026-10-05",
            "2025-10-05 to 2025-10-26",
        ),
        (
            Between(datetime(2026, 10, 5, 8), datetime(2026, 10, 5, 12)),  # noqa: DTZ001 - local
            "2026-10-05 08:00 to 2026-10-05 12:00",
            "2026-10-05 04:00 to 2026-10-05 08:00",
            "2025-10-05 08:00 to 2025-10-05 12:00",
        ),
        (
            Between(datetime(2026, 10, 5, 8, tzinfo=UTC), date(2026, 10, 6)),
            "2026-10-05 10:00 to 2026-10-06",
            "2026-10-04 20:00 to 2026-10-05 10:00",
            "2025-10-05 10:00 to 2025-10-06",
        ),
    ],
)
def test_every_period_and_what_it_is_compared_with(
    period: Period, expected: str, before: str, year_before: str
) -> None:
    interval = resolve(period, local(AS_OF), ZAGREB)

    assert shown(interval) == expected
    assert shown(compared(period, interval, Comparison.PREVIOUS_PERIOD, ZAGREB)) == before
    assert shown(compared(period, interval, Comparison.PREVIOUS_YEAR, ZAGREB)) == year_before


def test_the_table_above_misses_no_name() -> None:
    marks = test_every_period_and_what_it_is_compared_with.pytestmark
    assert {row[0] for row in marks[0].args[1]} >= set(PeriodName)


@pytest.mark.parametrize(
    ("week_start", "expected"),
    [
        (0, "2026-10-26 to 2026-11-02"),
        (5, "2026-10-24 to 2026-10-31"),
        (6, "2026-10-25 to 2026-11-01"),
    ],
)
def test_a_week_begins_on_the_day_asked_for(week_start: int, expected: str) -> None:
    assert shown(resolve(PeriodName.LAST_WEEK, local(AS_OF), ZAGREB, week_start)) == expected


@pytest.mark.parametrize(
    ("as_of", "period", "comparison", "expected"),
    [
        # March has days that February lacks: the whole of February, and no more.
        (
            "2026-03-31T12:00",
            PeriodName.MONTH_TO_DATE,
            Comparison.PREVIOUS_PERIOD,
            "2026-02-01 to 2026-03-01",
        ),
        # The first quarter of 2026 is shorter than the fourth of 2025: 89.5 days of both.
        (
            "2026-03-31T12:00",
            PeriodName.QUARTER_TO_DATE,
            Comparison.PREVIOUS_PERIOD,
            "2025-10-01 to 2025-12-29 12:00",
        ),
        # The other way round, the first quarter has only 90 days to give.
        (
            "2026-06-30T12:00",
            PeriodName.QUARTER_TO_DATE,
            Comparison.PREVIOUS_PERIOD,
            "2026-01-01 to 2026-04-01",
        ),
        # A leap year against a plain one: day 366 has no fellow.
        (
            "2024-12-31T12:00",
            PeriodName.YEAR_TO_DATE,
            Comparison.PREVIOUS_PERIOD,
            "2023-01-01 to 2024-01-01",
        ),
        # 29 February as a beginning, as an end, as the middle.
        (
            "2024-02-29T09:00",
            PeriodName.TODAY,
            Comparison.PREVIOUS_YEAR,
            "2023-02-28 to 2023-02-28 09:00",
        ),
        (
            "2024-03-01",
            PeriodName.YESTERDAY,
            Comparison.PREVIOUS_YEAR,
            "2023-02-28 to 2023-03-01",
        ),
        (
            "2024-02-29",
            PeriodName.YESTERDAY,
            Comparison.PREVIOUS_YEAR,
            "2023-02-28 to 2023-03-01",
        ),
        (
            "2024-02-29",
            PeriodName.MONTH_TO_DATE,
            Comparison.PREVIOUS_YEAR,
            "2023-02-01 to 2023-03-01",
        ),
        (
            "2024-02-29T09:00",
            PeriodName.YEAR_TO_DATE,
            Comparison.PREVIOUS_YEAR,
            "2023-01-01 to 2023-03-01",
        ),
        # Seven days stay seven days where one of them is 29 February.
        (
            "2024-03-02",
            PeriodName.LAST_7_DAYS,
            Comparison.PREVIOUS_YEAR,
            "2023-02-24 to 2023-03-03",
        ),
        # The first instant of a to-date period: nothing against nothing.
        (
            "2026-11-01",
            PeriodName.MONTH_TO_DATE,
            Comparison.PREVIOUS_PERIOD,
            "2026-10-01 to 2026-10-01",
        ),
        # 52 weeks are a whole number of weeks: Mondays against Mondays.
        (
            "2024-03-04",
            PeriodName.LAST_WEEK,
            Comparison.PREVIOUS_YEAR,
            "2023-02-27 to 2023-03-06",
        ),
    ],
)
def test_like_is_compared_with_like(
    as_of: str, period: PeriodName, comparison: Comparison, expected: str
) -> None:
    interval = resolve(period, local(as_of), ZAGREB)
    assert shown(compared(period, interval, comparison, ZAGREB)) == expected


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-04-01", "2026-07-01", "2026-01-01 to 2026-04-01"),
        ("2025-01-01", "2026-01-01", "2024-01-01 to 2025-01-01"),
        ("2026-03-01", "2026-04-01", "2026-02-01 to 2026-03-01"),
        ("2026-10-15", "2026-11-15", "2026-09-14 to 2026-10-15"),
        ("2026-10-01", "2026-10-31", "2026-09-01 to 2026-10-01"),
        ("2026-10-01", "2026-11-01T01:00", "2026-08-30 23:00 to 2026-10-01"),
    ],
)
def test_whole_calendar_months_go_back_as_months(since: str, until: str, expected: str) -> None:
    period = Between(local(since), local(until))
    interval = resolve(period, local(AS_OF), ZAGREB)
    assert shown(compared(period, interval, Comparison.PREVIOUS_PERIOD, ZAGREB)) == expected


def test_a_leap_day_within_one_day_stays_within_one_day() -> None:
    period = Between(local("2024-02-29T08:00"), local("2024-02-29T10:00"))
    interval = resolve(period, local(AS_OF), ZAGREB)
    assert (
        shown(compared(period, interval, Comparison.PREVIOUS_YEAR, ZAGREB))
        == "2023-02-28 08:00 to 2023-02-28 10:00"
    )


def test_a_day_that_begins_at_one_still_begins() -> None:
    # Beirut, 29 March 2026: the clocks go from 24:00 to 01:00.
    beirut = ZoneInfo("Asia/Beirut")
    interval = resolve(PeriodName.YESTERDAY, local("2026-03-29T12:00", beirut), beirut)

    assert shown(interval, beirut) == "2026-03-28 to 2026-03-29 01:00"
    assert (
        shown(compared(PeriodName.YESTERDAY, interval, Comparison.PREVIOUS_PERIOD, beirut), beirut)
        == "2026-03-27 to 2026-03-28"
    )


def test_as_of_in_another_zone_is_the_same_instant() -> None:
    late_evening_in_utc = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert (
        shown(resolve(PeriodName.MONTH_TO_DATE, late_evening_in_utc, ZAGREB))
        == "2026-11-01 to 2026-11-01 00:30"
    )


def test_only_periods_that_end_now_are_partial() -> None:
    assert {name for name in PeriodName if is_to_date(name)} == {
        PeriodName.TODAY,
        PeriodName.THIS_WEEK,
        PeriodName.MONTH_TO_DATE,
        PeriodName.QUARTER_TO_DATE,
        PeriodName.YEAR_TO_DATE,
    }
    assert not is_to_date(LastUnits(1, Unit.DAYS))
    assert not is_to_date(Between(date(2026, 1, 1), date(2026, 1, 2)))


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 10, 2), date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 10, 1)),
        # Both are the first instant after the gap.
        (datetime(2026, 3, 29, 2, 10), datetime(2026, 3, 29, 2, 50)),  # noqa: DTZ001 - local
    ],
)
def test_a_span_ends_after_it_begins(since: date, until: date) -> None:
    with pytest.raises(ValueError, match="no later than it begins"):
        resolve(Between(since, until), local(AS_OF), ZAGREB)


def test_a_span_inside_the_repeated_hour_keeps_its_length() -> None:
    period = Between(
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    )
    interval = resolve(period, local(AS_OF), ZAGREB)

    assert interval.until - interval.since == 40 * MINUTE
    assert (
        shown(compared(period, interval, Comparison.PREVIOUS_PERIOD, ZAGREB))
        == "2026-10-25 01:50 to 2026-10-25 02:30"
    )


def test_intervals_refuse_what_is_none() -> None:
    noon = datetime(2026, 10, 1, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="carry a time zone"):
        Interval(noon, noon.replace(tzinfo=None))
    with pytest.raises(ValueError, match="before it begins"):
        Interval(noon, noon - HOUR)


# Zones and instants


@pytest.mark.parametrize(
    "name",
    ["", "Europe", "/etc/localtime", "../UTC", "localtime", "Europe/Zagrebb", "a\0b", "zagréb"],
)
def test_an_unknown_zone_is_a_key_error(name: str) -> None:
    with pytest.raises(KeyError):
        time_zone(name)


def test_a_known_zone_is_found() -> None:
    assert time_zone("Europe/Zagreb").key == "Europe/Zagreb"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01", "2026-11-01T00:00:00+01:00"),
        ("2026-11-01T09:30", "2026-11-01T09:30:00+01:00"),
        ("2026-11-01 09:30:05", "2026-11-01T09:30:05+01:00"),
        ("2026-11-01T09:30:05.250", "2026-11-01T09:30:05.250000+01:00"),
        ("2026-07-01T09:30Z", "2026-07-01T11:30:00+02:00"),
        ("2026-07-01T09:30-05:00", "2026-07-01T16:30:00+02:00"),
        ("2026-03-29T02:30", "2026-03-29T03:00:00+02:00"),
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),
    ],
)
def test_texts_that_are_instants(text: str, expected: str) -> None:
    assert parse_instant(text, ZAGREB).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yesterday", "'yesterday' is neither a date (2026-11-01) nor a date-time"),
        ("2026-11", "'2026-11' is neither a date"),
        ("20261101", "'20261101' is neither a date"),
        ("2026-W45-1", "'2026-W45-1' is neither a date"),
        ("2026-11-01T9", "'2026-11-01T9' is neither a date"),
        ("2026-02-30", "'2026-02-30' does not exist: day is out of range for month"),
        ("2026-01-01T25:00", "'2026-01-01T25:00' does not exist: hour must be in 0..23"),
        ("0001-01-01", "'0001-01-01' lies outside the years 1900 to 9000"),
        ("9999-12-31", "'9999-12-31' lies outside the years 1900 to 9000"),
        ("٢٠٢٦-11-01", "is neither a date"),
    ],
)
def test_texts_that_are_no_instants(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="'") as caught:
        parse_instant(text, ZAGREB)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Zagreb", date(2026, 10, 25), "2026-10-25T00:00:00+02:00"),
        # The clocks go from 24:00 to 01:00: midnight does not exist.
        ("Asia/Beirut", date(2026, 3, 29), "2026-03-29T01:00:00+03:00"),
        # They go from 01:00 back to 00:00: midnight comes twice.
        ("America/Havana", date(2026, 11, 1), "2026-11-01T00:00:00-04:00"),
        # They go from 24:00 back to 23:00: the day before has 25 hours.
        ("Asia/Beirut", date(2026, 10, 25), "2026-10-25T00:00:00+02:00"),
        # The whole day does not exist.
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-31T00:00:00+14:00"),
    ],
)
def test_midnight(zone: str, day: date, expected: str) -> None:
    assert at_midnight(day, ZoneInfo(zone)).isoformat() == expected


def test_the_length_of_a_day_is_that_of_its_instants() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert at_midnight(spring + DAY, ZAGREB) - at_midnight(spring, ZAGREB) == 23 * HOUR
    assert at_midnight(autumn + DAY, ZAGREB) - at_midnight(autumn, ZAGREB) == 25 * HOUR


# Steps


def hours(since: str, until: str, zone: ZoneInfo) -> list[str]:
    interval = Interval(local(since, zone), local(until, zone))
    return [step.isoformat() for step in steps(interval, Grain.HOUR, zone)]


def test_the_repeated_hour_is_two_steps() -> None:
    assert hours("2026-10-25T01:00", "2026-10-25T04:00", ZAGREB) == [
        "2026-10-25T01:00:00+02:00",
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:00:00+01:00",
        "2026-10-25T03:00:00+01:00",
    ]


def test_the_skipped_hour_is_none() -> None:
    assert hours("2026-03-29T01:00", "2026-03-29T04:00", ZAGREB) == [
        "2026-03-29T01:00:00+01:00",
        "2026-03-29T03:00:00+02:00",
    ]


def test_hours_are_local_where_the_offset_is_not_whole() -> None:
    assert hours("2026-10-01T10:20", "2026-10-01T12:00", ZoneInfo("Asia/Kolkata")) == [
        "2026-10-01T10:00:00+05:30",
        "2026-10-01T11:00:00+05:30",
    ]


def test_a_transition_of_half_an_hour() -> None:
    assert hours("2026-04-05T01:00", "2026-04-05T03:00", LORD_HOWE) == [
        "2026-04-05T01:00:00+11:00",
        "2026-04-05T01:00:00+10:30",
        "2026-04-05T02:00:00+10:30",
    ]
    half = step_interval(datetime.fromisoformat("2026-04-05T01:00:00+10:30"), Grain.HOUR, LORD_HOWE)
    assert [end.isoformat() for end in interval_ends(half)] == [
        "2026-04-05T01:30:00+10:30",
        "2026-04-05T02:00:00+10:30",
    ]


def test_a_day_that_the_zone_skipped_is_no_step() -> None:
    apia = ZoneInfo("Pacific/Apia")
    interval = Interval(at_midnight(date(2011, 12, 29), apia), at_midnight(date(2012, 1, 2), apia))
    assert steps(interval, Grain.DAY, apia) == (
        date(2011, 12, 29),
        date(2011, 12, 31),
        date(2012, 1, 1),
    )
    assert step_interval(date(2011, 12, 29), Grain.DAY, apia).until == at_midnight(
        date(2011, 12, 31), apia
    )


@pytest.mark.parametrize(
    ("grain", "expected"),
    [
        (Grain.DAY, ["2026-12-30", "2026-12-31", "2027-01-01"]),
        (Grain.WEEK_SATURDAY_START, ["2026-12-26"]),
        (Grain.WEEK_SUNDAY_START, ["2026-12-27"]),
        (Grain.WEEK_MONDAY_START, ["2026-12-28"]),
        (Grain.MONTH, ["2026-12-01", "2027-01-01"]),
        (Grain.QUARTER, ["2026-10-01", "2027-01-01"]),
        (Grain.YEAR, ["2026-01-01", "2027-01-01"]),
    ],
)
def test_the_steps_that_an_interval_touches(grain: Grain, expected: list[str]) -> None:
    interval = Interval(local("2026-12-30T15:00"), local("2027-01-01T00:01"))
    assert [step.isoformat() for step in steps(interval, grain, ZAGREB)] == expected


@pytest.mark.parametrize("grain", Grain)
def test_an_empty_interval_has_no_steps(grain: Grain) -> None:
    noon = local("2026-10-01T12:00")
    assert steps(Interval(noon, noon), grain, ZAGREB) == ()


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (date(2026, 10, 1), "is no full hour"),
        (datetime(2026, 10, 1, 12, 30, tzinfo=UTC), "is no full hour"),
        (datetime(2026, 10, 1, 12, tzinfo=UTC), "is no hour in Europe/Zagreb"),
    ],
)
def test_what_is_no_hour_has_no_interval(step: date, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        step_interval(step, Grain.HOUR, ZAGREB)


def test_the_offsets_of_a_year() -> None:
    since, until = local("2026-01-01"), local("2027-01-01")
    assert offset_changes(ZAGREB, since, until) == (
        (datetime(2025, 12, 31, 23, tzinfo=UTC), HOUR),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 2 * HOUR),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), HOUR),
    )


def test_a_change_at_the_end_is_outside_and_at_the_beginning_the_first() -> None:
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert offset_changes(ZAGREB, change - HOUR, change) == ((change - HOUR, HOUR),)
    assert offset_changes(ZAGREB, change, change + HOUR) == ((change, 2 * HOUR),)


def test_offsets_are_found_by_instant_not_by_clock() -> None:
    # Datetimes of one ZoneInfo equal each other in the repeated hour; a cache must not care.
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZAGREB)
    second = first.replace(fold=1)
    until = datetime(2026, 10, 25, 5, tzinfo=UTC)
    assert offset_changes(ZAGREB, first, until)[0][1] == 2 * HOUR
    assert offset_changes(ZAGREB, second, until)[0][1] == HOUR


# Laws, over all zones, near the days on which their clocks change

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
FIRST, LAST = datetime(2013, 1, 1, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, (LAST - FIRST) // MINUTE).map(lambda n: FIRST + n * MINUTE)


@st.composite
def places(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """A zone and an instant there, most often within two days of a change of its offset."""
    zone, instant = draw(ZONES), draw(INSTANTS)
    changes = offset_changes(zone, instant, instant + 400 * DAY)[1:]
    if changes and draw(st.integers(0, 3)):
        change, _ = draw(st.sampled_from(changes))
        instant = change + draw(st.integers(-2 * 24 * 60, 2 * 24 * 60)) * MINUTE
    return zone, instant


def minutes(since: datetime, until: datetime) -> Iterator[datetime]:
    while since < until:
        yield since
        since += MINUTE


def naive_step(instant: datetime, grain: Grain, zone: ZoneInfo) -> date | tuple[date, int, str]:
    """The step by reading the clock; an hour as (day, hour, offset)."""
    clock = instant.astimezone(zone)
    day = clock.date()
    match grain:
        case Grain.HOUR:
            return day, clock.hour, clock.strftime("%z")
        case Grain.DAY:
            return day
        case Grain.MONTH:
            return date(day.year, day.month, 1)
        case Grain.QUARTER:
            return date(day.year, {1: 1, 2: 4, 3: 7, 4: 10}[(day.month + 2) // 3], 1)
        case Grain.YEAR:
            return date(day.year, 1, 1)
    first = grain.split("_")[1].capitalize()
    while day.strftime("%A") != first:
        day -= DAY
    return day


def readable(step: date | datetime) -> date | tuple[date, int, str]:
    if isinstance(step, datetime):
        return step.date(), step.hour, step.strftime("%z")
    return step


@given(places(), st.sampled_from(Grain))
def test_the_step_of_an_instant_is_what_the_clock_shows(
    place: tuple[ZoneInfo, datetime], grain: Grain
) -> None:
    zone, instant = place
    assert readable(step_of(instant, grain, zone)) == naive_step(instant, grain, zone)


@given(places())
@example((LORD_HOWE, datetime(2026, 4, 4, 15, tzinfo=UTC)))
@example((ZoneInfo("Pacific/Chatham"), datetime(2026, 4, 4, 14, tzinfo=UTC)))
@example((ZoneInfo("Pacific/Apia"), datetime(2011, 12, 30, 10, tzinfo=UTC)))
@settings(max_examples=60)
def test_midnight_is_the_first_minute_of_the_day(place: tuple[ZoneInfo, datetime]) -> None:
    zone, instant = place
    day = instant.astimezone(zone).date()
    around = datetime(day.year, day.month, day.day, tzinfo=UTC)
    first = next(
        minute
        for minute in minutes(around - 15 * HOUR, around + 40 * HOUR)
        if minute.astimezone(zone).date() >= day
    )
    assert at_midnight(day, zone) == first


@given(places(), st.sampled_from([Grain.HOUR, Grain.DAY]), st.integers(0, 60 * 60))
@example((LORD_HOWE, datetime(2026, 4, 4, 13, tzinfo=UTC)), Grain.HOUR, 300)
@example((LORD_HOWE, datetime(2026, 10, 3, 13, tzinfo=UTC)), Grain.HOUR, 300)
@example((ZoneInfo("Pacific/Chatham"), datetime(2026, 4, 4, 12, tzinfo=UTC)), Grain.HOUR, 300)
@example((ZoneInfo("Pacific/Apia"), datetime(2011, 12, 29, 12, tzinfo=UTC)), Grain.DAY, 3000)
@settings(max_examples=50)
def test_steps_tile_the_interval(
    place: tuple[ZoneInfo, datetime], grain: Grain, length: int
) -> None:
    zone, since = place
    interval = Interval(since, since + length * MINUTE)
    found = steps(interval, grain, zone)

    seen = dict.fromkeys(naive_step(m, grain, zone) for m in minutes(since, interval.until))
    assert [readable(step) for step in found] == list(seen)

    tiles = [step_interval(step, grain, zone) for step in found]
    assert all(a.until == b.since for a, b in pairwise(tiles))
    if tiles:
        assert tiles[0].since <= since < tiles[0].until
        assert tiles[-1].since < interval.until <= tiles[-1].until


@given(places(), st.sampled_from(Grain))
def test_a_step_holds_the_instants_that_fall_into_it(
    place: tuple[ZoneInfo, datetime], grain: Grain
) -> None:
    zone, instant = place
    step = step_of(instant, grain, zone)
    tile = step_interval(step, grain, zone)

    assert tile.since <= instant < tile.until
    assert naive_step(tile.since, grain, zone) == readable(step)
    assert naive_step(tile.until - MINUTE, grain, zone) == readable(step)
    assert naive_step(tile.since - MINUTE, grain, zone) != readable(step)
    assert naive_step(tile.until, grain, zone) != readable(step)


@given(places(), st.sampled_from(Grain), st.integers(1, 800))
@settings(max_examples=50)
def test_steps_are_in_order_and_each_once(
    place: tuple[ZoneInfo, datetime], grain: Grain, days: int
) -> None:
    zone, since = place
    found = steps(Interval(since, since + min(days, 30) * DAY), grain, zone)
    keys = [(step_interval(step, grain, zone).since, readable(step)) for step in found]
    assert keys == sorted(set(keys), key=lambda key: key[0])


@given(ZONES, INSTANTS, st.integers(1, 400 * 24))
@settings(max_examples=40)
def test_offsets_are_those_of_every_hour(zone: ZoneInfo, since: datetime, length: int) -> None:
    until = since + length * HOUR
    changes = offset_changes(zone, since, until)

    assert changes[0] == (since, since.astimezone(zone).utcoffset())
    for change, offset in changes[1:]:
        assert since < change < until
        assert (change - timedelta(seconds=1)).astimezone(zone).utcoffset() != offset
        assert change.astimezone(zone).utcoffset() == offset
    by_hour = []
    for n in range(length):
        offset = (since + n * HOUR).astimezone(zone).utcoffset()
        if not by_hour or by_hour[-1] != offset:
            by_hour.append(offset)
    offsets = [offset for _, offset in changes]
    # The very last change may lie between the last full hour and the end.
    assert offsets[: len(by_hour)] == by_hour
    assert len(offsets) - len(by_hour) <= 1


PERIODS = st.one_of(
    st.sampled_from(PeriodName),
    st.builds(LastUnits, st.integers(1, 20), st.sampled_from(Unit)),
)


@given(places(), PERIODS, st.integers(0, 6))
def test_complete_periods_end_before_now_and_to_date_ones_at_it(
    place: tuple[ZoneInfo, datetime], period: Period, week_start: int
) -> None:
    zone, as_of = place
    interval = resolve(period, as_of, zone, week_start)
    clock = interval.since.astimezone(zone)

    assert at_midnight(clock.date(), zone) == interval.since
    assert interval.since <= as_of
    if is_to_date(period):
        assert interval.until == as_of
    else:
        assert at_midnight(interval.until.astimezone(zone).date(), zone) == interval.until
        assert interval.since < interval.until <= as_of
        assert as_of - interval.until < 367 * DAY


@given(places(), PERIODS)
def test_the_period_before_ends_where_this_one_begins(
    place: tuple[ZoneInfo, datetime], period: Period
) -> None:
    zone, as_of = place
    interval = resolve(period, as_of, zone)
    before = compared(period, interval, Comparison.PREVIOUS_PERIOD, zone)

    assert before.since < interval.since
    if is_to_date(period):
        assert before.until <= interval.since
    else:
        assert before.until == interval.since
        assert before == resolve(period, interval.since, zone)


@given(places(), PERIODS)
def test_the_year_before_is_about_a_year_before(
    place: tuple[ZoneInfo, datetime], period: Period
) -> None:
    zone, as_of = place
    interval = resolve(period, as_of, zone)
    before = compared(period, interval, Comparison.PREVIOUS_YEAR, zone)

    assert 363 * DAY < interval.since - before.since < 368 * DAY
    # The end of a 29 February may stand for all of the 28th; the clocks may move an hour or two.
    assert 362 * DAY < interval.until - before.until < 368 * DAY


@given(ZONES, INSTANTS, st.integers(1, 100_000), st.sampled_from(Comparison))
def test_a_span_is_compared_with_one_before_it(
    zone: ZoneInfo, since: datetime, length: int, comparison: Comparison
) -> None:
    until = since + length * MINUTE
    period = Between(since, until)
    interval = resolve(period, since, zone)
    assert (interval.since, interval.until) == (since, until)

    before = compared(period, interval, comparison, zone)
    assert before.since < since
    if comparison is Comparison.PREVIOUS_PERIOD:
        assert before.until <= until
        assume(before.until.utcoffset() == since.astimezone(zone).utcoffset())
        assert before.until == since


def test_a_pause_doubles_until_it_is_long_enough() -> None:
    first, longest = timedelta(seconds=30), timedelta(minutes=30)
    pauses = [doubled(first, times, longest=longest) for times in (1, 2, 3, 6, 7, 8, 10_000)]
    assert [pause.total_seconds() for pause in pauses] == [30, 60, 120, 960, 1800, 1800, 1800]


def test_an_instant_for_people_is_in_utc() -> None:
    assert minute(datetime(2026, 11, 1, 0, 30, 59, tzinfo=ZoneInfo("Europe/Zagreb"))) == (
        "2026-10-31 23:30"
    )
