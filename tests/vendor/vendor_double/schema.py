"""Checks of requests and results against an OpenAPI 3.1 document."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012


def checker(document: Mapping[str, Any], name: str) -> Callable[[Any], Sequence[str]]:
    """What is wrong with a value by the schema of that name; for ``Double(check=...)``."""
    registry: Registry[Any] = Registry().with_resource(
        "urn:api", DRAFT202012.create_resource(document)
    )
    validator = Draft202012Validator(
        {"$ref": f"urn:api#/components/schemas/{name}"}, registry=registry
    )
    return lambda value: [
        f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)
    ]
