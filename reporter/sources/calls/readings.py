"""How one column of the files becomes one column of the records.

Three steps, each a layer of its own in the SQL, so that no expression stands there twice:
*mapped* (the file's column or expression, with the value map), *parsed* (texts read as local
times, instants, numbers), *typed* (UTC, milliseconds, the layout's types).
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from sqlglot import exp

from reporter.catalog.model import RecordColumn, RecordColumnType
from reporter.sources.calls import duckdb_engine, sql
from reporter.sources.calls.offsets import Offsets


class Family(StrEnum):
    """What an engine's type is to us."""

    TEXT = "text"
    INTEGER = "whole number"
    FRACTION = "number"
    BOOLEAN = "truth value"
    WALL = "local time"
    INSTANT = "instant"
    NOTHING = "nothing"
    OTHER = "something else"


_FAMILIES: Final = {
    "VARCHAR": Family.TEXT,
    "TINYINT": Family.INTEGER,
    "SMALLINT": Family.INTEGER,
    "INTEGER": Family.INTEGER,
    "BIGINT": Family.INTEGER,
    "UTINYINT": Family.INTEGER,
    "USMALLINT": Family.INTEGER,
    "UINTEGER": Family.INTEGER,
    "UBIGINT": Family.FRACTION,
    "HUGEINT": Family.FRACTION,
    "UHUGEINT": Family.FRACTION,
    "FLOAT": Family.FRACTION,
    "DOUBLE": Family.FRACTION,
    "BOOLEAN": Family.BOOLEAN,
    "DATE": Family.WALL,
    "TIMESTAMP": Family.WALL,
    "TIMESTAMP_S": Family.WALL,
    "TIMESTAMP_MS": Family.WALL,
    "TIMESTAMP_NS": Family.WALL,
    "TIMESTAMP WITH TIME ZONE": Family.INSTANT,
    '"NULL"': Family.NOTHING,
    "NULL": Family.NOTHING,
    "UUID": Family.TEXT,
}
_READABLE: Final = {
    RecordColumnType.TEXT: frozenset(Family),
    RecordColumnType.INTEGER: frozenset(
        {Family.TEXT, Family.INTEGER, Family.FRACTION, Family.BOOLEAN, Family.NOTHING}
    ),
    RecordColumnType.NUMBER: frozenset(
        {Family.TEXT, Family.INTEGER, Family.FRACTION, Family.NOTHING}
    ),
    RecordColumnType.TIMESTAMP: frozenset(
        {Family.TEXT, Family.WALL, Family.INSTANT, Family.NOTHING}
    ),
}
WORDS: Final = {
    RecordColumnType.TEXT: "text",
    RecordColumnType.INTEGER: "whole numbers",
    RecordColumnType.NUMBER: "numbers",
    RecordColumnType.TIMESTAMP: "times",
}
_TYPES: Final = {
    RecordColumnType.TEXT: exp.DType.TEXT,
    RecordColumnType.INTEGER: exp.DType.BIGINT,
    RecordColumnType.NUMBER: exp.DType.DOUBLE,
    RecordColumnType.TIMESTAMP: exp.DType.TIMESTAMP,
}
_FIRST_YEAR: Final = 1677
_LAST_YEAR: Final = 2262
MAPPED: Final = "mapped"
PARSED: Final = "parsed"

_DATE: Final = r"\d{4}-\d{2}-\d{2}"
_CLOCK: Final = r"\d{2}:\d{2}(:\d{2}([.]\d+)?)?"
_WITHOUT_OFFSET: Final = rf"^{_DATE}([ T]{_CLOCK})?$"
_WITH_OFFSET: Final = rf"^{_DATE}[ T]{_CLOCK}(Z|[+-]\d{{2}}(:?\d{{2}})?)$"


