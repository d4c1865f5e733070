"""The Metrics API of a project: what takes queries, answers them and sends the results."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from reporter import dates, wiring
from reporter.catalog.load import catalog_for
from reporter.diagnostics import Invalid, has_errors
from reporter.errors import LedgerError, UserError
from reporter.ledger import Ledger
from reporter.ledger.served_requests import ServedRequests
from reporter.server.accounts import AccountsFile
from reporter.server.api import Api
from reporter.server.callers import Callers
from reporter.server.dispatch import Dispatch, Patience
from reporter.server.post import Postman
from reporter.server.work import Records, Workshop
from reporter.settings import CallsSource, Project, ServedApi
from reporter.settings.callback_urls import beginning

_log: Final = logging.getLogger("reporter.server")

_WORKERS: Final = 2
"""Batches of queries that are answered at the same time."""
_HOUSEKEEPING_SECONDS: Final = 3600.0


class MetricsApi:
    """Everything of the API but the server that it is reached through.

    Args:
        project: whose records are served.
        served: its settings.
        ledger: of the project; held as long as the API runs.
        now: what time it is.
        patience: with receivers of results.

    Raises:
        UserError: the settings cannot be served.
    """

    def __init__(
        self,
        project: Project,
        served: ServedApi,
        ledger: Ledger,
        *,
        now: Callable[[], datetime],
        patience: Patience,
    ) -> None:
        self._requests = ServedRequests(ledger)
        self._now = now
        self._kept = timedelta(days=served.keep_days)
        records = _records(project, served)
        allowed = tuple(beginning(text) for text in served.callbacks)
        postman = Postman(private_networks=served.private_networks)
        self._dispatch = Dispatch(self._requests, postman, allowed, now=now, patience=patience)
        self._workshop = Workshop(self._requests, records, now=now, finished=self._dispatch.wake)
        self._api = Api(
            self._requests,
            Callers(served),
            records.accounts,
            allowed,
            public_url=project.file.serve.public_url,
            now=now,
            accepted=self._workshop.wake,
        )
        self.routes = self._api.routes
        self.stop = self._api.stop

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer and send, what an earlier server left over first.

        Raises:
            UserError: another server works with the ledger.
        """
        with self._requests.held():
            async with AsyncExitStack() as tasks:
                for work in (
                    self._dispatch.run,
                    *(self._workshop.work for _ in range(_WORKERS)),
                    self._forget,
                ):
                    tasks.push_async_callback(_ended, asyncio.create_task(work()))
                yield

    async def _forget(self) -> None:
        """Drop old queries, now and then."""
        while True:
            try:
                await asyncio.wrap_future(self._requests.forget(self._now() - self._kept))
            except LedgerError as error:
                _log.error("%s", error.message)
            await asyncio.sleep(_HOUSEKEEPING_SECONDS)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _records(project: Project, served: ServedApi) -> Records:
    name = served.source
    settings = project.file.sources.get(name)
    if not isinstance(settings, CallsSource):
        raise UserError(
            f"serve.metricsApi.source names {name!r}, which is no source of call records",
            hint="name a source of type `calls`",
        )
    catalog, mistakes = catalog_for(project, name)
    if has_errors(mistakes):
        raise Invalid(mistakes)
    end = settings.data_through
    zone = dates.time_zone(settings.timezone)
    return Records(
        source=wiring.open_source(project, name, catalog),
        accounts=AccountsFile(name, settings, project.folder),
        catalog=catalog,
        declared_end=None if end is None else dates.parse_instant(end, zone),
    )
