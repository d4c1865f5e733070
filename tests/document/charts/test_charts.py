"""Charts: places, series, comparison, caps, and what is said to those who do not see them."""

from datetime import date

import pytest
from handmade import (
    ATTEMPTED,
    CALLERS,
    COUNTRY,
    DAY,
    DIRECTION,
    MONTH,
    answer,
    asked,
    block_of,
    composed,
    count,
    dimension,
    edition,
    local,
    rates,
)

from reporter.data.answer import SectionAnswers
from reporter.data.table import Format, Table
from reporter.dates import Interval, PeriodName
from reporter.document.model import ChartBlock, NoticeBlock
from reporter.document.values import HeadRole
from reporter.errors import UserError
from reporter.spec.query import Order, QuerySpec, Top
from reporter.spec.sections import ChartSection


def section(
    *metrics: str,
    by: tuple[str, ...],
    order_by: tuple[Order, ...] = (),
    top: Top | None = None,
    **more: object,
) -> ChartSection:
    query = QuerySpec(metrics=metrics, aggregate_by=by, order_by=order_by, top=top)
    return ChartSection(**{"chart": "line", "query": query, **more})


def days(*rows: tuple[int, int, int], month: int = 10) -> Table:
    return rates((DAY,), [(date(2026, month, day), n, a) for day, n, a in rows])


def lines(block: ChartBlock) -> dict[str, list[str]]:
    return {series.label: [cell.text for cell in series.cells] for series in block.series}


def steps(block: ChartBlock) -> list[str]:
    return [cell.text for cell in block.steps]


def test_a_series_has_a_cell_for_every_day() -> None:
    block = block_of(
        section("ATTEMPTED", "ANSWERED", by=("DAY",), title="Calls per day"),
        asked(days((3, 20, 10), (1, 1000, 5))),
    )
    assert (block.name, block.title, block.kind) == ("calls-per-day", "Calls per day", "line")
    assert (block.axis.name, block.axis.label, block.axis.role) == (
        "DAY",
        "Day",
        HeadRole.DIMENSION,
    )
    assert steps(block)[:3] == ["1 Oct", "2 Oct", "3 Oct"]
    assert block.steps[0].value == date(2026, 10, 1)
    assert [(s.name, s.label, s.previous) for s in block.series] == [
        ("ATTEMPTED", "Attempted calls", False),
        ("ANSWERED", "Answered calls", False),
    ]
    assert lines(block)["Attempted calls"] == ["1,000", "0", "20", *["0"] * 28]
    assert block.timed
    assert not block.partial
    assert block.format is Format.INTEGER
    assert block.notes == ()


def test_an_axis_of_time_runs_with_time_whatever_the_order() -> None:
    by_count = (Order(metric="ATTEMPTED", direction="desc"),)
    block = block_of(section("ATTEMPTED", by=("DAY",), order_by=by_count), asked(days((3, 20, 10))))
    assert steps(block)[:3] == ["1 Oct", "2 Oct", "3 Oct"]


def test_the_summary_says_lowest_highest_and_last() -> None:
    october = [(day, 100 + day, 50) for day in range(1, 31)]
    block = block_of(section("ATTEMPTED", by=("DAY",)), asked(days(*october, (31, 104, 5))))
    assert block.summary == (
        "Attempted calls by Day: lowest 101 (1 Oct), highest 130 (30 Oct), last 104 (31 Oct)."
    )


def test_the_summary_of_nothing() -> None:
    empty = SectionAnswers(current=answer(days(), data_through=None))
    block = block_of(section("ATTEMPTED", by=("DAY",)), empty)
    assert block.summary == "Attempted calls by Day: no values."
    assert not block.partial


def test_the_comparison_is_drawn_on_the_same_steps() -> None:
    block = block_of(
        section("ATTEMPTED", by=("DAY",), compare=True),
        asked(days((1, 5, 1), (31, 7, 1)), days((1, 4, 1), (30, 6, 1), month=9)),
    )
    now, then = block.series
    assert (then.name, then.label, then.previous) == (
        "ATTEMPTED",
        "Attempted calls, September 2026",
        True,
    )
    assert [cell.text for cell in then.cells] == ["4", *["0"] * 28, "6", "–"]
    assert len(now.cells) == len(then.cells) == len(block.steps) == 31
    assert "September" not in block.summary
    assert block.notes == (
        ("Compared day by day, first with first: October 2026 has 31, September 2026 has 30."),
    )


