"""Pivots: columns, their order, Other and total columns, heads, and laws on random numbers."""

from collections.abc import Sequence
from datetime import date

from handmade import (
    CALLERS,
    COUNTRY,
    DAY,
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
from reporter.data.formula import ratio
from reporter.data.table import Member, Table
from reporter.document.model import TableBlock
from reporter.document.values import HeadRole, Mark, RowKind
from reporter.spec.query import Order, QuerySpec, Top
from reporter.spec.sections import ConditionalFormat, Pivot, TableSection

WAY = dimension(
    "CAPABILITY", "Capability", members=(Member("PHONE", "Phone"), Member("WEBRTC", "WebRTC"))
)
ROWS = [
    ("Croatia", "WEBRTC", 10, 9),
    ("Croatia", "PHONE", 90, 45),
    ("Austria", "PHONE", 40, 10),
    ("Malta", None, 5, 5),
]
DESCENDING = (Order(metric="ATTEMPTED", direction="desc"),)


def section(
    *metrics: str, by: str = "CAPABILITY", top: Top | None = None, **more: object
) -> TableSection:
    query = QuerySpec(
        metrics=metrics,
        aggregate_by=more.pop("dimensions", ("COUNTRY_NAME", "CAPABILITY")),
        order_by=more.pop("order_by", ()),
        top=more.pop("rows", None),
    )
    return TableSection(query=query, pivot=Pivot(by=by, top=top), **more)


def pivot(*metrics: str, rows: Sequence[tuple[object, ...]] = ROWS, **more: object) -> TableBlock:
    block = block_of(section(*metrics, **more), asked(rates((COUNTRY, WAY), rows)))
    assert isinstance(block, TableBlock)
    return block


def test_values_stand_across_in_their_own_order() -> None:
    block = pivot("ATTEMPTED")
    assert [(h.label, h.over, h.under, h.across) for h in block.heads] == [
        ("Country", "", "", None),
        ("Phone, Attempted calls", "Attempted calls", "Phone", "PHONE"),
        ("WebRTC, Attempted calls", "Attempted calls", "WebRTC", "WEBRTC"),
        ("N/A, Attempted calls", "Attempted calls", "N/A", "N/A"),
    ]
    assert texts(block) == [
        ["Austria", "40", "0", "0"],
        ["Croatia", "90", "10", "0"],
        ["Malta", "0", "0", "5"],
    ]


def test_totals_are_computed_anew_in_every_direction() -> None:
    block = pivot("ATTEMPTED", "ANSWER_RATE", totals=True, order_by=DESCENDING)
    assert [(h.over, h.under, h.across) for h in block.heads][1::2] == [
        ("Phone", "Attempted calls", "PHONE"),
        ("WebRTC", "Attempted calls", "WEBRTC"),
        ("N/A", "Attempted calls", "N/A"),
        ("Total", "Attempted calls", ""),
    ]
    assert texts(block) == [
        ["Croatia", "90", "50.0%", "10", "90.0%", "0", "–", "100", "54.0%"],  # wrong: 70.0%
        ["Austria", "40", "25.0%", "0", "–", "0", "–", "40", "25.0%"],
        ["Malta", "0", "–", "0", "–", "5", "100.0%", "5", "100.0%"],
        ["Total", "130", "42.3%", "10", "90.0%", "5", "100.0%", "145", "47.6%"],  # wrong: 37.5%
    ]


def test_the_first_columns_and_the_others_together() -> None:
    block = pivot("ATTEMPTED", "ANSWER_RATE", top=Top(limit=1, other=True), totals=True)
    assert [h.across for h in block.heads] == [None, *("PHONE",) * 2, *("OTHER",) * 2, "", ""]
    assert texts(block)[-1] == ["Total", "130", "42.3%", "15", "93.3%", "145", "47.6%"]
    assert block.notes[0] == "Capability across the columns: 1 of 3; Other holds the other 2."
    block = pivot("ATTEMPTED", top=Top(limit=1), totals=True)
    assert [h.across for h in block.heads] == [None, "PHONE", ""]
    assert block.notes == (
        (
            "Capability across the columns: 1 of 3; not shown are the other 2."
            " The total is over all 3."
        ),
    )


def test_many_values_are_cut_to_twelve_by_rank() -> None:
    rows = [("a", f"W{n:02}", n, 1) for n in range(1, 16)] + [("b", "W01", 500, 1)]
    block = pivot("ATTEMPTED", rows=rows)
    assert [h.under for h in block.heads[1:]] == [
        "W01",
        *(f"W{n:02}" for n in range(15, 4, -1)),
        "Other",
    ]
    assert [row[-1] for row in texts(block)] == ["9", "0"]  # W02, W03 and W04
    assert block.notes == ("Capability across the columns: 12 of 15; Other holds the other 3.",)


def test_rows_are_cut_over_all_columns() -> None:
    answers = asked(rates((COUNTRY, WAY), ROWS))
    block = block_of(section("ATTEMPTED", rows=Top(limit=1, other=True), totals=True), answers)
    assert texts(block) == [
        ["Croatia", "90", "10", "0", "100"],
        ["Other", "40", "0", "5", "45"],
        ["Total", "130", "10", "5", "145"],
    ]


def test_columns_stand_as_ordered() -> None:
    by_name = (Order(dimension="CAPABILITY", direction="desc"),)
    heads = pivot("ATTEMPTED", order_by=by_name).heads
    assert [head.across for head in heads[1:]] == ["WEBRTC", "PHONE", "N/A"]


def test_steps_stand_in_time_with_none_left_out() -> None:
    table = rates((COUNTRY, DAY), [("a", date(2026, 10, 30), 5, 1), ("b", date(2026, 10, 1), 7, 7)])
    asks = section("ATTEMPTED", by="DAY", dimensions=("COUNTRY_NAME", "DAY"), totals=True)
    block = block_of(asks, asked(table))
    assert [h.under for h in block.heads[1:]] == [
        *(f"{day} Oct" for day in range(20, 32)),  # the latest twelve
        "Other",
        "Total",
    ]
    assert [h.across for h in block.heads[1:3]] == ["2026-10-20", "2026-10-21"]
    assert texts(block) == [
        ["a", *["0"] * 10, "5", "0", "0", "5"],
        ["b", *["0"] * 12, "7", "7"],
        ["Total", *["0"] * 10, "5", "0", "7", "12"],
    ]


def test_rows_of_time_after_the_data_ends_have_no_values() -> None:
    table = rates(
        (DAY, WAY), [(date(2026, 10, 1), "PHONE", 5, 1), (date(2026, 10, 2), "WEBRTC", 1, 1)]
    )
    asks = section("ATTEMPTED", dimensions=("DAY", "CAPABILITY"), totals=True)
    early = SectionAnswers(
        current=answer(table, data_through=answer(table).interval.since.replace(day=4))
    )
    found = texts(block_of(asks, early))
    assert [row[1:] for row in found[:4]] == [
        ["5", "0", "5"],
        ["0", "1", "1"],
        ["0", "0", "0"],
        ["–", "–", "–"],
    ]


def test_values_that_are_called_the_same_are_told_apart() -> None:
    rows = [("a", "Other", 5, 1), ("a", "OTHER", 4, 1), ("a", "N/A", 2, 1), ("a", None, 1, 1)]
    block = pivot("ATTEMPTED", rows=rows, top=Top(limit=3, other=True))
    assert [(h.across, h.under) for h in block.heads[1:]] == [
        ("Other", "Other"),
        ("OTHER", "OTHER"),
        ("N/A", "N/A"),
        ("OTHER (2)", "Other (2)"),
    ]
    assert len({head.label for head in block.heads}) == len(block.heads)


def test_a_distinct_count_is_asked_at_every_level() -> None:
    table = Table(
        (COUNTRY, WAY, CALLERS), (("a", "PHONE", 5), ("a", "WEBRTC", 5), ("b", "PHONE", 1))
    )
    levels = (
        answer(Table((CALLERS,), ((8,),))),
        answer(Table((WAY, CALLERS), (("PHONE", 4), ("WEBRTC", 5)))),
        answer(Table((COUNTRY, CALLERS), (("a", 7), ("b", 1)))),
    )
    asks = section("CALLERS", totals=True)
    block = block_of(asks, SectionAnswers(current=answer(table), levels=levels))
    assert texts(block) == [["a", "5", "5", "7"], ["b", "1", "0", "1"], ["Total", "4", "5", "8"]]
    assert block.notes == ()
    asks = section("CALLERS", totals=True, top=Top(limit=1, other=True))
    block = block_of(asks, SectionAnswers(current=answer(table), levels=levels))
    assert [h.across for h in block.heads[1:]] == ["WEBRTC", "OTHER", ""]  # five before four
    assert texts(block)[0] == ["a", "5", "–", "7"]
    assert "cannot be added up" in block.notes[-1]


def test_shades_and_signs_are_of_the_values_alone() -> None:
    formats = (
        ConditionalFormat(metric="ATTEMPTED", type="colorScale"),
        ConditionalFormat(metric="ANSWER_RATE", type="threshold", at_least=0.5),
    )
    block = pivot(
        "ATTEMPTED",
        "ANSWER_RATE",
        top=Top(limit=1, other=True),
        totals=True,
        conditional_formats=formats,
    )
    austria, _, _, total = (row.cells for row in block.rows)
    assert [(c.shade, c.mark) for c in austria[1:3]] == [(40 / 90, None), (None, Mark.MISSED)]
    assert {(c.shade, c.mark) for c in austria[3:]} == {(None, None)}
    assert {(c.shade, c.mark) for c in total} == {(None, None)}
    assert [(f.place, f.kind, f.least, f.greatest) for f in block.formats] == [
        (1, "colorScale", 0, 90),
        (2, "threshold", 0.25, 0.5),
    ]


def test_heads_say_how_they_come_about() -> None:
    block = pivot("ATTEMPTED", "ANSWERED", "ANSWER_RATE")
    first = block.heads[1:4]
    assert [head.additive for head in first] == [True, True, False]
    assert [head.formula for head in first] == [None, None, ratio("ANSWERED", "ATTEMPTED")]
    assert [head.formula for head in pivot("ATTEMPTED", "ANSWER_RATE").heads] == [None] * 7


def test_no_records_no_columns() -> None:
    block = pivot("ATTEMPTED", rows=[], totals=True)
    assert texts(block) == [["Total", "0"]]


def test_steps_stand_across_without_records_too() -> None:
    asks = section("ATTEMPTED", by="DAY", dimensions=("COUNTRY_NAME", "DAY"), totals=True)
    early = answer(rates((COUNTRY, DAY), []), data_through=local(2026, 10, 22))
    block = block_of(asks, SectionAnswers(current=early))
    assert [head.under for head in block.heads[1:4]] == ["20 Oct", "21 Oct", "22 Oct"]
    assert texts(block) == [["Total", "0", "0", *["–"] * 10, "0", "0"]]


def test_steps_stand_below_each_other_without_records_too() -> None:
    asks = section("ATTEMPTED", dimensions=("DAY", "CAPABILITY"), totals=True)
    early = answer(rates((DAY, WAY), []), data_through=local(2026, 10, 3))
    found = texts(block_of(asks, SectionAnswers(current=early)))
    assert [row[1:] for row in found] == [["0"], ["0"], *[["–"]] * 29, ["0"]]


# Laws

COUNTS = st.integers(0, 40)
TABLES = st.dictionaries(
    st.tuples(st.sampled_from(("a", "b", "c", None)), st.sampled_from("UVWXYZ")),
    st.tuples(COUNTS, COUNTS).map(lambda two: (max(two), min(two))),
    min_size=1,
    max_size=18,
)


@given(TABLES, st.sampled_from((None, Top(limit=2, other=True))))
def test_a_pivot_is_the_same_table_put_otherwise(
    found: dict[tuple[str | None, str], tuple[int, int]], top: Top | None
) -> None:
    rows = [(*key, *value) for key, value in found.items()]
    metrics = ("ATTEMPTED", "ANSWERED", "ANSWER_RATE")
    block = pivot(*metrics, rows=rows, top=top, totals=True)
    spots = {
        (row.cells[0].value, head.across, head.name): cell.value
        for row in block.rows
        if row.kind is RowKind.BODY
        for head, cell in zip(block.heads, row.cells, strict=True)
        if head.role is HeadRole.METRIC
    }
    for (country, way), (attempted, answered) in found.items():
        if (country, way, "ATTEMPTED") in spots:
            assert spots[country, way, "ATTEMPTED"] == attempted
            assert spots[country, way, "ANSWERED"] == answered
            assert spots[country, way, "ANSWER_RATE"] == (
                answered / attempted if attempted else None
            )
    _adds_up(block)
    # The corner is over all records.
    corner = [cell.value for cell in block.rows[-1].cells[-3:]]
    attempted, answered = (sum(two[i] for two in found.values()) for i in (0, 1))
    assert corner == [attempted, answered, answered / attempted if attempted else None]


def _adds_up(block: TableBlock) -> None:
    """Counts add up over rows and over columns; rates are those of the counts beside them."""
    places = {(head.across, head.name): i for i, head in enumerate(block.heads)}
    across = dict.fromkeys(h.across for h in block.heads if h.across is not None)
    body = [row.cells for row in block.rows if row.kind is RowKind.BODY]
    total = block.rows[-1].cells
    for name in ("ATTEMPTED", "ANSWERED"):
        for value in across:
            place = places[value, name]
            assert total[place].value == sum(cells[place].value for cells in body)
        for cells in (*body, total):
            parts = [cells[places[value, name]].value for value in across if value]
            assert cells[places["", name]].value == sum(parts)
    for cells in (*body, total):
        for value in across:
            attempted = cells[places[value, "ATTEMPTED"]].value
            answered = cells[places[value, "ANSWERED"]].value
            rate = answered / attempted if attempted else None
            assert cells[places[value, "ANSWER_RATE"]].value == rate
