"""The numbers of a report as a list with keys: what a later report is held against.

A number is known by its question, its metric, its interval and its group. A question is a digest
of all else that gives a number its meaning; labels, formats and the order of sections are no part
of it. So two lists have a number in common only where both say the same thing of the same time.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from reporter.data.formula import Number
from reporter.errors import ReporterError

MOST: Final = 20_000
"""How many numbers are remembered of one report."""

_FORMAT: Final = b"1"
"""What remembered numbers begin with."""

Key = str | int | float | None
"""The value of a dimension; of a step of time its place among the steps of the interval."""
Group = tuple[Key, ...]
"""The values of the dimensions, in the order of their names."""
Numbers = tuple[tuple[Group, Number | None], ...]


class ReadingsError(ReporterError):
    """Bytes that are no remembered numbers, or those of a later version."""


class About(msgspec.Struct, frozen=True):
    """What numbers are about.

    Attributes:
        question: digest of all that they mean, but for metric and interval.
        metric: by name.
        since: of the interval, UTC.
        until: likewise.
    """

    question: str
    metric: str
    since: datetime
    until: datetime


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """All numbers of one metric by one grouping over one interval.

    Attributes:
        about: what they are about.
        current: whether the interval is the report's own, not that of the comparison.
        missing: what a group without a number has: 0 where records add up, else no value.
        step: the place of the step of time in a group; None where it has none.
        steps: how many steps, from the first, there were data for.
        numbers: by group, in one order; None is no value. Empty where there is a ``digest``.
        digest: of ``numbers``, where they were too many to be remembered.
    """

    about: About
    current: bool
    missing: Number | None
    step: int | None = None
    steps: int = 0
    numbers: Numbers = ()
    digest: str = ""

    def untold(self, group: Group) -> bool:
        """Whether a group that has no number had none for want of data: nothing was said of it."""
        if self.step is None:
            return False
        place = group[self.step]
        return isinstance(place, int) and place >= self.steps


class Readings(msgspec.Struct, frozen=True):
    """The numbers of a report.

    Attributes:
        figures: each once, in one order.
    """

    figures: tuple[Figures, ...] = ()

    @property
    def cut(self) -> int:
        """How many tables were too large: of these it is only known whether they have changed."""
        return sum(1 for one in self.figures if one.digest)


class Moved(msgspec.Struct, frozen=True):
    """A number that is another one than it was.

    Attributes:
        about: what it is a number of.
        group: whose number it is.
        then: None was no value.
        now: None is no value.
    """

    about: About
    group: Group
    then: Number | None
    now: Number | None


class Comparison(msgspec.Struct, frozen=True):
    """Two lists of numbers, as far as they have the same.

    Attributes:
        count: how many numbers were said then and can be compared.
        moved: those that differ, in the order of what they are about.
        unlisted: the tables too large to be remembered of which some number differs.
    """

    count: int
    moved: tuple[Moved, ...]
    unlisted: tuple[About, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.moved and not self.unlisted


def readings(found: Iterable[Figures], most: int = MOST) -> Readings:
    """The numbers in their one order; large tables as a digest, once there are too many.

    Those of whole periods come first, then those of small tables: what stands at the top of a
    report is remembered, whatever stands below it.
    """
    once = {one.about: _exact(one) for one in found}
    kept: list[Figures] = []
    count = 0
    for one in sorted(once.values(), key=lambda f: (len(f.numbers), not f.current, _order(f))):
        count += len(one.numbers)
        kept.append(one if count <= most else _digested(one))
    return Readings(tuple(sorted(kept, key=_order)))


def fingerprint(said: Readings) -> str:
    """The digest of the numbers, the same for the same numbers of another period.

    A step of time counts by its place. Where a section is added, it is another one.
    """
    parts = sorted(
        (one.about.question, one.about.metric, one.current, one.digest or _digest(one.numbers))
        for one in said.figures
    )
    return _digest(parts)


def encoded(said: Readings) -> bytes:
    """The numbers to be remembered, compressed; equal ones give equal bytes."""
    return _FORMAT + zlib.compress(msgspec.json.encode(said))


def decoded(remembered: bytes) -> Readings:
    """The numbers that were remembered.

    Raises:
        ReadingsError: they were written by a later version, or are none.
    """
    if remembered[:1] != _FORMAT:
        raise ReadingsError(
            f"the numbers of an earlier edition are written in the format {remembered[:1]!r},"
            f" expected {_FORMAT!r}: a later version of Reporter wrote them"
        )
    try:
        return msgspec.json.decode(zlib.decompress(remembered[1:]), type=Readings)
    except (zlib.error, msgspec.DecodeError) as error:
        raise ReadingsError(f"the numbers of an earlier edition cannot be read: {error}") from error


def compared(then: Readings, now: Readings) -> Comparison:
    """What both say, and where it differs.

    A step for which there were no data then was not said, and does not differ. A step for which
    there are none any more has lost its value.
    """
    before = {one.about: one for one in then.figures}
    common = [(before[one.about], one) for one in now.figures if one.about in before]
    pairs = [pair for pair in common if not _either_digested(*pair)]
    read = [one for pair in pairs for one in _read(*pair)]
    return Comparison(
        count=len(read),
        moved=tuple(one for one in read if one.then != one.now),
        unlisted=tuple(b.about for a, b in common if _either_digested(a, b) and _differ(a, b)),
    )


def _read(then: Figures, now: Figures) -> Iterator[Moved]:
    """Every number that was said then, with what it is now."""
    before, after = dict(then.numbers), dict(now.numbers)
    for group in dict.fromkeys((*before, *after)):
        if group in before or not then.untold(group):
            yield Moved(
                now.about,
                group,
                before.get(group, then.missing),
                after.get(group, None if now.untold(group) else now.missing),
            )


def _either_digested(then: Figures, now: Figures) -> bool:
    return bool(then.digest or now.digest)


def _differ(then: Figures, now: Figures) -> bool:
    """Whether two tables are known to differ: not where one has steps that the other lacks."""
    return then.steps == now.steps and _sum_of(then) != _sum_of(now)


def _sum_of(figures: Figures) -> str:
    return figures.digest or _digest(figures.numbers)


def _exact(figures: Figures) -> Figures:
    """The figures in their order, and every number written in one way only."""
    numbers = sorted(figures.numbers, key=lambda one: tuple(map(_rank, one[0])))
    return msgspec.structs.replace(
        figures, numbers=tuple((group, _written(value)) for group, value in numbers)
    )


def _written(value: Number | None) -> Number | None:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _rank(key: Key) -> tuple[int, float, str]:
    match key:
        case None:
            return (0, 0, "")
        case str():
            return (2, 0, key)
        case _:
            return (1, key, "")


def _digested(figures: Figures) -> Figures:
    return msgspec.structs.replace(figures, numbers=(), digest=_digest(figures.numbers))


def _order(figures: Figures) -> tuple[datetime, datetime, str, str]:
    about = figures.about
    return (about.since, about.until, about.metric, about.question)


def _digest(value: Any) -> str:  # noqa: ANN401 - what JSON takes
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()[:32]
