"""What an edition asks of Metrics APIs and cannot have, each with its place."""

from collections.abc import Iterator, Mapping
from typing import Final

from reporter.catalog.model import Catalog
from reporter.diagnostics import Diagnostic, Location
from reporter.plan.ad_hoc import Question
from reporter.plan.metrics_api.limits import About, Asked, Limit, limits
from reporter.plan.model import Plan, Purpose
from reporter.plan.places import Asker, Places, named_metrics
from reporter.settings import MetricsApiSource, Project
from reporter.spec.edition import Edition

_OF_COMPARISON: Final = (Purpose.PREVIOUS, Purpose.PREVIOUS_LEVELS)
_OPTIONS: Final = {
    About.PERIOD: "--since",
    About.METRIC: "--metrics",
    About.DIMENSION: "--by",
    About.FILTER: "--filter",
}


def apis_of(project: Project) -> Mapping[str, MetricsApiSource]:
    """The Metrics APIs of a project, by name."""
    sources = project.file.sources.items()
    return {name: source for name, source in sources if isinstance(source, MetricsApiSource)}


def api_mistakes(
    edition: Edition,
    plan: Plan,
    catalogs: Mapping[str, Catalog],
    apis: Mapping[str, MetricsApiSource],
    places: Places,
    *,
    known: bool,
) -> Iterator[Diagnostic]:
    """Everything that an edition asks of Metrics APIs and cannot have.

    Args:
        edition: whose sections, checks and deliveries.
        plan: of the edition.
        catalogs: of every source that is asked, by name, without the report's own metrics.
        apis: the settings of the sources that are Metrics APIs, by name.
        places: of the edition.
        known: whether the edition's interval is the one of a run; else it stands for any.
    """
    for number, asker, of_comparison in _asked(plan):
        name, query = plan.sources[number], plan.queries[number]
        if name not in apis:
            continue
        written = named_metrics(asker, edition.spec)
        asked = Asked(
            query=query,
            names=written or tuple(m.name for m in query.metrics if not m.internal),
            settings=apis[name],
            catalog=catalogs[name],
            known=known,
        )
        for limit in limits(asked):
            place = _place(limit, asker, places, of_comparison=of_comparison)
            yield _diagnostic(limit, place, of_comparison=of_comparison)


def _asked(plan: Plan) -> Iterator[tuple[int, Asker, bool]]:
    """Every query, with who asks it and whether it is of the comparison."""
    for need in plan.needs:
        yield need.query, need.section, need.purpose in _OF_COMPARISON
    for whole in plan.wholes:
        yield whole.query, whole, False


def question_mistakes(
    meant: Question, settings: MetricsApiSource, catalog: Catalog
) -> Iterator[Diagnostic]:
    """Everything that one question of the command line asks and cannot have."""
    asked = Asked(
        query=meant.query,
        names=tuple(m.name for m in meant.query.metrics if m.name in meant.columns),
        settings=settings,
        catalog=catalog,
        known=True,
    )
    for limit in limits(asked):
        option = _OPTIONS[limit.about]
        place = f"{option} {limit.name}" if limit.about is About.FILTER else option
        yield _diagnostic(limit, Location(place), of_comparison=False)


def _place(limit: Limit, asker: Asker, places: Places, *, of_comparison: bool) -> Location:
    match limit.about:
        case About.PERIOD:
            return places.comparison() if of_comparison else places.period(limit.name)
        case About.METRIC:
            return places.metric(asker, limit.name)
        case About.DIMENSION:
            return places.dimension(asker, limit.name)
        case About.FILTER:
            return places.filter(asker, limit.name)


def _diagnostic(limit: Limit, place: Location, *, of_comparison: bool) -> Diagnostic:
    period = "the comparison period" if of_comparison else "the period"
    return Diagnostic(
        limit.code,
        limit.message.replace("{period}", period),
        place,
        severity=limit.severity,
        expected=limit.expected,
        found=limit.found,
        hint=limit.hint,
    )
