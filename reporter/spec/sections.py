"""The sections of a report spec: cards, tables, charts, reconciliations, texts, page breaks.

Part of the language; ``spec.model`` holds the spec around them.
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

from msgspec import Meta

from reporter.dates import Grain
from reporter.spec.query import DimensionName, FilterBy, MetricName, QuerySpec, SpecPart, Top
from reporter.spec.tolerance import Tolerance

Heading = Annotated[str, Meta(title="Title", description="The section's heading.")]
Width = Annotated[
    Literal["full", "half", "third"],
    Meta(
        title="Width",
        description=(
            "How much of the page's width it takes; narrow sections that follow one another stand"
            " side by side. On a narrow screen they stand below each other."
        ),
        examples=["half"],
    ),
]


class KpiSection(SpecPart, frozen=True, tag_field="type", tag="kpis"):
    """A row of cards, one metric each."""

    metrics: Annotated[
        tuple[MetricName, ...],
        Meta(
            min_length=1,
            title="Metrics",
            description="One card each.",
            extra_json_schema={"uniqueItems": True},
        ),
    ]
    title: Heading | None = None
    sparkline: (
        Annotated[
            Grain,
            Meta(
                title="Sparkline",
                description="Draw each metric's course in these steps.",
                examples=["DAY"],
            ),
        ]
        | None
    ) = None
    filter_by: FilterBy = {}


MarkdownText = Annotated[
    str,
    Meta(
        title="Text",
        description="Markdown with Jinja placeholders.",
        examples=["Answer rate: **{{ kpi('ANSWER_RATE').value | percent }}**"],
    ),
]


class TextSection(SpecPart, frozen=True, tag_field="type", tag="text"):
    """A paragraph or more, in Markdown, with values filled in."""

    markdown: MarkdownText
    title: Heading | None = None
    filter_by: FilterBy = {}
    width: Width = "full"


class CalloutSection(SpecPart, frozen=True, tag_field="type", tag="callout"):
    """A text that must not be missed, in a box of its own."""

    markdown: MarkdownText
    title: Heading | None = None
    tone: Annotated[
        Literal["neutral", "good", "bad"],
        Meta(title="Tone", description="Whether it is good news, bad news or neither."),
    ] = "neutral"
    filter_by: FilterBy = {}
    width: Width = "full"


class PageBreakSection(SpecPart, frozen=True, tag_field="type", tag="pageBreak"):
    """A new page in the PDF and on paper; nothing on a screen."""


ChartKind = Literal[
    "line",
    "area",
    "bar",
    "column",
    "horizontalBar",
    "stacked",
    "stacked100",
    "donut",
    "heatmap",
    "funnel",
]


class Annotation(SpecPart, frozen=True):
    """A mark on a chart over time."""

    date: Annotated[
        str,
        Meta(
            title="Date",
            description="The day or the instant that is marked, local; one outside is left out.",
            examples=["2026-10-20", "2026-10-20T14:00"],
        ),
    ]
    label: Annotated[
        str,
        Meta(title="Label", description="What stands beside the mark.", examples=["Campaign"]),
    ]


class ChartSection(SpecPart, frozen=True, tag_field="type", tag="chart"):
    """A picture of one query."""

    chart: Annotated[
        ChartKind,
        Meta(
            title="Kind",
            description=(
                "How the values are drawn. `line`, `area`: over time. `bar`: upright over time,"
                " lying otherwise; `column` always upright, `horizontalBar` always lying."
                " `stacked`, `stacked100`: parts of a whole in each bar, as they are or in"
                " percent. `donut`: parts of one whole. `heatmap`: two dimensions, or HOUR alone"
                " as hour of the day by weekday. `funnel`: the metrics of the query as stages."
            ),
        ),
    ]
    query: QuerySpec
    title: Heading | None = None
    compare: Annotated[
        bool, Meta(title="Compare", description="Draw the comparison period too.")
    ] = False
    annotations: Annotated[
        tuple[Annotation, ...],
        Meta(title="Annotations", description="Marks on a chart over time."),
    ] = ()
    width: Width = "full"


class ConditionalFormat(SpecPart, frozen=True):
    """How the cells of a metric show what their values mean, also without colour."""

    metric: MetricName
    type: Annotated[
        Literal["colorScale", "dataBar", "icons", "threshold"],
        Meta(
            title="Kind",
            description=(
                "A shade per cell, a bar in it, a sign for low, middle and high, or a sign for"
                " met and missed."
            ),
        ),
    ]
    at_least: (
        Annotated[
            float,
            Meta(
                title="At least",
                description="`threshold`: met at this value and above. Without bounds the"
                " metric's target holds.",
            ),
        ]
        | None
    ) = None
    at_most: (
        Annotated[
            float,
            Meta(title="At most", description="`threshold`: met at this value and below."),
        ]
        | None
    ) = None
    cuts: Annotated[
        tuple[float, ...],
        Meta(
            title="Cuts",
            description="`icons`: from which value on it is middle, and from which high.",
            examples=[[0.5, 0.65]],
        ),
    ] = ()


MOST_PIVOT_VALUES: Final = 12
"""How many values of a dimension stand across the columns; more would be no table."""


class Pivot(SpecPart, frozen=True):
    """A dimension whose values stand across the columns."""

    by: DimensionName
    top: (
        Annotated[
            Top,
            Meta(title="Top", description="Columns for the first values only; 12 at most anyway."),
        ]
        | None
    ) = None


class TableSection(SpecPart, frozen=True, tag_field="type", tag="table"):
    """A table of one query."""

    query: QuerySpec
    title: Heading | None = None
    totals: Annotated[
        bool,
        Meta(
            title="Totals",
            description="A total row, and of a pivot a total column, computed at their own level.",
        ),
    ] = False
    subtotals: Annotated[
        bool,
        Meta(
            title="Subtotals",
            description="A row for each value of every dimension but the last.",
        ),
    ] = False
    pivot: (
        Annotated[
            Pivot,
            Meta(
                title="Pivot",
                description="One of the query's dimensions across the columns.",
                examples=[{"by": "CAPABILITY"}],
            ),
        ]
        | None
    ) = None
    compare: Annotated[
        bool,
        Meta(title="Compare", description="Columns with the change against the comparison period."),
    ] = False
    conditional_formats: Annotated[
        tuple[ConditionalFormat, ...],
        Meta(title="Conditional formats", description="Shades, bars and signs."),
    ] = ()
    width: Width = "full"


class ReconciliationSection(SpecPart, frozen=True, tag_field="type", tag="reconciliation"):
    """Another source beside the report's own, metric by metric and step by step."""

    against: Annotated[
        str,
        Meta(
            title="Against",
            description="Another source of the project file, which is asked the same.",
            examples=["infobip"],
        ),
    ]
    metrics: Annotated[
        tuple[MetricName, ...],
        Meta(
            min_length=1,
            title="Metrics",
            description="What is compared.",
            extra_json_schema={"uniqueItems": True},
        ),
    ]
    title: Heading | None = None
    by: (
        Annotated[
            Grain,
            Meta(
                title="By",
                description="Compare each of these steps, and the whole. Else only the whole.",
                examples=["DAY"],
            ),
        ]
        | None
    ) = None
    tolerance: Annotated[
        Tolerance, Meta(title="Tolerance", description="How far values may lie apart.")
    ] = Tolerance()
    tolerances: Annotated[
        dict[str, Tolerance],
        Meta(title="Tolerances", description="By metric, in the place of `tolerance`."),
    ] = {}
    show: Annotated[
        Literal["all", "differences"],
        Meta(title="Show", description="Every step, or only those that are out of bounds."),
    ] = "all"
    hold: Annotated[
        bool,
        Meta(
            title="Hold",
            description="Hold deliveries where something is out of bounds, or nothing is compared.",
        ),
    ] = False
    filter_by: FilterBy = {}


Section = (
    KpiSection
    | TextSection
    | CalloutSection
    | ChartSection
    | TableSection
    | ReconciliationSection
    | PageBreakSection
)


def sources_beside(sections: Iterable[Section]) -> tuple[str, ...]:
    """The sources that sections ask beside the report's own, each once."""
    return tuple(dict.fromkeys(s.against for s in sections if isinstance(s, ReconciliationSection)))
