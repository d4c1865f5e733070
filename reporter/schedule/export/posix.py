"""Expressions of five fields in the words that every cron knows: numbers, ranges, lists.

They differ in what they make of a day of the month *and* a day of the week. POSIX, Kubernetes and
GitHub take either. Vixie's cron and its heirs (cronie, Debian's) demand both where one of the two
fields begins with an asterisk, as we do.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from reporter.errors import UserError
from reporter.schedule.export.expression import (
    EVERY_DAY,
    EVERY_HOUR,
    EVERY_MINUTE,
    EVERY_MONTH,
    EVERY_WEEKDAY,
    Expression,
)

_A_RANGE: Final = 3
"""So many in a row are written as one."""
ELSEWHERE: Final = (
    "systemd can say it; so does Reporter itself: let your scheduler run `reporter schedule once`"
    " every few minutes"
)


def posix(expression: Expression, scheduler: str, *, stars_demand_both: bool = False) -> str:
    """The five fields.

    Args:
        expression: what they say.
        scheduler: who reads them, for messages.
        stars_demand_both: whether it demands both days where a field begins with an asterisk.

    Raises:
        UserError: the scheduler has no words for it.
    """
    refuse_special(expression, scheduler)
    days = field(expression.days.numbers, EVERY_DAY)
    weekdays = field(expression.weekdays.numbers, EVERY_WEEKDAY)
    if expression.both and not expression.days.every and not expression.weekdays.every:
        if not stars_demand_both:
            raise UserError(
                f"{scheduler} takes either a day of the month or a day of the week, and cannot"
                " demand both",
                hint=ELSEWHERE,
            )
        days, weekdays = _starred(expression)
    return " ".join(
        (
            _stepped(expression.minutes, EVERY_MINUTE),
            _stepped(expression.hours, EVERY_HOUR),
            days,
            field(expression.months, EVERY_MONTH),
            weekdays,
        )
    )


def refuse_special(expression: Expression, scheduler: str) -> None:
    """Refuse the days that no number stands for.

    Raises:
        UserError: the expression has one.
    """
    words = []
    if expression.days.special:
        words.append("the last day of a month (L, LW)")
    if expression.weekdays.special:
        words.append("the nth or last weekday of a month (#, L)")
    if words:
        raise UserError(f"{scheduler} has no word for {' and '.join(words)}", hint=ELSEWHERE)


def field(values: Sequence[int], every: Sequence[int]) -> str:
    """Numbers as a list with ranges: ``1-5,8``; an asterisk for all of them."""
    if tuple(values) == tuple(every):
        return "*"
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs(values))


def _stepped(values: Sequence[int], every: Sequence[int]) -> str:
    """The same, where an asterisk with a step means no more than the numbers do."""
    step = values[1] - values[0] if len(values) >= _A_RANGE else 1
    if step > 1 and tuple(every[::step]) == tuple(values):
        return f"*/{step}"
    return field(values, every)


def runs(values: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers in pieces: those in a row together, if they are three or more."""
    ends = [i for i, (one, other) in enumerate(pairwise(values), 1) if other != one + 1]
    for begin, end in pairwise((0, *ends, len(values))):
        piece = values[begin:end]
        yield from (piece,) if len(piece) >= _A_RANGE else ((one,) for one in piece)


def _starred(expression: Expression) -> tuple[str, str]:
    """Day and weekday, one of them with an asterisk and a step, so that both are demanded."""
    days, weekdays = expression.days.numbers, expression.weekdays.numbers
    for step in range(2, len(EVERY_DAY)):
        if EVERY_DAY[::step] == days:
            return f"*/{step}", field(weekdays, EVERY_WEEKDAY)
        if EVERY_WEEKDAY[::step] == weekdays:
            return field(days, EVERY_DAY), f"*/{step}"
    raise UserError(
        "cron demands a day of the month and a day of the week only where one of them is"
        " written with an asterisk and a step",
        hint=ELSEWHERE,
    )
