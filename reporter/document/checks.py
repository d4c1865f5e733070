"""The checks of a spec over the data of an edition: those that failed, as sentences."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from reporter.data.answer import Answer, SectionAnswers
from reporter.data.formula import Number
from reporter.data.table import Format, number_or_none
from reporter.dates import duration
from reporter.document.frame import Frame
from reporter.document.notices import currents, rejections
from reporter.document.values import NO_VALUE
from reporter.spec.checks import CALLS, Check, FreshnessCheck, RangeCheck, RejectedCheck, RowsCheck
from reporter.words import Count


class FailedCheck(msgspec.Struct, frozen=True):
    """A check that does not hold.

    Attributes:
        text: what was found and what was expected, as a sentence.
        holds: whether deliveries are held because of it.
    """

    text: str
    holds: bool


def failed_checks(
    frame: Frame,
    answers: Sequence[SectionAnswers | None],
    wholes: Mapping[int, Answer],
) -> tuple[FailedCheck, ...]:
    """The checks that failed, in the order of the spec.

    Args:
        frame: of the edition.
        answers: one per section.
        wholes: the answers over the whole period, by the number of the check that asked.
    """
    asked = [*currents([answer for answer in answers if answer is not None]), *wholes.values()]
    found = []
    for number, check in enumerate(frame.edition.spec.checks):
        text = next(_failure(frame, check, asked, wholes.get(number)), None)
        if text is not None:
            found.append(FailedCheck(text, check.severity == "hold"))
    return tuple(found)


def _failure(
    frame: Frame, check: Check, asked: Sequence[Answer], whole: Answer | None
) -> Iterator[str]:
    """A sentence where the check failed, nothing where it holds."""
    match check:
        case RowsCheck(at_least=least):
            calls = _single(whole)
            if calls is None or calls < least:
                count = _count(frame, int(calls or 0))
                yield frame.words.say("check_rows", count=count, least=_count(frame, least).text)
        case RangeCheck():
            yield from _out_of_range(frame, check, whole)
        case FreshnessCheck(within=within):
            wanted = min(frame.edition.as_of, frame.edition.interval.until) - duration(within)
            through = min((a.data_through for a in asked if a.data_through), default=None)
            if through is None or through < wanted:
                until = NO_VALUE if through is None else frame.times.instant(through)
                yield frame.words.say(
                    "check_freshness",
                    source=frame.edition.source,
                    until=until,
                    wanted=frame.times.instant(wanted),
                )
        case RejectedCheck(at_most=most):
            rejected = rejections(asked).count
            if rejected > most:
                yield frame.words.say(
                    "check_rejected",
                    count=_count(frame, rejected),
                    most=_count(frame, most).text,
                )


def _out_of_range(frame: Frame, check: RangeCheck, whole: Answer | None) -> Iterator[str]:
    if whole is None:
        raise TypeError("a range has no answer")
    column = whole.table.column(check.metric)
    value = _single(whole, check.metric)
    written = column.format or Format.DECIMAL
    text = frame.numbers.text(value, written)
    bounds = (
        ("check_below", check.at_least, value is None or value < (check.at_least or 0)),
        ("check_above", check.at_most, value is None or value > (check.at_most or 0)),
    )
    for key, bound, fails in bounds:
        if bound is not None and fails:
            wanted = frame.numbers.text(bound, written)
            yield frame.words.say(key, metric=column.label, value=text, bound=wanted)


def _single(whole: Answer | None, name: str = CALLS) -> Number | None:
    """The one value of a metric."""
    if whole is None:
        raise TypeError("a check has no answer")
    (value,) = whole.table.values(name)
    return number_or_none(value)


def _count(frame: Frame, count: int) -> Count:
    return Count(count, frame.numbers.text(count, Format.INTEGER))
