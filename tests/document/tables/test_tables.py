"""Tables: heads, rows, comparison columns, shades and bars, notes."""

from datetime import date

import pytest
from handmade import (
    ANSWERED,
    ATTEMPTED,
    BUSY,
    CALLERS,
    COUNTRY,
    DAY,
    MONTH,
    OCTOBER,
    PER_CALLER,
    RATE,
    SEPTEMBER,
    WEEK,
    answer,
    asked,
    block_of,
    count,
    dimension,
    local,
    rates,
    texts,
)

from reporter.data.answer import SectionAnswers
from reporter.data.table import Format, Goal, Kind, Member, Table
from reporter.dates import Interval
from reporter.document.model import NoticeBlock, TableBlock
from reporter.document.values import HeadRole, RowKind
from reporter.spec.query import Order, QuerySpec, Top
from reporter.spec.sections import ConditionalFormat, TableSection

NBSP = "\N{NO-BREAK SPACE}"
ROWS = [("Germany", 100, 90), ("Croatia", 50, 20), (None, 10, 1), ("Malta", 50, 25)]
FEW = "~ a ratio over fewer than 30: too few to mean much."
DESCENDING = (Order(metric="ATTEMPTED", direction="desc"),)


def section(
    *metrics: str,
    by: tuple[str, ...] = ("COUNTRY_NAME",),
    order_by: tuple[Order, ...] = (),
    top: Top | None = None,
    **more: object,
) -> TableSection:
    return TableSection(
        query=QuerySpec(metrics=metrics, aggregate_by=by, order_by=order_by, top=top), **more
    )


def test_only_what_the_section_asks_for_in_its_order() -> None:
    block = block_of(section("ANSWER_RATE", "ATTEMPTED"), asked(rates((COUNTRY,), ROWS)))
    assert [head.name for head in block.heads] == ["COUNTRY_NAME", "ANSWER_RATE", "ATTEMPTED"]
    assert texts(block) == [
        ["Croatia", "40.0%", "50"],
        ["Germany", "90.0%", "100"],
        ["Malta", "50.0%", "50"],
        ["N/A", "10.0%", "10"],
    ]
    assert block.title == "Answer rate and more by Country"
    assert block.notes == (FEW,)  # N/A: 10 calls


def test_rows_stand_as_ordered() -> None:
    block = block_of(section("ATTEMPTED", order_by=DESCENDING), asked(rates((COUNTRY,), ROWS)))
    assert texts(block) == [["Germany", "100"], ["Croatia", "50"], ["Malta", "50"], ["N/A", "10"]]
    by_name = (Order(dimension="COUNTRY_NAME", direction="desc"),)
    block = block_of(section("ATTEMPTED", order_by=by_name), asked(rates((COUNTRY,), ROWS)))
    assert [row[0] for row in texts(block)] == ["Malta", "Germany", "Croatia", "N/A"]


def test_an_order_by_a_dimension_that_was_not_answered_orders_nothing() -> None:
    by_month = (Order(dimension="MONTH", direction="desc"), *DESCENDING)
    block = block_of(section("ATTEMPTED", order_by=by_month), asked(rates((COUNTRY,), ROWS)))
    assert texts(block)[0] == ["Germany", "100"]


def test_heads_of_a_comparison() -> None:
    table = Table((COUNTRY, ATTEMPTED, ANSWERED, RATE, BUSY), ())
    block = block_of(section("ANSWER_RATE", "BUSY", compare=True), asked(table, table))
    assert [(h.label, h.role, h.kind, h.format, h.goal) for h in block.heads] == [
        ("Country", HeadRole.DIMENSION, Kind.TEXT, None, Goal.NEUTRAL),
        ("Answer rate", HeadRole.METRIC, Kind.NUMBER, Format.PERCENT, Goal.UP),
        ("Answer rate, September 2026", HeadRole.PREVIOUS, Kind.NUMBER, Format.PERCENT, Goal.UP),
        ("Answer rate, change", HeadRole.DIFFERENCE, Kind.NUMBER, Format.PERCENT, Goal.UP),
        ("Busy calls", HeadRole.METRIC, Kind.INTEGER, Format.INTEGER, Goal.DOWN),
        ("Busy calls, September 2026", HeadRole.PREVIOUS, Kind.INTEGER, Format.INTEGER, Goal.DOWN),
        ("Busy calls, change", HeadRole.CHANGE, Kind.NUMBER, Format.PERCENT, Goal.DOWN),
    ]