def test_the_last_day_of_a_period_to_date_is_partial() -> None:
    interval = Interval(local(2026, 11, 1), local(2026, 11, 3, 14, 30))
    made = edition(
        section("ATTEMPTED", by=("DAY",)),
        interval=interval,
        period=PeriodName.MONTH_TO_DATE,
        comparison=None,
    )
    table = days((1, 5, 1), (2, 6, 1), (3, 2, 1), month=11)
    answers = SectionAnswers(current=answer(table, interval, data_through=interval.until))
    (block,) = composed(made, answers).blocks
    assert block.partial
    assert block.notes == ("Not complete in this report: 3 Nov 2026 is covered in part only.",)


def test_a_day_within_which_the_data_ends_is_partial() -> None:
    early = SectionAnswers(
        current=answer(days((1, 5, 1), (9, 3, 1)), data_through=local(2026, 10, 9, 12))
    )
    block = block_of(section("ATTEMPTED", by=("DAY",)), early)
    assert lines(block)["Attempted calls"][7:11] == ["0", "3", "–", "–"]
    assert block.partial
    complete = SectionAnswers(
        current=answer(days((1, 5, 1), (9, 3, 1)), data_through=local(2026, 10, 9, 23, 59))
    )
    assert not block_of(section("ATTEMPTED", by=("DAY",)), complete).partial


def test_bars_of_a_plain_dimension() -> None:
    table = rates((COUNTRY,), [("b", 20, 5), ("a", 10, 9), (None, 70, 7)])
    block = block_of(section("ATTEMPTED", by=("COUNTRY_NAME",), chart="bar"), asked(table))
    assert steps(block) == ["a", "b", "N/A"]
    assert lines(block) == {"Attempted calls": ["10", "20", "70"]}
    assert not block.timed
    assert block.title == "Attempted calls by Country"
    assert block.summary == "Attempted calls by Country: lowest 10 (a), highest 70 (N/A)."


@pytest.mark.parametrize(
    ("other", "places", "values", "note"),
    [
        (
            True,
            ["c", "b", "Other"],
            ["50.0%", "25.0%", "10.0%"],  # 10 of 100; wrong: the mean of 90% and 1 of 90
            "The first 2 of 4 groups; Other holds the other 2.",
        ),
        (
            False,
            ["c", "b"],
            ["50.0%", "25.0%"],
            "The first 2 of 4 groups; not shown are the other 2.",
        ),
    ],
)
def test_bars_of_the_first_groups(
    *, other: bool, places: list[str], values: list[str], note: str
) -> None:
    table = rates((COUNTRY,), [("a", 10, 9), ("b", 200, 50), ("c", 300, 150), ("d", 90, 1)])
    by_count = (Order(metric="ATTEMPTED", direction="desc"),)
    asks = section(
        "ANSWER_RATE",
        by=("COUNTRY_NAME",),
        order_by=by_count,
        top=Top(limit=2, other=other),
        chart="bar",
    )
    block = block_of(asks, asked(table))
    assert steps(block) == places
    assert lines(block) == {"Answer rate": values}
    assert block.notes == (note,)


def test_groups_without_an_order_stand_by_the_first_metric_where_cut() -> None:
    table = rates((COUNTRY,), [("a", 1, 1), ("b", 3, 1), ("c", 2, 1)])
    asks = section("ATTEMPTED", by=("COUNTRY_NAME",), top=Top(limit=2), chart="bar")
    assert steps(block_of(asks, asked(table))) == ["b", "c"]


def test_the_comparison_of_bars_is_by_group() -> None:
    now = rates((COUNTRY,), [("a", 10, 1), ("b", 20, 1), ("c", 5, 1)])
    then = rates((COUNTRY,), [("c", 50, 1), ("a", 1, 1), ("z", 9, 1)])
    asks = section(
        "ATTEMPTED",
        by=("COUNTRY_NAME",),
        top=Top(limit=2, other=True),
        compare=True,
        chart="bar",
    )
    block = block_of(asks, asked(now, then))
    assert steps(block) == ["b", "a", "Other"]
    assert lines(block) == {
        "Attempted calls": ["20", "10", "5"],
        "Attempted calls, September 2026": ["0", "1", "59"],
    }


