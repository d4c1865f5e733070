"""What every number of a report is, in plain Python, from the records themselves.

Each number is computed from the list of those calls that it is about: a total from all of them,
Other from those of no group that is shown. Nothing is added up that was divided before, and
nothing here is shared with the product.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, cast
from zoneinfo import ZoneInfo

from natural_order import natural
from reference import ATTRIBUTES, METRICS, TIME_STEPS, CallRecord, Value, cut, each_once, is_bad
from reference_answers import FILTERS, Condition, FilterValue, Source, with_accounts_below
from report_calendar import Span, compared, extent, span_of, step_at, steps
from report_model import Asked, Filters, Formula, Report, World

Number = int | float
Calls = Sequence[CallRecord]
Group = tuple[Value, ...]
"""One value per dimension; a step of time as text."""

PERCENTS: Final = ("ANSWER_SEIZURE_RATIO", "ANSWER_RATE", "BUSY_RATE")


# Filters


def _resolved(filters: Filters, parameters: Mapping[str, int | None]) -> dict[str, FilterValue]:
    """Without those whose parameter is not set."""
    found: dict[str, FilterValue] = {}
    for name, value in filters.items():
        if isinstance(value, Mapping):
            number = parameters[value["param"]]
            if number is not None:
                found[name] = [number]
        else:
            found[name] = value
    return found


def conditions(
    source: Source, levels: Sequence[Filters], parameters: Mapping[str, int | None]
) -> list[Condition]:
    """Those of all levels, the widest first. All must hold.

    ``includeSubaccounts`` holds for the accounts of its own level and of narrower ones; where no
    level names an account, for the source's own.
    """
    found: list[Condition] = []
    below = own_below = named = False
    for level in levels:
        given = _resolved(level, parameters)
        keys = cast(Sequence[str], given.pop("accountKeys", ()))
        below = bool(given.pop("includeSubaccounts", below))
        own_below |= bool(level.get("includeSubaccounts"))
        found += [FILTERS[name](value) for name, value in given.items()]
        if keys:
            named = True
            found.append(_of_accounts(source, keys, below=below))
    if source.account is not None and not named:
        found.append(_of_accounts(source, [source.account], below=own_below))
    return found


def _of_accounts(source: Source, keys: Sequence[str], *, below: bool) -> Condition:
    wanted = with_accounts_below(keys, source.parents or {}) if below else set(keys)
    return lambda call: call.account_key in wanted


# Metrics


def measured(name: str, formulas: Mapping[str, Formula], calls: Calls) -> Number | None:
    """A metric of some calls: the catalog's, or one of the report's own."""
    return _value(formulas[name], formulas, calls) if name in formulas else METRICS[name](calls)


def _value(formula: Formula, formulas: Mapping[str, Formula], calls: Calls) -> Number | None:
    if isinstance(formula, str):
        return measured(formula, formulas, calls)
    if not isinstance(formula, tuple):
        return formula
    sign, left, right = formula
    one, other = _value(left, formulas, calls), _value(right, formulas, calls)
    if one is None or other is None or (sign == "/" and other == 0):
        return None
    signs: Mapping[str, Callable[[Number, Number], Number]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }
    return signs[sign](one, other)


# What a report sees of the records


@dataclass(frozen=True)
class Side:
    """One period of a report: the report's own, or the one that it is compared with."""

    calls: tuple[CallRecord, ...]
    span: Span


