"""Sparklines: points in a box, and what they say in words."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reporter.document.model import KpiCard
from reporter.document.values import Cell
from reporter.output.sparkline import HEIGHT, WIDTH, Point, course, sparkline
from reporter.words import load_words


def cells(*values: float | None) -> tuple[Cell, ...]:
    return tuple(Cell(value=v, text=str(v)) for v in values)


def card(*values: float | None) -> KpiCard:
    steps = tuple(Cell(value=n, text=f"{n + 1} Oct") for n in range(len(values)))
    return KpiCard(
        name="A",
        label="Calls",
        description="",
        value=Cell(value=1, text="1"),
        course=cells(*values),
        course_steps=steps,
    )


WORDS = load_words("en-GB", Path())


def test_least_is_at_the_bottom_and_greatest_at_the_top() -> None:
    line = sparkline(cells(10, 14, 12))
    assert line is not None
    assert line.runs == ((Point(1, 43), Point(118, 5), Point(235, 24)),)
    assert line.last.point == Point(235, 24)
    assert line.zero is None


def test_a_course_that_comes_near_zero_is_drawn_down_to_it() -> None:
    line = sparkline(cells(10, 40, 20))
    assert line is not None
    assert line.zero == 43
    assert [point.y for point in line.runs[0]] == [33.5, 5, 24]


def test_zero_lies_within_a_course_that_passes_it() -> None:
    line = sparkline(cells(-10, 30))
    assert line is not None
    assert line.zero == 33.5


def test_a_course_below_zero_hangs_from_it() -> None:
    line = sparkline(cells(-40, -10))
    assert line is not None
    assert line.zero == 5
    assert line.runs[0][0].y == 43


def test_missing_values_are_gaps_and_keep_their_place() -> None:
    line = sparkline(cells(None, 1, None, None, 2, 3, None))
    assert line is not None
    assert [len(run) for run in line.runs] == [1, 2]
    assert line.runs[0][0].x == 40
    assert line.last.point == line.runs[1][-1]
    assert line.last.place == 5


def test_equal_values_lie_in_the_middle_and_have_no_extremes() -> None:
    line = sparkline(cells(5, 5))
    assert line is not None
    assert {point.y for point in line.runs[0]} == {24}
    assert line.lowest is line.highest is line.zero is None


def test_fewer_than_two_values_are_no_course() -> None:
    assert sparkline(()) is None
    assert sparkline(cells(None, 1, None)) is None
    assert course(card(None, 1), WORDS) is None


def test_the_first_of_equal_extremes_is_marked() -> None:
    line = sparkline(cells(8, 5, 9, 5, 9, 7))
    assert line is not None
    assert line.lowest is not None
    assert line.highest is not None
    assert (line.lowest.place, line.highest.place) == (1, 2)


def test_a_course_says_first_extremes_and_last_in_words() -> None:
    said = course(card(None, 8, 5, None, 9, 7, None), WORDS)
    assert said is not None
    assert said.summary == (
        "Calls: first 8 (2 Oct), lowest 5 (3 Oct), highest 9 (5 Oct), last 7 (6 Oct)"
    )
    assert (said.lowest, said.highest, said.last) == (
        "lowest 5 (3 Oct)",
        "highest 9 (5 Oct)",
        "last 7 (6 Oct)",
    )


def test_a_flat_course_says_no_extremes() -> None:
    said = course(card(5, 5), WORDS)
    assert said is not None
    assert said.summary == "Calls: first 5 (1 Oct), last 5 (2 Oct)"


numbers = st.none() | st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9)


@given(st.lists(numbers, min_size=2, max_size=40))
def test_every_known_value_is_a_point_in_the_box_in_its_order(values: list[float | None]) -> None:
    line = sparkline(cells(*values))
    known = [value for value in values if value is not None]
    if len(known) < 2:
        assert line is None
        return
    assert line is not None
    points = [point for run in line.runs for point in run]
    assert len(points) == len(known)
    assert all(0 <= point.x <= WIDTH and 0 <= point.y <= HEIGHT for point in points)
    assert all(one.x < other.x for one, other in pairwise(points))
    least = max(points, key=lambda point: point.y)
    if line.lowest is not None:
        assert line.lowest.point.y == least.y
        assert values[line.lowest.place] == min(known)
    assert values[line.last.place] == known[-1]
