"""The Metrics API's JSON: requests are written, results are read and checked.

Nothing of a result is used before all of it is known to fit what was asked.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final

import msgspec

from reporter.dates import Interval
from reporter.sources.metrics_api.cells import Reader, instant_of, reader_of, shown
from reporter.sources.metrics_api.model import (
    Ask,
    Pair,
    RawColumn,
    RawPeriod,
    RawResponse,
    Reply,
    ReplyValue,
    Result,
    Span,
)
from reporter.sources.metrics_api.words import CHANNEL_CODE

_Json = dict[str, object]


class WireError(ValueError):
    """A result that is none, or does not fit what was asked: what was expected, what was found."""


_RESULT: Final[msgspec.json.Decoder[Result]] = msgspec.json.Decoder(type=Result, float_hook=Decimal)


def request_body(ask: Ask, callback_url: str) -> bytes:
    """The body that asks.

    Args:
        ask: what is asked.
        callback_url: where the result shall be posted.
    """
    return msgspec.json.encode({"callbackUrl": callback_url, "request": _request(ask)})


def request_text(ask: Ask) -> str:
    """The same for people: laid out, and without where the result shall be posted."""
    return msgspec.json.format(msgspec.json.encode({"request": _request(ask)})).decode()


def digest(ask: Ask) -> str:
    """Names an ask: the same for equal asks, in every process and on every machine."""
    return sha256(msgspec.json.encode(_request(ask))).hexdigest()


def read_result(body: bytes) -> Result:
    """What a body that was posted to a callback URL says.

    Raises:
        WireError: it is no result.
    """
    try:
        return _RESULT.decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise WireError(
            f"expected the result of a request, as JSON with requestId and status: {error}"
        ) from error


def reply_of(ask: Ask, response: RawResponse) -> Reply:
    """The response, checked against what was asked.

    Raises:
        WireError: it does not fit.
    """
    period = _period(response.requested_period)
    _check_names(ask, response.columns)
    readers = _readers(ask, response.columns)
    if response.total_rows != len(response.rows):
        raise WireError(
            f"expected {response.total_rows} rows (totalRows), found {len(response.rows)}"
        )
    names = tuple(column.name for column in response.columns)
    rows = tuple(
        _row(number, row, names, readers) for number, row in enumerate(response.rows, start=1)
    )
    return Reply(period=period, columns=names, rows=rows)


def _request(ask: Ask) -> _Json:
    filters: _Json = {
        "sentSince": _written(ask.interval.since),
        "sentUntil": _written(ask.interval.until),
        "channelCodes": ask.channels,
    }
    if ask.with_subaccounts:
        filters["includeSubaccounts"] = True
    filters.update((listed.name, listed.values) for listed in ask.lists)
    filters.update((one.name, [_span(span) for span in one.spans]) for one in ask.spans)
    if ask.platforms:
        filters["platforms"] = [_pair(pair) for pair in ask.platforms]
    return {
        "filterBy": filters,
        "aggregateBy": ask.dimensions,
        "metrics": ask.metrics,
    }


def _written(instant: datetime) -> str:
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}+0000"


def _span(span: Span) -> _Json:
    return {"from": span.since} if span.until is None else {"from": span.since, "to": span.until}


def _pair(pair: Pair) -> _Json:
    named = {"applicationId": pair.application, "entityId": pair.entity}
    return {name: value for name, value in named.items() if value is not None}


def _period(raw: RawPeriod) -> Interval:
    try:
        return Interval(instant_of(raw.sent_since), instant_of(raw.sent_until))
    except ValueError as error:
        raise WireError(f"requestedPeriod: {error}") from error


def _check_names(ask: Ask, columns: Sequence[RawColumn]) -> None:
    """Every column that was asked for is there once, and no other but the channel.

    The channel comes in any case, and says nothing where one alone was asked for.
    """
    names = [column.name for column in columns]
    wanted = {*ask.dimensions, *ask.metrics}
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WireError(f"expected each column once, found {_listed(twice)} more than once")
    needed = wanted if len(ask.channels) > 1 else wanted - {CHANNEL_CODE}
    missing = sorted(needed.difference(names))
    if missing:
        raise WireError(
            f"expected the columns {_listed(missing)} too, found {_listed(names) or 'none'}"
        )
    strange = [name for name in names if name not in wanted and name != CHANNEL_CODE]
    if strange:
        raise WireError(
            f"expected the columns {_listed(sorted(wanted))}, found {_listed(strange)} too"
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(shown(name).strip("'\"") for name in names)


def _readers(ask: Ask, columns: Sequence[RawColumn]) -> tuple[Reader, ...]:
    try:
        return tuple(reader_of(c, is_metric=c.name in ask.metrics) for c in columns)
    except ValueError as error:
        raise WireError(str(error)) from error


def _row(
    number: int, row: Sequence[object], names: Sequence[str], readers: Sequence[Reader]
) -> tuple[ReplyValue, ...]:
    if len(row) != len(names):
        raise WireError(f"row {number}: expected {len(names)} values, found {len(row)}")
    values = []
    for name, read, cell in zip(names, readers, row, strict=True):
        try:
            values.append(read(cell))
        except ValueError as error:
            raise WireError(f"row {number}, {name}: {error}") from error
    return tuple(values)
