"""Answering accepted queries and keeping what comes out."""

import asyncio
import logging
from collections.abc import Callable
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
from reporter.server.questions import question
from reporter.server.reading import remembered
from reporter.server.violations import Refused
from reporter.sources.base import Source

_log: Final = logging.getLogger("reporter.server")

MOST_ROWS: Final = 1_000_000
_MOST_ATTEMPTS: Final = 3
"""A query that the server was killed over so often is not tried again."""
_PAUSE_SECONDS: Final = 1.0
_UNREADABLE: Final = "The call records could not be read, or lack what a filter compares."
_TOO_LARGE: Final = f"The result has more than {MOST_ROWS} rows. Ask for fewer at once."
_NOT_ACCEPTED: Final = "The query is not accepted any more. Submit it again."
_TOO_HARD: Final = "The server could not finish the query. Ask for less at once."
_BUG: Final = "The server failed."


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
        """Answer queries until cancelled; one that is cut short stays to be answered."""
        while True:
            try:
                accepted = await self._next()
                try:
                    await self._finish(accepted)
                finally:
                    self._busy.discard(accepted.id)
            except LedgerError as error:
                _log.error("%s", error.message)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _next(self) -> Accepted:
        while True:
            self._news.clear()
            async with self._choosing:
                accepted = await asyncio.to_thread(self._requests.begin, tuple(self._busy))
                if accepted is not None:
                    self._busy.add(accepted.id)
            if accepted is not None:
                self._news.set()  # there may be more, for those who wait
                return accepted
            await self._news.wait()

    async def _finish(self, accepted: Accepted) -> None:
        try:
            state, result = await self._answered(accepted)
        except Refused as refused:
            _log.warning("query %s is not accepted any more: %s", accepted.id, refused.violations)
            state, result = _failed(accepted, _NOT_ACCEPTED)
        except LedgerError:
            raise
        except ReporterError as error:
            _log.error("query %s: %s", accepted.id, error.message)
            state, result = _failed(accepted, _UNREADABLE)
        except Exception as error:  # noqa: BLE001 - the other queries are to be answered
            _log.error("query %s: a bug of ours: %s: %s", accepted.id, type(error).__name__, error)
            _log.debug("where it happened", exc_info=error)
            state, result = _failed(accepted, _BUG)
        await asyncio.to_thread(self._requests.finish, accepted.id, state, result, self._now())
        self._finished()

    async def _answered(self, accepted: Accepted) -> tuple[State, bytes]:
        if accepted.attempts >= _MOST_ATTEMPTS:
            return _failed(accepted, _TOO_HARD)
        records = self._records
        asked = remembered(accepted.request)
        accounts = await asyncio.to_thread(records.accounts.counted, asked, accepted.account)
        meant = question(asked, accounts, records.catalog)
        answer = await self._covered(meant.query)
        if len(answer.table.rows) > MOST_ROWS:
            return _failed(accepted, _TOO_LARGE)
        body = await asyncio.to_thread(results.success, accepted.id, meant, answer, records.catalog)
        return State(Status.SUCCESS, None), body

    async def _covered(self, query: Query) -> Answer:
        """The answer, with the interval that there is data for."""
        declared = self._records.declared_end
        if declared is not None:
            query = msgspec.structs.replace(
                query, interval=results.covered(query.interval, declared)
            )
        (answer,) = await self._records.source.fetch([query])
        interval = results.covered(query.interval, answer.data_through)
        return msgspec.structs.replace(answer, interval=interval)


def _failed(accepted: Accepted, message: str) -> tuple[State, bytes]:
    return State(Status.FAILED, message), results.failure(accepted.id, message)