def test_groups_of_either_period_are_compared() -> None:
    now = rates((COUNTRY,), [("Germany", 100, 90), ("Croatia", 50, 20)])
    then = rates((COUNTRY,), [("Italy", 40, 10), ("Germany", 80, 60)])
    block = block_of(section("ATTEMPTED", "ANSWER_RATE", compare=True), asked(now, then))
    assert texts(block) == [
        ["Croatia", "50", "0", "–", "40.0%", "–", "–"],  # nothing before to relate to
        ["Germany", "100", "80", "+25.0%", "90.0%", "75.0%", f"+15.0{NBSP}pp"],
        ["Italy", "0", "40", "-100.0%", "–", "25.0%", "–"],  # gone: the news of the month
    ]
    assert [cell.tone.value for cell in block.rows[1].cells][3::3] == ["neutral", "good"]


def test_no_comparison_columns_without_a_comparison() -> None:
    rows = rates((COUNTRY,), ROWS)
    assert len(block_of(section("ATTEMPTED", compare=True), asked(rows)).heads) == 2
    block = block_of(section("ATTEMPTED", compare=True), asked(rows, rows), comparison=None)
    assert len(block.heads) == 2


@pytest.mark.parametrize(
    ("top", "totals", "rows", "note"),
    [
        (
            Top(limit=2),
            False,
            ["Germany", "Croatia"],
            "The first 2 of 4 groups; not shown are the other 2.",
        ),
        (
            Top(limit=2),
            True,
            ["Germany", "Croatia", "Total"],
            "The first 2 of 4 groups; not shown are the other 2. The total is over all 4.",
        ),
        (
            Top(limit=3, other=True),
            True,
            ["Germany", "Croatia", "Malta", "Other", "Total"],
            "The first 3 of 4 groups; Other holds the other 1.",
        ),
        (Top(limit=4, other=True), False, ["Germany", "Croatia", "Malta", "N/A"], None),
    ],
)
def test_a_cut_never_goes_unsaid(
    *, top: Top, totals: bool, rows: list[str], note: str | None
) -> None:
    block = block_of(section("ATTEMPTED", top=top, totals=totals), asked(rates((COUNTRY,), ROWS)))
    assert [row[0] for row in texts(block)] == rows
    assert block.notes == (() if note is None else (note,))
    if totals:
        assert texts(block)[-1] == ["Total", "210"]


def test_the_cut_is_by_the_first_key_and_the_rows_stand_by_it() -> None:
    lowest = (Order(metric="ANSWER_RATE"),)
    block = block_of(
        section("ATTEMPTED", "ANSWER_RATE", order_by=lowest, top=Top(limit=2, other=True)),
        asked(rates((COUNTRY,), ROWS)),
    )
    assert texts(block) == [
        ["N/A", "10", "10.0%"],
        ["Croatia", "50", "40.0%"],
        ["Other", "150", "76.7%"],  # 115 of 150; wrong: the mean of 90% and 50%, 70.0%
    ]


def test_top_steps_of_a_table_by_time() -> None:
    days = rates((DAY,), [(date(2026, 10, n), n, n) for n in range(1, 32)])
    block = block_of(section("ATTEMPTED", by=("DAY",), top=Top(limit=2, other=True)), asked(days))
    assert texts(block) == [["30 Oct 2026", "30"], ["31 Oct 2026", "31"], ["Other", "435"]]


def test_other_of_steps_holds_the_comparisons_steps_without_partner() -> None:
    now = rates((DAY,), [(date(2026, 9, 2), 5, 1), (date(2026, 9, 3), 4, 1)])
    then = rates((DAY,), [(date(2026, 8, n), 1, 1) for n in (2, 3, 31)])
    september = Interval(local(2026, 9, 1), local(2026, 10, 1))
    august = Interval(local(2026, 8, 1), local(2026, 9, 1))
    top = Top(limit=1, other=True)
    asks = section("ATTEMPTED", by=("DAY",), top=top, compare=True, totals=True)
    answers = SectionAnswers(current=answer(now, september), previous=answer(then, august))
    block = block_of(asks, answers, interval=september, comparison=august)
    assert texts(block) == [
        ["2 Sept 2026", "5", "1", "+400.0%"],
        ["Other", "4", "2", "+100.0%"],  # wrong: 1, without 31 August, and then not 3 in all
        ["Total", "9", "3", "+200.0%"],
    ]


