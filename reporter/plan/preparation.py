"""From a spec file and what the command line says to an edition with its plan."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from reporter.catalog.load import catalog_for, load_catalogs
from reporter.catalog.model import Catalog
from reporter.catalog.translation import translated
from reporter.data.answer import Narrowing, Narrowings
from reporter.dates import Between, Period, parse_instant, time_zone
from reporter.diagnostics import Diagnostic, Invalid, Location, has_errors
from reporter.plan.burst import Widened, widened
from reporter.plan.filter_places import diagnostic, filter_mistakes
from reporter.plan.filter_text import from_text
from reporter.plan.filters import (
    Bounds,
    check_filters,
    interval_bounds,
    own_filters,
    printed,
    printed_alone,
)
from reporter.plan.metrics_api.mistakes import api_mistakes, apis_of
from reporter.plan.metrics_api.times import last_full_hour
from reporter.plan.model import Plan
from reporter.plan.places import Places
from reporter.plan.planner import build_plan
from reporter.plan.rules import check_spec, check_words
from reporter.settings import Project
from reporter.settings.rules import unknown_source
from reporter.spec.burst import Burst
from reporter.spec.edition import Edition, resolve
from reporter.spec.load import load_spec
from reporter.spec.model import ReportSpec
from reporter.spec.parameters import parameters_of
from reporter.spec.recipients import Listed, read_recipients
from reporter.spec.sections import sources_beside
from reporter.words import Words, load_labels, load_words
from reporter.yamltree import Tree


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a run says beside the spec; texts where only the spec tells what they mean.

    Attributes:
        now: what counts as now where there is no ``as_of``; a Metrics API takes the last full
            hour.
        as_of: a day or an instant, in the report's time zone.
        period: instead of the spec's.
        parameters: name to text.
        filters: (name, text) pairs, ANDed with the spec's.
        source: instead of the spec's.
    """

    now: datetime
    as_of: str | None = None
    period: Period | None = None
    parameters: Mapping[str, str] = {}
    filters: tuple[tuple[str, str], ...] = ()
    source: str | None = None


class Prepared(msgspec.Struct, frozen=True):
    """A report that can be made.

    Attributes:
        edition: what is reported.
        catalogs: of every source that is asked, by name, with the labels of the report's language.
        words: of that language.
        plan: what is asked; of a burst for all values at once.
        warnings: what is legal in the spec but surely wrong.
        widened: how the plan of a burst is made of that of one value; None without burst, and
            where ``edition`` is about one value.
        listed: who receives which value of a burst.
    """

    edition: Edition
    catalogs: Mapping[str, Catalog]
    words: Words
    plan: Plan
    warnings: tuple[Diagnostic, ...]
    widened: Widened | None = None
    listed: Listed = {}

    @property
    def catalog(self) -> Catalog:
        """That of the report's own source."""
        return self.catalogs[self.edition.source]


def prepare(path: Path, project: Project, request: Request) -> Prepared:
    """Load, check and resolve a spec, and plan its queries. Opens no source.

    Raises:
        Invalid: with all mistakes of the spec, or else with all of the request.
    """
    loaded = load_spec(path)
    if loaded.spec is None or loaded.tree is None:
        raise Invalid(loaded.diagnostics)
    spec, tree = loaded.spec, loaded.tree
    if request.source is not None:
        _check_source(request.source, project)
        spec = msgspec.structs.replace(spec, source=request.source)
    source = _source_of(spec, project)
    catalog, found = catalog_for(project, source)
    others, more = _catalogs_beside(spec, project)
    diagnostics = list(dict.fromkeys((*loaded.diagnostics, *found, *more)))
    if not has_errors(diagnostics):
        diagnostics.extend(check_spec(spec, tree, catalog, project, others))
    if has_errors(diagnostics):
        raise Invalid(diagnostics)
    catalogs = {**others, source or "": catalog}
    request = msgspec.structs.replace(request, now=_now(spec, project, request))
    edition = _edition(spec, tree, catalogs, project, request)
    if apis := apis_of(project):
        places = Places(edition, tree, catalog, period=given_period(request))
        plan = build_plan(edition, catalogs)
        asked = api_mistakes(edition, plan, catalogs, apis, places, known=True)
        diagnostics = [*dict.fromkeys((*diagnostics, *asked))]
        if has_errors(diagnostics):
            raise Invalid(diagnostics)
    words, catalogs = _in_language(edition.locale, catalogs, project)
    plan = build_plan(edition, catalogs)
    ready = Prepared(edition, catalogs, words, plan, tuple(diagnostics))
    return ready if spec.burst is None else _widened(ready, spec.burst, project)


def narrowings(prepared: Prepared) -> Narrowings:
    """What narrows the report, each section and each check, as readers see it."""
    edition, catalog, words = prepared.edition, prepared.catalog, prepared.words
    levels = (edition.spec.filter_by, *edition.filters)
    return Narrowings(
        (*printed(levels, catalog, edition.parameters, words), *_of_burst(edition, catalog)),
        tuple(
            printed_alone(own_filters(section), catalog, edition.parameters, words)
            for section in edition.spec.sections
        ),
        tuple(
            printed_alone(check_filters(check), catalog, edition.parameters, words)
            for check in edition.spec.checks
        ),
    )


