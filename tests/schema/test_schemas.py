import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from reporter.diagnostics import Diagnostic
from reporter.resources import schemas
from reporter.schema import derived, loaded
from reporter.schema.explanation import _BOUNDS, mistakes
from reporter.schema.words import Words, in_words
from reporter.yamltree import parse

EXPLAINED = {
    *("additionalProperties", "required", "anyOf", "uniqueItems", "enum", "oneOf"),
    *("type", "pattern", "propertyNames", *_BOUNDS),
}
STRUCTURE = {"properties", "items", "allOf", "if", "then", "$ref", "$defs", "$schema", "$id"}
NOTES = {"title", "description", "examples", "default", "errorMessage"}


class Circle(msgspec.Struct, tag_field="type", tag="circle"):
    """Round."""

    radius: Annotated[float, Meta(ge=0, le=10)]


class Square(msgspec.Struct, tag_field="type", tag="square"):
    """Not round."""

    side: int
    label: str | None = None


class Drawing(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Shapes."""

    shapes: tuple[Circle | Square, ...]
    line_style: Literal["solid", "dotted"] = "solid"
    scale: Literal[1, 2] = 1
    grid: Literal[1, "off"] = 1
    size: int | str | None = None
    names: dict[Annotated[str, Meta(pattern="^[a-z]+$")], int | str] = {}
    notes: dict[str, str | None] = {}
    title: Annotated[str, Meta(title="Title", min_length=2, max_length=5)] | None = None


def said(folder: Path, text: str) -> list[Diagnostic]:
    schema = folder / "drawing.schema.json"
    schema.write_text(json.dumps(derived(Drawing, title="Drawing", identifier="urn:x")))
    tree, problems = parse(text, "file.yaml")
    assert tree is not None, problems
    return list(mistakes(tree, schema))


def test_a_tagged_union_is_told_apart_by_its_type() -> None:
    items = derived(Drawing, title="Drawing", identifier="urn:x")["properties"]["shapes"]["items"]
    assert items["properties"]["type"]["oneOf"] == [
        {"const": "circle", "description": "Round."},
        {"const": "square", "description": "Not round."},
    ]
    assert items["allOf"][1] == {
        "if": {
            "type": "object",
            "properties": {"type": {"const": "square"}},
            "required": ["type"],
        },
        "then": {"$ref": "#/$defs/Square"},
    }
    assert "anyOf" not in items
    assert "discriminator" not in items


def test_a_key_that_may_be_left_out_takes_no_null() -> None:
    schema = derived(Drawing, title="Drawing", identifier="urn:x")
    assert schema["properties"]["title"] == {
        "title": "Title",
        "type": "string",
        "minLength": 2,
        "maxLength": 5,
    }
    assert schema["properties"]["size"] == {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert schema["properties"]["grid"]["type"] == ["integer", "string"]
    notes = schema["properties"]["notes"]["additionalProperties"]
    assert notes == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert list(schema)[:2] == ["$schema", "$id"]
    assert schema["title"] == "Drawing"
    assert list(schema["$defs"]) == ["Circle", "Square"]


def test_a_mistake_in_a_shape_is_explained_as_that_shapes(tmp_path: Path) -> None:
    text = "shapes:\n  - {type: square, radius: 1}\n  - {type: circle, radius: -1}\n"
    assert [(d.code, d.location.line, d.message, d.expected) for d in said(tmp_path, text)] == [
        ("missing-key", 2, "the key 'side' is missing", "side: a whole number"),
        ("out-of-range", 3, "'radius' is out of bounds", "0 or more"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "expected", "found"),
    [
        ("scale: 3", "not-allowed", "one of 1, 2", "the number 3"),
        ("grid: 2", "not-allowed", "one of 1, off", "the number 2"),
        ("scale: true", "wrong-type", "one of 1, 2", "true"),
        ("lineStyle: dashed", "not-allowed", "one of dotted, solid", "the text 'dashed'"),
        ("title: a", "too-short", "at least 2 characters", "1 character"),
        ("title: abcdef", "too-long", "at most 5 characters", "6 characters"),
        ("title: ''", "too-short", "a text", "the text ''"),
        ("title: [a]", "wrong-type", "a text", "a list of 1"),
        ("title: {}", "wrong-type", "a text", "an empty mapping"),
        ("names: {A: 1}", "malformed", "a text of the pattern ^[a-z]+$", None),
        ("names: {a: 1.5}", "wrong-type", "a whole number or a text", "the number 1.5"),
        ("notes: {a: []}", "wrong-type", "a text or nothing", "an empty list"),
        ("line_style: solid", "unknown-key", None, None),
    ],
)
def test_mistakes_in_words(
    tmp_path: Path, text: str, code: str, expected: str | None, found: str | None
) -> None:
    (one,) = said(tmp_path, f"shapes: []\n{text}\n")
    assert one.code == code
    assert one.location.line == 2
    assert expected is None or one.expected == expected
    assert one.found == found


def test_every_mistake_is_said_once_and_all_at_once(tmp_path: Path) -> None:
    text = "shapes: [1, {type: star}, {}]\nlineStyle: 5\ntitle: 7\nx: 1\n"
    assert [d.code for d in said(tmp_path, text)] == [
        "wrong-type",
        "not-allowed",
        "missing-key",
        "wrong-type",
        "wrong-type",
        "unknown-key",
    ]


def test_values_in_words() -> None:
    assert in_words(None) == "nothing"
    assert in_words(False) == "false"  # noqa: FBT003 - a value of a file
    assert in_words("x" * 100) == f"the text '{'x' * 60}…'"
    assert in_words({"a": 1}) == "a mapping with the keys a"
    assert in_words(dict.fromkeys(map(str, range(30)))).endswith("… (30 in all)")
    with pytest.raises(TypeError):
        in_words(object())


def test_schemas_in_words() -> None:
    words = Words({"Name": {"type": "string"}})
    assert words.of({"$ref": "#/$defs/Name"}) == "a text"
    assert words.of({}) == "a value"
    assert words.of({"type": "object"}) == "a mapping (key: value)"
    assert words.of({"type": "array"}) == "a list of values"
    assert words.of({"type": "array", "items": {"enum": ["a", "b"]}}) == "a list of a, b"
    assert words.of_pattern({"pattern": "^a$", "examples": ["a"]}) == "a text like a (pattern ^a$)"


def keywords(schema: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a JSON Schema
    if isinstance(schema, list):
        for part in schema:
            yield from keywords(part)
    if not isinstance(schema, dict):
        return
    for keyword, part in schema.items():
        yield keyword
        if keyword in ("properties", "$defs"):
            yield from keywords(list(part.values()))
        elif keyword == "oneOf":
            assert all("const" in branch for branch in part)
        elif keyword not in NOTES | {"enum", "if"}:
            yield from keywords(part)


@pytest.mark.parametrize("which", ["report", "project", "catalog"])
def test_there_are_words_for_every_keyword_of_our_schemas(which: str) -> None:
    schema = json.loads((schemas() / f"{which}.schema.json").read_text(encoding="utf-8"))
    used = set(keywords(schema))
    assert used - EXPLAINED - STRUCTURE - NOTES == set()
    assert {"type", "required", "additionalProperties"} <= used


def test_a_file_is_loaded_with_its_places(tmp_path: Path) -> None:
    (tmp_path / "project.yaml").write_text("version: 1\n", encoding="utf-8")

    class Version(msgspec.Struct):
        version: int

    value, tree, diagnostics = loaded(
        tmp_path / "project.yaml", "project.yaml", Version, "project.schema.json"
    )
    assert (value, diagnostics) == (Version(1), ())
    assert tree is not None
    assert tree.values["version",] == (1, 10)


def test_a_schema_that_is_laxer_than_its_model_is_a_bug(tmp_path: Path) -> None:
    (tmp_path / "project.yaml").write_text("version: 1\n", encoding="utf-8")

    class Other(msgspec.Struct):
        name: str

    with pytest.raises(AssertionError, match=r"project\.schema\.json accepts what Other does not"):
        loaded(tmp_path / "project.yaml", "x.yaml", Other, "project.schema.json")
