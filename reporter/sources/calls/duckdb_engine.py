"""The embedded engine: one connection, and everything that only this engine knows.

The connection is closed to the outside: it reads the source's own folder and nothing else,
loads no extension, and its configuration is locked.
"""

import glob
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec
from sqlglot import exp

from reporter.diagnostics import nearest
from reporter.errors import SourceError
from reporter.sources.calls import sql
from reporter.sources.calls.faults import fault_of
from reporter.sources.calls.files import Files, Kind, shown

DIALECT: Final = "duckdb"
FILE: Final = "file"
"""What a source's files are called in SQL."""
FILE_NAME: Final = "filename"
"""The engine's own column with a record's file."""
INEXACT: Final = frozenset({"DOUBLE", "FLOAT"})
"""Types of floating-point numbers."""
_DATABASE: Final = "project"
_TEXTS: Final = frozenset({"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "DATE", "TIME", "UUID"})
"""Types that the JSON reader guesses from texts; we read the texts ourselves."""


class Result(msgspec.Struct, frozen=True):
    """Rows, and the engine's name of each column's type."""

    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def text_of(statement: exp.Expr) -> str:
    """A statement as it is sent to the engine, laid out for people."""
    return statement.sql(DIALECT, pretty=True, comments=False)


def instant_as_utc(instant: exp.Expr) -> exp.Expr:
    """A timestamp with time zone as a naive one in UTC; 20 times as fast as AT TIME ZONE."""
    return exp.Anonymous(
        this="MAKE_TIMESTAMP", expressions=[exp.Anonymous(this="EPOCH_US", expressions=[instant])]
    )


def nanoseconds_cut(wall: exp.Expr) -> exp.Expr:
    """A timestamp in nanoseconds as one in microseconds; a cast would round it up."""
    nanoseconds = exp.Anonymous(this="EPOCH_NS", expressions=[wall])
    microseconds = exp.IntDiv(this=nanoseconds, expression=sql.whole(1000))
    return exp.Anonymous(this="MAKE_TIMESTAMP", expressions=[microseconds])


def json_as_text(value: exp.Expr) -> exp.Expr:
    """A JSON value as a text, without the quotes of a JSON string."""
    path = exp.JSONPath(expressions=[exp.JSONPathRoot()])
    return exp.JSONExtractScalar(this=value, expression=path)


def file_row(files: Files) -> exp.Expr:
    """The number of a record in its file, from 0, or among all records in reading order."""
    if files.kind is Kind.PARQUET:
        return sql.column("file_row_number", FILE)
    return exp.Window(this=exp.RowNumber(), spec=None)


class Engine:
    """One open connection to the files of one source."""

    def __init__(
        self, source: str, folder: Path, connection: duckdb.DuckDBPyConnection, files: Files
    ) -> None:
        self.files = files
        self._source = source
        self._folder = folder
        self._connection = connection
        self._relation: exp.Expr | None = None
        self._interrupted = False

    def relation(self) -> exp.Expr:
        """What stands after FROM to read the files, under the name ``FILE``."""
        if self._relation is None:
            self._relation = self._opened()
        return self._relation.copy()

    def types_of(self, select: exp.Select) -> dict[str, str]:
        """The columns of a query and their types, without running it."""
        described = exp.Describe(this=select)
        return {row[0]: row[1] for row in self.run(described).rows}

    def run(self, statement: exp.Expr) -> Result:
        """The result of a statement.

        Raises:
            SourceError: the engine could not do it; explained.
        """
        if self._interrupted:
            raise SourceError(self._source, "interrupted")
        try:
            cursor = self._connection.execute(text_of(statement))
            types = tuple(str(column[1]) for column in cursor.description or ())
            return Result(types, tuple(cursor.fetchall()))
        except duckdb.Error as error:
            fault = fault_of(str(error), self.files, self._folder)
            raise SourceError(self._source, fault.message, hint=fault.hint) from error

    def interrupt(self) -> None:
        """Stop what is running in another thread, and what it would run next."""
        self._interrupted = True
        self._connection.interrupt()

    def _opened(self) -> exp.Expr:
        if self.files.kind is Kind.DATABASE:
            return exp.alias_(self._table(), FILE, table=True)
        options = _options(self.files)
        if self.files.kind is Kind.JSON:
            options["columns"] = self._json_columns()
        return _reader(self.files, options)

    def _table(self) -> exp.Expr:
        wanted = self.files.table or ""
        tables = exp.select("table_schema", "table_name").from_("information_schema.tables")
        tables = tables.where(exp.column("table_catalog").eq(_DATABASE)).order_by("1", "2")
        names = {}
        for schema, name in self.run(tables).rows:
            names[f"{schema}.{name}"] = (schema, name)
            if schema == "main":
                names[name] = (schema, name)
        if wanted not in names:
            near = nearest(wanted, names)
            listed = ", ".join(n for n in names if not n.startswith("main."))
            raise SourceError(
                self._source,
                f"{shown(str(self.files.matches[0]), self._folder)} has no table {wanted!r}",
                hint=(f"did you mean {near!r}? " if near else "") + f"there is: {listed}",
            )
        schema, name = names[wanted]
        return exp.table_(
            exp.to_identifier(name, quoted=True),
            db=exp.to_identifier(schema, quoted=True),
            catalog=_DATABASE,
        )

    def _json_columns(self) -> exp.Expr:
        guessed = exp.select("*").from_(_reader(self.files, _options(self.files)))
        return exp.Struct(
            expressions=[
                exp.PropertyEQ(
                    this=sql.text(name),
                    expression=sql.text("VARCHAR" if kind in _TEXTS else kind),
                )
                for name, kind in self.types_of(guessed).items()
            ]
        )


@contextmanager
def opened(source: str, folder: Path, files: Files) -> Iterator[Engine]:
    """An engine that can read these files, closed afterwards.

    Raises:
        SourceError: a database could not be opened.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
            "temp_directory": "",
        },
    )
    engine = Engine(source, folder, connection, files)
    try:
        if files.kind is Kind.DATABASE:
            engine.run(_attached(files.matches[0]))
            engine.run(exp.Use(this=exp.to_table(_DATABASE)))
        # The engine compares names and patterns alike with what is allowed.
        folders = _texts((f"{files.folder}/", f"{glob.escape(str(files.folder))}/"))
        for name, value in (
            ("TimeZone", sql.text("UTC")),
            ("allowed_directories", folders),
            ("enable_external_access", exp.false()),
            ("lock_configuration", exp.true()),
        ):
            engine.run(_setting(name, value))
        yield engine
    finally:
        connection.close()


def _attached(database: Path) -> exp.Expr:
    return exp.Attach(
        this=exp.alias_(sql.text(str(database)), _DATABASE),
        expressions=[exp.AttachOption(this=exp.var("READ_ONLY"))],
    )


def _setting(name: str, value: exp.Expr) -> exp.Expr:
    return exp.Set(expressions=[exp.SetItem(this=exp.EQ(this=exp.var(name), expression=value))])


def _options(files: Files) -> dict[str, exp.Expr]:
    match files.kind:
        case Kind.PARQUET:
            return {"union_by_name": exp.true()}
        case Kind.JSON:
            return {"sample_size": sql.whole(-1), "union_by_name": exp.true()}
        case _:
            return _csv_options(files)


def _csv_options(files: Files) -> dict[str, exp.Expr]:
    layout = files.csv
    options: dict[str, exp.Expr] = {
        "all_varchar": exp.true(),
        "header": exp.false() if layout.columns else exp.true(),
        "delim": sql.text(files.delimiter),
        "quote": sql.text('"'),
        "escape": sql.text('"'),
        "comment": sql.text(""),
        "skip": sql.whole(0),
        "nullstr": _texts(("", *layout.null_values)),
    }
    if layout.columns:
        varchar = sql.text("VARCHAR")
        options["auto_detect"] = exp.false()
        options["columns"] = exp.Struct(
            expressions=[
                exp.PropertyEQ(this=sql.text(name), expression=varchar.copy())
                for name in layout.columns
            ]
        )
    else:
        options["union_by_name"] = exp.true()
    return options


def _texts(values: Sequence[str]) -> exp.Expr:
    return exp.Array(expressions=[sql.text(v) for v in dict.fromkeys(values)])


_READERS: Final = {Kind.PARQUET: "read_parquet", Kind.CSV: "read_csv", Kind.JSON: "read_json"}


def _reader(files: Files, options: dict[str, exp.Expr]) -> exp.Expr:
    arguments = [
        exp.EQ(this=exp.to_identifier(name), expression=value) for name, value in options.items()
    ]
    call = exp.Anonymous(
        this=_READERS[files.kind], expressions=[sql.text(files.pattern), *arguments]
    )
    return exp.alias_(exp.Table(this=call), FILE, table=True)
