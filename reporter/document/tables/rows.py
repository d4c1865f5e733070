"""The rows of a table: which there are, in which order, and the numbers in each.

Rows are chosen and ordered once, by the numbers of all columns together. A strand is one set of
columns: of a plain table the only one, of a pivot one per value across the columns.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from reporter.data.answer import Answer
from reporter.data.table import Table, Value
from reporter.document.cells import dimension_cell
from reporter.document.frame import Frame
from reporter.document.prepare import Prepared, display_keys, rank_keys
from reporter.document.shape import (
    Cut,
    Key,
    SortKey,
    arranged,
    by_key,
    cut_names,
    key_of,
    leading,
    ordered,
    rolled,
    split,
    time_dimension,
)
from reporter.document.tables.levels import Levels, absent, unknown
from reporter.document.values import Cell, RowKind
from reporter.spec.sections import TableSection

Amounts = Mapping[str, Value]
"""The metrics of one row in one strand, by name; with those that count what ratios are over."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A row, whatever its numbers.

    Attributes:
        key: of its group, at the row's own grain.
        dimensions: the same as values; as many as the row's grain has.
        labels: one cell per dimension of the table.
        level: of a subtotal, see ``BlockRow``.
        known: whether there is data yet.
    """

    kind: RowKind
    key: Key
    dimensions: tuple[Value, ...]
    labels: tuple[Cell, ...]
    level: int = 0
    known: bool = True


class Strand(msgspec.Struct, frozen=True):
    """The numbers in one set of columns.

    Attributes:
        levels: by the dimensions of the rows.
        whole: what a total is over.
        rest: of the groups that are not shown, by step of time where Other is.
    """

    levels: Levels
    whole: Levels
    rest: Table

    def amounts(
        self, places: Sequence[Place], names: Sequence[str], *, zeros: bool
    ) -> Iterator[Amounts]:
        """The numbers of these rows, in order.

        Args:
            places: the rows.
            names: the metrics.
            zeros: whether a group without records counts 0; else it has no values.
        """
        found: dict[tuple[RowKind, int], tuple[Table, Mapping[Key, tuple[Value, ...]]]] = {}
        for place in places:
            grain = (place.kind, place.level)
            if grain not in found:
                table = self._at(place)
                found[grain] = (table, by_key(table))
            table, rows = found[grain]
            row = rows.get(place.key)
            if row is None:
                row = absent(table, place.dimensions, known=zeros and place.known)
            yield {name: row[table.index(name)] for name in names}

    def _at(self, place: Place) -> Table:
        match place.kind:
            case RowKind.BODY:
                return self.levels.table
            case RowKind.OTHER:
                return self.rest
            case RowKind.SUBTOTAL:
                names = [c.name for c in self.levels.table.dimensions]
                return self.levels.at(names[: place.level])
            case RowKind.TOTAL:
                return self.whole.at(())


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a table.

    Attributes:
        cut: what is shown and what is not, over all columns.
        chosen: the groups that are shown; None: all.
        places: in the order in which they are shown.
    """

    cut: Cut
    chosen: tuple[Key, ...] | None
    places: tuple[Place, ...]


def rows_of(frame: Frame, section: TableSection, levels: Levels) -> Rows:
    """The rows of a table.

    Args:
        frame: the report's.
        section: what it shows.
        levels: its numbers over all columns, by the dimensions of its rows.
    """
    top, table = section.query.top, levels.table
    if top is None:
        chosen, cut = None, Cut(table, table.with_rows(()))
    else:
        chosen = leading(table, rank_keys(section.query, table), top.limit)
        cut = split(table, chosen)
    width = len(table.dimensions)
    nested = section.subtotals and top is None and width > 1
    if nested:
        body = _nested(frame, levels, display_keys(section.query, table))
    else:
        body = _body(frame, ordered(cut.shown, display_keys(section.query, cut.shown)))
    places = list(body)
    if top is not None and top.other and cut.rest.rows:
        places += _others(frame, cut.rest)
    if section.totals and table.dimensions:
        labels = _labelled(frame.words["total"], 0, width)
        places.append(Place(kind=RowKind.TOTAL, key=(), dimensions=(), labels=labels))
    return Rows(cut=cut, chosen=chosen, places=tuple(places))


