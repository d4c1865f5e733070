"""Twenty calls, and what each number is of them, worked by hand.

They lie around the night in which Zagreb turns its clocks back: on 25 October 2026, 03:00 summer
time (01:00 UTC) becomes 02:00 winter time. The period is 24 to 26 October, local.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from asking import project, query
from reference import METRICS, CallRecord, Value
from reference_answers import FilterValue, Question, Source, ask

# sent: UTC. rang, answ: seconds after sent. talk: seconds after answered.
# What becomes of each, and why, stands on the right.
CALLS: Final = """
id | sent               | dir | rang | answ   | talk    | status group  | status               | amd     | hangup | country | account | what it is, and why
 1 | 24 09:00:00        | OUT | 2    | 4.999  | 60      | DELIVERED     | DELIVERED_TO_HANDSET | HUMAN   | NORMAL | Croatia | north   | answered by a person after 4.999 s: SECONDS_4
 2 | 24 09:15:00        | OUT | 3    | 5      | 30.5    | DELIVERED     | DELIVERED_TO_HANDSET | MACHINE | NORMAL | Croatia | north   | answered by a machine after 5 s: SECONDS_5
 3 | 24 18:00:00        | OUT | 5    |        |         | UNDELIVERABLE | NO_ANSWER            |         | NORMAL | Croatia | north   | not answered
 4 | 24 18:30:00        | OUT |      |        |         | UNDELIVERABLE | BUSY                 |         |        | Germany | south   | busy
 5 | 24 21:59:59.999    | OUT | 1    |        |         | UNDELIVERABLE | CANCELLED            |         |        | Germany | south   | canceled after it rang: not answered; the last millisecond of the 24th
 6 | 24 22:00:00        | OUT |      |        |         | UNDELIVERABLE | CANCELLED            |         |        | Germany | south   | canceled before it rang; the first instant of the 25th
 7 | 25 00:30:00        | IN  |      | 0.999  | 120.25  | DELIVERED     | DELIVERED_TO_HANDSET | HUMAN   | NORMAL | Croatia | north   | inbound, 02:30 summer time: SECONDS_0
 8 | 25 01:30:00        | OUT |      | 10     | 45      | DELIVERED     | DELIVERED_TO_HANDSET | HUMAN   | ERROR  |         | north   | 02:30 winter time; answered, so seized, though no ringing is known: SECONDS_10
 9 | 25 02:00:00        | IN  | 1    |        |         | UNDELIVERABLE | NO_ANSWER            |         |        | Croatia | north   | inbound: neither seized nor *not answered*, which are of outbound calls
