"""One project with two sources over the same records: their files, and the vendor's double."""

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
from call_files import PARQUET, USUAL
from free_port import way_back
from random_calls import PARENTS
from reference import CallRecord, cut, is_bad
from reference_answers import Question
from vendor_double import Call, Double

from reporter.cli.entry import _run

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


def same(question: Question, folder: Path) -> Said:
    """Ask both and compare; what the API's way left."""
    here, there = (ask(question, folder, source) for source in ("calls", "api"))
    assert here.code == 0, here.err
    assert there.code == 0, f"{there.err}\n{question}"
    compare(json.loads(here.out), json.loads(there.out), len(question.dimensions))
    return there


def compare(expected: Any, found: Any, dimensions: int) -> None:
    """Two printed answers: the same rows in any order, counts exactly, the others very nearly."""
    names = [column["name"] for column in expected["columns"]]
    assert [column["name"] for column in found["columns"]] == names
    assert _types(found) == _types(expected)
    here, there = (_by_group(answer["rows"], dimensions) for answer in (expected, found))
    assert set(there) == set(here)
    for group, values in here.items():
        for name, value, other in zip(names[dimensions:], values, there[group], strict=True):
            assert equal(value, other), f"{name} of {group}: expected {value!r}, found {other!r}"


def _types(answer: Any) -> list[str]:
    return [column["type"] for column in answer["columns"]]


def _by_group(rows: Sequence[Sequence[Any]], dimensions: int) -> dict[tuple[Any, ...], list[Any]]:
    found = {tuple(row[:dimensions]): list(row[dimensions:]) for row in rows}
    assert len(found) == len(rows), "a group comes twice"
    return found


def equal(value: Any, other: Any) -> bool:
    """Whole numbers exactly, others within 1e-9."""
    if isinstance(value, float) and isinstance(other, int | float):
        return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(value == other) and type(value) is type(other)
