"""A document with everything in it, made by hand."""

import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from reporter.data.table import Format, Goal, Kind
from reporter.dates import Interval
from reporter.document.model import (
    Change,
    ChartBlock,
    Definition,
    Document,
    Goalpost,
    KpiBlock,
    KpiCard,
    NoticeBlock,
    Provenance,
    Sample,
    Series,
    TableBlock,
    TextBlock,
)
from reporter.document.values import NO_VALUE, BlockRow, Cell, Head, HeadRole, RowKind, Tone
from reporter.output.base import Branding
from reporter.settings import Theme
from reporter.words import load_words

SINCE = datetime(2026, 10, 1, tzinfo=UTC)
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)

LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 32" width="132" height="32">
<rect width="32" height="32" rx="8" fill="#0b6e4f"/>
<g fill="none" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">
<path d="M9 17v-3M14 22V10M19 19v-7M24 17v-2" stroke="#fff"/>
<path d="M44 9l6 14 6-14M62 9h9M62 16h8M62 23h9M62 9v14M78 23V9l10 14V9M96 9v14h9M112 23V9l8 9
 8-9v14" stroke="#163229"/>
</g>
</svg>
"""


def branding(folder: Path, *, logo: bool = True) -> Branding:
    """A project's look, its logo written into the folder."""
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")
    return Branding(Theme(logo="logo.svg" if logo else None, accent="#0b6e4f"), folder)


def count(value: int | None) -> Cell:
    text = NO_VALUE if value is None else f"{value:,}"
    return Cell(value=value, text=text, format=Format.INTEGER)


def percent(value: float | None) -> Cell:
    text = NO_VALUE if value is None else f"{value:.1%}"
    return Cell(value=value, text=text, format=Format.PERCENT)


def seconds(value: float | None) -> Cell:
    text = NO_VALUE if value is None else f"0:{int(value) // 60:02d}:{int(value) % 60:02d}"
    return Cell(value=value, text=text, format=Format.DURATION)


def relative(value: float | None, tone: Tone = Tone.NEUTRAL) -> Cell:
    text = NO_VALUE if value is None else f"{value:+.1%}".replace("-", "−")
    return Cell(value=value, text=text, format=Format.PERCENT, tone=tone)


def points(value: float | None, tone: Tone = Tone.NEUTRAL) -> Cell:
    text = NO_VALUE if value is None else f"{100 * value:+.1f} pp".replace("-", "−")
    return Cell(value=value, text=text, format=Format.PERCENT, tone=tone)


def days(count_of: int = 31, first: date = date(2026, 10, 1)) -> tuple[Cell, ...]:
    all_days = [first + timedelta(days=n) for n in range(count_of)]
    return tuple(Cell(value=d, text=f"{d.day} {d:%b}") for d in all_days)


def calls(day: int, scale: float = 1.0) -> int:
    """A weekly rhythm with an incident on the 21st."""
    weekend = 0.42 if (day + 3) % 7 in (5, 6) else 1.0
    incident = 0.55 if day == 20 else 1.0
    return round(scale * incident * weekend * (1900 + 130 * math.sin(day * 1.3) + 9 * day))


def rate(day: int, base: float = 0.61) -> float:
    return base + 0.018 * math.sin(day * 0.9) - (0.19 if day == 20 else 0.0)