def test_ranked_days_are_bars_like_any_others() -> None:
    asks = section("ATTEMPTED", by=("DAY",), top=Top(limit=2, other=True), chart="bar")
    block = block_of(asks, asked(days((1, 5, 1), (2, 50, 1), (3, 7, 1))))
    assert steps(block) == ["2 Oct 2026", "3 Oct 2026", "Other"]
    assert lines(block) == {"Attempted calls": ["50", "7", "5"]}
    assert not block.timed


def test_a_second_dimension_is_one_series_per_value() -> None:
    table = rates(
        (MONTH, DIRECTION),
        [(date(2026, 10, 1), "OUTBOUND", 10, 5), (date(2026, 10, 1), "INBOUND", 30, 3)],
    )
    by = ("MONTH", "DIRECTION")
    block = block_of(section("ATTEMPTED", by=by), asked(table))
    assert lines(block) == {"INBOUND": ["30"], "OUTBOUND": ["10"]}
    assert [s.name for s in block.series] == ["ATTEMPTED:INBOUND", "ATTEMPTED:OUTBOUND"]
    assert block.title == "Attempted calls by Month and Direction"
    block = block_of(section("ATTEMPTED", "ANSWERED", by=by), asked(table))
    assert list(lines(block)) == [
        "INBOUND, Attempted calls",
        "INBOUND, Answered calls",
        "OUTBOUND, Attempted calls",
        "OUTBOUND, Answered calls",
    ]


def test_time_is_the_axis_wherever_it_stands() -> None:
    table = rates((COUNTRY, MONTH), [("a", date(2026, 10, 1), 10, 5)])
    block = block_of(section("ATTEMPTED", by=("COUNTRY_NAME", "MONTH")), asked(table))
    assert (block.axis.name, steps(block), list(lines(block))) == ("MONTH", ["Oct 2026"], ["a"])


def test_two_plain_dimensions() -> None:
    table = rates(
        (COUNTRY, DIRECTION), [("a", "OUT", 10, 9), ("b", "IN", 20, 1), ("c", "IN", 5, 1)]
    )
    asks = section(
        "ATTEMPTED", "ANSWER_RATE", by=("COUNTRY_NAME", "DIRECTION"), top=Top(limit=1, other=True)
    )
    block = block_of(asks, asked(table))
    assert steps(block) == ["b", "Other"]
    assert lines(block) == {
        "IN, Attempted calls": ["20", "5"],
        "IN, Answer rate": ["5.0%", "20.0%"],
        "OUT, Attempted calls": ["0", "10"],  # b has no outgoing calls: none, not unknown
        "OUT, Answer rate": ["–", "90.0%"],
    }
    assert block.notes == (
        "The first 1 of 3 groups; Other holds the other 2.",
        "The metrics have different units; the axis is that of Attempted calls.",
    )


def test_three_dimensions_join_the_names_of_a_series() -> None:
    table = rates((MONTH, COUNTRY, DIRECTION), [(date(2026, 10, 1), "a", None, 10, 9)])
    block = block_of(section("ATTEMPTED", by=("MONTH", "COUNTRY_NAME", "DIRECTION")), asked(table))
    assert list(lines(block)) == ["a · N/A"]


def many(groups: int) -> Table:
    return rates(
        (MONTH, COUNTRY), [(date(2026, 10, 1), f"c{n:02}", 10 + n, n) for n in range(groups)]
    )


