"""The table of a reconciliation, its sentences, and what it holds."""

from datetime import date, datetime
from typing import Any

import msgspec
import pytest
from handmade import (
    ANSWERED,
    ATTEMPTED,
    BUSY,
    CALLERS,
    DAY,
    PER_CALLER,
    RATE,
    answer,
    block_of,
    composed,
    count,
    edition,
    local,
    rates,
    texts,
)

from reporter.data.answer import Answer, Rejected, Rejections, SectionAnswers
from reporter.data.table import Column, Format, Row, Table
from reporter.dates import Interval, Period, PeriodName
from reporter.document.model import TableBlock
from reporter.document.values import HeadRole, Mark, RowKind, Tone
from reporter.spec.sections import KpiSection, ReconciliationSection
from reporter.spec.tolerance import Tolerance

NBSP = "\N{NO-BREAK SPACE}"
FOUR_DAYS = Interval(local(2026, 10, 1), local(2026, 10, 5))
END = local(2026, 10, 5)
DAYS = [date(2026, 10, n) for n in (1, 2, 3, 4)]


def section(*metrics: str, by: str | None = "DAY", **more: object) -> ReconciliationSection:
    bounds = more.pop("tolerance", {})
    return ReconciliationSection(
        against="api", metrics=metrics, by=by, tolerance=Tolerance(**bounds), **more
    )


def said(table: Table, through: datetime | None = END, **more: object) -> Answer:
    return answer(table, **{"interval": FOUR_DAYS, "data_through": through, **more})


def day_rates(*numbers: tuple[int, int]) -> Table:
    return rates((DAY,), [(day, *pair) for day, pair in zip(DAYS, numbers, strict=False)])


def block(
    wanted: ReconciliationSection, own: Answer, other: Answer, **more: tuple[Answer, ...]
) -> TableBlock:
    answers = SectionAnswers(current=own, against=other, **more)
    found = block_of(wanted, answers, interval=FOUR_DAYS, comparison=None)
    assert isinstance(found, TableBlock)
    return found


OWN = day_rates((100, 60), (100, 50), (0, 0), (200, 100))
OTHER = day_rates((100, 60), (104, 50), (1, 1), (200, 101))


def test_metrics_stand_side_by_side_and_what_differs_is_marked() -> None:
    found = block(section("ATTEMPTED", "ANSWER_RATE"), said(OWN), said(OTHER))
    assert found.title == "api against calls"
    assert [(head.over, head.under or head.label, head.role) for head in found.heads] == [
        ("", "Day", HeadRole.DIMENSION),
        ("", "Result", HeadRole.DIMENSION),
        ("Attempted calls", "calls", HeadRole.METRIC),
        ("Attempted calls", "api", HeadRole.AGAINST),
        ("Attempted calls", "Difference", HeadRole.DEVIATION),
        ("Answer rate", "calls", HeadRole.METRIC),
        ("Answer rate", "api", HeadRole.AGAINST),
        ("Answer rate", "Difference", HeadRole.DEVIATION),
    ]
    assert len({head.label for head in found.heads}) == len(found.heads)
    assert texts(found) == [
        ["1 Oct 2026", "in bounds", "100", "100", "0", "60.0%", "60.0%", f"0.0{NBSP}pp"],
        ["2 Oct 2026", "out of bounds", "100", "104", "+4", "50.0%", "48.1%", f"-1.9{NBSP}pp"],
        ["3 Oct 2026", "out of bounds", "0", "1", "+1", "–", "100.0%", "–"],
        ["4 Oct 2026", "out of bounds", "200", "200", "0", "50.0%", "50.5%", f"+0.5{NBSP}pp"],
        ["Total", "out of bounds", "400", "405", "+5", "52.5%", "52.3%", f"-0.2{NBSP}pp"],
    ]
    assert [row.kind for row in found.rows] == [*[RowKind.BODY] * 4, RowKind.TOTAL]
    marks = [[i for i, cell in enumerate(row.cells) if cell.mark is Mark.OUT] for row in found.rows]
    assert marks == [[], [4, 7], [4, 7], [7], [4, 7]]
    assert {cell.tone for row in found.rows for cell in row.cells if cell.mark} == {Tone.BAD}
    assert found.rows[1].cells[1].value == "outOfBounds"
    assert found.rows[1].cells[7].value == pytest.approx(50 / 104 - 0.5, abs=1e-15)
    assert found.notes == (
        (
            "7 of 10 comparisons are out of bounds. The largest difference: 3 Oct 2026, Attempted"
            " calls: +1."
        ),
        (
            "The difference is api minus calls. In bounds only if equal: Attempted calls and"
            " Answer rate."
        ),
    )


