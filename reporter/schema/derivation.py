"""The JSON Schema of a typed model."""

import re
from typing import Any, Final

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def derived(model: type, *, title: str, identifier: str) -> Schema:
    """The JSON Schema (draft 2020-12) of a model.

    Tagged unions become ``if``/``then`` dispatch on the tag, so that a mistake in a chart is
    explained as a chart's. A key that may be left out does not accept null: an absent key is
    the way to say *none*.
    """
    import msgspec  # noqa: PLC0415 - reading a spec needs no derivation

    raw = msgspec.json.schema(model)
    definitions: Schema = raw.pop("$defs", {})
    root = definitions.pop(raw["$ref"].rpartition("/")[2])
    simplified = _Simplifier(definitions)
    return {
        "$schema": DIALECT,
        "$id": identifier,
        **simplified.of(root),
        "title": title,
        "$defs": {name: simplified.of(definitions[name]) for name in sorted(definitions)},
    }


class _Simplifier:
    """Rewrites what msgspec derives into what editors and explanations need."""

    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions

    def of(self, schema: Any) -> Any:  # noqa: ANN401 - any part of a JSON Schema
        """The same schema, simplified through and through."""
        if isinstance(schema, list):
            return [self.of(part) for part in schema]
        if not isinstance(schema, dict):
            return schema
        schema = _without_null(schema)
        if "discriminator" in schema:
            schema = self._dispatched(schema)
        if isinstance(schema.get("enum"), list):
            schema = _typed_enum(schema)
        return {key: self._part(key, value) for key, value in schema.items()}

    def _part(self, keyword: str, value: Any) -> Any:  # noqa: ANN401 - any part of a JSON Schema
        if keyword == "properties":
            return {name: self.of(schema) for name, schema in value.items()}
        if keyword == "default" and isinstance(value, dict):
            return {name: part for name, part in value.items() if part is not None}
        if keyword in ("examples", "default", "enum", "const"):
            return value
        if keyword == "title":
            return _spaced(value)
        return self.of(value)

    def _dispatched(self, union: Schema) -> Schema:
        mapping = union["discriminator"]["mapping"]
        rest = {k: v for k, v in union.items() if k not in ("anyOf", "discriminator")}
        tag = {
            "title": "Type",
            "oneOf": [
                {
                    "const": tag,
                    "description": self._definitions[ref.rpartition("/")[2]]["description"],
                }
                for tag, ref in mapping.items()
            ],
        }
        return {
            **rest,
            "type": "object",
            "required": ["type"],
            "properties": {"type": tag},
            "allOf": [
                {
                    "if": {
                        "type": "object",
                        "properties": {"type": {"const": tag}},
                        "required": ["type"],
                    },
                    "then": {"$ref": ref},
                }
                for tag, ref in mapping.items()
            ],
        }


_NULL: Final = {"type": "null"}


def _without_null(schema: Schema) -> Schema:
    """``anyOf [X, null], default null`` as X."""
    branches = schema.get("anyOf")
    if "default" not in schema or schema["default"] is not None or not branches:
        return schema
    left = [branch for branch in branches if branch != _NULL]
    rest = {k: v for k, v in schema.items() if k not in ("anyOf", "default")}
    if len(left) == 1:
        return {**left[0], **rest}
    return {**rest, "anyOf": left}


def _spaced(title: str) -> str:
    """A class name as words; other titles stay as they are."""
    if not title.isalnum() or title.isupper():
        return title
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", title)
    return words[:1] + words[1:].lower() if " " in words else title


_NAMES: Final = {str: "string", int: "integer"}
"""What a Literal or an Enum may hold."""


def _typed_enum(schema: Schema) -> Schema:
    """Editors and explanations ask for the type beside the values."""
    types = {_NAMES[type(value)] for value in schema["enum"]}
    return {"type": types.pop() if len(types) == 1 else sorted(types), **schema}
