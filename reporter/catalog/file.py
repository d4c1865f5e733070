"""A catalog file as typed values. Its JSON Schema is derived from these types.

The built-in catalog and those of a project are files of this one shape. ``catalog.resolve``
turns a file into a ``catalog.model.Catalog``.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from reporter.catalog.model import FilterKind, Function, RecordColumnType
from reporter.catalog.names import (
    CatalogName,
    ColumnName,
    ConstantName,
    Description,
    Expression,
    FilterName,
    Label,
    Labels,
)
from reporter.data.table import Format, Goal
from reporter.dates import Grain


class _Entry(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Camel-case keys, no unknown ones."""


class ColumnEntry(_Entry, frozen=True):
    """A column that a source maps its own columns onto."""

    type: Annotated[
        RecordColumnType,
        Meta(title="Type", description="What it holds; timestamps are UTC, cut to milliseconds."),
    ]
    description: Description
    values: Annotated[
        tuple[str, ...],
        Meta(
            title="Values",
            description="The only values that occur; leave out where the set is open.",
            examples=[["OUTBOUND", "INBOUND"]],
        ),
    ] = ()
    optional: Annotated[
        bool,
        Meta(
            title="Optional",
            description=(
                "Where a source lacks it, it counts as null; otherwise what needs it is"
                " unavailable there."
            ),
        ),
    ] = False


class CheckEntry(_Entry, frozen=True):
    """What holds for every good record."""

    condition: Expression
    reason: Annotated[
        str,
        Meta(
            title="Reason",
            description="What is wrong with a record for which the condition is false.",
            min_length=1,
            examples=["it ended before it was answered"],
        ),
    ]


class RecordsEntry(_Entry, frozen=True):
    """What the records look like. An extension gives only further columns and checks."""

    columns: Annotated[
        dict[ColumnName, ColumnEntry],
        Meta(title="Columns", description="By name; the sources map theirs onto them."),
    ]
    noun: (
        Annotated[
            str,
            Meta(
                title="Noun",
                description="What a record is, in the plural.",
                min_length=1,
                examples=["calls"],
            ),
        ]
        | None
    ) = None
    time: (
        Annotated[
            ColumnName,
            Meta(title="Time", description="The timestamp that periods and time steps use."),
        ]
        | None
    ) = None
    identity: (
        Annotated[ColumnName, Meta(title="Identity", description="What names a record.")] | None
    ) = None
    latest: Annotated[
        tuple[ColumnName, ...],
        Meta(
            title="Latest",
            description="Of records that share an identity, the greatest of these counts.",
        ),
    ] = ()
    checks: Annotated[
        tuple[CheckEntry, ...],
        Meta(
            title="Checks",
            description="A record that fails one is counted, listed and not used. Null passes.",
        ),
    ] = ()


class AggregateEntry(_Entry, frozen=True):
    """One number out of many records."""

    function: Annotated[
        Function,
        Meta(title="Function", description="How records become one number."),
    ]
    of: (
        Annotated[
            Expression,
            Meta(title="Of", description="What is summed, compared or counted distinctly."),
        ]
        | None
    ) = None
    where: (
        Annotated[Expression, Meta(title="Where", description="Which records; all, if left out.")]
        | None
    ) = None


class RatioEntry(_Entry, frozen=True):
    """One metric over another; no value over zero."""

    numerator: ConstantName
    denominator: ConstantName


class MetricEntry(_Entry, frozen=True):
    """A metric: exactly one of ``aggregate``, ``ratio`` and ``formula``."""

    label: Label
    description: Description
    aggregate: (
        Annotated[AggregateEntry, Meta(title="Aggregate", description="Computed from records.")]
        | None
    ) = None
    ratio: (
        Annotated[RatioEntry, Meta(title="Ratio", description="One metric over another.")] | None
    ) = None
    formula: (
        Annotated[
            str,
            Meta(
                title="Formula",
                description="Metrics, numbers, + - * / and parentheses.",
                examples=["TOTAL_CALL_DURATION / TOTAL_ANSWERED_CALL_COUNT"],
            ),
        ]
        | None
    ) = None
    group: Annotated[
        str, Meta(title="Group", description="The heading it stands under in the catalog.")
    ] = ""
    format: Annotated[
        Format,
        Meta(
            title="Format",
            description="How it is shown; a percent is a fraction, a duration is in seconds.",
        ),
    ] = Format.INTEGER
    goal: Annotated[Goal, Meta(title="Goal", description="The direction of good.")] = Goal.NEUTRAL
    internal: Annotated[
        bool,
        Meta(
            title="Internal",
            description="A building block of others: not listed, and not to be named in specs.",
        ),
    ] = False


