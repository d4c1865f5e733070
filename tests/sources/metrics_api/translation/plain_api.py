"""What an API might answer to a request over calls, and in which of the manners it might."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from random import Random
from zoneinfo import ZoneInfo

import msgspec
from plain_calls import (
    BUCKETS,
    COUNTS,
    GRAINS,
    RATIOS,
    Call,
    between,
    count,
    grouped,
    milliseconds,
    over,
)

ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_CEILING)
SPELLINGS: tuple[Callable[[datetime], str], ...] = (
    lambda i: i.strftime("%Y-%m-%dT%H:%M:%S.") + f"{i.microsecond // 1000:03}+0000",
    lambda i: i.strftime("%Y-%m-%dT%H:%M:%SZ"),
    lambda i: i.strftime("%Y-%m-%dT%H:%M:%S"),
    lambda i: i.strftime("%Y-%m-%d") if i.hour == 0 else i.strftime("%Y-%m-%dT%H:%M:%SZ"),
)
_UTC = ZoneInfo("UTC")
_WRITE = msgspec.json.Encoder(decimal_format="number")


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How an API answers.

    Attributes:
        seed: of the order of rows and columns.
        scale: of rates: 1 or 100.
        digits: of rates; None: all that a float has.
        rounding: of rates.
        stripped: whether zeros at the end of rates are left out.
        spelling: of date-times.
        unit: what durations are counted in, in milliseconds.
        nothing: what stands for no value.
        no_rate: what stands for a rate over no calls.
        steps_as: the type of the columns of steps.
        numbers_as: the type of identifiers that are numbers.
        counts_as: the type of counts.
        channel: whether the channel comes back.
        until: the end of the period, if that is before what was asked for.
    """

    seed: int = 0
    scale: int = 100
    digits: int | None = 2
    rounding: str = ROUND_HALF_UP
    stripped: bool = False
    spelling: int = 0
    unit: int = 1000
    nothing: str | None = "N/A"
    no_rate: object = "N/A"
    steps_as: str = "DATE_TIME"
    numbers_as: str = "INTEGER"
    counts_as: str = "INTEGER"
    channel: bool = True
    until: datetime | None = None


def posted(request: bytes, calls: Iterable[Call], manner: Manner | None = None) -> bytes:
    """The body that would be posted for a request."""
    response = answered(json.loads(request)["request"], calls, manner or Manner())
    return _WRITE.encode({"requestId": "r-1", "status": "SUCCESS", "response": response})


def answered(request: dict, calls: Iterable[Call], manner: Manner) -> dict:
    """The response to the ``request`` of a body."""
    filters = request["filterBy"]
    since, until = (_read(filters[end]) for end in ("sentSince", "sentUntil"))
    if manner.until is not None:
        until = min(until, max(since, manner.until))
    passing = [c for c in between(calls, since, until) if passes(c, filters)]
    dimensions = [*request["aggregateBy"]]
    if manner.channel and "CHANNEL_CODE" not in dimensions:
        dimensions.append("CHANNEL_CODE")
    names = [*dimensions, *request["metrics"]]
    spell = SPELLINGS[manner.spelling]
    rows = [
        [
            *(_cell(name, value, manner) for name, value in zip(dimensions, key, strict=True)),
            *(_metric(name, group, manner) for name in request["metrics"]),
        ]
        for key, group in grouped(passing, dimensions, _UTC).items()
    ]
    random = Random(manner.seed)  # noqa: S311 - no secret is made of it
    order = list(range(len(names)))
    random.shuffle(order)
    random.shuffle(rows)
    return {
        "requestedPeriod": {"sentSince": spell(since), "sentUntil": spell(until)},
        "totalRows": len(rows),
        "columns": [
            {"columnName": names[i], "columnDataType": _type(names[i], manner)} for i in order
        ],
        "rows": [[row[i] for i in order] for row in rows],
    }


def passes(call: Call, filters: dict) -> bool:
    """Whether all filters of a ``filterBy`` let a call pass."""
    for name, value in (
        ("accountKeys", call.account),
        ("directions", "OUTBOUND" if call.outbound else "INBOUND"),
        ("countryIds", call.country),
        ("senders", call.sender),
        ("statuses", call.status),
        ("channelCodes", "VOICE_VIDEO"),
        ("applicationId", call.application),
        ("entityId", call.entity),
    ):
        if name in filters and value not in filters[name]:
            return False
    if "timeToAnswer" in filters and not any(_lies_in(call, s) for s in filters["timeToAnswer"]):
        return False
    return "platforms" not in filters or any(_matches(call, pair) for pair in filters["platforms"])


def _lies_in(call: Call, span: dict) -> bool:
    if call.bucket is None:
        return False
    here = BUCKETS.index(call.bucket)
    first = BUCKETS.index(span["from"]) if "from" in span else 0
    end = BUCKETS.index(span["to"]) if "to" in span else len(BUCKETS)
    return first <= here < end


def _matches(call: Call, pair: dict) -> bool:
    return pair.get("applicationId", call.application) == call.application and (
        pair.get("entityId", call.entity) == call.entity
    )


def _read(text: str) -> datetime:
    assert text.endswith("+0000"), text
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def _type(name: str, manner: Manner) -> str:
    if name in COUNTS:
        return manner.counts_as
    if name in RATIOS or name == "TOTAL_CALL_DURATION":
        return "NUMBER"
    if name in GRAINS:
        return manner.steps_as
    return manner.numbers_as if name == "COUNTRY_ID" else "STRING"


def _cell(name: str, value: object, manner: Manner) -> object:
    if value is None:
        return manner.nothing
    if isinstance(value, datetime):
        return SPELLINGS[manner.spelling](value.astimezone(UTC))
    if isinstance(value, date):
        return SPELLINGS[manner.spelling](datetime(value.year, value.month, value.day, tzinfo=UTC))
    return str(value) if name == "COUNTRY_ID" and manner.numbers_as == "STRING" else value


def _metric(name: str, calls: Sequence[Call], manner: Manner) -> object:
    if name in RATIOS:
        numerator, denominator = over(name, calls)
        return _rate(numerator, denominator, manner) if denominator else manner.no_rate
    if name == "TOTAL_CALL_DURATION":
        return Decimal(milliseconds(calls)) / manner.unit
    number = count(name, calls)
    return Decimal(f"{number}.0") if manner.counts_as == "NUMBER" else number


def _rate(numerator: int, denominator: int, manner: Manner) -> Decimal:
    if manner.digits is None:
        return Decimal(repr(numerator / denominator * manner.scale))
    exact = Decimal(numerator) * manner.scale / denominator
    rate = exact.quantize(Decimal(1).scaleb(-manner.digits), rounding=manner.rounding)
    if not manner.stripped:
        return rate
    return rate.quantize(Decimal(1)) if rate == rate.to_integral_value() else rate.normalize()