def test_bounds_are_said_and_hold() -> None:
    wanted = section(
        "ATTEMPTED",
        "ANSWER_RATE",
        "ANSWERED",
        tolerance={"relative": 0.01, "absolute": 4, "points": 0.02},
        tolerances={"ANSWERED": Tolerance(relative=0)},
    )
    found = block(wanted, said(OWN), said(OTHER))
    assert [row.cells[1].text for row in found.rows] == [
        "in bounds",
        "in bounds",
        "out of bounds",
        "out of bounds",
        "out of bounds",
    ]
    assert found.notes[0] == (
        "5 of 15 comparisons are out of bounds. The largest difference: 3 Oct 2026, Answer rate:"
        " – and 100.0%."
    )
    assert found.notes[1] == (
        "The difference is api minus calls. In bounds up to 1% of the value in calls or 4:"
        f" Attempted calls. In bounds up to 1% of the value in calls or 2{NBSP}pp: Answer rate."
        " In bounds up to 0% of the value in calls: Answered calls."
    )
    assert found.held == ""


def test_only_differences() -> None:
    wanted = section("ATTEMPTED", show="differences", tolerance={"absolute": 1})
    found = block(wanted, said(OWN), said(OTHER))
    assert [row.cells[0].text for row in found.rows] == ["2 Oct 2026", "Total"]
    assert found.notes[0].startswith("2 of 5 comparisons are out of bounds.")
    assert found.notes[0].endswith("The largest difference: 2 Oct 2026, Attempted calls: +4.0%.")
    same = block(wanted, said(OWN), said(OWN))
    assert [row.cells[0].text for row in same.rows] == ["Total"]
    assert same.notes[0] == "5 comparisons, and all are in bounds."


def test_small_differences_on_one_side_are_found_in_the_whole() -> None:
    own = day_rates(*[(100, 50)] * 4)
    other = day_rates(*[(101, 50)] * 4)
    found = block(section("ATTEMPTED", tolerance={"absolute": 3}), said(own), said(other))
    assert [row.cells[1].text for row in found.rows] == [*["in bounds"] * 4, "out of bounds"]
    assert found.notes[0] == (
        "1 of 5 comparisons is out of bounds. The largest difference: Total, Attempted calls:"
        " +1.0%."
    )


def test_of_the_whole_alone_there_is_a_row_for_each_metric() -> None:
    wanted = section("ATTEMPTED", "ANSWER_RATE", by=None, tolerance={"relative": 0.02})
    found = block(wanted, said(rates((), [(400, 200)])), said(rates((), [(404, 300)])))
    assert [(head.name, head.label, head.role) for head in found.heads] == [
        ("metric", "Metric", HeadRole.DIMENSION),
        ("verdict", "Result", HeadRole.DIMENSION),
        ("value", "calls", HeadRole.METRIC),
        ("value", "api", HeadRole.AGAINST),
        ("value", "Difference", HeadRole.DEVIATION),
        ("value", "Relative", HeadRole.CHANGE),
    ]
    assert texts(found) == [
        ["Attempted calls", "in bounds", "400", "404", "+4", "+1.0%"],
        ["Answer rate", "out of bounds", "50.0%", "74.3%", f"+24.3{NBSP}pp", "+48.5%"],
    ]
    assert [row.cells[0].value for row in found.rows] == ["ATTEMPTED", "ANSWER_RATE"]
    assert found.rows[0].cells[2].format is Format.INTEGER
    assert found.notes[0] == (
        f"1 of 2 comparisons is out of bounds. The largest difference: Answer rate: +24.3{NBSP}pp."
    )


def test_an_amount_without_bounds_of_its_own_is_written_in_its_unit() -> None:
    longest = Column(
        name="TALK",
        kind=RATE.kind,
        role=RATE.role,
        label="Talk",
        format=Format.DURATION,
        roll_up=ATTEMPTED.roll_up,
    )
    table = Table((longest,), ((100.5,),))
    found = block(section("TALK", by=None, tolerance={"absolute": 90}), said(table), said(table))
    assert "In bounds up to 0:01:30: Talk." in found.notes[1]
    assert texts(found) == [["Talk", "in bounds", "0:01:41", "0:01:41", "0:00:00", "0.0%"]]


