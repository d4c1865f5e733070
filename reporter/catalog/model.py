"""What a catalog is made of, resolved and typed.

A catalog is data: YAML files under one schema, the built-in one beside this module, a project's
own in its repository. ``catalog.load`` reads them into these values.
"""

from enum import StrEnum

import msgspec

from reporter.data.formula import Formula, references
from reporter.data.table import Format, Goal, Kind, Member
from reporter.dates import Grain

Sql = str
"""An SQL expression over the record's columns, in the embedded engine's dialect. It may use
operators, functions, CASE, literals and columns; no subqueries."""


class RecordColumnType(StrEnum):
    """What a column of the records holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    TIMESTAMP = "timestamp"


class RecordColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A canonical column of the records that a source maps its own columns onto.

    Attributes:
        name: snake_case.
        type: what it holds; timestamps are UTC, cut to milliseconds.
        description: what it means.
        values: the closed set of values; empty where the set is open.
        optional: where a source lacks it, it is read as null and nothing becomes unavailable.
    """

    name: str
    type: RecordColumnType
    description: str
    values: tuple[str, ...] = ()
    optional: bool = False


class Function(StrEnum):
    """How records become one number."""

    COUNT = "count"
    COUNT_DISTINCT = "countDistinct"
    SUM = "sum"
    LEAST = "min"
    GREATEST = "max"


class Aggregate(msgspec.Struct, frozen=True, tag=True):
    """A measure: an aggregate over those records for which ``where`` holds.

    Attributes:
        function: how.
        of: what is summed, compared or counted distinctly; None for a plain count.
        where: which records; None for all.
    """

    function: Function
    of: Sql | None = None
    where: Sql | None = None


class Ratio(msgspec.Struct, frozen=True, tag=True):
    """One metric over another; no value over zero."""

    numerator: str
    denominator: str


class Calculation(msgspec.Struct, frozen=True, tag=True):
    """A formula of other metrics."""

    formula: Formula


class Reported(msgspec.Struct, frozen=True, tag=True):
    """Only the source knows how it is computed.

    Attributes:
        additive: whether the values of parts add up to that of the whole; else the source is
            asked again at every grain.
    """

    additive: bool = False


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """What a spec names.

    Attributes:
        name: UPPER_CASE.
        label: what people read.
        description: what it means, in a sentence.
        group: the heading it stands under in the catalog.
        definition: how it is computed.
        format: how it is shown.
        goal: the direction of good.
        internal: a building block of others, not listed.
        channels: whose traffic it measures; empty: what the records are.
    """

    name: str
    label: str
    description: str
    definition: Aggregate | Ratio | Calculation | Reported
    group: str = ""
    format: Format = Format.INTEGER
    goal: Goal = Goal.NEUTRAL
    internal: bool = False
    channels: tuple[str, ...] = ()

    def operands(self) -> tuple[str, ...]:
        """The metrics that it is directly computed from; none for what a source tells."""
        match self.definition:
            case Aggregate() | Reported():
                return ()
            case Ratio(numerator, denominator):
                return (numerator, denominator)
            case Calculation(formula):
                return references(formula)


class Attribute(msgspec.Struct, frozen=True, tag=True):
    """Groups by the value of an expression."""

    expression: Sql


class TimeStep(msgspec.Struct, frozen=True, tag=True):
    """Groups by the step of the record's time, in the report's time zone."""

    grain: Grain


class Bucket(msgspec.Struct, frozen=True):
    """One bucket: from ``since`` (inclusive) to the next bucket's (exclusive).

    Attributes:
        name: the value of the dimension (``SECONDS_5``).
        label: what people read (``5–10 s``).
        since: the lower bound, in the unit of the bucketed expression.
    """

    name: str
    label: str
    since: int


class Buckets(msgspec.Struct, frozen=True, tag=True):
    """Groups by the bucket of a whole number; null and values under the first: no bucket."""

    expression: Sql
    buckets: tuple[Bucket, ...]


