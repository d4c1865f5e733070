"""The client over the vendor's double says what the ``calls`` source says over the same records.

Real HTTP both ways: the client asks the double, the double posts to the client's own listener.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from random_calls import FILTER_VALUES, TURNS, call_lists, dimensions, filters, questions
from reference import DIMENSIONS, METRICS, TIME_STEPS, CallRecord
from reference_answers import FilterValue, Question
from some_calls import some_calls
from two_ways import as_vendor_calls, ask, compare_printed, same, sayable, simple, write_project
from vendor_double import Behaviour, Double

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]

RIGHT_ZONES: Final = ("UTC", "UTC", "Europe/Zagreb", "Europe/Zagreb", "America/New_York")
"""Zones that are whole hours from UTC, in which the API's hours can be put together."""

REASONS: Final = ("counts in hours of UTC", "whole hours")
"""What a refusal may give as its reason."""

benign: Final = st.builds(
    Behaviour,
    ratios=st.sampled_from(("percent", "fraction")),
    ratio_digits=st.sampled_from((None, None, 2, 4, 6)),
    duration_digits=st.sampled_from((None, 3)),
    missing=st.sampled_from(("N/A", None)),
    dates=st.sampled_from(("offset", "z", "bare")),
    days=st.sampled_from(("date-times", "texts")),
    ids_as_text=st.booleans(),
    counts_as_numbers=st.booleans(),
    columns=st.sampled_from(("asked", "reversed", "metrics first")),
    channel=st.sampled_from(("always", "asked")),
    empty_row=st.booleans(),
    widened=st.sampled_from((None, "step")),
    callbacks=st.sampled_from(("once", "twice", "before the answer")),
)
"""What the vendor may do without anything being wrong."""

CALLS: Final = sayable(some_calls(300))
VENDOR_CALLS: Final = as_vendor_calls(CALLS)

FILTERS: Final[dict[str, dict[str, FilterValue]]] = {
    "accountKeys": {"accountKeys": ["north", "south"]},
    "includeSubaccounts": {"accountKeys": ["north"], "includeSubaccounts": True},
    "directions": {"directions": ["INBOUND"]},
    "capabilities": {"capabilities": ["PHONE", "WHATSAPP_BC"]},
    "channelCodes": {"channelCodes": ["VOICE_VIDEO"], "directions": ["INBOUND"]},
    "senders": {"senders": ["O'Brien & Sons", "a,b", "日本語"]},
    "senderTypes": {"senderTypes": ["SHORT_CODE"]},
    "communicationIds": {"communicationIds": [2**63 - 1, 0]},
    "networkIds": {"networkIds": [21901, 1]},
    "countryIds": {"countryIds": [219, 65]},
    "statusGroups": {"statusGroups": ["PENDING", "REJECTED"]},
    "statuses": {"statuses": ["NO_ANSWER", "HEARD_OF_NEVER"]},
    "errorGroups": {"errorGroups": ["USER_ERRORS"]},
    "errorCodes": {"errorCodes": ["CONGESTION", "MEDIA_ERROR"]},
    "applicationId": {"applicationId": ["app", "App"]},
    "entityId": {"entityId": ["brand-1"]},
    "timeToAnswer": {
        "timeToAnswer": [{"from": "SECONDS_2", "to": "SECONDS_20"}, {"from": "MINUTES_1"}]
    },
    "platforms": {
        "platforms": [{"applicationId": "app", "entityId": "brand-1"}, {"entityId": "brand-2"}]
    },
}
"""For each filter values that some of the calls have."""

few: Final = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("projects")


def _project(
    folders: Path, vendor: Double, records: Sequence[CallRecord], behaviour: Behaviour
) -> Path:
    """A project of its own, so that nothing is remembered from the one before."""
    vendor.behave(behaviour, as_vendor_calls(records))
    return write_project(folders / str(len(list(folders.iterdir()))), records, vendor)


@st.composite
def answerable(draw: st.DrawFn) -> Question:
    """A question whose answer can be put together from the API's."""
    zone = draw(st.sampled_from(RIGHT_ZONES))
    turn = draw(st.sampled_from(TURNS)).replace(minute=0)
    ends = [turn + timedelta(hours=hours) for hours in (-96, -24, -1, 0, 1, 5, 24, 96)]
    ends += [datetime(2026, month, 1, tzinfo=ZoneInfo(zone)) for month in range(1, 13)]
    since, until = sorted(draw(st.lists(st.sampled_from(ends), min_size=2, max_size=2)))
    if since == until:
        until += timedelta(days=1)
    metrics = st.lists(st.sampled_from(tuple(METRICS)), min_size=1, max_size=6, unique=True)
    return Question(
        metrics=tuple(draw(metrics)),
        dimensions=draw(dimensions()),
        filters=draw(filters()),
        since=since,
        until=until,
        timezone=zone,
    )


