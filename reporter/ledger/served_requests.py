"""What others asked our own Metrics API: queries, their results, and what is still to be sent."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec

from reporter.errors import UserError
from reporter.ledger.database import Ledger

_MILLISECONDS: Final = 1000


class Status(StrEnum):
    """How a query is getting on; SUCCESS and FAILED are for good."""

    IN_PROGRESS = "IN_PROGRESS"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A query that was accepted.

    Attributes:
        id: what its caller knows it by.
        caller: digest that names who asked.
        account: the account that the caller is confined to; None: not confined.
        request: as it was asked, in JSON.
        callback_url: where the result goes; may hold a secret.
        attempts: how often its numbers were begun and not finished.
    """

    id: str
    caller: str
    account: str | None
    request: bytes
    callback_url: str
    attempts: int = 0


class State(msgspec.Struct, frozen=True):
    """What a caller is told.

    Attributes:
        status: how the query is getting on.
        failure: why there is no result, where it is FAILED.
    """

    status: Status
    failure: str | None


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A result on its way.

    Attributes:
        id: of the query.
        caller: who asked it.
        callback_url: where it goes.
        result: what is posted.
        attempts: how often that was tried in vain.
        accepted_at: when the query was accepted.
    """

    id: str
    caller: str
    callback_url: str
    result: bytes
    attempts: int
    accepted_at: datetime


class ServedRequests:
    """The queries in the ledger. One process at a time works on them (``held``)."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @contextmanager
    def held(self) -> Iterator[None]:
        """While this process works on the queries; ends with the process, however that ends.

        Raises:
            UserError: another process does.
        """
        path = self._ledger.path.with_name(f"{self._ledger.path.name}-serving")
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            connection.close()
            raise UserError(
                f"another `reporter serve` works with the ledger {self._ledger.path}",
                hint="stop it, or give this project a ledger of its own",
            ) from error
        try:
            yield
        finally:
            connection.close()

    def accept(self, request: Accepted, at: datetime, *, most: int) -> bool:
        """Keep a query; False where its caller has ``most`` that are not answered yet."""
        with self._ledger.transaction() as connection:
            (waiting,) = connection.execute(
                "SELECT count(*) FROM served_requests WHERE caller = ? AND status = ?",
                (request.caller, Status.IN_PROGRESS),
            ).fetchone()
            if waiting >= most:
                return False
            connection.execute(
                "INSERT INTO served_requests"
                " (id, caller, account, request, callback_url, accepted_at, status)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    request.id,
                    request.caller,
                    request.account,
                    request.request,
                    request.callback_url,
                    _written(at),
                    Status.IN_PROGRESS,
                ),
            )
        return True

    def state(self, request: str, caller: str) -> State | None:
        """How a query is getting on; None where this caller has none of that id."""
        row = self._row(
            "SELECT status, failure FROM served_requests WHERE id = ? AND caller = ?",
            (request, caller),
        )
        return None if row is None else State(Status(row["status"]), row["failure"])

    def begin(self, busy: Iterable[str]) -> Accepted | None:
        """The next query to be answered: of the caller who has fewest in work, the oldest.

        Args:
            busy: the ids that are in work.
        """
        with self._ledger.transaction() as connection:
            row = connection.execute(
                "WITH busy AS (SELECT value AS id FROM json_each(?)),"
                " of_caller AS (SELECT caller, count(*) AS many FROM served_requests"
                " WHERE id IN busy GROUP BY caller)"
                " SELECT id, r.caller, account, request, callback_url, attempts"
                " FROM served_requests AS r LEFT JOIN of_caller AS c ON c.caller = r.caller"
                " WHERE status = ? AND id NOT IN busy"
                " ORDER BY coalesce(c.many, 0), accepted_at, r.rowid LIMIT 1",
                (_listed(busy), Status.IN_PROGRESS),
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE served_requests SET attempts = attempts + 1 WHERE id = ?", (row["id"],)
            )
        return Accepted(**dict(row))

    def finish(self, request: str, state: State, result: bytes, at: datetime) -> None:
        """Keep the outcome of a query, to be sent at once."""
        with self._ledger.transaction() as connection:
            connection.execute(
                "UPDATE served_requests SET status = ?, failure = ?, result = ?, attempts = 0,"
                " next_attempt_at = ? WHERE id = ?",
                (state.status, state.failure, result, _written(at), request),
            )

    def due(
        self, now: datetime, *, busy: Iterable[str], full: Iterable[str], most: int
    ) -> tuple[Parcel, ...]:
        """Results that are to be sent now, those that wait longest first.

        Args:
            now: the present instant.
            busy: the ids that are on their way.
            full: callers who have enough of them.
            most: how many are wanted.
        """
        with self._ledger.transaction() as connection:
            rows = connection.execute(
                "SELECT id, caller, callback_url, result, attempts, accepted_at"
                " FROM served_requests WHERE next_attempt_at <= ?"
                " AND id NOT IN (SELECT value FROM json_each(?))"
                " AND caller NOT IN (SELECT value FROM json_each(?))"
                " ORDER BY next_attempt_at, rowid LIMIT ?",
                (_written(now), _listed(busy), _listed(full), most),
            ).fetchall()
        return tuple(
            Parcel(**{**dict(row), "accepted_at": _read(row["accepted_at"])}) for row in rows
        )

    def next_due(self, *, busy: Iterable[str], full: Iterable[str]) -> datetime | None:
        """When the next result is to be sent, but for those on their way and of full callers."""
        row = self._row(
            "SELECT min(next_attempt_at) AS due FROM served_requests"
            " WHERE next_attempt_at IS NOT NULL"
            " AND id NOT IN (SELECT value FROM json_each(?))"
            " AND caller NOT IN (SELECT value FROM json_each(?))",
            (_listed(busy), _listed(full)),
        )
        return None if row is None or row["due"] is None else _read(row["due"])

    def delivered(self, request: str, at: datetime) -> None:
        """A result has arrived: neither it nor where it went is needed any more."""
        with self._ledger.transaction() as connection:
            connection.execute(
                "UPDATE served_requests SET delivered_at = ?, next_attempt_at = NULL,"
                " result = NULL, callback_url = '' WHERE id = ?",
                (_written(at), request),
            )

    def postpone(self, request: str, until: datetime | None) -> None:
        """A result did not arrive: try again then, or (None) not any more."""
        with self._ledger.transaction() as connection:
            connection.execute(
                "UPDATE served_requests SET attempts = attempts + 1, next_attempt_at = ?"
                " WHERE id = ?",
                (None if until is None else _written(until), request),
            )

    def forget(self, before: datetime) -> int:
        """Drop what was accepted before then and is over; how many that were."""
        with self._ledger.transaction() as connection:
            return connection.execute(
                "DELETE FROM served_requests WHERE accepted_at < ? AND status <> ?"
                " AND next_attempt_at IS NULL",
                (_written(before), Status.IN_PROGRESS),
            ).rowcount

    def _row(self, statement: str, values: tuple[str, ...]) -> sqlite3.Row | None:
        with self._ledger.transaction() as connection:
            row = connection.execute(statement, values).fetchone()
        return row if isinstance(row, sqlite3.Row) else None


def _listed(ids: Iterable[str]) -> str:
    return msgspec.json.encode(list(ids)).decode()


def _written(instant: datetime) -> int:
    return round(instant.timestamp() * _MILLISECONDS)


def _read(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / _MILLISECONDS, UTC)
