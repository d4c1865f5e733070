from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.catalog.load import built_in
from reporter.catalog.metrics_api import standard
from reporter.catalog.model import Aggregate, Catalog, Function, Metric
from reporter.data.answer import Answer, SectionAnswers
from reporter.data.table import Table
from reporter.dates import Interval
from reporter.plan.filters import stacked
from reporter.plan.model import Need, Plan, Purpose, Query
from reporter.plan.planner import assign, build_plan, finest, with_operands
from reporter.plan.vocabulary import with_derived
from reporter.settings import Defaults
from reporter.spec.edition import Edition, resolve
from reporter.spec.model import ReportSpec

Key = Any  # what a key of a spec may hold
CATALOG = built_in()
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
OCTOBER = Interval(datetime(2026, 10, 1, tzinfo=UTC), AS_OF)
SEPTEMBER = Interval(datetime(2026, 9, 1, tzinfo=UTC), OCTOBER.since)


def an_edition(*sections: dict[str, Any], **keys: Key) -> Edition:
    spec = {"version": 1, "name": "r", "title": "R", "period": "last_month", "source": "calls"}
    filters = keys.pop("filters", ())
    parameters = keys.pop("given", {})
    return resolve(
        msgspec.convert({**spec, **keys, "sections": list(sections)}, ReportSpec),
        Defaults(),
        as_of=AS_OF,
        parameters=parameters,
        filters=filters,
    )


def a_plan(*sections: dict[str, Any], **keys: Key) -> Plan:
    catalog = keys.pop("catalog", CATALOG)
    edition = an_edition(*sections, **keys)
    return build_plan(edition, {edition.source: catalog})


def names(query: Query) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(m.name for m in query.metrics), tuple(d.name for d in query.dimensions)


def needs(plan: Plan) -> list[tuple[int, str, int]]:
    return [(need.section, need.purpose.value, need.query) for need in plan.needs]


def table(metrics: list[str], by: list[str], **keys: Key) -> dict[str, Any]:
    query = {"metrics": metrics, "aggregateBy": by, **keys.pop("query", {})}
    return {"type": "table", "title": "T", "query": query, **keys}


CALLS = "TOTAL_CALL_COUNT"
KPIS = {"type": "kpis", "metrics": [CALLS]}


def test_kpis_ask_for_the_whole_period() -> None:
    plan = a_plan(KPIS)
    assert [names(q) for q in plan.queries] == [((CALLS,), ())]
    assert plan.queries[0].interval == OCTOBER
    assert needs(plan) == [(0, "current", 0)]


def test_kpis_ask_for_the_comparison_and_their_course() -> None:
    plan = a_plan({**KPIS, "sparkline": "DAY"}, compareTo="previous_period")
    assert needs(plan) == [(0, "current", 0), (0, "previous", 1), (0, "series", 2)]
    assert [q.interval for q in plan.queries] == [OCTOBER, SEPTEMBER, OCTOBER]
    assert names(plan.queries[2]) == ((CALLS,), ("DAY",))


def test_a_text_asks_for_the_metrics_it_mentions() -> None:
    text = {
        "type": "text",
        "title": "{{ kpi('TOTAL_RECEIVED_CALL_COUNT').value }}",
        "markdown": "{{ kpi('TOTAL_CALL_COUNT').value }}",
    }
    plan = a_plan(text, compareTo="previous_year")
    assert needs(plan) == [(0, "current", 0), (0, "previous", 1)]
    assert names(plan.queries[0]) == ((CALLS, "TOTAL_RECEIVED_CALL_COUNT"), ())


def test_a_text_without_metrics_asks_nothing() -> None:
    plan = a_plan({"type": "text", "markdown": "Hello"})
    assert plan == Plan((), (), (), 1)
    assert assign(plan, ()) == (None,)