def test_a_distinct_count_has_a_total_only_where_it_was_asked() -> None:
    columns = (COUNTRY, ATTEMPTED, CALLERS, PER_CALLER)
    table = Table(columns, (("a", 10, 5, 2.0), ("b", 20, 5, 4.0), ("c", 1, 1, 1.0)))
    asks = section("CALLERS", "PER_CALLER", top=Top(limit=1, other=True), totals=True)
    total = answer(Table((ATTEMPTED, CALLERS, PER_CALLER), ((31, 7, 31 / 7),)))
    block = block_of(asks, SectionAnswers(current=answer(table), levels=(total,)))
    assert texts(block) == [["a", "5", "2.00"], ["Other", "–", "–"], ["Total", "7", "4.43"]]
    assert block.notes == (
        "The first 1 of 3 groups; Other holds the other 2.",
        (
            "Different callers cannot be added up over groups: it has a value of its own at each"
            " level."
        ),
        "Calls per caller cannot be added up over groups: it has a value of its own at each level.",
    )


def test_totals_of_both_periods_are_asked_at_their_own_level() -> None:
    table = Table((COUNTRY, CALLERS), (("a", 5), ("b", 5)))
    whole = Table((CALLERS,), ((7,),))
    answers = SectionAnswers(
        current=answer(table),
        previous=answer(table, SEPTEMBER),
        levels=(answer(whole),),
        previous_levels=(answer(Table((CALLERS,), ((14,),)), SEPTEMBER),),
    )
    block = block_of(section("CALLERS", compare=True, totals=True), answers)
    assert texts(block)[-1] == ["Total", "7", "14", "-50.0%"]
    assert block.notes == ()


def test_a_total_of_another_time_than_the_rows_is_not_theirs() -> None:
    """A source that tells of whole days up to one end, and of everything up to another."""
    table = Table((COUNTRY, ATTEMPTED, CALLERS), (("a", 10, 5), ("b", 20, 5)))
    longer = answer(Table((ATTEMPTED, CALLERS), ((99, 77),)))
    short = Interval(OCTOBER.since, local(2026, 10, 20))
    answers = SectionAnswers(
        current=answer(table, short, data_through=short.until),
        previous=answer(table, SEPTEMBER),
        levels=(longer,),
        previous_levels=(answer(longer.table, short),),
    )
    asks = section("ATTEMPTED", "CALLERS", compare=True, totals=True)
    assert texts(block_of(asks, answers))[-1] == ["Total", "30", "30", "0.0%", "–", "–", "–"]
    alone = block_of(section("ATTEMPTED", "CALLERS", totals=True), answers)
    assert texts(alone)[-1] == ["Total", "30", "–"]
    assert alone.notes == (
        (
            "Different callers cannot be added up over groups: it has a value of its own at each"
            " level."
        ),
    )


def test_a_table_of_one_row_has_no_total() -> None:
    block = block_of(section("ATTEMPTED", by=(), totals=True), asked(rates((), [(5, 1)])))
    assert texts(block) == [["5"]]
    assert block.title == "Attempted calls"


def test_shades_and_bars_are_of_the_body() -> None:
    formats = (
        ConditionalFormat(metric="ANSWER_RATE", type="colorScale"),
        ConditionalFormat(metric="ATTEMPTED", type="dataBar"),
        ConditionalFormat(metric="ATTEMPTED", type="colorScale"),
        ConditionalFormat(metric="BUSY", type="dataBar"),  # not in this table
    )
    rows = [("a", 100, 90), ("b", 50, 25), ("c", 0, 0), ("d", 10, 1)]
    block = block_of(
        section(
            "ATTEMPTED",
            "ANSWER_RATE",
            order_by=DESCENDING,
            top=Top(limit=3, other=True),
            totals=True,
            conditional_formats=formats,
        ),
        asked(rates((COUNTRY,), [*rows, ("e", 1, 1)])),
    )
    body = [row for row in block.rows if row.kind is RowKind.BODY]
    assert [row.cells[1].bar for row in body] == [1.0, 0.5, 0.1]
    assert [row.cells[1].shade for row in body] == [1.0, 40 / 90, 0.0]
    assert [row.cells[2].shade for row in body] == [1.0, 0.5, 0.0]
    assert [row.cells[2].bar for row in body] == [None, None, None]
    for row in block.rows[3:]:
        assert {cell.bar for cell in row.cells} == {cell.shade for cell in row.cells} == {None}


