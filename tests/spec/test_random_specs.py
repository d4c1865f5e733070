"""Whatever stands in a spec, the answer is diagnostics and never an exception."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter.catalog.builtin import built_in
from reporter.catalog.file import CatalogFile
from reporter.diagnostics import has_errors
from reporter.plan.rules import check_spec
from reporter.resources import schemas
from reporter.schema import structured
from reporter.schema.explanation import mistakes
from reporter.settings import Project, ProjectFile, read_project
from reporter.spec.load import SCHEMA_FILE, load_spec
from reporter.spec.model import ReportSpec
from reporter.yamltree import Tree, parse

EXAMPLES = Path(__file__).parent.parent / "examples"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted((EXAMPLES / "valid").glob("*.yaml"))]
TREES = [parse(text, "spec.yaml")[0] for text in TEXTS]
CATALOG_TEXT = (EXAMPLES / "catalogs/valid/tickets.yaml").read_text(encoding="utf-8")
PROJECT_TEXT = """\
version: 1
sources:
  calls:
    type: calls
    path: "a/**/*.csv"
    csv: {columns: [start, end], delimiter: ";", nullValues: [x]}
    columns: {sent_at: start}
    values: {status: {A: B, C: null}}
    dataThrough: "2026-11-01"
defaults: {source: calls, timezone: Europe/Zagreb, locale: hr}
theme: {accent: "#0b6e4f"}
catalogs: []
"""
SCALARS: list[Any] = [
    *(None, True, False, 0, 1, -1, 10**30, 0.5, 10.0, "", "x", "TOTAL_CALL_COUNT", "DAY"),
    *("ABC\n", "{{ x", "line", "219", "2026-10-01", "\x00", "ü" * 300, [], {}, [[]], ["x"]),
    *([1, 1], {"param": "x"}),
    *({"from": "SECONDS_1"}, {"type": "table"}, {"param": 1}, {"a": None}, [True, 1], [1, 1.0]),
]  # fmt: skip
FEW = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PROJECT = Project(EXAMPLES, ProjectFile(version=1))


def places(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: list[tuple[str | int, ...]] = []
    if isinstance(data, dict):
        inner = [p for key, part in data.items() for p in places(part, (*path, key))]
    if isinstance(data, list):
        inner = [p for i, part in enumerate(data) for p in places(part, (*path, i))]
    return [path, *inner]


def changed(data: Any, path: tuple[str | int, ...], change: str, value: object, key: str) -> Any:  # noqa: ANN401 - plain data
    """A copy with one place replaced, taken out, doubled, or given one more key."""
    data = deepcopy(data)
    if not path:
        return value if change == "replace" else data
    around = data
    for part in path[:-1]:
        around = around[part]
    last = path[-1]
    match change, around[last]:
        case "replace", _:
            around[last] = value
        case "remove", _:
            del around[last]
        case "double", inner if isinstance(around, list):
            around.append(inner)
        case "double", inner:
            around[key] = inner
        case _, dict(inner):
            inner[key] = value
    return data


@st.composite
def mutated(draw: st.DrawFn, trees: Sequence[Tree | None] = TREES) -> Tree:
    tree = draw(st.sampled_from(trees))
    assert tree is not None
    data = tree.data
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(data)))
        change = draw(st.sampled_from(["replace", "remove", "double", "add"]))
        key = draw(st.sampled_from(["type", "metrics", "title", "x", "Ä", "compare", "default"]))
        data = changed(data, path, change, draw(st.sampled_from(SCALARS)), key)
    return Tree("spec.yaml", data, tree.values, tree.keys)


@pytest.mark.unmeasured
@FEW
@given(mutated())
def test_conversion_and_schema_agree(tree: Tree) -> None:
    """What ``structured`` takes, ``jsonschema`` takes, and the other way round."""
    value, diagnostics = structured(tree, ReportSpec, SCHEMA_FILE)
    by_schema = mistakes(tree, schemas() / SCHEMA_FILE)
    assert (value is None) == bool(by_schema)
    assert (value is None) == has_errors(diagnostics)
    if value is not None:
        check_spec(value, tree, built_in(), PROJECT)


@pytest.mark.unmeasured
@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "schema_file", "text"),
    [
        (ReportSpec, SCHEMA_FILE, (EXAMPLES / "valid/whole.yaml").read_text(encoding="utf-8")),
        (ProjectFile, "project.schema.json", PROJECT_TEXT),
    ],
)
@pytest.mark.parametrize("change", ["remove", "double", "replace"])
def test_conversion_and_schema_agree_on_every_single_change(
    model: type, schema_file: str, text: str, change: str
) -> None:
    tree = parse(text, "file.yaml")[0]
    assert tree is not None
    for path in places(tree.data):
        data = changed(tree.data, path, change, None, "x")
        other = Tree("file.yaml", data, tree.values, tree.keys)
        value, _ = structured(other, model, schema_file)
        assert (value is None) == bool(mistakes(other, schemas() / schema_file)), path


@FEW
@given(
    st.sampled_from(TEXTS),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.integers(0, 20),
            st.text(
                st.sampled_from("abcXYZ019 :-[]{}#&*!|>'\"%@`\\\n\t,?~.\x00\x07é😀"), max_size=6
            ),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_any_text_gives_diagnostics(
    tmp_path: Path, text: str, cuts: list[tuple[float, int, str]]
) -> None:
    for place, length, inserted in cuts:
        start = int(place * len(text))
        text = text[:start] + inserted + text[start + length :]
    file = tmp_path / "spec.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    loaded = load_spec(file)
    assert (loaded.spec is None) == has_errors(loaded.diagnostics)
    if loaded.spec is not None and loaded.tree is not None:
        check_spec(loaded.spec, loaded.tree, built_in(), None)


@FEW
@given(st.sampled_from(TEXTS), st.floats(0, 1), st.binary(min_size=1, max_size=4))
def test_any_bytes_give_diagnostics(
    tmp_path: Path, text: str, place: float, inserted: bytes
) -> None:
    content = text.encode()
    start = int(place * len(content))
    file = tmp_path / "spec.yaml"
    file.write_bytes(content[:start] + inserted + content[start + 1 :])
    loaded = load_spec(file)
    assert (loaded.spec is None) == has_errors(loaded.diagnostics)
    assert all(d.location.file == str(file) for d in loaded.diagnostics)


@pytest.mark.parametrize(
    ("model", "schema_file", "text"),
    [
        (ProjectFile, "project.schema.json", PROJECT_TEXT),
        (CatalogFile, "catalog.schema.json", CATALOG_TEXT),
    ],
)
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_conversion_and_schema_agree_on_other_files(
    model: type, schema_file: str, text: str, data: st.DataObject
) -> None:
    tree = data.draw(mutated([parse(text, "file.yaml")[0]]))
    value, _ = structured(tree, model, schema_file)
    assert (value is None) == bool(mistakes(tree, schemas() / schema_file))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.floats(0, 1),
    st.integers(0, 12),
    st.text(st.sampled_from("ab1 :-[]{}$\"'\n,#~"), max_size=5)
    | st.sampled_from(["${env:X}", "$${", "${file:/}", "${", "null", "\u2028"]),
)
def test_any_project_file_gives_diagnostics(
    tmp_path: Path, place: float, length: int, inserted: str
) -> None:
    start = int(place * len(PROJECT_TEXT))
    file = tmp_path / "reporter.yaml"
    file.write_text(
        PROJECT_TEXT[:start] + inserted + PROJECT_TEXT[start + length :], encoding="utf-8"
    )
    loaded = read_project(file)
    assert (loaded.project is None) == has_errors(loaded.diagnostics)


@pytest.mark.parametrize("text", TEXTS)
def test_the_examples_are_what_is_mutated(text: str) -> None:
    assert parse(text, "spec.yaml")[1] == ()
