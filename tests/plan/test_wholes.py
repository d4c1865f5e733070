"""What a report is judged by is asked with the rest of it, each question once."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from reporter.catalog.load import built_in
from reporter.catalog.metrics_api import standard
from reporter.catalog.model import Catalog
from reporter.data.answer import Answer
from reporter.data.table import Table
from reporter.plan.model import Plan
from reporter.plan.planner import build_plan, of_checks, of_deliveries
from reporter.settings import Defaults
from reporter.spec.edition import Edition, resolve
from reporter.spec.model import ReportSpec

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
KPIS = {"type": "kpis", "metrics": ["TOTAL_CALL_COUNT", "ANSWER_RATE"], "sparkline": "DAY"}
TEXT = {"type": "text", "markdown": "Nothing is asked."}
MAIL = {"type": "email", "to": ["ops@example.com"]}
Key = Any  # what a key of a spec may hold


def edition(**keys: Key) -> Edition:
    spec = {
        "version": 1,
        "name": "r",
        "title": "R",
        "period": "last_month",
        "source": "calls",
        "sections": [KPIS],
        "timezone": "UTC",
        **keys,
    }
    return resolve(
        msgspec.convert(spec, ReportSpec), Defaults(), as_of=AS_OF, parameters={}, filters=()
    )


def plan(catalog: Catalog | None = None, **keys: Key) -> Plan:
    return build_plan(edition(**keys), {"calls": catalog or built_in()})


def wholes(found: Plan) -> list[tuple[int | None, tuple[str, ...], int]]:
    return [(one.check, one.metrics, one.query) for one in found.wholes]


def test_a_report_that_is_not_judged_asks_nothing_more() -> None:
    assert plan().wholes == ()
    checks = [{"type": "freshness", "within": "1h"}, {"type": "rejected", "atMost": 1}]
    assert plan(checks=checks).wholes == ()
    assert plan(checks=checks).queries == plan().queries


OF_RECORDS = [{"type": "freshness", "within": "1h"}, {"type": "rejected", "atMost": 1}]


def test_where_nothing_is_asked_the_records_are_looked_at_all_the_same() -> None:
    """Without an answer no source was fresh, and no record was ever a bad one."""
    judged = plan(sections=[TEXT], checks=OF_RECORDS)
    assert wholes(judged) == [
        (0, ("TOTAL_CALL_COUNT",), 0),
        (1, ("TOTAL_CALL_COUNT",), 0),
    ]
    assert plan(sections=[TEXT], checks=OF_RECORDS, delivery=[MAIL]).queries == judged.queries
    known = built_in()
    without = msgspec.structs.replace(
        known, metrics=tuple(m for m in known.metrics if m.name == "HUNG_UP_COUNT")
    )
    counted = plan(without, sections=[TEXT], checks=OF_RECORDS)
    assert [one.metrics for one in counted.wholes] == [("HUNG_UP_COUNT",)] * 2
    sms = {"filterBy": {"channelCodes": ["SMS"]}}
    assert plan(standard(), sections=[TEXT], checks=OF_RECORDS, **sms).queries == ()


def test_what_a_card_shows_costs_no_further_query() -> None:
    judged = plan(
        delivery=[{**MAIL, "when": "ANSWER_RATE < 0.5 and not noData"}],
        checks=[
            {"type": "rows"},
            {"type": "range", "metric": "ANSWER_RATE", "atLeast": 0.1},
        ],
    )
    assert judged.queries == plan().queries
    assert wholes(judged) == [
        (None, ("TOTAL_CALL_COUNT", "ANSWER_RATE"), 0),
        (0, ("TOTAL_CALL_COUNT",), 0),
        (1, ("ANSWER_RATE",), 0),
    ]


def test_other_metrics_join_the_query_and_other_filters_make_one() -> None:
    outbound = {"directions": ["OUTBOUND"]}
    judged = plan(
        delivery=[{**MAIL, "when": "BUSY_CALL_COUNT > 3"}],
        checks=[
            {"type": "rows", "filterBy": outbound},
            {"type": "range", "metric": "BUSY_RATE", "atMost": 1, "filterBy": outbound},
        ],
    )
    assert len(judged.queries) == len(plan().queries) + 1
    assert wholes(judged) == [
        (None, ("TOTAL_CALL_COUNT", "BUSY_CALL_COUNT"), 0),
        (0, ("TOTAL_CALL_COUNT",), 2),
        (1, ("BUSY_RATE",), 2),
    ]
    assert "BUSY_CALL_COUNT" in {metric.name for metric in judged.queries[0].metrics}
    # What a rate is computed from comes with it.
    assert {"TOTAL_ATTEMPTED_CALL_COUNT"} < {metric.name for metric in judged.queries[2].metrics}


def test_targets_are_asked_where_a_condition_asks_of_them() -> None:
    targets = {"ANSWER_RATE": {"atLeast": 0.5}, "BUSY_RATE": {"atMost": 0.1}}
    asks, does_not = (
        plan(targets=targets, delivery=[{**MAIL, "when": when}])
        for when in ("changed or anyTargetMissed", "changed")
    )
    assert asks.wholes[0].metrics == ("TOTAL_CALL_COUNT", "ANSWER_RATE", "BUSY_RATE")
    assert does_not.wholes[0].metrics == ("TOTAL_CALL_COUNT",)


def test_a_report_without_figures_is_judged_all_the_same() -> None:
    judged = plan(sections=[TEXT], delivery=[MAIL])
    assert wholes(judged) == [(None, ("TOTAL_CALL_COUNT",), 0)]
    assert len(judged.queries) == 1


@pytest.mark.parametrize(
    ("channels", "counted"),
    [
        (["VOICE_VIDEO"], True),
        (["VOICE_VIDEO", "SMS"], True),
        (["SMS"], False),
        (["SMS", "EMAIL"], False),
    ],
)
def test_messages_are_no_calls(channels: list[str], *, counted: bool) -> None:
    keys = {
        "filterBy": {"channelCodes": channels},
        "sections": [{"type": "kpis", "metrics": ["TOTAL_CLICKS_COUNT"]}],
    }
    silent = plan(standard(), **keys, delivery=[MAIL])
    assert [one.metrics for one in silent.wholes] == ([("TOTAL_CALL_COUNT",)] if counted else [])
    asking = plan(standard(), **keys, delivery=[{**MAIL, "when": "TOTAL_CLICKS_COUNT > 1"}])
    assert ("TOTAL_CALL_COUNT" in asking.wholes[0].metrics) is counted


def test_call_records_have_no_calls_of_another_channel() -> None:
    judged = plan(filterBy={"channelCodes": ["SMS"]}, delivery=[MAIL])
    assert judged.wholes[0].metrics == ("TOTAL_CALL_COUNT",)


def test_a_catalog_without_calls_counts_none() -> None:
    known = built_in()
    without = msgspec.structs.replace(
        known, metrics=tuple(m for m in known.metrics if m.name == "HUNG_UP_COUNT")
    )
    sections = [{"type": "kpis", "metrics": ["HUNG_UP_COUNT"]}]
    assert plan(without, sections=sections, delivery=[MAIL]).wholes == ()


def test_answers_find_who_asked() -> None:
    made = edition(
        compareTo="previous_period",
        delivery=[MAIL],
        checks=[
            {"type": "freshness", "within": "1h"},
            {"type": "rows", "filterBy": {"directions": ["OUTBOUND"]}},
        ],
    )
    found = build_plan(made, {"calls": built_in()})
    answers = [Answer(table=Table((), ()), interval=query.interval) for query in found.queries]
    assert of_deliveries(found, answers) is answers[0]
    evidence = of_checks(found, made, answers)
    assert evidence.wholes == {1: answers[-1]}
    now = [query.interval == made.interval for query in found.queries]
    assert now == [True, False, True, True]
    assert list(map(id, evidence.period)) == [
        id(one) for one, is_now in zip(answers, now, strict=True) if is_now
    ]
    assert of_deliveries(plan(), answers) is None


def test_whether_there_are_calls_is_asked_where_a_condition_asks_it() -> None:
    judged = plan(
        standard(),
        filterBy={"channelCodes": ["SMS"]},
        sections=[{"type": "kpis", "metrics": ["TOTAL_CLICKS_COUNT"]}],
        delivery=[{**MAIL, "when": "noData"}],
    )
    assert judged.wholes[0].metrics == ("TOTAL_CALL_COUNT",)
