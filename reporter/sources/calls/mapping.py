"""From the project file's mapping, the files' own columns and the catalog to records."""

import codecs
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from sqlglot import exp

from reporter.catalog.model import Catalog, RecordColumn, RecordColumnType
from reporter.dates import time_zone
from reporter.diagnostics import nearest
from reporter.errors import SourceError
from reporter.settings import CallsSource as Settings
from reporter.sources.calls import sql
from reporter.sources.calls.duckdb_engine import FILE, Engine, file_row, json_as_text
from reporter.sources.calls.expressions import ExpressionError, parsed, tied
from reporter.sources.calls.files import Kind
from reporter.sources.calls.offsets import Offsets, offsets_around
from reporter.sources.calls.readings import WORDS, Reading
from reporter.sources.calls.records import (
    Records,
    extent_of,
)
from reporter.sources.calls.vocabulary import Vocabulary

_NAME: Final = re.compile(r"\w+|\"[^\"]+\"")
_HINTS: Final = {
    RecordColumnType.TIMESTAMP: (
        "map it with an expression under `columns:`, for instance to_timestamp(column) for"
        " seconds since 1970"
    )
}
_UTC: Final = Offsets(timedelta())
_HEAD: Final = "a file without records still names its columns"
_GLANCE: Final = 1000
_NOTHING: Final = codecs.BOM_UTF8 + b" \t\r\n"
_SEPARATORS: Final = ";\t|,"


def prepared(
    source: str, settings: Settings, catalog: Catalog, engine: Engine
) -> tuple[Records, Vocabulary]:
    """The records of a source, and the catalog over those columns that it has.

    Raises:
        SourceError: the mapping names columns that are not there, or does not fit them.
    """
    mapping = _Mapping(source, settings, catalog, engine)
    readings = mapping.readings()
    present = frozenset(r.name for r in readings)
    mapping.refuse_missing(present)
    words = Vocabulary(source, catalog, present)
    layout = catalog.records
    checks = tuple(
        (words.parsed(text, f"the check {reason!r}"), reason) for text, reason in layout.checks
    )
    has_places = engine.files.kind is not Kind.DATABASE
    records = Records(
        layout=layout,
        relation=engine.relation(),
        readings=readings,
        checks=checks,
        offsets=_UTC,
        row=file_row(engine.files) if has_places else None,
        file=has_places,
        deduplicated=settings.deduplicate,
        stored=_is_stored(settings, readings, engine),
    )
    offsets = _offsets(time_zone(settings.timezone), records, engine)
    return msgspec.structs.replace(records, offsets=offsets), words


