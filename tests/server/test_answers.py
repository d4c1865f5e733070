"""What the API answers, counted by hand."""

from typing import Any

import pytest
from live import GROUP, SHOP, USER, Live, asking


def rows(result: dict[str, Any]) -> list[list[Any]]:
    assert result["status"] == "SUCCESS"
    assert result["response"]["totalRows"] == len(result["response"]["rows"])
    found: list[list[Any]] = result["response"]["rows"]
    return found


def columns(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(c["columnName"], c["columnDataType"]) for c in result["response"]["columns"]]


def test_columns_stand_in_the_order_asked_for_and_the_channel_between(live: Live) -> None:
    metrics = ("ANSWER_RATE", "TOTAL_CALL_COUNT", "TOTAL_CALL_DURATION")
    result = live.result(asking(metrics, by=("COUNTRY_ID", "DIRECTION")))
    assert columns(result) == [
        ("COUNTRY_ID", "INTEGER"),
        ("DIRECTION", "STRING"),
        ("CHANNEL_CODE", "STRING"),
        ("ANSWER_RATE", "NUMBER"),
        ("TOTAL_CALL_COUNT", "INTEGER"),
        ("TOTAL_CALL_DURATION", "NUMBER"),
    ]
    assert rows(result) == [
        [1, "OUTBOUND", "VOICE_VIDEO", 25, 4, 40],
        [2, "OUTBOUND", "VOICE_VIDEO", 0, 2, 0],
        ["N/A", "INBOUND", "VOICE_VIDEO", "N/A", 1, 107.5],
    ]


def test_the_channel_stays_where_it_was_asked_for(live: Live) -> None:
    result = live.result(asking(by=("CHANNEL_CODE", "CHANNEL_NAME")))
    assert [name for name, _ in columns(result)] == [
        "CHANNEL_CODE",
        "CHANNEL_NAME",
        "TOTAL_CALL_COUNT",
    ]
    assert rows(result) == [["VOICE_VIDEO", "Voice and Video", 7]]


def test_a_rate_is_a_percentage_in_full_precision(live: Live) -> None:
    result = live.result(asking(("ANSWER_RATE", "BUSY_RATE", "ANSWER_SEIZURE_RATIO")))
    assert rows(result) == [["VOICE_VIDEO", 100 * 1 / 6, 100 * 2 / 6, 50]]


def test_without_dimensions_there_is_one_row_whatever_is_found(live: Live) -> None:
    metrics = ("TOTAL_CALL_COUNT", "ANSWER_RATE", "TOTAL_CALL_DURATION", "TOTAL_TRAFFIC_COUNT")
    nothing = [["VOICE_VIDEO", 0, "N/A", 0, "N/A"]]
    assert rows(live.result(asking(metrics, statuses=["nobody"]))) == nothing
    assert rows(live.result(asking(metrics, trafficTypes=["PROMO"]))) == nothing
    of_sms = {**asking(metrics)["filterBy"], "channelCodes": ["SMS", "EMAIL"]}
    result = live.result({**asking(metrics), "filterBy": of_sms})
    assert rows(result) == [["SMS", 0, "N/A", 0, "N/A"]]


@pytest.mark.parametrize(
    "filters",
    [
        {"channelCodes": ["SMS"]},
        {"trafficTypes": ["PROMO"]},
        {"campaignReferenceIds": ["autumn"]},
        {"timeToDeliver": [{"from": "SECONDS_1"}]},
        {"capabilities": ["LINE_OA"]},
    ],
)
def test_what_no_call_has_finds_nothing(live: Live, filters: dict[str, object]) -> None:
    assert rows(live.result(asking(by=("DAY",), **filters))) == []
    assert rows(live.result(asking(by=("CHANNEL_CODE",), **filters))) == []
    assert rows(live.result(asking(by=("URL",), **filters))) == []


def test_of_several_channels_calls_are_found(live: Live) -> None:
    filters = {"channelCodes": ["SMS", "VOICE_VIDEO"], "capabilities": ["LINE_OA", "WEBRTC"]}
    assert rows(live.result(asking(by=("CAPABILITY",), **filters))) == [
        ["WEBRTC", "VOICE_VIDEO", 1]
    ]


