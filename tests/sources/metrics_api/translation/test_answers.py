"""Answers: channels, periods that end early, what nobody was asked, values of every kind."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from plain_api import Manner
from planted import CALLS, SINCE, UNTIL, changed, where
from round_trip import LATER, SETTINGS, Api, asked, over, query_of, table

from reporter.catalog.model import Attribute, Dimension, Metric, Named, Reported
from reporter.data.table import Format, Kind
from reporter.dates import Interval
from reporter.errors import SourceError
from reporter.sources.metrics_api.answering import answers
from reporter.sources.metrics_api.model import Reply
from reporter.sources.metrics_api.translation import translate

SPAN = {"since": SINCE, "until": UNTIL}
LOCAL = {
    "since": datetime(2026, 9, 30, 22, tzinfo=UTC),
    "until": datetime(2026, 10, 2, 22, tzinfo=UTC),
    "timezone": "Europe/Zagreb",
}


def telling(*rows: dict[str, object]) -> Api:
    """An API that has these rows, whoever asks; its columns are those that are asked for."""

    def answer(request: bytes) -> bytes:
        wanted = msgspec.json.decode(request)["request"]
        names = [*wanted["aggregateBy"], *wanted["metrics"]]
        kinds = {"HOUR": "DATE_TIME", "DAY": "DATE_TIME", "COUNTRY_ID": "INTEGER"}
        period = {name: wanted["filterBy"][name] for name in ("sentSince", "sentUntil")}
        response = {
            "requestedPeriod": period,
            "totalRows": len(rows),
            "columns": [
                {
                    "columnName": name,
                    "columnDataType": "NUMBER"
                    if name in wanted["metrics"]
                    else kinds.get(name, "STRING"),
                }
                for name in names
            ],
            "rows": [[row.get(name, "N/A") for name in names] for row in rows],
        }
        return msgspec.json.encode({"requestId": "r", "status": "SUCCESS", "response": response})

    return answer


def test_many_queries_are_answered_in_their_order() -> None:
    queries = [
        query_of("ANSWER_RATE", **SPAN),
        query_of("TOTAL_CALL_COUNT", by=["DIRECTION"], **SPAN),
        query_of("TOTAL_CALL_COUNT", "BUSY_RATE", **SPAN),
    ]
    api = over(CALLS)
    first, second, third = asked(queries, api)
    assert table(first)[()]["ANSWER_RATE"] == 0.5
    assert {k: row["TOTAL_CALL_COUNT"] for k, row in table(second).items()} == {
        ("OUTBOUND",): 8,
        ("INBOUND",): 1,
    }
    assert table(third)[()]["TOTAL_CALL_COUNT"] == 9
    assert asked([], api) == ()


def test_no_calls_without_dimensions_are_a_row_of_nothing() -> None:
    query = query_of("TOTAL_CALL_COUNT", "ANSWER_RATE", "TOTAL_CALL_DURATION", **SPAN)
    (answer,) = asked([query], over([]))
    assert table(answer)[()] == {
        "TOTAL_CALL_COUNT": 0,
        "OUTBOUND_ANSWERED_CALL_COUNT": 0,
        "TOTAL_ATTEMPTED_CALL_COUNT": 0,
        "ANSWER_RATE": None,
        "CALL_DURATION_MILLISECONDS": 0,
        "TOTAL_CALL_DURATION": 0.0,
    }
    (answer,) = asked([query_of("TOTAL_CALL_COUNT", by=["SENDER"], **SPAN)], over([]))
    assert answer.table.rows == ()


NOTHING_LEFT = [{"countryIds": (1,)}, {"countryIds": (2,)}]


def test_nobody_is_asked_and_nothing_is_counted() -> None:
    query = query_of("TOTAL_CALL_COUNT", "PENDING_CALL_COUNT", where=NOTHING_LEFT, **SPAN)
    (answer,) = asked([query], over(CALLS))
    assert table(answer)[()] == {"TOTAL_CALL_COUNT": 0, "PENDING_CALL_COUNT": None}
    assert answer.data_through == UNTIL
    assert answer.interval == query.interval


def test_a_distinct_count_over_nothing_is_0() -> None:
    where = [{"channelCodes": ("SMS",)}]
    query = query_of("UNIQUE_CLICKS_COUNT", "TRAFFIC_DELIVERY_RATE", where=where, **SPAN)
    (answer,) = asked([query], telling(), ratio_scale="fraction")
    assert table(answer)[()] == {"UNIQUE_CLICKS_COUNT": 0, "TRAFFIC_DELIVERY_RATE": None}


def test_what_the_api_does_not_know_has_no_values() -> None:
    query = query_of("PENDING_CALL_COUNT", by=["DIRECTION"], **SPAN)
    (answer,) = asked([query], over(CALLS))
    assert table(answer) == {
        ("OUTBOUND",): {"PENDING_CALL_COUNT": None},
        ("INBOUND",): {"PENDING_CALL_COUNT": None},
    }
    assert answer.table.column("PENDING_CALL_COUNT").unavailable is not None
    price = Dimension(
        name="PRICE", label="", description="", kind=Kind.TEXT, definition=Attribute("price")
    )
    query = msgspec.structs.replace(query, dimensions=(price,))
    (answer,) = asked([query], over(CALLS))
    assert answer.table.rows == ()


def test_a_period_that_ends_earlier() -> None:
    manner = Manner(until=SINCE + timedelta(hours=30))
    query = query_of("TOTAL_CALL_COUNT", by=["HOUR"], **SPAN)
    local = query_of("TOTAL_CALL_COUNT", by=["DAY"], **LOCAL)
    plain, elsewhere = asked([query, local], over(CALLS, manner))
    end = SINCE + timedelta(hours=30)
    assert plain.data_through == elsewhere.data_through == end
    assert plain.interval == Interval(SINCE, end)
    assert elsewhere.interval.until.utcoffset() == timedelta(hours=2)
    assert {key[0].hour for key in table(plain)} == {0, 1}
    assert table(elsewhere)[(date(2026, 10, 1),)]["TOTAL_CALL_COUNT"] == 6


def test_a_period_of_which_nothing_is_known_yet() -> None:
    query = query_of("TOTAL_CALL_COUNT", **SPAN)
    (answer,) = asked([query], over(CALLS, Manner(until=SINCE)))
    assert answer.data_through == SINCE
    assert answer.interval == Interval(SINCE, SINCE)


@pytest.mark.parametrize(
    ("now", "through"),
    [
        (SINCE + timedelta(hours=30, minutes=59), SINCE + timedelta(hours=30)),
        (SINCE - timedelta(hours=3), SINCE - timedelta(hours=3)),
        (UNTIL, UNTIL),
        (UNTIL + timedelta(minutes=10), UNTIL),
    ],
)
def test_of_what_is_not_over_nothing_is_known(now: datetime, through: datetime) -> None:
    """Whatever period the API covers: days that have not begun are not days without calls."""
    query = query_of("TOTAL_CALL_COUNT", by=["DAY"], **SPAN)
    nobody_asked = query_of("TOTAL_CALL_COUNT", where=NOTHING_LEFT, **SPAN)
    for answer in asked([query, nobody_asked], over(CALLS), now=now):
        assert answer.data_through == through
        assert answer.interval == query.interval


def test_an_interval_within_a_millisecond_of_what_is_asked() -> None:
    ends = {"since": SINCE, "until": UNTIL - timedelta(microseconds=300)}
    query = query_of("TOTAL_CALL_COUNT", **ends)
    (answer,) = asked([query], over(CALLS))
    assert answer.interval == query.interval
    assert answer.data_through == query.interval.until


BOTH = [{"channelCodes": ("SMS", "VOICE_VIDEO")}]
CHANNELS = telling(
    {
        "CHANNEL_CODE": "VOICE_VIDEO",
        "COUNTRY_ID": 1,
        "TOTAL_CALL_COUNT": 9,
        "TOTAL_ATTEMPTED_CALL_COUNT": 8,
        "TOTAL_ANSWERED_CALL_COUNT": 4,
        "ANSWER_RATE": 50,
    },
    {
        "CHANNEL_CODE": "SMS",
        "COUNTRY_ID": 1,
        "DELIVERED_TRAFFIC_COUNT": 100,
        "UNIQUE_CLICKS_COUNT": 7,
        "TRAFFIC_DELIVERY_RATE": 94.5,
    },
    {
        "CHANNEL_CODE": "SMS",
        "COUNTRY_ID": 2,
        "DELIVERED_TRAFFIC_COUNT": 11,
        "TRAFFIC_DELIVERY_RATE": 0,
    },
)
MIXED = ("ANSWER_RATE", "DELIVERED_TRAFFIC_COUNT", "UNIQUE_CLICKS_COUNT", "TRAFFIC_DELIVERY_RATE")


def test_channels_that_nobody_wants_apart_are_put_together() -> None:
    added = ("ANSWER_RATE", "DELIVERED_TRAFFIC_COUNT")
    query = query_of(*added, by=["COUNTRY_ID"], where=BOTH, **SPAN)
    (answer,) = asked([query], CHANNELS)
    shown = {key: [row[name] for name in added] for key, row in table(answer).items()}
    assert shown == {(1,): [0.5, 100], (2,): [None, 11]}


def test_channels_apart() -> None:
    query = query_of(*MIXED, by=["CHANNEL_CODE", "COUNTRY_ID"], where=BOTH, **SPAN)
    (answer,) = asked([query], CHANNELS, ratio_scale="percent")
    shown = {key: [row[name] for name in MIXED] for key, row in table(answer).items()}
    assert shown == {
        ("VOICE_VIDEO", 1): [0.5, None, None, None],
        ("SMS", 1): [None, 100, 7, 0.945],
        ("SMS", 2): [None, 11, None, 0.0],
    }


def test_no_outbound_traffic_of_a_channel_is_not_no_value_of_calls() -> None:
    """The part of outbound calls has no row where there is none; messages have no such count."""

    def only_voice(request: bytes) -> bytes:
        body = msgspec.json.decode(CHANNELS(request))
        if "directions" in msgspec.json.decode(request)["request"]["filterBy"]:
            body["response"] |= {"rows": [], "totalRows": 0}
        else:
            body["response"]["rows"][0][where(body["response"], "ANSWER_RATE")] = 0
        return msgspec.json.encode(body)

    query = query_of("ANSWER_RATE", by=["CHANNEL_CODE", "COUNTRY_ID"], where=BOTH, **SPAN)
    (answer,) = asked([query], only_voice)
    counts = {k: row["OUTBOUND_ANSWERED_CALL_COUNT"] for k, row in table(answer).items()}
    assert counts == {("VOICE_VIDEO", 1): 0, ("SMS", 1): None, ("SMS", 2): None}


def test_a_row_of_several_channels_is_named_with_its_channel() -> None:
    twice = changed(CHANNELS, lambda r: (r["rows"].append(r["rows"][0]), r.update(totalRows=4)))
    query = query_of("TOTAL_CALL_COUNT", where=BOTH, by=["COUNTRY_ID"], **SPAN)
    with pytest.raises(SourceError, match="two rows for COUNTRY_ID 1, CHANNEL_CODE VOICE_VIDEO"):
        asked([query], twice)
    query = query_of("TOTAL_CALL_COUNT", **SPAN)
    single = telling({"TOTAL_CALL_COUNT": 1}, {"TOTAL_CALL_COUNT": 1})
    with pytest.raises(SourceError, match="tells two rows where there can be one"):
        asked([query], single)


def test_a_bucket_that_is_unknown_stays_as_it_is() -> None:
    api = telling(
        {"TIME_TO_ANSWER": "SECONDS_5", "TOTAL_CALL_COUNT": 1},
        {"TIME_TO_ANSWER": "5 to 10 seconds", "TOTAL_CALL_COUNT": 2},
        {"TIME_TO_ANSWER": None, "TOTAL_CALL_COUNT": 3},
    )
    (answer,) = asked([query_of("TOTAL_CALL_COUNT", by=["TIME_TO_ANSWER"], **SPAN)], api)
    assert {*table(answer)} == {("SECONDS_5",), ("5 to 10 seconds",), (None,)}


def test_a_dimension_that_only_the_api_knows() -> None:
    tariff = Dimension(name="TARIFF", label="", description="", kind=Kind.TEXT, definition=Named())
    query = query_of("TOTAL_CALL_COUNT", **SPAN)
    query = msgspec.structs.replace(query, dimensions=(tariff,))
    (answer,) = asked([query], telling({"TARIFF": "night", "TOTAL_CALL_COUNT": 1}), strict=False)
    assert table(answer) == {("night",): {"TOTAL_CALL_COUNT": 1}}


def reported(kind: Format, value: object, **settings: object) -> object:
    """The value of a metric that only the API knows."""
    own = Metric(
        name="OWN", label="", description="", definition=Reported(additive=True), format=kind
    )
    query = query_of("TOTAL_CALL_COUNT", **SPAN)
    query = msgspec.structs.replace(query, metrics=(own,))
    (answer,) = asked([query], telling({"OWN": value}), strict=False, **settings)
    return table(answer)[()]["OWN"]


def test_values_of_reported_metrics() -> None:
    percent, fraction = {"ratio_scale": "percent"}, {"ratio_scale": "fraction"}
    assert reported(Format.INTEGER, 7) == 7
    assert reported(Format.INTEGER, "N/A") is None
    assert reported(Format.DECIMAL, 1.25) == 1.25
    assert reported(Format.DECIMAL, -3) == -3
    assert reported(Format.PERCENT, 94.5, **percent) == 0.945
    assert reported(Format.PERCENT, 0.945, **fraction) == 0.945
    assert reported(Format.PERCENT, 1, **fraction) == 1
    with pytest.raises(SourceError, match=r"OWN: expected a whole number, found 7\.5"):
        reported(Format.INTEGER, 7.5)


def test_sums_do_not_depend_on_the_order_of_rows() -> None:
    own = Metric(
        name="OWN",
        label="",
        description="",
        definition=Reported(additive=True),
        format=Format.DECIMAL,
    )
    rows: list[dict[str, Any]] = [
        {"HOUR": f"2026-10-01T{hour:02}:00:00Z", "OWN": value}
        for hour, value in enumerate([1e16, 1.5, -1e16, 0.1, 3.3])
    ]
    query = query_of("TOTAL_CALL_COUNT", by=["DAY"], **LOCAL)
    query = msgspec.structs.replace(query, metrics=(own,))
    found = [
        asked([query], telling(*order), strict=False)[0].table.rows for order in (rows, rows[::-1])
    ]
    assert found[0] == found[1]


def test_durations_are_whole_milliseconds() -> None:
    query = query_of("TOTAL_CALL_DURATION", **SPAN)
    for unit, value, expected in (
        ("milliseconds", 1500, 1.5),
        ("seconds", 1.5, 1.5),
        ("seconds", 1.4999999999, 1.5),
        ("minutes", 0.025, 1.5),
        ("minutes", 2, 120.0),
    ):
        api = telling({"TOTAL_CALL_DURATION": value})
        (answer,) = asked([query], api, duration_unit=unit)
        assert table(answer)[()]["TOTAL_CALL_DURATION"] == expected


def test_the_hour_that_autumn_repeats_is_two() -> None:
    calls = [
        msgspec.structs.replace(CALLS[0], sent_at=datetime(2026, 10, 25, hour, 15, tzinfo=UTC))
        for hour in (0, 0, 1)
    ]
    night = {"since": datetime(2026, 10, 24, 22, tzinfo=UTC), "timezone": "Europe/Zagreb"}
    query = query_of(
        "TOTAL_CALL_COUNT", by=["HOUR"], until=datetime(2026, 10, 25, 23, tzinfo=UTC), **night
    )
    (answer,) = asked([query], over(calls))
    assert {key[0].isoformat(): row["TOTAL_CALL_COUNT"] for key, row in table(answer).items()} == {
        "2026-10-25T02:00:00+02:00": 2,
        "2026-10-25T02:00:00+01:00": 1,
    }


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ((7, "VOICE_VIDEO", 1), "HOUR is 7"),
        ((SINCE, Decimal(1), 1), "expected the value of a dimension"),
        ((SINCE, "VOICE_VIDEO", "x"), "expected a number, found 'x'"),
    ],
)
def test_a_reply_that_was_never_checked_is_a_bug(row: tuple[Any, ...], found: str) -> None:
    query = query_of("TOTAL_CALL_COUNT", by=["HOUR"], **SPAN)
    translation = translate(query, "api", SETTINGS)
    (ask,) = translation.asks
    columns = ("HOUR", "CHANNEL_CODE", "TOTAL_CALL_COUNT")
    reply = Reply(period=ask.interval, columns=columns, rows=(row,))
    with pytest.raises(TypeError, match=found):
        answers([translation], {ask: reply}, now=LATER)
