"""What must not go unsaid: partial periods, missing data, bad records, unset parameters."""

from datetime import datetime

import pytest
from handmade import (
    CALLERS,
    SEPTEMBER,
    answer,
    asked,
    composed,
    edition,
    local,
    rates,
)

from reporter.data.answer import Answer, Rejected, Rejections, SectionAnswers
from reporter.data.table import Table
from reporter.dates import Between, Interval, PeriodName
from reporter.spec.edition import Edition
from reporter.spec.sections import KpiSection

NOW = rates((), [(10, 5)])
NOTHING = rates((), [(0, 0)])
SECTION = KpiSection(metrics=("ATTEMPTED",))
TO_DATE = Interval(local(2026, 11, 1), local(2026, 11, 22, 14, 30))


def said(answers: SectionAnswers | None = None, made: Edition | None = None) -> tuple[str, ...]:
    return composed(made or edition(SECTION), answers or asked(NOW, NOW)).notices


def test_a_complete_month_says_nothing() -> None:
    assert said() == ()


def to_date(comparison: Interval | None) -> Edition:
    return edition(
        SECTION,
        interval=TO_DATE,
        comparison=comparison,
        period=PeriodName.MONTH_TO_DATE,
        as_of=TO_DATE.until,
    )


def test_a_period_to_date_says_so_and_with_what_it_is_compared() -> None:
    now = answer(NOW, TO_DATE, data_through=local(2026, 11, 22, 14, 28))
    then = Interval(local(2026, 10, 1), local(2026, 10, 22, 14, 30))
    both = SectionAnswers(current=now, previous=answer(NOW, then))
    assert said(both, to_date(then)) == (
        "The period is not over: this report covers it up to 22 Nov 2026, 14:30 Europe/Zagreb.",
        ("It is compared with 1 Oct 2026, 00:00 – 22 Oct 2026, 14:30 Europe/Zagreb only."),
    )
    assert said(SectionAnswers(current=now), to_date(None)) == (
        "The period is not over: this report covers it up to 22 Nov 2026, 14:30 Europe/Zagreb.",
    )


def test_a_comparison_that_is_clipped_says_so() -> None:
    interval = Interval(local(2026, 3, 1), local(2026, 4, 1))
    short = Interval(local(2026, 2, 1), local(2026, 3, 1))
    made = edition(
        SECTION,
        interval=interval,
        comparison=short,
        period=PeriodName.MONTH_TO_DATE,
        as_of=interval.until,
    )
    both = SectionAnswers(current=answer(NOW, interval), previous=answer(NOW, short))
    assert said(both, made)[-1] == (
        "The periods differ in length: March 2026 has 31 days, February 2026 has 28."
    )


def test_a_period_that_reaches_into_the_future() -> None:
    made = edition(
        SECTION,
        period=Between(since=datetime(2026, 10, 1), until=datetime(2026, 11, 1)),  # noqa: DTZ001 - local, as in a spec
        as_of=local(2026, 10, 20),
        comparison=None,
    )
    sofar = SectionAnswers(current=answer(NOW, data_through=local(2026, 10, 19, 23, 58)))
    assert said(sofar, made) == (
        "The period is not over: this report covers it up to 20 Oct 2026, 00:00 Europe/Zagreb.",
    )


def test_an_empty_period() -> None:
    start = Interval(local(2026, 11, 1), local(2026, 11, 1))
    made = edition(
        SECTION,
        interval=start,
        comparison=None,
        period=PeriodName.MONTH_TO_DATE,
        as_of=start.until,
    )
    assert said(SectionAnswers(current=answer(NOTHING, start)), made) == (
        "The period is empty: 1 Nov 2026, 00:00 – 1 Nov 2026, 00:00 Europe/Zagreb.",
        "Every count in this report is 0 or missing for 1 Nov 2026.",
    )


@pytest.mark.parametrize(
    ("through", "sentence"),
    [
        (
            local(2026, 10, 30, 17),
            (
                "The data ends before the period does: the source calls has data up to 30 Oct 2026,"
                " 17:00 Europe/Zagreb."
            ),
        ),
        (
            local(2026, 9, 12, 8),
            (
                "There is no data for October 2026: the source calls has data up to 12 Sept 2026,"
                " 08:00 Europe/Zagreb."
            ),
        ),
        (None, "The source calls has no data."),
        (local(2026, 10, 31, 23, 2), None),  # within the last hour: complete
        (local(2026, 11, 1), None),
    ],
)
def test_data_that_ends_early(through: datetime | None, sentence: str | None) -> None:
    answers = SectionAnswers(
        current=answer(NOW, data_through=through), previous=answer(NOW, SEPTEMBER)
    )
    assert said(answers) == (() if sentence is None else (sentence,))