@settings(few, max_examples=15)
@given(data=st.data())
def test_random_questions(data: st.DataObject, vendor: Double, folders: Path) -> None:
    records = sayable(data.draw(call_lists(25)))
    asked = data.draw(st.lists(answerable(), min_size=1, max_size=6))
    folder = _project(folders, vendor, records, data.draw(benign))
    same(asked, folder)
    assert [seen for seen in vendor.asked if seen.status != 201] == []
    vendor.settle()
    # Of results that came twice some found a place that was gone already.
    assert vendor.called_back.count(200) >= len(vendor.asked)


@settings(few, max_examples=12)
@given(data=st.data())
def test_any_question_is_right_or_refused(
    data: st.DataObject, vendor: Double, folders: Path
) -> None:
    records = sayable(data.draw(call_lists(12)))
    question = data.draw(questions(records))
    folder = _project(folders, vendor, records, data.draw(benign))
    there = ask(question, folder, "api")
    if there.code == 0:
        event("answered")
        here = ask(question, folder, "calls")
        compare_printed(json.loads(here.out), json.loads(there.out), len(question.dimensions))
    else:
        event("refused")
        assert any(reason in there.err for reason in REASONS), (there.err, question)
        ends = (question.since, question.until)
        whole = all(end.astimezone(UTC).strftime("%M:%S.%f") == "00:00.000000" for end in ends)
        assert set(question.dimensions) & set(TIME_STEPS), question
        assert question.timezone not in RIGHT_ZONES or not whole, question


@pytest.fixture(scope="module")
def march(folders: Path, vendor: Double) -> Path:
    """Calls of March 2026, in which Zagreb loses an hour."""
    return write_project(folders / "march", CALLS, vendor)


@pytest.fixture
def at_march(march: Path, vendor: Double) -> Path:
    vendor.behave(Behaviour(), VENDOR_CALLS)
    return march


@pytest.mark.parametrize("zone", ["UTC", "Europe/Zagreb"])
def test_every_metric_by_every_dimension(at_march: Path, zone: str) -> None:
    everything = " ".join(METRICS)
    same([simple(everything, dimension, zone) for dimension in ("", *DIMENSIONS)], at_march)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Zagreb"])
def test_every_filter(at_march: Path, zone: str) -> None:
    metrics = "TOTAL_CALL_COUNT ANSWER_RATE TOTAL_CALL_DURATION"
    asked = [simple(metrics, "DAY", zone, **filters) for filters in FILTERS.values()]
    for name, answer in zip(FILTERS, same(asked, at_march), strict=True):
        total = answer.table.index("TOTAL_CALL_COUNT")
        assert 0 < sum(row[total] for row in answer.table.rows) < len(VENDOR_CALLS), name


def test_every_filter_is_in_the_list() -> None:
    assert set(FILTERS) == {*FILTER_VALUES, "includeSubaccounts"}


def test_the_account_of_whoever_asks(folders: Path, vendor: Double) -> None:
    vendor.behave(Behaviour(), VENDOR_CALLS)
    vendor.account = "north"
    folder = write_project(folders / "north", CALLS, vendor, account="north")
    asked = [
        simple("TOTAL_CALL_COUNT", "ACCOUNT_KEY"),
        simple("TOTAL_CALL_COUNT", "ACCOUNT_KEY", includeSubaccounts=True),
    ]
    try:
        own, below = same(asked, folder)
    finally:
        vendor.account = None
    assert [row[0] for row in own.table.rows] == ["north"]
    assert {row[0] for row in below.table.rows} == {"north", "north-1", "north-1-a"}


def test_several_dimensions_in_local_time(at_march: Path) -> None:
    steps = ("HOUR", "DAY", "WEEK_SUNDAY_START", "MONTH")
    by = [f"COUNTRY_ID {step} NETWORK_NAME" for step in steps]
    same([simple(" ".join(METRICS), names, "Europe/Zagreb") for names in by], at_march)
