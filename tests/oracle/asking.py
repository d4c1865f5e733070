"""Asks Reporter what the reference is asked, by its own command line, and reads the answer."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Final

import call_files
from call_files import PARQUET, USUAL, Writing
from reference import ATTRIBUTES, TIME_STEPS, Value
from reference_answers import FilterValue, Question, Source, ask

from reporter.cli.entry import _run

_DIMENSIONS: Final = {*TIME_STEPS, *ATTRIBUTES}


@dataclass(frozen=True, slots=True)
class Printed:
    """What ``reporter query --format json`` printed, with dates read as dates.

    Attributes:
        columns: their names.
        kinds: their types.
        rows: in the order in which they were printed.
        notes: what was printed beside the answer.
        bad: how many records the notes call unusable.
    """

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: str = ""

    @property
    def bad(self) -> int:
        found = re.search(r"(\d+) records? could not be used", self.notes)
        return int(found[1]) if found else 0


def project(
    source: Source,
    folder: Path,
    writing: Writing = PARQUET,
    columns: Sequence[str] = USUAL,
    files: int = 1,
) -> Path:
    """A folder with a project file, the source's records and its accounts."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        call_files.write(source.calls[number::files], folder / f"calls-{number}", writing, columns)
    settings: dict[str, object] = {"type": "calls", "path": f"calls-*.{writing.suffix}"}
    if source.parents is not None:
        call_files.accounts(source.parents, folder / "accounts.csv")
        settings["accounts"] = "accounts.csv"
    if source.deduplicate:
        settings["deduplicate"] = True
    if source.account is not None:
        settings["account"] = source.account
    if writing.zone is not None:
        settings["timezone"] = writing.zone
    # JSON is YAML.
    file = {"version": 1, "sources": {"calls": settings}}
    (folder / "reporter.yaml").write_text(json.dumps(file), encoding="utf-8")
    return folder


def words(question: Question, folder: Path) -> list[str]:
    """The question as a command line."""
    said = ["query", "--project", str(folder / "reporter.yaml"), "--source", "calls"]
    said += ["--metrics", ",".join(question.metrics)]
    if question.dimensions:
        said += ["--by", ",".join(question.dimensions)]
    for name, value in question.filters.items():
        said += ["--filter", f"{name}={filter_text(value)}"]
    said += ["--since", question.since.isoformat(), "--until", question.until.isoformat()]
    return [*said, "--timezone", question.timezone, "--format", "json"]


def filter_text(value: FilterValue) -> str:
    """Values that a comma or a bracket would break as JSON, the others as people type them."""
    if isinstance(value, bool):
        return json.dumps(value)
    plain = [value] if isinstance(value, str) else value
    texts = [str(each) for each in plain]
    if any(isinstance(each, dict) for each in plain) or any(set(t) & set(',[{"') for t in texts):
        return json.dumps(value)
    return ",".join(texts)


def query(question: Question, folder: Path) -> Printed:
    """Run ``reporter query`` on a project."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = _run(words(question, folder))
    assert code == 0, err.getvalue()
    return read(out.getvalue(), err.getvalue())


def read(text: str, notes: str = "") -> Printed:
    """The printed JSON with dates as such; hours stay texts."""
    printed = json.loads(text)
    columns = tuple(column["name"] for column in printed["columns"])
    return Printed(
        columns,
        tuple(column["type"] for column in printed["columns"]),
        tuple(
            tuple(_value(name, value) for name, value in zip(columns, row, strict=True))
            for row in printed["rows"]
        ),
        notes,
    )


def _value(name: str, value: Value) -> Value:
    if value is None or name not in TIME_STEPS or name == "HOUR":
        return value
    assert isinstance(value, str)
    return date.fromisoformat(value)


def check(source: Source, question: Question, folder: Path) -> Printed:
    """Ask both and compare."""
    expected = ask(source, question)
    found = query(question, folder)
    assert found.columns == expected.columns, question
    here, there = Counter(found.rows), Counter(expected.rows)
    assert here == there, f"only found: {here - there}\nonly expected: {there - here}\n{question}"
    assert found.bad == expected.bad, question
    return found
