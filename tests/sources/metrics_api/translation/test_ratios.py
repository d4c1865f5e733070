"""A ratio is believed where its digits allow for its counts, in one scale for all."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from plain_api import ROUNDINGS

from reporter.sources.metrics_api.place import Place
from reporter.sources.metrics_api.ratios import Claim, ContradictionError, check_ratios

HERE = Place((), ())
SCALES = {"fraction": 1, "percent": 100}


def claim(told: str, over: int, under: int, metric: str = "ANSWER_RATE") -> Claim:
    number = Decimal(told)
    return Claim(
        metric,
        Place(("COUNTRY_ID",), (1, "VOICE_VIDEO")),
        int(number) if told.isdigit() else number,
        over,
        under,
    )


def contradiction(*claims: Claim, scale: str = "auto") -> str:
    with pytest.raises(ContradictionError) as caught:
        check_ratios(claims, scale)
    return f"{caught.value}\n{caught.value.hint}"


@given(
    under=st.integers(1, 10**7),
    share=st.fractions(0, 1),
    digits=st.integers(0, 12),
    rounding=st.sampled_from(ROUNDINGS),
    scale=st.sampled_from(["fraction", "percent"]),
)
def test_any_rounding_is_believed(
    under: int, share: Fraction, digits: int, rounding: str, scale: str
) -> None:
    assume(digits > 0 or scale == "percent")  # nobody rounds a fraction to whole numbers
    over = int(share * under)
    exact = Decimal(over) * SCALES[scale] / under
    told = exact.quantize(Decimal(1).scaleb(-digits), rounding=rounding)
    for known in ("auto", scale):
        check_ratios([Claim("ANSWER_RATE", HERE, told, over, under)], known)


@given(
    under=st.integers(1, 10_000),
    share=st.fractions(0, 1),
    scale=st.sampled_from(["fraction", "percent"]),
    other=st.integers(0, 10_000),
)
def test_other_counts_are_not_believed(under: int, share: Fraction, scale: str, other: int) -> None:
    over = int(share * under)
    assume(other <= under)
    exact = Decimal(over) * SCALES[scale] / under
    # A difference that six digits show.
    assume(abs(Fraction(other - over, under)) * SCALES[scale] > Fraction(3, 10**6))
    told = exact.quantize(Decimal("1.000000"))
    with pytest.raises(ContradictionError):
        check_ratios([Claim("ANSWER_RATE", HERE, told, other, under)], scale)


@given(over=st.integers(0, 10**6), under=st.integers(1, 10**6))
def test_numbers_in_double_precision_are_believed(over: int, under: int) -> None:
    assume(over <= under)
    for told, scale in ((over / under, "fraction"), (over / under * 100, "percent")):
        check_ratios([Claim("ANSWER_RATE", HERE, Decimal(repr(told)), over, under)], scale)


def test_the_digits_tell_how_far_off_a_ratio_may_be() -> None:
    check_ratios([claim("42", 427, 1000)], "percent")
    check_ratios([claim("42.7", 4275, 10_000)], "percent")
    check_ratios([claim("42.0", 427, 1000)], "percent")  # 42, as many programs write it
    check_ratios([claim("1", 95, 100)], "fraction")
    assert "contradicts itself" in contradiction(claim("1", 89, 100), scale="fraction")
    assert contradiction(claim("42.00", 427, 1000)) == (
        "the API contradicts itself: ANSWER_RATE for COUNTRY_ID 1 is 42.00,"
        " its counts say 427 / 1000\n"
        "run it again if the period was still filling up; else the API counts this ratio"
        " otherwise, and no number of it can be trusted: tell its support"
    )
    assert contradiction(claim("0.42", 50, 100)).startswith("the API contradicts itself")


def test_one_scale_must_fit_all() -> None:
    check_ratios([claim("0", 0, 5), claim("0.5", 1, 2), claim("1", 1, 1)], "auto")
    check_ratios([claim("0.0", 0, 5), claim("50.0", 1, 2), claim("100", 1, 1)], "auto")
    assert contradiction(claim("0.5", 1, 2), claim("50", 1, 2, "BUSY_RATE")) == (
        "the API writes some ratios as fractions and others as percentages:"
        " ANSWER_RATE for COUNTRY_ID 1 is 0.5, its counts say 1 / 2;"
        " BUSY_RATE for COUNTRY_ID 1 is 50, its counts say 1 / 2\n"
        "no setting makes sense of that: tell the API's support"
    )


def test_the_scale_that_is_said_is_the_one_that_holds() -> None:
    for said, other, told in (("fraction", "percent", "50"), ("percent", "fraction", "0.5")):
        assert contradiction(claim(told, 1, 2), scale=said) == (
            f"ratioScale is {said}, but ANSWER_RATE for COUNTRY_ID 1 is {told},"
            " its counts say 1 / 2\n"
            f"write ratioScale: {other} in the source's settings, or auto"
        )


def test_a_ratio_over_nothing_is_nothing() -> None:
    check_ratios([claim("0", 0, 0), claim("0.00", 0, 0)], "auto")
    assert "is 0.01, its counts say 0 / 0" in contradiction(claim("0.01", 0, 0))
