"""What a reconciliation of two sets of calls must say, in plain Python over exact fractions.

Knows nothing of Reporter: it is written from docs/spec.md. All calls are outbound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Zagreb")
COUNT, ANSWERED = "TOTAL_CALL_COUNT", "TOTAL_ANSWERED_CALL_COUNT"
RATE, DURATION = "ANSWER_RATE", "TOTAL_CALL_DURATION"
METRICS = (COUNT, ANSWERED, RATE, DURATION)
IN, OUT, NOT = "inBounds", "outOfBounds", "notCompared"

Number = Fraction | None
Bounds = Mapping[str, float]


@dataclass(frozen=True)
class Call:
    """A call; ``talked``: its milliseconds, None where nobody answered."""

    sent_at: datetime
    talked: int | None


@dataclass(frozen=True)
class Book:
    """The calls of a source, and up to when it says that they are complete."""

    calls: tuple[Call, ...]
    declared: datetime | None = None

    @property
    def through(self) -> datetime | None:
        return self.declared or max((call.sent_at for call in self.calls), default=None)


@dataclass(frozen=True)
class Case:
    """One reconciliation.

    Attributes:
        first: the first day.
        last: the last day, inclusive.
        by: DAY, WEEK_MONDAY_START or None.
        plain: the bounds of metrics that have none of their own.
        own_bounds: by metric.
    """

    own: Book
    other: Book
    first: date
    last: date
    by: str | None
    plain: Bounds
    own_bounds: Mapping[str, Bounds] = field(default_factory=dict)
    differences_only: bool = False
    hold: bool = False

    def bounds(self, metric: str) -> Bounds:
        return self.own_bounds.get(metric, self.plain)


@dataclass(frozen=True)
class Row:
    """A row as it must stand: the step (None: the whole), what is found, cells by metric."""

    step: date | None
    verdict: str
    cells: tuple[tuple[Number, Number, Number, bool], ...]


@dataclass(frozen=True)
class Result:
    rows: tuple[Row, ...]
    compared: int
    outside: int

    @property
    def agrees(self) -> bool:
        return self.compared > 0 and self.outside == 0


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def days(case: Case) -> list[date]:
    count = (case.last - case.first).days + 1
    return [case.first + timedelta(days=n) for n in range(count)]


def step_of(day: date, by: str) -> date:
    return day if by == "DAY" else day - timedelta(days=day.weekday())


def numbers(calls: Sequence[Call]) -> dict[str, Number]:
    talked = [call.talked for call in calls if call.talked is not None]
    count, answered = Fraction(len(calls)), Fraction(len(talked))
    return {
        COUNT: count,
        ANSWERED: answered,
        RATE: answered / count if count else None,
        DURATION: Fraction(sum(talked), 1000),
    }


def inside(book: Book, begin: datetime, end: datetime) -> list[Call]:
    return [call for call in book.calls if begin <= call.sent_at < end]


def covers(book: Book, begin: datetime, end: datetime) -> bool:
    """Data may end an hour before, or a twenty-fourth of a shorter span."""
    slack = min(timedelta(hours=1), (end - begin) / 24)
    return book.through is not None and book.through >= end - slack


def shown(book: Book, step_begin: datetime, begin: datetime, end: datetime) -> dict[str, Number]:
    """What a step shows: beyond the end of the data nothing, unless there is a call."""
    calls = inside(book, begin, end)
    if not calls and (book.through is None or step_begin >= book.through):
        return dict.fromkeys(METRICS)
    return numbers(calls)


def agree(metric: str, own: Number, other: Number, bounds: Bounds) -> bool:
    if own is None or other is None:
        return own is other
    apart = abs(other - own)
    unit = bounds.get("points" if metric == RATE else "absolute")
    return (
        apart == 0
        or ("relative" in bounds and apart <= Fraction(str(bounds["relative"])) * abs(own))
        or (unit is not None and apart <= Fraction(str(unit)))
    )


def row(
    case: Case,
    step: date | None,
    own: Mapping[str, Number],
    other: Mapping[str, Number],
    *,
    covered: bool,
) -> Row:
    cells = []
    for metric in METRICS:
        a, b = own[metric], other[metric]
        out = covered and not agree(metric, a, b, case.bounds(metric))
        apart = b - a if covered and a is not None and b is not None else None
        cells.append((a, b, apart, out))
    verdict = NOT if not covered else OUT if any(cell[3] for cell in cells) else IN
    return Row(step, verdict, tuple(cells))


def reconciled(case: Case) -> Result:
    """What must be said of a case."""
    whole_begin, whole_end = midnight(case.first), midnight(case.last + timedelta(days=1))
    spans: dict[date | None, tuple[datetime, datetime]] = {}
    if case.by is None:
        spans[None] = (whole_begin, whole_end)
    for day in days(case) if case.by else ():
        begin, end = midnight(day), midnight(day + timedelta(days=1))
        step = step_of(day, case.by)
        spans[step] = (spans[step][0] if step in spans else begin, end)
    rows = []
    kept: list[tuple[datetime, datetime]] = []
    for step, (begin, end) in spans.items():
        covered = covers(case.own, begin, end) and covers(case.other, begin, end)
        if covered:
            kept.append((begin, end))
        if step is None:
            values = [numbers(inside(book, begin, end)) for book in (case.own, case.other)]
        else:
            values = [shown(book, midnight(step), begin, end) for book in (case.own, case.other)]
        rows.append(row(case, step, *values, covered=covered))
    if case.by is not None:
        values = [
            numbers([call for span in kept for call in inside(book, *span)])
            if kept
            else dict.fromkeys(METRICS)
            for book in (case.own, case.other)
        ]
        rows.append(row(case, None, *values, covered=bool(kept)))
    compared = sum(len(METRICS) for each in rows if each.verdict != NOT)
    outside = sum(cell[3] for each in rows for cell in each.cells)
    if case.differences_only and case.by is not None:
        rows = [each for each in rows if each.step is None or each.verdict == OUT]
    return Result(tuple(rows), compared, outside)
