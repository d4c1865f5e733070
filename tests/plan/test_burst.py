"""A plan widened by a dimension."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.catalog.load import built_in
from reporter.catalog.model import Aggregate, Catalog, Function, Metric
from reporter.dates import Interval
from reporter.plan.burst import Widened, columns_of, widened
from reporter.plan.planner import build_plan
from reporter.settings import Defaults
from reporter.spec.edition import resolve
from reporter.spec.model import ReportSpec

SENDERS = Metric(
    name="SENDERS",
    label="Senders",
    description="How many senders there were.",
    definition=Aggregate(Function.COUNT_DISTINCT, "sender"),
)
CATALOG = msgspec.structs.replace(built_in(), metrics=(*built_in().metrics, SENDERS))
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


def wide(*sections: dict[str, Any], catalog: Catalog = CATALOG, **keys: Any) -> Widened:  # noqa: ANN401 - keys of a spec
    spec = {"version": 1, "name": "r", "title": "R", "period": "last_month", "source": "calls"}
    said = msgspec.convert({**spec, **keys, "sections": list(sections)}, ReportSpec)
    edition = resolve(said, Defaults(), as_of=AS_OF)
    return widened(build_plan(edition, {"calls": catalog}), "ACCOUNT_KEY", {"calls": catalog})


def table(metrics: list[str], *by: str) -> dict[str, Any]:
    return {"type": "table", "query": {"metrics": metrics, "aggregateBy": list(by)}}


def dimensions(found: Widened) -> list[tuple[str, ...]]:
    return [tuple(d.name for d in query.dimensions) for query in found.plan.queries]


CALLS = "TOTAL_CALL_COUNT"


def test_each_query_is_asked_for_all_values_and_once_for_the_proof() -> None:
    found = wide(table([CALLS], "COUNTRY_NAME"), {"type": "kpis", "metrics": ["ANSWER_RATE"]})
    assert dimensions(found) == [("ACCOUNT_KEY", "COUNTRY_NAME"), ("ACCOUNT_KEY",), ()]
    assert [(total.query, total.parts) for total in found.totals] == [(2, (0, 1))]
    assert columns_of(found.plan.queries[2]) == (
        CALLS,
        "OUTBOUND_ANSWERED_CALL_COUNT",
        "TOTAL_ATTEMPTED_CALL_COUNT",
    )
    assert found.plan.sources == ("calls",) * 3
    assert found.plan.needs == found.narrow.needs


def test_steps_of_time_and_intervals_are_proven_each_on_its_own() -> None:
    cards = {"type": "kpis", "metrics": [CALLS], "sparkline": "DAY"}
    found = wide(cards, compareTo="previous_period")
    assert dimensions(found)[3:] == [(), (), ("DAY",)]
    assert [total.parts for total in found.totals] == [(0,), (1,), (2,)]
    intervals = [query.interval for query in found.plan.queries]
    assert intervals[3:] == intervals[:3]
    assert all(isinstance(interval, Interval) for interval in intervals)


def test_filters_of_a_section_are_proven_on_their_own() -> None:
    narrowed = {**table([CALLS]), "query": {"metrics": [CALLS], "filterBy": {"countryIds": [1]}}}
    found = wide(table([CALLS], "SENDER"), narrowed)
    assert [total.parts for total in found.totals] == [(0,), (1,)]
    assert found.plan.queries[3].conditions == found.narrow.queries[1].conditions


def test_what_groups_by_it_already_is_asked_as_it_is() -> None:
    found = wide(table([CALLS], "SENDER", "ACCOUNT_KEY"))
    assert dimensions(found) == [("SENDER", "ACCOUNT_KEY"), ()]
    assert found.narrow.queries[0] == found.plan.queries[0]


def test_what_does_not_add_up_is_proven_by_the_count() -> None:
    found = wide(table(["SENDERS"], "COUNTRY_NAME"))
    assert columns_of(found.plan.queries[0]) == ("ACCOUNT_KEY", "COUNTRY_NAME", "SENDERS", CALLS)
    assert columns_of(found.narrow.queries[0]) == ("COUNTRY_NAME", "SENDERS")
    assert columns_of(found.plan.queries[1]) == (CALLS,)


def test_a_catalog_without_a_count_proves_what_it_can() -> None:
    others = tuple(m for m in CATALOG.metrics if m.definition != Aggregate(Function.COUNT))
    found = wide(
        table(["SENDERS"], "COUNTRY_NAME"),
        catalog=msgspec.structs.replace(CATALOG, metrics=others),
    )
    assert found.totals == ()
    assert len(found.plan.queries) == 1


def test_a_dimension_that_is_not_there() -> None:
    found = wide(table([CALLS]))
    with pytest.raises(LookupError, match="there is no dimension NOBODY in the catalog"):
        widened(found.narrow, "NOBODY", {"calls": CATALOG})


names = st.lists(st.sampled_from([CALLS, "ANSWER_RATE", "SENDERS"]), min_size=1, unique=True)
by = st.lists(st.sampled_from(["SENDER", "DAY", "ACCOUNT_KEY"]), max_size=2, unique=True)


@given(st.lists(st.builds(lambda metrics, by: table(metrics, *by), names, by), min_size=1))
def test_the_number_of_queries_has_nothing_to_do_with_values(
    sections: list[dict[str, Any]],
) -> None:
    found = wide(*sections)
    count = len(found.narrow.queries)
    assert len(found.plan.queries) <= 2 * count
    proven = sorted(number for total in found.totals for number in total.parts)
    assert proven == list(range(count))
    assert all("ACCOUNT_KEY" in columns_of(query) for query in found.plan.queries[:count])
    assert not any("ACCOUNT_KEY" in columns_of(query) for query in found.plan.queries[count:])
