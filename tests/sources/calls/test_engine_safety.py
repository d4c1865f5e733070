"""The engine sees the source's own folder and nothing else."""

import asyncio
from collections.abc import Iterator
from time import monotonic

import pytest
from call_project import Ask, Project
from sqlglot import exp

from reporter.errors import SourceError
from reporter.settings import CallsSource as Settings
from reporter.sources.calls.duckdb_engine import Engine, opened
from reporter.sources.calls.files import found


@pytest.fixture
def engine(project: Project) -> Iterator[Engine]:
    project.text("data/calls.csv", "sent_at,direction\n2026-10-05,OUTBOUND\n")
    project.text("secret.csv", "secret\nx\n")
    folder = project.folder
    files = found("pbx", "data/*.csv", folder, Settings(path="data/*.csv"))
    with opened("pbx", folder, files) as engine:
        yield engine


def message(engine: Engine, statement: str) -> str:
    with pytest.raises(SourceError) as caught:
        engine.run(exp.Command(this=statement))
    return caught.value.message


def test_it_reads_the_source(engine: Engine) -> None:
    assert engine.run(exp.select("*").from_(engine.relation())).rows == (
        ("2026-10-05", "OUTBOUND"),
    )


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{}/secret.csv')",
        "SELECT * FROM '{}/secret.csv'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{}/out.csv'",
        "ATTACH '{}/other.duckdb'",
        "SELECT * FROM read_csv('https://example.com/x.csv')",
    ],
)
def test_it_reads_and_writes_nothing_else(engine: Engine, project: Project, statement: str) -> None:
    assert "disabled by configuration" in message(engine, statement.format(project.folder))


@pytest.mark.parametrize(
    "statement",
    ["SET enable_external_access = true", "SET lock_configuration = false", "SET threads = 1"],
)
def test_its_configuration_is_locked(engine: Engine, statement: str) -> None:
    assert "the configuration has been locked" in message(engine, statement)


def test_it_loads_no_extension(engine: Engine) -> None:
    assert "INSTALL httpfs" not in message(engine, "LOAD httpfs")
    assert "disabled" in message(engine, "INSTALL httpfs")


def test_cancelling_stops_the_engine(project: Project, ask: Ask) -> None:
    project.database(
        "endless.duckdb",
        "CREATE VIEW calls AS SELECT 'OUTBOUND' AS direction,"
        " TIMESTAMP '2026-10-05' + to_microseconds(range) AS sent_at FROM range(1000000000000)",
    )
    source = project.source(path="endless.duckdb", table="calls")

    async def cancelled() -> None:
        async with asyncio.timeout(0.2):
            await source.fetch([ask(by=["DAY"])])

    began = monotonic()
    with pytest.raises(TimeoutError):
        asyncio.run(cancelled())
    assert monotonic() - began < 5


def test_an_interrupted_engine_runs_nothing_more(engine: Engine) -> None:
    engine.interrupt()
    assert message(engine, "SELECT 1") == "source 'pbx': interrupted"


def test_names_in_python_are_no_tables(engine: Engine) -> None:
    secret = [1]
    assert "secret does not exist" in message(engine, "SELECT * FROM secret")
    assert secret == [1]
