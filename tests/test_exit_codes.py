from itertools import permutations

import pytest

from reporter.exit_codes import FAILED, HELD, MISTAKE, worst


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((), 0),
        ((0, 0), 0),
        ((0, HELD), 4),
        ((HELD, MISTAKE), 1),
        ((HELD, FAILED, 0), 3),
        ((MISTAKE, FAILED), 3),
    ],
)
def test_what_went_wrong_weighs_more_than_what_is_held(
    codes: tuple[int, ...], expected: int
) -> None:
    assert {worst(order) for order in permutations(codes)} == {expected}
