"""The chart of a section as it must stand in the JSON, worked out by the reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from itertools import zip_longest
from typing import Any, Final

from reference import Value
from report_calendar import extent
from report_model import Picture
from report_reference import (
    Books,
    Calls,
    Group,
    Grouped,
    Number,
    Row,
    grouped,
    key_of,
    ordered,
    usable,
)

MOST_SERIES: Final = 8
"""More cannot be told apart; then the last is Other."""
UNSURE: Final = "unsure"
"""Whether a step is complete that ends a little after the latest record: nobody can know."""


class Rest(Enum):
    """The place, or the series, of all groups that have none of their own."""

    OTHER = "Other"


Place = Value | Rest
Strand = Group | Rest | None
"""A group of the dimension that is not the axis; None where there is none."""


def chart(books: Books, section: Picture) -> dict[str, Any]:
    """What a chart must be."""
    found = grouped(books, section.asked, compare=section.compare)
    laid = Laid(found, tuple(places_of(found)), tuple(strands_of(found)))
    series: list[dict[str, Any]] = [
        {
            "metric": metric,
            "strand": strand,
            "comparison": then,
            "values": [
                found.value(metric, laid.calls(place, strand, then=then)) for place in laid.places
            ],
        }
        for then in ((False, True) if found.then is not None else (False,))
        for strand in laid.strands
        for metric in section.asked.metrics
    ]
    current = [one["values"] for one in series if not one["comparison"]]
    return {
        "type": "chart",
        "chart": _drawn(section.kind, timed=is_timed(found)),
        "steps": [None if place is Rest.OTHER else place for place in laid.places],
        "series": series,
        "partial": is_timed(found) and last_is_partial(found, laid.places, current),
    }


def _drawn(kind: str, *, timed: bool) -> str:
    """Bars are upright over time and lie otherwise; a line over ranked steps is bars."""
    if kind == "bar" and timed:
        return "column"
    return "horizontalBar" if kind == "bar" or (kind in {"line", "area"} and not timed) else kind


@dataclass(frozen=True)
class Laid:
    """A query's calls, laid out in places along the axis and in strands, one per series."""

    found: Grouped
    places: tuple[Place, ...]
    strands: tuple[Strand, ...]

    def calls(self, place: Place, strand: Strand, *, then: bool) -> Calls | None:
        """The calls at one place of one series."""
        found = self.found
        groups = [group for group in found.groups if self._is_of(group, strand)]
        if found.grain is None:
            groups = [group for group in groups if self._stands_at(group, place)]
            return found.calls([None], groups, then=then)
        if place is not Rest.OTHER:
            return found.calls([str(place)], groups, then=then)
        shown = [str(each) for each in self.places if each is not Rest.OTHER]
        if then:
            return found.rest_then(shown)
        return found.calls([step for step in found.steps if step not in shown], groups)

    def _is_of(self, group: Group, strand: Strand) -> bool:
        own = _strand_of(self.found, group)
        return own not in self.strands if strand is Rest.OTHER else strand in (None, own)

    def _stands_at(self, group: Group, place: Place) -> bool:
        return group[0] not in self.places if place is Rest.OTHER else group[0] == place


def is_timed(found: Grouped) -> bool:
    """Whether the axis is time. Steps that are ranked are groups like any others."""
    return found.grain is not None and (found.asked.top is None or bool(found.others))


def places_of(found: Grouped) -> list[Place]:
    """Every step; or all groups; or the first groups and Other."""
    if is_timed(found):
        # Without any group there is nothing that runs over time either.
        return [*found.steps] if found.groups else []
    asked = found.asked
    names = (found.grain,) if found.grain is not None else found.others[:1]
    values = [*found.steps] if found.grain else {group[0] for group in found.groups}
    alone = [(value, Laid(found, (value,), (None,))) for value in values]
    rows = [
        measured_row(found, (value,), laid.calls(value, None, then=False)) for value, laid in alone
    ]
    if asked.top is None:
        return [key for (key,), _ in ordered(names, rows, usable(asked, names, ranking=False))]
    shown = ordered(names, rows, usable(asked, names, ranking=True))[: asked.top]
    # Time runs as it does, unless it is told otherwise; other groups stand as they were chosen.
    keys = usable(asked, names, ranking=found.grain is None)
    places: list[Place] = [key for (key,), _ in ordered(names, shown, keys)]
    return [*places, Rest.OTHER] if asked.other and len(shown) < len(rows) else places


def strands_of(found: Grouped) -> list[Strand]:
    """All groups of the dimension that is not the axis, or the first and Other."""
    asked, timed_axis = found.asked, found.grain is not None
    names = found.others if timed_axis else found.others[1:]
    if not names:
        return [None]
    groups = sorted({_strand_of(found, g) for g in found.groups}, key=lambda g: key_of(names, g))
    top = asked.top if timed_axis else None
    wanted = len(groups) if top is None else min(top, len(groups))
    if wanted == len(groups) <= MOST_SERIES:
        return [*groups]
    laid = Laid(found, (), tuple(groups))
    parts = {each: [g for g in found.groups if laid._is_of(g, each)] for each in groups}
    rows = [
        measured_row(found, each, found.calls(found.steps, part)) for each, part in parts.items()
    ]
    ranked = [each for each, _ in ordered(names, rows, usable(asked, names, ranking=True))]
    if top is None or asked.other:
        return [*ranked[: min(wanted, MOST_SERIES - 1)], Rest.OTHER]
    return [*ranked[: min(wanted, MOST_SERIES)]]


def measured_row(found: Grouped, group: Group, calls: Calls | None) -> Row:
    return group, {metric: found.value(metric, calls) for metric in found.asked.metrics}


def _strand_of(found: Grouped, group: Group) -> Group:
    return group if found.grain is not None else group[1:]


def last_is_partial(
    found: Grouped, places: Sequence[Place], series: Sequence[Sequence[Number | None]]
) -> bool | str:
    """Whether the last step with a value is covered in part only, by the report or the data."""
    known = [
        place
        for place, *values in zip_longest(places, *series)
        if any(value is not None for value in values)
    ]
    if not known or found.grain is None:
        return False
    step, span = extent(str(known[-1]), found.grain, found.books.zone), found.now.span
    if step.since < span.since or step.until > span.until:
        return True
    through = found.books.through
    if through is None or not step.since < through < step.until:
        return False
    # Records end a little before the data does.
    slack = min(timedelta(hours=1), (step.until - step.since) / 24)
    return True if through < step.until - slack else UNSURE
