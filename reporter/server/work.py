"""Answering accepted queries and keeping what comes out."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from reporter.catalog.model import Catalog
from reporter.data.answer import Answer
from reporter.errors import LedgerError, ReporterError
from reporter.ledger.served_requests import Accepted, ServedRequests, State, Status
from reporter.plan.model import Query
from reporter.server import results
from reporter.server.accounts import AccountsFile
from reporter.server.questions import Question, question
from reporter.server.reading import remembered
from reporter.server.violations import Refused
from reporter.sources.base import Source

_log: Final = logging.getLogger("reporter.server")

MOST_ROWS: Final = 1_000_000
_MOST_ATTEMPTS: Final = 3
"""A query that the server was killed over so often is not tried again."""
_AT_ONCE: Final = 16
"""Queries that are asked of the source together, which costs little more than one of them."""
_GATHERING_SECONDS: Final = 0.05
"""After a quiet time, queries that come together are waited for, to be asked together."""
_PAUSE_SECONDS: Final = 1.0
_UNREADABLE: Final = "The call records could not be read, or lack what a filter compares."
_TOO_LARGE: Final = f"The result has more than {MOST_ROWS} rows. Ask for fewer at once."
_NOT_ACCEPTED: Final = "The query is not accepted any more. Submit it again."
_TOO_HARD: Final = "The server could not finish the query. Ask for less at once."
_BUG: Final = "The server failed."


Outcome = tuple[State, bytes]
"""What a caller is told, and the body of the callback."""


class Records(msgspec.Struct, frozen=True):
    """The call records that are counted.

    Attributes:
        source: answers queries.
        accounts: of the source.
        catalog: of the source.
        declared_end: up to when they are said to be complete; None where nothing is said.
    """

    source: Source
    accounts: AccountsFile
    catalog: Catalog
    declared_end: datetime | None


class Workshop:
    """Answers the queries of the ledger, several at the same time.

    Args:
        requests: of the ledger.
        records: that are counted.
        now: what time it is.
        finished: called whenever there is a result to be sent.
    """

    def __init__(
        self,
        requests: ServedRequests,
        records: Records,
        *,
        now: Callable[[], datetime],
        finished: Callable[[], None],
    ) -> None:
        self._requests = requests
        self._records = records
        self._now = now
        self._finished = finished
        self._busy: set[str] = set()
        self._choosing = asyncio.Lock()
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There is a new query."""
        self._news.set()

    async def work(self) -> None:
        """Answer queries until cancelled; what is cut short stays to be answered."""
        while True:
            try:
                batch = await self._next()
                try:
                    await self._finish(batch)
                except asyncio.CancelledError:
                    # Nothing went wrong with them: the server was told to stop.
                    self._requests.put_back(one.id for one in batch)
                    raise
                finally:
                    self._busy.difference_update(one.id for one in batch)
            except LedgerError as error:
                _log.error("%s", error.message)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _next(self) -> tuple[Accepted, ...]:
        while True:
            self._news.clear()
            async with self._choosing:
                batch = await asyncio.wrap_future(self._requests.begin(self._busy, most=_AT_ONCE))
                self._busy.update(one.id for one in batch)
            if batch:
                self._news.set()  # there may be more, for those who wait
                return batch
            await self._news.wait()
            await asyncio.sleep(_GATHERING_SECONDS)

    async def _finish(self, batch: Sequence[Accepted]) -> None:
        """Answer queries together; where that fails, each by itself."""
        try:
            outcomes = await self._answered(batch)
        except Exception as error:  # noqa: BLE001 - the others are to be answered
            if len(batch) > 1:
                for one in batch:
                    await self._finish((one,))
                return
            outcomes = (_explained(batch[0], error),)
        now = self._now()
        kept = [
            asyncio.wrap_future(self._requests.finish(one.id, state, result, now))
            for one, (state, result) in zip(batch, outcomes, strict=True)
        ]
        await asyncio.gather(*kept)
        self._finished()

    async def _answered(self, batch: Sequence[Accepted]) -> tuple[Outcome, ...]:
        if any(one.attempts >= _MOST_ATTEMPTS for one in batch):
            return tuple(_failed(one, _TOO_HARD) for one in batch)  # it comes alone
        meant = [await self._meant(one) for one in batch]
        queries = [self._bounded(one.query) for one in meant]
        answers = await self._records.source.fetch(queries)
        return tuple(
            [
                await asyncio.to_thread(self._outcome, *one)
                for one in zip(batch, meant, answers, strict=True)
            ]
        )

    async def _meant(self, accepted: Accepted) -> Question:
        asked = remembered(accepted.request)
        accounts = await asyncio.to_thread(self._records.accounts.counted, asked, accepted.account)
        return question(asked, accounts, self._records.catalog)

    def _bounded(self, query: Query) -> Query:
        """The query up to where the records are said to be complete."""
        declared = self._records.declared_end
        if declared is None:
            return query
        interval = results.complete(query.interval, declared)
        return msgspec.structs.replace(query, interval=interval)

    def _outcome(self, accepted: Accepted, meant: Question, answer: Answer) -> Outcome:
        if len(answer.table.rows) > MOST_ROWS:
            return _failed(accepted, _TOO_LARGE)
        if self._records.declared_end is None:
            interval = results.covered(answer.interval, answer.data_through)
            answer = msgspec.structs.replace(answer, interval=interval)
        body = results.success(accepted.id, meant, answer, self._records.catalog)
        return State(Status.SUCCESS, None), body


def _explained(accepted: Accepted, error: Exception) -> Outcome:
    """The outcome of a query that cannot be answered; the log knows more than the caller."""
    match error:
        case Refused():
            _log.warning("query %s is not accepted any more: %s", accepted.id, error.violations)
            return _failed(accepted, _NOT_ACCEPTED)
        case ReporterError():
            _log.error("query %s: %s", accepted.id, error.message)
            return _failed(accepted, _UNREADABLE)
    _log.error("query %s: a bug of ours: %s: %s", accepted.id, type(error).__name__, error)
    _log.debug("where it happened", exc_info=error)
    return _failed(accepted, _BUG)


def _failed(accepted: Accepted, message: str) -> Outcome:
    return State(Status.FAILED, message), results.failure(accepted.id, message)
