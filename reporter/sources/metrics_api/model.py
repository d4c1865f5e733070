"""What is asked of a Metrics API and what it says; ``wire`` writes and reads it."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from reporter.dates import Interval


class Span(msgspec.Struct, frozen=True):
    """From one time bucket (inclusive) to another (exclusive); None is open."""

    since: str | None
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
        interval: ``sentSince`` and ``sentUntil``.
        channels: at least one.
        lists: sorted by name, values sorted, each once.
        spans: sorted by name.
        platforms: pairs of which one must match; none: any.
        with_subaccounts: whether the accounts below those asked for count too.
        dimensions: ``aggregateBy``, without CHANNEL_CODE, which comes back in any case.
        metrics: at least one.
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


ReplyValue = str | int | Decimal | bool | datetime | None
"""One value: decimals as they were written, for their digits tell how they were rounded;
``"N/A"`` is None; a date-time is aware, in UTC."""


class ReplyColumn(msgspec.Struct, frozen=True):
    """One column of a result."""

    name: str
    type: ColumnType


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A result that fits what was asked.

    All columns that were asked for are there, rows are as wide as there are columns, values are
    of the columns' types.

    Attributes:
        period: what the API covered (``requestedPeriod``).
        columns: in the API's order, which may be any.
        rows: one tuple per row.
    """

    period: Interval
    columns: tuple[ReplyColumn, ...]
    rows: tuple[tuple[ReplyValue, ...], ...]


class Violation(msgspec.Struct, frozen=True):
    """What the API does not like about a request.

    Attributes:
        property: a path such as ``request.filterBy.sentSince``, as the API writes it.
        message: the API's own words.
    """

    property: str
    message: str
