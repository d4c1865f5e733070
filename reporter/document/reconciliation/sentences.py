"""What stands under a reconciliation: what was found, by which bounds, and what was left out."""

from collections.abc import Iterator
from itertools import groupby
from math import inf

import msgspec

from reporter.data.table import Column, Format
from reporter.document.cells import format_of
from reporter.document.coverage import covers
from reporter.document.frame import Frame
from reporter.document.prepare import only_source_can_tell, sentence, unavailable_notes
from reporter.document.reconciliation.sides import Line, Reconciled, Side
from reporter.document.reconciliation.verdict import Pair, Verdict, unit_bound
from reporter.spec.sections import ReconciliationSection
from reporter.spec.tolerance import Tolerance
from reporter.words import Count


class Summary(msgspec.Struct, frozen=True):
    """What was found.

    Attributes:
        text: a sentence or two.
        agrees: whether something was compared, and all of it is within bounds.
    """

    text: str
    agrees: bool


class _Place(msgspec.Struct, frozen=True):
    line: Line
    column: Column
    pair: Pair

    @property
    def size(self) -> float:
        """How far the values are apart as a part of the own one; without such a part, endless."""
        part = self.pair.relative
        return inf if part is None else abs(part)


def summary(frame: Frame, found: Reconciled) -> Summary:
    """How many comparisons are out of bounds, and which of them the most."""
    places = [
        _Place(line, column, pair)
        for line in (*found.lines, found.whole)
        for column, pair in zip(found.columns, line.pairs, strict=True)
        if pair.verdict is not Verdict.NOT_COMPARED
    ]
    outside = [place for place in places if place.pair.verdict is Verdict.OUT_OF_BOUNDS]
    say = frame.words.say
    every = _count(frame, len(places))
    if not places:
        return Summary(say("nothing_compared"), agrees=False)
    if not outside:
        return Summary(say("all_in_bounds", count=every), agrees=True)
    text = say("some_out_of_bounds", count=_count(frame, len(outside)), all=every)
    largest = say("largest_difference", difference=_at(frame, found, max(outside, key=_size)))
    return Summary(f"{text} {largest}", agrees=False)


def notes(frame: Frame, section: ReconciliationSection, found: Reconciled) -> tuple[str, ...]:
    """What a reader of the table should know beside what was found."""
    sides, period = (found.own, found.other), frame.edition.interval
    bounds = (
        frame.words.say("difference_is", source=found.other.source, own=found.own.source),
        *_bounds(frame, section, found),
    )
    left_out = (
        *_left_out(frame, found),
        *(_short(frame, side) for side in sides if not covers(side.answer, period)),
    )
    return (
        " ".join(bounds),
        *([" ".join(left_out)] if left_out else []),
        *dict.fromkeys(
            note
            for columns in (found.columns, found.others)
            for note in unavailable_notes(frame.words, columns)
        ),
        *_untold(frame, found),
        *_of_other(frame, found.other),
    )


def _size(place: _Place) -> float:
    return place.size


def _count(frame: Frame, number: int) -> Count:
    return Count(number, frame.numbers.decimal(number, 0))


def _at(frame: Frame, found: Reconciled, place: _Place) -> str:
    """Where a difference is and how large: ``12 Oct 2026, Total calls: +4.2%``."""
    words, pair, form = frame.words, place.pair, format_of(place.column)
    where = [place.column.label]
    if found.time is not None:
        where.insert(0, words["total"])
    if place.line.step is not None and found.time is not None and found.time.grain is not None:
        where[0] = frame.times.step(place.line.step, found.time.grain)
    if pair.own is None or pair.other is None:
        size = words.say(
            "one_has_value",
            own=frame.numbers.text(pair.own, form),
            other=frame.numbers.text(pair.other, form),
        )
    elif form is Format.PERCENT or pair.relative is None:
        size = frame.numbers.difference(pair.difference, form)
    else:
        size = frame.numbers.relative(pair.relative)
    return words.say("label_and_value", label=words.row(where), value=size)


