"""From the body of a request to what is asked, or to everything that is wrong with it."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final

import msgspec

from reporter.dates import Interval
from reporter.server.contract import names
from reporter.server.moments import Moment, moment
from reporter.server.structure import NoJson, parsed, place, shape_violations
from reporter.server.violations import Refused, Violation
from reporter.settings import callback_urls
from reporter.settings.callback_urls import Beginning, Target
from reporter.spec.query import FilterInput

_FILTER_BY: Final = ("request", "filterBy")
_SETTLED: Final = frozenset(
    {"accountKeys", "includeSubaccounts", "sentSince", "sentUntil", "channelCodes"}
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a request asks.

    Attributes:
        interval: as asked, in whole milliseconds.
        channels: codes.
        accounts: keys; none: the caller's own.
        with_subaccounts: whether the accounts below those asked for count too.
        filters: all others, by the API's names.
        dimensions: in the order asked for.
        metrics: in the order asked for.
    """

    interval: Interval
    channels: tuple[str, ...]
    accounts: tuple[str, ...]
    with_subaccounts: bool
    filters: Mapping[str, FilterInput]
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]


class Submission(msgspec.Struct, frozen=True):
    """A whole request.

    Attributes:
        callback_url: as it was written.
        request: what is asked, in JSON, for the ledger.
        asked: the same.
    """

    callback_url: str
    request: bytes
    asked: Asked


def submission(body: bytes, allowed: tuple[Beginning, ...]) -> Submission:
    """The request of a body.

    Args:
        body: as it came.
        allowed: where results may be sent.

    Raises:
        Refused: with everything that is wrong.
    """
    value = _json(body)
    wrong = [*shape_violations(value), *_semantic_violations(value)]
    if isinstance(value, dict) and isinstance(url := value.get("callbackUrl"), str) and url:
        wrong += _callback_violations(url, allowed)
    if wrong or not isinstance(value, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, tuple(wrong))
    request = msgspec.json.encode(value["request"])
    return Submission(value["callbackUrl"], request, _asked(value["request"]))


def remembered(request: bytes) -> Asked:
    """What was asked, from the ledger.

    Raises:
        Refused: this version does not accept it any more.
    """
    value = {"callbackUrl": "https://example.com", "request": _json(request)}
    wrong = (*shape_violations(value), *_semantic_violations(value))
    if wrong:
        raise Refused(HTTPStatus.BAD_REQUEST, wrong)
    return _asked(msgspec.json.decode(request))


def allowed_target(url: str, allowed: tuple[Beginning, ...]) -> Target | None:
    """Where a result goes; None where it may not go there (any more)."""
    try:
        found = callback_urls.target(url)
    except ValueError:
        return None
    return found if any(one.allows(found) for one in allowed) else None


def _json(body: bytes) -> object:
    try:
        return parsed(body)
    except NoJson as error:
        raise Refused(HTTPStatus.BAD_REQUEST, (Violation("", str(error)),)) from error


def _callback_violations(url: str, allowed: tuple[Beginning, ...]) -> Iterator[Violation]:
    try:
        callback_urls.target(url)
    except ValueError as error:
        yield Violation("callbackUrl", str(error))
        return
    if allowed_target(url, allowed) is None:
        yield Violation("callbackUrl", "is not among the URLs that this server may call")


def _semantic_violations(value: object) -> Iterator[Violation]:
    """What no schema tells; of what has the right shape."""
    filter_by = _under(_under(value, "request"), "filterBy")
    if isinstance(filter_by, dict):
        yield from _period_violations(filter_by)
        for name, spans in filter_by.items():
            if name.startswith("timeTo") and isinstance(spans, list):
                yield from _span_violations(name, spans)


def _under(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _period_violations(filter_by: Mapping[str, object]) -> Iterator[Violation]:
    ends: list[Moment] = []
    for name in ("sentSince", "sentUntil"):
        text = filter_by.get(name)
        if isinstance(text, str):
            try:
                ends.append(moment(text))
            except ValueError as error:
                yield Violation(place(*_FILTER_BY, name), str(error))
    match ends:
        case [since, until] if since >= until:
            yield Violation(place(*_FILTER_BY, "sentUntil"), "must be later than sentSince")


def _span_violations(name: str, spans: list[object]) -> Iterator[Violation]:
    order = names("TimeBucket")
    for index, span in enumerate(spans):
        since, until = _under(span, "from"), _under(span, "to")
        known = since in order and until in order
        if known and order.index(str(since)) >= order.index(str(until)):
            yield Violation(place(*_FILTER_BY, name, index), "from must be before to")


def _asked(request: Mapping[str, object]) -> Asked:
    """What a request without violations asks."""
    filter_by = msgspec.convert(request["filterBy"], dict[str, object])
    return Asked(
        interval=Interval(
            moment(str(filter_by["sentSince"])).rounded_down(),
            moment(str(filter_by["sentUntil"])).rounded_up(),
        ),
        channels=msgspec.convert(filter_by["channelCodes"], tuple[str, ...]),
        accounts=msgspec.convert(filter_by.get("accountKeys", ()), tuple[str, ...]),
        with_subaccounts=filter_by.get("includeSubaccounts") is True,
        filters={n: v for n, v in _filters(filter_by) if n not in _SETTLED and v != ""},
        dimensions=msgspec.convert(request["aggregateBy"], tuple[str, ...]),
        metrics=msgspec.convert(request["metrics"], tuple[str, ...]),
    )


def _filters(filter_by: Mapping[str, object]) -> Iterator[tuple[str, FilterInput]]:
    for name, value in filter_by.items():
        yield name, msgspec.convert(value, FilterInput)
