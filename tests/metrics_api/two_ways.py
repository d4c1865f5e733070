"""One project with two sources over the same records: their files, and the vendor's double."""

import asyncio
import json
import math
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, Final

import asking
import call_files
import msgspec
from call_files import PARQUET, USUAL
from free_port import way_back
from random_calls import PARENTS
from reference import CallRecord, cut, is_bad
from reference_answers import Question
from vendor_double import Call, Double

from reporter import wiring
from reporter.catalog.load import catalog_for
from reporter.catalog.model import Catalog
from reporter.cli.entry import _run
from reporter.data.answer import Answer
from reporter.data.table import Column, Row, Table
from reporter.dates import Between
from reporter.plan import ad_hoc
from reporter.plan.model import Query
from reporter.settings import read_project

APP_KEY: Final[Mapping[str, str]] = {"type": "apiKey", "key": "${env:VENDOR_KEY}"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left."""

    code: int
    out: str
    err: str


def as_vendor_calls(calls: Sequence[CallRecord]) -> list[Call]:
    """The records as the vendor has them: those that contradict themselves it never had."""
    names = [name for name in CallRecord.__slots__ if name not in ("call_id", "billed_seconds")]
    return [
        Call(**{name: getattr(call, name) for name in names})
        for call in map(cut, calls)
        if not is_bad(call)
    ]


def sayable(calls: Sequence[CallRecord]) -> list[CallRecord]:
    """Without the one text that the API uses for: no value."""
    return [replace(call, sender="n/a") if call.sender == "N/A" else call for call in calls]


def write_project(
    folder: Path,
    calls: Sequence[CallRecord],
    vendor: Double,
    account: str | None = None,
    **settings: Any,
) -> Path:
    """A folder whose project has the records as ``calls`` and the double as ``api``."""
    folder.mkdir(parents=True)
    call_files.write(calls, folder / "calls", PARQUET, USUAL)
    call_files.accounts(PARENTS, folder / "accounts.csv")
    files: dict[str, Any] = {
        "type": "calls",
        "path": f"calls.{PARQUET.suffix}",
        "accounts": "accounts.csv",
    }
    if account is not None:
        files["account"] = account
    api = {
        "type": "metrics_api",
        "baseUrl": vendor.url,
        "auth": APP_KEY,
        "callback": way_back(),
        "deadlineSeconds": 20,
        "timeoutSeconds": 10,
    }
    project = {"version": 1, "sources": {"calls": files, "api": api | settings}}
    # JSON is YAML.
    (folder / "reporter.yaml").write_text(json.dumps(project), encoding="utf-8")
    return folder


def run(*words: str) -> Said:
    """The command line, in this process."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = _run(list(words))
    return Said(code, out.getvalue(), err.getvalue())


def ask(question: Question, folder: Path, source: str) -> Said:
    """``reporter query`` on one of the two sources."""
    words = asking.words(question, folder)
    words[words.index("--source") + 1] = source
    return run(*words)


def simple(metrics: str, by: str = "", timezone: str = "UTC", **filters: Any) -> Question:
    """A question about March 2026."""
    return Question(
        metrics=tuple(metrics.split()),
        dimensions=tuple(by.split()),
        filters=filters,
        since=datetime(2026, 3, 1, tzinfo=UTC),
        until=datetime(2026, 4, 1, tzinfo=UTC),
        timezone=timezone,
    )


def fetch(questions: Sequence[Question], folder: Path, source: str) -> tuple[Answer, ...]:
    """The answers of one of the two sources to a whole batch, as a report would get them."""
    read = read_project(folder / "reporter.yaml")
    assert read.project is not None, read.diagnostics
    catalog, mistakes = catalog_for(read.project, source)
    assert not mistakes
    opened = wiring.open_source(read.project, source, catalog)
    return asyncio.run(opened.fetch([_query(question, catalog) for question in questions]))


def _query(asked: Question, catalog: Catalog) -> Query:
    filters = tuple((name, asking.filter_text(value)) for name, value in asked.filters.items())
    return ad_hoc.question(
        ad_hoc.AdHoc(
            metrics=asked.metrics,
            dimensions=asked.dimensions,
            filters=filters,
            timezone=asked.timezone,
            now=asked.until,
            period=Between(asked.since, asked.until),
        ),
        catalog,
    ).query


def same(questions: Sequence[Question], folder: Path) -> tuple[Answer, ...]:
    """Ask both and compare; what the API's way said."""
    expected = fetch(questions, folder, "calls")
    found = fetch(questions, folder, "api")
    for question, here, there in zip(questions, expected, found, strict=True):
        assert there.interval == here.interval
        compare(here.table, there.table, question)
    return found


def compare(expected: Table, found: Table, question: object) -> None:
    """The same rows in any order: counts exactly, the others very nearly."""
    assert _without_members(found) == _without_members(expected), question
    dimensions = len(expected.dimensions)
    here, there = (_by_group(table.rows, dimensions) for table in (expected, found))
    assert set(there) == set(here), question
    names = [column.name for column in expected.metrics]
    for group, values in here.items():
        for name, value, other in zip(names, values, there[group], strict=True):
            if name != "PENDING_CALL_COUNT":  # the API has none
                assert equal(value, other), f"{name} of {group}: {value!r}, {other!r}; {question}"


def _without_members(table: Table) -> list[Column]:
    """The columns; an API knows capabilities of channels that are no calls."""
    return [msgspec.structs.replace(column, members=()) for column in table.columns]


def _by_group(rows: Sequence[Row], dimensions: int) -> dict[Row, Row]:
    found = {tuple(row[:dimensions]): tuple(row[dimensions:]) for row in rows}
    assert len(found) == len(rows), "a group comes twice"
    return found


def compare_printed(expected: Any, found: Any, dimensions: int) -> None:
    """The same of two answers that were printed."""
    names = [column["name"] for column in expected["columns"]]
    assert [column["name"] for column in found["columns"]] == names
    here, there = (
        _by_group([tuple(row) for row in answer["rows"]], dimensions)
        for answer in (expected, found)
    )
    assert set(there) == set(here)
    for group, values in here.items():
        for name, value, other in zip(names[dimensions:], values, there[group], strict=True):
            assert equal(value, other), f"{name} of {group}: {value!r}, {other!r}"


def equal(value: Any, other: Any) -> bool:
    """Whole numbers exactly, others within 1e-9."""
    if isinstance(value, float) and isinstance(other, int | float):
        return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(value == other) and type(value) is type(other)
