"""The reference is tested too: on what can be said without it."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_calls import EVERYTHING, ZONES, call_lists, call_lists_with_repeats, looking, questions
from reference import (
    BUCKETS,
    DIMENSIONS,
    METRICS,
    TIME_STEPS,
    CallRecord,
    answered_dimensions,
    bucket,
    cut,
    each_once,
    is_bad,
    milliseconds,
    outcome,
    time_to_answer,
)
from reference_answers import Question, Source, ask, with_accounts_below

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def _call(**given: object) -> CallRecord:
    usual: dict[str, object] = {"call_id": "1", "sent_at": NOON, "direction": "OUTBOUND"}
    return CallRecord(**(usual | given))  # type: ignore[arg-type]


def _answered_after(**wait: float) -> CallRecord:
    return cut(_call(answered_at=NOON + timedelta(**wait)))


def test_it_knows_every_word_of_the_page() -> None:
    assert (len(METRICS), len(DIMENSIONS), len(BUCKETS)) == (19, 27, 31)


def test_times_are_cut_to_milliseconds_before_they_are_subtracted() -> None:
    call = cut(
        _call(
            sent_at=NOON + timedelta(microseconds=999),
            answered_at=NOON + timedelta(microseconds=1000),
            ended_at=NOON + timedelta(microseconds=2999),
        )
    )
    assert (time_to_answer(call), milliseconds(call)) == (1, 1)


@pytest.mark.parametrize(
    ("call", "bad"),
    [
        (_call(answered_at=NOON), False),
        (_call(answered_at=NOON - timedelta(milliseconds=1)), True),
        (_call(answered_at=NOON, ended_at=NOON), False),
        (_call(answered_at=NOON, ended_at=NOON - timedelta(milliseconds=1)), True),
        (_call(ended_at=NOON - timedelta(days=1)), False),
        (_call(billed_seconds=0.0), False),
        (_call(billed_seconds=-0.001), True),
        (_call(direction=None), True),
        (_call(direction="SIDEWAYS"), True),
        (_call(sent_at=None), True),
        (_call(capability="PIGEON"), True),
        (_call(hangup="TIMEOUT"), True),
        (_call(status="HEARD_OF_NEVER", error_code="HEARD_OF_NEVER"), False),
    ],
)
def test_bad_records(call: CallRecord, *, bad: bool) -> None:
    assert is_bad(cut(call)) is bad


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (_call(), None),
        (_answered_after(), "SECONDS_0"),
        (_answered_after(milliseconds=4999), "SECONDS_4"),
        (_answered_after(seconds=5), "SECONDS_5"),
        (_answered_after(seconds=9.999), "SECONDS_5"),
        (_answered_after(seconds=59.999), "SECONDS_50"),
        (_answered_after(minutes=59), "MINUTES_45"),
        (_answered_after(hours=5), "HOURS_1"),
        (_answered_after(hours=23), "HOURS_18"),
        (_answered_after(days=400), "DAYS_3"),
    ],
)
def test_buckets(call: CallRecord, name: str | None) -> None:
    assert bucket(call) == name


@pytest.mark.parametrize(
    ("zone", "utc", "hour"),
    [
        ("Europe/Zagreb", "2026-10-25T00:59", "2026-10-25T02:00:00+02:00"),
        ("Europe/Zagreb", "2026-10-25T01:00", "2026-10-25T02:00:00+01:00"),
        ("Europe/Zagreb", "2026-03-29T01:00", "2026-03-29T03:00:00+02:00"),
        ("Asia/Kolkata", "2026-03-29T01:00", "2026-03-29T06:00:00+05:30"),
        ("Australia/Lord_Howe", "2026-04-04T15:00", "2026-04-05T01:00:00+10:30"),
        ("Pacific/Chatham", "2026-09-26T13:59", "2026-09-27T02:00:00+12:45"),
        ("Pacific/Chatham", "2026-09-26T14:00", "2026-09-27T03:00:00+13:45"),
        ("Australia/Lord_Howe", "2026-10-03T15:30", "2026-10-04T02:00:00+11:00"),
    ],
)
def test_hours_keep_their_offset(zone: str, utc: str, hour: str) -> None:
    call = _call(sent_at=datetime.fromisoformat(utc).replace(tzinfo=UTC))
    found = TIME_STEPS["HOUR"](call, ZoneInfo(zone))
    assert found == hour


def test_weeks_begin_on_the_day_they_are_named_after() -> None:
    starts = {
        name: TIME_STEPS[f"WEEK_{name}_START"](_call(), ZoneInfo("UTC"))
        for name in ("SATURDAY", "SUNDAY", "MONDAY")
    }
    assert starts == {  # 1 July 2026 is a Wednesday
        "SATURDAY": date(2026, 6, 27),
        "SUNDAY": date(2026, 6, 28),
        "MONDAY": date(2026, 6, 29),
    }


def test_of_several_time_steps_the_finest_is_left() -> None:
    asked = ("YEAR", "SENDER", "HOUR", "DAY", "STATUS")
    assert answered_dimensions(asked) == ("SENDER", "HOUR", "STATUS")


def test_accounts_below_are_found_at_every_depth_and_in_rings() -> None:
    parents = {"a": None, "b": "a", "c": "b", "x": None, "ring": "gnir", "gnir": "ring"}
    assert with_accounts_below(["a"], parents) == {"a", "b", "c"}
    assert with_accounts_below(["ring"], parents) == {"ring", "gnir"}
    assert with_accounts_below(["unknown"], parents) == {"unknown"}


def test_of_a_repeated_id_the_version_that_ended_last_is_left() -> None:
    early = _call(answered_at=NOON, ended_at=NOON + timedelta(seconds=1), status="EARLY")
    late = _call(ended_at=NOON + timedelta(seconds=2), status="LATE")
    running = _call(answered_at=NOON + timedelta(hours=1), status="RUNNING")
    nameless = _call(call_id=None)
    found = each_once([late, early, nameless, running, nameless])
    assert found == [nameless, nameless, late]


@looking(30)
@given(call_lists())
def test_every_good_outbound_call_has_one_outcome(calls: list[CallRecord]) -> None:
    good = [call for call in map(cut, calls) if not is_bad(call)]
    assert all((outcome(call) is None) == (call.direction == "INBOUND") for call in good)
    outcomes = Counter(map(outcome, good))
    assert METRICS["TOTAL_ATTEMPTED_CALL_COUNT"](good) == len(good) - outcomes[None]
    assert METRICS["TOTAL_RECEIVED_CALL_COUNT"](good) == outcomes[None]
    assert METRICS["FAILED_CALL_COUNT"](good) == outcomes["failed"]


@looking(30)
@given(call_lists_with_repeats())
def test_taking_each_once_twice_changes_nothing(calls: list[CallRecord]) -> None:
    once = each_once(map(cut, calls))
    assert each_once(once) == once
    assert len({call.call_id for call in once}) == len(once)


@looking(30)
@given(st.data())
def test_groups_add_up_in_every_zone(data: st.DataObject) -> None:
    calls = tuple(data.draw(call_lists()))
    asked = data.draw(questions(calls))
    whole = replace(asked, metrics=("TOTAL_CALL_COUNT",), dimensions=())
    ((total,),) = ask(Source(calls=calls), whole).rows
    for step in TIME_STEPS:
        parts = ask(Source(calls=calls), replace(whole, dimensions=(step,))).rows
        assert sum(row[-1] for row in parts) == total  # type: ignore[misc]


@looking(20)
@given(call_lists(), st.sampled_from(ZONES))
def test_an_hour_lies_in_its_day_and_a_day_in_its_month(calls: list[CallRecord], zone: str) -> None:
    for step, longer in (("HOUR", "DAY"), ("DAY", "MONTH"), ("MONTH", "QUARTER")):
        for call in filter(lambda call: call.sent_at, calls):
            fine, coarse = (TIME_STEPS[name](call, ZoneInfo(zone)) for name in (step, longer))
            day = date.fromisoformat(fine[:10]) if isinstance(fine, str) else fine
            assert not isinstance(coarse, str)
            assert coarse <= day
            assert (
                TIME_STEPS[longer](
                    replace(call, sent_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC)),
                    ZoneInfo("UTC"),
                )
                == coarse
            )


def test_an_interval_is_half_open() -> None:
    question = Question(
        metrics=("TOTAL_CALL_COUNT",),
        dimensions=(),
        filters={},
        since=NOON,
        until=NOON + timedelta(milliseconds=1),
        timezone="UTC",
    )
    ((first,),) = ask(Source(calls=(_call(),)), question).rows
    later = replace(question, since=question.until, until=EVERYTHING[1])
    ((second,),) = ask(Source(calls=(_call(),)), later).rows
    assert (first, second) == (1, 0)
