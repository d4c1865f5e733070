"""One question of the command line, without a spec: from names to a query."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from reporter import dates
from reporter.catalog.model import Catalog, Dimension, FilterKind, TimeStep
from reporter.dates import Between, Grain, Interval, Period, PeriodName
from reporter.diagnostics import Diagnostic, Invalid, Location, nearest
from reporter.plan.filter_places import diagnostic
from reporter.plan.filter_text import from_text
from reporter.plan.filters import filter_named, stacked
from reporter.plan.model import Condition, Query
from reporter.plan.planner import finest, with_operands
from reporter.settings.rules import unknown_time_zone

_DIRECTIONS: Final = {"": False, "asc": False, "desc": True}
_WEEKS: Final = frozenset(
    {Grain.WEEK_MONDAY_START, Grain.WEEK_SATURDAY_START, Grain.WEEK_SUNDAY_START}
)


class AdHoc(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, as written.

    Attributes:
        metrics: names.
        dimensions: names.
        filters: (name, text) pairs.
        order_by: ``NAME`` or ``NAME:desc``, the most important first.
        timezone: IANA name.
        now: what counts as now where there is no ``as_of``.
        as_of: a day or an instant in that zone.
        period: over which time; None where a ``sentSince`` filter tells.
        fill: whether every time step is wanted.
    """

    metrics: tuple[str, ...]
    dimensions: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    order_by: tuple[str, ...] = ()
    timezone: str
    now: datetime
    as_of: str | None = None
    period: Period | None = None
    fill: bool = False


class Question(msgspec.Struct, frozen=True):
    """A query and what is wanted of its answer.

    Attributes:
        query: with all that its metrics are derived from.
        columns: the names asked for, dimensions first.
        order: (name, descending), the most important first.
        dropped: time dimensions that a finer one makes pointless.
    """

    query: Query
    columns: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]
    dropped: tuple[str, ...]


def question(asked: AdHoc, catalog: Catalog) -> Question:
    """The query that was meant.

    Raises:
        Invalid: with everything that is wrong.
    """
    return _Reader(asked, catalog).question()


