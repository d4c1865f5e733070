"""Signs on cells, ratios over few, and the formats that other programs apply."""

import pytest
from handmade import COUNTRY, asked, block_of, count, rates
from hypothesis import given
from hypothesis import strategies as st

from reporter.data.table import Goal, Table
from reporter.document.model import TableBlock
from reporter.document.values import CellFormat, HeadRole, Mark, RowKind, Tone
from reporter.spec.model import Target
from reporter.spec.query import QuerySpec, Top
from reporter.spec.sections import ConditionalFormat, TableSection


def section(*formats: ConditionalFormat, **more: object) -> TableSection:
    metrics = tuple(dict.fromkeys(f.metric for f in formats)) or ("ATTEMPTED", "ANSWER_RATE")
    query = QuerySpec(metrics=metrics, aggregate_by=("COUNTRY_NAME",), top=more.pop("top", None))
    return TableSection(query=query, conditional_formats=formats, **more)


def signs(block: TableBlock, place: int = 1) -> list[tuple[Mark | None, Tone]]:
    return [(row.cells[place].mark, row.cells[place].tone) for row in block.rows]


RATES = rates((COUNTRY,), [("a", 100, 20), ("b", 100, 50), ("c", 100, 51), ("d", 0, 0)])


def test_a_threshold_says_met_and_missed() -> None:
    wanted = ConditionalFormat(metric="ANSWER_RATE", type="threshold", at_least=0.5)
    block = block_of(section(wanted, totals=True), asked(RATES))
    assert signs(block) == [
        (Mark.MISSED, Tone.BAD),
        (Mark.MET, Tone.GOOD),  # at the bound
        (Mark.MET, Tone.GOOD),
        (None, Tone.NEUTRAL),  # no value is neither
        (None, Tone.NEUTRAL),  # the total has no sign
    ]
    assert block.formats == (
        CellFormat(place=1, kind="threshold", at_least=0.5, least=0.2, greatest=0.51, goal=Goal.UP),
    )


@pytest.mark.parametrize(
    ("target", "marks"),
    [
        (Target(at_least=0.505), [Mark.MISSED, Mark.MISSED, Mark.MET, None]),
        (Target(at_least=0.2, at_most=0.5), [Mark.MET, Mark.MET, Mark.MISSED, None]),
    ],
)
def test_a_threshold_without_bounds_is_the_target(target: Target, marks: list[Mark | None]) -> None:
    wanted = ConditionalFormat(metric="ANSWER_RATE", type="threshold")
    block = block_of(section(wanted), asked(RATES), targets={"ANSWER_RATE": target})
    assert [mark for mark, _ in signs(block)] == marks
    (format_,) = block.formats
    assert (format_.at_least, format_.at_most) == (target.at_least, target.at_most)


def test_bounds_of_its_own_go_before_the_target() -> None:
    wanted = ConditionalFormat(metric="ANSWER_RATE", type="threshold", at_most=0.3)
    target = {"ANSWER_RATE": Target(at_least=0.9)}
    block = block_of(section(wanted), asked(RATES), targets=target)
    assert [mark for mark, _ in signs(block)] == [Mark.MET, Mark.MISSED, Mark.MISSED, None]


@pytest.mark.parametrize(
    ("goal", "tones"),
    [
        (Goal.UP, [Tone.BAD, Tone.NEUTRAL, Tone.GOOD]),
        (Goal.DOWN, [Tone.GOOD, Tone.NEUTRAL, Tone.BAD]),
        (Goal.NEUTRAL, [Tone.NEUTRAL] * 3),
    ],
)
def test_icons_say_low_middle_and_high(goal: Goal, tones: list[Tone]) -> None:
    column = count("LOST", "Lost", goal=goal)
    table = Table((COUNTRY, column), (("a", 9), ("b", 10), ("c", 20)))
    wanted = ConditionalFormat(metric="LOST", type="icons", cuts=(10, 20))
    block = block_of(section(wanted), asked(table))
    assert signs(block) == list(zip([Mark.LOW, Mark.MIDDLE, Mark.HIGH], tones, strict=True))
    assert block.formats[0].cuts == (10, 20)


