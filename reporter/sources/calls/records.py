"""The records of a source: its files under the names of the catalog's layout, good ones apart.

The SQL is a chain of named queries: ``mapped``, ``parsed``, ``typed`` (see ``readings``), then
either ``records`` (the good ones) or ``checked`` (all, with what is wrong with each).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from sqlglot import exp

from reporter.catalog.model import RecordColumn, RecordLayout
from reporter.dates import Interval
from reporter.sources.calls import sql
from reporter.sources.calls.duckdb_engine import FILE, FILE_NAME
from reporter.sources.calls.expressions import columns_of, tied
from reporter.sources.calls.offsets import Offsets
from reporter.sources.calls.readings import MAPPED, PARSED, Family, Reading, unreadable

TYPED: Final = "typed"
CHECKED: Final = "checked"
PROBLEM: Final = "problem"
FILE_COLUMN: Final = "record file"
ROW_COLUMN: Final = "record row"
_VERSION: Final = "record version"
_DAY: Final = timedelta(days=1)


class Check(msgspec.Struct, frozen=True):
    """What a good record fulfils, and why it is a bad one where it does not.

    Attributes:
        condition: unknown counts as fulfilled.
        reason: a text.
        certain: whether the condition is never unknown.
    """

    condition: exp.Expr
    reason: exp.Expr
    certain: bool = False

    def holds(self) -> exp.Expr:
        """The condition, true where it is unknown."""
        return self.condition if self.certain else sql.unless_false(self.condition)


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """Everything needed to write the SQL of a source's records.

    Attributes:
        layout: the catalog's.
        relation: what stands after FROM to read the files.
        readings: the columns that the source has, in the layout's order.
        checks: of the catalog, tied to nothing yet.
        offsets: of the source's zone.
        row: the record's number in its file; None where it has none.
        file: whether a record knows its file.
        deduplicated: whether of a repeated identity only the latest version counts.
        stored: whether the checked records are kept in a temporary table, because reading
            them again would cost more (texts to parse, versions to compare).
    """

    layout: RecordLayout
    relation: exp.Expr
    readings: tuple[Reading, ...]
    checks: tuple[tuple[exp.Expr, str], ...]
    offsets: Offsets
    row: exp.Expr | None
    file: bool
    deduplicated: bool
    stored: bool

    def reading(self, name: str) -> Reading | None:
        """The reading of a column, or None where the source does not have it."""
        return next((r for r in self.readings if r.name == name), None)

    @property
    def time(self) -> Reading:
        """The reading of the column that intervals use."""
        return next(r for r in self.readings if r.name == self.layout.time)

    def good(
        self, columns: Iterable[str], interval: Interval | None = None, *, clean: bool = False
    ) -> tuple[exp.CTE, ...]:
        """The chain that ends with ``records``: the good ones, with at least these columns.

        With an interval the chain may leave out what lies outside it. ``clean``: no record of
        the interval is a bad one, so none need be checked.
        """
        if self.stored:
            conditions = [sql.is_null(sql.column(PROBLEM, CHECKED))]
            if self.deduplicated:
                version = sql.column(_VERSION, CHECKED)
                conditions.append(exp.EQ(this=version, expression=sql.whole(1)))
            good = exp.select("*").from_(CHECKED).where(*conditions)
            return (cte(sql.RECORDS, good),)
        if clean:
            return self._typed((*columns, self.layout.time), interval, name=sql.RECORDS)
        chain = self._typed((*columns, *self._needed_by_checks()), interval)
        good = exp.select("*").from_(TYPED).where(self._all_hold())
        return (*chain, cte(sql.RECORDS, good))

    def checked(
        self, interval: Interval | None = None, *, timeless: bool = False
    ) -> tuple[exp.CTE, ...]:
        """The chain that ends with ``checked``, of which it holds the bad ones at least.

        Empty where that is a table. ``timeless``: the chain may leave out what has a time.
        """
        if self.stored:
            return ()
        needed = {*self._needed_by_checks(), *self._identity()}
        chain = self._typed(needed, interval, places=True, timeless=timeless)
        bad = self._with_problems().where(sql.negation(self._all_hold()))
        return (*chain, cte(CHECKED, bad))

    def coarse(self, interval: Interval | None, *, timeless: bool = False) -> list[exp.Expr]:
        """What the engine can decide by the files' statistics: about the raw time.

        With an interval it may leave out what lies outside it, or else ``timeless`` what has
        a time.
        """
        time = self.time
        if time.family not in (Family.WALL, Family.INSTANT):
            return []
        raw = time.mapped()
        if timeless:
            return [sql.is_null(raw)]
        if interval is None:
            return []
        exact = time.family is Family.INSTANT or self.offsets == Offsets(timedelta())
        margin = timedelta() if exact else _DAY
        since, until = interval.since - margin, interval.until + margin
        bounds = ((sql.at_least, since), (sql.below, until))
        return [bound(raw, self._bound(end, time)) for bound, end in bounds if time.reaches(end)]

    def storing(self) -> exp.Expr:
        """The statement that keeps the checked records."""
        chain = self._typed([r.name for r in self.readings], None, places=True)
        select = self._with_problems()
        if self.deduplicated:
            chain = (*chain, cte(CHECKED, select))
            select = self._with_versions()
        return exp.Create(
            this=exp.to_table(CHECKED),
            kind="TABLE",
            expression=chained(chain, select),
            properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        )

    def _typed(
        self,
        columns: Iterable[str],
        interval: Interval | None,
        *,
        name: str = TYPED,
        places: bool = False,
        timeless: bool = False,
    ) -> tuple[exp.CTE, ...]:
        wanted = frozenset(columns)
        readings = [r for r in self.readings if r.name in wanted]
        found = self._places() if places else []
        mapped = exp.select(*(sql.named(r.mapped(), r.name) for r in readings), *found)
        mapped = mapped.from_(self.relation.copy())
        layers = [cte(MAPPED, mapped.where(*self.coarse(interval, timeless=timeless)))]
        here = MAPPED
        if any(r.can_fail() for r in readings):
            parsed = [column for r in readings for column in r.parsed()]
            parsed += [sql.column(column.alias, MAPPED) for column in found]
            layers.append(cte(PARSED, exp.select(*parsed).from_(MAPPED)))
            here = PARSED
        typed = [sql.named(r.typed(self.offsets, here), r.name) for r in readings]
        typed += [sql.column(r.written, here) for r in readings if r.can_fail()]
        typed += [sql.column(column.alias, here) for column in found]
        return (*layers, cte(name, exp.select(*typed).from_(here)))

    def _places(self) -> list[exp.Expr]:
        columns = []
        if self.file:
            columns.append(sql.named(sql.column(FILE_NAME, FILE), FILE_COLUMN))
        if self.row is not None:
            columns.append(sql.named(self.row.copy(), ROW_COLUMN))
        return columns

    def _bound(self, instant: datetime, time: Reading) -> exp.Expr:
        if time.family is Family.INSTANT:
            naive = whole_milliseconds(instant).astimezone(UTC).isoformat(sep=" ")
            return exp.cast(sql.text(naive), exp.DType.TIMESTAMPTZ)
        return sql.moment(whole_milliseconds(instant))

    def _all_hold(self) -> exp.Expr:
        return sql.all_of(check.holds() for check in self._checks(TYPED))

    def _with_problems(self) -> exp.Select:
        problems = [(sql.negation(check.condition), check.reason) for check in self._checks(TYPED)]
        problem = sql.case(problems)
        return exp.select("*", sql.named(problem, PROBLEM)).from_(TYPED)

    def _with_versions(self) -> exp.Select:
        """Number the versions of each identity, the one that counts first.

        A record without identity is a version of nothing.
        """
        identity = sql.column(self._identity()[0], CHECKED)
        latest = [n for n in self.layout.latest if self.reading(n) is not None]
        rest = [r.name for r in self.readings if r.name not in latest]
        order = [
            exp.Ordered(this=sql.column(name, CHECKED), desc=True, nulls_first=False)
            for name in (*latest, *rest)
        ]
        number = exp.Window(
            this=exp.RowNumber(),
            partition_by=[identity, sql.is_null(sql.column(PROBLEM, CHECKED))],
            order=exp.Order(expressions=order),
        )
        version = sql.case([(sql.is_known(identity), number)], sql.whole(1))
        return exp.select("*", sql.named(version, _VERSION)).from_(CHECKED)

    def _identity(self) -> tuple[str, ...]:
        name = self.layout.identity
        return (name,) if name is not None and self.reading(name) is not None else ()

    def _needed_by_checks(self) -> frozenset[str]:
        closed = {r.name for r in self.readings if r.column.values}
        fallible = {r.name for r in self.readings if r.can_fail()}
        of_catalog = {name for tree, _ in self._own_checks() for name in columns_of(tree)}
        return frozenset({self.layout.time, *closed, *fallible, *of_catalog})

    def _own_checks(self) -> Sequence[tuple[exp.Expr, str]]:
        """The catalog's checks whose columns the source has."""
        known = {r.name for r in self.readings}
        return [(tree, why) for tree, why in self.checks if known.issuperset(columns_of(tree))]

    def _checks(self, relation: str) -> list[Check]:
        checks = [
            Check(
                sql.negation(unreadable(r, relation)),
                _message(f"{r.name} cannot be read: ", sql.column(r.written, relation)),
                certain=True,
            )
            for r in self.readings
            if r.can_fail()
        ]
        time = sql.column(self.layout.time, relation)
        empty = sql.text(f"{self.layout.time} is empty")
        checks.append(Check(sql.is_known(time), empty, certain=True))
        checks += [_closed(r.column, relation) for r in self.readings if r.column.values]
        checks += [
            Check(tied(tree, lambda name: sql.column(name, relation)), sql.text(why))
            for tree, why in self._own_checks()
        ]
        return checks


