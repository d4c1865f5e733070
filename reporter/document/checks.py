"""The checks of a spec over the data of an edition: those that failed, as sentences."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from reporter.data.answer import Answer, Evidence, Narrowing
from reporter.data.formula import Number
from reporter.data.table import Format, number_or_none
from reporter.dates import duration
from reporter.document.frame import Frame
from reporter.document.notices import rejections
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
    frame: Frame, evidence: Evidence, filters: Sequence[Narrowing]
) -> tuple[FailedCheck, ...]:
    """The checks that failed, in the order of the spec.

    Args:
        frame: of the edition.
        evidence: what they look at.
        filters: what each of them adds to the report's own.
    """
    found = []
    for number, check in enumerate(frame.edition.spec.checks):
        text = next(_failure(frame, check, evidence.period, evidence.wholes.get(number)), None)
        if text is not None:
            text = _narrowed(frame, text, filters[number])
            found.append(FailedCheck(text, check.severity == "hold"))
    return tuple(found)


def _narrowed(frame: Frame, text: str, filters: Narrowing) -> str:
    """A sentence that says of what it speaks, where that is not all of the report."""
    if not filters:
        return text
    say = frame.words.say
    named = (say("label_and_value", label=label, value=value) for label, value in filters)
    return say("check_narrowed", filters=frame.words.row(named), check=text)


def _failure(
    frame: Frame, check: Check, asked: Sequence[Answer], whole: Answer | None
) -> Iterator[str]:
    """A sentence where the check failed, nothing where it holds."""
    match check:
        case RowsCheck(at_least=least):
            calls = _single(whole)
            if calls is None or calls < least:
                count = Count(int(calls or 0), frame.numbers.text(calls, Format.INTEGER))
                yield frame.words.say("check_rows", count=count, least=_count(frame, least).text)
        case RangeCheck():
            yield from _out_of_range(frame, check, whole)
        case FreshnessCheck(within=within):
            wanted = min(frame.edition.as_of, frame.edition.interval.until) - duration(within)
            through = _data_through(asked)
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
    value, form = _single(whole, check.metric), column.format or Format.DECIMAL
    least, most = check.at_least, check.at_most
    bounds = (
        ("check_below", least, least is not None and (value is None or value < least)),
        ("check_above", most, most is not None and (value is None or value > most)),
    )
    for key, bound, is_broken in bounds:
        if bound is not None and is_broken:
            yield frame.words.say(
                key,
                metric=column.label,
                value=_beside(frame, value, bound, form),
                bound=frame.numbers.target(bound, form),
            )


def _beside(frame: Frame, value: Number | None, bound: Number, form: Format) -> str:
    """A value that is not the bound, so that the two never read the same."""
    if value is None or frame.numbers.rounded(value, form) != frame.numbers.rounded(bound, form):
        return frame.numbers.text(value, form)
    return frame.numbers.target(value, form)


def _data_through(asked: Sequence[Answer]) -> datetime | None:
    """Up to when there are data for everything that was asked."""
    ends = [answer.data_through for answer in asked]
    known = [end for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None


def _single(whole: Answer | None, name: str = CALLS) -> Number | None:
    """The one value of a metric."""
    if whole is None:
        raise TypeError("a check has no answer")
    (value,) = whole.table.values(name)
    return number_or_none(value)


def _count(frame: Frame, count: int) -> Count:
    return Count(count, frame.numbers.text(count, Format.INTEGER))
