"""The format-neutral report. Every renderer takes the same document.

A number is formatted once, here; a renderer prints ``Cell.text``, or hands ``Cell.value`` and
``Cell.format`` to a program that formats for itself (Excel). So the same number is the same
number everywhere.
"""

from datetime import datetime
from typing import Final, Literal

import msgspec

from reporter.data.table import Format
from reporter.dates import Interval
from reporter.document.values import NO_VALUE, BlockRow, Cell, CellFormat, Head, Tone
from reporter.words import Words

Width = Literal["full", "half", "third"]
_PARTS: Final[dict[Width, float]] = {"full": 1.0, "half": 1 / 2, "third": 1 / 3}


class TableBlock(msgspec.Struct, frozen=True, kw_only=True, tag="table"):
    """A table. A subtotal stands under its rows; Other and total rows stand last.

    Attributes:
        name: unique in the document; names sheets and files (``by-country``).
        formats: the conditional formats of its columns.
        notes: what stands under it, as sentences.
        width: how much of the page it takes.
        held: why deliveries of the report are held, as a sentence; empty where they are not.
    """

    name: str
    title: str
    heads: tuple[Head, ...]
    rows: tuple[BlockRow, ...]
    formats: tuple[CellFormat, ...] = ()
    notes: tuple[str, ...] = ()
    width: Width = "full"
    held: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A value against that of the comparison period.

    Attributes:
        previous: the value then.
        absolute: now less then, in the metric's format (percent points for a percentage).
        relative: the same as a fraction of then; no value over zero, and on percentages.
        tone: whether the change is good.
    """

    previous: Cell
    absolute: Cell
    relative: Cell
    tone: Tone


class Goalpost(msgspec.Struct, frozen=True, kw_only=True):
    """A target and whether it is met; ``met`` is None where there is no value."""

    text: str
    value: float
    bound: Literal["atLeast", "atMost"]
    met: bool | None


class Sample(msgspec.Struct, frozen=True):
    """What a ratio is taken over.

    Attributes:
        label: of what is counted (``Attempted calls``).
        count: how many.
        small: whether they are too few for the ratio to mean much.
    """

    label: str
    count: Cell
    small: bool


class KpiCard(msgspec.Struct, frozen=True, kw_only=True):
    """One metric of the whole period.

    Attributes:
        name: the metric.
        change: None where there is no comparison.
        target: None where there is none.
        course: one cell per sparkline step, in order; empty where there is none.
        course_steps: the steps, formatted, as many as ``course``.
        sample: what a ratio is taken over, else None.
        note: why there is no value, else None.
    """

    name: str
    label: str
    description: str
    value: Cell
    change: Change | None = None
    target: Goalpost | None = None
    course: tuple[Cell, ...] = ()
    course_steps: tuple[Cell, ...] = ()
    sample: Sample | None = None
    note: str | None = None


class KpiBlock(msgspec.Struct, frozen=True, kw_only=True, tag="kpis"):
    """A row of cards.

    Attributes:
        narrowed: whether it is about some of the report's records alone; a note says which.
    """

    name: str
    title: str | None
    cards: tuple[KpiCard, ...]
    notes: tuple[str, ...] = ()
    narrowed: bool = False


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One line, or one set of bars.

    Attributes:
        name: the metric, or the metric and the value of a second dimension.
        label: what the legend says.
        cells: one per step of the chart, in order.
        previous: whether it shows the comparison period (drawn quietly, paired by step).
        shares: what part of the whole each cell is, where the chart shows parts: of its step
            (stacked100), of all (donut), of the first stage (funnel); else empty.
        passed: of a funnel: what part of the stage before each stage is; else empty.
    """

    name: str
    label: str
    cells: tuple[Cell, ...]
    previous: bool = False
    shares: tuple[Cell, ...] = ()
    passed: tuple[Cell, ...] = ()


ChartKind = Literal[
    "line", "area", "column", "horizontalBar", "stacked", "stacked100", "donut", "heatmap", "funnel"
]


class ChartMark(msgspec.Struct, frozen=True):
    """A marked moment of a chart over time.

    Attributes:
        place: on the axis, in steps: 2 is the middle of the third, 2.5 its end and the
            beginning of the fourth.
        label: what stands beside it.
        date: the moment as people write it.
    """

    place: float
    label: str
    date: str