def whole_milliseconds(instant: datetime) -> datetime:
    """The first whole millisecond at or after an instant.

    A time cut to milliseconds lies before ``until`` exactly if the uncut one lies before this.
    """
    excess = instant.microsecond % 1000
    return instant + timedelta(microseconds=1000 - excess) if excess else instant


def within(interval: Interval, time: exp.Expr) -> exp.Expr:
    """Whether a record's time lies in an interval."""
    since = sql.moment(whole_milliseconds(interval.since))
    until = sql.moment(whole_milliseconds(interval.until))
    return sql.all_of((sql.at_least(time, since), sql.below(time, until)))


def extent_of(records: Records) -> exp.Select | None:
    """The question for the earliest and latest local time in the files.

    None where no column is local.
    """
    times = [r for r in records.readings if r.is_local()]
    if not times:
        return None
    columns = []
    for reading in times:
        local = sql.column(reading.name, PARSED)
        columns += [exp.Min(this=local), exp.Max(this=local.copy())]
    mapped = exp.select(*(sql.named(r.mapped(), r.name) for r in times))
    parsed = exp.select(*(r.parsed()[0] for r in times)).from_(MAPPED)
    chain = (cte(MAPPED, mapped.from_(records.relation.copy())), cte(PARSED, parsed))
    return chained(chain, exp.select(*columns).from_(PARSED))


def _closed(column: RecordColumn, relation: str) -> Check:
    value = sql.column(column.name, relation)
    expected = ", ".join(column.values)
    return Check(
        sql.one_of(value, column.values),
        _message(f"{column.name} is not one of {expected}: ", value.copy()),
    )


def _message(start: str, value: exp.Expr) -> exp.Expr:
    return exp.DPipe(this=sql.text(start), expression=value)


def cte(name: str, select: exp.Select) -> exp.CTE:
    """A named query of a chain."""
    return exp.CTE(this=select, alias=exp.TableAlias(this=exp.to_identifier(name)))


def chained(chain: Iterable[exp.CTE], select: exp.Select) -> exp.Select:
    """A query over the last of a chain of named queries."""
    for link in chain:
        select = select.with_(link.alias, as_=link.this)
    return select
