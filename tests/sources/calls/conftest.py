"""A project folder with real files, a source over it, and queries in one line."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from reporter.catalog.builtin import built_in
from reporter.catalog.model import Calculation, Catalog, Metric, Ratio
from reporter.data.answer import Answer
from reporter.data.formula import references
from reporter.data.table import Row
from reporter.dates import Interval
from reporter.errors import SourceError
from reporter.plan.model import Condition, Query
from reporter.settings import CallsSource as Settings
from reporter.sources.calls.source import CallsSource

Ask = Callable[..., Query]


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


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def catalog() -> Catalog:
    return built_in()


@pytest.fixture
def ask(catalog: Catalog) -> Ask:
    """Builds a query: metrics with all they are derived from, dimensions, conditions."""

    def build(
        *metrics: str,
        by: Iterable[str] = (),
        where: Iterable[Condition] = (),
        since: date = date(2026, 10, 1),
        until: date = date(2026, 11, 1),
        timezone: str = "UTC",
        catalog: Catalog = catalog,
    ) -> Query:
        found: dict[str, Metric] = {}
        for name in metrics or ("TOTAL_CALL_COUNT",):
            _collect(name, catalog, found)
        dimensions = [catalog.dimension(name) for name in by]
        return Query(
            metrics=tuple(found.values()),
            dimensions=tuple(d for d in dimensions if d is not None),
            conditions=tuple(where),
            interval=Interval(_instant(since, timezone), _instant(until, timezone)),
            timezone=timezone,
        )

    return build


@pytest.fixture
def sql_snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SqlSnapshot)


class SqlSnapshot(SingleFileSnapshotExtension):
    """A snapshot that reads as SQL."""

    _write_mode = WriteMode.TEXT
    file_extension = "sql"


def _instant(moment: date, timezone: str) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, tzinfo=ZoneInfo(timezone)).astimezone(
        UTC
    )


def _collect(name: str, catalog: Catalog, found: dict[str, Metric]) -> None:
    metric = catalog.metric(name)
    assert metric is not None, name
    names: tuple[str, ...] = ()
    if isinstance(metric.definition, Ratio):
        names = (metric.definition.numerator, metric.definition.denominator)
    if isinstance(metric.definition, Calculation):
        names = references(metric.definition.formula)
    for needed in names:
        _collect(needed, catalog, found)
    found.setdefault(name, metric)
