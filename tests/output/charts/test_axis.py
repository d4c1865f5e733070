"""Round values and their texts; which steps are named."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.data.table import Format
from reporter.output.charts.axis import axis, named


@pytest.mark.parametrize(
    ("values", "form", "language", "from_zero", "expected"),
    [
        ([1200, 1900], Format.INTEGER, "en-GB", False,
         ["1,200", "1,400", "1,600", "1,800", "2,000"]),
        ([1200, 1900], Format.INTEGER, "en-GB", True, ["0", "500", "1,000", "1,500", "2,000"]),
        ([2, 3], Format.INTEGER, "en-GB", True, ["0", "1", "2", "3"]),
        ([30_000, 48_000], Format.INTEGER, "en-GB", True, ["0", "20K", "40K", "60K"]),
        ([30_000, 48_000], Format.INTEGER, "de-DE", True, ["0", "20.000", "40.000", "60.000"]),
        ([0.58, 0.633], Format.PERCENT, "en-GB", False, ["58%", "60%", "62%", "64%"]),
        ([0.0012, 0.0095], Format.PERCENT, "fr-FR", True,
         ["0,00\N{NO-BREAK SPACE}%", "0,25\N{NO-BREAK SPACE}%",
          "0,50\N{NO-BREAK SPACE}%", "0,75\N{NO-BREAK SPACE}%",
          "1,00\N{NO-BREAK SPACE}%"]),
        ([40, 110], Format.DURATION, "en-GB", True,
         ["0:00:00", "0:00:30", "0:01:00", "0:01:30", "0:02:00"]),
        ([400_000], Format.DURATION, "en-GB", True,
         ["0:00:00", "50:00:00", "100:00:00", "150:00:00"]),
        ([1.21, 1.25], Format.DECIMAL, "en-GB", False, ["1.21", "1.22", "1.23", "1.24", "1.25"]),
        ([0, 0], Format.PERCENT, "en-GB", True, ["0.00%", "0.25%", "0.50%", "0.75%", "1.00%"]),
        ([], Format.INTEGER, "en-GB", True, ["0", "1"]),
        ([-4, 3], Format.INTEGER, "en-GB", False, ["-4", "-2", "0", "2", "4"]),
    ],
)  # fmt: skip
def test_marks_are_round_and_written_in_the_locale(
    values: list[float], form: Format, language: str, *, from_zero: bool, expected: list[str]
) -> None:
    assert [t.text for t in axis(values, form, language, from_zero=from_zero).ticks] == expected


numbers = st.floats(min_value=-1e9, max_value=1e9).map(lambda v: round(v, 6))


@given(
    values=st.lists(numbers, min_size=1, max_size=20),
    form=st.sampled_from(list(Format)),
    from_zero=st.booleans(),
)
def test_an_axis_holds_its_values_and_has_few_marks(
    values: list[float], form: Format, *, from_zero: bool
) -> None:
    made = axis(values, form, "en-GB", from_zero=from_zero)
    slack = (made.high - made.low) * 1e-6 + 1e-9
    assert made.low <= min(values) + slack
    assert made.high >= max(values) - slack
    assert made.low < made.high
    assert 2 <= len(made.ticks) <= 8
    if from_zero:
        assert made.low <= 0


@given(st.integers(1, 400), st.integers(2, 12))
def test_no_more_steps_are_named_than_asked(count: int, most: int) -> None:
    places = named(count, most)
    assert places[0] == 0
    assert len(places) <= most
    assert len({b - a for a, b in pairwise(places)}) <= 1


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("values", [[0.0, 1e300], [-8e300, 8e300], [3e40]])
def test_no_number_is_too_large_for_an_axis(values: list[float], form: Format) -> None:
    assert all(tick.text for tick in axis(values, form, "en-GB", from_zero=True).ticks)