def strand(levels: Levels, rows: Rows, whole: Levels) -> Strand:
    """The numbers of one set of columns in the rows of a table."""
    table = levels.table
    rest = table.with_rows(()) if rows.chosen is None else split(table, rows.chosen).rest
    return Strand(levels, whole, rolled(rest, _other_names(rest)))


def whole_of(answer: Answer, ready: Prepared, asked: tuple[Table, ...]) -> Levels:
    """All that was answered, whatever is shown of it; over nothing it counts 0."""
    names = [column.name for column in ready.current.dimensions]
    return Levels(arranged(answer.table, names), asked)


def _body(frame: Frame, table: Table) -> Iterator[Place]:
    for row in table.rows:
        yield _row(frame, table, row)


def _row(frame: Frame, table: Table, row: tuple[Value, ...]) -> Place:
    width = len(table.dimensions)
    return Place(
        kind=RowKind.BODY,
        key=key_of(table, row),
        dimensions=row[:width],
        labels=tuple(
            dimension_cell(frame.times, column, value)
            for column, value in zip(table.dimensions, row, strict=False)
        ),
        known=not unknown(table, row),
    )


def _nested(frame: Frame, levels: Levels, keys: Sequence[SortKey]) -> Iterator[Place]:
    """The body with a subtotal after each group of every dimension but the last.

    Groups stand by their subtotals, and rows within their group; steps of time stay in order.
    """
    table = levels.table
    names = [column.name for column in table.dimensions]
    ranks = []
    known: list[Mapping[Key, bool]] = []
    for depth, column in enumerate(table.dimensions, start=1):
        level = levels.at(names[:depth])
        own = [k for k in keys if k.name == column.name]
        telling = [k for k in keys if k.name not in names or k.name == column.name]
        order = ordered(level, own if column.grain is not None else telling)
        ranks.append({key_of(level, row): i for i, row in enumerate(order.rows)})
        known.append({key_of(level, row): not unknown(level, row) for row in level.rows})
    places = [_row(frame, table, row) for row in table.rows]
    places.sort(key=lambda p: tuple(ranks[d][p.key[: d + 1]] for d in range(len(names))))
    for number, place in enumerate(places):
        yield place
        after = places[number + 1].key if number + 1 < len(places) else ()
        for depth in range(len(names) - 1, 0, -1):
            key = place.key[:depth]
            if after[:depth] != key:
                yield _subtotal(frame, place, depth, known=known[depth - 1][key])


def _subtotal(frame: Frame, last: Place, level: int, *, known: bool) -> Place:
    word = _labelled(frame.words["subtotal"], 0, len(last.labels) - level)
    return Place(
        kind=RowKind.SUBTOTAL,
        key=last.key[:level],
        dimensions=last.dimensions[:level],
        labels=(*last.labels[:level], *word),
        level=level,
        known=known,
    )


def _others(frame: Frame, rest: Table) -> Iterator[Place]:
    """What is not shown, as one row; of a table by time and more, one per step."""
    names = _other_names(rest)
    table = ordered(rolled(rest, names))
    place = rest.index(cut_names(rest)[0])
    for row in table.rows:
        labels = list(_labelled(frame.words["other"], place, len(rest.dimensions)))
        for column in table.dimensions:
            labels[rest.index(column.name)] = dimension_cell(frame.times, column, row[0])
        yield Place(
            kind=RowKind.OTHER,
            key=key_of(table, row),
            dimensions=row[: len(names)],
            labels=tuple(labels),
            known=not unknown(table, row),
        )


def _other_names(rest: Table) -> tuple[str, ...]:
    """The dimension that Other has a row for each value of: the step of time, beside groups."""
    time = time_dimension(rest)
    return () if time is None or len(rest.dimensions) == 1 else (time.name,)


def _labelled(text: str, place: int, width: int) -> tuple[Cell, ...]:
    return tuple(Cell(value=None, text=text if i == place else "") for i in range(width))