def test_of_several_answers_the_earliest_end_counts() -> None:
    made = edition(SECTION, SECTION, SECTION, comparison=None)
    ends = [local(2026, 11, 1), local(2026, 10, 20), None]
    answers = [SectionAnswers(current=answer(NOW, data_through=end)) for end in ends]
    document = composed(made, *answers)
    assert document.notices == (
        (
            "The data ends before the period does: the source calls has data up to 20 Oct 2026,"
            " 00:00 Europe/Zagreb."
        ),
    )
    assert document.provenance.data_through == ends[1]


def test_a_source_that_answered_for_less() -> None:
    less = Interval(local(2026, 10, 15), local(2026, 11, 1))
    answers = SectionAnswers(current=answer(NOW, less))
    assert said(answers) == (
        ("The source answered for 15 Oct 2026, 00:00 – 1 Nov 2026, 00:00 Europe/Zagreb only."),
    )


def test_a_source_that_answered_for_less_of_the_comparison() -> None:
    less = Interval(local(2026, 9, 1), local(2026, 9, 20))
    answers = SectionAnswers(current=answer(NOW), previous=answer(NOW, less))
    assert said(answers) == (
        (
            "Of September 2026, the comparison period, the source answered for 1 Sept 2026, 00:00 –"
            " 20 Sept 2026, 00:00 Europe/Zagreb only."
        ),
    )


def test_an_empty_edition_says_so() -> None:
    assert said(asked(NOTHING, NOW)) == (
        "Every count in this report is 0 or missing for October 2026.",
    )
    assert said(asked(NOW, NOTHING)) == (
        (
            "Every count is 0 or missing for September 2026, the comparison period: relative"
            " changes have no value."
        ),
    )


def test_an_answer_without_sums_cannot_tell_whether_it_is_empty() -> None:
    callers = Table((CALLERS,), ((0,),))
    made = edition(KpiSection(metrics=("CALLERS",)))
    assert said(asked(callers, callers), made) == ()


def test_a_distinct_count_is_a_count_too() -> None:
    """Nobody was busy, of three callers: then not every count is 0."""
    busy = rates((), ()).columns[0]
    callers = Table((busy, CALLERS), ((0, 3),))
    made = edition(KpiSection(metrics=(busy.name, "CALLERS")))
    assert said(asked(callers, callers), made) == ()
    nobody = Table((busy, CALLERS), ((0, 0),))
    assert said(asked(nobody, callers), made) == (
        "Every count in this report is 0 or missing for October 2026.",
    )


def with_rejections(count: int, *examples: Rejected, **more: object) -> Answer:
    return answer(NOW, rejections=Rejections(count, examples), **more)


def test_bad_records_are_counted_with_an_example() -> None:
    first = Rejected("calls.csv, line 7", "answered before it was sent")
    current = with_rejections(1234, first, Rejected("calls.csv, line 9", "again"))
    answers = SectionAnswers(current=current, previous=with_rejections(1, interval=SEPTEMBER))
    made = edition(SECTION)
    assert said(answers, made) == (
        (
            "1,234 records of October 2026 could not be used and are not counted. The first:"
            " calls.csv, line 7: answered before it was sent."
        ),
        "1 record of September 2026 could not be used and is not counted.",
    )
    assert composed(made, answers).provenance.rejected == 1234
    assert composed(made, answers).provenance.rejected_examples == (
        ("calls.csv, line 7", "answered before it was sent"),
        ("calls.csv, line 9", "again"),
    )


def test_the_same_bad_records_are_not_counted_twice() -> None:
    answers = SectionAnswers(current=with_rejections(3))
    made = edition(SECTION, SECTION, comparison=None)
    assert composed(made, answers, answers).notices == (
        "3 records of October 2026 could not be used and are not counted.",
    )


def test_what_the_source_says() -> None:
    made = edition(SECTION, comparison=None)
    answers = SectionAnswers(current=answer(NOW, notices=("Two files were empty", "So it is.")))
    document = composed(made, answers)
    assert document.notices == (
        "Two files were empty.",
        "So it is.",
    )
