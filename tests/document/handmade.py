"""Tables made by hand, and an edition around them."""

from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from reporter.data.answer import Answer, Narrowings, SectionAnswers
from reporter.data.formula import parse, ratio
from reporter.data.table import (
    AskAgain,
    Column,
    Derived,
    Format,
    Goal,
    Greatest,
    Kind,
    Role,
    Row,
    Sum,
    Table,
)
from reporter.dates import Grain, Interval, Period, PeriodName
from reporter.document.compose import compose
from reporter.document.model import Block, Document
from reporter.spec.edition import Edition
from reporter.spec.model import ReportSpec, Target
from reporter.spec.sections import Section
from reporter.words import load_words

ZAGREB = ZoneInfo("Europe/Zagreb")


def local(*parts: int) -> datetime:
    """An instant by the clock of Zagreb, carrying its offset."""
    instant = datetime(*parts, tzinfo=ZAGREB)
    return instant.replace(tzinfo=timezone(instant.utcoffset()))


OCTOBER = Interval(local(2026, 10, 1), local(2026, 11, 1))
SEPTEMBER = Interval(local(2026, 9, 1), local(2026, 10, 1))


def dimension(name: str, label: str, kind: Kind = Kind.TEXT, **more: object) -> Column:
    return Column(name=name, kind=kind, role=Role.DIMENSION, label=label, **more)


def count(name: str, label: str, **more: object) -> Column:
    return Column(
        name=name,
        role=Role.METRIC,
        label=label,
        **{"kind": Kind.INTEGER, "format": Format.INTEGER, "roll_up": Sum(), **more},
    )


COUNTRY = dimension("COUNTRY_NAME", "Country")
DIRECTION = dimension("DIRECTION", "Direction")
DAY = dimension("DAY", "Day", Kind.DATE, grain=Grain.DAY)
HOUR = dimension("HOUR", "Hour", Kind.DATE_TIME, grain=Grain.HOUR)
MONTH = dimension("MONTH", "Month", Kind.DATE, grain=Grain.MONTH)
WEEK = dimension("WEEK_MONDAY_START", "Week", Kind.DATE, grain=Grain.WEEK_MONDAY_START)
ATTEMPTED = count("ATTEMPTED", "Attempted calls", description="All attempts.")
ANSWERED = count("ANSWERED", "Answered calls", goal=Goal.UP)
BUSY = count("BUSY", "Busy calls", goal=Goal.DOWN)
CALLERS = count("CALLERS", "Different callers", roll_up=AskAgain())
LONGEST = Column(
    name="LONGEST",
    kind=Kind.NUMBER,
    role=Role.METRIC,
    label="Longest call",
    format=Format.DURATION,
    roll_up=Greatest(),
)
RATE = Column(
    name="ANSWER_RATE",
    kind=Kind.NUMBER,
    role=Role.METRIC,
    label="Answer rate",
    description="How many attempts were answered.",
    format=Format.PERCENT,
    goal=Goal.UP,
    roll_up=Derived(ratio("ANSWERED", "ATTEMPTED")),
    sample="ATTEMPTED",
)
PER_CALLER = Column(
    name="PER_CALLER",
    kind=Kind.NUMBER,
    role=Role.METRIC,
    label="Calls per caller",
    format=Format.DECIMAL,
    roll_up=Derived(parse("ATTEMPTED / CALLERS")),
)


def rates(dimensions: Iterable[Column], rows: Iterable[Row]) -> Table:
    """A table of attempted, answered and their rate; rows give all but the rate."""
    return Table(
        (*dimensions, ATTEMPTED, ANSWERED, RATE),
        tuple((*row, row[-1] / row[-2] if row[-2] else None) for row in rows),
    )


def answer(table: Table, interval: Interval = OCTOBER, **more: object) -> Answer:
    return Answer(table=table, interval=interval, **{"data_through": local(2026, 11, 5), **more})


def asked(table: Table, previous: Table | None = None, **more: object) -> SectionAnswers:
    """A section's answers over October, and over September where there is a table of it."""
    before = None if previous is None else answer(previous, SEPTEMBER)
    return SectionAnswers(current=answer(table), previous=before, **more)


def edition(
    *sections: Section,
    interval: Interval = OCTOBER,
    comparison: Interval | None = SEPTEMBER,
    period: Period = PeriodName.LAST_MONTH,
    locale: str = "en-GB",
    as_of: datetime | None = None,
    title: str = "Monthly review",
    description: str = "",
    targets: dict[str, Target] | None = None,
    parameters: dict[str, object] | None = None,
    small_sample: int = 30,
) -> Edition:
    return Edition(
        spec=ReportSpec(
            version=1,
            name="monthly-review",
            title=title,
            description=description,
            sections=sections,
            targets=targets or {},
            small_sample=small_sample,
        ),
        source="calls",
        timezone="Europe/Zagreb",
        locale=locale,
        as_of=as_of or local(2026, 11, 3),
        period=period,
        interval=interval,
        comparison=comparison,
        parameters=parameters or {},
    )


def composed(made: Edition, *answers: SectionAnswers | None) -> Document:
    return compose(
        made,
        answers,
        words=load_words("en-GB", Path()),
        filters=Narrowings((("Channels", "VOICE_VIDEO"),), tuple(() for _ in answers)),
        spec_commit="abc1234",
        version="1.2.3",
        stamp=made.interval.until,
    )


def block_of(section: Section, answers: SectionAnswers, **more: object) -> Block:
    """The block of a report that has this section only."""
    (block,) = composed(edition(section, **more), answers).blocks
    return block


def texts(block: Block) -> list[list[str]]:
    """The cells of a table's rows as they read."""
    return [[cell.text for cell in row.cells] for row in block.rows]
