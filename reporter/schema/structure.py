"""From a YAML tree to a typed value, or to everything that is wrong with its structure.

A good file is only converted: that takes a millisecond and imports nothing heavy. JSON Schema
has the last word all the same: whatever the conversion refuses, and whatever it is laxer about
than the schema, goes through ``jsonschema``. A test holds the two verdicts together.
"""

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from reporter import resources, yamltree
from reporter.diagnostics import Diagnostic, has_errors
from reporter.yamltree import Tree

T = TypeVar("T")


def loaded(
    path: Path, name: str, model: type[T], schema_file: str
) -> tuple[T | None, Tree | None, tuple[Diagnostic, ...]]:
    """A file as a typed value, with its tree, and all that is wrong with it.

    Args:
        path: the file.
        name: how the user named it.
        model: what it should hold.
        schema_file: the model's schema, a file in ``schemas/``.

    The value is None where anything is wrong; the tree where the text is no YAML.
    """
    tree, mistakes = yamltree.read(path, name)
    if tree is None:
        return None, None, mistakes
    value, structural = structured(tree, model, schema_file)
    if has_errors(mistakes):
        return None, tree, (*mistakes, *structural)
    return value, tree, (*mistakes, *structural)


def structured(
    tree: Tree, model: type[T], schema_file: str
) -> tuple[T | None, tuple[Diagnostic, ...]]:
    """The typed value of a tree, or None and everything that is wrong with its structure."""
    try:
        value = msgspec.convert(tree.data, model)
    except msgspec.ValidationError:
        value = None
    if value is not None and _ordinary(tree.data) and _tagged(value, tree.data):
        return value, ()
    from reporter.schema.explanation import mistakes  # noqa: PLC0415 - brings jsonschema

    found = mistakes(tree, resources.schemas() / schema_file)
    if not found and value is None:
        raise AssertionError(f"{schema_file} accepts what {model.__name__} does not: {tree.file}")
    return (None if found else value), found


def _ordinary(data: object) -> bool:
    """Whether nothing in it is a null or stands twice in a list: there the schema is stricter."""
    if isinstance(data, dict):
        return all(map(_ordinary, data.values()))
    if isinstance(data, list):
        return len(set(map(repr, data))) == len(data) and all(map(_ordinary, data))
    return data is not None


def _tagged(value: object, data: Any) -> bool:  # noqa: ANN401 - plain data of any shape
    """Whether every tagged struct names its type, which msgspec asks for in unions only."""
    if isinstance(value, msgspec.Struct):
        tag = value.__struct_config__.tag_field
        return (tag is None or tag in data) and all(
            _tagged(getattr(value, name), data[key])
            for name, key in zip(
                value.__struct_fields__, value.__struct_encode_fields__, strict=True
            )
            if key in data
        )
    if isinstance(value, dict):
        return all(_tagged(part, data[key]) for key, part in value.items())
    if isinstance(value, tuple):
        return all(map(_tagged, value, data))
    return True