@pytest.mark.parametrize(
    ("groups", "top", "metrics", "names", "note"),
    [
        (8, None, 1, [f"c{n:02}" for n in range(8)], None),
        (
            9,
            None,
            1,
            [*(f"c{n:02}" for n in range(8, 1, -1)), "Other"],
            "The first 7 of 9 groups; Other holds the other 2.",
        ),
        (
            9,
            None,
            2,
            ["c08", "c07", "c06", "Other"],
            "The first 3 of 9 groups; Other holds the other 6.",
        ),
        (
            9,
            Top(limit=2, other=True),
            1,
            ["c08", "c07", "Other"],
            "The first 2 of 9 groups; Other holds the other 7.",
        ),
        (
            9,
            Top(limit=2),
            1,
            ["c08", "c07"],
            "The first 2 of 9 groups; not shown are the other 7.",
        ),
        (
            20,
            Top(limit=15),
            1,
            [f"c{n:02}" for n in range(19, 11, -1)],
            "The first 8 of 20 groups; not shown are the other 12.",
        ),
        (
            9,
            None,
            9,
            ["c08", "Other"],
            "The first 1 of 9 groups; Other holds the other 8.",
        ),
    ],
)
def test_no_more_series_than_can_be_told_apart(
    *, groups: int, top: Top | None, metrics: int, names: list[str], note: str | None
) -> None:
    wanted = tuple(f"M{n}" for n in range(metrics))
    base = many(groups)
    columns = tuple(count(name, name) for name in wanted)
    table = Table(
        (*base.dimensions, *columns), tuple((*row[:2], *[row[2]] * metrics) for row in base.rows)
    )
    block = block_of(section(*wanted, by=("MONTH", "COUNTRY_NAME"), top=top), asked(table))
    found = list(dict.fromkeys(label.split(", ")[0] for label in lines(block)))
    assert found == names
    assert block.notes == (() if note is None else (note,))


def test_the_rate_of_the_other_series_is_its_own() -> None:
    table = rates(
        (MONTH, COUNTRY),
        [
            (date(2026, 10, 1), name, n, a)
            for name, n, a in [("a", 100, 90), ("b", 10, 9), ("c", 90, 9)]
        ],
    )
    asks = section(
        "ANSWER_RATE",
        by=("MONTH", "COUNTRY_NAME"),
        order_by=(Order(metric="ATTEMPTED", direction="desc"),),
        top=Top(limit=1, other=True),
    )
    assert lines(block_of(asks, asked(table))) == {
        "a": ["90.0%"],
        "Other": ["18.0%"],  # 18 of 100; wrong: the mean of 90% and 10%, 50.0%
    }


def test_a_distinct_count_has_no_value_in_other() -> None:
    table = Table((MONTH, COUNTRY, CALLERS), tuple((date(2026, 10, 1), name, 5) for name in "abc"))
    asks = section("CALLERS", by=("MONTH", "COUNTRY_NAME"), top=Top(limit=1, other=True))
    block = block_of(asks, asked(table))
    assert lines(block) == {"a": ["5"], "Other": ["–"]}
    assert block.notes == (
        "The first 1 of 3 groups; Other holds the other 2.",
        "Different callers has no value in Other: it cannot be added up over groups.",
        "The groups are chosen by name: Different callers cannot be added up over time.",
    )


def test_unavailable_metrics_leave_the_chart_with_a_note() -> None:
    seized = count("SEIZED", "Seized calls", unavailable="there is no column ringing_at")
    table = Table((COUNTRY, ATTEMPTED, seized), (("a", 5, None),))
    by = ("COUNTRY_NAME",)
    block = block_of(section("ATTEMPTED", "SEIZED", by=by, chart="bar"), asked(table))
    assert list(lines(block)) == ["Attempted calls"]
    assert block.notes == ("Seized calls is not available: there is no column ringing_at.",)
    assert block_of(section("SEIZED", by=by, chart="bar"), asked(table)) == NoticeBlock(
        name="notice",
        title=None,
        text="Seized calls is not available: there is no column ringing_at.",
    )


def test_an_unavailable_dimension_is_a_notice() -> None:
    network = dimension("NETWORK_NAME", "Network", unavailable="there is no column network_name")
    table = Table((network, ATTEMPTED), ((None, 5),))
    block = block_of(section("ATTEMPTED", by=("NETWORK_NAME",), title="Networks"), asked(table))
    assert block == NoticeBlock(
        name="networks",
        title="Networks",
        text="Network is not available: there is no column network_name.",
    )


def test_a_chart_of_one_number_has_no_axis() -> None:
    with pytest.raises(UserError, match="the chart of ATTEMPTED has no axis"):
        block_of(section("ATTEMPTED", by=()), asked(rates((), [(1, 1)])))


def test_no_groups_is_an_empty_chart() -> None:
    block = block_of(
        section("ATTEMPTED", by=("COUNTRY_NAME",), chart="bar"), asked(rates((COUNTRY,), []))
    )
    assert steps(block) == []
    assert block.summary == "Attempted calls by Country: no values."
