"""Parts, heatmaps, funnels and annotations: their numbers, their notes, their sentences."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from handmade import (
    ANSWERED,
    ATTEMPTED,
    BUSY,
    CALLERS,
    COUNTRY,
    DAY,
    DIRECTION,
    HOUR,
    LONGEST,
    MONTH,
    RATE,
    WEEK,
    answer,
    asked,
    block_of,
    composed,
    count,
    edition,
    local,
    rates,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.data.answer import SectionAnswers
from reporter.data.formula import parse
from reporter.data.rollup import adds_up
from reporter.data.table import Column, Derived, Format, Kind, Role, Table
from reporter.dates import Interval
from reporter.document.model import ChartBlock, NoticeBlock
from reporter.spec.query import Order, QuerySpec, Top
from reporter.spec.sections import Annotation, ChartSection


def section(chart: str, *metrics: str, by: tuple[str, ...] = (), **more: object) -> ChartSection:
    asks = {k: more.pop(k) for k in ("order_by", "top") if k in more}
    query = QuerySpec(metrics=metrics, aggregate_by=by, **asks)
    return ChartSection(chart=chart, query=query, **more)


def numbers(block: ChartBlock) -> dict[str, list[str]]:
    return {series.label: [cell.text for cell in series.cells] for series in block.series}


def shares(block: ChartBlock) -> dict[str, list[str]]:
    return {series.label: [cell.text for cell in series.shares] for series in block.series}


def steps(block: ChartBlock) -> list[str]:
    return [cell.text for cell in block.steps]


def wholes(block: ChartBlock) -> list[str]:
    return [cell.text for cell in block.wholes]


# What adds up


def calculation(text: str) -> Column:
    return Column(
        name="X",
        kind=Kind.NUMBER,
        role=Role.METRIC,
        label="X",
        format=Format.DECIMAL,
        roll_up=Derived(parse(text)),
    )


@pytest.mark.parametrize(
    ("formula", "does"),
    [
        ("ATTEMPTED - ANSWERED", True),
        ("2 * (ATTEMPTED + ANSWERED) / 1000", True),
        ("-ATTEMPTED", True),
        ("ATTEMPTED * 0.5 - 0", True),
        ("ATTEMPTED + 1", False),
        ("ATTEMPTED / ANSWERED", False),
        ("ATTEMPTED * ANSWERED", False),
        ("1000 / ATTEMPTED", False),
        ("ANSWER_RATE * 2", False),
        ("CALLERS - ATTEMPTED", False),
    ],
)
def test_what_adds_up(formula: str, *, does: bool) -> None:
    columns = (ATTEMPTED, ANSWERED, RATE, CALLERS, LONGEST, calculation(formula))
    assert adds_up(columns, "X") is does
    assert [
        adds_up(columns, name) for name in ("ATTEMPTED", "ANSWER_RATE", "CALLERS", "LONGEST")
    ] == [
        True,
        False,
        False,
        False,
    ]


# Stacked


def by_week() -> Table:
    weeks = date(2026, 10, 5), date(2026, 10, 12)
    rows = {"a": (60, 30), "b": (30, 0), "c": (6, 20), "d": (4, 0)}
    return rates(
        (WEEK, COUNTRY), [(w, k, v[n], 0) for k, v in rows.items() for n, w in enumerate(weeks)]
    )


def test_parts_of_each_week_and_what_they_add_up_to() -> None:
    asks = section(
        "stacked100", "ATTEMPTED", by=("WEEK_MONDAY_START", "COUNTRY_NAME"), top=Top(limit=2)
    )
    block = block_of(asks, asked(by_week()))
    assert numbers(block)["a"][1:3] == ["60", "30"]
    assert numbers(block)["Other"][1:3] == ["10", "20"]  # never left out of a whole
    assert wholes(block)[:3] == ["0", "100", "50"]
    assert shares(block)["a"][:3] == ["–", "60.0%", "60.0%"]
    assert shares(block)["Other"][1:3] == ["10.0%", "40.0%"]
    assert (block.kind, block.timed, block.with_other) == ("stacked100", True, True)
    assert block.metric == "Attempted calls"
    assert block.summary.startswith(
        "a by Week: lowest 60.0% (Week of 5 Oct), highest 60.0% (Week of 5 Oct), last 60.0%"
    )


def test_a_stack_of_metrics_adds_them_up() -> None:
    table = Table((COUNTRY, ANSWERED, BUSY), (("a", 3, 1), ("b", 0, 0)))
    block = block_of(section("stacked", "ANSWERED", "BUSY", by=("COUNTRY_NAME",)), asked(table))
    assert numbers(block) == {"Answered calls": ["3", "0"], "Busy calls": ["1", "0"]}
    assert wholes(block) == ["4", "0"]
    assert [series.shares for series in block.series] == [(), ()]
    assert block.together is not None
    assert block.together.label == "Together"
    assert block.metric == ""
    assert block.summary.endswith("Together by Country: lowest 0 (b), highest 4 (a).")


@given(st.lists(st.tuples(st.sampled_from("abcdefghijk"), st.integers(0, 99)), min_size=1))
def test_shares_add_up_to_one(rows: list[tuple[str, int]]) -> None:
    once = dict(rows)
    month = date(2026, 10, 1)
    table = rates((MONTH, COUNTRY), [(month, k, v, 0) for k, v in once.items()])
    whole = sum(once.values())
    stacked = block_of(
        section("stacked100", "ATTEMPTED", by=("MONTH", "COUNTRY_NAME")), asked(table)
    )
    plain = rates((COUNTRY,), [(k, v, 0) for k, v in once.items()])
    donut = block_of(section("donut", "ATTEMPTED", by=("COUNTRY_NAME",)), asked(plain))
    for block in (stacked, donut):
        cells = [cell for series in block.series for cell in series.cells]
        found = [cell.value for series in block.series for cell in series.shares]
        assert sum(cell.value for cell in cells) == whole
        assert [cell.value for cell in block.wholes] == [whole]
        if whole:
            assert sum(found) == pytest.approx(1, abs=1e-12)
            assert found == [cell.value / whole for cell in cells]
        else:
            assert set(found) == {None}


def test_nothing_below_zero_is_drawn_as_a_part() -> None:
    balance = count("BALANCE", "Balance")
    table = Table((COUNTRY, balance, ATTEMPTED), (("a", -3, 1), ("b", 5, 1)))
    by = ("COUNTRY_NAME",)
    for asks in (
        section("donut", "BALANCE", by=by, title="Money"),
        section("stacked", "BALANCE", "ATTEMPTED", by=by, title="Money"),
    ):
        block = block_of(asks, asked(table))
        assert isinstance(block, NoticeBlock)
        assert "has values below zero (-3), so there are no parts" in block.text.replace("−", "-")
        assert block.title == "Money"


# Donuts


def test_a_donut_has_the_greatest_first_and_other_last() -> None:
    table = rates((COUNTRY,), [(f"c{n:02}", n, 0) for n in range(1, 13)])
    block = block_of(section("donut", "ATTEMPTED", by=("COUNTRY_NAME",)), asked(table))
    assert steps(block) == ["c12", "c11", "c10", "c09", "c08", "c07", "c06", "Other"]
    assert numbers(block) == {"Attempted calls": ["12", "11", "10", "9", "8", "7", "6", "15"]}
    assert shares(block)["Attempted calls"][-1] == "19.2%"  # 15 of 78
    assert wholes(block) == ["78"]
    assert block.with_other
    assert block.notes == ("The first 7 of 12 groups; Other holds the other 5.",)
    assert block.summary.startswith("Attempted calls by Country: c12 15.4% (12), c11 14.1% (11), ")
    assert block.summary.endswith("Other 19.2% (15); 78 in all.")


@pytest.mark.parametrize(
    ("groups", "top", "shown"),
    [
        (8, None, 8),
        (9, None, 8),
        (3, Top(limit=2), 3),
        (8, Top(limit=20), 8),
        (30, Top(limit=20), 8),
    ],
)
def test_no_more_parts_than_can_be_told_apart(groups: int, top: Top | None, shown: int) -> None:
    table = rates((COUNTRY,), [(f"c{n:02}", n, 0) for n in range(groups)])
    block = block_of(section("donut", "ATTEMPTED", by=("COUNTRY_NAME",), top=top), asked(table))
    assert len(block.steps) == shown


def test_a_donut_of_nothing_has_no_shares() -> None:
    table = rates((COUNTRY,), [("a", 0, 0), ("b", 0, 0)])
    block = block_of(section("donut", "ATTEMPTED", by=("COUNTRY_NAME",)), asked(table))
    assert shares(block) == {"Attempted calls": ["–", "–"]}
    assert wholes(block) == ["0"]


# Heatmaps


def hours(*rows: tuple[datetime, int, int]) -> Table:
    return rates((HOUR,), rows)


def test_hours_fold_into_weekdays_from_operands() -> None:
    """The rate of Thursdays at nine is not the mean of the rates of two Thursdays."""
    table = hours((local(2026, 10, 1, 9), 100, 90), (local(2026, 10, 8, 9), 10, 1))
    block = block_of(section("heatmap", "ANSWER_RATE", by=("HOUR",)), asked(table))
    rows = numbers(block)
    assert list(rows) == [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]
    assert steps(block)[:3] == ["00:00", "01:00", "02:00"]
    assert [cell.value for cell in block.steps] == list(range(24))
    assert rows["Thursday"][9] == "82.7%"  # 91 of 110; wrong: the mean, 50.0%
    assert rows["Thursday"][8] == "–"
    assert block.series[3].name == "ANSWER_RATE:THURSDAY"
    assert (block.axis.label, block.down and block.down.label) == ("Hour of the day", "Weekday")


def test_zero_is_a_value_and_nothing_is_none() -> None:
    table = hours((local(2026, 10, 1, 9), 40, 0))
    counts = block_of(section("heatmap", "ATTEMPTED", by=("HOUR",)), asked(table))
    assert (numbers(counts)["Friday"][3], counts.series[4].cells[3].shade) == ("0", 0.0)
    rate = block_of(section("heatmap", "ANSWER_RATE", by=("HOUR",)), asked(table))
    assert (numbers(rate)["Friday"][3], rate.series[4].cells[3].shade) == ("–", None)
    assert rate.series[3].cells[9].shade == 0.5  # one value alone is neither little nor much
    assert rate.summary == (
        "Answer rate by Weekday and Hour of the day: lowest 0.0% (Thursday, 09:00), highest 0.0%"
        " (Thursday, 09:00). 167 cells of 168 have no value."
    )


def test_the_repeated_hour_folds_into_its_hour_and_the_skipped_one_has_none() -> None:
    first = datetime(2026, 10, 25, 2, tzinfo=timezone(timedelta(hours=2)))
    second = datetime(2026, 10, 25, 2, tzinfo=timezone(timedelta(hours=1)))
    block = block_of(
        section("heatmap", "ATTEMPTED", by=("HOUR",)), asked(hours((first, 3, 0), (second, 4, 0)))
    )
    assert numbers(block)["Sunday"][:4] == ["0", "0", "7", "0"]
    spring = Interval(local(2026, 3, 29), local(2026, 3, 30))
    made = edition(section("heatmap", "ATTEMPTED", by=("HOUR",)), interval=spring, comparison=None)
    answers = SectionAnswers(current=answer(hours(), spring))
    (block,) = composed(made, answers).blocks
    assert numbers(block) == {"Sunday": ["0", "0", "–", *["0"] * 21]}


@pytest.mark.parametrize(
    ("locale", "first", "hour"),
    [
        ("en-GB", "Monday", "14:00"),
        ("en-US", "Sunday", "2:00\N{NARROW NO-BREAK SPACE}PM"),
        ("ar-EG", "السبت", None),
        ("hr-HR", "ponedjeljak", "14:00"),
        ("pt-BR", "domingo", "14:00"),
    ],
)
def test_weeks_begin_and_hours_are_written_as_the_locale_does(
    locale: str, first: str, hour: str | None
) -> None:
    asks = section("heatmap", "ATTEMPTED", by=("HOUR",))
    block = block_of(asks, asked(hours()), locale=locale)
    assert block.series[0].label == first
    assert hour is None or steps(block)[14] == hour


@pytest.mark.unmeasured
@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 744), st.integers(0, 50), st.integers(0, 50)),
        unique_by=lambda row: row[0],
    )
)
def test_folding_keeps_sums_and_rates(rows: list[tuple[int, int, int]]) -> None:
    begin = datetime(2026, 9, 30, 22, tzinfo=ZoneInfo("UTC"))
    calls = {
        at: (n, min(n, a))
        for h, n, a in rows
        if (at := (begin + timedelta(hours=h)).astimezone(ZoneInfo("Europe/Zagreb")))
        < local(2026, 11, 1)
    }
    fixed = [
        (at.astimezone(timezone(at.utcoffset() or timedelta())), *v) for at, v in calls.items()
    ]
    totals = block_of(section("heatmap", "ATTEMPTED", by=("HOUR",)), asked(hours(*fixed)))
    found = {
        (n, h): cell.value
        for n, series in enumerate(totals.series)
        for h, cell in enumerate(series.cells)
    }
    expected: dict[tuple[int, int], list[int]] = {}
    for at, (n, a) in calls.items():
        spot = expected.setdefault((at.weekday(), at.hour), [0, 0])
        spot[0] += n
        spot[1] += a
    assert sum(found.values()) == sum(n for n, _ in calls.values())
    assert all(value == expected.get(spot, [0, 0])[0] for spot, value in found.items())
    rate = block_of(section("heatmap", "ANSWER_RATE", by=("HOUR",)), asked(hours(*fixed)))
    for n, series in enumerate(rate.series):
        for h, cell in enumerate(series.cells):
            attempted, answered = expected.get((n, h), [0, 0])
            assert cell.value == (answered / attempted if attempted else None)
            assert cell.faint is (0 < attempted < 30)
            assert cell.shade is None or 0 <= cell.shade <= 1


def test_weekdays_that_come_more_often_are_said_for_sums_only() -> None:
    table = hours((local(2026, 10, 1, 9), 40, 20))
    block = block_of(section("heatmap", "ATTEMPTED", by=("HOUR",)), asked(table))
    assert block.notes == (
        (
            "The weekdays do not come equally often in this period: 5 × Thursday, Friday and"
            " Saturday; 4 × Monday, Tuesday, Wednesday and Sunday."
        ),
    )
    assert block_of(section("heatmap", "ANSWER_RATE", by=("HOUR",)), asked(table)).notes == ()


def test_ratios_over_too_few_stand_outside_the_scale() -> None:
    table = rates(
        (COUNTRY, DIRECTION),
        [("a", "IN", 100, 50), ("a", "OUT", 100, 70), ("b", "IN", 3, 3), ("b", "OUT", 100, 60)],
    )
    block = block_of(
        section("heatmap", "ANSWER_RATE", by=("COUNTRY_NAME", "DIRECTION")), asked(table)
    )
    (first, second), (few, third) = (series.cells for series in block.series)
    assert [cell.shade for cell in (first, second, third)] == [0.0, 1.0, pytest.approx(0.5)]
    assert (few.text, few.shade, few.faint) == ("100.0%", None, True)
    assert block.notes == (
        (
            "Cells over fewer than 30 stand back, outside the scale (Answer rate is taken over"
            " Attempted calls)."
        ),
    )
    assert "highest 70.0% (a, OUT)" in block.summary


def test_the_first_dimension_stands_down_and_time_across() -> None:
    plain = rates((COUNTRY, DIRECTION), [("a", "IN", 1, 1), ("b", "OUT", 2, 1)])
    block = block_of(
        section("heatmap", "ATTEMPTED", by=("COUNTRY_NAME", "DIRECTION")), asked(plain)
    )
    assert (list(numbers(block)), steps(block)) == (["a", "b"], ["IN", "OUT"])
    assert numbers(block) == {"a": ["1", "0"], "b": ["0", "2"]}
    timed = rates((DAY, COUNTRY), [(date(2026, 10, 2), "a", 5, 1)])
    block = block_of(section("heatmap", "ATTEMPTED", by=("DAY", "COUNTRY_NAME")), asked(timed))
    assert (list(numbers(block)), len(block.steps), block.timed) == (["a"], 31, True)


def test_other_is_a_row_outside_the_scale() -> None:
    table = rates((COUNTRY, DIRECTION), [(name, "IN", n, 0) for n, name in enumerate("abcde", 1)])
    asks = section(
        "heatmap", "ATTEMPTED", by=("COUNTRY_NAME", "DIRECTION"), top=Top(limit=2, other=True)
    )
    block = block_of(asks, asked(table))
    assert numbers(block) == {"e": ["5"], "d": ["4"], "Other": ["6"]}
    assert [series.cells[0].shade for series in block.series] == [1.0, 0.0, None]
    assert block.with_other
    many = rates((COUNTRY, DIRECTION), [(f"c{n:02}", "IN", n, 0) for n in range(40)])
    block = block_of(section("heatmap", "ATTEMPTED", by=("COUNTRY_NAME", "DIRECTION")), asked(many))
    assert len(block.series) == 30
    assert block.notes == ("The first 30 of 40 groups; not shown are the other 10.",)


def test_more_steps_than_columns_fit_are_refused_in_words() -> None:
    table = rates((HOUR, COUNTRY), [(local(2026, 10, 1, 9), "a", 1, 1)])
    block = block_of(
        section("heatmap", "ATTEMPTED", by=("HOUR", "COUNTRY_NAME"), title="Hours"), asked(table)
    )
    assert isinstance(block, NoticeBlock)
    assert block.text.startswith("Hour has 745 steps in this period, too many")


# Funnels


def test_stages_and_both_their_shares() -> None:
    table = Table((ATTEMPTED, ANSWERED, BUSY), ((1000, 600, 0),))
    block = block_of(section("funnel", "ATTEMPTED", "ANSWERED", "BUSY"), asked(table))
    assert steps(block) == ["Attempted calls", "Answered calls", "Busy calls"]
    assert numbers(block) == {"October 2026": ["1,000", "600", "0"]}
    (series,) = block.series
    assert [cell.text for cell in series.shares] == ["100.0%", "60.0%", "0.0%"]
    assert [cell.text for cell in series.passed] == ["–", "60.0%", "0.0%"]
    assert block.summary == (
        "Attempted calls: 1,000. Answered calls: 600, 60.0% of the first stage."
        " Busy calls: 0, 0.0% of the first stage and 0.0% of the one before."
    )
    assert block.axis.label == "Stage"


def test_a_stage_larger_than_the_one_before_is_said() -> None:
    table = Table((ATTEMPTED, ANSWERED), ((10, 12),))
    block = block_of(section("funnel", "ATTEMPTED", "ANSWERED"), asked(table))
    assert block.notes == (
        "Answered calls is larger than Attempted calls, the stage before it: it is no part of it.",
    )
    assert block.series[0].shares[1].text == "120.0%"


def test_a_funnel_of_nothing_and_one_that_is_compared() -> None:
    table = Table((ATTEMPTED, ANSWERED), ((0, 0),))
    then = Table((ATTEMPTED, ANSWERED), ((8, 2),))
    block = block_of(section("funnel", "ATTEMPTED", "ANSWERED", compare=True), asked(table, then))
    now, before = block.series
    assert [cell.text for cell in (*now.shares, *now.passed)] == ["–"] * 4
    assert (before.label, before.previous) == ("September 2026", True)
    assert [cell.text for cell in before.shares] == ["100.0%", "25.0%"]


def test_a_funnel_without_a_second_stage_is_a_notice() -> None:
    seized = count("SEIZED", "Seized calls", unavailable="there is no column ringing_at")
    table = Table((ATTEMPTED, seized), ((5, None),))
    block = block_of(section("funnel", "ATTEMPTED", "SEIZED"), asked(table))
    assert isinstance(block, NoticeBlock)
    assert block.text == "Seized calls is not available: there is no column ringing_at."


# Annotations


def marked(by: str, table: Table, *dates: str, chart: str = "line") -> list[tuple[float, str]]:
    notes = tuple(Annotation(date=day, label=day) for day in dates)
    block = block_of(section(chart, "ATTEMPTED", by=(by,), annotations=notes), asked(table))
    return [(round(mark.place, 4), mark.label) for mark in block.marks]


def test_a_day_is_marked_in_its_middle_and_an_instant_where_it_is() -> None:
    days = rates((DAY,), [(date(2026, 10, 1), 1, 1)])
    assert marked("DAY", days, "2026-10-20T18:00", "2026-10-02", "2026-10-25") == [
        (1.0, "2026-10-02"),
        (19.25, "2026-10-20T18:00"),
        (24.0, "2026-10-25"),  # of 25 hours
    ]


def test_a_day_within_a_longer_step_lies_inside_it() -> None:
    weeks = rates((WEEK,), [(date(2026, 10, 5), 1, 1)])
    ((place, _),) = marked("WEEK_MONDAY_START", weeks, "2026-10-08")
    assert place == 1.0  # Thursday noon is the middle of the second week
    months = rates((MONTH,), [(date(2026, 10, 1), 1, 1)])
    ((place, _),) = marked("MONTH", months, "2026-10-01", chart="column")
    assert place == pytest.approx(-0.5 + 0.5 * 24 / (31 * 24 + 1), abs=1e-4)


def test_a_day_on_an_axis_of_hours_is_marked_where_it_begins() -> None:
    two_days = Interval(local(2026, 10, 1), local(2026, 10, 3))
    asks = section(
        "line", "ATTEMPTED", by=("HOUR",), annotations=(Annotation(date="2026-10-02", label="x"),)
    )
    made = edition(asks, interval=two_days, comparison=None)
    (block,) = composed(made, SectionAnswers(current=answer(hours(), two_days))).blocks
    assert [mark.place for mark in block.marks] == [23.5]
    assert block.summary.endswith("Marked: x (2 Oct 2026).")


def test_what_lies_outside_the_period_is_left_out() -> None:
    days = rates((DAY,), [(date(2026, 10, 1), 1, 1)])
    dates = ("2026-09-30", "2026-11-01", "2026-10-31T23:59", "2026-11-01T00:00", "2025-10-20")
    assert [label for _, label in marked("DAY", days, *dates)] == ["2026-10-31T23:59"]


def test_ranked_steps_are_no_axis_to_mark() -> None:
    days = rates((DAY,), [(date(2026, 10, 1), 1, 1)])
    notes = (Annotation(date="2026-10-02", label="x"),)
    order = (Order(metric="ATTEMPTED", direction="desc"),)
    asks = section(
        "line", "ATTEMPTED", by=("DAY",), order_by=order, top=Top(limit=3), annotations=notes
    )
    block = block_of(asks, asked(days))
    assert (block.kind, block.marks, block.timed) == ("horizontalBar", (), False)


@pytest.mark.parametrize("width", ["full", "half", "third"])
@pytest.mark.parametrize("chart", ["line", "area", "column", "bar"])
def test_width_and_kind_are_kept(chart: str, width: str) -> None:
    days = rates((DAY,), [(date(2026, 10, 1), 1, 1)])
    block = block_of(section(chart, "ATTEMPTED", by=("DAY",), width=width), asked(days))
    assert (block.kind, block.width) == ("column" if chart == "bar" else chart, width)