def test_other_rows_have_no_signs() -> None:
    wanted = ConditionalFormat(metric="ANSWER_RATE", type="threshold", at_least=0.5)
    block = block_of(section(wanted, top=Top(limit=1, other=True)), asked(RATES))
    assert [mark for mark, _ in signs(block)] == [Mark.MET, None]


def test_formats_stand_at_the_place_of_the_metric_among_comparison_columns() -> None:
    formats = (
        ConditionalFormat(metric="ATTEMPTED", type="dataBar"),
        ConditionalFormat(metric="ANSWER_RATE", type="colorScale"),
    )
    block = block_of(section(*formats, compare=True), asked(RATES, RATES))
    roles = [(block.heads[f.place].name, block.heads[f.place].role) for f in block.formats]
    assert roles == [("ATTEMPTED", HeadRole.METRIC), ("ANSWER_RATE", HeadRole.METRIC)]
    assert [(f.least, f.greatest) for f in block.formats] == [(0, 100), (0.2, 0.51)]


def test_a_ratio_over_few_is_faint_wherever_it_stands() -> None:
    now = rates((COUNTRY,), [("a", 29, 20), ("b", 30, 20), ("c", 0, 0)])
    then = rates((COUNTRY,), [("a", 90, 60), ("b", 29, 10), ("c", 10, 1)])
    block = block_of(section(compare=True, totals=True), asked(now, then))
    faint = [[cell.faint for cell in row.cells] for row in block.rows]
    assert faint == [
        [False, False, False, False, True, False, True],  # 29 now
        [False, False, False, False, False, True, True],  # 29 then
        [False, False, False, False, False, True, False],  # no value, no change
        [False] * 7,
    ]
    assert block.notes == ("~ a ratio over fewer than 30: too few to mean much.",)


def test_small_is_what_the_report_says() -> None:
    made = block_of(section(), asked(rates((COUNTRY,), [("a", 29, 20)])), small_sample=0)
    assert not any(cell.faint for cell in made.rows[0].cells)
    made = block_of(section(), asked(rates((COUNTRY,), [("a", 29, 20)])), small_sample=29)
    assert made.notes == ()


@given(
    st.lists(st.integers(0, 10), min_size=1, max_size=8),
    st.tuples(st.integers(-1, 11), st.integers(-1, 11)).map(sorted),
    st.sampled_from((Goal.UP, Goal.DOWN)),
)
def test_signs_agree_with_the_values(values: list[int], ends: list[int], goal: Goal) -> None:
    low, high = ends[0], ends[1] + 1
    column = count("LOST", "Lost", goal=goal)
    table = Table((COUNTRY, column), tuple((str(n), v) for n, v in enumerate(values)))
    kinds = (
        ConditionalFormat(metric="LOST", type="icons", cuts=(low, high)),
        ConditionalFormat(metric="LOST", type="threshold", at_least=low, at_most=high),
    )
    for wanted in kinds:
        for row in block_of(section(wanted), asked(table)).rows:
            cell = row.cells[1]
            value = cell.value
            assert isinstance(value, int)
            if wanted.type == "threshold":
                assert (cell.mark is Mark.MET) == (low <= value <= high)
                assert (cell.tone is Tone.GOOD) == (cell.mark is Mark.MET)
            else:
                rank = [Mark.LOW, Mark.MIDDLE, Mark.HIGH].index(cell.mark)
                assert rank == (value >= low) + (value >= high)
                good = Mark.HIGH if goal is Goal.UP else Mark.LOW
                assert (cell.tone is Tone.GOOD) == (cell.mark is good)
            assert row.kind is RowKind.BODY