# Bounds


def _bounds(frame: Frame, section: ReconciliationSection, found: Reconciled) -> Iterator[str]:
    """By which bounds it was compared; metrics with the same bounds together."""
    by_bounds: dict[str, list[str]] = {}
    for column in found.columns:
        tolerance = section.tolerances.get(column.name, section.tolerance)
        text = _bound_text(frame, tolerance, format_of(column))
        by_bounds.setdefault(text, []).append(column.label)
    say = frame.words.say
    for text, labels in by_bounds.items():
        metrics = frame.words.listed(labels)
        if text:
            yield say("in_bounds_up_to", bounds=text, metrics=metrics)
        else:
            yield say("in_bounds_if_equal", metrics=metrics)


def _bound_text(frame: Frame, tolerance: Tolerance, form: Format) -> str:
    numbers, words = frame.numbers, frame.words
    texts = []
    if tolerance.relative is not None:
        text = numbers.target(tolerance.relative, Format.PERCENT)
        texts.append(words.say("part_of_own", part=text, source=frame.edition.source))
    bound = unit_bound(tolerance, form)
    if bound is not None and form is Format.PERCENT:
        texts.append(
            f"{numbers.target(bound * 100, Format.DECIMAL)}\N{NO-BREAK SPACE}{numbers.points}"
        )
    elif bound is not None:
        texts.append(numbers.target(bound, form))
    return words.listed(texts, "or") if texts else ""


# What is not compared


def _short(frame: Frame, side: Side) -> str:
    """What a source has less than the period."""
    source, answer = side.source, side.answer
    end = answer.data_through
    if end is None:
        return frame.words.say("no_data", source=source)
    interval = answer.interval
    if interval.since > frame.edition.interval.since:
        text = frame.times.interval(interval)
        return frame.words.say("source_answered_only", source=source, interval=text)
    until = frame.times.instant(min(end, interval.until))
    return frame.words.say("source_has_until", source=source, until=until)


def _left_out(frame: Frame, found: Reconciled) -> Iterator[str]:
    """Which steps are not compared, those that follow one another together."""
    time = found.time
    if time is None or time.grain is None:
        if not found.whole.covered:
            yield frame.words.say("whole_not_compared", period=frame.period)
        return
    count = sum(not line.covered for line in found.lines)
    if not count:
        return
    spans = []
    for covered, run in groupby(found.lines, key=lambda line: line.covered):
        steps = [line.step for line in run if line.step is not None]
        if not covered:
            first, last = (frame.times.step(steps[i], time.grain) for i in (0, -1))
            one = len(steps) == 1
            spans.append(first if one else frame.words.say("span", first=first, last=last))
    steps_text = frame.words.listed(spans)
    yield frame.words.say("steps_not_compared", count=_count(frame, count), steps=steps_text)
    if found.whole.covered:
        kept = _count(frame, len(found.lines) - count)
        yield frame.words.say("total_over_compared", count=kept)


def _untold(frame: Frame, found: Reconciled) -> Iterator[str]:
    """Metrics that only a source can tell of the whole, where it tells of another time."""
    if found.time is None:
        return
    everything = all(line.covered for line in found.lines)
    untold = [side.table for side in (found.own, found.other) if not (everything and side.asked)]
    for column in found.columns:
        if any(only_source_can_tell(table, column.name) for table in untold):
            yield frame.words.say("total_not_told", metric=column.label)


def _of_other(frame: Frame, other: Side) -> Iterator[str]:
    """What the other source says of its records; of the report's own a notice tells."""
    rejected = other.answer.rejections
    if not rejected.count:
        return
    said = [
        frame.words.say(
            "records_rejected_in", count=_count(frame, rejected.count), source=other.source
        )
    ]
    said += [
        sentence(frame.words.say("first_rejected", place=one.place, reason=one.reason))
        for one in rejected.examples[:1]
    ]
    yield " ".join(said)