10 | 25 12:00:00        | OUT |      |        |         | REJECTED      | REJECTED_DND         |         | ERROR  | Germany | north-1 | failed
11 | 25 13:00:00        | OUT |      |        |         | REJECTED      | HEARD_OF_NEVER       |         | ERROR  |         | north-1 | an unknown status: failed
12 | 25 14:00:00        | OUT |      |        |         | PENDING       | PENDING_ENROUTE      |         |        | Croatia | north-1 | pending: attempted, and nothing else yet
13 | 25 22:59:59.999600 | IN  |      | 0.0004 | 10.0009 | DELIVERED     | DELIVERED_TO_HANDSET |         | NORMAL |         | north-1 | cut: sent .999, answered .000, so 1 ms: SECONDS_0; 10.000 s; still the 25th
14 | 25 23:00:00        | OUT | 20   | 50     |         | DELIVERED     | DELIVERED_TO_OPERATOR|         |        | Croatia | south   | no end yet: answered, 0 s: SECONDS_50; the first instant of the 26th
15 | 26 08:00:00        | OUT | 20   | 60     | 90.001  | UNDELIVERABLE | BUSY                 | MACHINE | NORMAL | Croatia | south   | answered whatever the status says, so not busy: MINUTES_1
16 | 26 08:05:00        | OUT |      |        |         |               | BUSY                 |         |        | Croatia | south   | busy
17 | 26 08:10:00        | OUT |      |        |         |               |                      |         |        | Croatia | south   | nothing is known: failed
18 | 26 08:15:00        | OUT | 2    | -0.001 | 60      | DELIVERED     | DELIVERED_TO_HANDSET | HUMAN   | NORMAL | Croatia | south   | answered before it was sent: a bad record
19 | 26 08:20:00        | IN  | 2    | 5      | -1      | DELIVERED     | DELIVERED_TO_HANDSET |         | NORMAL | Croatia | south   | ended before it was answered: a bad record
20 | 26 23:00:00        | OUT | 2    | 5      | 60      | DELIVERED     | DELIVERED_TO_HANDSET | HUMAN   | NORMAL | Croatia | south   | the first instant of the 27th: outside
"""  # noqa: E501 - a table of twenty calls is as wide as it is

ZAGREB: Final = "Europe/Zagreb"
PARENTS: Final = {"north": None, "north-1": "north", "south": None}


def _calls() -> tuple[CallRecord, ...]:
    head, *lines = [
        [cell.strip() for cell in line.split("|")] for line in CALLS.strip().splitlines()
    ]
    return tuple(_call(dict(zip(head, line, strict=True))) for line in lines)


def _call(line: Mapping[str, str]) -> CallRecord:
    sent = datetime.fromisoformat(f"2026-10-{line['sent']}").replace(tzinfo=UTC)
    answered = sent + timedelta(seconds=float(line["answ"])) if line["answ"] else None
    ended = answered + timedelta(seconds=float(line["talk"])) if answered and line["talk"] else None
    return CallRecord(
        call_id=line["id"],
        account_key=line["account"],
        sent_at=sent,
        direction={"OUT": "OUTBOUND", "IN": "INBOUND"}[line["dir"]],
        country_name=line["country"] or None,
        ringing_at=sent + timedelta(seconds=float(line["rang"])) if line["rang"] else None,
        answered_at=answered,
        ended_at=ended,
        status_group=line["status group"] or None,
        status=line["status"] or None,
        amd_result=line["amd"] or None,
        hangup=line["hangup"] or None,
    )


SOURCE: Final = Source(calls=_calls(), parents=PARENTS)

Rows = list[tuple[Value, ...]]
Ask = Callable[..., Rows]


def _question(
    metrics: tuple[str, ...],
    dimensions: tuple[str, ...] = (),
    filters: Mapping[str, FilterValue] | None = None,
) -> Question:
    zone = ZoneInfo(ZAGREB)
    return Question(
        metrics=metrics,
        dimensions=dimensions,
        filters=filters or {},
        since=datetime(2026, 10, 24, tzinfo=zone),
        until=datetime(2026, 10, 27, tzinfo=zone),
        timezone=ZAGREB,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(SOURCE, tmp_path_factory.mktemp("twenty"))


@pytest.fixture(params=["reference", "reporter query"])
def rows(request: pytest.FixtureRequest, folder: Path) -> Ask:
    """Asks one of the two; the same answers are expected of both."""
    if request.param == "reference":
        return lambda *asked: list(ask(SOURCE, _question(*asked)).rows)
    return lambda *asked: list(query(_question(*asked), folder).rows)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        # 20 less two bad ones (18, 19) and one outside (20)
        ("TOTAL_CALL_COUNT", 17),
        # all 17 but 7, 9, 13
        ("TOTAL_ATTEMPTED_CALL_COUNT", 14),
        # rang: 1 2 3 5 14 15; answered without ringing: 8
        ("TOTAL_SEIZED_CALL_COUNT", 7),
        # outbound 1 2 8 14 15, inbound 7 13
        ("TOTAL_ANSWERED_CALL_COUNT", 7),
        # 7 9 13
        ("TOTAL_RECEIVED_CALL_COUNT", 3),
        # 1 2 7 8 15
        ("AMD_PROCESSED_CALL_COUNT", 5),
        # 1 8; not 7, which is inbound
        ("ANSWERED_BY_PERSON_CALL_COUNT", 2),
        # 2 15
        ("ANSWERED_BY_VOICE_DETECTION_CALL_COUNT", 2),
        # 3, and 5, which rang
        ("NOT_ANSWERED_CALL_COUNT", 2),
        # 4 16; not 15, which was answered
        ("BUSY_CALL_COUNT", 2),
        # 6
        ("CANCELED_CALL_COUNT", 1),
        # 10 11 17; 12 is pending, and 5 + 2 + 2 + 1 + 3 + 1 are the 14 attempted
        ("FAILED_CALL_COUNT", 3),
        # 1 2 8 14 15 of the 7 seized
        ("ANSWER_SEIZURE_RATIO", 5 / 7),
        # the same of the 14 attempted
        ("ANSWER_RATE", 5 / 14),
        ("BUSY_RATE", 1 / 7),
        # 1 2 3 7 13 15
        ("NORMAL_HUNG_UP_COUNT", 6),
        # 8 10 11
        ("ERROR_HUNG_UP_COUNT", 3),
        ("HUNG_UP_COUNT", 9),
        # 60 + 30.5 + 120.25 + 45 + 10 + 0 + 90.001
        ("TOTAL_CALL_DURATION", 355.751),
    ],
)
def test_each_metric_of_all_twenty(rows: Ask, metric: str, value: float) -> None:
    assert rows((metric,)) == [(value,)]


def test_each_of_the_nineteen_metrics_is_worked_by_hand() -> None:
    marks = test_each_metric_of_all_twenty.pytestmark  # type: ignore[attr-defined]
    assert [name for name, _ in marks[0].args[1]] == list(METRICS)


def test_a_total_ratio_is_not_the_mean_of_the_days(rows: Ask) -> None:
    metrics = ("TOTAL_CALL_COUNT", "TOTAL_ATTEMPTED_CALL_COUNT", "ANSWER_RATE")
    assert set(rows((*metrics, "TOTAL_CALL_DURATION"), ("DAY",))) == {
        (date(2026, 10, 24), 5, 5, 2 / 5, 90.5),  # 1 2 3 4 5
        (date(2026, 10, 25), 8, 5, 1 / 5, 175.25),  # 6 to 13
        (date(2026, 10, 26), 4, 4, 2 / 4, 90.001),  # 14 15 16 17
    }
    assert pytest.approx(0.3667, abs=1e-4) == (2 / 5 + 1 / 5 + 2 / 4) / 3  # the wrong answer
    assert rows(metrics) == [(17, 14, 5 / 14)]  # 0.3571, the right one


def test_the_repeated_hour_is_two_rows(rows: Ask) -> None:
    assert set(rows(("TOTAL_CALL_COUNT",), ("HOUR",), {"accountKeys": ["north"]})) == {
        ("2026-10-24T11:00:00+02:00", 2),  # 1 2
        ("2026-10-24T20:00:00+02:00", 1),  # 3
        ("2026-10-25T02:00:00+02:00", 1),  # 7
        ("2026-10-25T02:00:00+01:00", 1),  # 8
        ("2026-10-25T03:00:00+01:00", 1),  # 9
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        # 24 October 2026 is a Saturday.
        ("WEEK_SATURDAY_START", {(date(2026, 10, 24), 17)}),
        ("WEEK_SUNDAY_START", {(date(2026, 10, 18), 5), (date(2026, 10, 25), 12)}),
        ("WEEK_MONDAY_START", {(date(2026, 10, 19), 13), (date(2026, 10, 26), 4)}),
        ("MONTH", {(date(2026, 10, 1), 17)}),
        ("QUARTER", {(date(2026, 10, 1), 17)}),
        ("YEAR", {(date(2026, 1, 1), 17)}),
    ],
)
def test_longer_steps_begin_with_their_first_day(
    rows: Ask, step: str, expected: set[tuple[Value, ...]]
) -> None:
    assert set(rows(("TOTAL_CALL_COUNT",), (step,))) == expected


def test_of_several_time_steps_the_finest_answers(rows: Ask) -> None:
    assert set(rows(("TOTAL_CALL_COUNT",), ("YEAR", "DIRECTION", "DAY"))) == {
        ("OUTBOUND", date(2026, 10, 24), 5),
        ("OUTBOUND", date(2026, 10, 25), 5),
        ("INBOUND", date(2026, 10, 25), 3),
        ("OUTBOUND", date(2026, 10, 26), 4),
    }


def test_buckets_are_named_by_their_lower_bound(rows: Ask) -> None:
    assert set(rows(("TOTAL_CALL_COUNT",), ("TIME_TO_ANSWER",))) == {
        ("SECONDS_0", 2),  # 7 13
        ("SECONDS_4", 1),  # 1
        ("SECONDS_5", 1),  # 2
        ("SECONDS_10", 1),  # 8
        ("SECONDS_50", 1),  # 14
        ("MINUTES_1", 1),  # 15
        (None, 10),  # the unanswered
    }


def test_no_country_is_a_group_of_its_own(rows: Ask) -> None:
    metrics = ("TOTAL_CALL_COUNT", "ANSWER_RATE", "ANSWER_SEIZURE_RATIO")
    assert set(rows(metrics, ("COUNTRY_NAME",))) == {
        ("Croatia", 10, 4 / 8, 4 / 5),  # attempted 1 2 3 12 14 15 16 17; seized 1 2 3 14 15
        ("Germany", 4, 0 / 4, 0 / 1),  # 4 5 6 10, of which 5 rang
        (None, 3, 1 / 2, 1 / 1),  # 8 11 13, of which 13 is inbound
    }


def test_a_ratio_over_nothing_is_no_value(rows: Ask) -> None:
    assert set(rows(("TOTAL_CALL_COUNT", "ANSWER_RATE"), ("DIRECTION",))) == {
        ("OUTBOUND", 14, 5 / 14),
        ("INBOUND", 3, None),
    }


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        ({}, 17),
        ({"directions": ["INBOUND"]}, 3),
        ({"directions": ["INBOUND", "OUTBOUND"]}, 17),
        ({"statuses": ["BUSY"]}, 3),  # 4 15 16
        ({"statuses": ["BUSY", "CANCELLED"]}, 5),  # and 5 6
        ({"statuses": ["BUSY"], "statusGroups": ["UNDELIVERABLE"]}, 2),  # 4 15
        ({"accountKeys": ["north"]}, 6),  # 1 2 3 7 8 9
        ({"accountKeys": ["north"], "includeSubaccounts": True}, 10),  # and 10 11 12 13
        ({"accountKeys": ["north-1"], "includeSubaccounts": True}, 4),
        ({"timeToAnswer": [{"from": "SECONDS_1", "to": "SECONDS_10"}]}, 2),  # 1 2
        ({"timeToAnswer": [{"to": "SECONDS_1"}, {"from": "SECONDS_50"}]}, 4),  # 7 13, 14 15
        ({"timeToAnswer": [{"from": "SECONDS_5", "to": "SECONDS_10"}]}, 1),  # 2: from inclusive
        ({"channelCodes": ["VOICE_VIDEO"]}, 17),
        ({"channelCodes": ["SMS"]}, 0),
    ],
)
def test_filters(rows: Ask, filters: Mapping[str, FilterValue], total: int) -> None:
    assert rows(("TOTAL_CALL_COUNT",), (), filters) == [(total,)]


def test_over_no_calls_every_count_is_0_and_every_ratio_none(rows: Ask) -> None:
    ratios = {"ANSWER_SEIZURE_RATIO", "ANSWER_RATE", "BUSY_RATE"}
    expected = tuple(None if name in ratios else 0 for name in METRICS)
    nobody = {"accountKeys": ["nobody"]}
    assert rows(tuple(METRICS), (), nobody) == [expected]
    assert rows(tuple(METRICS), ("DIRECTION",), nobody) == []


def test_two_of_the_twenty_are_bad() -> None:
    assert ask(SOURCE, _question(("TOTAL_CALL_COUNT",))).bad == 2
