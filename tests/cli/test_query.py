import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Reporter = Callable[..., Any]
Rows = Any  # lists of lists of what JSON has
OCTOBER = ("--since", "2026-10-01", "--until", "2026-11-01")


@pytest.fixture
def ask(reporter: Reporter) -> Callable[..., Any]:
    """The rows of a query as JSON."""

    def rows(*arguments: str) -> Rows:
        done = reporter("query", *arguments, "--format", "json")
        assert done.code == 0, done.err
        return json.loads(done.out)["rows"]

    return rows


def test_a_table_for_people(reporter: Reporter) -> None:
    done = reporter(
        *("query", "--source", "calls", "--by", "COUNTRY_NAME,DAY", *OCTOBER),
        *("--metrics", "TOTAL_CALL_COUNT,ANSWER_RATE,TOTAL_CALL_DURATION"),
    )
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "COUNTRY_NAME  DAY         TOTAL_CALL_COUNT  ANSWER_RATE  TOTAL_CALL_DURATION\n"
        "────────────  ──────────  ────────────────  ───────────  ───────────────────\n"
        "Austria       2026-10-02                 1       100.0%              0:00:30\n"
        "Croatia       2026-10-01                 2        50.0%              0:01:00\n"
        "Croatia       2026-10-02                 1            –              0:02:00\n"
        "N/A           2026-10-31                 1         0.0%              0:00:00\n"
    )


def test_csv_for_machines(project: Path, reporter: Reporter) -> None:
    with (project / "calls.csv").open("a") as file:
        file.write('o6,2026-10-05T08:00:00Z,OUTBOUND,3,"=1, or ""2""",,,UNDELIVERABLE,BUSY\n')
    done = reporter(
        *("query", "--metrics", "TOTAL_CALL_COUNT,ANSWER_RATE", "--by", "COUNTRY_NAME"),
        *(*OCTOBER, "--filter", "directions=OUTBOUND", "--format", "csv"),
    )
    assert done.code == 0
    assert list(csv.reader(io.StringIO(done.out))) == [
        ["COUNTRY_NAME", "TOTAL_CALL_COUNT", "ANSWER_RATE"],
        ['\'=1, or "2"', "1", "0.0"],  # no spreadsheet takes it for a formula
        ["Austria", "1", "1.0"],
        ["Croatia", "2", "0.5"],
        ["", "1", "0.0"],
    ]


def test_json_for_machines(reporter: Reporter) -> None:
    done = reporter(
        *("query", "--metrics", "ANSWER_RATE,TOTAL_CALL_COUNT", "--by", "COUNTRY_ID,COUNTRY_NAME"),
        *(*OCTOBER, "--format", "json"),
    )
    assert json.loads(done.out) == {
        "columns": [
            {"name": "COUNTRY_ID", "type": "integer"},
            {"name": "COUNTRY_NAME", "type": "text"},
            {"name": "ANSWER_RATE", "type": "number"},
            {"name": "TOTAL_CALL_COUNT", "type": "integer"},
        ],
        "rows": [[1, "Croatia", 0.5, 3], [2, "Austria", 1.0, 1], [None, None, 0.0, 1]],
    }


def test_values_are_not_rounded(ask: Callable[..., Any]) -> None:
    since = ("--since", "2026-10-02", "--until", "2026-11-01")
    seconds = "TOTAL_CALL_DURATION,TOTAL_ANSWERED_CALL_COUNT,BUSY_RATE,ANSWER_RATE"
    assert ask("--metrics", seconds, *since) == [[150.0, 2, 0.0, 0.5]]
    assert ask("--metrics", "ANSWER_RATE", *since, "--filter", "countryIds=1") == [[None]]
    assert ask(
        *("--metrics", "ANSWER_RATE,BUSY_RATE", "--since", "2026-09-11", "--until", "2026-10-03")
    ) == [[0.5, 0.5]]


