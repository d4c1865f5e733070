"""How much of an interval and of its steps the data covers."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from reporter.data.answer import Answer
from reporter.data.table import Column, Value
from reporter.dates import Interval, step_interval
from reporter.document.frame import Frame
from reporter.document.labels import Step

_MOST_SLACK: Final = timedelta(hours=1)
_SLACK_OF_LENGTH: Final = 24


def ends_early(interval: Interval, data_through: datetime) -> bool:
    """Whether the data ends noticeably before an interval does.

    Data ends with its latest record, which lies a little before the true end of even complete
    data: an hour, or a twenty-fourth of a short interval, does not count.
    """
    since, until = interval.since.astimezone(UTC), interval.until.astimezone(UTC)
    return data_through < until - min(_MOST_SLACK, (until - since) / _SLACK_OF_LENGTH)


def covers(answer: Answer, span: Interval) -> bool:
    """Whether a source has all of a span: it answered for it, and its data goes on to its end."""
    if span.since < answer.interval.since or span.until > answer.interval.until:
        return False
    return answer.data_through is not None and not ends_early(span, answer.data_through)


def partial_steps(
    frame: Frame, column: Column | None, steps: Iterable[Value], data_through: datetime | None
) -> tuple[Step, ...]:
    """Those steps of time that are covered in part only: by the report, or by the data."""
    grain = None if column is None else column.grain
    if grain is None:
        return ()
    return tuple(
        step
        for step in steps
        if isinstance(step, date)
        and _is_partial(frame, step_interval(step, grain, frame.zone), data_through)
    )


def partial_note(
    frame: Frame, column: Column | None, steps: Iterable[Value], data_through: datetime | None
) -> tuple[str, ...]:
    """A sentence that names the steps that are covered in part only."""
    partial = partial_steps(frame, column, steps, data_through)
    if not partial or column is None or column.grain is None:
        return ()
    names = [frame.times.step(step, column.grain) for step in partial]
    words = frame.words
    return (words.say("not_complete", count=len(names), steps=words.listed(names)),)


def _is_partial(frame: Frame, step: Interval, data_through: datetime | None) -> bool:
    report = frame.edition.interval
    if step.since < report.since or step.until > report.until:
        return True
    return data_through is not None and step.since < data_through and ends_early(step, data_through)
