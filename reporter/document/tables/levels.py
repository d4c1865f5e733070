"""A table at every grain that its rows, subtotals and totals need."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from reporter.data.table import Column, Role, Row, Table, Value, identity
from reporter.document.shape import Key, by_key, key_of, over_nothing, rolled


class Levels(msgspec.Struct, frozen=True):
    """The numbers of one period, or of one value across the columns of a pivot.

    Attributes:
        table: at the finest grain.
        asked: the same at coarser grains, as the source said it: that goes before a roll-up, and
            is how a distinct count gets a total.
    """

    table: Table
    asked: tuple[Table, ...] = ()

    def at(self, names: Collection[str]) -> Table:
        """The table by those of its dimensions only."""
        coarse = rolled(self.table, names)
        if coarse is self.table:
            return coarse
        kept = {column.name for column in coarse.dimensions}
        for table in self.asked:
            if {column.name for column in table.dimensions} == kept:
                return _told(coarse, table, live=_live(self.table, coarse.dimensions))
        return coarse

    def only(self, name: str, value: Value) -> "Levels":
        """The numbers of one value of a dimension, without that dimension."""
        return Levels(
            sliced(self.table, name, value),
            tuple(sliced(t, name, value) for t in self.asked if _has(t, name)),
        )

    def without(self, name: str) -> "Levels":
        """The numbers of all values of a dimension together."""
        names = [c.name for c in self.table.dimensions if c.name != name]
        return Levels(self.at(names), tuple(t for t in self.asked if not _has(t, name)))

    def rest(self, name: str, values: Collection[Value]) -> "Levels":
        """The numbers of all values of a dimension but these, together: no source was asked."""
        left = without(self.table, name, values)
        return Levels(rolled(left, [c.name for c in left.dimensions if c.name != name]))


def without(table: Table, name: str, values: Collection[Value]) -> Table:
    """The rows of all values of a dimension but these."""
    place, shown = table.index(name), set(map(identity, values))
    return table.with_rows(row for row in table.rows if identity(row[place]) not in shown)


def sliced(table: Table, name: str, value: Value) -> Table:
    """The rows of one value of a dimension, without the dimension."""
    place = table.index(name)
    wanted = identity(value)
    return Table(
        (*table.columns[:place], *table.columns[place + 1 :]),
        tuple(
            (*row[:place], *row[place + 1 :])
            for row in table.rows
            if identity(row[place]) == wanted
        ),
    )


def unknown(table: Table, row: Row) -> bool:
    """Whether a row lies where there is no data yet: none of its metrics has a value."""
    return all(value is None for value in row[len(table.dimensions) :])


def absent(table: Table, key: Sequence[Value], *, known: bool) -> Row:
    """A row for a group without records: over nothing, or unknown where there is no data yet."""
    return over_nothing(table, key) if known else (*key, *(None for _ in table.metrics))


def _told(coarse: Table, asked: Table, *, live: Collection[Key]) -> Table:
    """The coarse table with what the source said of it.

    Of a group that the source does not name there are no records: a group that only the other
    period has, or a step of time that was filled in.
    """
    said = by_key(_by_these(asked, coarse.dimensions))
    columns = [c.name for c in (*coarse.dimensions, *asked.metrics)]
    width = len(coarse.dimensions)

    def told(row: Row) -> Row:
        key = key_of(coarse, row)
        found = said.get(key)
        if found is None:
            return over_nothing(coarse, row[:width]) if key and key in live else row
        known: Mapping[str, Value] = dict(zip(columns, found, strict=True))
        return tuple(
            known.get(column.name, value) for column, value in zip(coarse.columns, row, strict=True)
        )

    return coarse.with_rows(map(told, coarse.rows))


def _by_these(table: Table, dimensions: Iterable[Column]) -> Table:
    """The table with its dimensions in this order."""
    places = [table.index(column.name) for column in dimensions]
    places += [i for i, column in enumerate(table.columns) if column.role is Role.METRIC]
    return Table(
        tuple(table.columns[i] for i in places),
        tuple(tuple(row[i] for i in places) for row in table.rows),
    )


def _live(table: Table, dimensions: Iterable[Column]) -> set[Key]:
    """The groups of which something is known."""
    places = [table.index(column.name) for column in dimensions]
    return {
        tuple(identity(row[place]) for place in places)
        for row in table.rows
        if not unknown(table, row)
    }


def _has(table: Table, name: str) -> bool:
    return any(column.name == name for column in table.dimensions)