# What is not compared


def test_a_step_that_one_source_covers_in_part_is_not_compared() -> None:
    own = said(OWN)
    short = said(day_rates((100, 60), (100, 50), (0, 0), (20, 10)), local(2026, 10, 4, 9))
    for mine, theirs in ((own, short), (short, own)):
        found = block(section("ATTEMPTED", "ANSWERED", hold=True), mine, theirs)
        assert [row.cells[1].text for row in found.rows] == [
            "in bounds",
            "in bounds",
            "in bounds",
            "not compared",
            "in bounds",
        ]
        assert found.rows[3].cells[4].text == "–"
        assert {found.rows[3].cells[2].text, found.rows[3].cells[3].text} == {"200", "20"}
        assert [cell.text for cell in found.rows[4].cells[2:5]] == ["200", "200", "0"]
        source = "api" if theirs is short else "calls"
        assert found.notes[2] == (
            "Not compared is 1 step that a source does not cover completely: 4 Oct 2026. The total"
            f" is over the 3 steps that are compared. The source {source} has data up to 4 Oct"
            " 2026, 09:00 Europe/Zagreb."
        )
        assert found.held == ""


def test_steps_that_follow_one_another_are_named_together() -> None:
    other = said(day_rates((100, 60), (7, 5)), local(2026, 10, 2, 9))
    found = block(section("ATTEMPTED"), said(OWN), other)
    assert (
        "Not compared are 3 steps that a source does not cover completely: 2 Oct 2026 to"
        in (found.notes[2])
    )
    assert "The total is over the 1 step that is compared." in found.notes[2]
    assert texts(found)[3] == ["4 Oct 2026", "not compared", "200", "–", "–"]


def test_an_answer_for_less_than_was_asked_is_compared_as_far_as_it_goes() -> None:
    middle = Interval(local(2026, 10, 2), local(2026, 10, 4))
    other = said(rates((DAY,), [(DAYS[1], 100, 50)]), interval=middle)
    found = block(section("ATTEMPTED"), said(OWN), other)
    assert [row.cells[1].text for row in found.rows] == [
        "not compared",
        "in bounds",
        "in bounds",
        "not compared",
        "in bounds",
    ]
    assert "completely: 1 Oct 2026 and 4 Oct 2026." in found.notes[2]
    assert "The source api answered for 2 Oct 2026, 00:00 – 4 Oct 2026, 00:00" in found.notes[2]
    ends = Interval(FOUR_DAYS.since, local(2026, 10, 4))
    found = block(section("ATTEMPTED"), said(OWN), said(OTHER, interval=ends))
    assert "The source api has data up to 4 Oct 2026, 00:00 Europe/Zagreb." in found.notes[2]


def test_a_source_without_data_holds() -> None:
    nothing = said(day_rates(), None)
    for by, note in (
        ("DAY", "1 Oct 2026 to 4 Oct 2026. The source api has no data."),
        (None, "does not cover 1–4 Oct 2026 completely. The source api has no data."),
    ):
        own = OWN if by else rates((), [(400, 210)])
        other = nothing if by else said(rates((), [(0, 0)]), None)
        found = block(section("ATTEMPTED", by=by, hold=True), said(own), other)
        assert found.notes[0] == found.held == "Nothing could be compared."
        assert found.notes[2].endswith(note)
        assert "The total is over" not in found.notes[2]
        assert {row.cells[1].text for row in found.rows} == {"not compared"}


def test_a_metric_that_a_source_lacks_is_not_compared() -> None:
    lacking = count("BUSY", "Busy calls", unavailable="the API does not tell it")
    own = Table((DAY, ATTEMPTED, BUSY), tuple((day, 100, 7) for day in DAYS))
    other = Table((DAY, ATTEMPTED, lacking), tuple((day, 100, None) for day in DAYS))
    found = block(section("ATTEMPTED", "BUSY", hold=True), said(own), said(other))
    assert texts(found)[0] == ["1 Oct 2026", "in bounds", "100", "100", "0", "7", "–", "–"]
    assert texts(found)[-1] == ["Total", "in bounds", "400", "400", "0", "28", "–", "–"]
    assert found.notes[0] == "5 comparisons, and all are in bounds."
    assert found.notes[2] == "Busy calls is not available: the API does not tell it."
    assert found.held == ""
    alone = block(section("BUSY", hold=True), said(own), said(other))
    assert alone.held == "Nothing could be compared."


