"""A project folder with real files, a source over it, and queries in one line."""

import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from reporter.catalog.builtin import built_in
from reporter.catalog.model import Calculation, Catalog, Metric, Ratio
from reporter.data.formula import references
from reporter.dates import Interval
from reporter.plan.model import Condition, Query

sys.path.insert(0, str(Path(__file__).parent))
from call_project import Ask, Project


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
