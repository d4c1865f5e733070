"""Opening the ledger: SQLite with a write-ahead log, its tables brought up to date."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reporter.errors import LedgerError, UserError
from reporter.ledger.schema import STEPS

_BUSY_SECONDS: Final = 30.0
"""How long a process waits for another one's transaction."""
_LARGEST_LOG: Final = 64 * 2**20
"""Bytes that the write-ahead log keeps on the disk; a large result makes it longer for a while."""


class Ledger:
    """The file of a project. Several processes may use it at once.

    A commit is on the disk when it returns (``synchronous = FULL``): what was acknowledged
    outlives a power cut.

    Args:
        path: made with its folder where it is not there.

    Raises:
        UserError: it cannot be opened, is no ledger, or is one of a newer version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # results and callback URLs are nobody else's business
            with self._transaction() as connection:
                _bring_up_to_date(connection, path)
        except (OSError, sqlite3.Error) as error:
            raise UserError(
                f"the ledger {path} cannot be opened: {error}",
                hint="name another file under `ledger` in reporter.yaml, or move this one away",
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own inside one transaction: all of it happens, or nothing.

        Raises:
            LedgerError: it did not happen.
        """
        with explained(self.path), self._transaction() as connection:
            yield connection

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """For whoever makes many transactions: the last one to close the file tidies it up.

        Raises:
            LedgerError: it cannot be opened.
        """
        with explained(self.path):
            connection = self.connect()
        try:
            yield
        finally:
            connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self.connect()
        try:
            connection.execute("BEGIN IMMEDIATE")
            with connection:  # commits, or rolls back on an exception
                yield connection
        finally:
            connection.close()

    def connect(self) -> sqlite3.Connection:
        """A new connection, for a thread that keeps it; rows can be read by name."""
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        # Before anything is written, or it has no effect: what is forgotten can leave the disk.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_LOG}")
        return connection


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raise what SQLite says as what the user can do about it.

    Raises:
        LedgerError: instead of any ``sqlite3.Error``.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerError(
            f"the ledger {path} cannot be read or written: {error}",
            hint="is the disk full, the file read-only, or held by another program?",
        ) from error


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(STEPS):
        raise UserError(
            f"the ledger {path} was written by a newer version of Reporter",
            hint="update this one",
        )
    for number, step in enumerate(STEPS[version:], start=version + 1):
        for statement in _statements(step):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """One by one: ``executescript`` would commit first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