def distinct(*rows: Row) -> Table:
    return Table(
        (DAY, ATTEMPTED, CALLERS, PER_CALLER),
        tuple((*row, row[1] / row[2]) for row in rows),
    )


def test_what_only_the_source_can_total_is_what_it_says() -> None:
    table = distinct(*((day, 100, 40) for day in DAYS))
    mine = said(Table((ATTEMPTED, CALLERS, PER_CALLER), ((400, 90, 400 / 90),)))
    theirs = said(Table((ATTEMPTED, CALLERS, PER_CALLER), ((400, 80, 5.0),)))
    found = block(
        section("CALLERS", "PER_CALLER"),
        said(table),
        said(table),
        levels=(mine,),
        against_levels=(theirs,),
    )
    assert texts(found)[-1] == [
        "Total",
        "out of bounds",
        "90",
        "80",
        "-10",
        "4.44",
        "5.00",
        "+0.56",
    ]
    # A card or a delivery asks the same source for more of the same period.
    more = said(Table((RATE, ATTEMPTED, ANSWERED, CALLERS, PER_CALLER), ((0.5, 400, 200, 90, 4),)))
    with_more = block(
        section("CALLERS", "ATTEMPTED"),
        said(table),
        said(table),
        levels=(more,),
        against_levels=(theirs,),
    )
    assert texts(with_more)[-1][2:5] == ["90", "80", "-10"]
    short = said(table, local(2026, 10, 4, 9))
    found = block(
        section("ATTEMPTED", "CALLERS"),
        said(table),
        short,
        levels=(mine,),
        against_levels=(theirs,),
    )
    assert texts(found)[-1] == ["Total", "in bounds", "300", "300", "0", "–", "–", "–"]
    assert found.notes[-1] == (
        "Different callers has no total: it cannot be added up over the steps that are compared."
    )


def test_a_whole_that_covers_another_time_than_the_steps_is_not_compared() -> None:
    table = distinct(*((day, 100, 40) for day in DAYS))
    whole = Table((ATTEMPTED, CALLERS, PER_CALLER), ((400, 90, 400 / 90),))
    less = Interval(FOUR_DAYS.since, local(2026, 10, 4))
    found = block(
        section("ATTEMPTED", "CALLERS"),
        said(table),
        said(table),
        levels=(said(whole),),
        against_levels=(msgspec.structs.replace(said(whole), interval=less),),
    )
    assert texts(found)[-1] == ["Total", "in bounds", "400", "400", "0", "90", "–", "–"]
    assert found.notes[-1] == (
        "Different callers has no total: it cannot be added up over the steps that are compared."
    )


def test_bad_records_of_the_other_source_are_told() -> None:
    rejected = Rejections(2, (Rejected("b.csv, row 3", "it ends before it begins"),))
    found = block(section("ATTEMPTED"), said(OWN), said(OWN, rejections=rejected))
    assert found.notes[-1] == (
        "2 records of the source api could not be used and are not counted. The first: b.csv,"
        " row 3: it ends before it begins."
    )


def test_a_section_whose_other_source_was_not_asked_is_a_bug() -> None:
    with pytest.raises(TypeError, match="api has not been asked"):
        block_of(section("ATTEMPTED"), SectionAnswers(current=said(OWN)))


# The document


def document(period: Period = PeriodName.LAST_MONTH, **more: Any) -> Any:  # noqa: ANN401
    made = edition(
        KpiSection(metrics=("ATTEMPTED",)),
        section("ATTEMPTED", title="Both", hold=True),
        section("ATTEMPTED", title="Both again", hold=False),
        interval=FOUR_DAYS,
        comparison=None,
        period=period,
    )
    both = SectionAnswers(current=said(OWN), against=said(OTHER, **more))
    return composed(made, SectionAnswers(current=said(rates((), [(400, 210)]))), both, both)


def test_the_document_says_what_is_held() -> None:
    assert document().held == (
        (
            "Both: 3 of 5 comparisons are out of bounds. The largest difference: 3 Oct 2026,"
            " Attempted calls: +1."
        ),
    )


def test_what_the_other_source_remarks_is_a_notice() -> None:
    found = document(notices=("the API trimmed the period",))
    assert found.notices == ("the API trimmed the period.",)
    assert [each.name for each in found.provenance.definitions] == ["ATTEMPTED"]
