"""Slices of answers, and the proof that they are the whole."""

from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.data.answer import Answer, Rejected, Rejections
from reporter.data.formula import parse, ratio
from reporter.data.slices import NotWhole, check_disjoint, check_whole, parted
from reporter.data.table import (
    AskAgain,
    Column,
    Derived,
    Greatest,
    Kind,
    Least,
    Role,
    RollUp,
    Row,
    Sum,
    Table,
)
from reporter.dates import Interval

OCTOBER: Final = Interval(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
NOVEMBER: Final = Interval(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))


def by(name: str, unavailable: str | None = None) -> Column:
    return Column(
        name=name, kind=Kind.TEXT, role=Role.DIMENSION, label=name, unavailable=unavailable
    )


def metric(
    name: str, roll_up: RollUp | None = None, kind: Kind = Kind.INTEGER, missing: str | None = None
) -> Column:
    return Column(
        name=name,
        kind=kind,
        role=Role.METRIC,
        label=name,
        roll_up=roll_up or Sum(),
        unavailable=missing,
    )


RATE: Final = metric("RATE", Derived(ratio("HITS", "ALL")), Kind.NUMBER)


def answer(columns: tuple[Column, ...], *rows: Row, interval: Interval = OCTOBER) -> Answer:
    return Answer(
        table=Table(columns, rows),
        interval=interval,
        data_through=OCTOBER.until,
        rejections=Rejections(1, (Rejected("calls.csv, row 7", "it is bad"),)),
        notices=("As it is.",),
    )


def test_a_slice_has_the_rows_of_its_value_without_the_column() -> None:
    columns = (by("A"), by("B"), metric("ALL"))
    parts = parted(answer(columns, ("x", "p", 1), ("y", "p", 2), ("x", None, 3)), "A", ["B", "ALL"])
    one = parts.slice_of("x")
    assert one.table == Table(columns[1:], (("p", 1), (None, 3)))
    assert one.rejections == Rejections()
    assert (one.interval, one.data_through, one.notices) == (
        OCTOBER,
        OCTOBER.until,
        ("As it is.",),
    )
    assert parts.slice_of("z").table.rows == ()


def test_a_section_that_groups_by_the_dimension_keeps_it() -> None:
    columns = (by("B"), by("A"), metric("ALL"))
    parts = parted(answer(columns, ("p", "x", 1), ("p", "y", 2)), "A", ["B", "A", "ALL"])
    assert parts.slice_of("y").table == Table(columns, (("p", "y", 2),))


def test_records_without_a_value_are_a_slice() -> None:
    parts = parted(answer((by("A"), metric("ALL")), (None, 4), ("N/A", 5)), "A", ["ALL"])
    assert parts.slice_of(None).table.rows == ((4,),)
    assert parts.slice_of("N/A").table.rows == ((5,),)


def test_without_dimensions_there_is_a_row_also_over_no_calls() -> None:
    metrics = (
        metric("ALL"),
        metric("HITS"),
        RATE,
        metric("SENDERS", AskAgain()),
        metric("LONGEST", Greatest(), Kind.NUMBER),
        metric("COST", missing="the source has no prices"),
        metric("LEAST", Least()),
        metric("MOST", Greatest()),
        metric("SPAN", Derived(parse("MOST - LEAST"))),
    )
    names = [column.name for column in metrics]
    said = answer((by("A"), *metrics), ("x", 4, 1, 0.25, 3, 7.5, None, 2, 9, 7))
    parts = parted(said, "A", names)
    assert parts.slice_of("x").table.rows == ((4, 1, 0.25, 3, 7.5, None, 2, 9, 7),)
    # A least of 0 would be a number that nothing has measured.
    assert parts.slice_of("y").table.rows == ((0, 0, None, 0, None, None, None, None, None),)


def test_what_else_was_asked_for_the_proof_is_not_in_a_slice() -> None:
    columns = (by("A"), metric("SENDERS", AskAgain()), metric("ALL"))
    parts = parted(answer(columns, ("x", 2, 9)), "A", ["SENDERS"])
    assert parts.slice_of("x").table == Table(columns[1:2], ((2,),))


values = st.sampled_from(("x", "y", None))
records = st.lists(st.tuples(values, values, st.integers(-5, 5)), max_size=20)


