"""The report spec as typed values. The JSON Schema is derived from these types.

Every key carries a title, a description and examples here, once; ``reporter.schema`` turns them
into ``schemas/report.schema.json``, and a test holds the two together.
"""

from typing import Annotated, Literal

from msgspec import Meta

from reporter.data.table import Format, Goal
from reporter.dates import Comparison, PeriodName, Unit
from reporter.settings import Theme
from reporter.spec.burst import Burst
from reporter.spec.checks import Check
from reporter.spec.delivery import Delivery
from reporter.spec.query import FilterBy, OwnMetricName, SpecPart
from reporter.spec.schedule import Schedule
from reporter.spec.sections import Section

# Python's $ also matches before a last line break; $(?!\n) matches at the end alone, in the
# regular expressions of JSON Schema too.


class PeriodSpan(SpecPart, frozen=True):
    """A period of one's own: ``{last: N, unit: ...}`` or ``{since:, until:}``."""

    last: (
        Annotated[
            int, Meta(title="How many", description="How many complete units.", ge=1, le=1000)
        ]
        | None
    ) = None
    unit: Annotated[Unit, Meta(title="Unit", description="What is counted.")] | None = None
    since: (
        Annotated[
            str,
            Meta(
                title="Since",
                description="First day or instant, local, inclusive.",
                examples=["2026-10-01"],
            ),
        ]
        | None
    ) = None
    until: (
        Annotated[
            str,
            Meta(
                title="Until",
                description="Last day or instant, local, exclusive.",
                examples=["2026-11-01"],
            ),
        ]
        | None
    ) = None


PeriodSpec = PeriodName | PeriodSpan


class DerivedMetric(SpecPart, frozen=True):
    """A metric of this report's own, computed from others."""

    label: Annotated[str, Meta(title="Label", description="What people read.")]
    formula: Annotated[
        str,
        Meta(
            title="Formula",
            description="Metrics, numbers, + - * / and parentheses.",
            examples=["TOTAL_CALL_DURATION / TOTAL_ANSWERED_CALL_COUNT"],
        ),
    ]
    format: Annotated[
        Format,
        Meta(
            title="Format",
            description="How it is shown; a percent is a fraction, a duration is in seconds.",
        ),
    ] = Format.DECIMAL
    goal: Annotated[Goal, Meta(title="Goal", description="The direction of good.")] = Goal.NEUTRAL
    description: Annotated[str, Meta(title="Description", description="What it means.")] = ""


class Target(SpecPart, frozen=True):
    """What a metric should reach or stay under."""

    at_least: (
        Annotated[float, Meta(title="At least", description="Met at this value and above.")] | None
    ) = None
    at_most: (
        Annotated[float, Meta(title="At most", description="Met at this value and below.")] | None
    ) = None


ParameterValue = bool | int | float | str
ParameterName = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z][A-Za-z0-9_]*$(?!\n)",
        extra_json_schema={"errorMessage": "letters, digits and underscores, like country"},
    ),
]


class Parameter(SpecPart, frozen=True):
    """A value given when the report is run."""

    type: Annotated[
        Literal["integer", "number", "string", "boolean"],
        Meta(title="Type", description="What it takes."),
    ]
    description: Annotated[str, Meta(title="Description", description="What it is for.")] = ""
    required: Annotated[
        bool, Meta(title="Required", description="Whether a run without it is a mistake.")
    ] = False
    default: (
        Annotated[
            ParameterValue, Meta(title="Default", description="The value where none is given.")
        ]
        | None
    ) = None
    values: Annotated[
        tuple[ParameterValue, ...], Meta(title="Values", description="The only values allowed.")
    ] = ()


OutputFormat = Literal["pdf", "html", "xlsx", "csv", "json", "mail"]


class PdfOptions(SpecPart, frozen=True):
    """What the PDF is beside its pages."""

    cover: Annotated[
        bool,
        Meta(title="Cover", description="A page of its own for title, period and filters."),
    ] = False
    contents: Annotated[
        Literal["auto", "always", "never"],
        Meta(
            title="Contents",
            description="A table of contents; `auto`: where the report is long enough for one.",
        ),
    ] = "auto"
    attach: Annotated[
        tuple[Literal["csv", "json"], ...],
        Meta(
            title="Attachments",
            description="The report's data as files inside the PDF.",
            extra_json_schema={"uniqueItems": True},
        ),
    ] = ()
    standard: Annotated[
        Literal["ua", "a3"],
        Meta(
            title="Standard",
            description="`ua`: PDF/UA-1, accessible. `a3`: PDF/A-3a, for archives, accessible too.",
        ),
    ] = "ua"


