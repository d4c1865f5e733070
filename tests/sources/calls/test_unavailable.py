"""What a source has no columns for has no values, and says why."""

import msgspec
import pytest
from call_project import Ask, Project

from reporter.catalog.metrics_api import standard
from reporter.catalog.model import Aggregate, Calculation, Catalog, Metric
from reporter.data.answer import Answer
from reporter.data.formula import parse
from reporter.plan.filters import conditions_of
from reporter.spec.query import FilterInput

HEAD = "sent_at,direction,answered_at,status\n"
CALL = "2026-10-05 10:00:00,OUTBOUND,2026-10-05 10:00:05,OK\n"


def reasons(answer: Answer) -> dict[str, str]:
    return {c.name: c.unavailable for c in answer.table.columns if c.unavailable}


def test_metrics_that_need_a_missing_column(project: Project, ask: Ask) -> None:
    project.text("calls.csv", HEAD + CALL)
    answer = project.answer(ask("ANSWER_SEIZURE_RATIO", "TOTAL_CALL_DURATION"), path="calls.csv")
    assert reasons(answer) == {
        "TOTAL_SEIZED_CALL_COUNT": "the source 'pbx' has no column ringing_at",
        "ANSWER_SEIZURE_RATIO": "the source 'pbx' has no column ringing_at",
        "CALL_DURATION_MILLISECONDS": "the source 'pbx' has no column ended_at",
        "TOTAL_CALL_DURATION": "the source 'pbx' has no column ended_at",
    }
    assert answer.table.rows == ((1, None, None, None, None),)


def test_a_metric_that_needs_several_missing_columns(project: Project, ask: Ask) -> None:
    project.text("calls.csv", "sent_at,direction\n2026-10-05,OUTBOUND\n")
    answer = project.answer(ask("FAILED_CALL_COUNT"), path="calls.csv")
    assert reasons(answer) == {
        "FAILED_CALL_COUNT": "the source 'pbx' has no columns answered_at, status and status_group"
    }
    assert answer.table.rows == ((None,),)


def test_groups_stay_where_no_metric_is_available(project: Project, ask: Ask) -> None:
    project.text("calls.csv", HEAD + CALL)
    answer = project.answer(ask("HUNG_UP_COUNT", by=["STATUS"]), path="calls.csv")
    assert answer.table.rows == (("OK", None),)


def test_a_dimension_that_needs_a_missing_column_has_no_rows(project: Project, ask: Ask) -> None:
    project.text("calls.csv", HEAD + CALL)
    answer = project.answer(ask(by=["STATUS", "COUNTRY_NAME"]), path="calls.csv")
    assert reasons(answer) == {"COUNTRY_NAME": "the source 'pbx' has no column country_name"}
    assert answer.table.rows == ()
    assert answer.data_through is not None


def test_a_bucket_dimension_that_needs_a_missing_column(project: Project, ask: Ask) -> None:
    project.text("calls.csv", "sent_at,direction\n2026-10-05,OUTBOUND\n")
    answer = project.answer(ask(by=["TIME_TO_ANSWER"]), path="calls.csv")
    assert reasons(answer) == {"TIME_TO_ANSWER": "the source 'pbx' has no column answered_at"}


def test_what_is_not_available_is_explained(project: Project, ask: Ask) -> None:
    project.text("calls.csv", HEAD + CALL)
    (text,) = project.source(path="calls.csv").explain([ask(by=["COUNTRY_NAME"])])
    assert text == "-- nothing is asked: the source has none of the columns"


def test_every_aggregate_of_the_catalog_over_the_bare_minimum(
    project: Project, ask: Ask, catalog: Catalog
) -> None:
    project.text("calls.csv", "sent_at,direction\n2026-10-05,OUTBOUND\n")
    names = [m.name for m in catalog.metrics if isinstance(m.definition, Aggregate)]
    answer = project.answer(ask(*names), path="calls.csv")
    available = {c.name for c in answer.table.columns if c.unavailable is None}
    assert available == {
        "TOTAL_CALL_COUNT",
        "TOTAL_ATTEMPTED_CALL_COUNT",
        "TOTAL_RECEIVED_CALL_COUNT",
    }


# What only a Metrics API knows

REASON = "only a Metrics API knows it, not the records of the source 'pbx'"
PER_CALL = Metric(
    name="MESSAGES_PER_CALL",
    label="Messages per call",
    description="For each call.",
    definition=Calculation(parse("TOTAL_TRAFFIC_COUNT / TOTAL_CALL_COUNT")),
)
WIDE = msgspec.structs.replace(standard(), metrics=(*standard().metrics, PER_CALL))


def test_what_is_reported_has_no_values(project: Project, ask: Ask) -> None:
    project.text("calls.csv", HEAD + CALL)
    answer = project.answer(ask("MESSAGES_PER_CALL", catalog=WIDE), WIDE, path="calls.csv")
    assert reasons(answer) == {"TOTAL_TRAFFIC_COUNT": REASON, "MESSAGES_PER_CALL": REASON}
    assert answer.table.rows == ((None, 1, None),)


def test_a_reported_dimension_has_no_rows(project: Project, ask: Ask) -> None:
    project.text("calls.csv", HEAD + CALL)
    answer = project.answer(ask(by=["URL"], catalog=WIDE), WIDE, path="calls.csv")
    assert reasons(answer) == {"URL": REASON}
    assert answer.table.rows == ()


def test_nothing_but_what_is_reported(project: Project, ask: Ask) -> None:
    project.text("calls.csv", HEAD + CALL)
    answer = project.answer(ask("TOTAL_CLICKS_COUNT", catalog=WIDE), WIDE, path="calls.csv")
    assert reasons(answer) == {"TOTAL_CLICKS_COUNT": REASON}
    assert answer.table.rows == ((None,),)


@pytest.mark.parametrize(
    "filter_by",
    [{"trafficTypes": ("SESSION",)}, {"timeToDeliver": ({"from": "SECONDS_5"},)}],
    ids=lambda given: next(iter(given)),
)
def test_a_reported_filter_cannot_be_applied(
    project: Project, ask: Ask, filter_by: dict[str, FilterInput]
) -> None:
    project.text("calls.csv", HEAD + CALL)
    conditions, problems = conditions_of(filter_by, WIDE, {})
    assert problems == ()
    said = project.mistake(ask(where=conditions, catalog=WIDE), WIDE, path="calls.csv")
    assert said == (
        f"source 'pbx': the filter {next(iter(filter_by))} cannot be applied: {REASON}\n"
        "ask a source of type metrics_api, or leave the filter out"
    )
