"""Schemas and values in words."""

import json
from typing import Any, Final

Schema = dict[str, Any]

_TYPES: Final = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


_PLURALS: Final = {
    "string": "texts",
    "integer": "whole numbers",
    "number": "numbers",
}


class Words:
    """Schemas in words."""

    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions

    def of(self, schema: Schema) -> str:
        """What a schema expects."""
        schema = self._resolved(schema)
        if "errorMessage" in schema:
            return str(schema["errorMessage"])
        if values := self.values(schema):
            return listed("one of" if len(values) > 1 else "", tuple(map(bare, values)))
        if "anyOf" in schema and "type" not in schema:
            return " or ".join(dict.fromkeys(map(self.of, schema["anyOf"])))
        return self._of_type(schema)

    def _of_type(self, schema: Schema) -> str:
        match schema.get("type"):
            case "array":
                return self._list(self._resolved(schema.get("items", {})))
            case "object":
                return self._mapping(schema)
            case str(name):
                return _TYPES[name]
            case _:
                return "a value"

    def of_pattern(self, schema: Schema) -> str:
        """What a pattern asks for."""
        if "errorMessage" in schema:
            return str(schema["errorMessage"])
        examples = schema.get("examples", ())
        if examples:
            return f"a text like {bare(examples[0])} (pattern {schema['pattern']})"
        return f"a text of the pattern {schema['pattern']}"

    def values(self, schema: Schema) -> tuple[object, ...]:
        """The values that a schema lists, if it lists them."""
        if "oneOf" in schema:
            return tuple(branch["const"] for branch in schema["oneOf"])
        return tuple(schema.get("enum", ()))

    def offered(self, schema: Schema) -> tuple[object, ...]:
        """The values that a schema offers beside others."""
        return tuple(v for branch in schema.get("anyOf", ()) for v in self.values(branch))

    def _resolved(self, schema: Schema) -> Schema:
        """The schema with a reference written out; its own words win."""
        while "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            rest = {k: v for k, v in schema.items() if k != "$ref"}
            schema = {**self._definitions.get(name, {}), **rest}
        return schema

    def _list(self, items: Schema) -> str:
        title = items.get("title")
        if title:
            return f"a list of {title.lower()}s"
        if values := self.values(items):
            return listed("a list of", tuple(map(bare, values)))
        if items.get("type") == "object":
            return f"a list, each item {self.of(items)}"
        return f"a list of {_PLURALS.get(items.get('type', ''), 'values')}"

    def _mapping(self, schema: Schema) -> str:
        keys = tuple(schema.get("properties", ()))
        if not keys:
            return "a mapping (key: value)"
        needed = tuple(schema.get("required", ()))
        named = needed or keys
        return listed(f"a mapping with the key{'s' if len(named) > 1 else ''}", named)


def in_words(value: object) -> str:
    """A value as it is named in a message."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            text = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
            return f"the text {text!r}"
        case int() | float():
            return f"the number {value}"
        case dict():
            return listed("a mapping with the keys", tuple(value)) if value else "an empty mapping"
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case _:
            raise TypeError(f"{type(value).__name__} is not plain data")


_SHOWN: Final = 60
_LISTED: Final = 20


def bare(value: object) -> str:
    """A value about as it stands in the file."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def listed(lead: str, names: tuple[str, ...]) -> str:
    """Names after a lead; a long list is cut."""
    shown = ", ".join(names[:_LISTED])
    more = f", … ({len(names)} in all)" if len(names) > _LISTED else ""
    return f"{lead} {shown}{more}".strip()