def test_equal_values_are_half_way_and_no_value_has_no_shade() -> None:
    formats = (
        ConditionalFormat(metric="ANSWER_RATE", type="colorScale"),
        ConditionalFormat(metric="ANSWERED", type="dataBar"),
    )
    rows = [("a", 10, 0), ("b", 20, 0), ("c", 0, 0)]
    block = block_of(
        section("ANSWER_RATE", "ANSWERED", conditional_formats=formats),
        asked(rates((COUNTRY,), rows)),
    )
    assert [row.cells[1].shade for row in block.rows] == [0.5, 0.5, None]
    assert [row.cells[2].bar for row in block.rows] == [0.0, 0.0, 0.0]


def test_an_empty_column_has_no_scale() -> None:
    formats = (ConditionalFormat(metric="ANSWER_RATE", type="colorScale"),)
    block = block_of(
        section("ANSWER_RATE", conditional_formats=formats),
        asked(rates((COUNTRY,), [("a", 0, 0)])),
    )
    assert block.rows[0].cells[1].shade is None


def test_bars_of_losses_are_empty() -> None:
    formats = (ConditionalFormat(metric="ATTEMPTED", type="dataBar"),)
    table = Table((COUNTRY, ATTEMPTED), (("a", -5), ("b", 10)))
    block = block_of(section("ATTEMPTED", conditional_formats=formats), asked(table))
    assert [row.cells[1].bar for row in block.rows] == [0.0, 1.0]


def test_every_day_has_a_row_and_days_pair_first_with_first() -> None:
    now = rates((DAY,), [(date(2026, 10, 1), 4, 1), (date(2026, 10, 31), 6, 3)])
    then = rates((DAY,), [(date(2026, 9, 1), 2, 1), (date(2026, 9, 30), 1, 1)])
    block = block_of(section("ATTEMPTED", by=("DAY",), compare=True), asked(now, then))
    found = texts(block)
    assert len(found) == 31
    assert found[0] == ["1 Oct 2026", "4", "2", "+100.0%"]
    assert found[29] == ["30 Oct 2026", "0", "1", "-100.0%"]
    assert found[30] == ["31 Oct 2026", "6", "–", "–"]  # September has no 31st day
    assert block.notes == (
        ("Compared day by day, first with first: October 2026 has 31, September 2026 has 30."),
    )


def test_steps_that_are_covered_in_part_are_named() -> None:
    weeks = rates((WEEK,), [(date(2026, 9, 28), 4, 1)])
    block = block_of(section("ATTEMPTED", by=("WEEK_MONDAY_START",)), asked(weeks))
    assert [row[0] for row in texts(block)] == [
        "Week of 28 Sept 2026",
        "Week of 5 Oct 2026",
        "Week of 12 Oct 2026",
        "Week of 19 Oct 2026",
        "Week of 26 Oct 2026",
    ]
    assert block.notes == (
        (
            "Not complete in this report: Week of 28 Sept 2026 and Week of 26 Oct 2026 are"
            " covered in part only."
        ),
    )


def test_a_day_within_which_the_data_ends_is_named() -> None:
    days = rates((DAY,), [(date(2026, 10, 1), 4, 1)])
    early = SectionAnswers(current=answer(days, data_through=local(2026, 10, 9, 18)))
    block = block_of(section("ATTEMPTED", by=("DAY",)), early)
    assert texts(block)[8:10] == [["9 Oct 2026", "0"], ["10 Oct 2026", "–"]]
    assert block.notes == ("Not complete in this report: 9 Oct 2026 is covered in part only.",)
    late = SectionAnswers(current=answer(days, data_through=local(2026, 10, 9, 23, 59, 30)))
    assert block_of(section("ATTEMPTED", by=("DAY",)), late).notes == ()  # the day's last call


def test_groups_over_time_that_cannot_be_ranked() -> None:
    table = Table(
        (DAY, COUNTRY, CALLERS), ((date(2026, 10, 1), "a", 1), (date(2026, 10, 1), "b", 5))
    )
    block = block_of(section("CALLERS", by=("DAY", "COUNTRY_NAME"), top=Top(limit=1)), asked(table))
    assert block.notes == (
        "The first 1 of 2 groups; not shown are the other 1.",
        "The groups are chosen by name: Different callers cannot be added up over time.",
    )


def test_groups_over_time_ranked_by_name_or_by_a_sum() -> None:
    table = rates((DAY, COUNTRY), [(date(2026, 10, 1), "a", 1, 1), (date(2026, 10, 1), "b", 5, 1)])
    for order in ((), (Order(dimension="COUNTRY_NAME"),)):
        asks = section("ATTEMPTED", by=("DAY", "COUNTRY_NAME"), top=Top(limit=1), order_by=order)
        assert block_of(asks, asked(table)).notes == (
            "The first 1 of 2 groups; not shown are the other 1.",
        )