class BucketEntry(_Entry, frozen=True):
    """One bucket, up to the next one."""

    name: ConstantName
    label: Label
    since: Annotated[
        int,
        Meta(title="Since", description="The lower bound, inclusive, in the expression's unit."),
    ]


class BucketsEntry(_Entry, frozen=True):
    """A whole number cut into ranges; the last one is open."""

    expression: Expression
    bounds: Annotated[
        tuple[BucketEntry, ...],
        Meta(title="Bounds", description="In ascending order.", min_length=1),
    ]


class DimensionEntry(_Entry, frozen=True):
    """A dimension: exactly one of ``expression``, ``grain`` and ``buckets``."""

    label: Label
    description: Description
    expression: Expression | None = None
    grain: (
        Annotated[Grain, Meta(title="Time step", description="A step of the record's time.")] | None
    ) = None
    buckets: (
        Annotated[BucketsEntry, Meta(title="Buckets", description="Ranges of a whole number.")]
        | None
    ) = None
    kind: (
        Annotated[
            Literal["text", "integer"],
            Meta(
                title="Kind",
                description="What the values of `expression` are; text, if left out.",
            ),
        ]
        | None
    ) = None
    members: Annotated[
        Labels,
        Meta(
            title="Members",
            description="Known values with their labels, in natural order; others may occur.",
            examples=[{"OUTBOUND": "Outbound", "INBOUND": "Inbound"}],
        ),
    ] = {}


class FilterEntry(_Entry, frozen=True):
    """A filter; its kind says which of the other keys it needs."""

    label: Label
    description: Description
    kind: Annotated[
        FilterKind,
        Meta(
            title="Kind",
            description=(
                "values, accounts: needs `dimension` or `expression`; spans: a `dimension` with"
                " buckets; pairs: `keys`; subaccounts, since, until: nothing."
            ),
        ),
    ] = FilterKind.VALUES
    aliases: Annotated[
        tuple[FilterName, ...], Meta(title="Aliases", description="Other accepted spellings.")
    ] = ()
    dimension: (
        Annotated[
            ConstantName,
            Meta(
                title="Dimension",
                description="What is compared; kind and known values come from it.",
            ),
        ]
        | None
    ) = None
    expression: Expression | None = None
    type: (
        Annotated[
            Literal["text", "integer"],
            Meta(title="Type", description="What one value of `expression` is; text, if left out."),
        ]
        | None
    ) = None
    keys: Annotated[
        dict[FilterName, Expression],
        Meta(title="Keys", description="Of a pair: key to what it is compared with."),
    ] = {}
    values: Annotated[
        Labels, Meta(title="Values", description="Known values with their labels.")
    ] = {}
    closed: Annotated[
        bool, Meta(title="Closed", description="Whether any other value is a mistake.")
    ] = False
    required: Annotated[
        bool, Meta(title="Required", description="Whether the Metrics API demands it.")
    ] = False
    default: Annotated[
        tuple[str, ...], Meta(title="Default", description="What holds where it is not given.")
    ] = ()
    channels: Annotated[
        tuple[str, ...],
        Meta(title="Channels", description="To which channels it applies; all, if left out."),
    ] = ()


class CapabilityEntry(_Entry, frozen=True):
    """A technology that a call runs over."""

    label: Label
    description: Description


class CatalogFile(_Entry, frozen=True):
    """A vocabulary: a whole one over its own records, or an extension of the built-in one."""

    version: Annotated[Literal[1], Meta(title="Version", description="Of this file's language.")]
    name: CatalogName
    label: Label
    extends: (
        Annotated[
            Literal["voice_video"],
            Meta(
                title="Extends",
                description="The catalog that this one adds to; leave out for a whole catalog.",
            ),
        ]
        | None
    ) = None
    records: (
        Annotated[RecordsEntry, Meta(title="Records", description="What is counted.")] | None
    ) = None
    metrics: Annotated[
        dict[ConstantName, MetricEntry], Meta(title="Metrics", description="By name.")
    ] = {}
    dimensions: Annotated[
        dict[ConstantName, DimensionEntry], Meta(title="Dimensions", description="By name.")
    ] = {}
    filters: Annotated[
        dict[FilterName, FilterEntry], Meta(title="Filters", description="By name.")
    ] = {}
    capabilities: Annotated[
        dict[ConstantName, CapabilityEntry],
        Meta(title="Capabilities", description="By code."),
    ] = {}
