"""What has changed since earlier editions: a table of the numbers, and a sentence above the report.

The sentence names the edition that said otherwise; the table says what it said and what holds now.
A number that has no value on one of the two sides has a dash there and no difference.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from reporter.data.restated import Differences, Restated, Restatement
from reporter.data.table import Format, Kind
from reporter.document.cells import change, dimension_cell, metric_cell
from reporter.document.frame import Frame
from reporter.document.model import TableBlock
from reporter.document.prepare import default_title
from reporter.document.values import BlockRow, Cell, Head, HeadRole, RowKind
from reporter.words import Count

MOST_ROWS: Final = 20
"""How many numbers a table lists."""


class _Sentences(msgspec.Struct, frozen=True):
    """What is said of an earlier edition: keys of the words."""

    moved: str
    unlisted: str
    nothing: str
    forgotten: str


_SINCE: Final = _Sentences(
    "restated_since",
    "restated_since_unlisted",
    "restated_since_nothing",
    "restated_since_forgotten",
)
_PROVISIONAL: Final = _Sentences(
    "restated_provisional",
    "restated_provisional_unlisted",
    "restated_provisional_nothing",
    "restated_provisional_forgotten",
)


def restated_block(frame: Frame, since: Restated) -> TableBlock | None:
    """The numbers that have changed since an edition; None where none can be listed."""
    found = since.differences
    if found is None or not found.moved:
        return None
    return TableBlock(
        name="restated",
        title=frame.words.say("restated", period=frame.times.period(since.interval)),
        heads=tuple(_heads(frame, since)),
        rows=tuple(_row(frame, since, moved) for moved in found.moved[:MOST_ROWS]),
        notes=tuple(_notes(frame, found)),
    )


def restated_notice(frame: Frame, since: Restated) -> str:
    """How many numbers have changed since an edition, in a sentence."""
    found, say = since.differences, frame.words.say
    made_final = since.replaced and since.kind == "provisional"
    about = _PROVISIONAL if made_final else _SINCE
    values = {"period": frame.times.period(since.interval), "day": _day(frame, since)}
    if found is None:
        return say(about.forgotten, **values)
    if found.moved:
        return say(about.moved, count=_count(frame, len(found.moved)), **values)
    if found.unlisted:
        return say(about.unlisted, tables=_tables(frame, found), **values)
    return say(about.nothing, **values)


def _heads(frame: Frame, since: Restated) -> Iterator[Head]:
    words = frame.words
    for name, label in (("metric", words["metric"]), ("group", words["group"])):
        yield Head(name=name, label=label, role=HeadRole.DIMENSION, kind=Kind.TEXT)
    for name, label, role in (
        ("then", words.say("said_on", day=_day(frame, since)), HeadRole.METRIC),
        ("now", words["now"], HeadRole.METRIC),
        ("difference", words["difference"], HeadRole.DIFFERENCE),
        ("relative", words["relative_difference"], HeadRole.CHANGE),
    ):
        yield Head(name=name, label=label, role=role, kind=Kind.NUMBER)


def _row(frame: Frame, since: Restated, moved: Restatement) -> BlockRow:
    metric, group = _metric(frame, since, moved), _group(frame, moved)
    # That a number was corrected is neither good news nor bad: what has changed is what is known.
    apart = change(frame.numbers, moved.metric, moved.now, moved.then)
    cells = (
        Cell(value=metric, text=metric),
        Cell(value=group, text=group),
        metric_cell(frame.numbers, moved.metric, moved.then),
        metric_cell(frame.numbers, moved.metric, moved.now),
        Cell(
            value=apart.absolute.value,
            text=apart.absolute.text,
            format=apart.absolute.format,
        ),
        Cell(value=apart.relative.value, text=apart.relative.text, format=Format.PERCENT),
    )
    return BlockRow(RowKind.BODY, cells)


def _metric(frame: Frame, since: Restated, moved: Restatement) -> str:
    """The metric, where it is another's with its source, where of another period with that."""
    say, label = frame.words.say, moved.metric.label
    if moved.source is not None:
        label = say("metric_in_source", metric=label, source=moved.source)
    if moved.interval != since.interval:
        label = say("in_period", label=label, period=frame.times.period(moved.interval))
    return label


def _group(frame: Frame, moved: Restatement) -> str:
    say = frame.words.say
    parts = [
        *((c.label, dimension_cell(frame.times, c, value).text) for c, value in moved.group),
        *moved.narrowing,
    ]
    said = [say("label_and_value", label=label, value=value) for label, value in parts]
    return "; ".join(said) or frame.words["whole_period"]


def _notes(frame: Frame, found: Differences) -> Iterator[str]:
    say = frame.words.say
    every = frame.numbers.decimal(found.count, 0)
    yield say("restated_of", count=_count(frame, len(found.moved)), all=every)
    for key, count in (
        ("restated_more", len(found.moved) - MOST_ROWS),
        ("restated_gained", sum(1 for one in found.moved if one.then is None)),
        ("restated_lost", sum(1 for one in found.moved if one.now is None)),
    ):
        if count > 0:
            yield say(key, count=_count(frame, count))
    if found.unlisted:
        yield say("restated_unlisted", tables=_tables(frame, found))


def _tables(frame: Frame, found: Differences) -> str:
    """The tables of which it is only known that they have changed."""
    words = frame.words
    titles = {default_title(words, (one.metric,), one.dimensions) for one in found.unlisted}
    return "; ".join(sorted(titles))


def _day(frame: Frame, since: Restated) -> str:
    """The day on which an edition was made, in the report's time zone."""
    return frame.times.day(since.made_at.astimezone(frame.zone).date())


def _count(frame: Frame, count: int) -> Count:
    return Count(count, frame.numbers.decimal(count, 0))
