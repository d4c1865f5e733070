"""Charts of parts, heatmaps and funnels as they must stand in the JSON."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from reference import Value
from report_charts import (
    MOST_SERIES,
    Laid,
    Place,
    Rest,
    chart,
    is_timed,
    last_is_partial,
    measured_row,
    places_of,
    strands_of,
)
from report_model import Picture
from report_reference import Books, Grouped, Number, grouped, ordered, usable

MOST_ROWS: Final = 30
WEEKDAYS: Final = (
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
)
"""As weeks run in Britain."""


def picture(books: Books, section: Picture) -> dict[str, Any]:
    """What a chart of any kind must be."""
    match section.kind:
        case "stacked" | "stacked100":
            return _stacked(books, section)
        case "donut":
            return _donut(books, section)
        case "heatmap" if section.asked.answered == ("HOUR",):
            return _hours(books, section)
        case "heatmap":
            return _crossed(books, section)
        case "funnel":
            return _funnel(books, section)
        case _:
            return chart(books, section)


def share(part: Number | None, whole: Number | None) -> float | None:
    return None if part is None or not whole else part / whole


# Parts


def _stacked(books: Books, section: Picture) -> dict[str, Any]:
    """Never without what is left over, where ``top`` cuts the parts."""
    asked = section.asked
    if asked.grain is not None and len(asked.answered) > 1:
        asked = replace(asked, other=asked.top is not None)
    found = grouped(books, asked, compare=False)
    laid = Laid(found, tuple(places_of(found)), tuple(strands_of(found)))
    series = [
        {
            "metric": metric,
            "strand": strand,
            "comparison": False,
            "values": [
                found.value(metric, laid.calls(place, strand, then=False)) for place in laid.places
            ],
        }
        for strand in laid.strands
        for metric in asked.metrics
    ]
    everything = Laid(found, laid.places, (None,))
    wholes = [
        _sum(found.value(m, everything.calls(place, None, then=False)) for m in asked.metrics)
        for place in laid.places
    ]
    if section.kind == "stacked100":
        for one in series:
            one["shares"] = [share(*pair) for pair in zip(one["values"], wholes, strict=True)]
    values = [one["values"] for one in series]
    return {
        "type": "chart",
        "chart": section.kind,
        "steps": [None if place is Rest.OTHER else place for place in laid.places],
        "series": series,
        "wholes": wholes,
        "partial": is_timed(found) and last_is_partial(found, laid.places, values),
    }


def _sum(values: Any) -> Number | None:  # noqa: ANN401 - an iterable of numbers
    found = list(values)
    return None if None in found else sum(found)


def _donut(books: Books, section: Picture) -> dict[str, Any]:
    found = grouped(books, section.asked, compare=False)
    (metric,) = section.asked.metrics
    values = {group[0] for group in found.groups}
    wanted = len(values) if section.asked.top is None else section.asked.top
    most = MOST_SERIES if len(values) <= min(wanted, MOST_SERIES) else MOST_SERIES - 1
    places = _first(found, 0, min(wanted, most), ranking=True)
    if len(places) < len(values):
        places = [*places, Rest.OTHER]
    laid = Laid(found, tuple(places), (None,))
    parts = [found.value(metric, laid.calls(place, None, then=False)) for place in places]
    whole = found.value(metric, found.calls(found.steps, found.groups))
    return {
        "type": "chart",
        "chart": "donut",
        "steps": [None if place is Rest.OTHER else place for place in places],
        "series": [
            {
                "metric": metric,
                "strand": None,
                "comparison": False,
                "values": parts,
                "shares": [share(part, whole) for part in parts],
            }
        ],
        "wholes": [whole],
        "partial": False,
    }


def _first(found: Grouped, dimension: int, limit: int, *, ranking: bool) -> list[Place]:
    """The first groups of a dimension, or all in their order."""
    names = (found.others[dimension],)
    groups: dict[Value, list[Any]] = {}
    for group in found.groups:
        groups.setdefault(group[dimension], []).append(group)
    rows = [
        measured_row(found, (value,), found.calls(found.steps, own))
        for value, own in groups.items()
    ]
    keys = usable(found.asked, names, ranking=ranking)
    return [value for (value,), _ in ordered(names, rows, keys)[:limit]]


# Heatmaps


def _hours(books: Books, section: Picture) -> dict[str, Any]:
    found = grouped(books, section.asked, compare=False)
    (metric,) = section.asked.metrics
    spots: dict[tuple[int, int], list[str]] = {}
    for step in map(str, found.steps):
        at = datetime.fromisoformat(step)
        spots.setdefault((at.weekday(), at.hour), []).append(step)
    days = sorted({day for day, _ in spots})
    return {
        "type": "chart",
        "chart": "heatmap",
        "steps": list(range(24)),
        "series": [
            {
                "name": f"{metric}:{WEEKDAYS[day]}",
                "metric": metric,
                "strand": None,
                "comparison": False,
                "values": [
                    found.value(metric, found.calls(spots.get((day, hour), ()), [()]))
                    for hour in range(24)
                ],
            }
            for day in days
        ],
        "partial": False,
    }


def _crossed(books: Books, section: Picture) -> dict[str, Any]:
    """The first group runs down; across it time, else the second."""
    found = grouped(books, section.asked, compare=False)
    asked, (metric,) = section.asked, section.asked.metrics
    groups = {group[0] for group in found.groups}
    limit = MOST_ROWS if asked.top is None else min(asked.top, MOST_ROWS)
    ranked = asked.top is not None or len(groups) > limit
    rows = _first(found, 0, limit, ranking=ranked)
    if asked.other and len(rows) < len(groups):
        rows = [*rows, Rest.OTHER]
    if found.grain is None:
        columns = _first(found, 1, len(found.groups), ranking=False)
    else:
        columns = [*found.steps] if found.groups else []

    def calls(row: Place, column: Place) -> Any:  # noqa: ANN401 - calls or None
        own = [g for g in found.groups if (g[0] not in rows if row is Rest.OTHER else g[0] == row)]
        if found.grain is not None:
            return found.calls([str(column)], own)
        return found.calls([None], [group for group in own if group[1] == column])

    series = [
        {
            "metric": metric,
            "strand": row if row is Rest.OTHER else (row,),
            "comparison": False,
            "values": [found.value(metric, calls(row, column)) for column in columns],
        }
        for row in rows
    ]
    values: Sequence[Sequence[Number | None]] = [one["values"] for one in series]
    return {
        "type": "chart",
        "chart": "heatmap",
        "steps": list(columns),
        "series": series,
        "partial": found.grain is not None and last_is_partial(found, columns, values),
    }


# Funnels


def _funnel(books: Books, section: Picture) -> dict[str, Any]:
    found = grouped(books, section.asked, compare=section.compare)
    series = []
    for side in (found.now, found.then):
        if side is not None:
            values = [books.value(metric, side.calls) for metric in section.asked.metrics]
            series.append(
                {
                    "name": "stages",
                    "metric": "",
                    "strand": None,
                    "comparison": side is found.then,
                    "values": values,
                    "shares": [share(value, values[0]) for value in values],
                    "sharesOfStageBefore": [
                        None,
                        *(share(values[n], values[n - 1]) for n in range(1, len(values))),
                    ],
                }
            )
    return {
        "type": "chart",
        "chart": "funnel",
        "steps": None,
        "series": series,
        "partial": False,
    }
