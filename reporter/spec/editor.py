"""The schema of specs with a catalog's words in it, so that editors complete and explain them.

It accepts exactly what the plain schema accepts: the words only stand beside it. Whether a
name is known and a value fits is said by the rules, which know the project and the spec.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

from reporter.catalog.model import Catalog, Dimension, Filter, FilterKind, Metric
from reporter.data.table import Kind
from reporter.schema import derived
from reporter.spec.model import ReportSpec
from reporter.spec.query import DimensionName, FilterBy, FilterValue, MetricName

Schema = dict[str, Any]

IDENTIFIER: Final = "urn:reporter:report:1"
_HOISTED: Final = {
    "MetricName": MetricName,
    "DimensionName": DimensionName,
    "FilterBy": FilterBy,
    "FilterValue": FilterValue,
}
_REFERENCE: Final = "#/$defs/"


def report_schema(catalogs: Sequence[Catalog]) -> Schema:
    """The schema of specs over any of these catalogs."""
    parts = {name: _plain(model) for name, model in _HOISTED.items()}
    schema: Schema = _hoisted(
        derived(ReportSpec, title="Report spec", identifier=IDENTIFIER), parts
    )
    for name, part in parts.items():
        others = {n: p for n, p in parts.items() if n != name}
        schema["$defs"][name] = _hoisted(part, others)
    metrics = _unique(m for c in catalogs for m in c.metrics if not m.internal)
    dimensions = _unique(d for c in catalogs for d in c.dimensions)
    _complete(schema["$defs"]["MetricName"], metrics)
    _complete(schema["$defs"]["DimensionName"], dimensions)
    schema["$defs"]["FilterBy"]["properties"] = _filters(catalogs)
    schema["properties"]["targets"]["properties"] = _by_metric(metrics, "Target")
    reconciliation = schema["$defs"]["ReconciliationSection"]["properties"]
    reconciliation["tolerances"]["properties"] = _by_metric(metrics, "Tolerance")
    schema["$defs"] = dict(sorted(schema["$defs"].items()))
    return schema


def _by_metric(metrics: Iterable[Metric], model: str) -> Schema:
    """A key for each metric, with a value of this model."""
    return {
        metric.name: {
            "$ref": f"{_REFERENCE}{model}",
            "title": metric.label,
            "description": metric.description,
        }
        for metric in metrics
    }


def _plain(model: Any) -> Schema:  # noqa: ANN401 - a type, which is no class where it is annotated
    import msgspec  # noqa: PLC0415 - only schemas need it here

    schema: Schema = msgspec.json.schema(model)
    return schema


def _hoisted(schema: Any, parts: dict[str, Schema]) -> Any:  # noqa: ANN401 - any part of a JSON Schema
    """The same schema with every place that contains one of the parts as a reference to it."""
    if isinstance(schema, list):
        return [_hoisted(inner, parts) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    for name, part in parts.items():
        if all(key in schema and schema[key] == value for key, value in part.items()):
            own = {key: value for key, value in schema.items() if key not in part}
            return {"$ref": f"{_REFERENCE}{name}", **own}
    return {key: _hoisted(inner, parts) for key, inner in schema.items()}


_Word = TypeVar("_Word", Metric, Dimension)


def _unique(words: Iterable[_Word]) -> tuple[_Word, ...]:
    """Each name once, from the first catalog that has it."""
    by_name: dict[str, _Word] = {}
    for word in words:
        by_name.setdefault(word.name, word)
    return tuple(by_name.values())


def _complete(schema: Schema, words: Iterable[Metric | Dimension]) -> None:
    """Offer the words beside any other name that fits."""
    schema["anyOf"] = [_one_of((w.name, w.label, w.description) for w in words), {}]


def _one_of(words: Iterable[tuple[str | int, str, str]]) -> Schema:
    return {
        "oneOf": [
            {"const": value, "title": title, **({"description": text} if text else {})}
            for value, title, text in words
        ]
    }


def _filters(catalogs: Sequence[Catalog]) -> Schema:
    """Every filter under its name and its aliases."""
    found: Schema = {}
    for catalog in catalogs:
        for known in catalog.filters:
            for name in (known.name, *known.aliases):
                found.setdefault(name, _filter(known, catalog))
            for key in known.keys:
                found.setdefault(key.name, _described(known, _list_of({"type": "string"})))
    return found


def _filter(known: Filter, catalog: Catalog) -> Schema:
    match known.kind:
        case FilterKind.SUBACCOUNTS:
            value: Schema = {"type": "boolean"}
        case FilterKind.SINCE | FilterKind.UNTIL:
            value = {"type": "string", "examples": ["2026-10-01", "2026-10-01T08:00:00Z"]}
        case FilterKind.SPANS:
            value = _list_of(_span(catalog.dimension(known.dimension or "")))
        case FilterKind.PAIRS:
            keys = {key.name: {"type": "string"} for key in known.keys}
            value = _list_of({"type": "object", "properties": keys, "additionalProperties": False})
        case FilterKind.VALUES | FilterKind.ACCOUNTS:
            value = _list_of(_values(known))
    return _described(known, value)


def _described(known: Filter, value: Schema) -> Schema:
    return {
        "$ref": f"{_REFERENCE}FilterValue",
        "title": known.label,
        "description": known.description,
        "anyOf": [value, {}],
    }


def _list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _values(known: Filter) -> Schema:
    integer = known.type is Kind.INTEGER
    plain: Schema = {"type": "integer" if integer else "string"}
    if not known.values:
        return plain
    words = _one_of((int(m.value) if integer else m.value, m.label, "") for m in known.values)
    return words if known.closed else {"anyOf": [words, plain]}


def _span(dimension: Dimension | None) -> Schema:
    bound: Schema = {"type": "string"}
    if dimension is not None and dimension.members:
        bound = _one_of((m.value, m.label, "") for m in dimension.members)
    return {
        "type": "object",
        "properties": {"from": bound, "to": bound},
        "additionalProperties": False,
    }