def test_words_of_other_channels_have_no_value(live: Live) -> None:
    metrics = ("TOTAL_TRAFFIC_COUNT", "TRAFFIC_DELIVERY_RATE")
    result = live.result(asking(metrics, by=("URL", "ACCOUNT_NAME", "TIME_TO_DELIVER")))
    assert columns(result) == [
        *((name, "STRING") for name in ("URL", "ACCOUNT_NAME", "TIME_TO_DELIVER", "CHANNEL_CODE")),
        ("TOTAL_TRAFFIC_COUNT", "INTEGER"),
        ("TRAFFIC_DELIVERY_RATE", "NUMBER"),
    ]
    assert rows(result) == [["N/A", "N/A", "N/A", "VOICE_VIDEO", "N/A", "N/A"]]


def test_what_the_source_lacks_a_column_for_has_no_value(live: Live) -> None:
    assert rows(live.result(asking(("HUNG_UP_COUNT", "TOTAL_CALL_COUNT")))) == [
        ["VOICE_VIDEO", "N/A", 7]
    ]


def test_the_finest_step_of_time_alone_is_answered(live: Live) -> None:
    result = live.result(asking(by=("YEAR", "COUNTRY_NAME", "DAY", "MONTH"), countryIds=[2]))
    assert columns(result)[:3] == [
        ("COUNTRY_NAME", "STRING"),
        ("DAY", "DATE_TIME"),
        ("CHANNEL_CODE", "STRING"),
    ]
    assert rows(result) == [
        ["Austria", "2026-09-10T00:00:00.000+0000", "VOICE_VIDEO", 1],
        ["Austria", "2026-09-30T00:00:00.000+0000", "VOICE_VIDEO", 1],
    ]


def test_hours_are_instants(live: Live) -> None:
    result = live.result(asking(by=("HOUR",), statuses=["BUSY", "NO_ANSWER"]))
    assert [row[0] for row in rows(result)] == [
        "2026-09-10T08:00:00.000+0000",
        "2026-09-10T09:00:00.000+0000",
        "2026-09-12T12:00:00.000+0000",
    ]


def test_buckets_stand_in_the_order_of_time(live: Live) -> None:
    result = live.result(asking(by=("TIME_TO_ANSWER",)))
    assert [(row[0], row[2]) for row in rows(result)] == [
        ("SECONDS_5", 1),
        ("SECONDS_10", 1),
        ("N/A", 5),
    ]


@pytest.mark.parametrize(
    ("spans", "count"),
    [
        ([{"from": "SECONDS_5"}], 2),
        ([{"to": "SECONDS_10"}], 1),
        ([{"from": "SECONDS_10", "to": "SECONDS_15"}, {"from": "DAYS_1"}], 1),
        ([{}], 2),
    ],
)
def test_calls_are_found_by_the_time_that_picking_up_took(
    live: Live, spans: list[dict[str, str]], count: int
) -> None:
    assert rows(live.result(asking(timeToAnswer=spans))) == [["VOICE_VIDEO", count]]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"applicationId": "app"}, 3),
        ({"applicationId": "app", "entityId": "two"}, 1),
        ({"applicationId": "", "entityId": ""}, 7),
        ({"platforms": [{"applicationId": "app", "entityId": "one"}, {"entityId": "two"}]}, 2),
        ({"platforms": [{"entityId": "one"}], "entityId": "two"}, 0),
        ({"communicationIds": [7, 2**63 - 1]}, 1),
        ({"communicationIds": [7.0]}, 1),
        ({"countryIds": [1], "directions": ["OUTBOUND"], "statusGroups": ["UNDELIVERABLE"]}, 2),
    ],
)
def test_filters_hold_together_and_values_of_one_each(
    live: Live, filters: dict[str, object], count: int
) -> None:
    assert rows(live.result(asking(**filters))) == [["VOICE_VIDEO", count]]


