"""What each of two sources says, step by step and of the whole, and how much of it compares."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from reporter.data.answer import Answer, SectionAnswers
from reporter.data.formula import Number
from reporter.data.rollup import rolled_up
from reporter.data.table import Column, Row, Table, identity, number_or_none
from reporter.dates import Grain, Interval, step_interval, steps
from reporter.document.cells import format_of
from reporter.document.coverage import covers
from reporter.document.frame import Frame
from reporter.document.kpis import single_value
from reporter.document.prepare import only_source_can_tell
from reporter.document.reconciliation.verdict import Pair, Verdict, compared, not_compared
from reporter.document.shape import by_key, filled, time_dimension
from reporter.spec.sections import ReconciliationSection

Amounts = Mapping[str, Number | None]
"""Metrics by name."""


class Line(msgspec.Struct, frozen=True):
    """The metrics of the section over one step, or over the whole.

    Attributes:
        step: None for the whole.
        covered: whether both sources have all of it; else nothing in it is compared.
        pairs: one per metric.
    """

    step: date | None
    covered: bool
    pairs: tuple[Pair, ...]

    @property
    def verdict(self) -> Verdict:
        """Out of bounds where one of its metrics is; not compared where none is compared."""
        found = {pair.verdict for pair in self.pairs}
        for verdict in (Verdict.OUT_OF_BOUNDS, Verdict.IN_BOUNDS):
            if verdict in found:
                return verdict
        return Verdict.NOT_COMPARED


class Side(msgspec.Struct, frozen=True):
    """What one source says.

    Attributes:
        source: its name.
        answer: to the section's query.
        table: the same with every step.
        asked: the whole, where it alone can tell, and it covers what the steps do.
    """

    source: str
    answer: Answer
    table: Table
    asked: tuple[Answer, ...]

    def of(self, row: Row) -> Amounts:
        """The metrics of a step."""
        cells = zip(self.table.columns, row, strict=True)
        return {column.name: number_or_none(v) for column, v in cells if column.roll_up is not None}

    def over(self, rows: Sequence[Row], *, everything: bool) -> Amounts:
        """The metrics of steps taken together, those that can be told of them.

        Args:
            rows: of the steps.
            everything: whether these are all steps of the period.
        """
        names = [column.name for column in self.table.metrics]
        found = dict(zip(names, rolled_up(self.table.columns, rows), strict=True))
        if not everything or not self.asked:
            return _additive(self.table, found)
        for answer in self.asked:
            for column in answer.table.metrics:
                # What others ask of the whole period comes in the same answer.
                if column.name in found and only_source_can_tell(self.table, column.name):
                    found[column.name] = number_or_none(single_value(answer.table, column.name))
        return found


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """What two sources say of the same.

    Attributes:
        columns: of the metrics, as the report's own source has them.
        others: the same as the other source has them.
        own: what the report's own source says.
        other: what the other one says.
        time: the column of the steps; None where only the whole is compared.
        lines: one per step, in order.
        whole: over all steps that both cover; over the period where there are no steps.
    """

    columns: tuple[Column, ...]
    others: tuple[Column, ...]
    own: Side
    other: Side
    time: Column | None
    lines: tuple[Line, ...]
    whole: Line


class _Comparison(msgspec.Struct, frozen=True):
    """The two sides of a section."""

    section: ReconciliationSection
    own: Side
    other: Side

    def covers(self, span: Interval) -> bool:
        """Whether both sources have all of it."""
        return covers(self.own.answer, span) and covers(self.other.answer, span)

    def line(self, step: date | None, mine: Amounts, theirs: Amounts, *, covered: bool) -> Line:
        """The metrics of one step or of the whole; one that is not among the amounts is unknown."""
        pairs = []
        for name in self.section.metrics:
            here, there = self.own.table.column(name), self.other.table.column(name)
            told = name in mine and name in theirs
            lacking = here.unavailable is not None or there.unavailable is not None
            values = mine.get(name), theirs.get(name)
            if not covered or not told or lacking:
                pairs.append(not_compared(*values))
            else:
                tolerance = self.section.tolerances.get(name, self.section.tolerance)
                pairs.append(compared(*values, tolerance, format_of(here)))
        return Line(step, covered, tuple(pairs))

    def each(self, frame: Frame, grain: Grain) -> Iterator[tuple[Line, Row, Row]]:
        """Every step, with the row of each side."""
        mine, theirs = by_key(self.own.table), by_key(self.other.table)
        period = frame.edition.interval
        for step in steps(period, grain, frame.zone):
            key = (identity(step),)
            whole = step_interval(step, grain, frame.zone)
            since, until = max(whole.since, period.since), min(whole.until, period.until)
            covered = self.covers(Interval(since, until))
            rows = mine[key], theirs[key]
            line = self.line(step, self.own.of(rows[0]), self.other.of(rows[1]), covered=covered)
            yield line, *rows

    def together(self, lines: Sequence[tuple[Line, Row, Row]]) -> Line:
        """The whole of those steps that both sides cover."""
        kept = [each for each in lines if each[0].covered]
        if not kept:
            return self.line(None, {}, {}, covered=False)
        everything = len(kept) == len(lines)
        mine = self.own.over([row for _, row, _ in kept], everything=everything)
        theirs = self.other.over([row for _, _, row in kept], everything=everything)
        return self.line(None, mine, theirs, covered=True)


def reconciled(frame: Frame, section: ReconciliationSection, answers: SectionAnswers) -> Reconciled:
    """What the two sources of a section say, and what is found of it."""
    if answers.against is None:
        raise TypeError(f"{section.against} has not been asked")
    both = _Comparison(
        section,
        _side(frame, frame.edition.source, answers.current, answers.levels),
        _side(frame, section.against, answers.against, answers.against_levels),
    )
    time = time_dimension(both.own.table)
    lines: tuple[tuple[Line, Row, Row], ...] = ()
    if time is not None and time.grain is not None:
        lines = tuple(both.each(frame, time.grain))
        whole = both.together(lines)
    else:
        whole = both.line(
            None,
            _single(both.own.table),
            _single(both.other.table),
            covered=both.covers(frame.edition.interval),
        )
    return Reconciled(
        columns=tuple(both.own.table.column(name) for name in section.metrics),
        others=tuple(both.other.table.column(name) for name in section.metrics),
        own=both.own,
        other=both.other,
        time=time,
        lines=tuple(line for line, _, _ in lines),
        whole=whole,
    )


def _side(frame: Frame, source: str, answer: Answer, asked: tuple[Answer, ...]) -> Side:
    """A source's answer with every step: without records 0, after its data without value."""
    end = answer.data_through
    if end is not None:
        end = min(end, answer.interval.until)
    edition = frame.edition
    table = filled(answer.table, edition.interval, edition.timezone, end)
    same = tuple(whole for whole in asked if whole.interval == answer.interval)
    return Side(source, answer, table, same)


def _single(table: Table) -> Amounts:
    names = (column.name for column in table.metrics)
    return {name: number_or_none(single_value(table, name)) for name in names}


def _additive(table: Table, amounts: Amounts) -> Amounts:
    """Without those that only a source can tell of several steps together."""
    return {n: value for n, value in amounts.items() if not only_source_can_tell(table, n)}
