"""What a source says to one query, and what a section of a report gets to work with."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from reporter.data.table import Table
from reporter.dates import Interval


class Rejected(msgspec.Struct, frozen=True):
    """A record that could not be used.

    Attributes:
        place: where it stands: file and line, or its call id.
        reason: why, as a sentence.
    """

    place: str
    reason: str


class Rejections(msgspec.Struct, frozen=True):
    """The records of an interval that could not be used.

    Attributes:
        count: all of them.
        examples: the first few, in a stable order.
    """

    count: int = 0
    examples: tuple[Rejected, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A source's answer to one query.

    Attributes:
        table: the numbers. Its rows are in no particular order.
        interval: what was really covered.
        data_through: up to when the source has data at all; None where it has none.
        rejections: bad records inside the interval, whatever the filters.
        notices: what a reader should know, as sentences.
        remarks: what only the one who asked should know: a report is the same file however its
            numbers were come by.
    """

    table: Table
    interval: Interval
    data_through: datetime | None = None
    rejections: Rejections = Rejections()
    notices: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class SectionAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one section of a report is made of.

    Attributes:
        current: the section's own query over the report's interval.
        previous: the same over the comparison interval.
        levels: the same at coarser grains, where a roll-up cannot tell (see ``AskAgain``): by
            some of the query's dimensions each, or by none.
        previous_levels: the same over the comparison interval.
        series: by sparkline step, without other dimensions.
        against: what another source says to the section's own query.
        against_levels: likewise at coarser grains.
    """

    current: Answer
    previous: Answer | None = None
    levels: tuple[Answer, ...] = ()
    previous_levels: tuple[Answer, ...] = ()
    series: Answer | None = None
    against: Answer | None = None
    against_levels: tuple[Answer, ...] = ()


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What the checks of a report look at.

    Attributes:
        wholes: figures of the whole period, by the number of the check that asked for them.
        period: everything that the report's own source said of its period.
    """

    wholes: Mapping[int, Answer] = {}
    period: tuple[Answer, ...] = ()


Narrowing = tuple[tuple[str, str], ...]
"""What narrows the records, as readers see it: label and values of each filter."""


class Narrowings(msgspec.Struct, frozen=True):
    """What narrows a report.

    Attributes:
        report: what holds for every section.
        sections: what each section adds, in order.
        checks: what each check adds, in order.
    """

    report: Narrowing = ()
    sections: tuple[Narrowing, ...] = ()
    checks: tuple[Narrowing, ...] = ()
