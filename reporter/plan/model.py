"""Queries and plans: frozen, self-contained, hashable."""

from enum import StrEnum

import msgspec

from reporter.catalog.model import Dimension, Filter, Metric
from reporter.dates import Interval

Scalar = str | int


class OneOf(msgspec.Struct, frozen=True, tag=True):
    """A record passes if the filter's expression equals one of the values."""

    filter: Filter
    values: tuple[Scalar, ...]


class OfAccounts(msgspec.Struct, frozen=True, tag=True):
    """A record passes if it belongs to one of the accounts.

    Attributes:
        filter: the catalog's accounts filter, whose expression is compared.
        keys: the accounts; none: the source's own account, or all where it has none.
        with_subaccounts: whether all accounts below them count too.
    """

    filter: Filter
    keys: tuple[str, ...]
    with_subaccounts: bool


class Span(msgspec.Struct, frozen=True):
    """From one bucket (inclusive) to another (exclusive), by name; None is open."""

    since: str | None
    until: str | None


class InSpans(msgspec.Struct, frozen=True, tag=True):
    """A record passes if its bucketed value lies in one of the spans.

    A record without value (an unanswered call) never passes.
    """

    filter: Filter
    dimension: Dimension
    spans: tuple[Span, ...]


class OneOfPairs(msgspec.Struct, frozen=True, tag=True):
    """A record passes if one of the pairs matches in all keys that it gives.

    Each pair is a tuple of (key name, value).
    """

    filter: Filter
    pairs: tuple[tuple[tuple[str, str], ...], ...]


Condition = OneOf | OfAccounts | InSpans | OneOfPairs


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """One question to a source; needs nothing beside itself to be answered.

    Attributes:
        metrics: in a stable order, with all that they are derived from: every name in a
            ratio or a formula is a metric of the same query, and stands before it.
        dimensions: at most one of them a time step.
        conditions: all must hold.
        interval: over the record's time.
        timezone: IANA name, for time steps.
    """

    metrics: tuple[Metric, ...]
    dimensions: tuple[Dimension, ...]
    conditions: tuple[Condition, ...]
    interval: Interval
    timezone: str


class Refusal(msgspec.Struct, frozen=True):
    """What a source does not accept about a query.

    Attributes:
        query: the one it was asked.
        property: what it is about, as the source names it: ``filterBy.countryIds[0]``,
            ``aggregateBy``, ``metrics``; empty where it does not say.
        message: the source's own words.
    """

    query: Query
    property: str
    message: str


class Purpose(StrEnum):
    """What a section wants a query for; the fields of ``data.answer.SectionAnswers``.

    Of levels it may want several.
    """

    CURRENT = "current"
    PREVIOUS = "previous"
    LEVELS = "levels"
    PREVIOUS_LEVELS = "previous_levels"
    SERIES = "series"
    AGAINST = "against"
    AGAINST_LEVELS = "against_levels"


class Need(msgspec.Struct, frozen=True):
    """Section number ``section`` needs query number ``query`` for ``purpose``."""

    section: int
    purpose: Purpose
    query: int


class Whole(msgspec.Struct, frozen=True):
    """What the report is judged by needs query number ``query``, over the whole period.

    Attributes:
        check: the number of the check that asks; None: the deliveries together.
        metrics: what of it, by name.
    """

    check: int | None
    metrics: tuple[str, ...]
    query: int


class Plan(msgspec.Struct, frozen=True):
    """The deduplicated queries of one report, and who needs which.

    Queries that differ in nothing but their metrics are one query.

    Attributes:
        queries: each once for each source that is asked it.
        sources: who is asked, by name, as many as ``queries``.
        needs: in the order of the sections.
        sections: how many there are, those included that need nothing.
        wholes: first that of the deliveries, where there are any, then those of the checks.
    """

    queries: tuple[Query, ...]
    sources: tuple[str, ...]
    needs: tuple[Need, ...]
    sections: int
    wholes: tuple[Whole, ...] = ()