def kpis() -> KpiBlock:
    steps = days()
    counts = tuple(count(calls(d)) for d in range(31))
    rates = tuple(percent(rate(d)) for d in range(31))
    gaps = tuple(seconds(None if d in (9, 10, 17) else 96 + 8 * math.sin(d)) for d in range(31))
    return KpiBlock(
        name="kpis",
        title="At a glance",
        notes=("Each line shows the days of October; the dot is the last one.",),
        cards=(
            KpiCard(
                name="TOTAL_CALL_COUNT",
                label="Total calls",
                description="All calls, outbound and inbound.",
                value=count(48_213),
                change=Change(
                    previous=count(46_120),
                    absolute=Cell(value=2093, text="+2,093"),
                    relative=relative(0.0454, Tone.GOOD),
                    tone=Tone.GOOD,
                ),
                course=counts,
                course_steps=steps,
            ),
            KpiCard(
                name="ANSWER_RATE",
                label="Answer rate",
                description="Answered outbound calls over attempted ones.",
                value=percent(0.5874),
                change=Change(
                    previous=percent(0.6109),
                    absolute=points(-0.0235, Tone.BAD),
                    relative=percent(None),
                    tone=Tone.BAD,
                ),
                target=Goalpost(text="Target ≥ 60.0%", value=0.6, bound="atLeast", met=False),
                course=rates,
                course_steps=steps,
                sample=Sample("Attempted outbound calls", count(41_377), small=False),
            ),
            KpiCard(
                name="ANSWER_SEIZURE_RATIO",
                label="Answer seizure ratio",
                description="Answered outbound calls over seized ones.",
                value=percent(0.7731),
                change=Change(
                    previous=percent(0.7702),
                    absolute=points(0.0029, Tone.GOOD),
                    relative=percent(None),
                    tone=Tone.GOOD,
                ),
                target=Goalpost(text="Target ≥ 75.0%", value=0.75, bound="atLeast", met=True),
                course=tuple(percent(0.77 + 0.01 * math.sin(d)) for d in range(31)),
                course_steps=steps,
                sample=Sample("Seized calls", count(31_437), small=False),
            ),
            KpiCard(
                name="AVERAGE_CALL_DURATION",
                label="Average call duration",
                description="Duration of all calls over answered calls.",
                value=seconds(98),
                change=Change(
                    previous=seconds(98),
                    absolute=Cell(value=0.0, text="0:00:00"),
                    relative=relative(0.0),
                    tone=Tone.NEUTRAL,
                ),
                course=gaps,
                course_steps=steps,
            ),
            KpiCard(
                name="BUSY_RATE",
                label="Busy rate",
                description="Busy calls over attempted ones.",
                value=percent(0.0612),
                change=Change(
                    previous=percent(0.0555),
                    absolute=points(0.0057, Tone.BAD),
                    relative=percent(None),
                    tone=Tone.BAD,
                ),
                course=tuple(percent(0.06 + 0.004 * math.cos(d)) for d in range(31)),
                course_steps=steps,
                sample=Sample("Attempted outbound calls", count(41_377), small=False),
            ),
            KpiCard(
                name="FAILED_CALL_COUNT",
                label="Failed calls",
                description="Outbound calls that failed.",
                value=count(5_108),
                change=Change(
                    previous=count(5_733),
                    absolute=count(-625),
                    relative=relative(-0.109, Tone.GOOD),
                    tone=Tone.GOOD,
                ),
                target=Goalpost(text="Target ≤ 5,500", value=5500, bound="atMost", met=True),
                course=tuple(count(calls(d, 0.12)) for d in range(31)),
                course_steps=steps,
            ),
            KpiCard(
                name="AMD_PROCESSED_CALL_COUNT",
                label="Calls processed by AMD",
                description="Calls with answering machine detection.",
                value=count(None),
                target=Goalpost(text="Target ≥ 1,000", value=1000, bound="atLeast", met=None),
                note="The source has no column amd_result.",
            ),
            KpiCard(
                name="TOTAL_RECEIVED_CALL_COUNT",
                label="Total received calls",
                description="Inbound calls.",
                value=count(6_836),
            ),
        ),
    )