def test_an_order_by_time_does_not_choose_among_groups() -> None:
    table = rates((DAY, COUNTRY), [(date(2026, 10, 1), "a", 1, 1), (date(2026, 10, 1), "b", 5, 1)])
    by_day = (Order(dimension="DAY", direction="desc"),)
    asks = section("ATTEMPTED", by=("DAY", "COUNTRY_NAME"), top=Top(limit=1), order_by=by_day)
    found = texts(block_of(asks, asked(table)))
    assert {row[1] for row in found} == {"b"}  # the greatest, not the first by name
    assert found[-1] == ["1 Oct 2026", "b", "5"]


def test_values_of_dimensions_as_people_read_them() -> None:
    country = dimension("COUNTRY_ID", "Country ID", Kind.INTEGER)
    direction = dimension("DIRECTION", "Direction", members=(Member("OUTBOUND", "Outbound"),))
    opened = dimension("OPENED", "Opened", Kind.DATE)
    seen = dimension("SEEN", "Last seen", Kind.DATE_TIME)
    table = Table(
        (country, direction, opened, seen, ATTEMPTED),
        (
            (1385, "OUTBOUND", date(2026, 10, 1), local(2026, 10, 1, 9), 1),
            (2000, "SIDEWAYS", None, None, 2),
        ),
    )
    by = ("COUNTRY_ID", "DIRECTION", "OPENED", "SEEN")
    block = block_of(section("ATTEMPTED", by=by), asked(table))
    assert texts(block) == [
        ["1385", "Outbound", "1 Oct 2026", "1 Oct 2026, 09:00 Europe/Zagreb", "1"],
        ["2000", "SIDEWAYS", "N/A", "N/A", "2"],
    ]
    assert block.rows[0].cells[0].value == 1385
    assert block.rows[0].cells[1].value == "OUTBOUND"


def test_an_unavailable_metric_is_a_column_of_dashes_with_a_note() -> None:
    seized = count("SEIZED", "Seized calls", unavailable="the files have no column ringing_at")
    table = Table((COUNTRY, ATTEMPTED, seized), (("a", 1, None), ("b", 2, None)))
    asks = section("SEIZED", totals=True, top=Top(limit=1, other=True))
    block = block_of(asks, asked(table, table))
    assert texts(block) == [["a", "–"], ["Other", "–"], ["Total", "–"]]
    assert block.notes[0] == ("Seized calls is not available: the files have no column ringing_at.")


def test_an_unavailable_dimension_is_a_notice_in_the_tables_place() -> None:
    network = dimension("NETWORK_NAME", "Network", unavailable="there is no column network_name")
    table = Table((network, ATTEMPTED), ((None, 5),))
    asks = section("ATTEMPTED", by=("NETWORK_NAME",), title="By network")
    assert block_of(asks, asked(table)) == NoticeBlock(
        name="by-network",
        title="By network",
        text="Network is not available: there is no column network_name.",
    )


def test_no_rows_is_an_empty_table_with_a_total_of_nothing() -> None:
    block = block_of(section("ATTEMPTED", "ANSWER_RATE", totals=True), asked(rates((COUNTRY,), [])))
    assert isinstance(block, TableBlock)
    assert texts(block) == [["Total", "0", "–"]]


def test_tables_of_merged_queries_may_hold_their_columns_otherwise() -> None:
    now = rates((COUNTRY,), [("a", 4, 1)])
    then = Table((COUNTRY, BUSY, RATE, ANSWERED, ATTEMPTED), (("a", 9, 0.5, 1, 2),))
    block = block_of(
        section("ANSWER_RATE", "ATTEMPTED", compare=True, totals=True), asked(now, then)
    )
    expected = ["25.0%", "50.0%", f"-25.0{NBSP}pp", "4", "2", "+100.0%"]
    assert texts(block) == [["a", *expected], ["Total", *expected]]


def test_periods_of_as_many_steps_pair_without_a_note() -> None:
    now = Table((MONTH, ATTEMPTED), ((date(2026, 10, 1), 6),))
    then = Table((MONTH, ATTEMPTED), ((date(2026, 9, 1), 4),))
    block = block_of(section("ATTEMPTED", by=("MONTH",), compare=True), asked(now, then))
    assert texts(block) == [["Oct 2026", "6", "4", "+50.0%"]]
    assert block.notes == ()