@pytest.mark.parametrize(
    ("since", "until", "covered", "count"),
    [
        (
            "2026-09-10T08:00:00.000+0000",
            "2026-09-10T09:59:59.999+0000",
            ("2026-09-10T08:00:00.000+0000", "2026-09-10T09:59:59.999+0000"),
            2,
        ),
        (  # to the millisecond
            "2026-09-10T10:00:00.0009+02:00",
            "2026-09-10T11:59:59.9991+0200",
            ("2026-09-10T08:00:00.000+0000", "2026-09-10T10:00:00.000+0000"),
            3,
        ),
    ],
)
def test_without_steps_of_time_the_period_is_as_asked(
    live: Live, since: str, until: str, covered: tuple[str, str], count: int
) -> None:
    result = live.result(asking(since=since, until=until))
    assert rows(result) == [["VOICE_VIDEO", count]]
    period = result["response"]["requestedPeriod"]
    assert (period["sentSince"], period["sentUntil"]) == covered


@pytest.mark.parametrize(
    ("by", "asked", "covered", "count"),
    [
        ("HOUR", ("10T08:29:00Z", "10T08:31:00Z"), ("10T08", "10T09"), 2),
        ("DAY", ("10T23:00:00Z", "11T00:00:00Z"), ("10T00", "11T00"), 3),
        ("DAY", ("10T23:00:00-0100", "11T01:00:00Z"), ("11T00", "12T00"), 1),
        ("WEEK_MONDAY_START", ("09T00:00:00Z", "10T00:00:00Z"), ("07T00", "14T00"), 6),
        ("WEEK_SUNDAY_START", ("09T00:00:00Z", "10T00:00:00Z"), ("06T00", "13T00"), 6),
    ],
)
def test_the_period_is_widened_to_whole_steps(
    live: Live, by: str, asked: tuple[str, str], covered: tuple[str, str], count: int
) -> None:
    since, until = (f"2026-09-{end}" for end in asked)
    result = live.result(asking(by=(by,), since=since, until=until))
    assert sum(row[-1] for row in rows(result)) == count
    period = result["response"]["requestedPeriod"]
    wanted = [f"2026-09-{end}:00:00.000+0000" for end in covered]
    assert [period["sentSince"], period["sentUntil"]] == wanted


@pytest.mark.parametrize(
    ("by", "since", "end"),
    [
        ((), "2026-09-01T00:00:00.000+0000", "2026-10-01T00:00:00.000+0000"),
        (("YEAR",), "2026-01-01T00:00:00.000+0000", "2026-10-01T00:00:00.000+0000"),
        ((), "2026-11-01T00:00:00.000+0000", "2026-11-01T00:00:00.000+0000"),
    ],
)
def test_no_data_is_claimed_beyond_the_hour_of_the_last_record(
    live: Live, by: tuple[str, ...], since: str, end: str
) -> None:
    result = live.result(asking(by=by, since=since, until="2026-12-01T00:00:00.000+0000"))
    assert result["response"]["requestedPeriod"] == {"sentSince": since, "sentUntil": end}
    assert sum(row[-1] for row in rows(result)) == (7 if since < "2026-10" else 0)


@pytest.mark.parametrize(
    ("headers", "filters", "count"),
    [
        (GROUP, {}, 1),
        (GROUP, {"includeSubaccounts": True}, 5),
        (GROUP, {"accountKeys": ["shop"]}, 1),
        (GROUP, {"accountKeys": ["shop", "office"], "includeSubaccounts": True}, 4),
        (SHOP, {}, 1),
        (SHOP, {"includeSubaccounts": True}, 3),
        (SHOP, {"accountKeys": ["till"]}, 2),
        (USER, {"includeSubaccounts": True}, 3),
    ],
)
def test_a_caller_sees_an_account_and_those_below_it(
    live: Live, headers: dict[str, str], filters: dict[str, object], count: int
) -> None:
    assert rows(live.result(asking(**filters), headers)) == [["VOICE_VIDEO", count]]