def family_of(engine_type: str) -> Family:
    """What a type of the embedded engine is to us."""
    if engine_type.startswith("DECIMAL"):
        return Family.FRACTION
    if engine_type.startswith("ENUM"):
        return Family.TEXT
    return _FAMILIES.get(engine_type, Family.OTHER)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One column of the records and where it comes from.

    Attributes:
        column: of the layout.
        source: the expression over the files; None where an optional column is absent.
        type: the engine's type of what it gives.
        values: the file's texts and ours; None is no value.
    """

    column: RecordColumn
    source: exp.Expr | None = None
    type: str = "NULL"
    values: tuple[tuple[str, str | None], ...] = ()

    @property
    def name(self) -> str:
        """The column's name in the layout."""
        return self.column.name

    @property
    def written(self) -> str:
        """The name of the column that keeps the text of a value that may be unreadable."""
        return f"{self.name} as written"

    @property
    def family(self) -> Family:
        """What the mapped value is."""
        return Family.TEXT if self.values else family_of(self.type)

    def is_readable(self) -> bool:
        """Whether values of this family can become values of the column's type."""
        return self.family in _READABLE[self.column.type]

    def reaches(self, instant: datetime) -> bool:
        """Whether the engine's type can hold an instant: nanoseconds end in 1677 and 2262."""
        return self.type != "TIMESTAMP_NS" or _FIRST_YEAR < instant.year < _LAST_YEAR

    def is_local(self) -> bool:
        """Whether it may hold local times, so that the zone's offsets are needed."""
        is_time = self.column.type is RecordColumnType.TIMESTAMP
        return is_time and self.family in (Family.WALL, Family.TEXT)

    def is_parsed(self) -> bool:
        """Whether texts are parsed to read it."""
        return self.family is Family.TEXT and self.column.type is not RecordColumnType.TEXT

    def can_fail(self) -> bool:
        """Whether a value may turn out unreadable: a text, a number that should be whole."""
        is_whole = self.column.type is RecordColumnType.INTEGER
        return self.is_parsed() or (is_whole and self.family is Family.FRACTION)

    def mapped(self) -> exp.Expr:
        """The file's value, with the value map."""
        if self.source is None:
            return exp.cast(exp.null(), _TYPES[self.column.type])
        if not self.values:
            return self.source.copy()
        written = exp.cast(self.source, exp.DType.TEXT)
        ifs = [
            exp.If(this=sql.text(theirs), true=exp.null() if ours is None else sql.text(ours))
            for theirs, ours in self.values
        ]
        return exp.Case(this=written, ifs=ifs, default=written.copy())

    def parsed(self) -> tuple[exp.Expr, ...]:
        """The columns of the middle layer: the value, and what else reading it needs."""
        value = sql.column(self.name, MAPPED)
        if not self.can_fail():
            return (value,)
        is_text = self.values or self.type == "VARCHAR"
        written: exp.Expr = value if is_text else exp.cast(value, exp.DType.TEXT)
        if self.column.type is RecordColumnType.TIMESTAMP:
            wall = _if_matches(written, _WITHOUT_OFFSET, exp.DType.TIMESTAMP)
            instant = _if_matches(written, _WITH_OFFSET, exp.DType.TIMESTAMPTZ)
            return (
                sql.named(wall, self.name),
                sql.named(duckdb_engine.instant_as_utc(instant), self._instant),
                sql.named(sql.null_if_empty(written), self.written),
            )
        if self.family is Family.FRACTION:
            written = sql.case([(sql.is_number(value), written)])
        return (
            sql.named(self._number(value), self.name),
            sql.named(sql.null_if_empty(written), self.written),
        )

    def typed(self, offsets: Offsets, relation: str) -> exp.Expr:
        """The record's value, from the mapped or the parsed layer."""
        value = sql.column(self.name, relation)
        match self.column.type:
            case RecordColumnType.TIMESTAMP:
                return sql.cut_to_milliseconds(self._utc(value, offsets))
            case RecordColumnType.TEXT:
                is_text = self.values or self.type == "VARCHAR"
                text = value if is_text else exp.cast(value, exp.DType.TEXT)
                return sql.null_if_empty(text)
            case _ if self.can_fail() or self.source is None:
                return value
            case RecordColumnType.INTEGER:
                return value if self.type == "BIGINT" else exp.cast(value, exp.DType.BIGINT)
            case RecordColumnType.NUMBER:
                return _finite(exp.cast(value, exp.DType.DOUBLE))

    @property
    def _instant(self) -> str:
        return f"{self.name} with offset"

    def _utc(self, value: exp.Expr, offsets: Offsets) -> exp.Expr:
        if self.can_fail():
            instant = sql.column(self._instant, PARSED)
            return exp.Coalesce(this=instant, expressions=[offsets.utc(value)])
        if self.family is Family.INSTANT:
            return duckdb_engine.instant_as_utc(value)
        if self.type == "TIMESTAMP_NS":
            return offsets.utc(duckdb_engine.nanoseconds_cut(value))
        wall = value if self.type == "TIMESTAMP" else exp.cast(value, exp.DType.TIMESTAMP)
        return offsets.utc(wall)

    def _number(self, value: exp.Expr) -> exp.Expr:
        """A text as a number, or a number as a whole one."""
        if self.column.type is RecordColumnType.NUMBER:
            return _finite(exp.TryCast(this=value, to=exp.DType.DOUBLE.into_expr()))
        if self.family is Family.FRACTION:
            return _integer(value)
        return _integer(exp.TryCast(this=value, to=exp.DataType.build("DECIMAL(38, 9)")))


def unreadable(reading: Reading, relation: str) -> exp.Expr:
    """Whether a value stands there that could not be read."""
    value, written = sql.column(reading.name, relation), sql.column(reading.written, relation)
    return sql.all_of((sql.is_null(value), sql.is_known(written)))


def _integer(number: exp.Expr) -> exp.Expr:
    """A number as an integer, where it is one."""
    rounded = exp.TryCast(this=number, to=exp.DType.BIGINT.into_expr())
    return sql.case([(exp.EQ(this=rounded, expression=number.copy()), rounded.copy())])


def _finite(number: exp.Expr) -> exp.Expr:
    """A number, or null where it is infinite or not a number."""
    return sql.case([(sql.is_number(number), number.copy())])


def _if_matches(text: exp.Expr, pattern: str, kind: exp.DType) -> exp.Expr:
    matches = exp.RegexpLike(this=text.copy(), expression=sql.text(pattern))
    return sql.case([(matches, exp.TryCast(this=text.copy(), to=kind.into_expr()))])