def test_charts_and_tables_ask_for_the_comparison_only_where_they_show_it() -> None:
    chart = {"type": "chart", "title": "C", "chart": "line"}
    query = {"metrics": [CALLS], "aggregateBy": ["DAY"]}
    plan = a_plan(
        {**chart, "query": query},
        {**chart, "query": query, "compare": True},
        table([CALLS], ["COUNTRY_NAME"]),
        table([CALLS], ["COUNTRY_NAME"], compare=True),
        compareTo="previous_period",
    )
    assert needs(plan) == [
        (0, "current", 0),
        (1, "current", 0),
        (1, "previous", 1),
        (2, "current", 2),
        (3, "current", 2),
        (3, "previous", 3),
    ]


def test_compare_without_a_comparison_asks_nothing_more() -> None:
    assert needs(a_plan(table([CALLS], ["DAY"], compare=True))) == [(0, "current", 0)]


def with_callers(catalog: Catalog) -> Catalog:
    """The catalog with a distinct count, and a ratio over it."""
    callers = Metric(
        name="CALLERS",
        label="Callers",
        description="Different senders.",
        definition=Aggregate(Function.COUNT_DISTINCT, "sender"),
    )
    return msgspec.structs.replace(catalog, metrics=(*catalog.metrics, callers))


def reconciled(by: str | None, *metrics: str, **keys: Key) -> dict[str, Any]:
    step = {} if by is None else {"by": by}
    return {"type": "reconciliation", "against": "api", "metrics": metrics, **step, **keys}


def test_a_reconciliation_asks_two_sources_the_same() -> None:
    made = an_edition(
        {"type": "kpis", "metrics": [CALLS]},
        reconciled("DAY", CALLS, filterBy={"directions": ["OUTBOUND"]}),
        reconciled(None, CALLS),
        compareTo="previous_period",
    )
    plan = build_plan(made, {"calls": CATALOG, "api": CATALOG})
    assert plan.sources == ("calls", "calls", "calls", "api", "api")
    assert needs(plan) == [
        (0, "current", 0),
        (0, "previous", 1),
        (1, "current", 2),
        (1, "against", 3),
        (2, "current", 0),
        (2, "against", 4),
    ]
    assert plan.queries[2] == plan.queries[3]
    assert names(plan.queries[3]) == ((CALLS,), ("DAY",))
    assert [c.filter.name for c in plan.queries[3].conditions] == ["channelCodes", "directions"]
    assert names(plan.queries[4]) == ((CALLS,), ())


def test_each_source_is_asked_for_the_whole_where_it_alone_can_tell() -> None:
    counted = with_callers(CATALOG)
    known = msgspec.structs.replace(counted.metric("CALLERS"), definition=Aggregate(Function.COUNT))
    added = msgspec.structs.replace(CATALOG, metrics=(*CATALOG.metrics, known))
    made = an_edition(reconciled("MONTH", CALLS, "CALLERS"))
    for catalogs, expected in (
        ({"calls": counted, "api": counted}, ["current", "levels", "against", "against_levels"]),
        ({"calls": added, "api": counted}, ["current", "against", "against_levels"]),
        ({"calls": added, "api": added}, ["current", "against"]),
    ):
        plan = build_plan(made, catalogs)
        assert [need.purpose.value for need in plan.needs] == expected
    made = an_edition(reconciled(None, "CALLERS"))
    plan = build_plan(made, {"calls": counted, "api": counted})
    assert [need.purpose.value for need in plan.needs] == ["current", "against"]


def test_each_source_is_asked_in_its_own_words() -> None:
    """Also the report's own metrics are computed from what a source means by their operands."""
    calls = CATALOG.metric(CALLS)
    other = msgspec.structs.replace(calls, definition=Aggregate(Function.COUNT, where="true"))
    others = msgspec.structs.replace(
        CATALOG, metrics=tuple(other if m is calls else m for m in CATALOG.metrics)
    )
    twice = {"TWICE": {"label": "Twice", "formula": "TOTAL_CALL_COUNT * 2"}}
    made = an_edition(reconciled("DAY", "TWICE"), metrics=twice)
    plan = build_plan(made, {"calls": CATALOG, "api": others})
    assert [query.metrics[0] for query in plan.queries] == [calls, other]
    assert [names(query)[0] for query in plan.queries] == [(CALLS, "TWICE")] * 2


OWN = {"CALLS_EACH": {"label": "Calls each", "formula": "TOTAL_CALL_COUNT / CALLERS"}}