class Named(msgspec.Struct, frozen=True, tag=True):
    """Groups by what the source calls so; only it knows how a record gets its value."""


class Dimension(msgspec.Struct, frozen=True, kw_only=True):
    """What a result is grouped by.

    Attributes:
        name: UPPER_CASE.
        label: what people read.
        description: what it means.
        kind: what its values are.
        definition: how a record gets its value.
        members: known values with their labels, in natural order; the set stays open.
    """

    name: str
    label: str
    description: str
    kind: Kind
    definition: Attribute | TimeStep | Buckets | Named
    members: tuple[Member, ...] = ()


class FilterKind(StrEnum):
    """What a filter takes and does."""

    VALUES = "values"
    """A list of values; a record passes if its expression equals one of them."""
    ACCOUNTS = "accounts"
    """A list of account keys."""
    SUBACCOUNTS = "subaccounts"
    """true: the accounts asked for count with all accounts below them."""
    SPANS = "spans"
    """A list of ``{from, to}`` over the buckets of a dimension."""
    PAIRS = "pairs"
    """A list of objects; a record passes if all given keys of one of them match."""
    SINCE = "since"
    """The first instant (inclusive)."""
    UNTIL = "until"
    """The last instant (exclusive)."""


class PairKey(msgspec.Struct, frozen=True):
    """One key of a pair filter and the expression that it is compared with."""

    name: str
    expression: Sql


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows the records.

    Attributes:
        name: camelCase, the API's word.
        label: what people read.
        description: what it does.
        kind: what it takes.
        aliases: other accepted spellings.
        type: TEXT or INTEGER: what one value is.
        expression: for VALUES and ACCOUNTS: what is compared; None where only the source knows.
        dimension: for SPANS: whose buckets, or else known values in their order; for VALUES and
            ACCOUNTS: where there is no expression, what the source compares.
        keys: for PAIRS.
        values: known values with labels; empty where unknown.
        closed: whether a value outside ``values`` is a mistake.
        required: whether the API demands it.
        default: what holds where the filter is not given.
        channels: the channels to which it applies; empty: all.
    """

    name: str
    label: str
    description: str
    kind: FilterKind
    aliases: tuple[str, ...] = ()
    type: Kind = Kind.TEXT
    expression: Sql | None = None
    dimension: str | None = None
    keys: tuple[PairKey, ...] = ()
    values: tuple[Member, ...] = ()
    closed: bool = False
    required: bool = False
    default: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


class Capability(msgspec.Struct, frozen=True):
    """A technology that a call runs over."""

    code: str
    label: str
    description: str


class RecordLayout(msgspec.Struct, frozen=True, kw_only=True):
    """What the records look like that a catalog counts.

    Attributes:
        noun: what a record is, in the plural (``calls``).
        time: the column that intervals and time dimensions use.
        identity: the column that names a record; None where there is none.
        latest: columns by which the latest version of a repeated record is chosen.
        checks: conditions that a good record fulfils (null counts as fulfilled), each with the
            reason to print where one does not.
        columns: all columns.
    """

    noun: str
    time: str
    identity: str | None
    latest: tuple[str, ...]
    checks: tuple[tuple[Sql, str], ...]
    columns: tuple[RecordColumn, ...]


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """A vocabulary over one kind of record. Lookups are exact; names are unique."""

    name: str
    label: str
    records: RecordLayout
    metrics: tuple[Metric, ...]
    dimensions: tuple[Dimension, ...]
    filters: tuple[Filter, ...]
    capabilities: tuple[Capability, ...] = ()

    def metric(self, name: str) -> Metric | None:
        """The metric of that name."""
        return next((m for m in self.metrics if m.name == name), None)

    def dimension(self, name: str) -> Dimension | None:
        """The dimension of that name."""
        return next((d for d in self.dimensions if d.name == name), None)

    def filter(self, name: str) -> Filter | None:
        """The filter of that name or alias."""
        return next((f for f in self.filters if name == f.name or name in f.aliases), None)
