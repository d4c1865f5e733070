"""Rules on filters. What their values mean is known to ``plan.filters``."""

from collections.abc import Iterator

from reporter.catalog.model import FilterKind
from reporter.data.table import Kind
from reporter.diagnostics import Diagnostic, Path
from reporter.plan.filter_places import diagnostic
from reporter.plan.filters import (
    FilterBy,
    FilterProblem,
    check_filters,
    conditions_of,
    filter_named,
    interval_bounds,
    own_filters,
    stacked,
)
from reporter.plan.rules.case import Case
from reporter.plan.rules.types import IN_WORDS, fits
from reporter.spec.model import ParameterValue
from reporter.spec.sections import ChartSection, TableSection

_CHANNEL_CODE = "filter-channel"
_TOP: Path = ("filterBy",)


def places(case: Case) -> Iterator[tuple[Path, FilterBy]]:
    """Every ``filterBy`` of the spec, with its place; that of the whole report first."""
    yield _TOP, case.spec.filter_by
    for index, section in enumerate(case.spec.sections):
        inner = ("query",) if isinstance(section, ChartSection | TableSection) else ()
        yield ("sections", index, *inner, "filterBy"), own_filters(section)
    for index, check in enumerate(case.spec.checks):
        yield ("checks", index, "filterBy"), check_filters(check)


def values(case: Case) -> Iterator[Diagnostic]:
    """Filters exist and take the values that they are given."""
    for path, level in places(case):
        for parameters in _parameter_values(case):
            _, conditions = conditions_of(level, case.catalog, parameters)
            _, bounds = interval_bounds(level, case.catalog, parameters)
            for problem in (*conditions, *bounds):
                yield _located(case, path, level, problem)


def channels(case: Case) -> Iterator[Diagnostic]:
    """Filters of the report and of a section fit each other's channels."""
    nothing: dict[str, ParameterValue | None] = dict.fromkeys(case.spec.parameters)
    for path, level in places(case):
        if path == _TOP:
            continue
        _, problems = stacked((case.spec.filter_by, level), case.catalog, nothing)
        for problem in problems:
            if problem.code == _CHANNEL_CODE:
                here = problem.name in level
                yield _located(
                    case, path if here else _TOP, level if here else case.spec.filter_by, problem
                )


def _parameter_values(case: Case) -> Iterator[dict[str, ParameterValue | None]]:
    """What parameters may be, as far as the spec says: not set, default, each allowed value.

    Values that are wrong for the parameter itself are told by the rules on parameters.
    """
    unset: dict[str, ParameterValue | None] = dict.fromkeys(case.spec.parameters)
    yield unset
    for name, parameter in case.spec.parameters.items():
        for value in (parameter.default, *parameter.values):
            if value is not None and fits(parameter, value) and not _mismatched(case, name):
                yield {**unset, name: value}


def _located(case: Case, path: Path, level: FilterBy, problem: FilterProblem) -> Diagnostic:
    place: Path = (*path, problem.name)
    # A single value need not stand in a list.
    if problem.index is not None and isinstance(level.get(problem.name), tuple):
        place = (*place, problem.index)
    of_key = problem.code == "unknown-filter"
    return diagnostic(problem, case.tree.location(place, of_key=of_key))


def interval_filters(case: Case) -> Iterator[Diagnostic]:
    """A report covers one interval; a section or a check does not have one of its own."""
    for path, level in places(case):
        if path == _TOP:
            continue
        for name in level:
            known = filter_named(name, case.catalog)
            if known is not None and known.kind in (FilterKind.SINCE, FilterKind.UNTIL):
                yield case.problem(
                    (*path, name),
                    "interval-in-section",
                    f"{name} stands in {_whose(path)} cover the report's period",
                    of_key=True,
                    hint="write period at the top of the spec",
                )


def _whose(path: Path) -> str:
    if path[0] == "checks":
        return "a check, but all checks"
    return "a section, but all sections"


def parameter_types(case: Case) -> Iterator[Diagnostic]:
    """A parameter is of the type that the filter takes."""
    for path, level in places(case):
        for place, name, expected in _uses(case, path, level):
            parameter = case.spec.parameters.get(name)
            if parameter is not None and expected != parameter.type:
                yield case.problem(
                    place,
                    "parameter-type",
                    f"the filter takes {IN_WORDS[expected]}, the parameter {name} is"
                    f" {IN_WORDS[parameter.type]}",
                    expected=f"a parameter of type {expected}",
                    found=f"type {parameter.type}",
                )


def _mismatched(case: Case, name: str) -> bool:
    return any(
        used == name and expected != case.spec.parameters[name].type
        for path, level in places(case)
        for _, used, expected in _uses(case, path, level)
    )


def _uses(case: Case, path: Path, level: FilterBy) -> Iterator[tuple[Path, str, str]]:
    """Where a filter takes a parameter's value: place, parameter, type that the filter takes."""
    for name, value in level.items():
        known = filter_named(name, case.catalog)
        if known is None:
            continue
        takes = _type_of(known.kind, known.type)
        if not isinstance(value, tuple):
            if (parameter := parameter_of(value)) is not None:
                yield (*path, name), parameter, takes
            continue
        for index, item in enumerate(value):
            if (parameter := parameter_of(item)) is not None:
                yield (*path, name, index), parameter, takes


def _type_of(kind: FilterKind, type_: Kind) -> str:
    if kind is FilterKind.SUBACCOUNTS:
        return "boolean"
    return "integer" if type_ is Kind.INTEGER else "string"


def used_parameters(case: Case) -> set[str]:
    """The parameters that filters take their values from."""
    items = (
        item
        for _, level in places(case)
        for value in level.values()
        for item in (value if isinstance(value, tuple) else (value,))
    )
    return {parameter for item in items if (parameter := parameter_of(item)) is not None}


def parameter_of(item: object) -> str | None:
    """The name in ``{param: NAME}``."""
    return str(item["param"]) if isinstance(item, dict) and set(item) == {"param"} else None