@pytest.mark.parametrize("metric", ["CALLERS", "CALLS_EACH"])
def test_a_total_that_only_the_source_knows_is_asked_for(metric: str) -> None:
    plan = a_plan(
        table([metric], ["COUNTRY_NAME"], totals=True, compare=True),
        catalog=with_callers(CATALOG),
        metrics=OWN,
        compareTo="previous_period",
    )
    assert needs(plan) == [
        (0, "current", 0),
        (0, "previous", 1),
        (0, "levels", 2),
        (0, "previous_levels", 3),
    ]
    assert [len(q.dimensions) for q in plan.queries] == [1, 1, 0, 0]
    assert [q.interval for q in plan.queries] == [OCTOBER, SEPTEMBER, OCTOBER, SEPTEMBER]


SMS = {"filterBy": {"channelCodes": ["SMS"]}}
CLICKS = {"CLICKS_EACH": {"label": "Each", "formula": "TOTAL_CLICKS_COUNT / UNIQUE_CLICKS_COUNT"}}


@pytest.mark.parametrize("metric", ["UNIQUE_CLICKS_COUNT", "TRAFFIC_DELIVERY_RATE", "CLICKS_EACH"])
def test_a_total_that_only_the_api_knows_is_asked_for(metric: str) -> None:
    plan = a_plan(
        table(
            [metric], ["COUNTRY_NAME", "NETWORK_NAME"], totals=True, subtotals=True, compare=True
        ),
        catalog=standard(),
        metrics=CLICKS,
        compareTo="previous_period",
        **SMS,
    )
    assert needs(plan) == [
        (0, "current", 0),
        (0, "previous", 1),
        (0, "levels", 2),
        (0, "previous_levels", 3),
        (0, "levels", 4),
        (0, "previous_levels", 5),
    ]
    assert [names(q)[1] for q in plan.queries[::2]] == [
        ("COUNTRY_NAME", "NETWORK_NAME"),
        (),
        ("COUNTRY_NAME",),
    ]
    assert [q.interval for q in plan.queries] == [OCTOBER, SEPTEMBER] * 3


def test_the_levels_of_a_pivot_that_only_the_api_knows() -> None:
    plan = a_plan(
        table(
            ["UNIQUE_CLICKS_COUNT"],
            ["COUNTRY_NAME", "NETWORK_NAME"],
            totals=True,
            pivot={"by": "NETWORK_NAME"},
        ),
        catalog=standard(),
        **SMS,
    )
    assert [names(q)[1] for q in plan.queries] == [
        ("COUNTRY_NAME", "NETWORK_NAME"),
        (),
        ("NETWORK_NAME",),
        ("COUNTRY_NAME",),
    ]


def test_a_total_that_can_be_told_from_reported_counts_is_not_asked_for() -> None:
    plan = a_plan(
        table(["TOTAL_TRAFFIC_COUNT"], ["COUNTRY_NAME"], totals=True), catalog=standard(), **SMS
    )
    assert needs(plan) == [(0, "current", 0)]


def test_cards_ask_what_only_the_api_knows_over_the_whole_period() -> None:
    plan = a_plan(
        {"type": "kpis", "metrics": ["UNIQUE_CLICKS_COUNT", "CLICKS_EACH"], "sparkline": "DAY"},
        catalog=standard(),
        metrics=CLICKS,
        compareTo="previous_period",
        **SMS,
    )
    assert needs(plan) == [(0, "current", 0), (0, "previous", 1), (0, "series", 2)]
    assert [names(q)[1] for q in plan.queries] == [(), (), ("DAY",)]


@pytest.mark.parametrize(
    "section",
    [
        table([CALLS, "ANSWER_RATE"], ["COUNTRY_NAME"], totals=True),
        table(["CALLERS"], ["COUNTRY_NAME"]),
        table(["CALLERS"], [], totals=True),
    ],
    ids=["rolls up", "no totals", "one row anyway"],
)
def test_a_total_that_can_be_told_is_not_asked_for(section: dict[str, Any]) -> None:
    plan = a_plan(section, catalog=with_callers(CATALOG))
    assert needs(plan) == [(0, "current", 0)]


