"""The blocks of a report as they must stand in its JSON, worked out by the reference."""

from typing import Any

from report_kinds import picture
from report_model import Asked, Cards, Grid, Picture, Section
from report_reference import Books, Number, difference, grouped, relative
from report_tables import table

Block = dict[str, Any]


def block(books: Books, section: Section) -> Block:
    """What a section must be."""
    match section:
        case Cards():
            return {"type": "kpis", "cards": [_card(books, section, m) for m in section.metrics]}
        case Grid():
            return table(books, section)
        case Picture():
            return picture(books, section)


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
