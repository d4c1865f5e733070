"""What the double counts, against numbers counted by hand."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from vendor_double import Behaviour, Message, calls_of_csv, calls_of_json_lines
from vendor_double.grouping import BOUNDS, next_step, step_start
from vendor_double.result import response
from vendor_double.vocabulary import AGGREGATES, METRICS

CALLS = calls_of_csv(
    """\
sent_at,direction,ringing_at,answered_at,ended_at,status_group,status,amd_result,hangup,country_id,country_name,sender
2026-03-02T08:00:00Z,OUTBOUND,2026-03-02T08:00:02Z,2026-03-02T08:00:05Z,2026-03-02T08:00:45.250Z,DELIVERED,DELIVERED_TO_HANDSET,HUMAN,NORMAL,219,Croatia,ACME
2026-03-02T08:10:00Z,OUTBOUND,,2026-03-02T08:10:04.999Z,,DELIVERED,DELIVERED_TO_HANDSET,MACHINE,ERROR,219,Croatia,ACME
2026-03-02T09:00:00Z,OUTBOUND,2026-03-02T09:00:02Z,,,UNDELIVERABLE,NO_ANSWER,,,219,Croatia,
2026-03-02T09:30:00Z,OUTBOUND,,,,UNDELIVERABLE,BUSY,,,65,Germany,ACME
2026-03-03T00:00:00Z,OUTBOUND,2026-03-03T00:00:01Z,,,UNDELIVERABLE,CANCELLED,,,65,Germany,ACME
2026-03-03T10:00:00Z,OUTBOUND,,,,UNDELIVERABLE,CANCELLED,,,,,ACME
2026-03-03T11:00:00Z,OUTBOUND,,,,REJECTED,REJECTED_DND,,,,,ACME
2026-03-03T12:00:00Z,OUTBOUND,,,,PENDING,PENDING_ENROUTE,,,,,ACME
2026-03-03T13:00:00Z,INBOUND,2026-03-03T13:00:01Z,2026-03-03T13:00:30Z,2026-03-03T13:01:00Z,DELIVERED,DELIVERED_TO_HANDSET,,NORMAL,219,Croatia,ACME
2026-03-03T14:00:00Z,INBOUND,,,,UNDELIVERABLE,NO_ANSWER,,,219,Croatia,ACME
""".splitlines()
)
MARCH = {
    "channelCodes": ["VOICE_VIDEO"],
    "sentSince": "2026-03-01T00:00:00.000+0000",
    "sentUntil": "2026-04-01T00:00:00.000+0000",
}


FRACTIONS = Behaviour(ratios="fraction")


def _told(
    metrics: str, by: str = "", behaviour: Behaviour = FRACTIONS, **filters: Any
) -> dict[str, Any]:
    request = {
        "metrics": metrics.split(),
        "aggregateBy": by.split(),
        "filterBy": MARCH | filters,
    }
    return response(request, CALLS, behaviour, None, {})


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("TOTAL_CALL_COUNT", 10),
        ("TOTAL_ATTEMPTED_CALL_COUNT", 8),
        ("TOTAL_SEIZED_CALL_COUNT", 4),
        ("TOTAL_ANSWERED_CALL_COUNT", 3),
        ("TOTAL_RECEIVED_CALL_COUNT", 2),
        ("AMD_PROCESSED_CALL_COUNT", 2),
        ("ANSWERED_BY_PERSON_CALL_COUNT", 1),
        ("ANSWERED_BY_VOICE_DETECTION_CALL_COUNT", 1),
        ("NOT_ANSWERED_CALL_COUNT", 2),
        ("BUSY_CALL_COUNT", 1),
        ("CANCELED_CALL_COUNT", 1),
        ("FAILED_CALL_COUNT", 1),
        ("ANSWER_SEIZURE_RATIO", 0.5),
        ("ANSWER_RATE", 0.25),
        ("BUSY_RATE", 0.125),
        ("HUNG_UP_COUNT", 3),
        ("NORMAL_HUNG_UP_COUNT", 2),
        ("ERROR_HUNG_UP_COUNT", 1),
        ("TOTAL_CALL_DURATION", 70.25),
        ("TOTAL_TRAFFIC_COUNT", "N/A"),
    ],
)
def test_every_voice_metric(metric: str, expected: object) -> None:
    assert _told(metric)["rows"] == [["VOICE_VIDEO", expected]]


def test_groups_and_the_channel_that_always_comes() -> None:
    told = _told("TOTAL_CALL_COUNT ANSWER_RATE", "COUNTRY_NAME DAY")
    assert told["columns"] == [
        {"columnName": "CHANNEL_CODE", "columnDataType": "STRING"},
        {"columnName": "COUNTRY_NAME", "columnDataType": "STRING"},
        {"columnName": "DAY", "columnDataType": "DATE_TIME"},
        {"columnName": "TOTAL_CALL_COUNT", "columnDataType": "INTEGER"},
        {"columnName": "ANSWER_RATE", "columnDataType": "NUMBER"},
    ]
    second, third = "2026-03-02T00:00:00.000+0000", "2026-03-03T00:00:00.000+0000"
    assert told["rows"] == [
        ["VOICE_VIDEO", "Croatia", second, 3, 2 / 3],
        ["VOICE_VIDEO", "Germany", second, 1, 0.0],
        ["VOICE_VIDEO", "Germany", third, 1, 0.0],
        ["VOICE_VIDEO", "N/A", third, 3, 0.0],
        ["VOICE_VIDEO", "Croatia", third, 2, "N/A"],
    ]
    assert told["totalRows"] == 5


def test_of_several_time_steps_only_the_finest_comes() -> None:
    told = _told("TOTAL_CALL_COUNT", "MONTH DAY CHANNEL_CODE YEAR")
    assert [column["columnName"] for column in told["columns"]] == [
        "CHANNEL_CODE",
        "DAY",
        "TOTAL_CALL_COUNT",
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"countryIds": [219]}, 5),
        ({"countryIds": [219, 65], "directions": ["INBOUND"]}, 2),
        ({"senders": ["ACME"]}, 9),
        ({"statuses": ["NO_ANSWER", "BUSY"]}, 3),
        ({"statusGroups": ["PENDING"]}, 1),
        ({"timeToAnswer": [{"from": "SECONDS_4", "to": "SECONDS_5"}]}, 1),
        ({"timeToAnswer": [{"to": "SECONDS_5"}, {"from": "SECONDS_30"}]}, 2),
        ({"timeToAnswer": [{}]}, 3),
        ({"channelCodes": ["SMS"]}, 0),
        ({"sentSince": "2026-03-02T08:10:00.000+0000"}, 9),
        ({"sentUntil": "2026-03-03T00:00:00.000+0000"}, 4),
        ({"sentUntil": "2026-03-03T01:00:00.000+0100"}, 4),
    ],
)
def test_filters(filters: dict[str, Any], expected: int) -> None:
    rows = _told("TOTAL_CALL_COUNT", **filters)["rows"]
    assert sum(row[-1] for row in rows) == expected


def test_sub_accounts_and_pairs() -> None:
    calls = calls_of_json_lines(
        f'{{"sent_at": "2026-03-02T08:00:00+00:00", "direction": "OUTBOUND",'
        f' "account_key": "{key}", "application_id": "{app}", "entity_id": "e"}}'
        for key, app in (("top", "a"), ("mid", "b"), ("low", "a"), ("other", "b"))
    )
    parents = {"top": None, "mid": "top", "low": "mid"}

    def count(own: str | None, **filters: Any) -> int:
        request = {
            "metrics": ["TOTAL_CALL_COUNT"],
            "aggregateBy": [],
            "filterBy": MARCH | filters,
        }
        rows = response(request, calls, Behaviour(), own, parents)["rows"]
        return sum(row[-1] for row in rows)

    assert count(None) == 4
    assert count("top") == 1
    assert count("top", includeSubaccounts=True) == 3
    assert count("top", accountKeys=["mid", "other"], includeSubaccounts=True) == 3
    assert count(None, platforms=[{"applicationId": "a", "entityId": "e"}]) == 2
    assert count(None, platforms=[{"applicationId": "a"}, {"entityId": "none"}]) == 2
    assert count(None, applicationId="b") == 2
    assert count(None, applicationId="", entityId="e") == 4


def test_steps_of_every_kind() -> None:
    instant = datetime(2026, 5, 20, 13, 45, 6, tzinfo=UTC)  # a Wednesday

    def start(step: str) -> str:
        return f"{step_start(step, instant):%Y-%m-%dT%H:%M}"

    assert start("HOUR") == "2026-05-20T13:00"
    assert start("DAY") == "2026-05-20T00:00"
    assert start("WEEK_MONDAY_START") == "2026-05-18T00:00"
    assert start("WEEK_SUNDAY_START") == "2026-05-17T00:00"
    assert start("WEEK_SATURDAY_START") == "2026-05-16T00:00"
    assert start("MONTH") == "2026-05-01T00:00"
    assert start("QUARTER") == "2026-04-01T00:00"
    assert start("YEAR") == "2026-01-01T00:00"
    for step, following in {
        "HOUR": "2026-05-20T14:00",
        "DAY": "2026-05-21T00:00",
        "WEEK_SUNDAY_START": "2026-05-24T00:00",
        "MONTH": "2026-06-01T00:00",
        "QUARTER": "2026-07-01T00:00",
        "YEAR": "2027-01-01T00:00",
    }.items():
        assert f"{next_step(step, step_start(step, instant)):%Y-%m-%dT%H:%M}" == following
    assert next_step("QUARTER", datetime(2026, 10, 1, tzinfo=UTC)).year == 2027


def test_the_vocabulary_is_whole() -> None:
    assert len(METRICS) == 51
    assert len(AGGREGATES) == 37
    assert len(BOUNDS) == 31
    assert tuple(sorted(BOUNDS)) == BOUNDS
    assert BOUNDS[-1] == 3 * 86_400_000


# Behaviours


def test_ratios_in_every_writing() -> None:
    def rate(country: int, **how: Any) -> Any:
        told = _told("ANSWER_RATE", "", Behaviour(**how), countryIds=[country])
        return told["rows"][0][1]

    assert rate(219, ratios="percent") == pytest.approx(200 / 3)
    assert rate(219, ratios="percent", ratio_digits=2) == 66.67
    assert rate(219, ratios="percent", ratio_digits=2, ratio_cut=True) == 66.66
    assert rate(219, ratios="fraction", ratio_digits=4) == 0.6667
    assert _told("ANSWER_RATE", directions=["INBOUND"])["rows"] == [["VOICE_VIDEO", "N/A"]]
    nothing = Behaviour(ratio_of_nothing="zero")
    assert _told("ANSWER_RATE", "", nothing, directions=["INBOUND"])["rows"][0][1] == 0


def test_durations_in_every_unit() -> None:
    def length(**how: Any) -> Any:
        return _told("TOTAL_CALL_DURATION", "", Behaviour(**how))["rows"][0][1]

    assert length(durations="milliseconds") == 70250
    assert length(durations="seconds", duration_digits=0) == 70
    assert length(durations="minutes") == pytest.approx(70.25 / 60)


def test_periods_widened_and_trimmed() -> None:
    def period(by: str, behaviour: Behaviour) -> tuple[Any, Any, int]:
        times = {"sentSince": "2026-03-02T08:05:00.000+0000"}
        told = _told("TOTAL_CALL_COUNT", by, behaviour, **times)
        since, until = (told["requestedPeriod"][name] for name in ("sentSince", "sentUntil"))
        return since, until, sum(row[-1] for row in told["rows"])

    z = {"dates": "z"}
    until = "2026-04-01T00:00:00Z"
    assert period("HOUR", Behaviour(**z)) == ("2026-03-02T08:05:00Z", until, 9)
    assert period("HOUR", Behaviour(widened="step", **z)) == ("2026-03-02T08:00:00Z", until, 10)
    assert period("", Behaviour(widened="step", **z)) == ("2026-03-02T08:05:00Z", until, 9)
    assert period("YEAR", Behaviour(widened="step", **z))[:2] == (
        "2026-01-01T00:00:00Z",
        "2027-01-01T00:00:00Z",
    )
    trimmed = Behaviour(finalised=datetime(2026, 3, 3, tzinfo=UTC), dates="bare")
    assert period("", trimmed) == ("2026-03-02T08:05:00", "2026-03-03T00:00:00", 3)
    assert period("", Behaviour(earlier=True, **z)) == ("2026-03-01T08:05:00Z", until, 10)


def test_rows_and_columns_that_are_not_as_usual() -> None:
    def rows(**how: Any) -> Any:
        told = _told("TOTAL_CALL_COUNT HUNG_UP_COUNT", "COUNTRY_ID", Behaviour(**how))
        return [column["columnName"] for column in told["columns"]], told["rows"][0]

    assert rows(columns="reversed") == (
        ["HUNG_UP_COUNT", "TOTAL_CALL_COUNT", "COUNTRY_ID", "CHANNEL_CODE"],
        [3, 5, 219, "VOICE_VIDEO"],
    )
    assert rows(columns="metrics first", ids_as_text=True)[1] == [5, 3, "VOICE_VIDEO", "219"]
    assert rows(channel="asked")[1] == [219, 5, 3]
    assert rows(wide_rows=True)[1] == ["VOICE_VIDEO", 219, 5, 3, 3]
    assert rows(lost_column=True)[1] == ["VOICE_VIDEO", 219, 5]
    assert rows(unasked_column=True)[1] == ["VOICE_VIDEO", 219, "Voice and Video", 5, 3]
    assert json.dumps(rows(counts_as_numbers=True)[1]) == '["VOICE_VIDEO", 219, 5.0, 3.0]'
    repeated = _told("TOTAL_CALL_COUNT", "COUNTRY_ID", Behaviour(repeated_row=True))
    assert [row[1] for row in repeated["rows"]] == [219, 65, "N/A", 219]
    cut = _told("TOTAL_CALL_COUNT", "COUNTRY_ID", Behaviour(cut_rows=True, missing=None))
    assert (cut["totalRows"], [row[1] for row in cut["rows"]]) == (3, [219, 65])
    found_nothing = _told("TOTAL_CALL_COUNT ANSWER_RATE", countryIds=[1])
    assert found_nothing["rows"] == []
    zeros = _told("TOTAL_CALL_COUNT ANSWER_RATE", "", Behaviour(empty_row=True), countryIds=[1])
    assert zeros["rows"] == [["VOICE_VIDEO", 0, "N/A"]]


def test_days_and_buckets_as_texts() -> None:
    told = _told("TOTAL_CALL_COUNT", "DAY", Behaviour(days="texts"))
    assert told["columns"][1] == {"columnName": "DAY", "columnDataType": "STRING"}
    assert [row[1] for row in told["rows"]] == ["2026-03-02", "2026-03-03"]
    names = _told("TOTAL_ANSWERED_CALL_COUNT", "TIME_TO_ANSWER", Behaviour(missing=None))
    assert [row[1:] for row in names["rows"]] == [
        ["SECONDS_5", 1],
        ["SECONDS_4", 1],
        [None, 0],
        ["SECONDS_30", 1],
    ]
    described = Behaviour(buckets="descriptions")
    told = _told("TOTAL_ANSWERED_CALL_COUNT", "TIME_TO_ANSWER", described)
    assert [row[1] for row in told["rows"]] == [
        "5 to 10 seconds",
        "4 to 5 seconds",
        "N/A",
        "30 to 40 seconds",
    ]


def test_messages_of_another_channel_beside_calls() -> None:
    sent = datetime(2026, 3, 2, 8, tzinfo=UTC)
    messages = [
        Message(sent_at=sent, direction="OUTBOUND", status_group=group)
        for group in ("DELIVERED", "DELIVERED", "REJECTED", "EXPIRED")
    ]
    messages.append(Message(sent_at=sent, direction="INBOUND", channel="WHATSAPP"))
    request = {
        "metrics": ["TOTAL_TRAFFIC_COUNT", "TRAFFIC_DELIVERY_RATE", "TOTAL_CALL_COUNT"],
        "aggregateBy": ["CHANNEL_NAME"],
        "filterBy": MARCH | {"channelCodes": ["SMS", "VOICE_VIDEO", "WHATSAPP"]},
    }
    told = response(request, (*CALLS, *messages), Behaviour(), None, {})
    assert told["rows"] == [
        ["VOICE_VIDEO", "Voice and Video", "N/A", "N/A", 10],
        ["SMS", "SMS", 4, pytest.approx(200 / 3), "N/A"],
        ["WHATSAPP", "WhatsApp", 1, "N/A", "N/A"],
    ]
