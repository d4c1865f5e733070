"""What must hold of any numbers, whatever the records: asked of ``reporter query`` alone."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, cast

import pytest
from asking import project, query
from hypothesis import given
from hypothesis import strategies as st
from random_calls import EVERYTHING, FILTER_VALUES, TURNS, ZONES, looking, sources
from reference import DIMENSIONS, METRICS, Value
from reference_answers import FilterValue, Question, Source

RATIOS: Final = ("ANSWER_SEIZURE_RATIO", "ANSWER_RATE", "BUSY_RATE")
MEASURES: Final = tuple(name for name in METRICS if name not in RATIOS)
OUTCOMES: Final = (
    "NOT_ANSWERED_CALL_COUNT",
    "BUSY_CALL_COUNT",
    "CANCELED_CALL_COUNT",
    "FAILED_CALL_COUNT",
)
ALL: Final = tuple(METRICS)

pytestmark = pytest.mark.slow

Number = int | float
Numbers = Mapping[str, Number | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A project, and what is asked of it unless it is said otherwise."""

    folder: Path
    usual: Question

    def rows(self, *dimensions: str, **changes: object) -> list[tuple[Value, ...]]:
        question = replace(self.usual, dimensions=dimensions, **changes)  # type: ignore[arg-type]
        return list(query(question, self.folder).rows)

    def total(self, **changes: object) -> Numbers:
        (row,) = self.rows(**changes)
        return dict(zip(self.usual.metrics, cast(Sequence[Number | None], row), strict=True))

    def counts(self, *dimensions: str, **changes: object) -> dict[tuple[Value, ...], int]:
        """TOTAL_CALL_COUNT by the dimensions."""
        rows = self.rows(*dimensions, metrics=("TOTAL_CALL_COUNT",), **changes)
        return {key: cast(int, count) for *keys, count in rows for key in [tuple(keys)]}


@contextmanager
def asked(source: Source, zone: str = "UTC", metrics: Sequence[str] = ALL) -> Iterator[Asked]:
    since, until = EVERYTHING
    usual = Question(
        metrics=tuple(metrics),
        dimensions=(),
        filters={},
        since=since,
        until=until,
        timezone=zone,
    )
    with TemporaryDirectory() as folder:
        yield Asked(project(source, Path(folder)), usual)


def _sum(rows: Sequence[tuple[Value, ...]], column: int) -> Number:
    return sum(cast(Number, row[column]) for row in rows)


def _close(one: Number | None, other: Number | None) -> bool:
    """Equal, but for what adding seconds as floats loses."""
    return one is not None and other is not None and abs(one - other) < 1e-6


@looking(5)
@given(sources())
def test_every_outbound_call_has_one_outcome(source: Source) -> None:
    with asked(source) as ask:
        outbound = ask.total(filters={"directions": ["OUTBOUND"]})
        pending = sum(
            count
            for (status, bucket), count in ask.counts(
                "STATUS",
                "TIME_TO_ANSWER",
                filters={"directions": ["OUTBOUND"], "statusGroups": ["PENDING"]},
            ).items()
            if bucket is None and status not in ("NO_ANSWER", "BUSY", "CANCELLED")
        )
        outcomes = sum(cast(int, outbound[name]) for name in OUTCOMES)
        answered = cast(int, outbound["TOTAL_ANSWERED_CALL_COUNT"])
        assert outbound["TOTAL_ATTEMPTED_CALL_COUNT"] == answered + outcomes + pending
        whole = ask.total()
        assert all(whole[name] == outbound[name] for name in OUTCOMES)


@looking(5)
@given(sources(), st.sampled_from(("SENDER", "COUNTRY_NAME", "HOUR", "STATUS")))
def test_in_every_group_the_parts_fit_together(source: Source, dimension: str) -> None:
    with asked(source) as ask:
        for row in [*ask.rows(dimension), (None, *ask.rows()[0])]:
            of = dict(zip(ALL, cast(Sequence[Number | None], row[1:]), strict=True))
            counts = {name: cast(Number, of[name]) for name in MEASURES}
            attempted, received = (
                counts["TOTAL_ATTEMPTED_CALL_COUNT"],
                counts["TOTAL_RECEIVED_CALL_COUNT"],
            )
            assert counts["TOTAL_CALL_COUNT"] == attempted + received
            hung_up = counts["NORMAL_HUNG_UP_COUNT"] + counts["ERROR_HUNG_UP_COUNT"]
            assert counts["HUNG_UP_COUNT"] == hung_up
            assert counts["TOTAL_SEIZED_CALL_COUNT"] <= attempted
            assert sum(counts[name] for name in OUTCOMES) <= attempted
            assert all(value >= 0 for value in counts.values())
            for name in RATIOS:
                share = of[name]
                assert share is None or 0 <= share <= 1
            assert (of["ANSWER_RATE"] is None) == (attempted == 0)
            assert (of["BUSY_RATE"] is None) == (attempted == 0)
            nothing_seized = counts["TOTAL_SEIZED_CALL_COUNT"] == 0
            assert (of["ANSWER_SEIZURE_RATIO"] is None) == nothing_seized


