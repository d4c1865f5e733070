"""The blocks of a report as they must stand in its JSON, worked out by the reference."""

from collections.abc import Iterator, Sequence
from typing import Any

from reference import Value
from report_charts import chart
from report_model import Asked, Cards, Grid, Picture, Section
from report_reference import (
    Books,
    Calls,
    Group,
    Grouped,
    Number,
    Row,
    difference,
    grouped,
    ordered,
    relative,
    usable,
)

Block = dict[str, Any]


def block(books: Books, section: Section) -> Block:
    """What a section must be."""
    match section:
        case Cards():
            return {"type": "kpis", "cards": [_card(books, section, m) for m in section.metrics]}
        case Grid():
            return _table(books, section)
        case Picture():
            return chart(books, section)


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


def _values(found: Grouped, now: Calls | None, then: Calls | None) -> Iterator[Number | None]:
    for metric in found.asked.metrics:
        value = found.value(metric, now)
        yield value
        if found.then is not None:
            before, percent = found.value(metric, then), found.books.is_percent(metric)
            yield before
            yield difference(value, before) if percent else relative(value, before, percent=False)


Line = tuple[str, Sequence[Value], Calls | None, Calls | None]
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


def _calls_of(found: Grouped, unit: Group) -> Calls | None:
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
                labels = list(group)
                if found.grain is not None:
                    labels.insert(names.index(found.grain), step)
                spots[tuple(labels)] = (step, group)
    rows = [
        (key, {m: found.value(m, found.calls([step], [group])) for m in asked.metrics})
        for key, (step, group) in spots.items()
    ]
    ranking = asked.top is not None and found.grain is None
    for key, _ in ordered(names, rows, usable(asked, names, ranking=ranking)):
        step, group = spots[key]
        before = found.calls([step], [group], then=True) if found.then is not None else None
        yield "body", key, found.calls([step], [group]), before
