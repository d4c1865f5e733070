"""A catalog as people read it: names on the left, what they mean on the right."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from textwrap import wrap
from typing import Final

import click
import msgspec

from reporter.catalog.model import (
    Aggregate,
    Calculation,
    Catalog,
    Dimension,
    Filter,
    FilterKind,
    Metric,
    Ratio,
    Reported,
)
from reporter.data.formula import text_of
from reporter.data.table import Format, Goal, Kind, Member

_WIDEST: Final = 110
_NARROWEST_TEXT: Final = 50
_INDENT: Final = "  "
_MANY: Final = 8


class Entry(msgspec.Struct, frozen=True):
    """One word.

    Attributes:
        name: as specs write it.
        label: what people read, with what they should know at first glance.
        text: what it means, one paragraph each.
    """

    name: str
    label: str
    text: tuple[str, ...]


def listing(catalog: Catalog, parts: Iterable[str], *, internal: bool) -> str:
    """The parts one under the other, as wide as the terminal but readable."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    blocks: list[str] = []
    for part in parts:
        title = f"{part.capitalize()} of {catalog.label}"
        blocks.append(click.style(title, bold=True, underline=True))
        sections = list(_SECTIONS[part](catalog, internal))
        column = max((len(e.name) for _, entries in sections for e in entries), default=0)
        blocks += [_section(heading, entries, column, width) for heading, entries in sections]
        if not sections:
            blocks.append(f"{_INDENT}none")
    return "\n\n".join(blocks)


def _section(heading: str, entries: list[Entry], column: int, width: int) -> str:
    lines = [click.style(heading, bold=True)] if heading else []
    for entry in entries:
        lines += _lines(entry, column, width)
    return "\n".join(lines)


def _lines(entry: Entry, column: int, width: int) -> list[str]:
    """The name with its text beside it, or under it where there is no room."""
    left = len(_INDENT) + column + len(_INDENT)
    beside = width - left >= _NARROWEST_TEXT
    indent = " " * left if beside else _INDENT * 2
    room = max(width - len(indent), _NARROWEST_TEXT // 2)
    text = [click.style(line, fg="cyan") for line in wrap(entry.label, room)]
    text += [line for paragraph in entry.text for line in wrap(paragraph, room)]
    if beside:
        first, *text = text
        head = f"{_INDENT}{entry.name:{column}}{_INDENT}{first}"
    else:
        head = f"{_INDENT}{entry.name}"
    return [head, *(indent + line for line in text)]


Sections = Iterator[tuple[str, list[Entry]]]


def _metrics(catalog: Catalog, internal: bool) -> Sections:  # noqa: FBT001 - one signature for all parts
    listed = [m for m in catalog.metrics if internal or not m.internal]
    groups = list(dict.fromkeys(m.group for m in listed))
    ordered = sorted(listed, key=lambda m: groups.index(m.group))
    for group, metrics in groupby(ordered, key=lambda m: m.group):
        yield group, [_metric(m) for m in metrics]


def _dimensions(catalog: Catalog, _: bool) -> Sections:  # noqa: FBT001 - same
    if catalog.dimensions:
        yield "", [_dimension(d) for d in catalog.dimensions]


def _filters(catalog: Catalog, _: bool) -> Sections:  # noqa: FBT001 - same
    if catalog.filters:
        yield "", [_filter(f) for f in catalog.filters]


def _capabilities(catalog: Catalog, _: bool) -> Sections:  # noqa: FBT001 - same
    if catalog.capabilities:
        yield "", [Entry(c.code, c.label, (c.description,)) for c in catalog.capabilities]


_SECTIONS: Final[dict[str, Callable[[Catalog, bool], Sections]]] = {
    "metrics": _metrics,
    "dimensions": _dimensions,
    "filters": _filters,
    "capabilities": _capabilities,
}

_FORMATS: Final = {
    Format.INTEGER: "",
    Format.DECIMAL: "",
    Format.PERCENT: " · percentage",
    Format.DURATION: " · duration",
    Format.CURRENCY: " · amount",
}
_GOALS: Final = {
    Goal.UP: " · higher is better",
    Goal.DOWN: " · lower is better",
    Goal.NEUTRAL: "",
}


_ASKED_AGAIN: Final = "Not additive: every total is asked for anew."


def _metric(metric: Metric) -> Entry:
    label = f"{metric.label}{_FORMATS[metric.format]}{_GOALS[metric.goal]}"
    match metric.definition:
        case Aggregate():
            text: tuple[str, ...] = (metric.description,)
        case Ratio(numerator, denominator):
            text = (metric.description, f"= {numerator} / {denominator}")
        case Calculation(formula):
            text = (metric.description, f"= {text_of(formula)}")
        case Reported(additive):
            text = (metric.description, *(() if additive else (_ASKED_AGAIN,)))
    of_channels = f" · {', '.join(metric.channels)} alone" if metric.channels else ""
    return Entry(metric.name, f"{label}{of_channels}", text)


def _dimension(dimension: Dimension) -> Entry:
    return Entry(
        dimension.name,
        dimension.label,
        (dimension.description, *_known_values("Values", dimension.members)),
    )


def _filter(entry: Filter) -> Entry:
    required = " · required by the Metrics API" if entry.required else ""
    aliases = (f"Also written {', '.join(entry.aliases)}.",) if entry.aliases else ()
    default = (f"Without it: {', '.join(entry.default)}.",) if entry.default else ()
    values = "One or more of" if entry.closed else "For example"
    return Entry(
        entry.name,
        f"{entry.label} · {_takes(entry)}{required}",
        (entry.description, *_known_values(values, entry.values), *default, *aliases),
    )


def _takes(entry: Filter) -> str:
    match entry.kind:
        case FilterKind.VALUES | FilterKind.ACCOUNTS:
            return "list of whole numbers" if entry.type is Kind.INTEGER else "list of texts"
        case FilterKind.SUBACCOUNTS:
            return "true or false"
        case FilterKind.SPANS:
            return "list of {from, to}"
        case FilterKind.PAIRS:
            return f"list of {{{', '.join(key.name for key in entry.keys)}}}"
        case FilterKind.SINCE | FilterKind.UNTIL:
            return "date or instant"


def _known_values(heading: str, members: tuple[Member, ...]) -> tuple[str, ...]:
    """A short set in full, of a long one the beginning and the end."""
    values = [member.value for member in members]
    if not values:
        return ()
    if len(values) > _MANY:
        values = [*values[: _MANY // 2], "…", values[-1]]
    return (f"{heading}: {', '.join(values)}.",)
