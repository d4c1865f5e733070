"""JSON and values: requests as the API's document wants them, results checked to the last cell."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest

from reporter.dates import Interval
from reporter.sources.metrics_api.model import (
    Ask,
    Failed,
    Listed,
    Pair,
    Reply,
    ReplyValue,
    Span,
    Spans,
    Success,
)
from reporter.sources.metrics_api.wire import (
    WireError,
    digest,
    read_result,
    reply_of,
    request_body,
)

SINCE = datetime(2026, 9, 30, 22, tzinfo=UTC)
UNTIL = datetime(2026, 10, 31, 23, tzinfo=UTC)
ASK = Ask(
    interval=Interval(SINCE, UNTIL),
    channels=("VOICE_VIDEO",),
    dimensions=("COUNTRY_ID", "HOUR", "SENDER"),
    metrics=("ANSWER_RATE", "TOTAL_CALL_COUNT"),
)
COLUMNS = {
    "HOUR": "DATE_TIME",
    "COUNTRY_ID": "INTEGER",
    "SENDER": "STRING",
    "TOTAL_CALL_COUNT": "INTEGER",
    "ANSWER_RATE": "NUMBER",
}
HOUR = "2026-10-01T00:00:00.000+0000"
ROW = f'["{HOUR}", 1, "x", 7, 42.50]'


def result(
    *rows: str,
    columns: dict[str, str] | None = None,
    total: int | None = None,
    since: str = "2026-09-30T22:00:00.000+0000",
) -> bytes:
    """The body of a result, its rows as JSON text."""
    described = [
        {"columnName": name, "columnDataType": kind}
        for name, kind in (COLUMNS if columns is None else columns).items()
    ]
    return (
        '{"requestId": "r", "status": "SUCCESS", "response": {"requestedPeriod":'
        f' {{"sentSince": "{since}", "sentUntil": "2026-10-31T23:00:00Z"}},'
        f' "totalRows": {len(rows) if total is None else total},'
        f' "columns": {json.dumps(described)}, "rows": [{", ".join(rows)}]}}}}'
    ).encode()


def reply(body: bytes, ask: Ask = ASK) -> Reply:
    read = read_result(body)
    assert isinstance(read, Success)
    return reply_of(ask, read.response)


def mistake(body: bytes, ask: Ask = ASK) -> str:
    with pytest.raises(WireError) as caught:
        reply(body, ask)
    return str(caught.value)


def cell(column: str, kind: str, value: str) -> ReplyValue:
    """What a cell is read as: in a column of that name and type, from that JSON."""
    columns = {**COLUMNS, column: kind}
    cells = dict(zip(COLUMNS, msgspec.json.decode(ROW, type=list[msgspec.Raw]), strict=True))
    cells[column] = msgspec.Raw(value.encode())
    row = msgspec.json.encode(list(cells.values())).decode()
    read = reply(result(row, columns=columns))
    return read.rows[0][read.columns.index(column)]


def cell_mistake(column: str, kind: str, value: str) -> str:
    with pytest.raises(WireError) as caught:
        cell(column, kind, value)
    return str(caught.value)


def test_a_request_says_all_that_is_asked() -> None:
    ask = Ask(
        interval=Interval(
            datetime(2026, 10, 1, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 10, 1, 8, 0, 0, 250_000, tzinfo=UTC),
        ),
        channels=("SMS", "VOICE_VIDEO"),
        lists=(Listed("accountKeys", ("A",)), Listed("countryIds", (1, 2))),
        spans=(Spans("timeToAnswer", (Span("SECONDS_0", "SECONDS_5"), Span("DAYS_1", None))),),
        platforms=(Pair("app", None), Pair(None, "one"), Pair("web", "two")),
        with_subaccounts=True,
        dimensions=("CHANNEL_CODE", "DAY"),
        metrics=("TOTAL_CALL_COUNT",),
    )
    assert json.loads(request_body(ask, "https://reports.example.com/callbacks/1")) == {
        "callbackUrl": "https://reports.example.com/callbacks/1",
        "request": {
            "filterBy": {
                "sentSince": "2026-09-30T22:00:00.000+0000",
                "sentUntil": "2026-10-01T08:00:00.250+0000",
                "channelCodes": ["SMS", "VOICE_VIDEO"],
                "includeSubaccounts": True,
                "accountKeys": ["A"],
                "countryIds": [1, 2],
                "timeToAnswer": [{"from": "SECONDS_0", "to": "SECONDS_5"}, {"from": "DAYS_1"}],
                "platforms": [
                    {"applicationId": "app"},
                    {"entityId": "one"},
                    {"applicationId": "web", "entityId": "two"},
                ],
            },
            "aggregateBy": ["CHANNEL_CODE", "DAY"],
            "metrics": ["TOTAL_CALL_COUNT"],
        },
    }


def test_a_digest_names_an_ask_for_good() -> None:
    # Results that are remembered are found by it: it may change where requests do, and only there.
    assert digest(ASK) == "bc5e16289b2d5c5b5f317a24ed15a6b787fd1d860b38413427d1798affca0465"
    for change in (
        {"channels": ("SMS",)},
        {"metrics": ("TOTAL_CALL_COUNT",)},
        {"with_subaccounts": True},
        {"interval": Interval(SINCE, UNTIL - timedelta(milliseconds=1))},
    ):
        assert digest(msgspec.structs.replace(ASK, **change)) != digest(ASK)


def test_a_failure() -> None:
    body = b'{"status": "FAILED", "failureMessage": "no", "requestId": "r"}'
    assert read_result(body) == Failed("r", "no")
    assert read_result(b'{"status": "FAILED", "requestId": "r"}') == Failed("r", "")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "Input data was truncated"),
        (b"<html>", "JSON is malformed: invalid character (byte 0)"),
        (b'{"requestId": "r", "status": "SUCC', "Input data was truncated"),
        (b"[]", "Expected `object`, got `array`"),
        (b"[" * 100_000, "Expected `object`, got `array`"),
        (b'{"a":' + b"[" * 100_000, "maximum recursion depth exceeded"),
        (b"\xff", "JSON is malformed: invalid character (byte 0)"),
        (b'{"requestId": "r"}', "missing required field `status`"),
        (b'{"requestId": "r", "status": "IN_PROGRESS"}', "Invalid value 'IN_PROGRESS'"),
        (b'{"requestId": "r", "status": "SUCCESS"}', "missing required field `response`"),
        (b'{"requestId": 7, "status": "FAILED"}', "Expected `str`, got `int` - at `$.requestId`"),
        (result("[NaN]"), "JSON is malformed"),
        (result("[1e999999]", "7"), "Expected `array`, got `int`"),
        (result(columns={"HOUR": "MOMENT"}), "Invalid enum value 'MOMENT'"),
    ],
)
def test_what_is_no_result(body: bytes, found: str) -> None:
    with pytest.raises(WireError) as caught:
        read_result(body)
    said = str(caught.value)
    assert said.startswith("expected the result of a request, as JSON with requestId and status: ")
    assert found in said


def test_a_result_in_any_order_of_columns() -> None:
    columns = dict(reversed(COLUMNS.items()))
    read = reply(result(f'[42.50, 7, "x", 1, "{HOUR}"]', columns=columns))
    assert read.period == Interval(SINCE, UNTIL)
    assert read.columns == tuple(columns)
    assert read.rows == ((Decimal("42.50"), 7, "x", 1, datetime(2026, 10, 1, tzinfo=UTC)),)
    assert str(read.rows[0][0]) == "42.50"  # its digits are kept


def test_the_channel_comes_along() -> None:
    columns = {**COLUMNS, "CHANNEL_CODE": "STRING"}
    read = reply(result(ROW[:-1] + ', "VOICE_VIDEO"]', columns=columns))
    assert read.rows[0][-1] == "VOICE_VIDEO"


def test_the_channel_need_not_come_where_there_is_one() -> None:
    by_channel = msgspec.structs.replace(ASK, dimensions=("CHANNEL_CODE", *ASK.dimensions))
    assert reply(result(ROW), by_channel).columns == tuple(COLUMNS)


def test_the_channel_must_come_where_there_are_several() -> None:
    dimensions = ("CHANNEL_CODE", *ASK.dimensions)
    several = msgspec.structs.replace(ASK, channels=("SMS", "VOICE_VIDEO"), dimensions=dimensions)
    assert mistake(result(), several) == (
        "expected the columns CHANNEL_CODE too,"
        " found HOUR, COUNTRY_ID, SENDER, TOTAL_CALL_COUNT, ANSWER_RATE"
    )


def test_columns_that_are_missing() -> None:
    assert mistake(result(columns={})) == (
        "expected the columns ANSWER_RATE, COUNTRY_ID, HOUR, SENDER, TOTAL_CALL_COUNT too,"
        " found none"
    )


def test_columns_that_nobody_asked_for() -> None:
    columns = {**COLUMNS, "STATUS": "STRING", "x" * 99: "STRING"}
    assert mistake(result(columns=columns)) == (
        "expected the columns ANSWER_RATE, COUNTRY_ID, HOUR, SENDER, TOTAL_CALL_COUNT,"
        f" found STATUS, {'x' * 59}… too"
    )


def test_a_column_twice() -> None:
    twice = result().replace(b'"SENDER"', b'"HOUR"')
    assert mistake(twice) == "expected each column once, found HOUR more than once"


def test_rows_of_another_width() -> None:
    # The example of the API's own document has them.
    assert mistake(result(ROW, f'["{HOUR}", 1, "x", 7]')) == "row 2: expected 5 values, found 4"


def test_another_number_of_rows() -> None:
    assert mistake(result(ROW, total=2)) == "expected 2 rows (totalRows), found 1"


def test_a_period_that_is_none() -> None:
    assert mistake(result(since="yesterday")) == (
        "requestedPeriod: expected a date-time such as 2026-10-01T00:00:00.000+0000,"
        " found 'yesterday'"
    )
    assert "ends (2026-10-31 23:00:00+00:00) before it begins" in mistake(
        result(since="2026-11-01")
    )


@pytest.mark.parametrize("kind", ["DATE_TIME", "STRING"])
@pytest.mark.parametrize(
    "text",
    [
        "2023-04-01T00:00:00.000+0000",
        "2023-04-01T00:00:00Z",
        "2023-04-01T00:00:00",
        "2023-04-01",
        "2023-04-01T02:00:00.000+02:00",
        "2023-03-31T23:00:00.000000000-0100",
    ],
)
def test_spellings_of_date_times(kind: str, text: str) -> None:
    assert cell("HOUR", kind, f'"{text}"') == datetime(2023, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('"2023-13-01"', "'2023-13-01'"),
        ('"2023-04-01T24:30:00Z"', "'2023-04-01T24:30:00Z'"),
        ('"2023-04-01 00:00"', "'2023-04-01 00:00'"),
        ('"0001-01-01T00:00:00+0200"', "'0001-01-01T00:00:00+0200'"),
        ('"April"', "'April'"),
        ('"N/A"', "'N/A'"),
        ("null", "None"),
        ("1680307200000", "1680307200000"),
    ],
)
def test_what_is_no_date_time(value: str, found: str) -> None:
    said = cell_mistake("HOUR", "DATE_TIME", value)
    assert said.startswith("row 1, HOUR: expected a date-time")
    assert said.endswith(f", found {found}")


@pytest.mark.parametrize(
    ("column", "kind", "value", "read"),
    [
        ("SENDER", "STRING", '"x"', "x"),
        ("SENDER", "STRING", '""', ""),
        ("SENDER", "STRING", '"N/A"', None),
        ("SENDER", "STRING", "null", None),
        ("COUNTRY_ID", "INTEGER", "385", 385),
        ("COUNTRY_ID", "STRING", '"385"', 385),
        ("COUNTRY_ID", "STRING", "385", 385),
        ("COUNTRY_ID", "NUMBER", "385.0", 385),
        ("COUNTRY_ID", "STRING", '"N/A"', None),
        ("TOTAL_CALL_COUNT", "INTEGER", "0", 0),
        ("TOTAL_CALL_COUNT", "NUMBER", "7.0", 7),
        ("TOTAL_CALL_COUNT", "NUMBER", "7e2", 700),
        ("TOTAL_CALL_COUNT", "INTEGER", '"N/A"', None),
        ("TOTAL_CALL_COUNT", "INTEGER", "9223372036854775807", 2**63 - 1),
        ("ANSWER_RATE", "NUMBER", "0.40", Decimal("0.40")),
        ("ANSWER_RATE", "NUMBER", "40", 40),
        ("ANSWER_RATE", "INTEGER", "40.0", 40),
        ("ANSWER_RATE", "NUMBER", "-1.5e-3", Decimal("-0.0015")),
        ("ANSWER_RATE", "NUMBER", "null", None),
    ],
)
def test_cells(column: str, kind: str, value: str, read: ReplyValue) -> None:
    found = cell(column, kind, value)
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize(
    ("column", "kind", "value", "said"),
    [
        ("SENDER", "STRING", "7", "expected a text or N/A, found 7"),
        ("SENDER", "STRING", '["x"]', "expected a text or N/A, found ['x']"),
        ("COUNTRY_ID", "STRING", '"HR"', "expected a number or N/A, found 'HR'"),
        ("COUNTRY_ID", "INTEGER", "1.5", "expected a whole number or N/A, found 1.5"),
        ("COUNTRY_ID", "STRING", '"00000000000000000000385"', "expected a number or N/A"),
        ("TOTAL_CALL_COUNT", "INTEGER", "-1", "expected a count or N/A, found -1"),
        ("TOTAL_CALL_COUNT", "INTEGER", "7.5", "expected a whole number or N/A, found 7.5"),
        ("TOTAL_CALL_COUNT", "INTEGER", "true", "expected a number or N/A, found True"),
        ("TOTAL_CALL_COUNT", "INTEGER", '"7"', "expected a number or N/A, found '7'"),
        ("TOTAL_CALL_COUNT", "INTEGER", '"NaN"', "expected a number or N/A, found 'NaN'"),
        ("TOTAL_CALL_COUNT", "INTEGER", "[7]", "expected a number or N/A, found [7]"),
        (
            *("TOTAL_CALL_COUNT", "NUMBER", "1e999999999"),
            "expected a number of at most 19 digits and 60 decimals, found 1E+999999999",
        ),
        ("TOTAL_CALL_COUNT", "NUMBER", "0e999999999", "found 0E+999999999"),
        ("TOTAL_CALL_COUNT", "NUMBER", "9223372036854775808", "found 9223372036854775808"),
        ("ANSWER_RATE", "NUMBER", "1e-999999999", "found 1E-999999999"),
        ("ANSWER_RATE", "INTEGER", "42.5", "expected a whole number or N/A, found 42.5"),
    ],
)
def test_what_is_none_of_a_column(column: str, kind: str, value: str, said: str) -> None:
    found = cell_mistake(column, kind, value)
    assert found.startswith(f"row 1, {column}: expected ")
    assert said in found


@pytest.mark.parametrize(
    ("column", "kind", "types"),
    [
        ("HOUR", "INTEGER", "DATE_TIME or STRING"),
        ("COUNTRY_ID", "BOOLEAN", "INTEGER or NUMBER or STRING"),
        ("SENDER", "INTEGER", "STRING"),
        ("TOTAL_CALL_COUNT", "STRING", "INTEGER or NUMBER"),
        ("ANSWER_RATE", "BOOLEAN", "INTEGER or NUMBER"),
    ],
)
def test_types_of_columns(column: str, kind: str, types: str) -> None:
    assert mistake(result(columns={**COLUMNS, column: kind})) == (
        f"expected {column} to be of type {types}, found '{kind}'"
    )
