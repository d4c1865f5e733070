"""The calls source: answers queries from a project's own call records."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlglot import exp

from reporter.catalog.model import Catalog
from reporter.data.answer import Answer
from reporter.data.table import Column
from reporter.dates import Interval, parse_instant, time_zone
from reporter.errors import SourceError
from reporter.plan.model import OfAccounts, Query
from reporter.settings import CallsSource as Settings
from reporter.sources.calls.account_file import read_accounts
from reporter.sources.calls.compile import Compiled, compiled, table_of
from reporter.sources.calls.conditions import Accounts
from reporter.sources.calls.duckdb_engine import Engine, Result, opened, text_of
from reporter.sources.calls.files import found
from reporter.sources.calls.freshness import newest
from reporter.sources.calls.mapping import prepared
from reporter.sources.calls.records import Records
from reporter.sources.calls.rejections import Found, bad_in, bad_without_time, together
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

    language = "sql"

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
            records, plans = self._prepared(queries, engine)
            before = f"{text_of(records.storing())};\n\n" if records.stored else ""
            bad = {} if records.stored else self._bad(plans, records, engine)
            return tuple(_explained(plan, records, bad, engine, before) for plan in plans)

    def unavailable(self, queries: Sequence[Query]) -> tuple[Column, ...]:
        """The columns that the source cannot fill, each once.

        Raises:
            SourceError: the source cannot be read.
        """
        with self._opened() as engine:
            _, plans = self._prepared(queries, engine)
            columns = (column for plan in plans for column in plan.columns)
            return tuple(dict.fromkeys(c for c in columns if c.unavailable is not None))

    async def fetch(self, queries: Sequence[Query]) -> tuple[Answer, ...]:
        """The answers to a batch of queries, in its order.

        Raises:
            SourceError: the source cannot be read, or not as the project file says.
        """
        with self._opened() as engine:
            # Not a task: those are all cancelled when a program ends, and the thread would go on.
            loop = asyncio.get_running_loop()
            work = loop.run_in_executor(None, self._fetch, tuple(queries), engine)
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                engine.interrupt()
                await asyncio.gather(work, return_exceptions=True)
                raise

    def _fetch(self, queries: tuple[Query, ...], engine: Engine) -> tuple[Answer, ...]:
        records, plans = self._prepared(queries, engine)
        if records.stored:
            engine.run(records.storing())
            refuse_unreadable(self.name, records, engine, self._folder)
        return self._answers(plans, records, engine)

    def _prepared(
        self, queries: Sequence[Query], engine: Engine
    ) -> tuple[Records, tuple[Compiled, ...]]:
        accounts = self._accounts(queries)
        records, words = prepared(self.name, self._settings, self._catalog, engine)
        return records, tuple(compiled(query, words, accounts) for query in queries)

    def _answers(
        self, plans: Sequence[Compiled], records: Records, engine: Engine
    ) -> tuple[Answer, ...]:
        if not plans:
            return ()
        until = max(plan.query.interval.until for plan in plans)
        through = self._declared_end() or newest(records, engine, until)
        timeless = bad_without_time(records, engine)
        bad = self._bad(plans, records, engine)
        return tuple(
            Answer(
                table=table_of(plan, _result(plan, records, bad, engine)),
                interval=plan.query.interval,
                data_through=through,
                rejections=together((timeless, bad[plan.query.interval]), self._folder),
            )
            for plan in plans
        )

    def _bad(
        self, plans: Sequence[Compiled], records: Records, engine: Engine
    ) -> dict[Interval, Found]:
        intervals = dict.fromkeys(plan.query.interval for plan in plans)
        return {interval: bad_in(interval, records, engine) for interval in intervals}

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


def _statement(
    plan: Compiled, records: Records, bad: Mapping[Interval, Found], engine: Engine
) -> exp.Select | None:
    """The statement of a query; records are not checked again where all are known to be good."""
    found = bad.get(plan.query.interval)
    return plan.statement(records, engine, clean=found is not None and not found.count)


def _result(
    plan: Compiled, records: Records, bad: Mapping[Interval, Found], engine: Engine
) -> Result | None:
    statement = _statement(plan, records, bad, engine)
    return None if statement is None else engine.run(statement)


def _explained(
    plan: Compiled,
    records: Records,
    bad: Mapping[Interval, Found],
    engine: Engine,
    before: str,
) -> str:
    statement = _statement(plan, records, bad, engine)
    return _NOTHING if statement is None else f"{before}{text_of(statement)};"
