"""What the API does not accept about a request, property by property."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from vendor_double.result import read_instant
from vendor_double.vocabulary import (
    AGGREGATES,
    BUCKET_NAMES,
    ENUMERATIONS,
    METRICS,
    NUMBERS,
    SPANS,
    TEXTS,
    VOICE_CAPABILITIES,
)

Violation = tuple[str, str]

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}")
"""``yyyy-MM-dd'T'HH:mm:ss.SSSZ``."""

VOICE_SINCE: Final = datetime(2025, 5, 15, tzinfo=UTC)


def violations(body: Any) -> list[Violation]:
    """All that is wrong with the body of a request for aggregated data."""
    return list(_of_body(body))


def _of_body(body: Any) -> Iterator[Violation]:
    if not isinstance(body, dict):
        yield "", "must be an object"
        return
    yield from _unknown("", body, ("callbackUrl", "request"))
    url = body.get("callbackUrl")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        yield "callbackUrl", "must be a URL"
    request = body.get("request")
    if not isinstance(request, dict):
        yield "request", "must not be null"
        return
    yield from _unknown("request.", request, ("filterBy", "aggregateBy", "metrics"))
    yield from _words("request.metrics", request.get("metrics"), METRICS)
    if request.get("metrics") == []:
        yield "request.metrics", "must not be empty"
    yield from _words("request.aggregateBy", request.get("aggregateBy"), AGGREGATES)
    filter_by = request.get("filterBy")
    if isinstance(filter_by, dict):
        yield from _of_filters(filter_by)
    else:
        yield "request.filterBy", "must not be null"


def _unknown(path: str, found: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[Violation]:
    for name in found:
        if name not in known:
            yield f"{path}{name}", "is not known"


def _of_filters(filters: Mapping[str, Any]) -> Iterator[Violation]:
    path = "request.filterBy"
    for name in ("channelCodes", "sentSince", "sentUntil"):
        if not filters.get(name):
            yield f"{path}.{name}", "must not be empty"
    for name, value in filters.items():
        yield from _of_filter(f"{path}.{name}", name, value)
    channels = filters.get("channelCodes")
    times = [filters.get("sentSince"), filters.get("sentUntil")]
    if all(_is_instant(time) for time in times):
        since, until = (read_instant(str(time)) for time in times)
        if since >= until:
            yield f"{path}.sentUntil", "must be after sentSince"
        if channels == ["VOICE_VIDEO"] and since < VOICE_SINCE:
            yield f"{path}.sentSince", "there is no voice and video data before 2025-05-15"
    voice_only = VOICE_CAPABILITIES.intersection(filters.get("capabilities") or ())
    if voice_only and isinstance(channels, list) and "VOICE_VIDEO" not in channels:
        yield f"{path}.capabilities", "applies only to VOICE_VIDEO"


def _of_filter(path: str, name: str, value: Any) -> Iterator[Violation]:
    if name in ENUMERATIONS:
        yield from _words(path, value, ENUMERATIONS[name])
    elif name in NUMBERS:
        bits = NUMBERS[name]
        yield from _list(path, value, lambda n: _is_integer(n, bits), f"whole, {bits} bits")
    elif name in _ITEMS:
        fits, expected = _ITEMS[name]
        yield from _list(path, value, fits, expected)
    elif name in _SINGLE:
        fits, expected = _SINGLE[name]
        if not fits(value):
            yield path, f"must be {expected}"
    else:
        yield path, "is not known"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_instant(text: Any) -> bool:
    if not isinstance(text, str):
        return False
    try:
        return _INSTANT.fullmatch(text) is not None and bool(read_instant(text))
    except ValueError:
        return False


def _is_integer(value: Any, bits: int) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and -(2**bits) <= value < 2**bits


def _is_span(value: Any) -> bool:
    return isinstance(value, dict) and all(
        name in ("from", "to") and bucket in BUCKET_NAMES for name, bucket in value.items()
    )


def _is_platform(value: Any) -> bool:
    return isinstance(value, dict) and all(
        name in ("applicationId", "entityId") and isinstance(text, str)
        for name, text in value.items()
    )


def _words(path: str, value: Any, known: frozenset[str]) -> Iterator[Violation]:
    return _list(path, value, lambda word: isinstance(word, str) and word in known, "known")


def _list(path: str, value: Any, fits: Any, expected: str) -> Iterator[Violation]:
    if not isinstance(value, list):
        yield path, "must be a list"
        return
    for number, item in zip(count(), value, strict=False):
        if not fits(item):
            yield f"{path}[{number}]", f"must be {expected}"
        if item in value[:number]:
            yield f"{path}[{number}]", "stands there twice"


_ITEMS: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    **dict.fromkeys(TEXTS, (_is_text, "a text")),
    **dict.fromkeys(SPANS, (_is_span, "a span of time buckets")),
    "platforms": (_is_platform, "an application and an entity"),
}
_SINGLE: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "sentSince": (_is_instant, "a date-time like 2026-03-01T00:00:00.000+0000"),
    "sentUntil": (_is_instant, "a date-time like 2026-03-01T00:00:00.000+0000"),
    "applicationId": (_is_text, "a text"),
    "entityId": (_is_text, "a text"),
    "includeSubaccounts": (lambda value: isinstance(value, bool), "true or false"),
}
