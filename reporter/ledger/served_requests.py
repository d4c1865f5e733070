"""What others asked our own Metrics API: queries, their results, and what is still to be sent."""

import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from reporter.errors import UserError
from reporter.ledger.database import Ledger, explained
from reporter.ledger.group_commit import GroupCommit
from reporter.ledger.times import instant, stored

_NEXT: Final = """
    WITH busy AS (SELECT value AS id FROM json_each(?)),
    in_work AS (SELECT caller, count(*) AS many FROM served_requests
                WHERE id IN busy GROUP BY caller),
    waiting AS (SELECT id, accepted_at, r.rowid AS number, coalesce(many, 0) + row_number()
                OVER (PARTITION BY r.caller ORDER BY accepted_at, r.rowid) AS turn
                FROM served_requests AS r LEFT JOIN in_work ON in_work.caller = r.caller
                WHERE status = 'IN_PROGRESS' AND id NOT IN busy),
    next AS (SELECT * FROM waiting ORDER BY turn, accepted_at, number LIMIT ?)
    SELECT r.id, caller, account, request, callback_url, attempts
    FROM next JOIN served_requests AS r ON r.id = next.id
    ORDER BY turn, next.accepted_at, number
"""


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
    """The queries in the ledger. One process at a time works on them, while it holds them.

    Everything is done by a thread of its own, and on the disk when its future is done.

    Raises:
        LedgerError: from the futures: the ledger cannot be used.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @contextmanager
    def held(self) -> Iterator[None]:
        """While this process works on the queries; ends with the process, however that ends.

        Raises:
            LedgerError: the ledger cannot be used.
            UserError: another process works on them.
        """
        path = self._ledger.path.with_name(f"{self._ledger.path.name}-serving")
        with explained(path), closing(_connection_to(path)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise UserError(
                    f"another `reporter serve` works with the ledger {self._ledger.path}",
                    hint="stop it, or give this project a ledger of its own",
                ) from error
            self._changes = GroupCommit(self._ledger)
            try:
                yield
            finally:
                self._changes.close()

    def accept(self, request: Accepted, at: datetime, *, most: int) -> "Future[bool]":
        """Keep a query; False where its caller has ``most`` that are not answered yet."""

        def keep(connection: sqlite3.Connection) -> bool:
            (waiting,) = connection.execute(
                "SELECT count(*) FROM served_requests WHERE caller = ? AND status = 'IN_PROGRESS'",
                (request.caller,),
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
                    stored(at),
                    Status.IN_PROGRESS,
                ),
            )
            return True

        return self._changes.submit(keep)

    def state(self, request: str, caller: str) -> "Future[State | None]":
        """How a query is getting on; None where this caller has none of that id."""

        def look(connection: sqlite3.Connection) -> State | None:
            row = connection.execute(
                "SELECT status, failure FROM served_requests WHERE id = ? AND caller = ?",
                (request, caller),
            ).fetchone()
            return None if row is None else State(Status(row["status"]), row["failure"])

        return self._changes.submit(look)

    def begin(self, busy: Iterable[str], *, most: int) -> "Future[tuple[Accepted, ...]]":
        """The next queries to be answered: of each caller in turn, the oldest first.

        One that was begun before and not finished comes alone, for it may be what went wrong.

        Args:
            busy: the ids that are in work.
            most: how many are wanted.
        """
        values = (_listed(busy), most)

        def choose(connection: sqlite3.Connection) -> tuple[Accepted, ...]:
            rows = connection.execute(_NEXT, values).fetchall()
            found = [Accepted(**dict(row)) for row in rows]
            if found and found[0].attempts:
                found = found[:1]
            chosen = [one for one in found if not one.attempts] or found
            connection.executemany(
                "UPDATE served_requests SET attempts = attempts + 1 WHERE id = ?",
                [(one.id,) for one in chosen],
            )
            return tuple(chosen)

        return self._changes.submit(choose)

    def put_back(self, requests: Iterable[str]) -> "Future[None]":
        """Queries were begun in vain: that does not count, unless they are finished by now."""
        ids = _listed(requests)
        return self._change(
            "UPDATE served_requests SET attempts = attempts - 1 WHERE status = 'IN_PROGRESS'"
            " AND attempts > 0 AND id IN (SELECT value FROM json_each(?))",
            (ids,),
        )

    def finish(self, request: str, state: State, result: bytes, at: datetime) -> "Future[None]":
        """Keep the outcome of a query, to be sent at once."""
        return self._change(
            "UPDATE served_requests SET status = ?, failure = ?, result = ?, attempts = 0,"
            " next_attempt_at = ? WHERE id = ?",
            (state.status, state.failure, result, stored(at), request),
        )

    def due(
        self, now: datetime, *, busy: Iterable[str], full: Iterable[str], most: int
    ) -> "Future[tuple[Parcel, ...]]":
        """Results that are to be sent now, those that wait longest first.

        Args:
            now: the present instant.
            busy: the ids that are on their way.
            full: callers who have enough of them.
            most: how many are wanted.
        """
        values = (stored(now), _listed(busy), _listed(full), most)

        def look(connection: sqlite3.Connection) -> tuple[Parcel, ...]:
            rows = connection.execute(
                "SELECT id, caller, callback_url, result, attempts, accepted_at"
                " FROM served_requests WHERE next_attempt_at <= ?"
                " AND id NOT IN (SELECT value FROM json_each(?))"
                " AND caller NOT IN (SELECT value FROM json_each(?))"
                " ORDER BY next_attempt_at, rowid LIMIT ?",
                values,
            ).fetchall()
            return tuple(
                Parcel(**{**dict(row), "accepted_at": instant(row["accepted_at"])}) for row in rows
            )

        return self._changes.submit(look)

    def next_due(self, *, busy: Iterable[str], full: Iterable[str]) -> "Future[datetime | None]":
        """When the next result is to be sent, but for those on their way and of full callers."""
        values = (_listed(busy), _listed(full))

        def look(connection: sqlite3.Connection) -> datetime | None:
            (due,) = connection.execute(
                "SELECT min(next_attempt_at) FROM served_requests"
                " WHERE next_attempt_at IS NOT NULL"
                " AND id NOT IN (SELECT value FROM json_each(?))"
                " AND caller NOT IN (SELECT value FROM json_each(?))",
                values,
            ).fetchone()
            return None if due is None else instant(due)

        return self._changes.submit(look)

    def delivered(self, request: str, at: datetime) -> "Future[None]":
        """A result has arrived: neither it nor where it went is needed any more."""
        return self._change(
            "UPDATE served_requests SET delivered_at = ?, next_attempt_at = NULL,"
            " result = NULL, callback_url = '' WHERE id = ?",
            (stored(at), request),
        )

    def postpone(self, request: str, until: datetime) -> "Future[None]":
        """A result did not arrive: try again then."""
        return self._change(
            "UPDATE served_requests SET attempts = attempts + 1, next_attempt_at = ? WHERE id = ?",
            (stored(until), request),
        )

    def give_up(self, request: str) -> "Future[None]":
        """A result is not sent any more."""
        return self._change(
            "UPDATE served_requests SET next_attempt_at = NULL, result = NULL, callback_url = ''"
            " WHERE id = ?",
            (request,),
        )

    def forget(self, before: datetime) -> "Future[None]":
        """Drop what was accepted before then and is over."""
        return self._change(
            "DELETE FROM served_requests WHERE accepted_at < ? AND status <> 'IN_PROGRESS'"
            " AND next_attempt_at IS NULL",
            (stored(before),),
        )

    def _change(
        self, statement: str, values: tuple[str | int | bytes | None, ...]
    ) -> "Future[None]":
        def change(connection: sqlite3.Connection) -> None:
            connection.execute(statement, values)

        return self._changes.submit(change)


def _connection_to(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)


def _listed(ids: Iterable[str]) -> str:
    return msgspec.json.encode(list(ids)).decode()
