"""Subtotals: where they stand, what rows and groups are ordered by, and laws on random numbers."""

from datetime import date

from handmade import (
    CALLERS,
    COUNTRY,
    DAY,
    DIRECTION,
    SEPTEMBER,
    answer,
    asked,
    block_of,
    dimension,
    local,
    rates,
    texts,
)
from hypothesis import given
from hypothesis import strategies as st

from reporter.data.answer import SectionAnswers
from reporter.data.table import Table
from reporter.dates import Interval
from reporter.document.model import TableBlock
from reporter.document.values import RowKind
from reporter.spec.query import Order, QuerySpec
from reporter.spec.sections import Pivot, TableSection

NETWORK = dimension("NETWORK_NAME", "Network")
DESCENDING = (Order(metric="ATTEMPTED", direction="desc"),)
ROWS = [
    ("Austria", "Alpha", 60, 30),
    ("Austria", "Beta", 5, 5),
    ("Croatia", "Delta", 40, 10),
    ("Croatia", "Gamma", 50, 40),
]


def section(
    *metrics: str,
    by: tuple[str, ...] = ("COUNTRY_NAME", "NETWORK_NAME"),
    order_by: tuple[Order, ...] = (),
    **more: object,
) -> TableSection:
    query = QuerySpec(metrics=metrics, aggregate_by=by, order_by=order_by)
    return TableSection(query=query, subtotals=True, **more)


def test_each_group_ends_with_what_it_is_together() -> None:
    block = block_of(
        section("ATTEMPTED", "ANSWER_RATE", totals=True), asked(rates((COUNTRY, NETWORK), ROWS))
    )
    assert texts(block) == [
        ["Austria", "Alpha", "60", "50.0%"],
        ["Austria", "Beta", "5", "100.0%"],
        ["Austria", "Subtotal", "65", "53.8%"],  # wrong: 75.0%
        ["Croatia", "Delta", "40", "25.0%"],
        ["Croatia", "Gamma", "50", "80.0%"],
        ["Croatia", "Subtotal", "90", "55.6%"],  # wrong: 52.5%
        ["Total", "", "155", "54.8%"],
    ]
    assert [row.level for row in block.rows] == [0, 0, 1, 0, 0, 1, 0]
    assert block.rows[2].cells[0].value == "Austria"
    assert block.rows[2].cells[1].value is None


def test_groups_stand_by_their_subtotal_and_rows_within_them() -> None:
    block = block_of(
        section("ATTEMPTED", order_by=DESCENDING), asked(rates((COUNTRY, NETWORK), ROWS))
    )
    assert [row[:2] for row in texts(block)] == [
        ["Croatia", "Gamma"],  # 90 in all, though Alpha alone is more than each
        ["Croatia", "Delta"],
        ["Croatia", "Subtotal"],
        ["Austria", "Alpha"],
        ["Austria", "Beta"],
        ["Austria", "Subtotal"],
    ]


def test_steps_of_time_stay_in_their_order() -> None:
    table = rates(
        (DAY, COUNTRY),
        [
            (date(2026, 10, 1), "a", 1, 1),
            (date(2026, 10, 1), "b", 5, 1),
            (date(2026, 10, 2), "a", 90, 1),
        ],
    )
    asks = section("ATTEMPTED", by=("DAY", "COUNTRY_NAME"), order_by=DESCENDING)
    assert texts(block_of(asks, asked(table)))[:6] == [
        ["1 Oct 2026", "b", "5"],
        ["1 Oct 2026", "a", "1"],
        ["1 Oct 2026", "Subtotal", "6"],
        ["2 Oct 2026", "a", "90"],
        ["2 Oct 2026", "b", "0"],
        ["2 Oct 2026", "Subtotal", "90"],
    ]
    latest = (Order(dimension="DAY", direction="desc"),)
    asks = section("ATTEMPTED", by=("DAY", "COUNTRY_NAME"), order_by=latest)
    assert texts(block_of(asks, asked(table)))[0][0] == "31 Oct 2026"


def test_three_dimensions_have_two_levels() -> None:
    rows = [
        ("Austria", "Alpha", "IN", 1, 1),
        ("Austria", "Alpha", "OUT", 2, 1),
        ("Austria", "Beta", "OUT", 3, 1),
        (None, "Beta", "OUT", 4, 1),
    ]
    asks = section("ATTEMPTED", by=("COUNTRY_NAME", "NETWORK_NAME", "DIRECTION"))
    block = block_of(asks, asked(rates((COUNTRY, NETWORK, DIRECTION), rows)))
    assert [(row.kind.value, row.level) for row in block.rows] == [
        *(("body", 0), ("body", 0), ("subtotal", 2)),
        *(("body", 0), ("subtotal", 2), ("subtotal", 1)),
        *(("body", 0), ("subtotal", 2), ("subtotal", 1)),
    ]
    assert texts(block)[2] == ["Austria", "Alpha", "Subtotal", "3"]
    assert texts(block)[5] == ["Austria", "Subtotal", "", "6"]
    assert texts(block)[8] == ["N/A", "Subtotal", "", "4"]


def test_subtotals_are_compared_too() -> None:
    now = rates((COUNTRY, NETWORK), ROWS)
    then = rates((COUNTRY, NETWORK), [("Austria", "Alpha", 20, 5), ("Malta", "Beta", 10, 1)])
    block = block_of(section("ATTEMPTED", compare=True, totals=True), asked(now, then))
    found = {tuple(row[:2]): row[2:] for row in texts(block)}
    assert found["Austria", "Subtotal"] == ["65", "20", "+225.0%"]
    assert found["Croatia", "Subtotal"] == ["90", "0", "–"]
    assert found["Malta", "Subtotal"] == ["0", "10", "-100.0%"]
    assert found["Total", ""] == ["155", "30", "+416.7%"]


