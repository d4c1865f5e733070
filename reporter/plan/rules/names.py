"""Rules on names: of metrics, dimensions, sections and reports."""

from collections.abc import Iterable, Iterator

from reporter.catalog.metrics_api import is_known
from reporter.diagnostics import Diagnostic, Path
from reporter.plan.filter_reading import ELSEWHERE
from reporter.plan.rules.case import Case, meant
from reporter.spec.load import Loaded
from reporter.spec.sections import PageBreakSection


def metrics(case: Case) -> Iterator[Diagnostic]:
    """Sections ask for metrics that there are."""
    for path, name in case.named_metrics():
        if (mistake := metric_mistake(case, path, name)) is not None:
            yield mistake


def metric_mistake(case: Case, path: Path, name: str, *, of_key: bool = False) -> Diagnostic | None:
    """What is wrong with naming a metric, if anything is."""
    if name in case.spec.metrics:
        return None
    metric = case.catalog.metric(name)
    if metric is not None and not metric.internal:
        return None
    known = case.metric_names()
    if metric is not None:
        return case.problem(
            path,
            "internal-metric",
            f"{name} is a building block of the catalog and cannot be named",
            of_key=of_key,
            hint=meant(name, known),
        )
    hint = ELSEWHERE if is_known(name) else meant(name, known)
    if case.catalog.dimension(name) is not None:
        hint = f"{name} is a dimension; {_instead(path)}"
    return case.problem(
        path,
        "unknown-metric",
        f"there is no metric {name}",
        of_key=of_key,
        expected=f"a metric of the catalog {case.catalog.name}, or one under metrics",
        hint=hint,
    )


def _instead(path: Path) -> str:
    if path[0] in ("checks", "delivery", "targets"):
        return "what is judged are metrics of the whole period"
    return "it belongs under aggregateBy"


def dimensions(case: Case) -> Iterator[Diagnostic]:
    """Queries group by dimensions that there are."""
    for path, _, query in case.queries():
        for index, name in enumerate(query.aggregate_by):
            if case.catalog.dimension(name) is None:
                yield unknown_dimension(case, (*path, "aggregateBy", index), name)


def unknown_dimension(case: Case, path: Path, name: str) -> Diagnostic:
    """The mistake of naming a dimension that there is not."""
    hint = ELSEWHERE if is_known(name) else meant(name, case.dimension_names())
    if name in case.metric_names():
        hint = f"{name} is a metric; it belongs under metrics"
    return case.problem(
        path,
        "unknown-dimension",
        f"there is no dimension {name}",
        expected=f"a dimension of the catalog {case.catalog.name}",
        hint=hint,
    )


def titles(case: Case) -> Iterator[Diagnostic]:
    """Sections have titles of their own: an Excel sheet and a list of contents need them."""
    first: dict[str, int] = {}
    for index, section in enumerate(case.spec.sections):
        if isinstance(section, PageBreakSection) or section.title is None:
            continue
        earlier = first.setdefault(section.title, index)
        if earlier != index:
            line = case.tree.location(("sections", earlier, "title")).line
            yield case.warning(
                ("sections", index, "title"),
                "repeated-title",
                f"two sections have the title {section.title!r}",
                hint=f"the other one stands in line {line}",
            )


def repeated_names(reports: Iterable[Loaded]) -> Iterator[Diagnostic]:
    """Every report has a name of its own: artifacts and editions go by it."""
    first: dict[str, str] = {}
    for report in reports:
        if report.spec is None or report.tree is None:
            continue
        location = report.tree.location(("name",))
        earlier = first.setdefault(report.spec.name, location.file)
        if earlier != location.file:
            yield Diagnostic(
                "repeated-name",
                f"two reports have the name {report.spec.name!r}",
                location,
                hint=f"the other one is {earlier}",
            )
