"""Periods, steps and instants as people write them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from handmade import ZAGREB, local

from reporter.dates import Grain, Interval
from reporter.document.format import locale_of
from reporter.document.labels import TimeWriter
from reporter.words import load_words


def writer(language: str, zone: ZoneInfo) -> TimeWriter:
    return TimeWriter(locale_of(language), zone, load_words(language, Path()))


ENGLISH = writer("en-GB", ZAGREB)


@pytest.mark.parametrize(
    ("since", "until", "label"),
    [
        (local(2026, 10, 1), local(2026, 11, 1), "October 2026"),
        (local(2026, 7, 1), local(2026, 10, 1), "Q3 2026"),
        (local(2026, 8, 1), local(2026, 11, 1), "August – October 2026"),
        (local(2025, 11, 1), local(2026, 2, 1), "November 2025 – January 2026"),
        (local(2026, 1, 1), local(2027, 1, 1), "2026"),
        (local(2024, 1, 1), local(2027, 1, 1), "2024–2026"),
        (local(2026, 11, 2), local(2026, 11, 9), "week of 2 Nov 2026"),
        (local(2026, 11, 3), local(2026, 11, 10), "3–9 Nov 2026"),
        (local(2026, 11, 1), local(2026, 11, 23), "1–22 Nov 2026"),
        (local(2026, 11, 1), local(2026, 11, 22, 14, 30), "1–22 Nov 2026"),
        (local(2026, 10, 25), local(2026, 10, 26), "25 Oct 2026"),  # 25 hours long
        (local(2026, 11, 1), local(2026, 11, 1, 9), "1 Nov 2026"),
        (local(2026, 11, 1), local(2026, 11, 1), "1 Nov 2026"),  # empty
        (
            local(2026, 11, 1, 8),
            local(2026, 11, 1, 12, 30),
            "1 Nov 2026, 08:00 – 1 Nov 2026, 12:30",
        ),
    ],
)
def test_period_in_its_shortest_clear_form(since: datetime, until: datetime, label: str) -> None:
    assert ENGLISH.period(Interval(since, until)) == label
    in_utc = Interval(since.astimezone(UTC), until.astimezone(UTC))
    assert ENGLISH.period(in_utc) == label


def test_labels_follow_the_locale() -> None:
    croatian = writer("hr-HR", ZAGREB)
    october = Interval(local(2026, 10, 1), local(2026, 11, 1))
    assert croatian.period(october) == "listopad 2026."
    assert writer("de-DE", ZAGREB).period(october) == "Oktober 2026"
    assert croatian.step(date(2026, 10, 1), Grain.DAY) == "1. lis 2026."


def test_interval_and_instant_name_the_zone() -> None:
    october = Interval(local(2026, 10, 1), local(2026, 11, 1))
    assert ENGLISH.interval(october) == (
        "1 Oct 2026, 00:00 – 1 Nov 2026, 00:00 Europe/Zagreb"  # summer to winter time
    )
    assert ENGLISH.instant(datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)) == (
        "31 Oct 2026, 23:59 Europe/Zagreb"
    )


@pytest.mark.parametrize(
    ("grain", "step", "alone", "on_axis"),
    [
        (Grain.DAY, date(2026, 10, 1), "1 Oct 2026", "1 Oct"),
        (Grain.WEEK_MONDAY_START, date(2026, 10, 5), "Week of 5 Oct 2026", "Week of 5 Oct"),
        (Grain.WEEK_SUNDAY_START, date(2026, 10, 4), "Week of 4 Oct 2026", "Week of 4 Oct"),
        (Grain.MONTH, date(2026, 10, 1), "Oct 2026", "Oct 2026"),
        (Grain.QUARTER, date(2026, 7, 1), "Q3 2026", "Q3 2026"),
        (Grain.YEAR, date(2026, 1, 1), "2026", "2026"),
        (Grain.HOUR, local(2026, 10, 5, 14), "5 Oct 2026, 14:00", "5 Oct, 14:00"),
    ],
)
def test_step_alone_and_on_an_axis_of_one_year(
    grain: Grain, step: date, alone: str, on_axis: str
) -> None:
    year = Interval(local(2026, 1, 1), local(2027, 1, 1))
    assert ENGLISH.step(step, grain) == alone
    assert ENGLISH.axis_step(step, grain, year) == on_axis


def test_axis_over_two_years_says_the_year() -> None:
    winter = Interval(local(2025, 12, 1), local(2026, 2, 1))
    assert ENGLISH.axis_step(date(2026, 1, 5), Grain.DAY, winter) == "5 Jan 2026"


def test_axis_within_a_day_says_the_hour_only() -> None:
    day = Interval(local(2026, 10, 5), local(2026, 10, 6))
    assert ENGLISH.axis_step(local(2026, 10, 5, 14), Grain.HOUR, day) == "14:00"
    nothing = Interval(local(2026, 10, 5), local(2026, 10, 5))
    assert ENGLISH.axis_step(local(2026, 10, 5), Grain.HOUR, nothing) == "00:00"


def test_the_repeated_hour_says_which_it_is() -> None:
    day = Interval(local(2026, 10, 25), local(2026, 10, 26))
    first = datetime(2026, 10, 25, 0, tzinfo=UTC)
    labels = [ENGLISH.axis_step(first + timedelta(hours=n), Grain.HOUR, day) for n in (-1, 0, 1, 2)]
    assert labels == ["01:00", "02:00 (UTC+2)", "02:00 (UTC+1)", "03:00"]
    assert ENGLISH.step(first, Grain.HOUR) == "25 Oct 2026, 02:00 (UTC+2)"


def test_offsets_that_are_negative_or_no_whole_hours() -> None:
    new_york = writer("en-GB", ZoneInfo("America/New_York"))
    assert new_york.step(datetime(2026, 11, 1, 5, tzinfo=UTC), Grain.HOUR) == (
        "1 Nov 2026, 01:00 (UTC-4)"
    )
    lord_howe = writer("en-GB", ZoneInfo("Australia/Lord_Howe"))
    assert lord_howe.step(datetime(2026, 4, 4, 15, 15, tzinfo=UTC), Grain.HOUR) == (
        "5 Apr 2026, 01:45 (UTC+10:30)"
    )