class _Mapping:
    """One source's mapping over the columns that its files have."""

    def __init__(self, source: str, settings: Settings, catalog: Catalog, engine: Engine) -> None:
        self._source = source
        self._settings = settings
        self._catalog = catalog
        self._engine = engine
        everything = exp.select("*").from_(engine.relation())
        self._types = engine.types_of(everything)
        self._by_folded = {name.casefold(): name for name in self._types}

    def readings(self) -> tuple[Reading, ...]:
        """What the source has of the layout's columns, optional ones as nulls."""
        layout = self._catalog.records
        self._refuse_unknown(layout.columns)
        expressions = {column.name: self._expression(column) for column in layout.columns}
        types = self._types_of({n: e for n, e in expressions.items() if e is not None})
        readings = []
        for column in layout.columns:
            expression = expressions[column.name]
            if expression is None and not column.optional:
                continue
            readings.append(self._reading(column, expression, types))
        return tuple(readings)

    def refuse_missing(self, present: frozenset[str]) -> None:
        """Refuse a source without time, or without identity where that is needed."""
        layout = self._catalog.records
        needed = {layout.time: "every query needs it"}
        if self._settings.deduplicate and layout.identity is not None:
            needed[layout.identity] = "`deduplicate` needs it"
        for name, why in needed.items():
            if name not in present:
                if all(map(_is_empty, self._engine.files.matches)):
                    raise SourceError(self._source, f"{self._shown()} is empty", hint=_HEAD)
                raise SourceError(
                    self._source,
                    f"{self._shown()} has no column {name}, and {why}",
                    hint=self._separator() or f"map one under `columns:`; {self._there_are()}",
                )

    def _reading(
        self, column: RecordColumn, expression: exp.Expr | None, types: Mapping[str, str]
    ) -> Reading:
        if expression is None:
            return Reading(column=column)
        values = tuple(self._settings.values.get(column.name, {}).items())
        kind = types[column.name]
        if kind == "JSON":
            expression, kind = json_as_text(expression), "VARCHAR"
        reading = Reading(column=column, source=expression, type=kind, values=values)
        if not reading.is_readable():
            raise SourceError(
                self._source,
                f"{self._shown()}: {column.name} is to hold {WORDS[column.type]}, but its column"
                f" is of type {types[column.name]}",
                hint=_HINTS.get(column.type, "map it with an expression under `columns:`"),
            )
        return reading

    def _expression(self, column: RecordColumn) -> exp.Expr | None:
        """What a column is mapped to; None where the source does not have it."""
        text = self._settings.columns.get(column.name)
        if text is None:
            own = self._by_folded.get(column.name.casefold())
            return None if own is None else _file_column(own)
        own = self._by_folded.get(text.casefold())
        if own is not None:
            return _file_column(own)
        try:
            tree = parsed(text)
        except ExpressionError as error:
            raise SourceError(
                self._source,
                f"`columns.{column.name}`: {error}: {text}",
                hint=f"write a column of the file or an expression; {self._there_are()}",
            ) from error
        return tied(tree, lambda name: self._known(name, column.name, text))

    def _known(self, name: str, mapped: str, text: str) -> exp.Expr:
        own = self._by_folded.get(name.casefold())
        if own is not None:
            return _file_column(own)
        near = nearest(name, self._types)
        where = "" if _NAME.fullmatch(text) else f" in {text!r}"
        raise SourceError(
            self._source,
            f"{self._shown()} has no column {name!r}, which `columns.{mapped}` names{where}",
            hint=(f"did you mean {near!r}? " if near else "") + self._there_are(),
        )

    def _types_of(self, expressions: Mapping[str, exp.Expr]) -> dict[str, str]:
        try:
            return self._described(expressions)
        except SourceError as error:
            raise self._misfit(expressions) or error from error

    def _misfit(self, expressions: Mapping[str, exp.Expr]) -> SourceError | None:
        """The first expression that does not fit its columns."""
        for name, expression in expressions.items():
            try:
                self._described({name: expression})
            except SourceError as error:
                text = self._settings.columns.get(name, name)
                return SourceError(
                    self._source,
                    f"`columns.{name}`: {text}: {_without_source(error)}",
                    hint="try the expression on one of the files",
                )
        return None

    def _described(self, expressions: Mapping[str, exp.Expr]) -> dict[str, str]:
        if not expressions:
            return {}
        columns = [sql.named(e.copy(), name) for name, e in expressions.items()]
        return self._engine.types_of(exp.select(*columns).from_(self._engine.relation()))

    def _refuse_unknown(self, columns: Iterable[RecordColumn]) -> None:
        known = [column.name for column in columns]
        for key, names in (
            ("columns", self._settings.columns),
            ("values", self._settings.values),
        ):
            for name in names:
                if name not in known:
                    near = nearest(name, known)
                    raise SourceError(
                        self._source,
                        f"`{key}.{name}`: the catalog {self._catalog.name!r} has no record"
                        f" column {name!r}",
                        hint=f"did you mean {near!r}?" if near else f"there are {', '.join(known)}",
                    )

    def _separator(self) -> str | None:
        """What to do where all fields of a CSV file were read as one."""
        if self._engine.files.kind is not Kind.CSV or len(self._types) != 1:
            return None
        (whole,) = self._types
        sign = max(_SEPARATORS, key=whole.count)
        if sign not in whole:
            return None
        written = '"\\t"' if sign == "\t" else f'"{sign}"'
        return f"its fields seem to be separated by {written}: write csv: {{delimiter: {written}}}"

    def _shown(self) -> str:
        return self._settings.path

    def _there_are(self) -> str:
        return f"the columns are {', '.join(self._types)}"


def _is_empty(file: Path) -> bool:
    """Whether there is nothing in a file that could be a name."""
    return file.stat().st_size < _GLANCE and not file.read_bytes().strip(_NOTHING)


def _file_column(name: str) -> exp.Expr:
    return exp.column(exp.to_identifier(name, quoted=True), table=FILE)


def _without_source(error: SourceError) -> str:
    return error.message.removeprefix(f"source {error.source!r}: ")


def _is_stored(settings: Settings, readings: Iterable[Reading], engine: Engine) -> bool:
    return (
        settings.deduplicate
        or engine.files.kind in (Kind.CSV, Kind.JSON)
        or any(r.is_parsed() for r in readings)
    )


def _offsets(zone: ZoneInfo, records: Records, engine: Engine) -> Offsets:
    """The zone's offsets for all local times in the files."""
    extent = None if zone.key == "UTC" else extent_of(records)
    if extent is None:
        return _UTC
    times = [t for t in engine.run(extent).rows[0] if isinstance(t, datetime)]
    return offsets_around(zone, min(times), max(times)) if times else _UTC