def test_without_dimensions_there_is_one_row(ask: Callable[..., Any]) -> None:
    nothing = ("--since", "2020-01-01", "--until", "2020-01-02")
    assert ask("--metrics", "TOTAL_CALL_COUNT,ANSWER_RATE", *nothing) == [[0, None]]
    assert ask("--metrics", "TOTAL_CALL_COUNT", "--by", "COUNTRY_ID", *nothing) == []


def test_hours_carry_their_offset(ask: Callable[..., Any]) -> None:
    rows = ask(
        *("--metrics", "TOTAL_CALL_COUNT", "--by", "HOUR", "--timezone", "Europe/Zagreb"),
        *("--since", "2026-10-01T10:00", "--until", "2026-10-01T12:00+02:00"),
    )
    assert rows == [["2026-10-01T10:00:00+02:00", 1], ["2026-10-01T11:00:00+02:00", 1]]


def test_missing_steps_may_be_filled(ask: Callable[..., Any]) -> None:
    days = ("--since", "2026-10-30", "--until", "2026-11-02")
    query = ("--metrics", "TOTAL_CALL_COUNT,ANSWER_RATE", "--by", "DAY", *days)
    assert ask(*query) == [["2026-10-31", 1, 0.0]]
    assert ask(*query, "--fill") == [
        ["2026-10-30", 0, None],
        ["2026-10-31", 1, 0.0],
        ["2026-11-01", None, None],
    ]


def test_rows_in_order(ask: Callable[..., Any]) -> None:
    query = ("--metrics", "TOTAL_CALL_COUNT", "--by", "COUNTRY_NAME", *OCTOBER)
    assert ask(*query, "--order-by", "TOTAL_CALL_COUNT:desc,COUNTRY_NAME:desc") == [
        ["Croatia", 3],
        ["Austria", 1],
        [None, 1],
    ]
    assert ask(*query, "--order-by", "TOTAL_CALL_COUNT:asc", "--limit", "2") == [
        ["Austria", 1],
        [None, 1],
    ]
    assert ask(*query, "--order-by", "COUNTRY_NAME:desc", "--limit", "1") == [["Croatia", 3]]


def test_the_period_may_have_a_name(ask: Callable[..., Any]) -> None:
    query = ("--metrics", "TOTAL_CALL_COUNT", "--period", "yesterday")
    assert ask(*query, "--as-of", "2026-10-03") == [[2]]
    # In Tokyo the last call falls on the first of November.
    tokyo = ("--timezone", "Asia/Tokyo")
    assert ask(*query, *tokyo, "--as-of", "2026-11-02") == [[1]]


def test_the_period_may_stand_among_the_filters(ask: Callable[..., Any]) -> None:
    bounds = ("--filter", "sentSinces=2026-10-01", "--filter", "sentUntil=2026-10-02T00:00:00Z")
    assert ask("--metrics", "TOTAL_CALL_COUNT", *bounds) == [[2]]


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        (("direction=INBOUND",), 1),
        (("directions=INBOUND,OUTBOUND",), 5),
        (("directions=INBOUND", "directions=OUTBOUND"), 5),
        (("countryIds=1,2", "directions=OUTBOUND"), 3),
        (('countryIds=["1"]',), 3),
        (("statuses=BUSY,NO_ANSWER",), 2),
        (('timeToAnswer={"from":"SECONDS_10","to":"SECONDS_25"}',), 2),
        (('timeToAnswer=[{"to":"SECONDS_10"},{"from":"SECONDS_20"}]',), 2),
        (("channelCodes=SMS",), 0),
    ],
)
def test_filters(texts: tuple[str, ...], count: int, ask: Callable[..., Any]) -> None:
    options = [word for text in texts for word in ("--filter", text)]
    assert ask("--metrics", "TOTAL_CALL_COUNT", *OCTOBER, *options) == [[count]]


# What is beside the answer


