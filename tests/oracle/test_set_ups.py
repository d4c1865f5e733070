"""How a source is set up: repeats, the file's own bills and clock, columns that it lacks."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from asking import check, filter_text, project, query
from call_files import COLUMNS, USUAL, Writing
from hypothesis import given
from hypothesis import strategies as st
from random_calls import EVERYTHING, TURNS, call_lists, looking, questions, sources
from reference import METRICS, CallRecord, answered_dimensions
from reference_answers import Question, Source, ask

from reporter import wiring
from reporter.catalog.load import built_in
from reporter.dates import Between
from reporter.plan.ad_hoc import AdHoc, question
from reporter.settings import load_project

ALL: Final = Question(
    metrics=tuple(METRICS),
    dimensions=(),
    filters={},
    since=EVERYTHING[0],
    until=EVERYTHING[1],
    timezone="UTC",
)
NOON: Final = datetime(2026, 7, 1, 12, tzinfo=UTC)

# The file's own bills


@looking(5)
@given(call_lists(), st.data())
def test_the_files_own_bill_wins_over_subtraction(
    calls: list[CallRecord], data: st.DataObject
) -> None:
    bills = st.one_of(st.none(), st.integers(-1, 90), st.sampled_from((0.001, 12.5, 0.0)))
    billed = tuple(replace(call, billed_seconds=data.draw(bills)) for call in calls)
    source = Source(calls=billed)
    with TemporaryDirectory() as folder:
        project(source, Path(folder), columns=COLUMNS)
        check(source, ALL, Path(folder))
        check(source, replace(ALL, dimensions=("TIME_TO_ANSWER",)), Path(folder))


# Files with a clock on the wall


@looking(5)
@given(
    call_lists(),
    st.sampled_from(("Europe/Zagreb", "America/New_York", "Australia/Lord_Howe")),
    st.sampled_from((Writing("csv"), Writing("ndjson"))),
)
def test_local_times_are_read_in_the_files_zone(
    calls: list[CallRecord], zone: str, writing: Writing
) -> None:
    """A repeated time is its first occurrence, so that is what the reference is given too."""
    calls = [call for call in calls if call.sent_at] or [_call("1")]
    source = Source(calls=tuple(_as_first_occurrence(call, ZoneInfo(zone)) for call in calls))
    with TemporaryDirectory() as folder:
        project(source, Path(folder), replace(writing, zone=zone))
        check(source, replace(ALL, dimensions=("HOUR",), timezone=zone), Path(folder))


def _as_first_occurrence(call: CallRecord, zone: ZoneInfo) -> CallRecord:
    def first(instant: datetime | None) -> datetime | None:
        return instant and instant.astimezone(zone).replace(fold=0).astimezone(UTC)

    return replace(
        call,
        sent_at=first(call.sent_at),
        ringing_at=first(call.ringing_at),
        answered_at=first(call.answered_at),
        ended_at=first(call.ended_at),
    )


# Repeats


def _call(call_id: str | None, **given: object) -> CallRecord:
    usual: dict[str, object] = {"sent_at": NOON, "direction": "OUTBOUND"}
    return CallRecord(call_id=call_id, **(usual | given))  # type: ignore[arg-type]


def _statuses(*calls: CallRecord, deduplicate: bool = True) -> dict[object, object]:
    source = Source(calls=calls, deduplicate=deduplicate)
    by_status = replace(ALL, metrics=("TOTAL_CALL_COUNT",), dimensions=("STATUS",))
    with TemporaryDirectory() as folder:
        project(source, Path(folder))
        return dict(check(source, by_status, Path(folder)).rows)  # type: ignore[arg-type]


def test_repeats_count_as_often_as_they_stand_there_unless_it_is_said_otherwise() -> None:
    twice = (_call("1", status="A"), _call("1", status="A"))
    assert _statuses(*twice, deduplicate=False) == {"A": 2}
    assert _statuses(*twice) == {"A": 1}


def test_calls_without_id_repeat_nothing() -> None:
    assert _statuses(_call(None, status="A"), _call(None, status="A")) == {"A": 2}


def test_the_version_that_ended_last_counts() -> None:
    ended, later = NOON + timedelta(seconds=5), NOON + timedelta(seconds=9)
    assert _statuses(
        _call("1", status="RUNNING", answered_at=later),
        _call("1", status="LATER", ended_at=later),
        _call("1", status="ENDED", ended_at=ended, answered_at=NOON),
    ) == {"LATER": 1}


def test_of_those_that_ended_together_the_one_answered_last_counts() -> None:
    end = NOON + timedelta(seconds=9)
    assert _statuses(
        _call("1", status="SOON", ended_at=end, answered_at=NOON),
        _call("1", status="LATE", ended_at=end, answered_at=NOON + timedelta(seconds=1)),
        _call("1", status="NEVER", ended_at=end),
    ) == {"LATE": 1}


def test_a_bad_version_does_not_push_aside_a_good_one() -> None:
    assert _statuses(
        _call("1", status="GOOD", answered_at=NOON, ended_at=NOON),
        _call("1", status="BAD", answered_at=NOON - timedelta(1), ended_at=NOON + timedelta(1)),
    ) == {"GOOD": 1}


def test_a_version_outside_the_interval_still_counts_as_the_latest() -> None:
    """Repeats are dealt with before filters, and the interval is one."""
    early = _call("1", status="EARLY", ended_at=NOON)
    late = _call("1", status="LATE", sent_at=NOON + timedelta(days=9), ended_at=NOON + timedelta(9))
    source = Source(calls=(early, late), deduplicate=True)
    asked = replace(ALL, metrics=("TOTAL_CALL_COUNT",), until=NOON + timedelta(days=1))
    with TemporaryDirectory() as folder:
        project(source, Path(folder))
        assert check(source, asked, Path(folder)).rows == ((0,),)


@looking(5)
@given(st.permutations(range(6)))
def test_versions_that_tie_in_both_times_are_chosen_by_what_they_say(order: list[int]) -> None:
    """Not by where they stand: any order of the same lines gives the same choice."""
    calls = [_call("1", status=f"S{n % 3}", sender=f"{n % 2}") for n in order]
    source = Source(calls=tuple(calls), deduplicate=True)
    asked = replace(ALL, metrics=("TOTAL_CALL_COUNT",), dimensions=("STATUS", "SENDER"))
    with TemporaryDirectory() as folder:
        project(source, Path(folder))
        (row,) = query(asked, Path(folder)).rows
    with TemporaryDirectory() as folder:
        in_order = replace(source, calls=tuple(sorted(calls, key=lambda c: (c.status, c.sender))))
        project(in_order, Path(folder))
        assert query(asked, Path(folder)).rows == (row,)


# Columns that a source lacks

NEEDS: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(columns.split())
    for name, columns in {
        "TOTAL_CALL_COUNT": "",
        "TOTAL_ATTEMPTED_CALL_COUNT": "direction",
        "TOTAL_SEIZED_CALL_COUNT": "direction ringing_at answered_at",
        "TOTAL_ANSWERED_CALL_COUNT": "answered_at",
        "TOTAL_RECEIVED_CALL_COUNT": "direction",
        "AMD_PROCESSED_CALL_COUNT": "amd_result",
        "ANSWERED_BY_PERSON_CALL_COUNT": "direction answered_at amd_result",
        "ANSWERED_BY_VOICE_DETECTION_CALL_COUNT": "direction answered_at amd_result",
        "NOT_ANSWERED_CALL_COUNT": "direction answered_at status ringing_at",
        "BUSY_CALL_COUNT": "direction answered_at status",
        "CANCELED_CALL_COUNT": "direction answered_at status ringing_at",
        "FAILED_CALL_COUNT": "direction answered_at status status_group",
        "ANSWER_SEIZURE_RATIO": "direction ringing_at answered_at",
        "ANSWER_RATE": "direction answered_at",
        "BUSY_RATE": "direction answered_at status",
        "NORMAL_HUNG_UP_COUNT": "hangup",
        "ERROR_HUNG_UP_COUNT": "hangup",
        "HUNG_UP_COUNT": "hangup",
        "TOTAL_CALL_DURATION": "answered_at ended_at",
    }.items()
}
"""What each metric looks at, beside the time of every call."""


@pytest.mark.parametrize("lacking", sorted(frozenset().union(*NEEDS.values())))
@looking(1)
@given(call_lists())
def test_a_metric_has_no_value_where_its_column_is_missing(
    lacking: str, calls: list[CallRecord]
) -> None:
    """And all others have theirs, as if the column were empty."""
    source = Source(calls=tuple(replace(call, **{lacking: None}) for call in calls))
    if lacking == "direction":  # of a file that says nothing of it, every record may be good
        known = [replace(call, direction="OUTBOUND") for call in source.calls]
        source = replace(source, calls=tuple(known))
    with TemporaryDirectory() as folder:
        project(source, Path(folder), columns=[name for name in USUAL if name != lacking])
        found = query(replace(ALL, dimensions=("SENDER",)), Path(folder))
    expected = ask(source, replace(ALL, dimensions=("SENDER",)))
    missing = {i for i, name in enumerate(("SENDER", *METRICS)) if lacking in NEEDS.get(name, ())}
    assert {
        tuple(None if i in missing else value for i, value in enumerate(row))
        for row in expected.rows
    } == set(found.rows)


# Many questions at once


@looking(4)
@given(sources(), st.data())
def test_a_batch_answers_what_each_question_alone_does(source: Source, data: st.DataObject) -> None:
    asked = [data.draw(questions(source.calls)) for _ in range(5)]
    with TemporaryDirectory() as folder:
        project(source, Path(folder))
        loaded, _ = load_project(Path(folder) / "reporter.yaml")
        assert loaded is not None
        opened = wiring.open_source(loaded, "calls", built_in())
        meant = [question(_ad_hoc(each), built_in()) for each in asked]
        answers = asyncio.run(opened.fetch([each.query for each in meant]))
    for answer, each in zip(answers, asked, strict=True):
        expected = ask(source, each)
        names = (*answered_dimensions(each.dimensions), *each.metrics)
        places = [answer.table.index(name) for name in names]
        found = [tuple(_plain(row[i]) for i in places) for row in answer.table.rows]
        assert sorted(map(repr, found)) == sorted(map(repr, expected.rows))
        assert answer.rejections.count == expected.bad


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _ad_hoc(asked: Question) -> AdHoc:
    return AdHoc(
        metrics=asked.metrics,
        dimensions=asked.dimensions,
        filters=tuple((name, filter_text(value)) for name, value in asked.filters.items()),
        timezone=asked.timezone,
        now=TURNS[0],
        period=Between(asked.since, asked.until),
    )
