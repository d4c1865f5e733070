"""Whether two values agree: bounds as they are written, whole numbers exactly, noise is nothing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.data.table import Format
from reporter.document.reconciliation.verdict import Pair, Verdict, compared, not_compared
from reporter.spec.tolerance import Tolerance

INTEGER, PERCENT, DECIMAL = Format.INTEGER, Format.PERCENT, Format.DECIMAL
COUNTS = st.integers(0, 10**12)
BOUNDS = st.decimals(0, 1, places=4).map(float)


def found(own: float | None, other: float | None, form: Format = INTEGER, **bounds: float) -> Pair:
    return compared(own, other, Tolerance(**bounds), form)


def agree(own: float | None, other: float | None, form: Format = INTEGER, **bounds: float) -> bool:
    return found(own, other, form, **bounds).verdict is Verdict.IN_BOUNDS


@pytest.mark.parametrize(
    ("own", "other", "form", "bounds", "agrees"),
    [
        (100, 100, INTEGER, {}, True),
        (100, 101, INTEGER, {}, False),
        (100, 105, INTEGER, {"absolute": 5}, True),
        (100, 106, INTEGER, {"absolute": 5}, False),
        (100, 95, INTEGER, {"absolute": 5}, True),
        (1000, 1005, INTEGER, {"relative": 0.005}, True),
        (1000, 1006, INTEGER, {"relative": 0.005}, False),
        # Of the report's own value, not of the other's.
        (1006, 1000, INTEGER, {"relative": 0.00597}, True),
        (1000, 1006, INTEGER, {"relative": 0.00597}, False),
        # One bound that holds is enough.
        (10, 15, INTEGER, {"relative": 0.005, "absolute": 5}, True),
        (10_000, 10_050, INTEGER, {"relative": 0.005, "absolute": 5}, True),
        (10_000, 10_051, INTEGER, {"relative": 0.005, "absolute": 5}, False),
        # 0.57 * 100 is a little less than 57 in floats.
        (100, 157, INTEGER, {"relative": 0.57}, True),
        (0, 1, INTEGER, {"relative": 1}, False),
        (0, 0, INTEGER, {}, True),
        (-100, -101, INTEGER, {"relative": 0.01}, True),
        # Of percentages the points, of all else the absolute bound.
        (0.6, 0.601, PERCENT, {"points": 0.001}, True),
        (0.6, 0.6011, PERCENT, {"points": 0.001}, False),
        (0.6, 0.61, PERCENT, {"absolute": 5}, False),
        (10, 15, INTEGER, {"points": 5}, False),
        # Noise is none; a whole number is exact, however large.
        (0.1 + 0.2, 0.3, PERCENT, {}, True),
        (1e9, 1e9 + 1, DECIMAL, {}, True),
        (1e9, 1e9 + 2, DECIMAL, {}, False),
        (10**15, 10**15 + 1, INTEGER, {}, False),
        (10**15, 10**15 + 6, INTEGER, {"absolute": 5}, False),
        (5, 5.0, DECIMAL, {}, True),
        # No value agrees with no value alone.
        (None, None, PERCENT, {}, True),
        (None, 0.0, PERCENT, {"points": 1}, False),
        (0.0, None, PERCENT, {"points": 1}, False),
    ],
)
def test_what_agrees(
    own: float | None, other: float | None, form: Format, bounds: dict[str, float], agrees: object
) -> None:
    assert agree(own, other, form, **bounds) is agrees


@given(COUNTS, COUNTS, BOUNDS, st.integers(0, 10**6))
def test_counts_are_compared_exactly(own: int, other: int, part: float, bound: int) -> None:
    apart = abs(own - other)
    exact = apart <= bound or apart <= Fraction(str(part)) * own
    assert agree(own, other, relative=part, absolute=bound) is exact


@given(st.floats(-1e12, 1e12), st.floats(-1e-10, 1e-10))
def test_noise_is_no_difference(value: float, noise: float) -> None:
    pair = found(value, value * (1 + noise), DECIMAL)
    assert (pair.verdict, pair.difference) == (Verdict.IN_BOUNDS, 0)


@given(st.floats(1e-6, 1e12), st.floats(1e-6, 1e6))
def test_a_difference_beyond_noise_and_bounds_is_found(value: float, part: float) -> None:
    pair = found(value, value * (1 + 2 * part), DECIMAL, relative=part)
    assert pair.verdict is Verdict.OUT_OF_BOUNDS


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), BOUNDS)
def test_more_is_allowed_by_wider_bounds(own: int, other: int, part: float) -> None:
    if agree(own, other, relative=part):
        assert agree(own, other, relative=part * 2, absolute=1)


def test_the_difference_is_the_other_less_the_own() -> None:
    pair = found(200, 190)
    assert (pair.difference, pair.relative) == (-10, -0.05)
    assert found(-200, -190).relative == 0.05
    assert found(0, 3).relative is None
    assert (found(None, 3).difference, found(None, 3).relative) == (None, None)


def test_what_is_not_compared_has_no_difference() -> None:
    pair = not_compared(200, 190)
    assert (pair.verdict, pair.difference, pair.relative) == (Verdict.NOT_COMPARED, None, None)