def test_of_several_time_dimensions_the_finest_answers(reporter: Reporter) -> None:
    done = reporter(
        *("query", "--metrics", "TOTAL_CALL_COUNT", "--by", "MONTH,DAY,YEAR", *OCTOBER),
        *("--format", "json"),
    )
    assert [c["name"] for c in json.loads(done.out)["columns"]] == ["DAY", "TOTAL_CALL_COUNT"]
    assert done.err == (
        "note: MONTH is left out: a finer time dimension is asked for\n"
        "note: YEAR is left out: a finer time dimension is asked for\n"
    )


def test_what_is_missing_is_said(project: Path, reporter: Reporter) -> None:
    with (project / "calls.csv").open("a") as file:
        file.write("o6,2026-10-05T08:00:00Z,SIDEWAYS,1,Croatia,,,DELIVERED,BUSY\n")
        file.write("o7,2026-10-05T08:00:00Z,SIDEWAYS,1,Croatia,,,DELIVERED,BUSY\n")
    done = reporter("query", "--metrics", "ANSWER_SEIZURE_RATIO", *OCTOBER, "--format", "csv")
    assert (done.code, done.out) == (0, 'ANSWER_SEIZURE_RATIO\r\n""\n')
    assert done.err == (
        "note: 2 records could not be used; calls.csv, row 8 (o6): direction is not one of"
        " OUTBOUND, INBOUND: SIDEWAYS\n"
        "note: ANSWER_SEIZURE_RATIO has no values: the source 'calls' has no column ringing_at\n"
    )


# What is wrong


def test_all_mistakes_come_at_once(reporter: Reporter) -> None:
    done = reporter(
        *("query", "--source", "call", "--metrics", "TOTAL_CALL_COUNT,ANSWER_RATES"),
        *("--by", "COUNTRY,WEEK_SUNDAY_START,WEEK_MONDAY_START", "--since", "2026-10-01"),
        *("--filter", "direction=UP", "--timezone", "Europe/Zagrb", "--fill"),
        *("--order-by", "TOTAL_CALLS,TOTAL_CALL_COUNT:down"),
    )
    assert (done.code, done.out) == (1, "")
    assert [line for line in done.err.splitlines() if ": error: " in line] == [
        "--by: error: WEEK_SUNDAY_START and WEEK_MONDAY_START begin on different days [two-weeks]",
        "--by: error: there is no dimension 'COUNTRY' [unknown-dimension]",
        "--filter direction: error: direction has no value 'UP' [unknown-filter-value]",
        "--metrics: error: there is no metric 'ANSWER_RATES' [unknown-metric]",
        (
            "--order-by: error: there is no column 'TOTAL_CALLS' among those asked for"
            " [unknown-column]"
        ),
        "--order-by: error: TOTAL_CALL_COUNT cannot be ordered 'down' [unknown-direction]",
        "--source: error: there is no source 'call' in the project [unknown-source]",
        "--timezone: error: there is no time zone 'Europe/Zagrb' [unknown-timezone]",
        "--until: error: --since and --until go together [half-period]",
    ]
    for near in ("ANSWER_RATE", "TOTAL_CALL_COUNT", "Europe/Zagreb", "calls"):
        assert f"hint: did you mean '{near}'?" in done.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--fill", *OCTOBER),
            "--fill: error: there is nothing to fill without a time dimension [no-time]\n",
        ),
        (
            (),
            (
                "--since: error: the query has no period [no-period]\n"
                "  expected: --since and --until, or --period with one of today, yesterday,"
                " last_7_days, last_30_days, this_week, last_week, month_to_date, last_month,"
                " quarter_to_date, last_quarter, year_to_date, last_year\n"
            ),
        ),
        (
            ("--since", "2026-10-02", "--until", "2026-10-02"),
            (
                "--since: error: the period ends (2026-10-02) no later than it begins (2026-10-02)"
                " [wrong-period]\n"
            ),
        ),
        (
            ("--period", "today", "--as-of", "now"),
            (
                "--as-of: error: 'now' is neither a date (2026-11-01) nor a date-time"
                " (2026-11-01T09:30, 2026-11-01T09:30:00+01:00) [no-moment]\n"
            ),
        ),
        (
            ("--period", "today", "--filter", "sentSince=2026-10-01"),
            "--filter sentSince: error: the period stands beside sentSince [period-twice]\n",
        ),
        (
            ("--filter", "sentSince=soon", "--filter", "sentUntil=2026-10-01"),
            (
                "--filter sentSince: error: 'soon' is neither a date (2026-11-01) nor a date-time"
                " (2026-11-01T09:30, 2026-11-01T09:30:00+01:00) [no-moment]\n"
            ),
        ),
    ],
)
def test_one_mistake(options: tuple[str, ...], message: str, reporter: Reporter) -> None:
    done = reporter("query", "--metrics", "TOTAL_CALL_COUNT", *options)
    assert (done.code, done.out, done.err) == (1, "", message)