def _of_burst(edition: Edition, catalog: Catalog) -> Narrowing:
    """The value that an edition is about, with what the records call it."""
    burst = edition.burst
    if burst is None:
        return ()
    dimension = catalog.dimension(burst.dimension)
    label = burst.dimension if dimension is None else dimension.label
    if burst.value is None or str(burst.value) in burst.label:
        return ((label, burst.label),)
    return ((label, f"{burst.label} ({burst.value})"),)


def _widened(ready: Prepared, burst: Burst, project: Project) -> Prepared:
    """The same, to be asked for all values of the burst at once."""
    dimension = ready.catalog.dimension(burst.by)
    listed: Listed = {}
    if burst.recipients is not None and dimension is not None:
        listed, mistakes = read_recipients(
            burst.recipients, project.folder, burst.by, dimension.kind
        )
        if has_errors(mistakes):
            raise Invalid(mistakes)
    wide = widened(ready.plan, burst.by, ready.catalogs)
    return msgspec.structs.replace(ready, plan=wide.plan, widened=wide, listed=listed)


def _catalogs_beside(
    spec: ReportSpec, project: Project
) -> tuple[dict[str, Catalog], tuple[Diagnostic, ...]]:
    """The catalogs of the sources that sections ask beside the report's own, by name."""
    catalogs: dict[str, Catalog] = {}
    found: list[Diagnostic] = []
    for name in sources_beside(spec.sections):
        if name in project.file.sources:
            catalogs[name], mistakes = catalog_for(project, name)
            found.extend(mistakes)
    return catalogs, tuple(found)


def _in_language(
    language: str, catalogs: Mapping[str, Catalog], project: Project
) -> tuple[Words, dict[str, Catalog]]:
    """The words of a language, and the catalogs with its labels."""
    known, _ = load_catalogs(project)
    mistakes = tuple(check_words(project, known.values(), language))
    if has_errors(mistakes):
        raise Invalid(mistakes)
    labels = load_labels(language, project.folder)
    found = {name: translated(catalog, labels) for name, catalog in catalogs.items()}
    return load_words(language, project.folder), found


def _edition(
    spec: ReportSpec,
    tree: Tree,
    catalogs: Mapping[str, Catalog],
    project: Project,
    request: Request,
) -> Edition:
    catalog = catalogs[_source_of(spec, project) or ""]
    defaults = project.file.defaults
    parameters, wrong = parameters_of(spec, request.parameters)
    mistakes = list(wrong)
    filters, problems = from_text(request.filters, catalog)
    mistakes.extend(diagnostic(p, Location(f"--filter {p.name}")) for p in problems)
    as_of = _as_of(spec.timezone or defaults.timezone, request, mistakes)
    bounds, problems = interval_bounds(spec.filter_by, catalog, parameters)
    mistakes.extend(diagnostic(p, tree.location(("filterBy", p.name))) for p in problems)
    edition = None
    try:
        edition = resolve(
            spec,
            defaults,
            as_of=as_of,
            period=request.period or _between(bounds, as_of),
            parameters=parameters,
            filters=(filters,) if filters else (),
        )
    except Invalid as invalid:
        mistakes.extend(invalid.diagnostics)
    if edition is not None:
        mistakes.extend(filter_mistakes(edition, tree, catalogs))
    if edition is None or mistakes:
        raise Invalid(mistakes)
    return edition


def given_period(request: Request) -> Location | None:
    """Where a run gives the period instead of the spec."""
    if request.period is None:
        return None
    return Location("--since" if isinstance(request.period, Between) else "--period")


def _source_of(spec: ReportSpec, project: Project) -> str | None:
    return spec.source or project.file.defaults.source


def _check_source(name: str, project: Project) -> None:
    known = tuple(project.file.sources)
    if name not in known:
        raise Invalid([unknown_source(name, known, Location("--source"))])


def _now(spec: ReportSpec, project: Project, request: Request) -> datetime:
    """What counts as now: where a Metrics API is asked, which tells whole hours, the last one."""
    asked = {_source_of(spec, project), *sources_beside(spec.sections)}
    if not asked.isdisjoint(apis_of(project)):
        return last_full_hour(request.now)
    return request.now


def _as_of(zone: str, request: Request, mistakes: list[Diagnostic]) -> datetime:
    if request.as_of is None:
        return request.now
    try:
        return parse_instant(request.as_of, time_zone(zone))
    except ValueError as error:
        mistakes.append(
            Diagnostic(
                code="no-moment",
                message=f"as-of is a day or an instant: {error}",
                location=Location("--as-of"),
            )
        )
        return request.now


def _between(bounds: Bounds | None, as_of: datetime) -> Period | None:
    """The period of a spec that gives ``sentSince``; without ``sentUntil`` it ends at as-of."""
    if bounds is None or bounds.since is None:
        return None
    return Between(bounds.since, bounds.until or as_of)