@dataclass(frozen=True)
class Books:
    """One report and the records of its source.

    Attributes:
        good: the records that can be used, each call once, with times cut.
    """

    report: Report
    source: Source
    declared: datetime | None
    good: tuple[CallRecord, ...]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.report.timezone)

    @cached_property
    def span(self) -> Span:
        return span_of(self.report.period, self.report.as_of, self.zone)

    @cached_property
    def before(self) -> Span | None:
        how = self.report.compare_to
        if how is None:
            return None
        return compared(self.report.period, self.report.as_of, self.zone, how)

    @cached_property
    def through(self) -> datetime | None:
        """Up to when there is data: as the source says, or the latest record that can be used."""
        if self.declared is not None:
            return self.declared
        return max((_sent(call) for call in self.good), default=None)

    @cached_property
    def bad(self) -> int:
        """How many records of the report's period cannot be used; one without time might be."""
        every = (cut(call) for call in self.source.calls)
        return sum(is_bad(c) and (c.sent_at is None or _within(c, self.span)) for c in every)

    def is_percent(self, name: str) -> bool:
        return name in PERCENTS or self.report.formats.get(name) == "percent"

    def value(self, name: str, calls: Calls) -> Number | None:
        return measured(name, self.report.formulas, calls)

    def sides(self, filters: Filters) -> tuple[Side, Side | None]:
        """The calls of both periods that pass the filters of the report and of a section."""
        levels = (self.report.filters, filters, self.report.further)
        all_of = conditions(self.source, levels, self.report.parameters)
        kept = [call for call in self.good if all(holds(call) for holds in all_of)]

        def side(span: Span) -> Side:
            return Side(tuple(call for call in kept if _within(call, span)), span)

        return side(self.span), None if self.before is None else side(self.before)

    def group(self, call: CallRecord, names: Sequence[str]) -> Group:
        return tuple(
            step_at(_sent(call), name, self.zone) if name in TIME_STEPS else ATTRIBUTES[name](call)
            for name in names
        )


def books(world: World) -> Books:
    """A report, with the records that it is about."""
    good = [call for call in map(cut, world.source.calls) if not is_bad(call)]
    once = each_once(good) if world.source.deduplicate else good
    return Books(world.report, world.source, world.through, tuple(once))


def _sent(call: CallRecord) -> datetime:
    if call.sent_at is None:
        raise ValueError("a call that was never sent cannot be used")
    return call.sent_at


def _within(call: CallRecord, span: Span) -> bool:
    return span.since <= _sent(call) < span.until


# Change


def difference(now: Number | None, then: Number | None) -> Number | None:
    return None if now is None or then is None else now - then


def relative(now: Number | None, then: Number | None, *, percent: bool) -> float | None:
    """As a fraction of the size of what was; percentages are subtracted and nothing else."""
    change = difference(now, then)
    return None if percent or change is None or not then else change / abs(then)


# Groups


