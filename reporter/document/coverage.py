"""How much of an interval and of its steps the data covers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from reporter.data.answer import Answer
from reporter.data.table import Column, Value
from reporter.dates import Interval, step_interval
from reporter.document.frame import Frame

_MOST_SLACK: Final = timedelta(hours=1)
_SLACK_OF_LENGTH: Final = 24


def ends_early(interval: Interval, data_through: datetime | None) -> bool:
    """Whether the data ends noticeably before an interval does.

    Data ends with its latest record, which lies a little before the true end of even complete
    data: an hour, or a twenty-fourth of a short interval, does not count.
    """
    if data_through is None:
        return True
    since, until = interval.since.astimezone(UTC), interval.until.astimezone(UTC)
    return data_through < until - min(_MOST_SLACK, (until - since) / _SLACK_OF_LENGTH)


def is_partial(frame: Frame, column: Column, step: Value, data_through: datetime | None) -> bool:
    """Whether a step of time is covered in part only: by the report, or by the data."""
    if column.grain is None or not isinstance(step, date | datetime):
        return False
    whole = step_interval(step, column.grain, frame.zone)
    report = frame.edition.interval
    if whole.since < report.since or whole.until > report.until:
        return True
    begun = data_through is not None and data_through > whole.since
    return begun and ends_early(whole, data_through)


def partial_note(
    frame: Frame, column: Column | None, values: Sequence[Value], answer: Answer
) -> tuple[str, ...]:
    """A sentence that names the steps that are covered in part only."""
    if column is None or column.grain is None:
        return ()
    names = [
        frame.times.step(value, column.grain)
        for value in values
        if isinstance(value, date | datetime)
        and is_partial(frame, column, value, answer.data_through)
    ]
    if not names:
        return ()
    verb = "is" if len(names) == 1 else "are"
    return (f"Not complete in this report: {_listed(names)} {verb} covered in part only.",)


def _listed(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1]) if len(names) > 1 else names)