def test_no_total_of_a_comparison_that_is_not_shown() -> None:
    plan = a_plan(
        table(["CALLERS"], ["COUNTRY_NAME"], totals=True),
        catalog=with_callers(CATALOG),
        compareTo="previous_period",
    )
    assert needs(plan) == [(0, "current", 0), (0, "levels", 1)]


def test_queries_that_differ_in_metrics_alone_are_one() -> None:
    plan = a_plan(
        table([CALLS], ["COUNTRY_NAME"]),
        table(["BUSY_RATE"], ["COUNTRY_NAME"], query={"filterBy": {"channelCode": "VOICE_VIDEO"}}),
    )
    assert needs(plan) == [(0, "current", 0), (1, "current", 0)]
    assert names(plan.queries[0]) == (
        (CALLS, "BUSY_CALL_COUNT", "TOTAL_ATTEMPTED_CALL_COUNT", "BUSY_RATE"),
        ("COUNTRY_NAME",),
    )


def test_filters_of_report_section_and_command_line_all_hold() -> None:
    plan = a_plan(
        {**KPIS, "filterBy": {"directions": "OUTBOUND"}},
        filterBy={"countryIds": {"param": "country"}},
        parameters={"country": {"type": "integer"}},
        given={"country": 385},
        filters=({"networkIds": (1,)},),
    )
    conditions, _ = stacked(
        [{"countryIds": 385}, {"directions": "OUTBOUND"}, {"networkIds": 1}], CATALOG, {}
    )
    assert plan.queries[0].conditions == conditions


def test_a_filter_that_nobody_checked_is_a_bug() -> None:
    with pytest.raises(ValueError, match="there is no filter 'x'"):
        a_plan(KPIS, filterBy={"x": 1})


@pytest.mark.parametrize(
    "section", [{**KPIS, "metrics": ["CALLS"]}, table([CALLS], ["LAND"])], ids=["metric", "group"]
)
def test_a_name_that_nobody_checked_is_a_bug(section: dict[str, Any]) -> None:
    with pytest.raises(LookupError):
        a_plan(section)


def test_a_sparkline_needs_a_time_dimension_of_its_grain() -> None:
    days = tuple(d for d in CATALOG.dimensions if d.name != "DAY")
    catalog = msgspec.structs.replace(CATALOG, dimensions=days)
    with pytest.raises(LookupError, match="catalog voice_video has no time dimension of grain DAY"):
        a_plan({**KPIS, "sparkline": "DAY"}, catalog=catalog)


def test_of_several_time_dimensions_the_finest_stays_in_its_place() -> None:
    dimensions = [
        d
        for name in ("MONTH", "COUNTRY_NAME", "DAY", "COUNTRY_NAME", "WEEK_MONDAY_START")
        if (d := CATALOG.dimension(name))
    ]
    assert [d.name for d in finest(dimensions)] == ["COUNTRY_NAME", "DAY"]
    assert finest([]) == ()


def test_operands_stand_before_those_that_use_them() -> None:
    spec = an_edition(
        KPIS,
        metrics={
            "AVERAGE": {"label": "A", "formula": "TOTAL_CALL_DURATION / TOTAL_ANSWERED_CALL_COUNT"},
            "DOUBLE": {"label": "D", "formula": "2 * AVERAGE"},
        },
    ).spec
    words = with_derived(CATALOG, spec.metrics)
    found = [m.name for m in with_operands(["DOUBLE", "ANSWER_RATE"], words)]
    assert found == [
        "OUTBOUND_ANSWERED_CALL_COUNT",
        "TOTAL_ATTEMPTED_CALL_COUNT",
        "ANSWER_RATE",
        "CALL_DURATION_MILLISECONDS",
        "TOTAL_CALL_DURATION",
        "TOTAL_ANSWERED_CALL_COUNT",
        "AVERAGE",
        "DOUBLE",
    ]


def test_derived_metrics_never_replace_one_of_the_catalog() -> None:
    spec = an_edition(KPIS, metrics={CALLS: {"label": "Mine", "formula": "1"}}).spec
    assert with_derived(CATALOG, spec.metrics) == CATALOG


