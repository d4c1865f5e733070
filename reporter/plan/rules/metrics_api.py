"""Rules on what is asked of a Metrics API. They look at the plan, so the spec is right already."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from reporter.catalog.metrics_api import CHANNELS
from reporter.catalog.model import Reported
from reporter.dates import Between, Period
from reporter.diagnostics import Diagnostic, Invalid
from reporter.plan.filter_places import filter_mistakes
from reporter.plan.filters import filter_named, interval_bounds
from reporter.plan.metrics_api.mistakes import api_mistakes, apis_of
from reporter.plan.places import Places
from reporter.plan.planner import build_plan, with_operands
from reporter.plan.rules.case import Case
from reporter.plan.rules.filters import parameter_of, places
from reporter.plan.vocabulary import with_derived
from reporter.spec.edition import Edition, period_of, resolve
from reporter.spec.sections import TableSection, sources_beside

_ANY_DAY: Final = datetime(2026, 7, 1, tzinfo=UTC)
"""Stands for the day of a run; what would be said of it alone is not said."""


def limits(case: Case) -> Iterator[Diagnostic]:
    """Nothing is asked that a Metrics API does not have."""
    if case.project is None or not (apis := apis_of(case.project)):
        return
    found = _edition(case)
    if found is None:
        return
    edition, known = found
    catalogs = {**case.others, edition.source: case.catalog}
    if not catalogs.keys() >= set(sources_beside(case.spec.sections)):
        return
    if wrong := filter_mistakes(edition, case.tree, catalogs):
        yield from wrong  # what defaults of parameters make of filters
        return
    plan = build_plan(edition, catalogs)
    where = Places(edition, case.tree, case.catalog)
    yield from api_mistakes(edition, plan, catalogs, apis, where, known=known)


def others(case: Case) -> Iterator[Diagnostic]:
    """What only the source can total has no value in a row for the rest."""
    words = with_derived(case.catalog, case.spec.metrics)
    for path, section, query in case.queries():
        pivot = section.pivot if isinstance(section, TableSection) else None
        tops = [query.top, None if pivot is None else pivot.top]
        if not any(top is not None and top.other for top in tops):
            continue
        for index, name in enumerate(query.metrics):
            grounds = with_operands([name], words)
            if any(one.definition == Reported(additive=False) for one in grounds):
                yield case.warning(
                    (*path, "metrics", index),
                    "no-value-in-other",
                    f"{name} cannot be added up, so the row for the rest has no value of it",
                    hint="take out other: true, or the metric",
                )


def _edition(case: Case) -> tuple[Edition, bool] | None:
    """An edition of the spec as far as it is settled, and whether its interval is.

    None where the source is not settled, or the channels are not.
    """
    assert case.project is not None  # noqa: S101 - the rule has looked
    spec, defaults = case.spec, case.project.file.defaults
    parameters = {name: one.default for name, one in spec.parameters.items()}
    if any(parameters[name] is None for name in _naming_channels(case)):
        return None
    period = _settled_period(case)
    stand_in = Between(_ANY_DAY.date(), _ANY_DAY.date().replace(month=8))
    try:
        edition = resolve(
            spec,
            defaults,
            as_of=_ANY_DAY,
            period=period or stand_in,
            parameters=parameters,
        )
    except Invalid:
        return None
    return edition, period is not None


def _naming_channels(case: Case) -> Iterator[str]:
    """The parameters that say which channels are asked for."""
    for _, level in places(case):
        for name, value in level.items():
            known = filter_named(name, case.catalog)
            if known is not None and known.name == CHANNELS:
                items = value if isinstance(value, tuple) else (value,)
                yield from (found for item in items if (found := parameter_of(item)) is not None)


def _settled_period(case: Case) -> Period | None:
    """The period where the spec gives it as dates."""
    spec = case.spec
    if spec.period is not None:
        period = period_of(spec.period)
        return period if isinstance(period, Between) else None
    unset = dict.fromkeys(spec.parameters)
    bounds, _ = interval_bounds(spec.filter_by, case.catalog, unset)
    if bounds is None or bounds.since is None or bounds.until is None:
        return None
    return Between(bounds.since, bounds.until)
