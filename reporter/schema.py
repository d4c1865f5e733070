"""From typed models to JSON Schema, and from YAML trees to typed values.

The typed models are the one definition. ``derived`` makes the schema that editors and
``jsonschema`` use; the files in ``schemas/`` are its committed output.
"""

from typing import Any, TypeVar

from reporter.diagnostics import Diagnostic
from reporter.yamltree import Tree

T = TypeVar("T")


def derived(model: type, *, title: str, identifier: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a model.

    Tagged unions become ``if``/``then`` dispatch on the tag, so that a mistake in a chart is
    explained as a chart's.
    """
    raise NotImplementedError


def structured(
    tree: Tree, model: type[T], schema_file: str
) -> tuple[T | None, tuple[Diagnostic, ...]]:
    """The typed value of a tree, or None and everything that is wrong with its structure."""
    raise NotImplementedError
