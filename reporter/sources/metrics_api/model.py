"""What is asked of a Metrics API and what it says; ``wire`` writes and reads it."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from reporter.dates import Interval


class Span(msgspec.Struct, frozen=True):
    """From one time bucket (inclusive) to another (exclusive); None: to the last."""

    since: str
    until: str | None


class Pair(msgspec.Struct, frozen=True):
    """An application, an entity, or one of the other."""

    application: str | None
    entity: str | None


class Listed(msgspec.Struct, frozen=True):
    """A filter that takes a list of texts or numbers, by the API's name (``countryIds``)."""

    name: str
    values: tuple[str | int, ...]


class Spans(msgspec.Struct, frozen=True):
    """A filter that takes spans of time buckets, by the API's name (``timeToAnswer``)."""

    name: str
    spans: tuple[Span, ...]


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request for aggregated data. Equal requests are equal values.

    Attributes:
        interval: ``sentSince`` and ``sentUntil``, in UTC and whole milliseconds.
        channels: at least one, sorted.
        lists: sorted by name, values sorted, each once.
        spans: sorted by name.
        platforms: pairs of which one must match; none: any.
        with_subaccounts: whether the accounts below those asked for count too.
        dimensions: sorted; CHANNEL_CODE is among them where there are several channels.
        metrics: at least one, sorted.
    """

    interval: Interval
    channels: tuple[str, ...]
    lists: tuple[Listed, ...] = ()
    spans: tuple[Spans, ...] = ()
    platforms: tuple[Pair, ...] = ()
    with_subaccounts: bool = False
    dimensions: tuple[str, ...] = ()
    metrics: tuple[str, ...]


class ColumnType(StrEnum):
    """What the API says that the values of a column are."""

    STRING = "STRING"
    INTEGER = "INTEGER"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    DATE_TIME = "DATE_TIME"


class RawColumn(msgspec.Struct, frozen=True):
    """One column of a result, as the API announces it."""

    name: str = msgspec.field(name="columnName")
    type: ColumnType = msgspec.field(name="columnDataType")


class RawPeriod(msgspec.Struct, frozen=True, rename="camel"):
    """The period of a result, as the API writes it."""

    sent_since: str
    sent_until: str


class RawResponse(msgspec.Struct, frozen=True, rename="camel"):
    """A result of which only the outline is checked: its cells may be anything."""

    requested_period: RawPeriod
    total_rows: int
    columns: tuple[RawColumn, ...]
    rows: tuple[tuple[Any, ...], ...]


class Success(msgspec.Struct, frozen=True, rename="camel", tag_field="status", tag="SUCCESS"):
    """A request that was answered; ``wire.reply_of`` checks the response."""

    request_id: str
    response: RawResponse


class Failed(msgspec.Struct, frozen=True, rename="camel", tag_field="status", tag="FAILED"):
    """A request that the API gave up, and what it says about it."""

    request_id: str
    failure_message: str = ""


Result = Success | Failed
"""What is posted to a callback URL."""

ReplyValue = str | int | Decimal | datetime | None
"""One value: decimals as they were written, for their digits tell how they were rounded;
``"N/A"`` is None; a date-time is aware, in UTC."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A result that fits what was asked.

    All columns that were asked for are there, rows are as wide as there are columns. Steps of
    time are date-times, identifiers that are numbers are integers; so are counts, and none is
    below 0.

    Attributes:
        period: what the API covered (``requestedPeriod``).
        columns: their names in the API's order, which may be any; CHANNEL_CODE may be missing
            where one channel was asked for.
        rows: one tuple per row.
    """

    period: Interval
    columns: tuple[str, ...]
    rows: tuple[tuple[ReplyValue, ...], ...]


class Violation(msgspec.Struct, frozen=True):
    """What the API does not like about a request.

    Attributes:
        property: a path such as ``request.filterBy.sentSince``, as the API writes it.
        message: the API's own words.
    """

    property: str
    message: str


class Unaskable(Exception):
    """A query, or a part of one, that cannot be put to the API.

    Args:
        reason: why, as a clause.
        hint: what to do about it.
    """

    def __init__(self, reason: str, *, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
