"""Checks of the data: what fails is said in the report, and what holds it is named."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from handmade import (
    ANSWERED,
    ATTEMPTED,
    OCTOBER,
    answer,
    asked,
    count,
    edition,
    local,
    rates,
)

from reporter.data.answer import Answer, Evidence, Narrowing, Narrowings, Rejections
from reporter.data.table import Column, Kind, Role, Sum, Table
from reporter.dates import Interval
from reporter.document.compose import compose
from reporter.document.model import Document
from reporter.spec.checks import Check, FreshnessCheck, RangeCheck, RejectedCheck, RowsCheck
from reporter.spec.edition import Edition
from reporter.spec.sections import KpiSection
from reporter.words import load_words

CALLS = count("TOTAL_CALL_COUNT", "Calls")
SECTION = KpiSection(metrics=("ATTEMPTED",))
LAST = local(2026, 10, 31, 23, 59)


def checked(
    *checks: Check,
    wholes: dict[int, Answer] | None = None,
    period: Sequence[Answer] | None = None,
    made: Edition | None = None,
    filters: Sequence[Narrowing] = (),
    locale: str = "en-GB",
) -> Document:
    edition_ = made or edition(SECTION, comparison=None, locale=locale)
    spec = msgspec.structs.replace(edition_.spec, checks=checks)
    figures = rates((), [(10, 5)])
    return compose(
        msgspec.structs.replace(edition_, spec=spec),
        [asked(figures)],
        words=load_words(locale, Path()),
        filters=Narrowings((), ((),), tuple(filters) or tuple(() for _ in checks)),
        spec_commit=None,
        version="1.2.3",
        stamp=OCTOBER.until,
        evidence=Evidence(
            wholes=wholes or {},
            period=(answer(figures, data_through=LAST),) if period is None else tuple(period),
        ),
    )


def calls(number: int | None) -> Answer:
    return answer(Table((CALLS,), ((number,),)))


def rate(value: float | None) -> Answer:
    (column,) = (c for c in rates((), []).columns if c.name == "ANSWER_RATE")
    return answer(Table((ATTEMPTED, ANSWERED, column), ((10, 5, value),)))


def failures(document: Document) -> tuple[str, ...]:
    assert document.held == document.notices == document.reservations
    return document.notices


def test_checks_that_hold_say_nothing() -> None:
    document = checked(
        RowsCheck(at_least=10),
        RangeCheck(metric="ANSWER_RATE", at_least=0.5, at_most=0.5),
        FreshnessCheck(within="2m"),
        RejectedCheck(at_most=0),
        wholes={0: calls(10), 1: rate(0.5)},
    )
    assert failures(document) == ()


@pytest.mark.parametrize(
    ("number", "least", "text"),
    [
        (0, 1, "The period has 0 calls; at least 1 are expected."),
        (1, 2, "The period has 1 call; at least 2 are expected."),
        (999, 1000, "The period has 999 calls; at least 1,000 are expected."),
        (None, 1, "The period has – calls; at least 1 are expected."),
    ],
)
def test_too_few_calls(number: int | None, least: int, text: str) -> None:
    document = checked(RowsCheck(at_least=least), wholes={0: calls(number)})
    assert failures(document) == (text,)


@pytest.mark.parametrize(
    ("value", "least", "most", "text"),
    [
        (0.25, 0.5, 0.6, "Answer rate is 25.0%; at least 50% is expected."),
        (0.75, 0.5, 0.6, "Answer rate is 75.0%; at most 60% is expected."),
        (0.5996, 0.6, None, "Answer rate is 59.96%; at least 60% is expected."),
        (0.60001, None, 0.6, "Answer rate is 60.001%; at most 60% is expected."),
        (None, 0.5, None, "Answer rate is –; at least 50% is expected."),
        (None, None, 0.5, "Answer rate is –; at most 50% is expected."),
    ],
)
def test_a_figure_out_of_its_range(
    value: float | None, least: float | None, most: float | None, text: str
) -> None:
    check = RangeCheck(metric="ANSWER_RATE", at_least=least, at_most=most)
    assert failures(checked(check, wholes={0: rate(value)})) == (text,)


def test_a_figure_without_a_format_is_a_number() -> None:
    plain = Column(name="COST", kind=Kind.NUMBER, role=Role.METRIC, label="Cost", roll_up=Sum())
    whole = answer(Table((plain,), ((1234.5,),)))
    document = checked(RangeCheck(metric="COST", at_most=1000), wholes={0: whole})
    assert failures(document) == ("Cost is 1,234.50; at most 1,000 is expected.",)


STALE = "The data of calls end at {}; they should reach 31 Oct 2026, 21:00 Europe/Zagreb."


@pytest.mark.parametrize(
    ("through", "until"),
    [
        (local(2026, 10, 31, 21), None),
        (local(2026, 10, 31, 20, 59), "31 Oct 2026, 20:59 Europe/Zagreb"),
        (None, "–"),
    ],
)
def test_data_that_end_too_early(through: datetime | None, until: str | None) -> None:
    period = [answer(rates((), [(1, 1)]), data_through=through)]
    document = checked(FreshnessCheck(within="3h"), period=period)
    assert failures(document) == (() if until is None else (STALE.format(until),))


def test_the_answer_that_ends_first_counts_and_one_that_ends_nowhere_before_all() -> None:
    late, early, never = (
        answer(rates((), [(1, 1)]), data_through=end)
        for end in (local(2026, 11, 2), local(2026, 10, 1), None)
    )
    check = FreshnessCheck(within="3h")
    first = STALE.format("1 Oct 2026, 00:00 Europe/Zagreb")
    assert failures(checked(check, period=[late, early])) == (first,)
    assert failures(checked(check, period=[late, never])) == (STALE.format("–"),)
    assert failures(checked(check, period=[])) == (STALE.format("–"),)


def test_fresh_is_up_to_now_where_the_period_is_not_over() -> None:
    now = local(2026, 10, 20, 12)
    made = edition(
        SECTION,
        comparison=None,
        interval=Interval(OCTOBER.since, local(2026, 10, 31)),
        as_of=now,
    )
    whole = [answer(rates((), [(1, 1)]), data_through=local(2026, 10, 20, 11))]
    fresh, stale = (
        checked(FreshnessCheck(within=within), period=whole, made=made) for within in ("1h", "59m")
    )
    assert fresh.reservations == ()
    assert stale.reservations == (
        (
            "The data of calls end at 20 Oct 2026, 11:00 Europe/Zagreb; they should reach"
            " 20 Oct 2026, 11:01 Europe/Zagreb."
        ),
    )


def test_records_that_could_not_be_used_count_once() -> None:
    bad = [answer(rates((), [(1, 1)]), rejections=Rejections(3)) for _ in range(4)]
    assert checked(RejectedCheck(at_most=3), period=bad).reservations == ()
    assert checked(RejectedCheck(at_most=2), period=bad).reservations == (
        "3 records could not be used; 2 at most may be left out.",
    )
    one = [answer(rates((), [(1, 1)]), rejections=Rejections(1))]
    assert checked(RejectedCheck(at_most=0), period=one).reservations == (
        "1 record could not be used; 0 at most may be left out.",
    )


def test_a_warning_is_said_and_holds_nothing() -> None:
    document = checked(
        RowsCheck(at_least=5, severity="warn"),
        RowsCheck(at_least=7),
        wholes={0: calls(4), 1: calls(6)},
    )
    assert document.notices == (
        "The period has 4 calls; at least 5 are expected.",
        "The period has 6 calls; at least 7 are expected.",
    )
    assert document.held == ("The period has 6 calls; at least 7 are expected.",)


def test_a_check_of_a_part_says_of_which() -> None:
    document = checked(
        RowsCheck(at_least=5),
        wholes={0: calls(4)},
        filters=[(("Direction", "Outbound"), ("Countries", "219, 49"))],
    )
    assert failures(document) == (
        "Direction: Outbound, Countries: 219, 49. The period has 4 calls; at least 5 are expected.",
    )


@pytest.mark.parametrize(
    ("locale", "texts"),
    [
        (
            "de-DE",
            (
                "Der Zeitraum hat 1 Anruf; mindestens 2.000 werden erwartet.",
                "Answer rate ist 25,0 %; mindestens 50 % wird erwartet.",
                "Answer rate ist 75,0 %; höchstens 50 % wird erwartet.",
                (
                    "Die Daten von calls enden am 31.10.2026, 23:59 Europe/Zagreb; sie sollten bis"
                    " 01.11.2026, 00:00 Europe/Zagreb reichen."
                ),
            ),
        ),
        (
            "hr-HR",
            (
                "Razdoblje ima 1 poziv; očekuje se najmanje 2.000.",
                "Answer rate: 25,0 %; očekuje se najmanje 50 %.",
                "Answer rate: 75,0 %; očekuje se najviše 50 %.",
                (
                    "Podaci izvora calls završavaju 31. lis 2026. 23:59 Europe/Zagreb; trebali bi"
                    " sezati do 1. stu 2026. 00:00 Europe/Zagreb."
                ),
            ),
        ),
    ],
)
def test_in_the_language_of_the_report(locale: str, texts: tuple[str, ...]) -> None:
    document = checked(
        RowsCheck(at_least=2000),
        RangeCheck(metric="ANSWER_RATE", at_least=0.5),
        RangeCheck(metric="ANSWER_RATE", at_most=0.5),
        FreshnessCheck(within="0m"),
        wholes={0: calls(1), 1: rate(0.25), 2: rate(0.75)},
        locale=locale,
    )
    assert tuple(text.replace("\xa0", " ") for text in failures(document)) == texts


def test_a_check_without_an_answer_is_a_bug_of_ours() -> None:
    for check in (RowsCheck(), RangeCheck(metric="ANSWER_RATE", at_least=0.5)):
        with pytest.raises(TypeError, match="no answer"):
            checked(check)
