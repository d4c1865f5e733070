"""Periods and comparisons by hand: of the calendar that judges reports, and of reports."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from asking import project
from reference_answers import Source
from report_asking import made
from report_calendar import Period, Span, compared, extent, span_of, steps
from report_model import Cards, Report

ZAGREB: Final = "Europe/Zagreb"
HAVANA: Final = "America/Havana"


Ask = Callable[[Period, datetime, str, str | None], Span]
"""What a period covers at an instant in a zone, or what it is compared with."""


def _reference(period: Period, as_of: datetime, zone: str, how: str | None) -> Span:
    if how is None:
        return span_of(period, as_of, ZoneInfo(zone))
    return compared(period, as_of, ZoneInfo(zone), how)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(Source(calls=()), tmp_path_factory.mktemp("no calls"))


@pytest.fixture(params=["reference", "reporter run"])
def ask(request: pytest.FixtureRequest, folder: Path) -> Ask:
    """Asks one of the two; the same answers are expected of both."""

    def run(period: Period, as_of: datetime, zone: str, how: str | None) -> Span:
        report = Report(
            period=period,
            as_of=as_of,
            timezone=zone,
            compare_to=how,
            sections=(Cards(metrics=("TOTAL_CALL_COUNT",)),),
        )
        found = made(report, folder)["provenance"]
        found = found if how is None else found["comparison"]
        shutil.rmtree(folder / "out")
        return Span(*(datetime.fromisoformat(found[end]) for end in ("since", "until")))

    return _reference if request.param == "reference" else run


def _at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def _shown(span: Span, zone: str) -> str:
    ends = (end.astimezone(ZoneInfo(zone)) for end in (span.since, span.until))
    return " ".join(f"{end:%Y-%m-%dT%H:%M%z}" for end in ends)


@pytest.mark.parametrize(
    ("period", "as_of", "zone", "expected"),
    [
        ("last_month", "2026-11-01", ZAGREB, "2026-10-01T00:00+0200 2026-11-01T00:00+0100"),
        ("last_week", "2026-11-01", "UTC", "2026-10-19T00:00+0000 2026-10-26T00:00+0000"),
        ("this_week", "2026-11-02", "UTC", "2026-11-02T00:00+0000 2026-11-02T00:00+0000"),
        ("last_quarter", "2026-03-31", "UTC", "2025-10-01T00:00+0000 2026-01-01T00:00+0000"),
        ("month_to_date", "2026-03-31T12:00", "UTC", "2026-03-01T00:00+0000 2026-03-31T12:00+0000"),
        ((2, "years"), "2026-03-31", "UTC", "2024-01-01T00:00+0000 2026-01-01T00:00+0000"),
        # A day that has no midnight begins at one; one that has two, with the first of them.
        ("yesterday", "2026-04-25", "Africa/Cairo", "2026-04-24T01:00+0300 2026-04-25T00:00+0300"),
        ("yesterday", "2026-11-02", HAVANA, "2026-11-01T00:00-0400 2026-11-02T00:00-0500"),
    ],
)  # fmt: skip
def test_what_a_period_covers(
    ask: Ask, period: Period, as_of: str, zone: str, expected: str
) -> None:
    assert _shown(ask(period, _at(as_of, zone), zone, None), zone) == expected


@pytest.mark.parametrize(
    ("period", "as_of", "how", "expected"),
    [
        # The calendar month before, whatever its length.
        ("last_month", "2026-04-01", "period", "2026-02-01 2026-03-01"),
        ((3, "months"), "2026-04-01", "period", "2025-10-01 2026-01-01"),
        # As many days of the month before, and no more than it has.
        ("month_to_date", "2026-03-11", "period", "2026-02-01 2026-02-11"),
        ("month_to_date", "2026-03-31", "period", "2026-02-01 2026-03-01"),
        ("quarter_to_date", "2026-06-30", "period", "2026-01-01 2026-04-01"),
        ("this_week", "2026-11-05", "period", "2026-10-26 2026-10-29"),
        ("last_7_days", "2026-11-05", "period", "2026-10-22 2026-10-29"),
        # Weeks stand against weeks, 52 before.
        ("last_week", "2026-11-05", "year", "2025-10-27 2025-11-03"),
        # There is no 29 February the year before.
        ("month_to_date", "2028-02-29T12:00", "year", "2027-02-01 2027-03-01"),
        ("last_month", "2028-03-01", "year", "2027-02-01 2027-03-01"),
        ("today", "2028-02-29T12:00", "year", "2027-02-28 2027-02-28T12:00"),
        ("last_7_days", "2028-03-03", "year", "2027-02-25 2027-03-04"),
        ("year_to_date", "2028-02-29", "year", "2027-01-01 2027-03-01"),
        # From one day to another: months by months, all else by its length.
        (("2026-09-01", "2026-11-01"), "2026-12-01", "period", "2026-07-01 2026-09-01"),
        (("2026-10-05", "2026-10-15"), "2026-12-01", "period", "2026-09-25 2026-10-05"),
        (("2028-02-10", "2028-02-29"), "2028-12-01", "year", "2027-02-10 2027-03-01"),
    ],
)
def test_what_it_is_compared_with(
    ask: Ask, period: Period, as_of: str, how: str, expected: str
) -> None:
    if isinstance(period, tuple) and isinstance(period[0], str):
        period = tuple(map(datetime.fromisoformat, period))  # type: ignore[arg-type, assignment]
    span = ask(period, _at(as_of, "UTC"), "UTC", f"previous_{how}")
    since, until = (datetime.fromisoformat(end).replace(tzinfo=UTC) for end in expected.split())
    assert span == Span(since, until)


def test_to_date_is_compared_by_the_wall_clock(ask: Ask) -> None:
    noon = _at("2026-04-10T12:00", ZAGREB)  # summer time; March began in winter time
    assert _shown(ask("month_to_date", noon, ZAGREB, "previous_period"), ZAGREB) == (
        "2026-03-01T00:00+0100 2026-03-10T12:00+0100"
    )


def test_steps() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")  # goes back by half an hour on 5 April 2026, at two
    night = Span(
        *(_at(f"2026-04-05T{time}", zone.key).astimezone(UTC) for time in ("00:30", "03:15"))
    )
    assert steps(night, "HOUR", zone) == [
        "2026-04-05T00:00:00+11:00",
        "2026-04-05T01:00:00+11:00",
        "2026-04-05T01:00:00+10:30",  # half an hour of it only
        "2026-04-05T02:00:00+10:30",
        "2026-04-05T03:00:00+10:30",
    ]
    half = extent("2026-04-05T01:00:00+10:30", "HOUR", zone)
    assert _shown(half, zone.key) == "2026-04-05T01:30+1030 2026-04-05T02:00+1030"
    assert steps(night, "WEEK_SUNDAY_START", zone) == ["2026-04-05"]
    assert steps(night, "WEEK_MONDAY_START", zone) == ["2026-03-30"]
    assert steps(night, "QUARTER", zone) == ["2026-04-01"]
    assert steps(Span(night.since, night.since), "DAY", zone) == []
