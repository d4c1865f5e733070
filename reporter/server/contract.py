"""The API's own OpenAPI document: what is served, and what requests are held against."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator

from reporter import resources

FILE: Final = "metrics-api.openapi.json"
_REQUEST: Final = "#/components/schemas/QueryAggregateDataRequest"


@cache
def document() -> Mapping[str, Any]:
    """The document as it lies in ``schemas/``."""
    text = (resources.schemas() / FILE).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def served_document(public_url: str | None) -> bytes:
    """The document as it is served: it names the address that the server is known by."""
    servers = [{"url": "/" if public_url is None else public_url.rstrip("/")}]
    return json.dumps({**document(), "servers": servers}, ensure_ascii=False).encode()


def names(schema: str) -> tuple[str, ...]:
    """The values of one of the document's enumerations (``MetricType``)."""
    return tuple(document()["components"]["schemas"][schema]["enum"])


@cache
def request_schema() -> Draft202012Validator:
    """What a query must look like."""
    return Draft202012Validator({"$ref": _REQUEST, "components": document()["components"]})
