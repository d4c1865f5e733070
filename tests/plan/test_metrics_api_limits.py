"""What a run asks of a Metrics API and cannot have, before anything is asked."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.cli.check import command as check
from reporter.dates import Between, Grain, Interval, PeriodName, step_of
from reporter.diagnostics import Diagnostic, Invalid
from reporter.plan.metrics_api import times
from reporter.plan.preparation import Request, prepare
from reporter.settings import load_project

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PROJECT = """\
version: 1
catalogs: [mine.yaml]
sources:
  api:
    type: metrics_api
    baseUrl: https://example.org
    auth: {type: apiKey, key: x}
    callback: {relay: https://reports.example.org, secret: x}
    ratioScale: percent
  calls: {type: calls, path: calls.csv}
"""
MINE = """\
version: 1
name: mine
label: Mine
extends: voice_video
metrics:
  OPEN_SHARE:
    label: Open
    description: The share of calls without outcome.
    format: percent
    ratio: {numerator: PENDING_CALL_COUNT, denominator: TOTAL_ATTEMPTED_CALL_COUNT}
"""
SPEC = """\
version: 1
name: review
title: Review
source: api
timezone: ZONE
SECTIONS
"""
CARDS = "sections: [{type: kpis, metrics: [TOTAL_CALL_COUNT]}]"
BY_DAY = "sections: [{type: kpis, metrics: [TOTAL_CALL_COUNT], sparkline: DAY}]"
BY_HOUR = "sections: [{type: kpis, metrics: [TOTAL_CALL_COUNT], sparkline: HOUR}]"
CLICKS = (
    "filterBy: {channelCodes: [SMS]}\n"
    "sections: [{type: kpis, metrics: [UNIQUE_CLICKS_COUNT], sparkline: DAY}]"
)
Setting = Any  # what a field of Request may hold


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reporter.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    return tmp_path


def found(sections: str, *, zone: str = "UTC", **keys: Setting) -> tuple[Diagnostic, ...]:
    """The mistakes of a run, or else its warnings."""
    text = SPEC.replace("ZONE", zone).replace("SECTIONS", sections)
    Path("review.yaml").write_text(text, encoding="utf-8")
    project, mistakes = load_project(Path("reporter.yaml"))
    assert project is not None, mistakes
    try:
        prepared = prepare(Path("review.yaml"), project, Request(**{"now": NOW, **keys}))
    except Invalid as invalid:
        return tuple(d for d in invalid.diagnostics if d.code not in _NOT_HERE)
    return tuple(d for d in prepared.warnings if d.code not in _NOT_HERE)


_NOT_HERE = {"no-period"}


def codes(*arguments: str, **keys: Setting) -> list[tuple[str, str]]:
    return [(d.code, d.location.dotted() or d.location.file) for d in found(*arguments, **keys)]


def days(since: str, until: str) -> Between:
    return Between(date.fromisoformat(since), date.fromisoformat(until))


# The first day


@pytest.mark.parametrize(
    ("period", "zone", "expected"),
    [
        (days("2025-05-15", "2025-05-16"), "UTC", []),
        (days("2025-05-14", "2025-05-16"), "UTC", [("before-data", "--since")]),
        (days("2025-05-15", "2025-05-16"), "America/New_York", []),
        (days("2025-05-15", "2025-05-16"), "Europe/Zagreb", [("before-data", "--since")]),
        (days("2025-05-16", "2025-05-17"), "Europe/Zagreb", []),
    ],
)
def test_the_first_day_is_one_of_utc(
    period: Between, zone: str, expected: list[tuple[str, str]]
) -> None:
    assert codes(CARDS, zone=zone, period=period) == expected


def test_a_named_period_may_reach_back_too_far() -> None:
    as_of = "2025-06-01"
    assert codes(CARDS, period=PeriodName.LAST_MONTH, as_of=as_of) == [("before-data", "--period")]
    assert codes(f"period: last_month\n{CARDS}", as_of=as_of) == [("before-data", "period")]
    assert codes(f"period: last_month\n{CARDS}", as_of="2025-07-01") == []


def test_a_comparison_may_reach_back_too_far() -> None:
    sections = f"period: last_month\ncompareTo: previous_year\n{CARDS}"
    assert codes(sections, as_of="2026-06-01") == [("before-data", "compareTo")]
    assert codes(sections, as_of="2026-07-01") == []
    (mistake,) = found(sections, as_of="2026-06-01")
    assert "the comparison period begins before" in mistake.message


def test_only_voice_and_video_has_a_first_day() -> None:
    early = days("2024-01-01", "2024-02-01")
    messages = (
        "filterBy: {channelCodes: [SMS]}\nsections: [{type: kpis, metrics: [TOTAL_TRAFFIC_COUNT]}]"
    )
    assert codes(messages, period=early) == []
    narrowed = (("channelCodes", "SMS"),)
    both = (
        "filterBy: {channelCodes: [SMS, VOICE_VIDEO]}\n"
        "sections: [{type: kpis, metrics: [TOTAL_TRAFFIC_COUNT]}]"
    )
    assert codes(both, period=early) == [("before-data", "--since")]
    assert codes(both, period=early, filters=narrowed) == []


def test_another_source_of_the_project_has_no_such_limits() -> None:
    assert codes(CARDS, period=days("2020-01-01", "2020-02-01"), source="calls") == []


# Steps of time


@pytest.mark.parametrize(
    ("zone", "month", "expected"),
    [
        ("UTC", "2026-01", []),
        ("Europe/Zagreb", "2026-01", []),
        ("America/St_Johns", "2026-01", [("no-whole-hours", "sections[0].sparkline")]),
        ("Australia/Lord_Howe", "2026-01", []),  # +11:00 in summer
        ("Australia/Lord_Howe", "2026-07", [("no-whole-hours", "sections[0].sparkline")]),
        ("Australia/Lord_Howe", "2026-04", [("no-whole-hours", "sections[0].sparkline")]),
    ],
)
def test_steps_of_a_zone_are_made_of_whole_hours(
    zone: str, month: str, expected: list[tuple[str, str]]
) -> None:
    since = date.fromisoformat(f"{month}-01")
    period = Between(since, since.replace(month=since.month + 1))
    assert codes(BY_DAY, zone=zone, period=period) == expected


def test_what_is_over_within_an_hour() -> None:
    keys = {"period": PeriodName.TODAY, "as_of": "2026-10-05T14:30"}
    for zone in ("UTC", "Europe/Zagreb"):
        expected = [("within-an-hour", "--period")]
        assert codes(BY_HOUR, zone=zone, **keys) == expected
        assert codes(BY_DAY, zone=zone, **keys) == expected
        assert codes(CARDS, zone=zone, **keys) == []
    keys["as_of"] = "2026-10-05T14:00"
    assert codes(BY_HOUR, **keys) == []
    assert codes(BY_DAY, **keys) == []


@pytest.mark.parametrize(("source", "hour", "minute"), [("api", 14, 0), ("calls", 14, 30)])
def test_now_is_the_last_full_hour_of_an_api(source: str, hour: int, minute: int) -> None:
    text = SPEC.replace("ZONE", "Europe/Zagreb").replace("SECTIONS", BY_DAY)
    Path("review.yaml").write_text(text.replace("api", source), encoding="utf-8")
    project, _ = load_project(Path("reporter.yaml"))
    assert project is not None
    now = datetime(2026, 10, 5, 14, 30, 59, 123, tzinfo=UTC)
    request = Request(now=now, period=PeriodName.MONTH_TO_DATE)
    until = prepare(Path("review.yaml"), project, request).edition.interval.until
    expected = now if minute else datetime(2026, 10, 5, hour, tzinfo=UTC)
    assert until == expected


def test_the_end_of_the_specs_period_is_where_it_stands() -> None:
    text = f'period: {{since: 2026-10-01, until: "2026-10-02T10:30"}}\n{BY_HOUR}'
    assert codes(text) == [("within-an-hour", "period.until")]


@pytest.mark.parametrize(
    ("zone", "period", "expected"),
    [
        ("UTC", days("2026-01-01", "2026-02-01"), []),
        ("Europe/London", days("2026-01-01", "2026-02-01"), []),
        (
            "Europe/London",
            days("2026-06-01", "2026-07-01"),
            [("not-additive-in-steps", "sections[0].metrics[0]")],
        ),
        (
            "UTC",
            Between(datetime(2026, 1, 1, 5, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)),
            [("not-additive-in-steps", "sections[0].metrics[0]")],
        ),
    ],
)
def test_what_cannot_be_added_up_comes_in_the_steps_of_the_api(
    zone: str, period: Between, expected: list[tuple[str, str]]
) -> None:
    assert codes(CLICKS, zone=zone, period=period) == expected


def test_channels_of_the_command_line_count() -> None:
    sections = (
        "period: last_month\nfilterBy: {channelCodes: [SMS, EMAIL]}\n"
        "sections: [{type: kpis, metrics: [TOTAL_TRAFFIC_COUNT]}]"
    )
    assert codes(sections) == []
    text = sections.replace("TOTAL_TRAFFIC_COUNT", "UNIQUE_CLICKS_COUNT")
    assert codes(text) == [("not-additive-over-channels", "sections[0].metrics[0]")]


def test_a_filter_of_the_command_line_that_leaves_nothing() -> None:
    sections = (
        "period: last_month\nfilterBy: {channelCodes: [SMS]}\n"
        "sections: [{type: kpis, metrics: [TOTAL_TRAFFIC_COUNT]}]"
    )
    assert codes(sections, filters=(("channelCodes", "EMAIL"),)) == []  # nobody is asked


def test_a_building_block_that_the_api_does_not_have() -> None:
    text = "period: last_month\nsections: [{type: kpis, metrics: [OPEN_SHARE]}]"
    assert codes(text) == [("not-in-metrics-api", "sections[0].metrics[0]")]
    (warning,) = found(text)
    assert "it needs PENDING_CALL_COUNT" in warning.message


def test_without_a_source_nobody_knows_what_can_be_asked() -> None:
    spec = SPEC.replace("source: api\n", "").replace("ZONE", "UTC").replace("SECTIONS", CARDS)
    Path("review.yaml").write_text(spec, encoding="utf-8")
    found = CliRunner().invoke(check, ["review.yaml"], catch_exceptions=False)
    assert "neither the spec nor the project's defaults name a source" in found.output
    assert found.output.endswith("1 spec, 4 warnings.\n"), found.output


# The arithmetic beneath, against plain readings of the clock


ZONES = ["UTC", "Europe/London", "Europe/Zagreb", "Asia/Kolkata", "Australia/Lord_Howe"]
INSTANTS = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2027, 12, 31),  # noqa: DTZ001 - same
    timezones=st.just(UTC),
)


@given(st.sampled_from(ZONES), INSTANTS, st.integers(1, 60), st.sampled_from(Grain))
@settings(max_examples=150, deadline=None)
def test_only_whole_steps_of_utc_are_asked_as_they_are(
    name: str, since: datetime, length: int, grain: Grain
) -> None:
    zone = ZoneInfo(name)
    begin = since.replace(minute=0, second=0, microsecond=0)
    interval = Interval(begin, begin + timedelta(hours=length * 12))
    hours = [interval.since + timedelta(hours=n) for n in range(length * 12)]
    plain = all(hour.astimezone(zone).utcoffset() == timedelta() for hour in hours)
    for end in (interval.since, interval.until):
        before = end - timedelta(microseconds=1)
        plain = plain and step_of(before, grain, zone) != step_of(end, grain, zone)
    assert times.is_asked_as_it_is(grain, interval, zone) == plain


@given(INSTANTS)
def test_an_hour_begins_where_the_clock_says_so(instant: datetime) -> None:
    plain = (instant.minute, instant.second, instant.microsecond) == (0, 0, 0)
    assert times.begins_an_hour(instant) == plain
    assert times.begins_an_hour(instant.replace(minute=0, second=0, microsecond=0))
    # In a zone of half hours the local hour is none of UTC.
    half = datetime(2026, 7, 1, 10, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert not times.begins_an_hour(half)


def test_whole_hours() -> None:
    assert times.is_whole_hours(timedelta(hours=-5))
    assert times.is_whole_hours(timedelta())
    assert not times.is_whole_hours(timedelta(hours=5, minutes=30))
