"""The pages on specs and project files: they have every key, and their examples are valid."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reporter.cli.check import command
from reporter.dates import PeriodName, Unit
from reporter.resources import schemas
from reporter.templating import TEXT_FILTERS, TEXT_VARIABLES

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "spec.md").read_text(encoding="utf-8")
API = (DOCS / "metrics-api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"<!-- example(?:: (\w+))? -->\n```yaml\n(.*?)```", TEXT, re.DOTALL)
PAGES = ("spec", "metrics-api", "mail", "channels", "schedule", "bursting", "ledger")
"""Where the keys of the spec and of the project file are explained."""
PROSE = "".join(
    re.sub(r"```.*?```", "", (DOCS / f"{page}.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    for page in PAGES
)
CODE = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", PROSE))))
SPEC = """\
version: 1
name: example
title: Example
source: calls
period: last_month
sections:
  - {type: kpis, metrics: [TOTAL_CALL_COUNT%s]}
"""


def keys(schema: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a JSON Schema
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for name, part in schema.items():
            if name not in (
                "if",
                "anyOf",
                "FilterBy",
                "targets",
                "tolerances",
            ):  # the catalog's words
                yield from keys(part)
    if isinstance(schema, list):
        for part in schema:
            yield from keys(part)


@pytest.mark.parametrize("which", ["report", "project"])
def test_every_key_is_explained(which: str) -> None:
    schema = json.loads((schemas() / f"{which}.schema.json").read_text(encoding="utf-8"))
    found = set(keys(schema))
    assert len(found) > 20
    assert found - CODE == set()


def test_every_period_unit_variable_and_filter_is_named() -> None:
    assert {*PeriodName, *Unit, *TEXT_VARIABLES, *TEXT_FILTERS} - CODE == set()


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=lambda part: part.split("\n")[0])
def test_the_examples_are_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    project = next(body for name, body in EXAMPLES if name == "project")
    if kind == "api":
        project = re.findall(r"```yaml\n(.*?)```", API, re.DOTALL)[0].replace("infobip:", "vendor:")
        project = project.replace("source: infobip", "source: vendor")
        monkeypatch.setenv("METRICS_API_KEY", "the key")
    (tmp_path / "reporter.yaml").write_text(project, encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "board.xlsx").touch()
    own = ", AVERAGE_CALL_DURATION" if kind == "metrics" else ""
    head = SPEC % own
    if kind == "sections":
        head = head.partition("sections:")[0]
    spec = {"": text, "api": text, "project": SPEC % ""}.get(kind, head + text)
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    result = CliRunner().invoke(command, ["spec.yaml"], catch_exceptions=False)
    assert result.output == "1 spec, no problems.\n"


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", API, re.DOTALL))
def test_the_project_files_of_the_api_are_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("METRICS_API_KEY", "RELAY_SECRET", "ACME_KEY", "OUR_KEY"):
        monkeypatch.setenv(name, f"the {name}")
    (tmp_path / "reporter.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(SPEC.replace("source: calls\n", "") % "", encoding="utf-8")
    result = CliRunner().invoke(command, ["spec.yaml"], catch_exceptions=False)
    assert "error" not in result.output


def test_there_are_examples() -> None:
    assert [kind for kind, _ in EXAMPLES] == [
        "",
        "sections",
        "sections",
        "sections",
        "filterBy",
        "api",
        "parameters",
        "metrics",
        "checks",
        "xlsx",
        "burst",
        "when",
        "project",
    ]
