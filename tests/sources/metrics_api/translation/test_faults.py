"""What an API may get wrong, planted in an answer that is right: the run fails and says why."""

from typing import Any

import msgspec
import pytest
from plain_api import Manner
from planted import CALLS, SINCE, UNTIL, Change, changed, where
from round_trip import asked, over, query_of, table

from reporter.errors import SourceError
from reporter.sources.metrics_api.wire import WireError


def replaced(column: str, row: int, value: object) -> Change:
    """Another value in a row; rows in the order of their hours."""

    def change(response: dict[str, Any]) -> None:
        _in_order(response)[row][where(response, column)] = value

    return change


def without_row(row: int) -> Change:
    def change(response: dict[str, Any]) -> None:
        response["rows"].remove(_in_order(response)[row])
        response["totalRows"] -= 1

    return change


def twice(response: dict[str, Any]) -> None:
    response["rows"].append(response["rows"][0])
    response["totalRows"] += 1


def _in_order(response: dict[str, Any]) -> list[list[Any]]:
    return sorted(response["rows"], key=lambda row: str(row[where(response, "HOUR")]))


def message(change: Change, *, outbound: bool | None = None, manner: Manner | None = None) -> str:
    """What a run says of a changed answer."""
    query = query_of("ANSWER_RATE", "TOTAL_CALL_DURATION", by=["HOUR"], since=SINCE, until=UNTIL)
    with pytest.raises((SourceError, WireError)) as caught:
        asked([query], changed(over(CALLS, manner), change, outbound=outbound))
    return str(caught.value)


def test_the_answer_is_right_as_long_as_nothing_is_planted() -> None:
    query = query_of("ANSWER_RATE", by=["HOUR"], since=SINCE, until=UNTIL)
    (answer,) = asked([query], changed(over(CALLS), lambda _: None))
    assert {key[0].hour: row["ANSWER_RATE"] for key, row in table(answer).items()} == {
        0: 0.5,
        1: 2 / 3,
        6: 0.5,
        7: 0.0,
    }


def test_a_rate_that_is_not_that_of_its_counts() -> None:
    assert message(replaced("ANSWER_RATE", 1, 66.69), outbound=False) == (
        "source 'api': the API contradicts itself: ANSWER_RATE for HOUR 2026-10-01T01:00:00+00:00"
        " is 66.69, its counts say 2 / 3"
    )


def test_a_rate_over_no_calls() -> None:
    received = [msgspec.structs.replace(CALLS[0], outbound=False)]
    query = query_of("ANSWER_RATE", since=SINCE, until=UNTIL)
    (answer,) = asked([query], over(received, Manner(no_rate=0)))
    assert table(answer)[()]["ANSWER_RATE"] is None
    with pytest.raises(SourceError, match=r"ANSWER_RATE is 0\.5, its counts say 0 / 0"):
        asked([query], over(received, Manner(no_rate=0.5)))


def test_another_scale_than_the_settings_say() -> None:
    query = query_of("ANSWER_RATE", since=SINCE, until=UNTIL)
    with pytest.raises(SourceError) as caught:
        asked([query], over(CALLS), ratio_scale="fraction")
    assert str(caught.value) == (
        "source 'api': ratioScale is fraction, but ANSWER_RATE is 50.00, its counts say 4 / 8"
    )
    assert caught.value.hint == "write ratioScale: percent in the source's settings, or auto"


def test_two_scales_in_one_batch() -> None:
    queries = [query_of(m, since=SINCE, until=UNTIL) for m in ("ANSWER_RATE", "BUSY_RATE")]

    def mixed(response: dict[str, Any]) -> None:
        if "BUSY_RATE" in str(response["columns"]):
            response["rows"][0][where(response, "BUSY_RATE")] = 0.5

    with pytest.raises(SourceError) as caught:
        asked(queries, changed(over(CALLS), mixed))
    assert "writes some ratios as fractions and others as percentages" in str(caught.value)


def test_an_hour_that_is_missing_from_the_whole() -> None:
    assert message(without_row(1), outbound=False) == (
        "source 'api': the API tells of outbound traffic for HOUR 2026-10-01T01:00:00+00:00,"
        " but of no traffic there where it is asked for all"
    )


def test_an_hour_that_is_missing_from_the_outbound_part() -> None:
    assert message(without_row(1), outbound=True) == (
        "source 'api': the API contradicts itself: ANSWER_RATE for HOUR 2026-10-01T01:00:00+00:00"
        " is 66.67, its counts say 0 / 3"
    )


def test_a_row_twice() -> None:
    assert "the API tells two rows for HOUR" in message(twice)


@pytest.mark.parametrize("row", [[], ["N/A"] * 40])
def test_a_row_of_another_width(row: list[str]) -> None:
    def change(response: dict[str, Any]) -> None:
        response["rows"][2] = row

    assert message(change) == f"row 3: expected 5 values, found {len(row)}"


def test_fewer_rows_than_it_says() -> None:
    def change(response: dict[str, Any]) -> None:
        response["rows"].pop()

    assert message(change) == "expected 4 rows (totalRows), found 3"


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("2026-10-01T01:30:00Z", "2026-10-01T01:30:00+00:00"),
        ("2026-09-30T23:00:00Z", "2026-09-30T23:00:00+00:00"),
        ("2026-10-03T00:00:00Z", "2026-10-03T00:00:00+00:00"),
    ],
)
def test_a_step_that_was_not_asked_for(step: str, found: str) -> None:
    assert message(replaced("HOUR", 0, step)) == (
        "source 'api': expected a HOUR of UTC within 2026-10-01T00:00:00+00:00 to"
        f" 2026-10-03T00:00:00+00:00, found {found}"
    )


def test_a_channel_that_was_not_asked_for() -> None:
    assert message(replaced("CHANNEL_CODE", 0, "SMS")) == (
        "source 'api': asked for VOICE_VIDEO, the API told of SMS"
    )
    assert "the API told of N/A" in message(replaced("CHANNEL_CODE", 0, None))


def test_a_duration_below_nothing() -> None:
    assert message(replaced("TOTAL_CALL_DURATION", 0, -1), outbound=False) == (
        "source 'api': TOTAL_CALL_DURATION for HOUR 2026-10-01T00:00:00+00:00: expected a"
        " duration, found -1"
    )


@pytest.mark.parametrize(
    ("end", "moment"),
    [
        ("sentSince", "2026-09-30T23:00:00Z"),
        ("sentSince", "2026-10-01T01:00:00Z"),
        ("sentUntil", "2026-10-03T01:00:00Z"),
    ],
)
def test_another_period(end: str, moment: str) -> None:
    def change(response: dict[str, Any]) -> None:
        response["requestedPeriod"][end] = moment
        response["rows"] = []
        response["totalRows"] = 0

    said = message(change)
    assert said.startswith(
        "source 'api': asked for 2026-10-01T00:00:00+00:00 to 2026-10-03T00:00:00+00:00,"
        " the API answered for 2026-"
    )
    assert moment.replace("Z", "+00:00") in said


def test_parts_that_end_at_different_times() -> None:
    def change(response: dict[str, Any]) -> None:
        response["requestedPeriod"]["sentUntil"] = "2026-10-02T20:00:00Z"

    assert message(change, outbound=True) == (
        "source 'api': the API answered for 2026-10-01T00:00:00+00:00 to"
        " 2026-10-03T00:00:00+00:00, and of outbound traffic for 2026-10-01T00:00:00+00:00 to"
        " 2026-10-02T20:00:00+00:00"
    )