class XlsxOptions(SpecPart, frozen=True):
    """How the workbook is made."""

    template: (
        Annotated[
            str,
            Meta(
                title="Template",
                description=(
                    "A workbook of the project's templates folder whose named ranges and tables"
                    " are filled."
                ),
                examples=["board.xlsx"],
            ),
        ]
        | None
    ) = None
    overflow: Annotated[
        Literal["error", "split"],
        Meta(
            title="Overflow",
            description="A table that is longer than a sheet is an error, or goes on on the next.",
        ),
    ] = "error"


class ReportSpec(SpecPart, frozen=True):
    """One report: what it shows, over which period, in which form."""

    version: Annotated[
        Literal[1], Meta(title="Version", description="The version of this language.")
    ]
    name: Annotated[
        str,
        Meta(
            title="Name",
            description="Stable and unique in the project; names the artifacts.",
            pattern=r"^[a-z0-9][a-z0-9-]*$(?!\n)",
            max_length=100,
            examples=["monthly-voice-review"],
            extra_json_schema={
                "errorMessage": "lower-case letters, digits and hyphens, like monthly-voice-review"
            },
        ),
    ]
    title: Annotated[
        str,
        Meta(title="Title", description="What stands on the cover; a Jinja text.", min_length=1),
    ]
    sections: Annotated[
        tuple[Section, ...],
        Meta(min_length=1, title="Sections", description="The report from top to bottom."),
    ]
    description: Annotated[
        str, Meta(title="Description", description="One line under the title.")
    ] = ""
    source: (
        Annotated[
            str,
            Meta(title="Source", description="A source of the project file.", examples=["calls"]),
        ]
        | None
    ) = None
    timezone: (
        Annotated[
            str,
            Meta(
                title="Time zone",
                description="An IANA zone: period borders and time steps.",
                examples=["Europe/Zagreb", "UTC"],
            ),
        ]
        | None
    ) = None
    locale: (
        Annotated[
            str,
            Meta(
                title="Locale",
                description="How numbers and dates are written.",
                examples=["en-GB", "hr-HR"],
            ),
        ]
        | None
    ) = None
    period: (
        Annotated[
            PeriodSpec,
            Meta(
                title="Period",
                description="What the report covers.",
                examples=["last_month", {"last": 3, "unit": "months"}],
            ),
        ]
        | None
    ) = None
    compare_to: (
        Annotated[
            Comparison, Meta(title="Compare to", description="What changes are measured against.")
        ]
        | None
    ) = None
    filter_by: FilterBy = {}
    parameters: Annotated[
        dict[ParameterName, Parameter],
        Meta(title="Parameters", description="Values given when the report is run."),
    ] = {}
    metrics: Annotated[
        dict[OwnMetricName, DerivedMetric],
        Meta(title="Derived metrics", description="Metrics of this report, by name."),
    ] = {}
    targets: Annotated[
        dict[str, Target], Meta(title="Targets", description="Goals, by metric.")
    ] = {}
    outputs: Annotated[
        tuple[OutputFormat, ...],
        Meta(
            title="Outputs",
            description="Which files are made.",
            extra_json_schema={"uniqueItems": True},
        ),
    ] = ("pdf", "html", "xlsx")
    currency: (
        Annotated[
            str,
            Meta(
                title="Currency",
                description="ISO 4217, of every metric with the format `currency`.",
                pattern="^[A-Z]{3}$(?!\\n)",
                examples=["EUR"],
                extra_json_schema={"errorMessage": "three capitals, like EUR"},
            ),
        ]
        | None
    ) = None
    small_sample: Annotated[
        int,
        Meta(
            title="Small sample",
            description="A ratio over fewer than so many is shown quietly, and says so.",
            ge=0,
        ),
    ] = 30
    theme: Annotated[
        Theme, Meta(title="Theme", description="Looks of this report; goes before the project's.")
    ] = Theme()
    pdf: Annotated[
        PdfOptions, Meta(title="PDF", description="What the PDF is beside its pages.")
    ] = PdfOptions()
    xlsx: Annotated[XlsxOptions, Meta(title="Excel", description="How the workbook is made.")] = (
        XlsxOptions()
    )
    checks: Annotated[
        tuple[Check, ...],
        Meta(title="Checks", description="What must hold of the data before it is delivered."),
    ] = ()
    delivery: Annotated[
        tuple[Delivery, ...], Meta(title="Delivery", description="Who receives it, and how.")
    ] = ()
    burst: (
        Annotated[Burst, Meta(title="Burst", description="One edition for each value.")] | None
    ) = None
    schedule: Annotated[Schedule, Meta(title="Schedule", description="When it is due.")] | None = (
        None
    )
