"""What must hold of the data before a report is delivered. Part of the language of specs."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from reporter.dates import Duration
from reporter.spec.query import FilterBy, MetricName, SpecPart

CALLS: Final = "TOTAL_CALL_COUNT"
"""The metric that tells whether there is anything to report, in a catalog that has it."""

Severity = Annotated[
    Literal["hold", "warn"],
    Meta(
        title="Severity",
        description="Whether deliveries are held, or the report only says it.",
    ),
]


class RowsCheck(SpecPart, frozen=True, tag_field="type", tag="rows"):
    """There are calls at all."""

    at_least: Annotated[
        int, Meta(title="At least", description="How many calls of the period.", ge=1)
    ] = 1
    filter_by: FilterBy = {}
    severity: Severity = "hold"


class RangeCheck(SpecPart, frozen=True, tag_field="type", tag="range"):
    """A metric of the whole period lies where it can."""

    metric: MetricName
    at_least: (
        Annotated[float, Meta(title="At least", description="At this value and above.")] | None
    ) = None
    at_most: (
        Annotated[float, Meta(title="At most", description="At this value and below.")] | None
    ) = None
    filter_by: FilterBy = {}
    severity: Severity = "hold"


class FreshnessCheck(SpecPart, frozen=True, tag_field="type", tag="freshness"):
    """The source has data up to now, or up to the end of the period where that is earlier."""

    within: Annotated[
        Duration, Meta(title="Within", description="How long before that they may end.")
    ]
    severity: Severity = "hold"


class RejectedCheck(SpecPart, frozen=True, tag_field="type", tag="rejected"):
    """Not too many records could not be used."""

    at_most: Annotated[
        int, Meta(title="At most", description="How many records of the period.", ge=0)
    ]
    severity: Severity = "hold"


Check = RowsCheck | RangeCheck | FreshnessCheck | RejectedCheck