COUNTRIES = (
    ("Germany", 9120, 0.641, 0.031, 0.048, 112),
    ("Croatia", 7804, 0.662, 0.012, 0.052, 124),
    ("United Kingdom", 6230, 0.598, -0.021, 0.061, 95),
    ("France", 4410, 0.571, -0.008, 0.070, 88),
    ("Italy", 3925, 0.604, 0.004, 0.066, 101),
    ("Spain", 2870, 0.583, 0.0, 0.059, 92),
    ("Poland", 2144, 0.622, 0.017, 0.051, 104),
    ("Bosnia and Herzegovina", 1680, 0.549, -0.043, 0.083, 131),
    ("Ελλάδα", 1102, 0.512, -0.015, 0.092, 76),
    ("<script>alert('Österreich')</script>", 640, 0.437, None, 0.104, 69),
)


def _row(
    kind: RowKind,
    country: str,
    calls_now_and_then: tuple[int, int],
    rates: tuple[float, float | None, float],
    duration: int,
) -> BlockRow:
    attempted, was = calls_now_and_then
    value, change, busy = rates
    growth = attempted / was - 1
    bar = attempted / 9120 if kind is RowKind.BODY else None
    tone = Tone.NEUTRAL if not change else Tone.GOOD if change > 0 else Tone.BAD
    shaded = percent(value)
    return BlockRow(
        kind,
        (
            Cell(value=country, text=country),
            Cell(value=attempted, text=f"{attempted:,}", format=Format.INTEGER, bar=bar),
            count(was),
            relative(growth, Tone.GOOD if growth > 0 else Tone.BAD),
            Cell(
                value=value,
                text=shaded.text,
                format=Format.PERCENT,
                shade=(value - 0.43) / 0.24 if kind is RowKind.BODY else None,
            ),
            points(change, tone),
            percent(busy),
            seconds(duration),
        ),
    )


def by_country() -> TableBlock:
    rows = [
        _row(
            RowKind.BODY,
            name,
            (n, round(n * (0.9 + 0.02 * i))),
            (value, change, busy),
            duration,
        )
        for i, (name, n, value, change, busy, duration) in enumerate(COUNTRIES)
    ]
    return TableBlock(
        name="by-country",
        title="By country",
        heads=(
            Head(name="COUNTRY_NAME", label="Country", role=HeadRole.DIMENSION, kind=Kind.TEXT),
            *_compared(
                _head("TOTAL_ATTEMPTED_CALL_COUNT", "Attempted calls", Format.INTEGER),
                _head(
                    "TOTAL_ATTEMPTED_CALL_COUNT",
                    "Attempted calls, September 2026",
                    Format.INTEGER,
                    HeadRole.PREVIOUS,
                ),
                _head(
                    "TOTAL_ATTEMPTED_CALL_COUNT",
                    "Attempted calls, change",
                    Format.PERCENT,
                    HeadRole.CHANGE,
                ),
            ),
            *_compared(
                _head("ANSWER_RATE", "Answer rate", Format.PERCENT),
                _head("ANSWER_RATE", "Answer rate, change", Format.PERCENT, HeadRole.DIFFERENCE),
            ),
            _head("BUSY_RATE", "Busy rate", Format.PERCENT),
            _head("AVERAGE_CALL_DURATION", "Average call duration", Format.DURATION),
        ),
        rows=(
            *rows,
            _row(RowKind.OTHER, "Other (14)", (1452, 1390), (0.531, 0.002, 0.088), 83),
            _row(RowKind.TOTAL, "Total", (41377, 39990), (0.5874, -0.0235, 0.0612), 98),
        ),
        notes=("The ten countries with the most attempted calls.",),
    )


def _head(
    name: str, label: str, form: Format, role: HeadRole = HeadRole.METRIC, goal: Goal = Goal.UP
) -> Head:
    kind = Kind.INTEGER if form is Format.INTEGER else Kind.NUMBER
    return Head(name=name, label=label, role=role, kind=kind, format=form, goal=goal)


def _compared(*heads: Head) -> tuple[Head, ...]:
    """The heads of one metric under it."""
    under = {HeadRole.METRIC: "October 2026", HeadRole.PREVIOUS: "September 2026"}
    return tuple(
        msgspec.structs.replace(head, over=heads[0].label, under=under.get(head.role, "Change"))
        for head in heads
    )


