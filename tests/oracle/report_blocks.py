"""The blocks of a report as they must stand in its JSON, worked out by the reference."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import zip_longest
from typing import Any, Final

from reference import Value
from report_calendar import extent
from report_model import Asked, Cards, Grid, Picture, Section
from report_reference import (
    MOST_SERIES,
    Books,
    Group,
    Grouped,
    Number,
    Row,
    difference,
    grouped,
    key_of,
    ordered,
    relative,
    usable,
)

Block = dict[str, Any]
Calls = list[Any] | None

UNSURE: Final = "unsure"
"""Whether a step is complete that ends a little after the latest record: nobody can know."""


def block(books: Books, section: Section) -> Block:
    """What a section must be."""
    match section:
        case Cards():
            return {"type": "kpis", "cards": [_card(books, section, m) for m in section.metrics]}
        case Grid():
            return _table(books, section)
        case Picture():
            return _chart(books, section)


# Cards


def _card(books: Books, section: Cards, metric: str) -> Block:
    now, then = books.sides(section.filters)
    value = books.value(metric, now.calls)
    card: Block = {"name": metric, "value": value, "change": None}
    if then is not None:
        before, percent = books.value(metric, then.calls), books.is_percent(metric)
        card["change"] = {
            "previous": before,
            "absolute": difference(value, before),
            "relative": relative(value, before, percent=percent),
        }
    card["target"] = _target(books, metric, value)
    card["course"], card["courseSteps"] = _course(books, section, metric)
    return card


def _target(books: Books, metric: str, value: Number | None) -> Block | None:
    bounds = books.report.targets.get(metric)
    if bounds is None:
        return None
    least, most = bounds.get("atLeast", float("-inf")), bounds.get("atMost", float("inf"))
    first = "atLeast" if "atLeast" in bounds else "atMost"
    return {first: bounds[first], "met": None if value is None else least <= value <= most}


def _course(
    books: Books, section: Cards, metric: str
) -> tuple[list[Number | None], list[str | None]]:
    if section.sparkline is None:
        return [], []
    asked = Asked(metrics=(metric,), dimensions=(section.sparkline,), filters=section.filters)
    by_step = grouped(books, asked, compare=False)
    values = [by_step.value(metric, by_step.calls([step], [()])) for step in by_step.steps]
    return values, list(by_step.steps)


def _by(section: Cards, metric: str) -> Any:  # noqa: ANN401 - an Asked, which mypy cannot narrow
    from report_model import Asked

    return Asked(metrics=(metric,), dimensions=(section.sparkline or "",), filters=section.filters)


# Tables


def _table(books: Books, section: Grid) -> Block:
    found = grouped(books, section.asked, compare=section.compare)
    rows = [
        {"kind": kind, "values": [*labels, *_values(found, now, then)]}
        for kind, labels, now, then in _rows(found, section)
    ]
    columns: list[tuple[str, str]] = [(name, "dimension") for name in section.asked.answered]
    for metric in section.asked.metrics:
        columns.append((metric, "metric"))
        if found.then is not None:
            change = "difference" if books.is_percent(metric) else "change"
            columns += [(metric, "previous"), (metric, change)]
    return {"type": "table", "columns": columns, "rows": rows}


def _values(found: Grouped, now: Calls, then: Calls) -> Iterator[Number | None]:
    for metric in found.asked.metrics:
        value = found.value(metric, now)
        yield value
        if found.then is not None:
            before, percent = found.value(metric, then), found.books.is_percent(metric)
            yield before
            yield difference(value, before) if percent else relative(value, before, percent=False)


Line = tuple[str, Sequence[Value], Calls, Calls]
"""Kind, labels, the calls of the report's period, those of the other."""


def _rows(found: Grouped, section: Grid) -> Iterator[Line]:
    asked, compares = section.asked, found.then is not None
    names, units = _units(found)
    chosen, rest = units, list[Group]()
    if asked.top is not None:
        ranked = ordered(
            names, [_measured(found, unit) for unit in units], usable(asked, names, ranking=True)
        )
        chosen = [unit for unit, _ in ranked[: asked.top]]
        rest = [unit for unit in units if unit not in chosen]
    yield from _body(found, chosen)
    if asked.other and rest and found.grain and not found.others:
        steps = [str(step) for (step,) in rest]
        shown = [str(step) for (step,) in chosen]
        yield (
            "other",
            [None],
            found.calls(steps, [()]),
            found.rest_then(shown) if compares else None,
        )
    elif asked.other and rest:
        for step in found.steps:
            labels = [step if name == found.grain else None for name in asked.answered]
            before = found.calls([step], rest, then=True) if compares else None
            yield "other", labels, found.calls([step], rest), before
    if section.totals and asked.answered:
        before = None if found.then is None else list(found.then.calls)
        yield "total", [None] * len(asked.answered), list(found.now.calls), before


def _units(found: Grouped) -> tuple[tuple[str, ...], list[Group]]:
    """What a table's first groups are chosen among: groups over all time, or steps alone."""
    if found.grain and not found.others:
        return (found.grain,), [(step,) for step in found.steps]
    return found.others, list(found.groups)


def _calls_of(found: Grouped, unit: Group) -> Calls:
    if found.grain and not found.others:
        return found.calls([str(unit[0])], [()])
    return found.calls(found.steps, [unit])


def _measured(found: Grouped, unit: Group) -> Row:
    calls = _calls_of(found, unit)
    return unit, {metric: found.value(metric, calls) for metric in found.asked.metrics}


