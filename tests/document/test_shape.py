"""Table to table: order, cut, roll-up, fill, pairing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from handmade import (
    ANSWERED,
    ATTEMPTED,
    CALLERS,
    COUNTRY,
    DAY,
    DIRECTION,
    HOUR,
    LONGEST,
    MONTH,
    OCTOBER,
    PER_CALLER,
    RATE,
    SEPTEMBER,
    ZAGREB,
    count,
    dimension,
    local,
    rates,
)
from hypothesis import given
from hypothesis import strategies as st

from reporter.data.rollup import rolled_up
from reporter.data.table import Kind, Member, Table, Value
from reporter.dates import Interval
from reporter.document.shape import (
    SortKey,
    aligned,
    arranged,
    crossed,
    filled,
    group_count,
    leading,
    ordered,
    rolled,
    split,
    united,
)
from reporter.document.tables.levels import Levels
from reporter.errors import UserError

FIRST, SECOND, THIRD = date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3)
THREE_DAYS = Interval(local(2026, 10, 1), local(2026, 10, 4))
LATER = local(2026, 11, 5)


def names(table: Table, column: str = "COUNTRY_NAME") -> list[Value]:
    return list(table.values(column))


def counts(rows: Sequence[tuple[Value, int | None]]) -> Table:
    return Table((COUNTRY, ATTEMPTED), tuple(rows))


def test_natural_order_is_ascending_with_none_last() -> None:
    table = counts([("b", 1), (None, 9), ("a", 1), ("C", 5)])
    assert names(ordered(table)) == ["C", "a", "b", None]


def test_members_stand_in_their_own_order_and_strangers_after_them() -> None:
    bucket = dimension(
        "TIME_TO_ANSWER", "Time", members=(Member("SECONDS_5", "5 s"), Member("DAYS_1", "1 d"))
    )
    table = Table(
        (bucket, ATTEMPTED),
        (("ZZZ", 1), (None, 1), ("DAYS_1", 1), ("AAA", 1), ("SECONDS_5", 1)),
    )
    found = names(ordered(table), "TIME_TO_ANSWER")
    assert found == ["SECONDS_5", "DAYS_1", "AAA", "ZZZ", None]
    descending = ordered(table, [SortKey("TIME_TO_ANSWER", descending=True)])
    assert names(descending, "TIME_TO_ANSWER") == ["ZZZ", "AAA", "DAYS_1", "SECONDS_5", None]


@pytest.mark.parametrize("descending", [True, False])
def test_nulls_last_and_ties_by_dimension_in_both_directions(*, descending: bool) -> None:
    table = counts([("d", None), ("c", 2), ("b", 2), ("a", 1), ("e", None)])
    found = names(ordered(table, [SortKey("ATTEMPTED", descending=descending)]))
    assert found == (["b", "c", "a", "d", "e"] if descending else ["a", "b", "c", "d", "e"])


def test_the_first_key_is_the_most_important() -> None:
    table = rates((COUNTRY,), [("a", 10, 1), ("b", 20, 2), ("c", 10, 5)])
    keys = [SortKey("ATTEMPTED"), SortKey("ANSWERED", descending=True)]
    assert names(ordered(table, keys)) == ["c", "a", "b"]


def test_several_dimensions_order_from_left_to_right() -> None:
    table = rates((DAY, COUNTRY), [(SECOND, "a", 1, 1), (FIRST, "b", 1, 1), (FIRST, "a", 1, 1)])
    assert [row[:2] for row in ordered(table).rows] == [
        (FIRST, "a"),
        (FIRST, "b"),
        (SECOND, "a"),
    ]


def test_hours_order_by_instant_across_the_end_of_summer_time() -> None:
    later, sooner = (datetime(2026, 10, 25, 2, tzinfo=ZAGREB, fold=fold) for fold in (1, 0))
    assert later == sooner  # to Python, which compares the clocks
    three = datetime(2026, 10, 25, 2, tzinfo=UTC)
    table = rates((HOUR,), [(three, 1, 1), (later, 2, 1), (sooner, 3, 1)])
    assert [row[1] for row in ordered(table).rows] == [3, 2, 1]
    assert len(rolled(table, ["HOUR"]).rows) == 3


def test_arranged_puts_dimensions_in_the_order_asked_for() -> None:
    table = rates((DAY, COUNTRY), [(FIRST, "a", 4, 1)])
    turned = arranged(table, ["COUNTRY_NAME", "DAY", "HOUR"])
    assert [c.name for c in turned.columns[:2]] == ["COUNTRY_NAME", "DAY"]
    assert turned.rows == (("a", FIRST, 4, 1, 0.25),)
    assert arranged(table, []) == table


def test_rolled_groups_by_some_of_the_dimensions() -> None:
    table = rates(
        (DAY, COUNTRY),
        [(FIRST, "a", 10, 9), (FIRST, "b", 90, 9), (SECOND, "a", 10, 1), (SECOND, "b", 0, 0)],
    )
    assert rolled(table, ["DAY"]).rows == ((FIRST, 100, 18, 0.18), (SECOND, 10, 1, 0.1))
    assert rolled(table, ["COUNTRY_NAME"]).rows == (("a", 20, 10, 0.5), ("b", 90, 9, 0.1))
    assert rolled(table, ()).rows == ((110, 19, 19 / 110),)
    assert rolled(table, ["DAY", "COUNTRY_NAME"]) is table


def test_nothing_rolled_up_is_one_row_of_nothing() -> None:
    assert rolled(rates((COUNTRY,), []), ()).rows == ((0, 0, None),)
    assert rolled(rates((), [(5, 1)]), ()).rows == ((5, 1, 0.2),)


def test_an_unavailable_metric_is_never_0() -> None:
    ringing = count("SEIZED", "Seized calls", unavailable="There are no ringing times.")
    table = Table((COUNTRY, ATTEMPTED, ringing), ())
    assert rolled(table, ()).rows == ((0, None),)
    assert filled(Table((DAY, ringing), ()), THREE_DAYS, "Europe/Zagreb", LATER).rows == (
        (FIRST, None),
        (SECOND, None),
        (THIRD, None),
    )


def test_a_distinct_count_is_taken_from_its_own_level_and_never_added_up() -> None:
    table = Table(
        (COUNTRY, ATTEMPTED, CALLERS, PER_CALLER),
        (("a", 10, 5, 2.0), ("b", 20, 5, 4.0)),
    )
    assert rolled(table, ()).rows == ((30, None, None),)  # wrong: 10 callers, 3.0 each
    asked = Table((CALLERS, PER_CALLER), ((6, 5.0),))
    assert Levels(table, (asked,)).at(()).rows == ((30, 6, 5.0),)
    assert Levels(table, (Table((CALLERS,), ()),)).at(()).rows == ((30, None, None),)
    assert Levels(table).at(()).rows == ((30, None, None),)


def test_greatest_of_the_parts() -> None:
    table = Table((COUNTRY, LONGEST), (("a", 60.0), ("b", 90.0), ("c", None)))
    assert rolled(table, ()).rows == ((90.0,),)


def test_leading_groups_with_ties_by_name_and_nulls_last() -> None:
    table = counts([("d", None), ("c", 2), ("b", 2), ("a", 1)])
    by_count = [SortKey("ATTEMPTED", descending=True)]
    assert leading(table, by_count, 1) == (("b",),)
    assert leading(table, by_count, 3) == (("b",), ("c",), ("a",))
    assert leading(table, by_count, 9) == (("b",), ("c",), ("a",), ("d",))
    assert leading(table, [SortKey("COUNTRY_NAME")], 2) == (("a",), ("b",))


def test_groups_over_time_are_ranked_over_the_whole_interval() -> None:
    table = rates(
        (DAY, COUNTRY),
        [(FIRST, "a", 60, 1), (FIRST, "b", 50, 1), (SECOND, "a", 10, 1), (SECOND, "b", 50, 1)],
    )
    keys = [SortKey("DAY"), SortKey("ATTEMPTED", descending=True)]
    assert leading(table, keys, 1) == (("b",),)  # a has the most on one day, b over both
    cut = split(table, leading(table, keys, 1))
    assert [row[:3] for row in cut.shown.rows] == [(FIRST, "b", 50), (SECOND, "b", 50)]
    assert [row[:3] for row in cut.rest.rows] == [(FIRST, "a", 60), (SECOND, "a", 10)]
    assert (group_count(table), group_count(cut.rest)) == (2, 1)


def test_leading_steps_of_a_table_by_time_alone() -> None:
    table = rates((DAY,), [(FIRST, 1, 1), (SECOND, 9, 1), (THIRD, 5, 1)])
    assert leading(table, [SortKey("ATTEMPTED", descending=True)], 2) == ((SECOND,), (THIRD,))


def test_united_adds_rows_over_nothing_for_groups_of_the_other() -> None:
    now, before = rates((COUNTRY,), [("a", 2, 1)]), rates((COUNTRY,), [("b", 9, 9), ("a", 1, 1)])
    assert united(now, before).rows == (("a", 2, 1, 0.5), ("b", 0, 0, None))


def test_every_step_has_a_row_up_to_the_end_of_the_data() -> None:
    table = Table(
        (DAY, ATTEMPTED, ANSWERED, RATE, LONGEST, CALLERS, PER_CALLER),
        ((SECOND, 4, 1, 0.25, 60.0, 2, 2.0),),
    )
    full = filled(table, THREE_DAYS, "Europe/Zagreb", local(2026, 10, 2, 18))
    assert ordered(full).rows == (
        (FIRST, 0, 0, None, None, 0, None),  # no records: counts 0, nothing to divide
        (SECOND, 4, 1, 0.25, 60.0, 2, 2.0),
        (THIRD, None, None, None, None, None, None),  # after the data
    )


def test_a_number_that_only_the_source_can_tell_is_not_0_over_nothing() -> None:
    median = count("MEDIAN", "Median", kind=Kind.NUMBER, roll_up=CALLERS.roll_up)
    assert filled(Table((DAY, median), ()), THREE_DAYS, "UTC", LATER).rows[0][1] is None


def test_a_step_on_whose_first_instant_the_data_ends_has_values_where_it_has_a_record() -> None:
    table = rates((DAY, COUNTRY), [(FIRST, "a", 2, 1), (SECOND, "b", 1, 1)])
    ends = local(2026, 10, SECOND.day)
    full = ordered(filled(table, THREE_DAYS, "Europe/Zagreb", ends))
    assert [row[:4] for row in full.rows] == [
        (FIRST, "a", 2, 1),
        (FIRST, "b", 0, 0),
        (SECOND, "a", 0, 0),  # the record of b is known, so it is known that there is none of a
        (SECOND, "b", 1, 1),
        (THIRD, "a", None, None),
        (THIRD, "b", None, None),
    ]


def test_without_data_no_step_has_a_value() -> None:
    full = filled(rates((DAY,), []), THREE_DAYS, "Europe/Zagreb", None)
    assert {row[1:] for row in full.rows} == {(None, None, None)}


def test_each_existing_combination_gets_every_step() -> None:
    table = rates((COUNTRY, DAY, DIRECTION), [("a", FIRST, "IN", 1, 1), ("b", SECOND, "OUT", 1, 1)])
    like = rates((COUNTRY, DAY, DIRECTION), [("c", date(2026, 9, 1), "IN", 1, 1)])
    full = filled(table, THREE_DAYS, "Europe/Zagreb", LATER, like=like)
    assert {row[:3] for row in full.rows} == {
        (country, day, direction)
        for country, direction in (("a", "IN"), ("b", "OUT"), ("c", "IN"))
        for day in (FIRST, SECOND, THIRD)
    }
    assert len(full.rows) == 9


def test_no_more_rows_are_filled_than_pages_can_hold() -> None:
    century = Interval(local(1926, 1, 1), local(2026, 1, 1))
    with pytest.raises(UserError) as caught:
        filled(rates((HOUR,), []), century, "Europe/Zagreb", LATER)
    assert caught.value.message == (
        "Hour has about 876,600 steps in the period; a table has at most 200,000 rows"
    )
    assert caught.value.hint is not None
    table = rates((DAY, COUNTRY), [(FIRST, f"c{n}", 1, 1) for n in range(9)])
    with pytest.raises(UserError, match="steps in the period for each of 9 groups; a table"):
        filled(table, century, "Europe/Zagreb", LATER)


def test_hours_are_filled_over_the_repeated_hour() -> None:
    night = Interval(local(2026, 10, 25), local(2026, 10, 25, 4))
    summer, winter = (
        datetime(2026, 10, 25, 2, tzinfo=timezone(timedelta(hours=hours))) for hours in (2, 1)
    )
    table = rates((HOUR,), [(summer, 3, 1), (winter, 4, 1)])
    full = ordered(filled(table, night, "Europe/Zagreb", LATER))
    assert [row[1] for row in full.rows] == [0, 0, 3, 4, 0]


def test_a_table_without_time_is_neither_filled_nor_aligned() -> None:
    table = rates((COUNTRY,), [("a", 1, 1)])
    assert filled(table, OCTOBER, "Europe/Zagreb", None) is table
    assert aligned(table, SEPTEMBER, OCTOBER, "Europe/Zagreb") is table


def test_steps_pair_first_with_first() -> None:
    october = rates((DAY, COUNTRY), [(date(2026, 10, n), "a", n, 0) for n in (1, 30, 31)])
    onto = aligned(october, OCTOBER, SEPTEMBER, "Europe/Zagreb")
    assert [row[:3] for row in onto.rows] == [
        (date(2026, 9, 1), "a", 1),
        (date(2026, 9, 30), "a", 30),
        (None, "a", 31),  # the 31st has no partner
    ]
    months = rates((MONTH,), [(date(2026, 9, 1), 5, 1)])
    assert aligned(months, SEPTEMBER, OCTOBER, "Europe/Zagreb").rows[0][0] == date(2026, 10, 1)


def test_crossed_rolls_up_what_has_no_place() -> None:
    table = rates(
        (COUNTRY, DIRECTION),
        [("a", "IN", 10, 9), ("a", "OUT", 1, 1), ("b", "IN", 10, 1), ("c", "IN", 30, 1)],
    )
    found = crossed(table, ["COUNTRY_NAME"], ["DIRECTION"], [("a",)], [("IN",)])
    assert found == {
        (("a",), ("IN",)): (10, 9, 0.9),
        (("a",), None): (1, 1, 1.0),
        (None, ("IN",)): (40, 2, 0.05),
    }


COUNTRIES = st.sampled_from(["a", "b", "c", "d", "e", None])
CELLS = st.integers(0, 50).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
TABLES = st.dictionaries(COUNTRIES, CELLS, max_size=6).map(
    lambda rows: rates((COUNTRY,), [(name, *cells) for name, cells in rows.items()])
)
KEYS = st.lists(
    st.builds(
        SortKey,
        st.sampled_from(["COUNTRY_NAME", "ATTEMPTED", "ANSWERED", "ANSWER_RATE"]),
        st.booleans(),
    ),
    max_size=3,
)


@given(table=TABLES, keys=KEYS, limit=st.integers(1, 7))
def test_shown_and_rest_are_the_whole(table: Table, keys: list[SortKey], limit: int) -> None:
    cut = split(table, leading(table, keys, limit))
    assert len(cut.shown.rows) == min(limit, len(table.rows))
    assert sorted(map(repr, cut.shown.rows + cut.rest.rows)) == sorted(map(repr, table.rows))
    (total,) = rolled(table, ()).rows
    (shown,), (rest,) = rolled(cut.shown, ()).rows, rolled(cut.rest, ()).rows
    assert shown[0] + rest[0] == total[0]
    assert shown[1] + rest[1] == total[1]
    assert total == rolled_up(table.columns, table.rows)
    assert total[2] == (total[1] / total[0] if total[0] else None)


@given(table=TABLES, keys=KEYS)
def test_order_loses_no_row_and_is_stable(table: Table, keys: list[SortKey]) -> None:
    once = ordered(table, keys)
    assert sorted(map(repr, once.rows)) == sorted(map(repr, table.rows))
    assert ordered(once, keys) == once
    assert ordered(table.with_rows(reversed(table.rows)), keys) == once


@given(
    days=st.lists(st.integers(1, 31), unique=True),
    through=st.none() | st.integers(-24, 40 * 24),
)
def test_filled_has_each_step_once_and_keeps_what_was_there(
    days: list[int], through: int | None
) -> None:
    table = rates((DAY,), [(date(2026, 10, day), day, 1) for day in days])
    end = None if through is None else OCTOBER.since + timedelta(hours=through)
    full = filled(table, OCTOBER, "Europe/Zagreb", end)
    assert sorted(full.values("DAY")) == [date(2026, 10, n) for n in range(1, 32)]
    assert set(table.rows) <= set(full.rows)
    assert rolled(full, ()).rows[0][1:] == rolled(table, ()).rows[0][1:] or not days
    assert filled(full, OCTOBER, "Europe/Zagreb", end) == full
