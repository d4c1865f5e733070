import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from reporter.catalog.builtin import built_in
from reporter.catalog.metrics_api import standard
from reporter.cli.schema import command, text
from reporter.diagnostics import Invalid
from reporter.resources import schemas
from reporter.yamltree import parse

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("which", ["report", "project", "catalog"])
@pytest.mark.usefixtures("folder")
def test_the_committed_schema_is_the_derived_one(which: str) -> None:
    """Outside a project: ``reporter schema WHICH > schemas/WHICH.schema.json``."""
    committed = (schemas() / f"{which}.schema.json").read_text(encoding="utf-8")
    assert text(which, None) == committed
    Draft202012Validator.check_schema(json.loads(committed))


def test_the_report_schema_is_printed_by_default(folder: Path) -> None:
    result = CliRunner().invoke(command, [], catch_exceptions=False)
    assert json.loads(result.output)["title"] == "Report spec"
    assert result.output == text("report", None)
    assert folder.exists()


def keys(schema: Any, definitions: dict[str, Any], place: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any part of a JSON Schema
    """Every key of every mapping, with its schema."""
    if isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from keys(part, definitions, f"{place}[{index}]")
    if not isinstance(schema, dict):
        return
    for key, part in schema.get("properties", {}).items():
        name = part.get("$ref", "").rpartition("/")[2]
        yield f"{place}.{key}", {**definitions.get(name, {}), **part}
    for key, part in schema.items():
        if key not in ("examples", "default", "anyOf", "if"):
            yield from keys(part, definitions, f"{place}.{key}")


@pytest.mark.parametrize("which", ["report", "project", "catalog"])
@pytest.mark.usefixtures("folder")
def test_every_key_is_explained(which: str) -> None:
    """What an editor shows: a title and a description on every key."""
    schema = json.loads(text(which, None))
    found = list(keys(schema, schema["$defs"], which))
    assert len(found) > 20
    for place, key in found:
        assert place.endswith(".type") or (key.get("title") and key.get("description")), place


@pytest.mark.usefixtures("folder")
def test_the_words_of_the_catalog_are_offered() -> None:
    schema = json.loads(text("report", None))
    offered = schema["$defs"]["MetricName"]["anyOf"][0]["oneOf"]
    listed = [m for m in built_in().metrics if not m.internal]
    assert [o["const"] for o in offered] == [m.name for m in listed]
    assert [o["title"] for o in offered] == [m.label for m in listed]
    dimensions = schema["$defs"]["DimensionName"]["anyOf"][0]["oneOf"]
    assert {o["const"] for o in dimensions} == {d.name for d in built_in().dimensions}
    filters = schema["$defs"]["FilterBy"]["properties"]
    for known in built_in().filters:
        assert {known.name, *known.aliases} <= set(filters)
    directions = filters["directions"]["anyOf"][0]["items"]["oneOf"]
    assert [d["const"] for d in directions] == ["OUTBOUND", "INBOUND"]
    assert filters["includeSubaccounts"]["anyOf"][0] == {"type": "boolean"}
    assert "SECONDS_5" in json.dumps(filters["timeToAnswer"])
    assert set(filters["platforms"]["anyOf"][0]["items"]["properties"]) == {
        "applicationId",
        "entityId",
    }


@pytest.mark.parametrize("spec", sorted((EXAMPLES / "valid").glob("*.yaml")), ids=lambda p: p.stem)
@pytest.mark.usefixtures("folder")
def test_valid_specs_fulfil_the_schema_as_an_editor_reads_it(spec: Path) -> None:
    tree, _ = parse(spec.read_text(encoding="utf-8"), spec.name)
    assert tree is not None
    validator = Draft202012Validator(json.loads(text("report", None)))
    assert list(validator.iter_errors(tree.data)) == []


def test_the_projects_own_words_are_offered(folder: Path) -> None:
    (folder / "reporter.yaml").write_text("version: 1\ncatalogs: [mine.yaml]\n", encoding="utf-8")
    (folder / "mine.yaml").write_text(
        "version: 1\nname: mine\nlabel: Mine\nextends: voice_video\n"
        "metrics:\n  MY_METRIC: {label: My own, description: Mine., formula: ANSWER_RATE * 2}\n"
        "filters:\n  tone:\n    label: Tone\n    description: Of voice.\n    expression: sender\n"
        "    values: {soft: Soft}\n",
        encoding="utf-8",
    )
    schema = json.loads(text("report", None))
    offered = schema["$defs"]["MetricName"]["anyOf"][0]["oneOf"]
    assert {"const": "MY_METRIC", "title": "My own", "description": "Mine."} in offered
    assert schema["$defs"]["FilterBy"]["properties"]["tone"]["anyOf"][0]["items"] == {
        "anyOf": [{"oneOf": [{"const": "soft", "title": "Soft"}]}, {"type": "string"}]
    }


def test_a_broken_catalog_is_said(folder: Path) -> None:
    (folder / "reporter.yaml").write_text("version: 1\ncatalogs: [mine.yaml]\n", encoding="utf-8")
    (folder / "mine.yaml").write_text("version: 1\n", encoding="utf-8")
    with pytest.raises(Invalid) as invalid:
        text("report", None)
    assert {d.location.file for d in invalid.value.diagnostics} == {"mine.yaml"}
    (folder / "reporter.yaml").write_text("version: 1\nx: 1\n", encoding="utf-8")
    with pytest.raises(Invalid):
        text("report", None)


API = """\
version: 1
sources:
  api:
    type: metrics_api
    baseUrl: https://example.org
    auth: {type: apiKey, key: x}
    callback: {listen: "0.0.0.0:8085", publicUrl: https://reports.example.org}
"""


def test_a_project_with_a_metrics_api_is_offered_its_words(folder: Path) -> None:
    (folder / "reporter.yaml").write_text(API, encoding="utf-8")
    schema = json.loads(text("report", None))
    metrics = [o["const"] for o in schema["$defs"]["MetricName"]["anyOf"][0]["oneOf"]]
    assert metrics == [m.name for m in standard().metrics if not m.internal]
    dimensions = {o["const"] for o in schema["$defs"]["DimensionName"]["anyOf"][0]["oneOf"]}
    assert dimensions == {d.name for d in standard().dimensions}
    filters = schema["$defs"]["FilterBy"]["properties"]
    bounds = filters["timeToDeliver"]["anyOf"][0]["items"]["properties"]["from"]["oneOf"]
    assert bounds[5] == {"const": "SECONDS_5", "title": "5–10 s"}
    capabilities = filters["capabilities"]["anyOf"][0]["items"]["oneOf"]
    assert {o["const"] for o in capabilities} == {c.code for c in standard().capabilities}
    assert filters["trafficTypes"]["anyOf"][0]["items"] == {"type": "string"}
    Draft202012Validator.check_schema(schema)