def test_a_subtotal_over_time_is_compared_with_all_of_the_other_period() -> None:
    now = rates((COUNTRY, DAY), [("a", date(2026, 9, 1), 5, 1)])
    then = rates((COUNTRY, DAY), [("a", date(2026, 8, 1), 2, 1), ("a", date(2026, 8, 31), 7, 1)])
    august = Interval(local(2026, 8, 1), local(2026, 9, 1))
    answers = SectionAnswers(current=answer(now, SEPTEMBER), previous=answer(then, august))
    asks = section("ATTEMPTED", by=("COUNTRY_NAME", "DAY"), compare=True, totals=True)
    block = block_of(asks, answers, interval=SEPTEMBER, comparison=august)
    assert texts(block)[-2:] == [  # wrong: 2, without 31 August, which has no partner
        ["a", "Subtotal", "5", "9", "-44.4%"],
        ["Total", "", "5", "9", "-44.4%"],
    ]


def test_a_distinct_count_is_asked_for_each_subtotal() -> None:
    table = Table((COUNTRY, NETWORK, CALLERS), (("a", "x", 5), ("a", "y", 5), ("b", "x", 3)))
    level = answer(Table((COUNTRY, CALLERS), (("b", 3), ("a", 7))))
    order = (Order(metric="CALLERS", direction="desc"),)
    asks = section("CALLERS", order_by=order)
    block = block_of(asks, SectionAnswers(current=answer(table), levels=(level,)))
    assert texts(block) == [
        ["a", "x", "5"],
        ["a", "y", "5"],
        ["a", "Subtotal", "7"],
        ["b", "x", "3"],
        ["b", "Subtotal", "3"],
    ]
    alone = block_of(asks, SectionAnswers(current=answer(table)))
    assert texts(alone)[2] == ["a", "Subtotal", "–"]
    assert "cannot be added up" in alone.notes[0]


def test_a_group_that_only_the_other_period_has_counts_0_at_every_level() -> None:
    now = Table((COUNTRY, NETWORK, CALLERS), (("a", "x", 5),))
    then = Table((COUNTRY, NETWORK, CALLERS), (("b", "x", 3),))
    answers = SectionAnswers(
        current=answer(now),
        previous=answer(then, SEPTEMBER),
        levels=(answer(Table((COUNTRY, CALLERS), (("a", 5),))),),
        previous_levels=(answer(Table((COUNTRY, CALLERS), (("b", 3),)), SEPTEMBER),),
    )
    found = texts(block_of(section("CALLERS", compare=True), answers))
    assert found[1] == ["a", "Subtotal", "5", "0", "–"]
    assert found[3] == ["b", "Subtotal", "0", "3", "-100.0%"]


def test_subtotals_of_a_pivot() -> None:
    rows = [(*row[:2], "IN" if n % 2 else "OUT", *row[2:]) for n, row in enumerate(ROWS)]
    table = rates((COUNTRY, NETWORK, DIRECTION), rows)
    asks = section(
        "ATTEMPTED",
        by=("COUNTRY_NAME", "DIRECTION", "NETWORK_NAME"),
        pivot=Pivot(by="DIRECTION"),
        totals=True,
    )
    assert texts(block_of(asks, asked(table))) == [
        ["Austria", "Alpha", "0", "60", "60"],
        ["Austria", "Beta", "5", "0", "5"],
        ["Austria", "Subtotal", "5", "60", "65"],
        ["Croatia", "Delta", "0", "40", "40"],
        ["Croatia", "Gamma", "50", "0", "50"],
        ["Croatia", "Subtotal", "50", "40", "90"],
        ["Total", "", "55", "100", "155"],
    ]


# Laws

COUNTS = st.integers(0, 40)
TABLES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from(("IN", None))),
    st.tuples(COUNTS, COUNTS).map(lambda two: (max(two), min(two))),
    min_size=1,
    max_size=18,
)
ORDERS = st.sampled_from(
    (
        (),
        DESCENDING,
        (Order(metric="ANSWER_RATE"), Order(dimension="NETWORK_NAME", direction="desc")),
    )
)


@given(TABLES, ORDERS)
def test_subtotals_are_of_the_rows_above_them_and_add_up_to_the_total(
    found: dict[tuple[str, str, str | None], tuple[int, int]], order_by: tuple[Order, ...]
) -> None:
    table = rates((COUNTRY, NETWORK, DIRECTION), [(*k, *v) for k, v in found.items()])
    names = ("COUNTRY_NAME", "NETWORK_NAME", "DIRECTION")
    metrics = ("ATTEMPTED", "ANSWERED", "ANSWER_RATE")
    block = block_of(section(*metrics, by=names, order_by=order_by, totals=True), asked(table))
    assert isinstance(block, TableBlock)
    assert sum(row.kind is RowKind.BODY for row in block.rows) == len(found)
    sums = {level: [0, 0] for level in (0, 1, 2)}  # since the last subtotal of the level
    of_level = {1: [0, 0], 2: [0, 0]}
    for row in block.rows:
        attempted, answered, rate = (cell.value for cell in row.cells[3:])
        assert isinstance(attempted, int)
        assert isinstance(answered, int)
        assert rate == (answered / attempted if attempted else None)
        if row.kind is RowKind.BODY:
            for each in sums.values():
                each[0] += attempted
                each[1] += answered
        elif row.kind is RowKind.SUBTOTAL:
            assert [attempted, answered] == sums[row.level]
            sums[row.level] = [0, 0]
            of_level[row.level][0] += attempted
            of_level[row.level][1] += answered
        else:
            assert [attempted, answered] == sums[0] == of_level[1] == of_level[2]