def test_building_blocks_cannot_be_asked_for(reporter: Reporter) -> None:
    done = reporter("query", "--metrics", "CALL_DURATION_MILLISECONDS", *OCTOBER)
    assert done.code == 1
    assert done.err.startswith(
        "--metrics: error: there is no metric 'CALL_DURATION_MILLISECONDS' [unknown-metric]\n"
    )
    assert "PENDING_CALL_COUNT" not in done.err


def test_no_metric_at_all(reporter: Reporter) -> None:
    done = reporter("query", "--metrics", " , ", *OCTOBER)
    assert (done.code, done.err.splitlines()[0]) == (
        1,
        "--metrics: error: the query names no metric [no-metric]",
    )


def test_no_source_at_all(project: Path, reporter: Reporter) -> None:
    (project / "reporter.yaml").write_text("version: 1\n")
    done = reporter("query", "--metrics", "TOTAL_CALL_COUNT", *OCTOBER)
    assert (done.code, done.err) == (
        1,
        (
            "--source: error: the query names no source, and the project has no default"
            " [no-source]\n"
            "  expected: a source in reporter.yaml\n"
        ),
    )


def test_a_source_that_cannot_be_read(project: Path, reporter: Reporter) -> None:
    (project / "calls.csv").unlink()
    done = reporter("query", "--metrics", "TOTAL_CALL_COUNT", *OCTOBER)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("error: source 'calls': ")


def test_a_limit_is_at_least_one(reporter: Reporter) -> None:
    done = reporter("query", "--metrics", "TOTAL_CALL_COUNT", *OCTOBER, "--limit", "0")
    assert done.code == 2


API = """\
version: 1
catalogs: [mine.yaml]
sources:
  api:
    type: metrics_api
    baseUrl: https://nobody.invalid
    auth: {type: apiKey, key: x}
    callback: {relay: https://nobody.invalid, secret: x}
"""


@pytest.mark.parametrize(
    ("arguments", "place", "code"),
    [
        (("--since", "2025-05-01", "--until", "2025-06-01"), "--since", "before-data"),
        ((*OCTOBER, "--by", "DAY", "--timezone", "Asia/Kolkata"), "--by", "no-whole-hours"),
        (
            ("--since", "2026-10-01T00:30", "--until", "2026-10-02", "--by", "HOUR"),
            "--since",
            "within-an-hour",
        ),
        (
            (*OCTOBER, "--metrics", "TRAFFIC_DELIVERY_RATE", "--filter", "channelCodes=SMS"),
            "--metrics",
            "unknown-scale",
        ),
        ((*OCTOBER, "--filter", "loud=1"), "--filter loud", "filter-not-in-metrics-api"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_a_metrics_api_cannot_be_asked_is_told_before(
    project: Path, reporter: Reporter, arguments: tuple[str, ...], place: str, code: str
) -> None:
    (project / "reporter.yaml").write_text(API, encoding="utf-8")
    (project / "mine.yaml").write_text(
        "version: 1\nname: mine\nlabel: Mine\nextends: voice_video\n"
        "filters: {loud: {label: Loud, description: Loud calls., expression: sender}}\n",
        encoding="utf-8",
    )
    done = reporter("query", "--source", "api", "--metrics", "TOTAL_CALL_COUNT", *arguments)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"{place}: error: ")
    assert f"[{code}]" in done.err
