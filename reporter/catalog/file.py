"""A catalog file as typed values. Its JSON Schema is derived from these types.

The built-in catalog and those of a project are files of this one shape. ``catalog.resolve``
turns a file into a ``catalog.model.Catalog``.
"""

from typing import Annotated, Literal

from msgspec import Meta

from reporter.catalog.file_records import Entry, RecordsEntry
from reporter.catalog.model import FilterKind, Function
from reporter.catalog.names import (
    CatalogName,
    ConstantName,
    Description,
    Expression,
    FilterName,
    Label,
    Labels,
)
from reporter.data.table import Format, Goal
from reporter.dates import Grain


class AggregateEntry(Entry, frozen=True):
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


class RatioEntry(Entry, frozen=True):
    """One metric over another; no value over zero."""

    numerator: ConstantName
    denominator: ConstantName


class ReportedEntry(Entry, frozen=True):
    """A number that a Metrics API computes; records cannot tell it."""

    additive: Annotated[
        bool,
        Meta(
            title="Additive",
            description=(
                "Whether the values of parts add up to that of the whole. Where they do not (a"
                " distinct count, a rate), the API is asked again for every total."
            ),
        ),
    ]


class MetricEntry(Entry, frozen=True):
    """A metric: exactly one of ``aggregate``, ``ratio``, ``formula`` and ``reported``."""

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
    reported: (
        Annotated[
            ReportedEntry, Meta(title="Reported", description="Known to a Metrics API alone.")
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
    channels: Annotated[
        tuple[str, ...],
        Meta(
            title="Channels",
            description="Whose traffic it measures, where that is not the records'.",
            examples=[["EMAIL"]],
        ),
    ] = ()


class BucketEntry(Entry, frozen=True):
    """One bucket, up to the next one."""

    name: ConstantName
    label: Label
    since: Annotated[
        int,
        Meta(title="Since", description="The lower bound, inclusive, in the expression's unit."),
    ]


class BucketsEntry(Entry, frozen=True):
    """A whole number cut into ranges; the last one is open."""

    expression: Expression
    bounds: Annotated[
        tuple[BucketEntry, ...],
        Meta(title="Bounds", description="In ascending order.", min_length=1),
    ]


class DimensionEntry(Entry, frozen=True):
    """A dimension: exactly one of ``expression``, ``grain``, ``buckets`` and ``reported``."""

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
    reported: Annotated[
        bool, Meta(title="Reported", description="Whether a Metrics API alone knows it.")
    ] = False
    kind: (
        Annotated[
            Literal["text", "integer"],
            Meta(
                title="Kind",
                description="What the values of `expression` are, or of what is reported; text,"
                " if left out.",
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


class FilterEntry(Entry, frozen=True):
    """A filter; its kind says which of the other keys it needs."""

    label: Label
    description: Description
    kind: Annotated[
        FilterKind,
        Meta(
            title="Kind",
            description=(
                "values, accounts: needs `dimension` or `expression`; spans: a `dimension` with"
                " buckets, or a reported one with members; pairs: `keys`; subaccounts, since,"
                " until: nothing."
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


class CapabilityEntry(Entry, frozen=True):
    """A technology that a call runs over."""

    label: Label
    description: Description


class CatalogFile(Entry, frozen=True):
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