class ChartBlock(msgspec.Struct, frozen=True, kw_only=True, tag="chart"):
    """A chart.

    Attributes:
        kind: how it is drawn.
        axis: the head of the dimension along the axis; of a funnel, that of its stages.
        steps: the places along the axis, in order; for bars of a plain dimension, its values;
            of a heatmap, its columns; of a funnel, its stages.
        series: of a heatmap, its rows from top to bottom; of a donut and of a funnel, one.
        timed: whether the axis is time.
        metric: the label of what it shows, where that is one metric; else empty.
        down: of a heatmap, the head of the dimension down its rows; else None.
        wholes: what the parts add up to: one per step where bars are stacked, one of a donut;
            else empty.
        share: the head of its series' shares; None where they have none.
        passed: the head of what passed from stage to stage, likewise.
        together: the head of ``wholes`` where there is one per step.
        with_other: whether the last part is Other: of stacked bars and of a heatmap the last
            series, else the last step.
        partial: whether the last step with a value is incomplete.
        marks: annotations, by place.
        summary: what it shows, in a sentence, for those who do not see it.
        width: how much of the page it takes.
    """

    name: str
    title: str
    kind: ChartKind
    axis: Head
    steps: tuple[Cell, ...]
    series: tuple[Series, ...]
    timed: bool
    format: Format
    summary: str
    metric: str = ""
    down: Head | None = None
    wholes: tuple[Cell, ...] = ()
    share: Head | None = None
    passed: Head | None = None
    together: Head | None = None
    with_other: bool = False
    partial: bool = False
    marks: tuple[ChartMark, ...] = ()
    notes: tuple[str, ...] = ()
    width: Width = "full"


class TextBlock(msgspec.Struct, frozen=True, kw_only=True, tag="text"):
    """Markdown with its values filled in."""

    name: str
    title: str | None
    markdown: str
    width: Width = "full"


class CalloutBlock(msgspec.Struct, frozen=True, kw_only=True, tag="callout"):
    """A text that must not be missed."""

    name: str
    title: str | None
    markdown: str
    tone: Tone = Tone.NEUTRAL
    width: Width = "full"


class PageBreakBlock(msgspec.Struct, frozen=True, kw_only=True, tag="pageBreak"):
    """A new page on paper."""

    name: str = "page-break"
    title: None = None


class NoticeBlock(msgspec.Struct, frozen=True, kw_only=True, tag="notice"):
    """Something that the reader should know, in the place of a section or above it."""

    name: str
    title: str | None
    text: str
    tone: Tone = Tone.NEUTRAL


Block = KpiBlock | TableBlock | ChartBlock | TextBlock | CalloutBlock | NoticeBlock | PageBreakBlock


def part_of_page(block: Block) -> float:
    """How much of the page's width a block takes, of 1; blocks that do not say take all of it."""
    width: Width = getattr(block, "width", "full")
    return _PARTS[width]


class Definition(msgspec.Struct, frozen=True):
    """A metric that the report uses, and what it means."""

    name: str
    label: str
    description: str
    formula: str = ""


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where the numbers come from; printed on every artifact.

    Attributes:
        report: the spec's name.
        interval: what the report covers.
        timezone: whose days they are.
        period: the interval as people write it (``October 2026``); of an issue that is not final
            with its mark (``October 2026 · Provisional``).
        comparison: the comparison period likewise, or None.
        comparison_interval: likewise.
        filters: what narrowed the records, label and values; unset parameters too.
        source: the source's name.
        data_through: up to when the source has data, or None.
        spec_commit: the commit of the spec's repository, or None.
        version: Reporter's.
        stamp: the date inside the files: the interval's end or ``SOURCE_DATE_EPOCH``.
        rejected: how many records could not be used.
        rejected_examples: place and reason of the first few.
        definitions: the metrics used.
    """

    report: str
    interval: Interval
    timezone: str
    period: str
    interval_text: str
    comparison: str | None = None
    comparison_interval: Interval | None = None
    filters: tuple[tuple[str, str], ...] = ()
    source: str
    data_through: datetime | None = None
    data_through_text: str = NO_VALUE
    spec_commit: str | None = None
    version: str
    stamp: datetime
    rejected: int = 0
    rejected_examples: tuple[tuple[str, str], ...] = ()
    definitions: tuple[Definition, ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A whole report.

    Attributes:
        language: BCP 47, of the texts (``en-GB``); also the locale of the numbers.
        words: of that language.
        direction: of its script.
        currency: ISO 4217, of amounts of money; None where there are none.
        notices: what holds for the whole report (partial period, missing data).
        revision: which issue of it this is: ``final``, ``provisional``, ``restatement 1``.
        mark: what people read of that beside the title; empty on a final one.
        reservations: the checks that failed and hold deliveries, as sentences; they stand among
            the notices too.
    """

    title: str
    subtitle: str
    language: str
    words: Words
    direction: Literal["ltr", "rtl"] = "ltr"
    currency: str | None = None
    blocks: tuple[Block, ...]
    provenance: Provenance
    notices: tuple[str, ...] = ()
    revision: str = "final"
    mark: str = ""
    reservations: tuple[str, ...] = ()

    @property
    def held(self) -> tuple[str, ...]:
        """Why deliveries are held, a sentence each; empty where they are not."""
        of_blocks = (
            self.words.say("label_and_value", label=block.title, value=block.held)
            for block in self.blocks
            if isinstance(block, TableBlock) and block.held
        )
        return (*self.reservations, *of_blocks)
