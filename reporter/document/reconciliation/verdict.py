"""Whether two values agree, within what the spec allows.

Values are compared unrounded. Whole numbers are compared exactly; of others, less than a
billionth of the larger one is no difference, and no more beyond a bound than that is within it:
sums and quotients of floats come out so, whatever order they were computed in. Bounds are the
decimal numbers that the spec writes.
"""

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from typing import Final

import msgspec

from reporter.data.formula import Number
from reporter.data.table import Format
from reporter.spec.tolerance import Tolerance

_NOISE: Final = Fraction(1, 10**9)


class Verdict(StrEnum):
    """What is found of two values."""

    IN_BOUNDS = "inBounds"
    OUT_OF_BOUNDS = "outOfBounds"
    NOT_COMPARED = "notCompared"


class Pair(msgspec.Struct, frozen=True):
    """A metric over the same time as the report's own source tells it, and as another does.

    Attributes:
        own: the one value; None is no value.
        other: the other one.
        verdict: what is found of them.
    """

    own: Number | None
    other: Number | None
    verdict: Verdict

    @property
    def difference(self) -> Number | None:
        """The other less the own; noise is 0. None where they are not compared, or one is None."""
        if self.verdict is Verdict.NOT_COMPARED or self.own is None or self.other is None:
            return None
        if _apart(self.own, self.other) <= _noise(self.own, self.other):
            return 0
        return self.other - self.own

    @property
    def relative(self) -> float | None:
        """The difference as a part of the own value; None over zero."""
        difference = self.difference
        if difference is None or self.own is None or self.own == 0:
            return None
        return difference / abs(self.own)


def compared(own: Number | None, other: Number | None, tolerance: Tolerance, form: Format) -> Pair:
    """Two values with what is found of them.

    Args:
        own: the report's.
        other: the other source's.
        tolerance: how far it may be from the own one.
        form: of both.
    """
    agree = _agree(own, other, tolerance, form)
    return Pair(own, other, Verdict.IN_BOUNDS if agree else Verdict.OUT_OF_BOUNDS)


def not_compared(own: Number | None, other: Number | None) -> Pair:
    """Two values that do not cover the same."""
    return Pair(own, other, Verdict.NOT_COMPARED)


def unit_bound(tolerance: Tolerance, form: Format) -> float | None:
    """The bound in the metric's own unit: of a percentage its points."""
    return tolerance.points if form is Format.PERCENT else tolerance.absolute


def _agree(own: Number | None, other: Number | None, tolerance: Tolerance, form: Format) -> bool:
    if own is None or other is None:
        return own is other  # no value agrees with no value alone
    allowed = max(_bounds(own, tolerance, form))
    return _apart(own, other) <= allowed + _noise(own, other)


def _bounds(own: Number, tolerance: Tolerance, form: Format) -> Iterator[Fraction]:
    yield Fraction(0)
    if tolerance.relative is not None:
        yield Fraction(repr(tolerance.relative)) * abs(Fraction(own))
    in_unit = unit_bound(tolerance, form)
    if in_unit is not None:
        yield Fraction(repr(in_unit))


def _apart(own: Number, other: Number) -> Fraction:
    return abs(Fraction(other) - Fraction(own))


def _noise(own: Number, other: Number) -> Fraction:
    if isinstance(own, int) and isinstance(other, int):
        return Fraction(0)
    return _NOISE * max(abs(Fraction(own)), abs(Fraction(other)))
