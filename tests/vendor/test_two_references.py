"""The double and the reference of ``tests/oracle`` were written apart; they count the same."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_calls import PARENTS, call_lists, questions
from reference import CallRecord, cut, is_bad
from reference_answers import Question, Source, ask
from vendor_double import Behaviour, Call
from vendor_double.refusals import violations
from vendor_double.result import response

PLAIN = Behaviour(ratios="fraction", missing=None, channel="asked", empty_row=True)


def as_vendor_call(call: CallRecord) -> Call:
    names = [name for name in CallRecord.__slots__ if name not in ("call_id", "billed_seconds")]
    return Call(**{name: getattr(call, name) for name in names})


@pytest.mark.unmeasured
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_same_numbers(data: st.DataObject) -> None:
    calls = [call for call in map(cut, data.draw(call_lists())) if not is_bad(call)]
    account = data.draw(st.sampled_from((None, None, "north")))
    question = data.draw(questions(calls))
    in_utc = Question(
        metrics=question.metrics,
        dimensions=question.dimensions,
        filters={name: _acceptable(name, value) for name, value in question.filters.items()},
        since=question.since,
        until=question.until,
        timezone="UTC",
    )
    expected = ask(Source(calls=calls, parents=PARENTS, account=account), in_utc)
    body = {"callbackUrl": "http://example.com", "request": _request(in_utc)}
    assert violations(body) == []
    told = response(
        body["request"], [as_vendor_call(call) for call in calls], PLAIN, account, PARENTS
    )
    names = [column["columnName"] for column in told["columns"]]
    order = [names.index(name) for name in expected.columns]
    found = Counter(
        tuple(_plain(name, row[at]) for name, at in zip(expected.columns, order, strict=True))
        for row in told["rows"]
    )
    wanted = Counter(
        tuple(_plain(name, value) for name, value in zip(expected.columns, row, strict=True))
        for row in expected.rows
    )
    assert found == wanted


def _acceptable(name: str, value: Any) -> Any:
    """The API takes one application and one entity, and nothing twice."""
    if name in ("applicationId", "entityId"):
        return value[0]
    if not isinstance(value, list):
        return value
    return [item for number, item in enumerate(value) if item not in value[:number]]


def _request(question: Question) -> dict[str, Any]:
    def instant(moment: datetime) -> str:
        utc = moment.astimezone(UTC)
        return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}+0000"

    return {
        "metrics": list(question.metrics),
        "aggregateBy": list(question.dimensions),
        "filterBy": {
            "channelCodes": ["VOICE_VIDEO"],
            **question.filters,
            "sentSince": instant(question.since),
            "sentUntil": instant(question.until),
        },
    }


def _plain(name: str, value: object) -> object:
    """Times of both as the same texts, ratios as far as doubles tell."""
    if value is None or name == "CHANNEL_CODE":
        return value
    if name == "HOUR":
        return str(value)[:13]
    if name in ("DAY", "MONTH", "QUARTER", "YEAR") or name.startswith("WEEK"):
        return str(value)[:10]
    return round(value, 12) if isinstance(value, float) else value