def test_answers_find_their_sections() -> None:
    def answer(through: int) -> Answer:
        at = datetime(2026, 10, through, tzinfo=UTC)
        return Answer(table=Table((), ()), interval=OCTOBER, data_through=at)

    plan = Plan(
        (),
        (),
        (
            Need(0, Purpose.CURRENT, 1),
            Need(2, Purpose.CURRENT, 0),
            Need(2, Purpose.PREVIOUS, 1),
            Need(2, Purpose.LEVELS, 2),
            Need(2, Purpose.LEVELS, 3),
            Need(2, Purpose.PREVIOUS_LEVELS, 4),
            Need(2, Purpose.SERIES, 5),
        ),
        3,
    )
    first, second, third = assign(plan, [answer(day) for day in range(1, 7)])
    assert first is not None
    assert first.current == answer(2)
    assert first.previous is None
    assert second is None
    assert third is not None
    assert third == SectionAnswers(
        current=answer(1),
        previous=answer(2),
        levels=(answer(3), answer(4)),
        previous_levels=(answer(5),),
        series=answer(6),
    )


# Laws

METRICS = st.lists(
    st.sampled_from([m.name for m in CATALOG.metrics if not m.internal] + ["CALLERS"]),
    min_size=1,
    max_size=4,
    unique=True,
)
FILTERS = st.sampled_from([{}, {"directions": ["INBOUND"]}, {"direction": "INBOUND"}])


@st.composite
def some_sections(draw: st.DrawFn) -> dict[str, Any]:
    metrics, filter_by = draw(METRICS), draw(FILTERS)
    kind = draw(st.sampled_from(["kpis", "text", "chart", "table"]))
    if kind == "kpis":
        course = draw(st.sampled_from([None, "DAY", "HOUR"]))
        return {"type": kind, "metrics": metrics, "sparkline": course, "filterBy": filter_by}
    if kind == "text":
        markdown = " ".join(f"{{{{ kpi('{name}').value }}}}" for name in draw(st.just(metrics)))
        return {"type": kind, "markdown": markdown, "filterBy": filter_by}
    by = draw(st.sampled_from([["DAY"], ["COUNTRY_NAME"], ["COUNTRY_NAME", "MONTH"]]))
    query = {"metrics": metrics, "aggregateBy": by, "filterBy": filter_by}
    section = {"type": kind, "query": query, "compare": draw(st.booleans())}
    return section | ({"chart": "bar"} if kind == "chart" else {"totals": draw(st.booleans())})


def served(plan: Plan, section: int) -> dict[str, Query]:
    """The queries of a section, their metrics left out where others share them."""
    return {n.purpose.value: plan.queries[n.query] for n in plan.needs if n.section == section}


def bare(query: Query) -> Query:
    return msgspec.structs.replace(query, metrics=())


@given(st.lists(some_sections(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_plan_serves_every_section_with_the_fewest_queries(
    sections: list[dict[str, Any]], random: Random
) -> None:
    catalog = with_callers(CATALOG)
    keys: dict[str, Any] = {"catalog": catalog, "compareTo": "previous_period"}
    plan = a_plan(*sections, **keys)

    # Equal queries are one, and each is somebody's.
    assert len({bare(q) for q in plan.queries}) == len(plan.queries)
    assert {n.query for n in plan.needs} == set(range(len(plan.queries)))

    for number, section in enumerate(sections):
        alone, shared = served(a_plan(section, **keys), 0), served(plan, number)
        assert alone.keys() == shared.keys()
        for purpose, query in alone.items():
            assert bare(query) == bare(shared[purpose])
            assert set(query.metrics) <= set(shared[purpose].metrics)

    for query in plan.queries:
        known: set[str] = set()
        for metric in query.metrics:
            assert set(metric.operands()) <= known
            known.add(metric.name)

    mixed = list(enumerate(sections))
    random.shuffle(mixed)
    other = a_plan(*(section for _, section in mixed), **keys)
    assert set(other.queries) == set(plan.queries)
    for place, (number, _) in enumerate(mixed):
        assert served(other, place) == served(plan, number)
