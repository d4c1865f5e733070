"""The accounts file: account_key, parent_key, name, as CSV or Parquet."""

from pathlib import Path
from typing import Final

from sqlglot import exp

from reporter.errors import SourceError
from reporter.settings import CallsSource as Settings
from reporter.sources.calls import sql
from reporter.sources.calls.accounts import AccountTree, account_tree
from reporter.sources.calls.duckdb_engine import FILE, opened
from reporter.sources.calls.files import found

_COLUMNS: Final = ("account_key", "parent_key")


def read_accounts(source: str, path: str, folder: Path) -> AccountTree:
    """The tree of accounts.

    Raises:
        SourceError: the file is not there, cannot be read, or lacks a column.
    """
    files = found(source, path, folder, Settings(path=path))
    with opened(source, folder, files) as engine:
        there = engine.types_of(exp.select("*").from_(engine.relation()))
        for name in _COLUMNS:
            if name not in there:
                raise SourceError(
                    source,
                    f"the accounts file {path} has no column {name}",
                    hint=f"the columns are {', '.join(there)}",
                )
        columns = [
            sql.null_if_empty(exp.cast(sql.column(name, FILE), exp.DType.TEXT)) for name in _COLUMNS
        ]
        rows = engine.run(exp.select(*columns).from_(engine.relation())).rows
    return account_tree((key, parent) for key, parent in rows if key is not None)
