"""What a ``filterBy`` means: conditions, the ends of the interval, and how people read it.

Everything that is wrong comes back as values, so that the rules can point at a line of the spec
and the command line at an argument.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from reporter.catalog.model import Catalog, Dimension, FilterKind
from reporter.data.answer import Narrowing
from reporter.plan.filter_conditions import bucket_labels, bucket_names, conditions
from reporter.plan.filter_reading import (
    FilterProblem,
    Given,
    Parameters,
    Reading,
    filter_named,
    written,
)
from reporter.plan.model import Condition, InSpans, OfAccounts, OneOf, OneOfPairs, Span
from reporter.spec.checks import Check, RangeCheck, RowsCheck
from reporter.spec.moment import moment
from reporter.spec.query import FilterInput
from reporter.spec.sections import ChartSection, PageBreakSection, Section, TableSection
from reporter.words import Words

__all__ = [
    "Bounds",
    "FilterProblem",
    "canonical",
    "check_filters",
    "conditions_of",
    "described",
    "filter_named",
    "interval_bounds",
    "own_filters",
    "printed",
    "printed_alone",
    "stacked",
    "unset",
]

CHANNELS: Final = "channelCodes"
"""The filter that other filters' ``channels`` speak of."""

FilterBy = Mapping[str, FilterInput]


class Bounds(msgspec.Struct, frozen=True):
    """The ends of the interval where a ``filterBy`` gives them; local where without offset."""

    since: date | datetime | None = None
    until: date | datetime | None = None


def conditions_of(
    filter_by: FilterBy, catalog: Catalog, parameters: Parameters
) -> tuple[tuple[Condition, ...], tuple[FilterProblem, ...]]:
    """The conditions of one ``filterBy``, without the catalog's defaults.

    Equal filters give equal conditions: aliases are resolved, values sorted and each kept once.
    A filter whose parameter is not set gives none.
    """
    reading = Reading(catalog, parameters)
    found = canonical(conditions(reading, reading.given(filter_by)))
    return found, (*reading.problems, *_channel_problems(found, filter_by, catalog))


def stacked(
    levels: Sequence[FilterBy], catalog: Catalog, parameters: Parameters
) -> tuple[tuple[Condition, ...], tuple[FilterProblem, ...]]:
    """The conditions of several ``filterBy``, the widest first, all of which must hold.

    ``includeSubaccounts`` of a wider level holds for the accounts that a narrower one names.
    A filter that no level gives has the catalog's default.
    """
    found: list[Condition] = []
    problems: list[FilterProblem] = []
    for level in _inheriting(levels, catalog):
        one, wrong = conditions_of(level, catalog, parameters)
        found.extend(one)
        problems.extend(wrong)
    whole = canonical((*found, *_defaults(found, catalog)))
    narrowest = levels[-1] if levels else {}
    problems.extend(_channel_problems(whole, narrowest, catalog))
    return whole, tuple(dict.fromkeys(problems))


def canonical(found: Iterable[Condition]) -> tuple[Condition, ...]:
    """The same conditions in the one order, each once."""
    return tuple(sorted(dict.fromkeys(found), key=lambda c: (c.filter.name, repr(c))))


def interval_bounds(
    filter_by: FilterBy, catalog: Catalog, parameters: Parameters
) -> tuple[Bounds | None, tuple[FilterProblem, ...]]:
    """The interval that ``sentSince`` and ``sentUntil`` give; None where neither is given."""
    only = {name: value for name, value in filter_by.items() if _is_bound(name, catalog)}
    reading = Reading(catalog, parameters)
    ends: dict[FilterKind, date | datetime] = {}
    for given in reading.given(only):
        end = _moment(reading, given)
        if end is not None:
            ends[given.filter.kind] = end
    bounds = Bounds(ends.get(FilterKind.SINCE), ends.get(FilterKind.UNTIL)) if ends else None
    return bounds, tuple(reading.problems)


def described(found: Iterable[Condition], words: Words) -> Narrowing:
    """Each condition as people read it: label and values."""
    return tuple((condition.filter.label, _text(condition, words)) for condition in found)


def unset(filter_by: FilterBy, catalog: Catalog, parameters: Parameters, words: Words) -> Narrowing:
    """The filters that an unset parameter drops, as people read it: label and reason."""
    narrowing = {n: value for n, value in filter_by.items() if not _is_bound(n, catalog)}
    return tuple(
        (given.filter.label, words.say("all_unset", parameters=", ".join(given.unset)))
        for given in Reading(catalog, parameters).given(narrowing)
        if given.unset and not given.items
    )


