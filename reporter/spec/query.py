"""The query block of a spec: names, filters, order, top. It reads like an API request."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

FilterInput = bool | int | str | dict[str, str | int] | tuple[int | str | dict[str, str | int], ...]
"""A filter's value as written: a scalar, a list, ``{from, to}`` spans, platform pairs, or
``{param: name}``. The catalog decides what each filter takes; the planner types it."""

MetricName = Annotated[
    str,
    Meta(
        title="Metric",
        description="A metric of the catalog, or one of this report's own.",
        pattern="^[A-Z][A-Z0-9_]*$",
        examples=["TOTAL_CALL_COUNT", "ANSWER_RATE"],
        extra_json_schema={"errorMessage": "a name in capitals, like ANSWER_RATE"},
    ),
]
OwnMetricName = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z][A-Z0-9_]*$(?!\n)",
        extra_json_schema={"errorMessage": "a name in capitals, like AVERAGE_CALL_DURATION"},
    ),
]
DimensionName = Annotated[
    str,
    Meta(
        title="Dimension",
        description="What the result is grouped by.",
        pattern="^[A-Z][A-Z0-9_]*$",
        examples=["COUNTRY_NAME", "DAY"],
        extra_json_schema={"errorMessage": "a name in capitals, like COUNTRY_NAME"},
    ),
]
FilterValue = Annotated[
    FilterInput,
    Meta(
        title="Filter value",
        description="One value or a list of them, or the value of a parameter.",
        examples=[["OUTBOUND"], {"param": "country"}],
        extra_json_schema={"errorMessage": "a value, a list of values, or {param: NAME}"},
    ),
]
FilterBy = Annotated[
    dict[str, FilterValue],
    Meta(
        title="Filters",
        description=(
            "What narrows the records. Different filters must all hold; the values of one filter"
            " are alternatives."
        ),
        examples=[{"directions": ["OUTBOUND"], "countryIds": {"param": "country"}}],
    ),
]


class SpecPart(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """Camel-case keys, no unknown ones."""


class Order(SpecPart, frozen=True):
    """One sort key: a metric or a dimension."""

    metric: MetricName | None = None
    dimension: DimensionName | None = None
    direction: Annotated[
        Literal["asc", "desc"], Meta(title="Direction", description="Ascending or descending.")
    ] = "asc"


class Top(SpecPart, frozen=True):
    """The first N groups by the first sort key; the rest, if asked for, as one row."""

    limit: Annotated[
        int, Meta(title="Limit", description="How many groups are shown.", ge=1, le=10_000)
    ]
    other: Annotated[
        bool, Meta(title="Other", description="Whether the rest stands in a row of its own.")
    ] = False


class QuerySpec(SpecPart, frozen=True):
    """What a section asks for; it reads like a request to the Metrics API."""

    metrics: Annotated[
        tuple[MetricName, ...],
        Meta(
            min_length=1,
            title="Metrics",
            description="What is measured.",
            extra_json_schema={"uniqueItems": True},
        ),
    ]
    aggregate_by: Annotated[
        tuple[DimensionName, ...],
        Meta(
            title="Dimensions",
            description="What the result is grouped by.",
            extra_json_schema={"uniqueItems": True},
        ),
    ] = ()
    filter_by: FilterBy = {}
    order_by: Annotated[
        tuple[Order, ...], Meta(title="Order", description="Sort keys, the most important first.")
    ] = ()
    top: Annotated[Top, Meta(title="Top", description="Show only the first groups.")] | None = None
