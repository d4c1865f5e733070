"""Whatever the vendor does: the client's numbers stay right, or the run fails with a reason."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from reference import DIMENSIONS, METRICS
from reference_answers import Question
from some_calls import some_calls
from two_ways import (
    as_vendor_calls,
    ask,
    compare,
    compare_printed,
    fetch,
    same,
    sayable,
    simple,
    write_project,
)
from vendor_double import Behaviour, Double, Message

from reporter import clock
from reporter.data.answer import Answer

CALLS: Final = sayable(some_calls(120))
VENDOR_CALLS: Final = as_vendor_calls(CALLS)
EVERYTHING: Final = " ".join(METRICS)
RATES: Final = "ANSWER_RATE BUSY_RATE ANSWER_SEIZURE_RATIO"
COUNTS: Final = "TOTAL_CALL_COUNT TOTAL_ANSWERED_CALL_COUNT"


def _project(vendor: Double, folder: Path, behaviour: Behaviour, **settings: Any) -> Path:
    vendor.behave(behaviour, VENDOR_CALLS)
    return write_project(folder / "project", CALLS, vendor, **settings)


QUESTIONS: Final = (
    simple(EVERYTHING, "DAY COUNTRY_ID"),
    simple(EVERYTHING, "CHANNEL_NAME CAPABILITY", "Europe/Zagreb", directions=["INBOUND"]),
    simple(EVERYTHING, "", "Europe/Zagreb", senderTypes=["DOMAIN"]),
)


@pytest.fixture(scope="module")
def expected(vendor: Double, tmp_path_factory: pytest.TempPathFactory) -> tuple[Answer, ...]:
    """What the records themselves say."""
    folder = write_project(tmp_path_factory.mktemp("expected") / "project", CALLS, vendor)
    return fetch(QUESTIONS, folder, "calls")


RIGHT: Final = {
    "percent, two digits": Behaviour(ratios="percent", ratio_digits=2),
    "percent, no digits": Behaviour(ratios="percent", ratio_digits=0),
    "fraction": Behaviour(ratios="fraction"),
    "fraction, four digits": Behaviour(ratios="fraction", ratio_digits=4),
    "fraction, two digits": Behaviour(ratios="fraction", ratio_digits=2),
    "no ratio is 0": Behaviour(ratio_of_nothing="zero"),
    "null for nothing": Behaviour(missing=None),
    "Z": Behaviour(dates="z"),
    "no offset": Behaviour(dates="bare"),
    "days as texts": Behaviour(days="texts"),
    "ids as texts": Behaviour(ids_as_text=True),
    "counts as numbers": Behaviour(counts_as_numbers=True),
    "columns reversed": Behaviour(columns="reversed"),
    "metrics first": Behaviour(columns="metrics first"),
    "no channel": Behaviour(channel="asked"),
    "a row of zeros": Behaviour(empty_row=True),
    "widened to steps": Behaviour(widened="step"),
    "callback twice": Behaviour(callbacks="twice"),
    "callback before the answer": Behaviour(callbacks="before the answer"),
    "callback late": Behaviour(callback_delay=0.3),
    "throttled": Behaviour(throttled=2, retry_after="0"),
    "a breakdown": Behaviour(broken=1),
    "milliseconds in seconds": Behaviour(duration_digits=3),
}


@pytest.mark.parametrize("name", [*RIGHT])
def test_what_the_vendor_may_do(
    name: str, vendor: Double, tmp_path: Path, expected: tuple[Answer, ...]
) -> None:
    folder = _project(vendor, tmp_path, RIGHT[name])
    found = fetch(QUESTIONS, folder, "api")
    for question, here, there in zip(QUESTIONS, expected, found, strict=True):
        compare(here.table, there.table, question)


@pytest.mark.parametrize("unit", ["seconds", "milliseconds", "minutes"])
def test_every_unit_of_durations(unit: Any, vendor: Double, tmp_path: Path) -> None:
    folder = _project(vendor, tmp_path, Behaviour(durations=unit), durationUnit=unit)
    same([simple("TOTAL_CALL_DURATION TOTAL_CALL_COUNT", "NETWORK_ID")], folder)


@pytest.mark.parametrize("scale", ["percent", "fraction"])
def test_a_scale_that_is_said(scale: Any, vendor: Double, tmp_path: Path) -> None:
    folder = _project(vendor, tmp_path, Behaviour(ratios=scale), ratioScale=scale)
    same([simple(RATES, "WEEK_MONDAY_START")], folder)


WRONG: Final = {
    "rows wider than columns": (Behaviour(wide_rows=True), "expected 4 values, found 5"),
    "a metric that did not come": (Behaviour(lost_column=True), "TOTAL_ANSWERED_CALL_COUNT"),
    "rows that did not come": (Behaviour(cut_rows=True), "totalRows"),
    "a row that comes twice": (Behaviour(repeated_row=True), "two rows"),
    "a period wider at its beginning": (Behaviour(earlier=True), "2026-02-28"),
    "a column that nobody asked for": (Behaviour(unasked_column=True), "CHANNEL_NAME"),
    "failed": (Behaviour(failure="Could not load data"), "Could not load data"),
    "failed, and nobody called": (
        Behaviour(failure="Could not load data", callbacks="never"),
        "Could not load data",
    ),
    "refused": (Behaviour(refused=("request.metrics", "not in your plan")), "not in your plan"),
}


@pytest.mark.parametrize("name", [*WRONG])
def test_what_cannot_be_used(name: str, vendor: Double, tmp_path: Path) -> None:
    behaviour, reason = WRONG[name]
    folder = _project(vendor, tmp_path, behaviour)
    said = ask(simple(COUNTS, "COUNTRY_ID"), folder, "api")
    assert said.code != 0, said.out
    assert said.out == ""
    assert reason in said.err


def test_a_period_wider_than_asked(vendor: Double, tmp_path: Path) -> None:
    folder = _project(vendor, tmp_path, Behaviour(widened="DAY"))
    half = Question(
        metrics=("TOTAL_CALL_COUNT",),
        dimensions=("COUNTRY_ID",),
        filters={},
        since=datetime(2026, 3, 5, 12, tzinfo=UTC),
        until=datetime(2026, 3, 9, tzinfo=UTC),
        timezone="UTC",
    )
    said = ask(half, folder, "api")
    assert said.code == 3, said.out
    assert "2026-03-05" in said.err


@pytest.mark.parametrize(
    ("behaviour", "scale"),
    [
        (Behaviour(ratios="fraction"), "percent"),
        (Behaviour(ratios="percent"), "fraction"),
    ],
)
def test_a_scale_that_is_said_wrong(
    behaviour: Behaviour, scale: str, vendor: Double, tmp_path: Path
) -> None:
    folder = _project(vendor, tmp_path, behaviour, ratioScale=scale)
    said = ask(simple(RATES, "COUNTRY_ID"), folder, "api")
    assert said.code == 3, said.out
    assert "ratioScale" in said.err


def test_the_rate_is_kept(vendor: Double, tmp_path: Path) -> None:
    """In no second there are more requests than are let through: the vendor turns none away."""
    folder = _project(vendor, tmp_path, Behaviour(per_second=30), requestsPerSecond=30)
    asked = [simple(COUNTS, dimension) for dimension in DIMENSIONS]
    asked += [simple(COUNTS, dimension, directions=["INBOUND"]) for dimension in DIMENSIONS]
    same(asked, folder)
    assert len(vendor.asked) == 44  # weeks, quarters and years of March are made of its days
    assert {seen.status for seen in vendor.received} == {201}


def test_a_rate_that_is_lower_than_it_is_said(vendor: Double, tmp_path: Path) -> None:
    folder = _project(vendor, tmp_path, Behaviour(per_second=10), requestsPerSecond=100)
    same([simple(COUNTS, dimension) for dimension in DIMENSIONS[:18]], folder)
    assert 429 in {seen.status for seen in vendor.received}


def test_a_callback_that_never_comes(vendor: Double, tmp_path: Path) -> None:
    folder = _project(vendor, tmp_path, Behaviour(callbacks="never"), deadlineSeconds=1.0)
    said = ask(simple(COUNTS, "COUNTRY_ID"), folder, "api")
    assert said.code == 3
    assert said.out == ""
    assert "TOTAL_CALL_COUNT" in said.err


def test_final_hours_only(vendor: Double, tmp_path: Path) -> None:
    """What was trimmed is not there; the rest is right, and the run says up to when."""
    until = datetime(2026, 3, 20, 5, tzinfo=UTC)
    folder = _project(vendor, tmp_path, Behaviour(finalised=until))
    whole = simple(EVERYTHING, "DAY")
    there = ask(whole, folder, "api")
    assert there.code == 0, there.err
    assert "2026-03-20" in there.err
    known = Question(
        metrics=whole.metrics,
        dimensions=whole.dimensions,
        filters={},
        since=whole.since,
        until=until,
        timezone="UTC",
    )
    here = ask(known, folder, "calls")
    compare_printed(json.loads(here.out), json.loads(there.out), 1)


def test_no_hour_is_final_yet(vendor: Double, tmp_path: Path) -> None:
    folder = _project(vendor, tmp_path, Behaviour(finalised=datetime(2026, 2, 1, tzinfo=UTC)))
    said = ask(simple(COUNTS, "DAY"), folder, "api")
    assert said.code == 0, said.err
    assert json.loads(said.out)["rows"] == []
    assert "2026-03-01" in said.err


def test_a_period_that_is_not_over(vendor: Double, tmp_path: Path) -> None:
    """The vendor answers for years to come; days of them are not days without calls."""
    folder = _project(vendor, tmp_path, Behaviour())
    question = replace(simple(COUNTS, "YEAR"), until=datetime(2100, 1, 1, tzinfo=UTC))
    before = clock.now()
    (answer,) = fetch([question], folder, "api")
    assert answer.data_through is not None
    assert before - timedelta(hours=1) < answer.data_through <= clock.now()


def test_buckets_by_other_names(vendor: Double, tmp_path: Path) -> None:
    """The description says that there are descriptions; they stay as they come, each a group."""
    folder = _project(vendor, tmp_path, Behaviour(buckets="descriptions"))
    question = simple(COUNTS, "TIME_TO_ANSWER")
    here, there = (json.loads(ask(question, folder, way).out) for way in ("calls", "api"))
    counts = [sorted(row[1:] for row in answer["rows"]) for answer in (here, there)]
    assert counts[0] == counts[1]
    assert "50 seconds to 1 minutes" in [row[0] for row in there["rows"]]


def test_an_application_and_another_account_are_not_mixed_up(
    vendor: Double, tmp_path: Path
) -> None:
    """A filter name that is given twice is intersected by the client before it asks."""
    folder = _project(vendor, tmp_path, Behaviour())
    question = simple(
        "TOTAL_CALL_COUNT",
        "APPLICATION_ID ENTITY_ID",
        applicationId=["app", "App"],
        entityId=["brand-1"],
        platforms=[{"applicationId": "app"}, {"entityId": "brand-2"}],
    )
    same([question], folder)


def test_messages_of_other_channels(vendor: Double, tmp_path: Path) -> None:
    """What the API counts of other channels is passed on as it comes."""
    sent = datetime(2026, 3, 2, 8, tzinfo=UTC)
    groups = ("DELIVERED", "DELIVERED", "REJECTED", "EXPIRED")
    messages = [Message(sent_at=sent, direction="OUTBOUND", status_group=g) for g in groups]
    messages += [Message(sent_at=sent, direction="INBOUND", channel="WHATSAPP")]
    vendor.behave(Behaviour(), [*VENDOR_CALLS, *messages])
    folder = write_project(tmp_path / "project", CALLS, vendor, ratioScale="percent")
    by_channel = simple(
        "TOTAL_TRAFFIC_COUNT TRAFFIC_DELIVERY_RATE",
        "CHANNEL_CODE",
        channelCodes=["SMS", "WHATSAPP"],
    )
    said = ask(by_channel, folder, "api")
    assert said.code == 0, said.err
    found = {row[0]: row[1:] for row in json.loads(said.out)["rows"]}
    assert found["WHATSAPP"] == [1, None]
    assert found["SMS"] == [4, pytest.approx(2 / 3, abs=1e-9)]
    one = ask(simple("TOTAL_TRAFFIC_COUNT", channelCodes=["SMS", "WHATSAPP"]), folder, "api")
    assert one.code == 0, one.err
    assert json.loads(one.out)["rows"] == [[5]]


def test_what_was_asked_is_as_the_vendor_wants_it(vendor: Double, tmp_path: Path) -> None:
    """Nothing twice, nothing unknown, times as the description has them."""
    folder = _project(vendor, tmp_path, Behaviour())
    same([simple(EVERYTHING, "HOUR", "Europe/Zagreb")], folder)
    for seen in vendor.asked:
        assert seen.status == 201
        assert seen.headers["content-type"].startswith("application/json")
        assert seen.headers["authorization"].startswith("App ")
        since = seen.body["request"]["filterBy"]["sentSince"]
        assert since == "2026-03-01T00:00:00.000+0000"
