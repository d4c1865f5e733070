"""From what a source refuses about queries to mistakes of the spec, each with its place."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from reporter.diagnostics import Diagnostic, Location, sorted_by_place
from reporter.plan.model import OneOf, Query, Refusal, Scalar
from reporter.plan.places import Asker, Places, named_metrics
from reporter.plan.preparation import Prepared, Request, given_period
from reporter.settings import FILE_NAME, Project, read_project
from reporter.spec.load import load_spec

_PROPERTY: Final = re.compile(
    r"(?:request\.)?(?P<part>\w+)(?:\.(?P<filter>\w+))?(?:\[(?P<index>\d+)\])?", re.ASCII
)
_NAME: Final = re.compile(r"\b[A-Z][A-Z0-9_]+\b", re.ASCII)
_ENDS: Final = {"sentSince": "since", "sentUntil": "until"}


class _About(msgspec.Struct, frozen=True):
    """What a refusal is about, as far as its property says.

    Attributes:
        part: ``filterBy``, ``aggregateBy``, ``metrics``, ``callbackUrl``, or what we do not know.
        filter: the filter's name; empty where there is none.
        index: which of the values; None for all.
    """

    part: str = ""
    filter: str = ""
    index: int | None = None


def located(
    spec: Path,
    project: Project,
    request: Request,
    prepared: Prepared,
    *,
    source: str,
    refusals: Iterable[Refusal],
) -> tuple[Diagnostic, ...]:
    """Each refusal at the place of the spec or of the command line that brought it about.

    Args:
        spec: the file; it is read again for its places.
        project: whose source it is.
        request: what the run said beside the spec.
        prepared: the edition and the plan that were refused.
        source: who refuses.
        refusals: each with a query of the plan.
    """
    tree = load_spec(spec).tree
    if tree is None:  # gone since it was read: what is refused is said all the same
        return tuple(_diagnostic(one, source, Location(str(spec))) for one in refusals)
    places = Places(prepared.edition, tree, prepared.catalog, period=given_period(request))
    return sorted_by_place(
        _diagnostic(one, source, _place(one, source, project, prepared, places)) for one in refusals
    )


def _place(
    refusal: Refusal, source: str, project: Project, prepared: Prepared, places: Places
) -> Location:
    about, query = _about(refusal.property), refusal.query
    askers = tuple(_askers(query, source, prepared))
    if about.part == "callbackUrl" or not askers:
        return _of_source(source, project)
    match about.part:
        case "filterBy" if about.filter:
            return _of_filter(query, about, askers[0], prepared, places)
        case "metrics":
            name = _mentioned(refusal, (m.name for m in query.metrics))
            for one in askers:
                if name in named_metrics(one, prepared.edition.spec):
                    return places.metric(one, str(name))
            return places.part(askers[0], "metrics")
        case "aggregateBy":
            name = _mentioned(refusal, (d.name for d in query.dimensions))
            return places.dimension(askers[0], name or "")
        case _:
            return places.asker(askers[0])


def _of_filter(
    query: Query, about: _About, asker: Asker, prepared: Prepared, places: Places
) -> Location:
    if about.filter not in _ENDS:
        return places.filter(asker, about.filter, _value(query, about))
    if query.interval == prepared.edition.interval:
        return places.period(_ENDS[about.filter])
    return places.comparison()


def _about(property_: str) -> _About:
    found = _PROPERTY.match(property_)
    if found is None:
        return _About()
    index = found["index"]
    return _About(found["part"], found["filter"] or "", None if index is None else int(index))


def _askers(query: Query, source: str, prepared: Prepared) -> Iterator[Asker]:
    """Who needs a query: sections in order, then what the report is judged by."""
    plan = prepared.plan
    asked: list[tuple[int, Asker]] = [(need.query, need.section) for need in plan.needs]
    asked += ((whole.query, whole) for whole in plan.wholes)
    for number, asker in asked:
        if plan.queries[number] == query and plan.sources[number] == source:
            yield asker


def _value(query: Query, about: _About) -> Scalar | None:
    """The value of a filter that an index means: values are sent as conditions have them."""
    given = [c for c in query.conditions if isinstance(c, OneOf) and c.filter.name == about.filter]
    if about.index is None or not given:
        return None
    values: Sequence[Scalar] = given[0].values
    for condition in given[1:]:
        values = [value for value in values if value in condition.values]
    return values[about.index] if about.index < len(values) else None


def _mentioned(refusal: Refusal, names: Iterable[str]) -> str | None:
    """The first of the names that the source speaks of."""
    said = set(_NAME.findall(refusal.message))
    return next((name for name in names if name in said), None)


def _of_source(source: str, project: Project) -> Location:
    """The source's settings; no line of them is shown, for secrets may stand in it."""
    path = ("sources", source, "callback")
    tree = read_project(project.path).tree
    if tree is None:
        return Location(FILE_NAME, path=path)
    return msgspec.structs.replace(tree.location(path), column=None)


def _diagnostic(refusal: Refusal, source: str, place: Location) -> Diagnostic:
    about = f"{refusal.property}: " if refusal.property else ""
    return Diagnostic(
        "refused",
        f"the source {source!r} does not accept {about or 'this: '}{refusal.message}",
        place,
    )
