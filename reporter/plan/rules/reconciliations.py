"""Rules on reconciliations: another source, asked the same, and how far it may be from ours."""

from collections.abc import Iterator, Sequence

from reporter.catalog.model import Catalog, TimeStep
from reporter.data.formula import references
from reporter.data.table import Format
from reporter.dates import Grain
from reporter.diagnostics import Diagnostic, Path, nearest
from reporter.plan.filters import FilterBy, FilterProblem, conditions_of, own_filters
from reporter.plan.rules.case import Case, meant
from reporter.settings.rules import unknown_source
from reporter.spec.sections import KpiSection, ReconciliationSection
from reporter.spec.tolerance import Tolerance


def sources(case: Case) -> Iterator[Diagnostic]:
    """What is reconciled with is another source of the project."""
    if case.project is None or case.project.path is None:
        return
    own = case.spec.source or case.project.file.defaults.source
    known = tuple(name for name in case.project.file.sources if name != own)
    for path, section in _sections(case):
        place = (*path, "against")
        if section.against == own:
            yield case.problem(
                place,
                "against-itself",
                f"{own} is the report's own source: against itself it always agrees",
                expected=f"one of {', '.join(known)}" if known else "another source of the project",
            )
        elif section.against not in known:
            yield unknown_source(section.against, known, case.tree.location(place))


def metrics(case: Case) -> Iterator[Diagnostic]:
    """Both sources know the metrics, and mean the same kind of number."""
    for path, section, other in _with_other(case):
        for index, name in enumerate(section.metrics):
            place = (*path, "metrics", index)
            for part in _told(case, name):
                if other.metric(part) is None:
                    yield _unknown_there(case, place, section, other, (name, part))
            here, there = case.catalog.metric(name), other.metric(name)
            if here is None or there is None:
                continue
            if (here.format is Format.PERCENT) != (there.format is Format.PERCENT):
                yield case.problem(
                    place,
                    "two-kinds-of-number",
                    f"{name} is a percentage in the one source and none in the other",
                    expected="a metric that both sources count alike",
                    found=f"{here.format} in the catalog {case.catalog.name},"
                    f" {there.format} in {other.name}",
                )


def _unknown_there(
    case: Case,
    place: Path,
    section: ReconciliationSection,
    other: Catalog,
    names: tuple[str, str],
) -> Diagnostic:
    name, part = names
    from_it = "" if name == part else f" of which {name} is computed"
    return case.problem(
        place,
        "unknown-metric",
        f"the source {section.against!r} has no metric {part}{',' if from_it else ''}{from_it}",
        expected=f"a metric that the catalog {other.name} has too",
    )