class _Reader:
    """Reads one question and collects what is wrong with it."""

    def __init__(self, asked: AdHoc, catalog: Catalog) -> None:
        self._asked = asked
        self._catalog = catalog
        self._mistakes: list[Diagnostic] = []

    def question(self) -> Question:
        metrics = self._metrics()
        dimensions = self._dimensions()
        kept = finest(dimensions)
        columns = (*(d.name for d in kept), *metrics)
        order = tuple(self._order(columns))
        conditions = self._conditions()
        interval = self._interval()
        if self._asked.fill and not any(isinstance(d.definition, TimeStep) for d in kept):
            self._wrong("no-time", "there is nothing to fill without a time dimension", "--fill")
        if self._mistakes or interval is None:
            raise Invalid(self._mistakes)
        query = Query(
            metrics=with_operands(metrics, self._catalog),
            dimensions=kept,
            conditions=conditions,
            interval=interval,
            timezone=self._asked.timezone,
        )
        dropped = tuple(d.name for d in dimensions if d not in kept)
        return Question(query, columns, order, dropped)

    def _metrics(self) -> tuple[str, ...]:
        known = [m.name for m in self._catalog.metrics if not m.internal]
        if not self._asked.metrics:
            expected = f"one of {', '.join(known)}"
            self._wrong("no-metric", "the query names no metric", "--metrics", expected=expected)
        for name in self._asked.metrics:
            if name not in known:
                self._unknown("metric", name, known, "--metrics")
        return tuple(dict.fromkeys(n for n in self._asked.metrics if n in known))

    def _dimensions(self) -> tuple[Dimension, ...]:
        known = [d.name for d in self._catalog.dimensions]
        found: dict[str, Dimension] = {}
        for name in self._asked.dimensions:
            dimension = self._catalog.dimension(name)
            if dimension is None:
                self._unknown("dimension", name, known, "--by")
            else:
                found[name] = dimension
        weeks = [n for n, d in found.items() if _is_week(d)]
        if len(weeks) > 1:
            self._wrong("two-weeks", f"{' and '.join(weeks)} begin on different days", "--by")
        return tuple(found.values())

    def _order(self, columns: Sequence[str]) -> Iterable[tuple[str, bool]]:
        for text in self._asked.order_by:
            name, _, direction = text.partition(":")
            if name not in columns:
                self._unknown("column", name, columns, "--order-by")
            elif direction not in _DIRECTIONS:
                self._wrong(
                    "unknown-direction",
                    f"{name} cannot be ordered {direction!r}",
                    "--order-by",
                    expected="asc or desc",
                )
            else:
                yield name, _DIRECTIONS[direction]

    def _conditions(self) -> tuple[Condition, ...]:
        given, problems = from_text(self._narrowing(), self._catalog)
        conditions, more = stacked([given], self._catalog, {})
        self._mistakes.extend(
            diagnostic(p, Location(f"--filter {p.name}")) for p in (*problems, *more)
        )
        return conditions

    def _narrowing(self) -> Iterable[tuple[str, str]]:
        return ((n, text) for n, text in self._asked.filters if self._bound(n) is None)

    def _bound(self, name: str) -> FilterKind | None:
        known = filter_named(name, self._catalog)
        bounds = (FilterKind.SINCE, FilterKind.UNTIL)
        return known.kind if known is not None and known.kind in bounds else None

    def _interval(self) -> Interval | None:
        try:
            zone = dates.time_zone(self._asked.timezone)
        except KeyError:
            self._mistakes.append(unknown_time_zone(self._asked.timezone, Location("--timezone")))
            return None
        as_of = self._moment(self._asked.as_of, "--as-of", zone) or self._asked.now
        period = self._period(zone)
        if period is None:
            return None
        try:
            return dates.resolve(period, as_of, zone)
        except ValueError as error:
            self._wrong("wrong-period", str(error), "--since")
            return None

    def _period(self, zone: ZoneInfo) -> Period | None:
        """The period of the options, or the one that ``sentSince`` and ``sentUntil`` give."""
        bounds = {kind: (n, text) for n, text in self._asked.filters if (kind := self._bound(n))}
        if self._asked.period is not None:
            for name, _ in bounds.values():
                self._wrong("period-twice", f"the period stands beside {name}", f"--filter {name}")
            return self._asked.period
        if set(bounds) == {FilterKind.SINCE, FilterKind.UNTIL}:
            since, until = (
                self._moment(bounds[kind][1], f"--filter {bounds[kind][0]}", zone)
                for kind in (FilterKind.SINCE, FilterKind.UNTIL)
            )
            return None if since is None or until is None else Between(since, until)
        self._wrong(
            "no-period",
            "the query has no period",
            "--since",
            expected=f"--since and --until, or --period with one of {', '.join(PeriodName)}",
        )
        return None

    def _moment(self, text: str | None, option: str, zone: ZoneInfo) -> datetime | None:
        if text is None:
            return None
        try:
            return dates.parse_instant(text, zone)
        except ValueError as error:
            self._wrong("no-moment", str(error), option)
            return None

    def _unknown(self, what: str, name: str, known: Sequence[str], option: str) -> None:
        near = nearest(name, known)
        self._wrong(
            f"unknown-{what}",
            f"there is no {what} {name!r}" + (" among those asked for" if what == "column" else ""),
            option,
            expected=f"one of {', '.join(known)}",
            hint=f"did you mean {near!r}?" if near else None,
        )

    def _wrong(
        self,
        code: str,
        message: str,
        option: str,
        *,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        self._mistakes.append(
            Diagnostic(
                code=code,
                message=message,
                location=Location(option),
                expected=expected,
                hint=hint,
            )
        )


def _is_week(dimension: Dimension) -> bool:
    return isinstance(dimension.definition, TimeStep) and dimension.definition.grain in _WEEKS