@looking(4)
@given(sources(), st.sampled_from(ZONES), st.data())
def test_the_measures_of_a_grouping_add_up(source: Source, zone: str, data: st.DataObject) -> None:
    with asked(source, zone, MEASURES) as ask:
        total = ask.total()
        for dimension in data.draw(
            st.lists(st.sampled_from(DIMENSIONS), min_size=4, max_size=4, unique=True)
        ):
            rows = ask.rows(dimension)
            assert len({row[0] for row in rows}) == len(rows)
            for column, name in enumerate(MEASURES, start=1):
                assert _close(_sum(rows, column), total[name]), (dimension, name)


PARTITIONS: Final[Mapping[str, str]] = {
    "directions": "DIRECTION",
    "capabilities": "CAPABILITY",
    "senders": "SENDER",
    "senderTypes": "SENDER_TYPE",
    "communicationIds": "COMMUNICATION",
    "networkIds": "NETWORK_ID",
    "countryIds": "COUNTRY_ID",
    "statusGroups": "STATUS_GROUP",
    "statuses": "STATUS",
    "errorGroups": "ERROR_GROUP",
    "errorCodes": "ERROR_CODE",
    "applicationId": "APPLICATION_ID",
    "entityId": "ENTITY_ID",
    "accountKeys": "ACCOUNT_KEY",
}
"""Filters and the dimension over the same values."""


@looking(7)
@given(sources(), st.sampled_from(tuple(PARTITIONS)))
def test_a_filter_keeps_exactly_the_groups_that_it_names(source: Source, name: str) -> None:
    """So the values of a filter, and the group without value, make up the whole."""
    open_to_all = replace(source, account=None)
    with asked(open_to_all) as ask:
        groups = ask.counts(PARTITIONS[name])
        values = [value for (value,) in groups if value is not None]
        for value in values[:4]:
            chosen = cast(FilterValue, [value])
            found = ask.counts(PARTITIONS[name], filters={name: chosen})
            assert found == {(value,): groups[value,]}
        if values:
            ((kept,),) = ask.rows(metrics=("TOTAL_CALL_COUNT",), filters={name: values})
            ((total,),) = ask.rows(metrics=("TOTAL_CALL_COUNT",))
            assert cast(int, kept) + groups.get((None,), 0) == total


@looking(5)
@given(sources(), st.data())
def test_two_filters_keep_what_each_keeps(source: Source, data: st.DataObject) -> None:
    """Shown on the calls themselves: every call has an id of its own, sent as its sender."""
    named = [replace(call, sender=f"#{number}") for number, call in enumerate(source.calls)]
    names = data.draw(
        st.lists(st.sampled_from(sorted(FILTER_VALUES)), min_size=2, max_size=2, unique=True)
    )
    one, other = ({name: data.draw(FILTER_VALUES[name])} for name in names)
    with asked(replace(source, calls=tuple(named), account=None, deduplicate=False)) as ask:
        kept = [ask.counts("SENDER", filters=filters) for filters in (one, other, one | other)]
    assert kept[0].keys() & kept[1].keys() == kept[2].keys()


@looking(5)
@given(sources(), st.sampled_from(TURNS), st.integers(-5_000_000, 5_000_000))
def test_two_halves_of_an_interval_make_up_the_whole(
    source: Source, turn: datetime, seconds: int
) -> None:
    middle = turn + timedelta(milliseconds=seconds)
    with asked(source, metrics=MEASURES) as ask:
        whole, first, second = ask.total(), ask.total(until=middle), ask.total(since=middle)
    for name in MEASURES:
        assert _close(whole[name], cast(Number, first[name]) + cast(Number, second[name])), name


@looking(5)
@given(sources())
def test_a_record_written_twice_counts_once(source: Source) -> None:
    once = replace(source, deduplicate=True)
    twice = replace(once, calls=(*source.calls, *reversed(source.calls)))
    with asked(once) as ask_once, asked(twice) as ask_twice:
        assert ask_once.total() == ask_twice.total()
        assert ask_once.counts("STATUS", "SENDER") == ask_twice.counts("STATUS", "SENDER")


@looking(5)
@given(sources(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_says_nothing(source: Source, chance: Random) -> None:
    calls = list(source.calls)
    chance.shuffle(calls)
    with asked(source) as ask_one, asked(replace(source, calls=tuple(calls))) as ask_other:
        assert ask_one.rows("STATUS", "DAY") == ask_other.rows("STATUS", "DAY")
