from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from reporter.data.formula import Number, parse, ratio
from reporter.data.rollup import rolled_up, with_derived
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
)


def metric(name: str, roll_up: RollUp, kind: Kind = Kind.INTEGER) -> Column:
    return Column(name=name, kind=kind, role=Role.METRIC, label=name, roll_up=roll_up)


COUNTRY = Column(name="COUNTRY", kind=Kind.TEXT, role=Role.DIMENSION, label="Country")
ANSWERED = metric("ANSWERED", Sum())
ATTEMPTED = metric("ATTEMPTED", Sum())
RATE = metric("RATE", Derived(ratio("ANSWERED", "ATTEMPTED")), Kind.NUMBER)
TWICE = metric("TWICE", Derived(parse("RATE * 2")), Kind.NUMBER)
COLUMNS = (COUNTRY, TWICE, RATE, ANSWERED, ATTEMPTED)


def row(country: str | None, answered: int | None, attempted: int | None) -> Row:
    return with_derived(COLUMNS, (country, None, None, answered, attempted))


def test_a_ratio_is_neither_summed_nor_averaged() -> None:
    rows = [row("Croatia", 90, 100), row("Greece", 100, 1000)]
    assert [r[2] for r in rows] == [0.9, 0.1]
    twice, rate, answered, attempted = rolled_up(COLUMNS, rows)
    assert (answered, attempted) == (190, 1100)
    assert rate == 190 / 1100  # 0.1727; the sum would be 1.0, the mean 0.5
    assert twice == 2 * (190 / 1100)


def test_a_derived_metric_may_stand_before_its_operands() -> None:
    assert row("Croatia", 1, 2) == ("Croatia", 1.0, 0.5, 1, 2)


def test_no_rows_count_nothing_and_have_no_ratio() -> None:
    assert rolled_up(COLUMNS, []) == (None, None, 0, 0)


def test_a_measure_without_any_value_has_none_in_the_whole() -> None:
    rows = [row("Croatia", None, 1), row("Greece", None, 2)]
    assert rolled_up(COLUMNS, rows) == (None, None, None, 3)


def test_a_sum_of_fractions_does_not_depend_on_the_order_of_the_rows() -> None:
    cost = (COUNTRY, metric("COST", Sum(), Kind.NUMBER))
    parts = (123456.789, 123456.789, 0.1, 0.2, 0.3, 1e-9, -0.5, 5)
    rows: list[Row] = [("a", part) for part in parts]
    assert {rolled_up(cost, order) for order in permutations(rows, 8)} == {(246918.678000001,)}


def test_steps_without_value_do_not_count() -> None:
    assert rolled_up(COLUMNS, [row("a", 1, 4), row("b", None, None)])[2:] == (1, 4)


def test_extremes_and_what_only_the_source_can_tell() -> None:
    columns = (
        COUNTRY,
        metric("LEAST", Least()),
        metric("MOST", Greatest()),
        metric("CALLERS", AskAgain()),
        metric("PER_CALLER", Derived(parse("MOST / CALLERS")), Kind.NUMBER),
    )
    rows: list[Row] = [("a", 3, 7, 2, 3.5), ("b", None, 9, 2, 4.5)]
    assert rolled_up(columns, rows) == (3, 9, None, None)
    assert rolled_up(columns, []) == (None, None, None, None)


counts = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=12)


@given(counts, st.data())
def test_rolling_up_in_two_steps_is_rolling_up_at_once(
    pairs: list[tuple[int, int]], data: st.DataObject
) -> None:
    rows = [row(str(i), answered, answered + extra) for i, (answered, extra) in enumerate(pairs)]
    cut = data.draw(st.integers(0, len(rows)))
    parts = [rolled_up(COLUMNS, part) for part in (rows[:cut], rows[cut:])]
    whole = rolled_up(COLUMNS, [("part", *part) for part in parts])
    assert whole == rolled_up(COLUMNS, rows)
    rate: Number | None = whole[1]
    assert rate is None or 0 <= rate <= 1


def test_rows_without_any_value_have_none_together() -> None:
    columns = (metric("CALLS", Sum()), metric("ONE", Derived(parse("1"))))
    assert rolled_up(columns, [(None, None), (None, None)]) == (None, None)
    assert rolled_up(columns, [(None, None), (2, 1)]) == (2, 1)
    assert rolled_up(columns, []) == (0, 1)
