"""Sparklines: points in a box."""

from reporter.document.model import Cell
from reporter.output.sparkline import Point, sparkline


def course(*values: float | None) -> tuple[Cell, ...]:
    return tuple(Cell(value=v, text=str(v)) for v in values)


def test_least_is_at_the_bottom_and_greatest_at_the_top() -> None:
    line = sparkline(course(1, 3, 2))
    assert line is not None
    assert line.runs == ((Point(4, 44), Point(120, 4), Point(236, 24)),)
    assert line.last == Point(236, 24)


def test_missing_values_are_gaps_and_keep_their_place() -> None:
    line = sparkline(course(None, 1, None, None, 2, 3, None))
    assert line is not None
    assert [len(run) for run in line.runs] == [1, 2]
    assert line.runs[0][0].x == 42.7
    assert line.last == line.runs[1][-1]


def test_equal_values_lie_in_the_middle() -> None:
    line = sparkline(course(5, 5))
    assert line is not None
    assert {point.y for point in line.runs[0]} == {24}


def test_fewer_than_two_values_are_no_course() -> None:
    assert sparkline(()) is None
    assert sparkline(course(None, 1, None)) is None
