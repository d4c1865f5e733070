"""The calls source: answers queries from a project's own call records."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Final

from reporter.catalog.model import Catalog
from reporter.data.answer import Answer
from reporter.dates import parse_instant, time_zone
from reporter.errors import SourceError
from reporter.plan.model import OfAccounts, Query
from reporter.settings import CallsSource as Settings
from reporter.sources.calls.account_file import read_accounts
from reporter.sources.calls.compile import Compiled, compiled, table_of
from reporter.sources.calls.conditions import Accounts
from reporter.sources.calls.duckdb_engine import Engine, opened, text_of
from reporter.sources.calls.files import found
from reporter.sources.calls.freshness import newest
from reporter.sources.calls.mapping import prepared
from reporter.sources.calls.records import Records
from reporter.sources.calls.rejections import bad_in, bad_without_time, together
from reporter.sources.calls.unreadable import refuse_unreadable

_NOTHING: Final = "-- nothing is asked: the source has none of the columns"


class CallsSource:
    """Call records in files, on the embedded engine.

    Args:
        name: as in the project file.
        settings: of the project file.
        folder: what its paths are relative to.
        catalog: whose words the queries use.
    """

    def __init__(self, name: str, settings: Settings, folder: Path, catalog: Catalog) -> None:
        self.name = name
        self._settings = settings
        self._folder = folder.resolve()
        self._catalog = catalog

    def explain(self, queries: Sequence[Query]) -> tuple[str, ...]:
        """The SQL of each query, as ``fetch`` would send it.

        Raises:
            SourceError: the source cannot be read.
        """
        with self._opened() as engine:
            records, words = prepared(self.name, self._settings, self._catalog, engine)
            accounts = self._accounts(queries)
            before = [f"{text_of(records.storing())};\n\n"] if records.stored else []
            texts = []
            for query in queries:
                statement = compiled(query, records, words, accounts).statement
                asked = _NOTHING if statement is None else f"{text_of(statement)};"
                texts.append("".join([*before, asked]))
            return tuple(texts)

    async def fetch(self, queries: Sequence[Query]) -> tuple[Answer, ...]:
        """The answers to a batch of queries, in its order.

        Raises:
            SourceError: the source cannot be read, or not as the project file says.
        """
        return await asyncio.to_thread(self._fetch, tuple(queries))

    def _fetch(self, queries: tuple[Query, ...]) -> tuple[Answer, ...]:
        accounts = self._accounts(queries)
        with self._opened() as engine:
            records, words = prepared(self.name, self._settings, self._catalog, engine)
            plans = [compiled(query, records, words, accounts) for query in queries]
            if records.stored:
                engine.run(records.storing())
                refuse_unreadable(self.name, records, engine, self._folder)
            return self._answers(plans, records, engine)

    def _answers(
        self, plans: Sequence[Compiled], records: Records, engine: Engine
    ) -> tuple[Answer, ...]:
        through = self._declared_end() or newest(records, engine)
        timeless = bad_without_time(records, engine)
        intervals = dict.fromkeys(plan.query.interval for plan in plans)
        rejections = {
            interval: together((timeless, bad_in(interval, records, engine)), self._folder)
            for interval in intervals
        }
        return tuple(
            Answer(
                table=table_of(
                    plan, None if plan.statement is None else engine.run(plan.statement)
                ),
                interval=plan.query.interval,
                data_through=through,
                rejections=rejections[plan.query.interval],
            )
            for plan in plans
        )

    def _opened(self) -> AbstractContextManager[Engine]:
        files = found(self.name, self._settings.path, self._folder, self._settings)
        return opened(self.name, self._folder, files)

    def _accounts(self, queries: Sequence[Query]) -> Accounts:
        """What is known of accounts; the file is read only where a query needs it."""
        wanted = any(
            isinstance(condition, OfAccounts) and condition.with_subaccounts
            for query in queries
            for condition in query.conditions
        )
        path = self._settings.accounts
        if path is None or not wanted:
            return Accounts(self._settings.account)
        return Accounts(self._settings.account, read_accounts(self.name, path, self._folder))

    def _declared_end(self) -> datetime | None:
        text = self._settings.data_through
        if text is None:
            return None
        try:
            return parse_instant(text, time_zone(self._settings.timezone))
        except ValueError as error:
            raise SourceError(self.name, f"`dataThrough`: {error}") from error
