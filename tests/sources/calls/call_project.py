"""A project folder with real files, and a source over it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from reporter.catalog.builtin import built_in
from reporter.catalog.model import Catalog
from reporter.data.answer import Answer
from reporter.data.table import Row
from reporter.errors import SourceError
from reporter.plan.model import Query
from reporter.settings import CallsSource as Settings
from reporter.sources.calls.source import CallsSource

Ask = Callable[..., Query]
"""Builds a query: metrics with all they are derived from; the rest by keyword."""


class Project:
    """A folder with call records."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def text(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def parquet(self, name: str, select: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({select}) TO '{self.folder / name}' (FORMAT parquet)")

    def database(self, name: str, *statements: str) -> None:
        with duckdb.connect(str(self.folder / name)) as connection:
            for statement in statements:
                connection.execute(statement)

    def source(self, catalog: Catalog | None = None, **settings: object) -> CallsSource:
        return CallsSource("pbx", Settings(**settings), self.folder, catalog or built_in())

    def answer(self, query: Query, catalog: Catalog | None = None, **settings: object) -> Answer:
        (answer,) = asyncio.run(self.source(catalog, **settings).fetch([query]))
        return answer

    def rows(self, query: Query, catalog: Catalog | None = None, **settings: object) -> list[Row]:
        table = self.answer(query, catalog, **settings).table
        return sorted(table.rows, key=lambda row: [(v is None, str(v)) for v in row])

    def mistake(self, query: Query, catalog: Catalog | None = None, **settings: object) -> str:
        """The error and its hint, with the folder's name taken out."""
        with pytest.raises(SourceError) as caught:
            self.answer(query, catalog, **settings)
        hint = f"\n{caught.value.hint}" if caught.value.hint else ""
        return f"{caught.value.message}{hint}".replace(str(self.folder), "PROJECT")
