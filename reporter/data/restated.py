"""Numbers that have changed since an earlier edition said them, ready to be written."""

from datetime import datetime
from typing import Literal

import msgspec

from reporter.data.answer import Narrowing
from reporter.data.formula import Number
from reporter.data.table import Column, Value
from reporter.dates import Interval


class Restatement(msgspec.Struct, frozen=True, kw_only=True):
    """A number that was said otherwise.

    Attributes:
        metric: what is measured.
        interval: over which it is taken.
        group: whose number it is, a dimension and its value each; empty: the whole interval's.
        narrowing: what narrows it beside what narrows the whole report, label and values.
        source: who says it, where it is not the report's own source.
        then: None was no value.
        now: None is no value.
    """

    metric: Column
    interval: Interval
    group: tuple[tuple[Column, Value], ...] = ()
    narrowing: Narrowing = ()
    source: str | None = None
    then: Number | None
    now: Number | None


class Unlisted(msgspec.Struct, frozen=True):
    """A table too large to be remembered, of which some number has changed."""

    metric: Column
    dimensions: tuple[Column, ...]


class Differences(msgspec.Struct, frozen=True):
    """What has changed between an earlier edition and this one.

    Attributes:
        count: how many numbers of the earlier one could be compared.
        moved: those that have changed: first those of whole intervals, then those of groups; the
            largest relative change first.
        unlisted: what has changed and is not among them.
    """

    count: int = 0
    moved: tuple[Restatement, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything has changed."""
        return bool(self.moved or self.unlisted)


class Restated(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier edition, and what has changed since.

    Attributes:
        kind: which issue it was.
        interval: what it was about.
        made_at: when it said so.
        replaced: whether this edition stands in its place; else it is about another period, and
            has numbers of that one in common.
        differences: from it to this edition; None where its numbers have been forgotten.
    """

    kind: Literal["final", "provisional", "restatement"]
    interval: Interval
    made_at: datetime
    replaced: bool
    differences: Differences | None