@given(records)
def test_what_is_parted_is_the_whole(calls: list[tuple[str | None, str | None, int]]) -> None:
    def told(*keys: int) -> tuple[Row, ...]:
        groups: dict[Row, int] = {}
        for call in calls:
            key = tuple(call[index] for index in keys)
            groups[key] = groups.get(key, 0) + call[2]
        return tuple((*key, total) for key, total in groups.items())

    parts = answer((by("A"), by("B"), metric("ALL")), *told(0, 1))
    check_disjoint(parts.table, "A")
    check_whole(parts, answer((by("B"), metric("ALL")), *told(1)), "A")
    check_whole(parts, answer((metric("ALL"),), (sum(call[2] for call in calls),)), "A")
    slices = parted(parts, "A", ["B", "ALL"])
    assert sorted(map(repr, told(0, 1))) == sorted(
        repr((value, *row)) for value in slices.rows for row in slices.slice_of(value).table.rows
    )


def _text(interval: Interval) -> str:
    return f"{interval.since.isoformat()} to {interval.until.isoformat()}"


PARTS: Final = answer((by("A"), by("B"), metric("ALL")), ("x", "p", 1), ("y", "p", 2))


@pytest.mark.parametrize(
    ("whole", "message"),
    [
        (
            answer((metric("ALL"),), (4,)),
            "ALL over all values of A is 3, and without it 4",
        ),
        (
            answer((by("B"), metric("ALL")), ("p", 3), (None, 1)),
            "ALL over all values of A is 0, and without it 1, B N/A",
        ),
        (
            answer((by("B"), metric("ALL")), ("q", 3)),
            "ALL over all values of A is 0, and without it 3, B q",
        ),
        (
            answer((metric("ALL"),), (3,), interval=NOVEMBER),
            f"it answered for {_text(OCTOBER)} by A, and for {_text(NOVEMBER)} without it",
        ),
    ],
)
def test_what_is_not_the_whole(whole: Answer, message: str) -> None:
    with pytest.raises(NotWhole) as wrong:
        check_whole(PARTS, whole, "A")
    assert str(wrong.value) == message


def test_two_rows_of_one_group() -> None:
    table = answer((by("A"), by("B"), metric("ALL")), ("x", None, 1), ("x", None, 1)).table
    with pytest.raises(NotWhole, match="the group A x, B N/A has two rows by A"):
        check_disjoint(table, "A")


def test_two_hours_that_are_one_instant() -> None:
    # The Chatham Islands change at a quarter to three: the hours before and after share a moment.
    hours = (
        datetime.fromisoformat("2026-09-27T02:00:00+12:45"),
        datetime.fromisoformat("2026-09-27T03:00:00+13:45"),
    )
    assert hours[0] == hours[1]
    hour = Column(name="HOUR", kind=Kind.DATE_TIME, role=Role.DIMENSION, label="Hour")
    columns = (hour, metric("ALL"))
    parts = answer((by("A"), *columns), ("x", hours[0], 2), ("x", hours[1], 3), ("y", hours[1], 4))
    check_disjoint(parts.table, "A")
    check_whole(parts, answer(columns, (hours[0], 2), (hours[1], 7)), "A")
    with pytest.raises(NotWhole, match="is 2, and without it 3, HOUR 2026-09-27T02:00"):
        check_whole(parts, answer(columns, (hours[0], 3), (hours[1], 6)), "A")


def test_fractions_may_differ_as_sums_in_another_order_do() -> None:
    cost = metric("COST", kind=Kind.NUMBER)
    parts = answer((by("A"), cost), ("x", 0.1), ("y", 0.2), ("z", 0.3))
    check_whole(parts, answer((cost,), (0.6000000000000001,)), "A")
    check_whole(answer((by("A"), cost)), answer((cost,), (0,)), "A")
    with pytest.raises(NotWhole, match=r"COST over all values of A is 0\.6, and without it 0\.601"):
        check_whole(parts, answer((cost,), (0.601,)), "A")


def test_only_what_adds_up_is_added_up() -> None:
    columns = (metric("SENDERS", AskAgain()), metric("GONE", missing="no column"), metric("ALL"))
    parts = answer((by("A"), *columns), ("x", 2, None, 1), ("y", 2, None, 1))
    whole = answer((*columns, metric("OF_ANOTHER_SECTION")), (3, None, 2, 9))
    check_whole(parts, whole, "A")


def test_what_cannot_be_grouped_proves_nothing() -> None:
    parts = answer((by("A"), by("B", "the source has no column for it"), metric("ALL")))
    check_whole(parts, answer((metric("ALL"),), (7,)), "A")