@dataclass(frozen=True)
class Grouped:
    """The calls of one query, by group, in both periods, on the steps of the report's own.

    Attributes:
        groups: the combinations of all dimensions but time that occur in either period; of a
            query by time alone the one empty combination.
        steps: the steps of the report's period, or the single step None.
        partners: the steps of the comparison period, first with first.
    """

    books: Books
    asked: Asked
    now: Side
    then: Side | None
    others: tuple[str, ...]
    groups: tuple[Group, ...]
    steps: tuple[str | None, ...]
    partners: Mapping[str | None, str | None]

    @cached_property
    def _found(self) -> dict[tuple[bool, str | None, Group], list[CallRecord]]:
        found: dict[tuple[bool, str | None, Group], list[CallRecord]] = {}
        for side in (self.now, *((self.then,) if self.then is not None else ())):
            for call in side.calls:
                (step,) = self.books.group(call, (self.grain,)) if self.grain else (None,)
                spot = (side is self.then, cast("str | None", step), self._group(call))
                found.setdefault(spot, []).append(call)
        return found

    @property
    def grain(self) -> str | None:
        return self.asked.grain

    def _group(self, call: CallRecord) -> Group:
        return self.books.group(call, self.others)

    def calls(
        self, steps: Sequence[str | None], groups: Sequence[Group], *, then: bool = False
    ) -> list[CallRecord] | None:
        """The calls of these groups in these steps; None where no step is known."""
        own = [self.partners.get(step) for step in steps] if then and self.grain else list(steps)
        return self._of(own, groups, then=then)

    def _of(
        self, own: Sequence[str | None], groups: Sequence[Group], *, then: bool
    ) -> list[CallRecord] | None:
        if self.grain and not any(self._known(step, then=then) for step in own):
            return None
        return [c for s in own for g in groups for c in self._found.get((then, s, g), ())]

    def _known(self, step: str | None, *, then: bool) -> bool:
        """Whether there is data up to a step, or else a call in it. No step is not known."""
        if step is None or self.grain is None:
            return False
        through = self.books.through
        begin = extent(step, self.grain, self.books.zone).since
        return (through is not None and begin < through) or any(
            (then, step, group) in self._found for group in self.groups
        )

    def value(self, name: str, calls: Calls | None) -> Number | None:
        return None if calls is None else self.books.value(name, calls)

    def all_then(self, groups: Sequence[Group]) -> list[CallRecord] | None:
        """Of the comparison period all calls of these groups, on whatever step."""
        if self.then is None:
            raise ValueError("there is nothing to compare with")
        own = steps(self.then.span, self.grain, self.books.zone) if self.grain else [None]
        return self._of(list(own), groups, then=True)

    def rest_then(self, chosen: Sequence[str | None]) -> list[CallRecord] | None:
        """Of a query by time alone: all of the comparison period but the partners of these."""
        taken = [self.partners.get(step) for step in chosen]
        if self.then is None or self.grain is None:
            raise ValueError("there is nothing to compare with")
        every = steps(self.then.span, self.grain, self.books.zone)
        return self._of([s for s in every if s not in taken], self.groups, then=True)


def grouped(books: Books, asked: Asked, *, compare: bool) -> Grouped:
    """A query's calls by group."""
    now, before = books.sides(asked.filters)
    then = before if compare else None
    grain = asked.grain
    others = tuple(name for name in asked.answered if name != grain)
    seen = [*now.calls, *(then.calls if then is not None else ())]
    groups = {books.group(call, others) for call in seen} if others else {()}
    own: list[str | None] = [*steps(now.span, grain, books.zone)] if grain else [None]
    partners: dict[str | None, str | None] = {}
    if grain and then is not None:
        partners = dict(zip(own, steps(then.span, grain, books.zone), strict=False))
    order = sorted(groups, key=lambda group: key_of(others, group))
    return Grouped(books, asked, now, then, others, tuple(order), tuple(own), partners)


# Order


def key_of(names: Sequence[str], group: Group) -> list[tuple[int, object]]:
    """What groups sort by when nothing else says so."""
    return [natural(name, value) for name, value in zip(names, group, strict=True)]


Row = tuple[Group, Mapping[str, Number | None]]
"""A group and its metrics."""


def ordered(
    names: Sequence[str], rows: Sequence[Row], keys: Sequence[tuple[str, bool]]
) -> list[Row]:
    """By the keys, the first first; nothing last either way; ties by the dimensions."""
    result = sorted(rows, key=lambda row: key_of(names, row[0]))
    for name, descending in reversed(keys):

        def rank(row: Row, name: str = name) -> tuple[int, object]:
            if name in names:
                return natural(name, row[0][names.index(name)])
            return (0, row[1][name])

        def nothing(row: Row, name: str = name) -> bool:
            return (row[0][names.index(name)] if name in names else row[1][name]) is None

        known = sorted((r for r in result if not nothing(r)), key=rank, reverse=descending)
        result = [*known, *(row for row in result if nothing(row))]
    return result


def usable(asked: Asked, names: Sequence[str], *, ranking: bool) -> tuple[tuple[str, bool], ...]:
    """The sort keys that say something of groups by these dimensions.

    Where groups are chosen and no key does, the first metric does, the greatest first.
    """
    keys = tuple(key for key in asked.order if key[0] in (*asked.metrics, *names))
    return keys or (((asked.metrics[0], True),) if ranking else ())