def by_network(rows: int = 60) -> TableBlock:
    """A table longer than a page."""
    return TableBlock(
        name="by-network",
        title="By network",
        heads=(
            Head(name="COUNTRY_NAME", label="Country", role=HeadRole.DIMENSION, kind=Kind.TEXT),
            Head(name="NETWORK_NAME", label="Network", role=HeadRole.DIMENSION, kind=Kind.TEXT),
            _head("TOTAL_ATTEMPTED_CALL_COUNT", "Attempted calls", Format.INTEGER),
            _head("ANSWER_RATE", "Answer rate", Format.PERCENT),
            _head("FAILED_CALL_COUNT", "Failed", Format.INTEGER, goal=Goal.DOWN),
        ),
        rows=tuple(
            BlockRow(
                RowKind.BODY,
                (
                    Cell(value="c", text=COUNTRIES[n % 9][0]),
                    Cell(value="n", text=f"Network {n + 1:02d} Telecom"),
                    Cell(
                        value=4000 - 61 * n,
                        text=f"{4000 - 61 * n:,}",
                        format=Format.INTEGER,
                        bar=(4000 - 61 * n) / 4000,
                    ),
                    percent(0.66 - 0.004 * n),
                    count(130 + 3 * n),
                ),
            )
            for n in range(rows)
        ),
    )


def per_day(*, partial: bool = True) -> ChartBlock:
    """Two lines and the comparison of the first."""
    total = tuple(count(calls(d)) for d in range(31))
    answered = tuple(count(round(calls(d) * rate(d))) for d in range(31))
    before = tuple(count(calls(d + 2, 0.93)) for d in range(31))
    return ChartBlock(
        name="calls-per-day",
        title="Calls per day",
        kind="line",
        axis=Head(name="DAY", label="Day", role=HeadRole.DIMENSION, kind=Kind.DATE),
        steps=days(),
        series=(
            Series(name="TOTAL_CALL_COUNT", label="Total calls", cells=total),
            Series(name="TOTAL_ANSWERED_CALL_COUNT", label="Answered", cells=answered),
            Series(name="TOTAL_CALL_COUNT", label="Total, September", cells=before, previous=True),
        ),
        timed=True,
        format=Format.INTEGER,
        partial=partial,
        summary="Total calls per day run between 800 and 2,300, with a dip on 21 October.",
        notes=("31 October is not complete.",) if partial else (),
    )


def answer_rate() -> ChartBlock:
    """One line with gaps."""
    return ChartBlock(
        name="answer-rate",
        title="Answer rate per day",
        kind="line",
        axis=Head(name="DAY", label="Day", role=HeadRole.DIMENSION, kind=Kind.DATE),
        steps=days(),
        series=(
            Series(
                name="ANSWER_RATE",
                label="Answer rate",
                cells=tuple(percent(None if d in (7, 8, 25, 27) else rate(d)) for d in range(31)),
            ),
        ),
        timed=True,
        format=Format.PERCENT,
        summary="The answer rate lies near 61%, with 42% on 21 October.",
    )


def per_week() -> ChartBlock:
    """Upright bars over time with a comparison."""
    steps = tuple(
        Cell(value=date(2026, 9, 28), text=t)
        for t in ("28 Sep", "5 Oct", "12 Oct", "19 Oct", "26 Oct")
    )
    return ChartBlock(
        name="per-week",
        title="Outcomes per week",
        kind="column",
        axis=Head(name="WEEK_MONDAY_START", label="Week", role=HeadRole.DIMENSION, kind=Kind.DATE),
        steps=steps,
        series=(
            Series(
                name="A", label="Answered", cells=tuple(map(count, (4100, 6900, 7100, 6250, 6600)))
            ),
            Series(
                name="N",
                label="Not answered",
                cells=tuple(map(count, (1500, 2600, 2550, 2900, 2500))),
            ),
            Series(name="B", label="Busy", cells=tuple(map(count, (400, 700, 690, 880, 720)))),
            Series(
                name="A",
                label="Answered, September",
                cells=tuple(map(count, (3900, 6400, 7300, 6900, 6100))),
                previous=True,
            ),
        ),
        timed=True,
        format=Format.INTEGER,
        summary="Answered calls lead every week.",
    )