def own_filters(section: Section) -> FilterBy:
    """The ``filterBy`` of one section."""
    if isinstance(section, ChartSection | TableSection):
        return section.query.filter_by
    if isinstance(section, PageBreakSection):
        return {}
    return section.filter_by


def check_filters(check: Check) -> FilterBy:
    """The ``filterBy`` of one check."""
    return check.filter_by if isinstance(check, RowsCheck | RangeCheck) else {}


def printed(
    levels: Sequence[FilterBy], catalog: Catalog, parameters: Parameters, words: Words
) -> Narrowing:
    """All that narrows a whole report, as its readers see it: label and values."""
    conditions, _ = stacked(levels, catalog, parameters)
    dropped = (pair for level in levels for pair in unset(level, catalog, parameters, words))
    return (*described(conditions, words), *dropped)


def printed_alone(
    filter_by: FilterBy, catalog: Catalog, parameters: Parameters, words: Words
) -> Narrowing:
    """What one ``filterBy`` adds to those above it: label and values."""
    conditions, _ = conditions_of(filter_by, catalog, parameters)
    return (*described(conditions, words), *unset(filter_by, catalog, parameters, words))


def _inheriting(levels: Sequence[FilterBy], catalog: Catalog) -> Iterable[FilterBy]:
    """The levels, each with the ``includeSubaccounts`` of the wider ones if it names accounts."""
    inherited: FilterBy = {}
    for level in levels:
        kinds = {name: known.kind for name in level if (known := filter_named(name, catalog))}
        own = {n: level[n] for n, kind in kinds.items() if kind is FilterKind.SUBACCOUNTS}
        inherited = own or inherited
        yield {**level, **inherited} if FilterKind.ACCOUNTS in kinds.values() else level


def _defaults(found: Iterable[Condition], catalog: Catalog) -> Iterable[Condition]:
    given = {condition.filter.name for condition in found}
    for one in catalog.filters:
        if one.default and one.name not in given:
            yield OneOf(one, tuple(sorted(one.default)))


def _channel_problems(
    found: Sequence[Condition], filter_by: FilterBy, catalog: Catalog
) -> Iterable[FilterProblem]:
    asked = {
        str(value)
        for condition in found
        if isinstance(condition, OneOf) and condition.filter.name == CHANNELS
        for value in condition.values
    }
    for condition in found:
        channels = condition.filter.channels
        if channels and asked - set(channels):
            named = (n for n in filter_by if filter_named(n, catalog) == condition.filter)
            yield FilterProblem(
                name=next(named, condition.filter.name),
                code="filter-channel",
                message=f"{condition.filter.name} applies to {', '.join(channels)} only",
                expected=f"{CHANNELS}: [{', '.join(channels)}]",
                found=f"{CHANNELS}: [{', '.join(sorted(asked))}]",
            )


def _is_bound(name: str, catalog: Catalog) -> bool:
    known = filter_named(name, catalog)
    return known is not None and known.kind in (FilterKind.SINCE, FilterKind.UNTIL)


def _moment(reading: Reading, given: Given) -> date | datetime | None:
    if not given.items:
        return None
    _, item = given.items[0]
    if len(given.items) == 1 and isinstance(item, str):
        try:
            return moment(item)
        except ValueError:
            pass  # said below, with the other things that are no moment
    reading.problem(
        given.name,
        code="filter-value",
        message=f"{given.name} takes one day or instant",
        expected="a day (2026-10-01) or an instant (2026-10-01T08:00:00Z)",
        found=written(item) if len(given.items) == 1 else f"{len(given.items)} values",
    )
    return None


def _text(condition: Condition, words: Words) -> str:
    match condition:
        case OneOf(known, values):
            labels = {member.value: member.label for member in known.values}
            return words.row(labels.get(str(value), str(value)) for value in values)
        case OfAccounts(_, keys, with_subaccounts):
            text = words.row(keys) if keys else words["own_account"]
            return words.say("with_subaccounts", accounts=text) if with_subaccounts else text
        case InSpans(_, dimension, spans):
            return words.row(_span_text(dimension, span, words) for span in spans)
        case OneOfPairs(_, pairs):
            together = [words.listed(f"{k} {v}" for k, v in pair) for pair in pairs]
            return words.listed(together, "or")


def _span_text(dimension: Dimension, span: Span, words: Words) -> str:
    names, labels = bucket_names(dimension), bucket_labels(dimension)
    first = names.index(span.since) if span.since else 0
    last = names.index(span.until) - 1 if span.until else len(names) - 1
    if first == last:
        return labels[first]
    return words.say("span", first=labels[first], last=labels[last])
