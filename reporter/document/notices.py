"""What holds for the whole report and must not go unsaid."""

from collections.abc import Iterator, Sequence

from reporter.data.answer import Answer, Rejections, SectionAnswers
from reporter.data.table import Kind, Sum, number_or_none
from reporter.dates import Interval, is_to_date
from reporter.document.coverage import ends_early
from reporter.document.frame import Frame
from reporter.document.prepare import sentence
from reporter.words import Count

Asked = Sequence[SectionAnswers]


def notices(frame: Frame, answers: Asked) -> tuple[str, ...]:
    """The sentences above a report, each once."""
    found = (
        *_of_period(frame),
        *_of_data(frame, answers),
        *_of_comparison(frame, answers),
        *_of_rejections(frame, answers),
        *(sentence(text) for answer in _all_now(answers) for text in answer.notices),
    )
    return tuple(dict.fromkeys(found))


def currents(answers: Asked) -> tuple[Answer, ...]:
    """The answers over the report's own interval."""
    return tuple(section.current for section in answers)


def _all_now(answers: Asked) -> Iterator[Answer]:
    """The answers over the report's own interval, those of other sources too."""
    for section in answers:
        yield section.current
        if section.against is not None:
            yield section.against


def previous(answers: Asked) -> tuple[Answer, ...]:
    """The answers over the comparison interval."""
    return tuple(section.previous for section in answers if section.previous is not None)


def rejections(answers: Sequence[Answer]) -> Rejections:
    """The bad records of an interval: each answer tells of all of them."""
    return max((answer.rejections for answer in answers), key=_count, default=Rejections())


def _count(rejected: Rejections) -> int:
    return rejected.count


def _of_period(frame: Frame) -> Iterator[str]:
    edition, say = frame.edition, frame.words.say
    if edition.interval.until == edition.interval.since:
        yield say("period_empty", interval=frame.times.interval(edition.interval))
    elif is_to_date(edition.period) or edition.interval.until > edition.as_of:
        upto = min(edition.interval.until, edition.as_of)
        yield say("period_not_over", until=frame.times.instant(upto))
        if edition.comparison is not None:
            yield say("compared_only", interval=frame.times.interval(edition.comparison))


def _of_data(frame: Frame, answers: Asked) -> Iterator[str]:
    asked = currents(answers)
    if not asked:
        return
    edition, say = frame.edition, frame.words.say
    for interval in dict.fromkeys(answer.interval for answer in asked):
        if interval != edition.interval:
            yield say("answered_only", interval=frame.times.interval(interval))
    through = min((a.data_through for a in asked if a.data_through is not None), default=None)
    if through is None:
        yield say("no_data", source=edition.source)
    elif through < edition.interval.since:
        until = frame.times.instant(through)
        yield say("no_data_in_period", period=frame.period, source=edition.source, until=until)
    else:
        if ends_early(_known_part(frame), through):
            until = frame.times.instant(through)
            yield say("data_ends_early", source=edition.source, until=until)
        if all(map(_is_empty, asked)):
            yield say("all_zero", period=frame.period)


def _of_comparison(frame: Frame, answers: Asked) -> Iterator[str]:
    edition = frame.edition
    if edition.comparison is None:
        return
    if is_to_date(edition.period):
        now, then = _days(frame, edition.interval), _days(frame, edition.comparison)
        if now != then:
            yield frame.words.say(
                "lengths_differ",
                period=frame.period,
                days=frame.words.say("days", count=now),
                comparison=frame.comparison,
                other_days=then,
            )
    before = previous(answers)
    for interval in dict.fromkeys(answer.interval for answer in before):
        if interval != edition.comparison:
            text = frame.times.interval(interval)
            yield frame.words.say(
                "answered_only_before", comparison=frame.comparison, interval=text
            )
    if before and all(map(_is_empty, before)):
        yield frame.words.say("all_zero_before", comparison=frame.comparison)


def _of_rejections(frame: Frame, answers: Asked) -> Iterator[str]:
    for label, rejected in (
        (frame.period, rejections(currents(answers))),
        (frame.comparison, rejections(previous(answers))),
    ):
        if rejected.count:
            said = [
                frame.words.say("records_rejected", count=_whole(frame, rejected), period=label)
            ]
            said += [
                sentence(
                    frame.words.say("first_rejected", place=example.place, reason=example.reason)
                )
                for example in rejected.examples[:1]
            ]
            yield " ".join(said)


def _known_part(frame: Frame) -> Interval:
    """The report's interval as far as anything can have happened in it."""
    whole = frame.edition.interval
    return Interval(whole.since, max(whole.since, min(whole.until, frame.edition.as_of)))


def _is_empty(answer: Answer) -> bool:
    """Whether every count of an answer is 0 or missing; an answer without sums cannot tell."""
    metrics = answer.table.metrics
    counts = [c.name for c in metrics if isinstance(c.roll_up, Sum) or c.kind is Kind.INTEGER]
    return any(isinstance(c.roll_up, Sum) for c in metrics) and not any(
        number_or_none(value) for name in counts for value in answer.table.values(name)
    )


def _days(frame: Frame, interval: Interval) -> int:
    """How many local days an interval touches."""
    since, until = (i.astimezone(frame.zone) for i in (interval.since, interval.until))
    begun = until.timetz().replace(tzinfo=None) > until.min.time()
    return (until.date() - since.date()).days + begun


def _whole(frame: Frame, rejected: Rejections) -> Count:
    return Count(rejected.count, frame.numbers.decimal(rejected.count, 0))
