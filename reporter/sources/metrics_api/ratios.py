"""Ratios of the API beside its own counts: one proves the other, and tells the scale.

The API does not say whether a rate is written as 0.42 or as 42, nor how it is rounded. What its
digits show is enough: of 42.9 only what lies within a tenth can be meant.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from reporter.sources.metrics_api.measures import RatioScale
from reporter.sources.metrics_api.place import Place

_SCALES: Final[Mapping[RatioScale, int]] = {"fraction": 1, "percent": 100}
_PRECISION: Final = 10**6
"""What single precision tells apart: further digits are noise, however many are shown."""


class Claim(msgspec.Struct, frozen=True):
    """A ratio that the API told, and the counts beside it.

    Attributes:
        metric: the ratio's name.
        place: the row.
        told: what the API says.
        numerator: of its counts.
        denominator: of its counts.
    """

    metric: str
    place: Place
    told: int | Decimal
    numerator: int
    denominator: int

    def fits(self, scale: RatioScale) -> bool:
        """Whether the counts make this ratio, if it is written in that scale.

        It may be off by one in the last digit that is shown, however it is rounded.
        """
        if self.denominator == 0:
            return self.told == 0
        # In whole numbers, for there may be many of them: told = over / under, exactly.
        over, under = self.told.as_integer_ratio()
        exact = self.numerator * _SCALES[scale] * under
        difference = abs(over * self.denominator - exact)
        in_last_digit = difference * 10 ** _digits(self.told, scale) <= under * self.denominator
        return in_last_digit or difference * _PRECISION <= exact

    def __str__(self) -> str:
        return (
            f"{self.metric}{self.place} is {self.told},"
            f" its counts say {self.numerator} / {self.denominator}"
        )


class ContradictionError(ValueError):
    """The API's ratios and its counts do not fit.

    Args:
        message: which, as a sentence.
        hint: what to do about it.
    """

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def check_ratios(claims: Iterable[Claim], scale: RatioScale) -> None:
    """Nothing, if all ratios are those of their counts, in one scale.

    Args:
        claims: of all requests of a run.
        scale: as the settings say it.

    Raises:
        ContradictionError: they are not.
    """
    possible = dict(_SCALES) if scale == "auto" else {scale: _SCALES[scale]}
    # For each scale the claims that rule it out, one of them is enough.
    against: dict[RatioScale, Claim] = {}
    for claim in claims:
        fits = {one: claim.fits(one) for one in _SCALES}
        if not any(fits.values()):
            raise ContradictionError(
                f"the API contradicts itself: {claim}",
                hint=_AGAIN,
            )
        for one in possible:
            if not fits[one]:
                against.setdefault(one, claim)
        if len(against) == len(possible):
            raise _no_scale(against, scale)


_AGAIN: Final = (
    "run it again if the period was still filling up; else the API counts this ratio otherwise, and"
    " no number of it can be trusted: tell its support"
)


def _no_scale(against: Mapping[RatioScale, Claim], scale: RatioScale) -> ContradictionError:
    if scale == "auto":
        one, other = against["percent"], against["fraction"]
        return ContradictionError(
            f"the API writes some ratios as fractions and others as percentages: {one}; {other}",
            hint="no setting makes sense of that: tell the API's support",
        )
    other_scale = "percent" if scale == "fraction" else "fraction"
    return ContradictionError(
        f"ratioScale is {scale}, but {against[scale]}",
        hint=f"write ratioScale: {other_scale} in the source's settings, or auto",
    )


def _digits(told: int | Decimal, scale: RatioScale) -> int:
    """How many digits behind the point say something.

    67.0 shows no more than 67: that is how most programs write a whole number among others. But
    nobody rounds a fraction to whole numbers: 1 stands for 1.0 there.
    """
    shown = 0 if isinstance(told, int) else max(0, -int(told.as_tuple().exponent))
    if scale == "fraction":
        return max(shown, 1)
    return 0 if shown == 1 and told == int(told) else shown
