"""What no schema says: generated queries are sent where they may be, and their ends are in order.

Loaded by Schemathesis itself (``SCHEMATHESIS_HOOKS``). Whatever of a query is wrong stays wrong.
"""

import copy
import os
import re
from typing import Any, Final

import jsonschema_rs
import schemathesis

CALLBACK: Final = os.environ["REPORTER_TEST_CALLBACK"]
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_CALLBACKS: Final = jsonschema_rs.Draft202012Validator(
    {"type": "string", "format": "uri", "minLength": 1, "maxLength": 2048}, validate_formats=True
)
_ORDER: Final = ("SECONDS", "MINUTES", "HOURS", "DAYS")


@schemathesis.hook
def before_call(_context: object, case: schemathesis.Case, _kwargs: object) -> None:
    body = copy.deepcopy(case.body)  # cases share their parts
    if not isinstance(body, dict):
        return
    url = body.get("callbackUrl")
    if _CALLBACKS.is_valid(url):
        body["callbackUrl"] = CALLBACK
    request = body.get("request")
    filters = request.get("filterBy") if isinstance(request, dict) else None
    if isinstance(filters, dict):
        _put_in_order(filters)
    case.body = body


def _put_in_order(filters: dict[str, Any]) -> None:
    ends = [filters.get(name) for name in ("sentSince", "sentUntil")]
    if all(isinstance(end, str) and _MOMENT.fullmatch(end) for end in ends):
        filters["sentSince"] = "2026-09-01T00:00:00Z"
        filters["sentUntil"] = "2026-09-02T00:00:00.000Z"
    for name, spans in filters.items():
        if name.startswith("timeTo") and isinstance(spans, list):
            for span in spans:
                if isinstance(span, dict) and {"from", "to"} <= set(span):
                    _widen(span)


def _widen(span: dict[str, Any]) -> None:
    since, until = (_rank(span[end]) for end in ("from", "to"))
    if since is not None and until is not None and since >= until:
        span["from"], span["to"] = "SECONDS_0", span["from"]
        if span["to"] == "SECONDS_0":
            span["to"] = "DAYS_3"


def _rank(bucket: object) -> tuple[int, int] | None:
    unit, _, number = str(bucket).partition("_")
    return (_ORDER.index(unit), int(number)) if unit in _ORDER and number.isdigit() else None