def failures() -> ChartBlock:
    """Lying bars of a plain dimension."""
    causes = (
        ("User unavailable", 2110, 2400),
        ("Network congestion", 1204, 610),
        ("Rejected by operator", 902, 1130),
        ("Invalid number", 540, 560),
        ("Unknown", 352, None),
    )
    return ChartBlock(
        name="failures",
        title="Failures by cause",
        kind="horizontalBar",
        axis=Head(name="ERROR_GROUP", label="Cause", role=HeadRole.DIMENSION, kind=Kind.TEXT),
        steps=tuple(Cell(value=name, text=name) for name, _, _ in causes),
        series=(
            Series(name="F", label="October 2026", cells=tuple(count(n) for _, n, _ in causes)),
            Series(
                name="F",
                label="September 2026",
                cells=tuple(count(n) for _, _, n in causes),
                previous=True,
            ),
        ),
        timed=False,
        format=Format.INTEGER,
        summary="User unavailable is the most frequent cause, with 2,110 calls.",
    )


TEXT = """\
Answer rate moved **−2.4 pp** against September, to *58.7%*. Almost all of it comes from one day:

- On **21 October** an operator incident in Germany cost about 900 answered calls.
- Without that day the rate would have been `61.3%`.

See the [status page](https://status.example.com/incidents/21) for the course of events.
"""

PROVENANCE = Provenance(
    report="monthly-voice-review",
    interval=Interval(SINCE, UNTIL),
    timezone="Europe/Zagreb",
    period="October 2026",
    interval_text="1 Oct 2026, 00:00 – 1 Nov 2026, 00:00 Europe/Zagreb",
    comparison="September 2026",
    comparison_interval=Interval(datetime(2026, 9, 1, tzinfo=UTC), SINCE),
    filters=(
        ("Channel", "Voice and Video"),
        ("Direction", "Outbound, Inbound"),
        ("Country", "all"),
    ),
    source="calls",
    data_through=UNTIL,
    data_through_text="31 Oct 2026, 23:59 Europe/Zagreb",
    spec_commit="4f2a9c1d7e60",
    version="0.1.0",
    stamp=UNTIL,
    rejected=3,
    rejected_examples=(
        ("calls-2026-10.csv:1042", "It ends before it is answered."),
        ("calls-2026-10.csv:2210", "It is answered before it is sent."),
    ),
    definitions=(
        Definition("TOTAL_CALL_COUNT", "Total calls", "All calls, outbound and inbound."),
        Definition(
            "ANSWER_RATE",
            "Answer rate",
            "Answered outbound calls over attempted ones.",
            "outbound answered / attempted",
        ),
        Definition(
            "AVERAGE_CALL_DURATION",
            "Average call duration",
            "Duration over answered calls.",
            "TOTAL_CALL_DURATION / TOTAL_ANSWERED_CALL_COUNT",
        ),
    ),
)


def document(language: str = "en-GB") -> Document:
    """The whole report."""
    return Document(
        words=load_words("en-GB", Path()),
        title="Voice & Video: monthly business review",
        subtitle="Volumes, answer rates and failures of all voice traffic",
        language=language,
        notices=("31 October is not complete: the source has data up to 23:59.",),
        blocks=(
            kpis(),
            TextBlock(name="summary", title=None, markdown=TEXT),
            per_day(),
            by_country(),
            answer_rate(),
            NoticeBlock(
                name="amd",
                title="Answering machines",
                text="This section has no values: the source has no column amd_result.",
                tone=Tone.BAD,
            ),
            per_week(),
            failures(),
            by_network(),
        ),
        provenance=PROVENANCE,
    )
