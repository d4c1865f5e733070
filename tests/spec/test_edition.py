from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from reporter.dates import Between, Interval, LastUnits, Period, PeriodName, Unit
from reporter.diagnostics import Diagnostic, Invalid, Location
from reporter.settings import Defaults
from reporter.spec.edition import Edition, period_of, resolve
from reporter.spec.model import PeriodSpan, ReportSpec

Key = Any  # what a key of a spec may hold
DEFAULTS = Defaults(source="calls")
AS_OF = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def edition(defaults: Defaults = DEFAULTS, **keys: Key) -> Edition:
    given = {k: keys.pop(k) for k in ("parameters", "filters", "source") if k in keys}
    override = keys.pop("override", None)
    spec = {
        "version": 1,
        "name": "r",
        "title": "R",
        "period": "last_month",
        "sections": [{"type": "text", "markdown": "x"}],
        **keys,
    }
    model = msgspec.convert({k: v for k, v in spec.items() if v is not None}, ReportSpec)
    return resolve(model, defaults, as_of=AS_OF, period=override, **given)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_a_spec_settles_everything() -> None:
    made = edition(
        source="pbx",
        timezone="Europe/Zagreb",
        locale="hr-HR",
        compareTo="previous_period",
        filters=({"directions": "INBOUND"},),
    )
    assert (made.source, made.timezone, made.locale) == ("pbx", "Europe/Zagreb", "hr-HR")
    assert made.interval == Interval(utc(2026, 9, 30, 22), utc(2026, 10, 31, 23))
    assert made.comparison == Interval(utc(2026, 8, 31, 22), utc(2026, 9, 30, 22))
    assert made.as_of == AS_OF
    assert made.filters == ({"directions": "INBOUND"},)


def test_the_project_settles_what_the_spec_leaves_open() -> None:
    made = edition(Defaults(source="calls", timezone="Asia/Tokyo", locale="ja-JP"))
    assert (made.source, made.timezone, made.locale) == ("calls", "Asia/Tokyo", "ja-JP")
    assert made.comparison is None
    assert made.parameters == {}


@pytest.mark.parametrize(
    ("written", "period", "interval"),
    [
        (
            {"last": 2, "unit": "days"},
            LastUnits(2, Unit.DAYS),
            Interval(utc(2026, 11, 16), utc(2026, 11, 18)),
        ),
        (
            {"since": "2026-01-05", "until": "2026-01-06T12:00"},
            Between(date(2026, 1, 5), datetime(2026, 1, 6, 12)),  # noqa: DTZ001 - local on purpose
            Interval(utc(2026, 1, 5), utc(2026, 1, 6, 12)),
        ),
        ("month_to_date", PeriodName.MONTH_TO_DATE, Interval(utc(2026, 11, 1), AS_OF)),
        ("last_week", PeriodName.LAST_WEEK, Interval(utc(2026, 11, 9), utc(2026, 11, 16))),
    ],
)
def test_periods(written: Key, period: Period, interval: Interval) -> None:
    made = edition(period=written)
    assert made.period == period
    assert made.interval == interval


def test_another_period_goes_before_the_specs() -> None:
    made = edition(override=PeriodName.YESTERDAY)
    assert made.interval == Interval(utc(2026, 11, 17), utc(2026, 11, 18))


def test_all_mistakes_come_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        edition(Defaults(), period=None, timezone="Europe/Zagrb")
    assert refused.value.diagnostics == (
        Diagnostic(
            code="no-period",
            message="report r says no period",
            location=Location("--period"),
            expected=(
                "one of today, yesterday, last_7_days, last_30_days, this_week, last_week,"
                " month_to_date, last_month, quarter_to_date, last_quarter, year_to_date, last_year"
            ),
            hint="write period: last_month in the spec, or give --period",
        ),
        Diagnostic(
            code="no-source",
            message="report r names no source, and neither do the project's defaults",
            location=Location("--source"),
            hint="write source: NAME in the spec or under defaults in reporter.yaml",
        ),
        Diagnostic(
            code="unknown-timezone",
            message="there is no time zone 'Europe/Zagrb'",
            location=Location("timezone"),
            expected="an IANA name such as Europe/Zagreb or UTC",
            hint="did you mean 'Europe/Zagreb'?",
        ),
    )


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            {"last": 2},
            "a period is {last: N, unit: UNIT} or {since: DAY, until: DAY}",
        ),
        (
            {"since": "2026-01-06", "until": "2026-01-05"},
            "the period ends (2026-01-05) no later than it begins (2026-01-06)",
        ),
        (
            {"since": "soon", "until": "2026-01-05"},
            (
                "'soon' is neither a date (2026-11-01) nor a date-time"
                " (2026-11-01T09:30, 2026-11-01T09:30:00+01:00)"
            ),
        ),
    ],
)
def test_a_period_that_is_none(written: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid) as refused:
        edition(period=written)
    assert refused.value.diagnostics == (
        Diagnostic(code="wrong-period", message=message, location=Location("period")),
    )


@pytest.mark.parametrize(
    "span",
    [
        PeriodSpan(last=1, unit=Unit.DAYS, since="2026-01-05"),
        PeriodSpan(unit=Unit.DAYS),
        PeriodSpan(since="2026-01-05"),
        PeriodSpan(),
    ],
)
def test_a_span_is_one_of_two_things(span: PeriodSpan) -> None:
    with pytest.raises(ValueError, match="a period is"):
        period_of(span)
