"""Opening the ledger: SQLite with a write-ahead log, its tables brought up to date."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reporter.errors import LedgerError, ReporterError, UserError
from reporter.ledger.schema import STEPS

_BUSY_SECONDS: Final = 30.0
"""How long a process waits for another one's transaction."""
_KIND: Final = 0xFF
"""Of an error code of SQLite; what is above says more of the same."""
_LARGEST_LOG: Final = 64 * 2**20
"""Bytes that the write-ahead log keeps on the disk; a large result makes it longer for a while."""
_ALLOWED: Final = (
    "it is written even when it is only looked into: may you write to it and to its folder?"
    " `ledger` in reporter.yaml names another place"
)
_DAMAGED: Final = (
    "does `ledger` in reporter.yaml name the right file? if it is damaged, put a copy in its place:"
    " a new one does not know what has been delivered, and all of it would go again"
)
_FAILING: Final = "is the disk full, or the file held by another program? try again then"


class Ledger:
    """The file of a project. Several processes may use it at once.

    A commit is on the disk when it returns (``synchronous = FULL``): what was acknowledged
    outlives a power cut.

    Args:
        path: made with its folder where it is not there.

    Raises:
        UserError: it may not be written, is no ledger, is damaged, or of a newer version.
        LedgerError: it cannot be opened now: others hold it, or its disk fails.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # results and callback URLs are nobody else's business
            with self._transaction() as connection:
                _bring_up_to_date(connection, path)
        except OSError as error:
            why = error.strerror or str(error)
            raise UserError(f"the ledger {path} cannot be opened: {why}", hint=_ALLOWED) from error
        except sqlite3.Error as error:
            raise _unopened(path, error) from error

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
        try:
            # Before anything is written, or it has no effect: what is forgotten can leave the disk.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_LOG}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _unopened(path: Path, error: sqlite3.Error) -> ReporterError:
    """Why a ledger is not opened. It is not to be moved away: nothing goes twice because of it."""
    said = f"the ledger {path} cannot be opened: {error}"
    match getattr(error, "sqlite_errorcode", 0) & _KIND:
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return UserError(said, hint=_ALLOWED)
        case (
            sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR
        ):
            return LedgerError(said, hint=_FAILING)
        case _:
            return UserError(said, hint=_DAMAGED)


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