def _body(found: Grouped, chosen: Sequence[Group]) -> Iterator[Line]:
    asked, names = found.asked, found.asked.answered
    alone = found.grain is not None and not found.others
    spots: dict[Group, tuple[str | None, Group]] = {}
    for step in found.steps:
        for group in found.groups:
            if ((step,) if alone else group) in chosen:
                key = list(group)
                if found.grain is not None:
                    key.insert(names.index(found.grain), step)
                spots[tuple(key)] = (step, group)
    rows = [
        (key, {m: found.value(m, found.calls([step], [group])) for m in asked.metrics})
        for key, (step, group) in spots.items()
    ]
    ranking = asked.top is not None and found.grain is None
    for key, _ in ordered(names, rows, usable(asked, names, ranking=ranking)):
        step, group = spots[key]
        before = found.calls([step], [group], then=True) if found.then is not None else None
        yield "body", key, found.calls([step], [group]), before


# Charts


def _chart(books: Books, section: Picture) -> Block:
    found = grouped(books, section.asked, compare=section.compare)
    asked = section.asked
    timed = found.grain is not None and not (asked.top is not None and not found.others)
    # Without any group there is nothing that runs over time either.
    along_time = list(found.steps) if found.groups else []
    places = along_time if timed else _places(found)
    strands = _strands(found, timed_axis=found.grain is not None)
    series = [
        {
            "metric": metric,
            "strand": strand,
            "comparison": then,
            "values": [
                found.value(metric, _spot(found, place, strand, places, strands, then=then))
                for place in places
            ],
        }
        for then in ((False, True) if found.then is not None else (False,))
        for strand in strands
        for metric in asked.metrics
    ]
    current = [one["values"] for one in series if not one["comparison"]]
    return {
        "type": "chart",
        "steps": [None if place is OTHER else place for place in places],
        "series": series,
        "partial": timed and _last_is_partial(found, places, current),
    }


OTHER: Final = object()


def _axis_values(found: Grouped) -> list[Value]:
    if found.grain is not None:
        return list(found.steps)
    firsts = {group[0] for group in found.groups}
    return sorted(firsts, key=lambda value: key_of(found.others[:1], (value,)))


def _places(found: Grouped) -> list[Any]:
    """The places of bars: all groups, or the first and Other."""
    asked, values = found.asked, _axis_values(found)
    names = (found.grain,) if found.grain is not None else found.others[:1]
    rows: list[Row] = []
    for value in values:
        calls = _spot(found, value, None, [value], [None], then=False)
        rows.append(((value,), {m: found.value(m, calls) for m in asked.metrics}))
    if asked.top is None:
        return [key for (key,), _ in ordered(names, rows, usable(asked, names, ranking=False))]
    shown = ordered(names, rows, usable(asked, names, ranking=True))[: asked.top]
    # Time runs as it does, unless it is told otherwise; other groups stand as they were chosen.
    keys = usable(asked, names, ranking=found.grain is None)
    places = [key for (key,), _ in ordered(names, shown, keys)]
    return [*places, OTHER] if asked.other and len(shown) < len(rows) else places


def _strands(found: Grouped, *, timed_axis: bool) -> list[Any]:
    """The groups of the dimension that is not the axis; None where there is none."""
    asked = found.asked
    names = found.others if timed_axis else found.others[1:]
    if not names:
        return [None]
    groups = sorted({_strand_of(found, g) for g in found.groups}, key=lambda g: key_of(names, g))
    top = asked.top if timed_axis else None
    together = top is None or asked.other
    wanted = len(groups) if top is None else min(top, len(groups))
    if wanted == len(groups) <= MOST_SERIES:
        return list(groups)
    rows: list[Row] = []
    for strand in groups:
        calls = found.calls(
            found.steps, [g for g in found.groups if _strand_of(found, g) == strand]
        )
        rows.append((strand, {m: found.value(m, calls) for m in asked.metrics}))
    ranked = [strand for strand, _ in ordered(names, rows, usable(asked, names, ranking=True))]
    if together:
        return [*ranked[: min(wanted, MOST_SERIES - 1)], OTHER]
    return list(ranked[: min(wanted, MOST_SERIES)])


def _strand_of(found: Grouped, group: Group) -> Group:
    return group if found.grain is not None else group[1:]


def _spot(
    found: Grouped,
    place: Any,
    strand: Any,
    places: Sequence[Any],
    strands: Sequence[Any],
    *,
    then: bool,
) -> Calls:
    """The calls at one place of one series; Other is whatever has no place, or no series."""

    def belongs(value: Any, wanted: Any, shown: Sequence[Any]) -> bool:  # noqa: ANN401
        return value not in shown if wanted is OTHER else wanted is None or value == wanted

    def of_strand(group: Group) -> bool:
        return belongs(_strand_of(found, group), strand, strands)

    if found.grain is not None:
        groups = [group for group in found.groups if of_strand(group)]
        if place is not OTHER:
            return found.calls([place], groups, then=then)
        shown = [each for each in places if each is not OTHER]
        if then:
            return found.rest_then(shown)
        return found.calls([step for step in found.steps if step not in shown], groups)
    groups = [
        group
        for group in found.groups
        if (group[0] not in places if place is OTHER else group[0] == place) and of_strand(group)
    ]
    return found.calls([None], groups, then=then)


def _last_is_partial(
    found: Grouped, places: Sequence[Any], series: Sequence[Sequence[Number | None]]
) -> bool | str:
    """Whether the last step with a value is covered in part only, by the report or the data."""
    known = [
        place
        for place, *values in zip_longest(places, *series)
        if any(value is not None for value in values)
    ]
    if not known or found.grain is None:
        return False
    step, span, through = extent(known[-1], found.grain, found.books.zone), found.now.span, None
    if step.since < span.since or step.until > span.until:
        return True
    through = found.books.through
    if through is None or not step.since < through < step.until:
        return False
    # Records end a little before the data does.
    slack = min(timedelta(hours=1), (step.until - step.since) / 24)
    return True if through < step.until - slack else UNSURE
