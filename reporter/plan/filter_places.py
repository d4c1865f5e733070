"""Where the filters of an edition stand, so that what is wrong with them can be located.

The rules check what a spec says by itself. What a parameter's value or the command line adds is
known only here.
"""

from collections.abc import Iterable, Mapping

from reporter.catalog.model import Catalog
from reporter.diagnostics import Diagnostic, Location, Path
from reporter.plan.filters import (
    FilterBy,
    FilterProblem,
    check_filters,
    conditions_of,
    own_filters,
    stacked,
)
from reporter.spec.edition import Edition
from reporter.spec.model import ParameterValue
from reporter.spec.sections import ChartSection, Section, TableSection, sources_beside
from reporter.yamltree import Tree


def filter_mistakes(
    edition: Edition, tree: Tree, catalogs: Mapping[str, Catalog]
) -> tuple[Diagnostic, ...]:
    """What is wrong with the filters of an edition, its parameters filled in.

    Args:
        edition: whose filters.
        tree: of its spec.
        catalogs: of every source that it asks, by name.
    """
    found = [
        mistake
        for source, catalog in catalogs.items()
        for mistake in _mistakes_of(edition, tree, source, catalog)
    ]
    return tuple(dict.fromkeys(found))


def _mistakes_of(
    edition: Edition, tree: Tree, source: str, catalog: Catalog
) -> tuple[Diagnostic, ...]:
    """What is wrong with those that one source is asked with."""
    own = dict(_written(edition, source))
    outer = [*edition.filters]
    found: list[Diagnostic] = []
    for path, level in own.items():
        _, problems = conditions_of(level, catalog, edition.parameters)
        found.extend(diagnostic(p, _in_spec(tree, path, level, p)) for p in problems)
    found.extend(argument_mistakes(outer, catalog, edition.parameters))
    if found:
        return tuple(dict.fromkeys(found))
    # Each level is right by itself; what is wrong now is wrong between them.
    for path, level in own.items():
        levels = [edition.spec.filter_by, *([level] if path != _TOP else []), *outer]
        _, problems = stacked(levels, catalog, edition.parameters)
        found.extend(diagnostic(p, _in_spec(tree, path, level, p)) for p in problems)
    return tuple(dict.fromkeys(found))


def argument_mistakes(
    levels: Iterable[FilterBy], catalog: Catalog, parameters: Mapping[str, ParameterValue | None]
) -> tuple[Diagnostic, ...]:
    """What is wrong with filters of the command line."""
    return tuple(
        diagnostic(problem, Location(f"--filter {problem.name}"))
        for level in levels
        for problem in conditions_of(level, catalog, parameters)[1]
    )


def diagnostic(problem: FilterProblem, location: Location) -> Diagnostic:
    """The problem, with its place."""
    return Diagnostic(
        code=problem.code,
        message=problem.message,
        location=location,
        expected=problem.expected,
        found=problem.found,
        hint=problem.hint,
    )


_TOP: Path = ("filterBy",)


def _written(edition: Edition, source: str) -> Iterable[tuple[Path, FilterBy]]:
    yield _TOP, edition.spec.filter_by
    for number, section in enumerate(edition.spec.sections):
        if source == edition.source or source in sources_beside((section,)):
            yield _place(section, number), own_filters(section)
    if source == edition.source:
        for number, check in enumerate(edition.spec.checks):
            yield ("checks", number, "filterBy"), check_filters(check)


def _place(section: Section, number: int) -> Path:
    if isinstance(section, ChartSection | TableSection):
        return ("sections", number, "query", "filterBy")
    return ("sections", number, "filterBy")


def _in_spec(tree: Tree, path: Path, level: FilterBy, problem: FilterProblem) -> Location:
    place: Path = (*path, problem.name)
    # A single value need not stand in a list.
    if problem.index is not None and isinstance(level.get(problem.name), tuple | list):
        place = (*place, problem.index)
    return tree.location(place)