def _told(case: Case, name: str) -> tuple[str, ...]:
    """The metrics of a catalog that a metric is computed from, or itself; as far as they exist."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in case.spec.metrics:
            waiting += references(case.formulas[one]) if one in case.formulas else ()
        elif case.catalog.metric(one) is not None:
            found[one] = None
    return tuple(found)


def steps(case: Case) -> Iterator[Diagnostic]:
    """Steps of time are of those that the sources know."""
    for index, section in enumerate(case.spec.sections):
        match section:
            case KpiSection(sparkline=Grain() as grain):
                key, other = "sparkline", None
            case ReconciliationSection(by=Grain() as grain, against=against):
                key, other = "by", case.others.get(against)
            case _:
                continue
        asked = (case.catalog, other or case.catalog)
        for catalog in dict.fromkeys(one.name for one in asked if not _has_step(one, grain)):
            yield case.problem(
                ("sections", index, key),
                "no-such-step",
                f"the catalog {catalog} has no steps of {grain}",
                expected="a step of time that the source can group by",
            )


def _has_step(catalog: Catalog, grain: Grain) -> bool:
    return any(
        isinstance(dimension.definition, TimeStep) and dimension.definition.grain is grain
        for dimension in catalog.dimensions
    )


def tolerances(case: Case) -> Iterator[Diagnostic]:
    """A tolerance says something of its metrics."""
    for path, section in _sections(case):
        plain = tuple(name for name in section.metrics if name not in section.tolerances)
        yield from _tolerance(case, (*path, "tolerance"), section.tolerance, plain)
        for name, tolerance in section.tolerances.items():
            place = (*path, "tolerances", name)
            if name in section.metrics:
                yield from _tolerance(case, place, tolerance, (name,))
            else:
                yield case.problem(
                    place,
                    "tolerance-not-in-section",
                    f"the section does not compare {name}",
                    of_key=True,
                    expected=f"one of {', '.join(section.metrics)}",
                    hint="add it to the section's metrics"
                    if name in case.metric_names()
                    else meant(name, section.metrics),
                )


def _tolerance(
    case: Case, path: Path, tolerance: Tolerance, names: Sequence[str]
) -> Iterator[Diagnostic]:
    given = {"absolute": tolerance.absolute, "points": tolerance.points}
    written = {key for key, bound in given.items() if bound is not None}
    needed = {name: _bound_of(case, name) for name in names}
    silent = [
        name
        for name, key in needed.items()
        if written and tolerance.relative is None and key not in written
    ]
    for name in silent:
        percent = needed[name] == "points"
        yield case.problem(
            path,
            "no-tolerance",
            f"the tolerance says nothing of {name}, which is"
            f" {'a percentage' if percent else 'no percentage'}",
            of_key=True,
            expected=f"relative, or {needed[name]}",
            hint=f"or give {name} one of its own under tolerances" if names[1:] else None,
        )
    for key in sorted(written - set(needed.values())) if names and not silent else ():
        points = key == "points"
        why = f"{'none' if points else 'each'} of the metrics is a percentage"
        yield case.warning(
            (*path, key),
            "bound-without-effect",
            f"{key} changes nothing: {why}",
            of_key=True,
        )


def _bound_of(case: Case, name: str) -> str:
    """The key that a bound in a metric's own unit is given by."""
    own, known = case.spec.metrics.get(name), case.catalog.metric(name)
    form = own.format if own is not None else known.format if known is not None else None
    return "points" if form is Format.PERCENT else "absolute"


def filters(case: Case) -> Iterator[Diagnostic]:
    """The other source takes the filters too."""
    nothing = dict.fromkeys(case.spec.parameters)

    def problems(level: FilterBy, catalog: Catalog) -> tuple[FilterProblem, ...]:
        return conditions_of(level, catalog, nothing)[1]

    said: set[tuple[Path, str]] = set()
    for path, section, other in _with_other(case):
        for place, level in (
            (("filterBy",), case.spec.filter_by),
            ((*path, "filterBy"), own_filters(section)),
        ):
            here = {problem.name for problem in problems(level, case.catalog)}
            for problem in problems(level, other):
                spot: Path = (*place, problem.name)
                if problem.name not in here and (spot, section.against) not in said:
                    said.add((spot, section.against))
                    near = nearest(problem.name, (known.name for known in other.filters))
                    yield case.problem(
                        spot,
                        problem.code,
                        f"the source {section.against!r} does not take it: {problem.message}",
                        of_key=True,
                        expected=problem.expected,
                        found=problem.found,
                        hint=problem.hint or (f"did you mean {near}?" if near else None),
                    )


def _sections(case: Case) -> Iterator[tuple[Path, ReconciliationSection]]:
    for index, section in enumerate(case.spec.sections):
        if isinstance(section, ReconciliationSection):
            yield ("sections", index), section


def _with_other(case: Case) -> Iterator[tuple[Path, ReconciliationSection, Catalog]]:
    """Those whose other source has another catalog, with that."""
    for path, section in _sections(case):
        other = case.others.get(section.against)
        if other is not None and other != case.catalog:
            yield path, section, other
