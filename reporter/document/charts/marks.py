"""Annotations: where on the axis of time a moment of the spec lies."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from reporter.data.table import Column
from reporter.dates import Grain, Interval, at_midnight, parse_instant, step_interval, with_offset
from reporter.document.frame import Frame
from reporter.document.model import ChartMark
from reporter.document.values import Cell
from reporter.spec.moment import moment
from reporter.spec.sections import Annotation

_DAY: Final = timedelta(days=1)


def marks(
    frame: Frame, annotations: Sequence[Annotation], axis: Column, steps: Sequence[Cell]
) -> tuple[ChartMark, ...]:
    """The annotations that the report's period has, in the order of time.

    A day is marked in its middle, on an axis of hours where it begins; an instant where it is.
    """
    if axis.grain is None:
        return ()
    own = frame.edition.interval
    found = []
    for annotation in annotations:
        span, text = _span(frame, annotation.date)
        if span.until > own.since and span.since < own.until:
            at = span.since if axis.grain is Grain.HOUR else _middle(span)
            place = _place(frame, at, axis.grain, steps)
            if place is not None:
                found.append(ChartMark(place=place, label=annotation.label, date=text))
    return tuple(sorted(found, key=lambda mark: mark.place))


def _span(frame: Frame, text: str) -> tuple[Interval, str]:
    """The day or the instant that an annotation names, and how people write it."""
    written = moment(text)
    if isinstance(written, datetime):
        at = with_offset(parse_instant(written.isoformat(), frame.zone), frame.zone)
        return Interval(at, at + timedelta(microseconds=1)), frame.times.step(at, Grain.HOUR)
    end = at_midnight(written + _DAY, frame.zone)
    return Interval(at_midnight(written, frame.zone), end), frame.times.step(written, Grain.DAY)


def _middle(span: Interval) -> datetime:
    return span.since + (span.until - span.since) / 2


def _place(frame: Frame, at: datetime, grain: Grain, steps: Sequence[Cell]) -> float | None:
    for number, step in enumerate(steps):
        if not isinstance(step.value, date):
            continue
        span = step_interval(step.value, grain, frame.zone)
        if span.since <= at < span.until:
            return number - 0.5 + (at - span.since) / (span.until - span.since)
    return None
