"""Shaping: pure functions from table to table.

Every number at a coarser grain is rolled up from its parts by ``data.rollup``: a ratio of an
Other or a total row is the ratio of the rolled-up operands, never a sum and never a mean.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import msgspec

from reporter.data.rollup import of_nothing, rolled_up, with_derived
from reporter.data.table import Column, Role, Row, Table, Value, identity
from reporter.dates import Grain, Interval, step_interval, steps, time_zone
from reporter.errors import UserError

Key = tuple[Value, ...]
"""The dimension values of a group, datetimes as text: wall clock and offset."""

MOST_ROWS: Final = 200_000
"""How many rows a table may get by being filled: pages with more would need all the memory."""
_DAYS: Final = {
    Grain.HOUR: 1 / 24,
    Grain.DAY: 1,
    Grain.WEEK_SATURDAY_START: 7,
    Grain.WEEK_SUNDAY_START: 7,
    Grain.WEEK_MONDAY_START: 7,
    Grain.MONTH: 30,
    Grain.QUARTER: 91,
    Grain.YEAR: 365,
}
"""About how long a step is."""


class SortKey(msgspec.Struct, frozen=True):
    """Order by this column. Rows without a value stand last, whichever the direction."""

    name: str
    descending: bool = False


class Cut(msgspec.Struct, frozen=True):
    """A table in two: the groups that were chosen, and all others."""

    shown: Table
    rest: Table


def arranged(table: Table, dimensions: Sequence[str]) -> Table:
    """The same table with its dimensions in this order; those not named come after."""
    place = {name: i for i, name in enumerate(dimensions)}
    order = sorted(
        range(len(table.columns)),
        key=lambda i: (
            table.columns[i].role is Role.METRIC,
            place.get(table.columns[i].name, len(place)) if _groups(table.columns[i]) else 0,
        ),
    )
    return Table(
        tuple(table.columns[i] for i in order),
        tuple(tuple(row[i] for i in order) for row in table.rows),
    )


def time_dimension(table: Table) -> Column | None:
    """The dimension whose values are steps of time."""
    return next((c for c in table.dimensions if c.grain is not None), None)


def ordered(table: Table, keys: Sequence[SortKey] = ()) -> Table:
    """The rows by these keys, the most important first; ties by the dimensions' natural order.

    Naturally, known members stand in their own order, other values after them, ascending.
    """
    rows = list(table.rows)
    for column in reversed(table.dimensions):
        rows = _sorted(table, rows, SortKey(column.name))
    for key in reversed(keys):
        rows = _sorted(table, rows, key)
    return table.with_rows(rows)


def rolled(table: Table, dimensions: Collection[str]) -> Table:
    """The table at a coarser grain: grouped by those of its dimensions only.

    Without any, one row, also over no rows. Metrics that only the source can tell have no
    value there.
    """
    kept = [i for i, c in enumerate(table.columns) if _groups(c) and c.name in dimensions]
    if len(kept) == len(table.dimensions) > 0:
        return table
    groups: dict[Key, list[Row]] = {} if kept else {(): []}
    for row in table.rows:
        groups.setdefault(tuple(identity(row[i]) for i in kept), []).append(row)
    return Table(
        (*(table.columns[i] for i in kept), *table.metrics),
        tuple(
            (*(parts[0][i] for i in kept), *rolled_up(table.columns, parts))
            for parts in groups.values()
        ),
    )


def leading(table: Table, keys: Sequence[SortKey], limit: int) -> tuple[Key, ...]:
    """The first groups by these keys.

    A group is a combination of the dimensions that are not time, taken over all steps; of a
    table by time alone, it is a step.
    """
    names = cut_names(table)
    whole = rolled(table, names)
    usable = [key for key in keys if any(c.name == key.name for c in whole.columns)]
    places = _places(whole, names)
    return tuple(_key(row, places) for row in ordered(whole, usable).rows[:limit])


def split(table: Table, groups: Collection[Key]) -> Cut:
    """The rows of these groups (see ``leading``), and the others."""
    places = _places(table, cut_names(table))
    chosen = set(groups)
    shown: list[Row] = []
    rest: list[Row] = []
    for row in table.rows:
        (shown if _key(row, places) in chosen else rest).append(row)
    return Cut(table.with_rows(shown), table.with_rows(rest))


def cut_names(table: Table) -> tuple[str, ...]:
    """The dimensions that ``leading`` and ``split`` choose by."""
    names = tuple(c.name for c in table.dimensions)
    return tuple(c.name for c in table.dimensions if c.grain is None) or names


def group_count(table: Table) -> int:
    """How many groups (see ``leading``) a table has."""
    places = _places(table, cut_names(table))
    return len({_key(row, places) for row in table.rows})


def crossed(
    table: Table,
    along: Sequence[str],
    across: Sequence[str],
    places: Collection[Key],
    strands: Collection[Key],
) -> Mapping[tuple[Key | None, Key | None], Row]:
    """The metrics by two sets of dimensions, which are all that the table has.

    Groups that are not among the places, or not among the strands, are rolled up under None.
    """
    by_place, by_strand = _places(table, along), _places(table, across)
    known_places, known_strands = set(places), set(strands)
    groups: dict[tuple[Key | None, Key | None], list[Row]] = {}
    for row in table.rows:
        place, strand = _key(row, by_place), _key(row, by_strand)
        spot = (
            place if place in known_places else None,
            strand if strand in known_strands else None,
        )
        groups.setdefault(spot, []).append(row)
    width = len(table.dimensions)
    return {
        spot: rolled_up(table.columns, parts) if None in spot else parts[0][width:]
        for spot, parts in groups.items()
    }


def united(table: Table, other: Table) -> Table:
    """The table with a row over no records for every group that only the other one has.

    Both have the same dimensions.
    """
    places = _places(other, [c.name for c in table.dimensions])
    have = by_key(table)
    missing = {
        key: tuple(row[place] for place in places)
        for row in other.rows
        if (key := _key(row, places)) not in have
    }
    return table.with_rows((*table.rows, *(over_nothing(table, v) for v in missing.values())))


def filled(
    table: Table,
    interval: Interval,
    timezone: str,
    data_through: datetime | None,
    *,
    like: Table | None = None,
) -> Table:
    """A row for every step of the interval, for each combination of the other dimensions.

    Steps without records count 0 and have no ratios; steps after the data ends have no value.
    A step with a record is not after the data's end: the end may be that very record, on the
    step's first instant. A table without a time dimension stays as it is.

    Raises:
        UserError: there would be more than ``MOST_ROWS``.

    Args:
        table: by steps of time.
        interval: what the steps cover.
        timezone: whose days they are.
        data_through: up to when there is data; None: nowhere.
        like: another table, whose combinations get their steps too.
    """
    column = time_dimension(table)
    if column is None or column.grain is None:
        return table
    zone = time_zone(timezone)
    others = [c.name for c in table.dimensions if c is not column]
    combinations = _combinations((table, *((like,) if like else ())), others)
    _refuse_too_many(column, interval, column.grain, groups=len(combinations))
    have = by_key(table)
    rows = list(table.rows)
    place = table.index(column.name)
    seen = {identity(row[place]) for row in table.rows}
    for step in steps(interval, column.grain, zone):
        begins = step_interval(step, column.grain, zone).since
        over = identity(step) not in seen and (data_through is None or begins >= data_through)
        for combination in combinations:
            values = (*combination[:place], step, *combination[place:])
            if tuple(map(identity, values)) not in have:
                rows.append(_unknown(table, values) if over else over_nothing(table, values))
    return table.with_rows(rows)


def _refuse_too_many(column: Column, interval: Interval, grain: Grain, *, groups: int) -> None:
    count = (interval.until - interval.since) // timedelta(days=_DAYS[grain])
    if count * groups > MOST_ROWS:
        each = f" for each of {groups:,} groups" if groups > 1 else ""
        raise UserError(
            f"{column.label} has about {count:,} steps in the period{each}; a table has at most"
            f" {MOST_ROWS:,} rows",
            hint="group by longer steps or fewer dimensions, or take a shorter period",
        )


def aligned(table: Table, own: Interval, other: Interval, timezone: str) -> Table:
    """The rows of one interval's steps put on the steps of another, first on first.

    Steps that have no partner lose their name: they belong to no row that is shown, but to Other
    where steps are what is cut, and there they count. Without a time dimension nothing changes.
    """
    column = time_dimension(table)
    if column is None or column.grain is None:
        return table
    zone = time_zone(timezone)
    partner: dict[Value, date | datetime] = dict(
        zip(
            map(identity, steps(own, column.grain, zone)),
            steps(other, column.grain, zone),
            strict=False,
        )
    )
    place = table.index(column.name)
    return table.with_rows(
        (*row[:place], partner.get(identity(row[place])), *row[place + 1 :]) for row in table.rows
    )


def by_key(table: Table) -> Mapping[Key, Row]:
    """The rows by all their dimension values."""
    places = _places(table, [c.name for c in table.dimensions])
    return {_key(row, places): row for row in table.rows}


def key_of(table: Table, row: Row) -> Key:
    """The key of a row in ``by_key``."""
    return tuple(map(identity, row[: len(table.dimensions)]))


def over_nothing(table: Table, dimension_values: Sequence[Value]) -> Row:
    """A row over no records: counts 0, no ratios, no least and no greatest."""
    values = iter(dimension_values)
    row = tuple(next(values) if _groups(c) else of_nothing(c) for c in table.columns)
    return with_derived(table.columns, row)


def _unknown(table: Table, dimension_values: Sequence[Value]) -> Row:
    return (*dimension_values, *(None for _ in table.metrics))


def _combinations(tables: Iterable[Table], names: Sequence[str]) -> tuple[Key, ...]:
    if not names:
        return ((),)
    found: dict[Key, Key] = {}
    for table in tables:
        places = _places(table, names)
        for row in table.rows:
            found.setdefault(_key(row, places), tuple(row[place] for place in places))
    return tuple(found.values())


def _places(table: Table, names: Iterable[str]) -> tuple[int, ...]:
    return tuple(table.index(name) for name in names)


def _key(row: Row, places: Sequence[int]) -> Key:
    return tuple(identity(row[place]) for place in places)


def _rank(value: Value) -> tuple[Value, Value]:
    """What a value sorts by: a datetime by its instant."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC), value.isoformat())
    return (value, None)


def _sorted(table: Table, rows: Sequence[Row], key: SortKey) -> list[Row]:
    index = table.index(key.name)
    members = {m.value: i for i, m in enumerate(table.columns[index].members)}

    def rank(row: Row) -> tuple[int, Any]:
        value = row[index]
        place = members.get(str(value)) if members else None
        return (len(members), _rank(value)) if place is None else (place, 0)

    known = sorted((r for r in rows if r[index] is not None), key=rank, reverse=key.descending)
    return [*known, *(r for r in rows if r[index] is None)]


def _groups(column: Column) -> bool:
    return column.role is Role.DIMENSION
