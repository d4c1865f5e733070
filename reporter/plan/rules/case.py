"""What a rule looks at: one spec with everything that its words refer to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from reporter.catalog.model import Catalog
from reporter.data.condition import Condition, metrics_of
from reporter.data.condition import parse as parsed_condition
from reporter.data.formula import Formula, FormulaError, parse
from reporter.diagnostics import Diagnostic, Path, Severity, nearest
from reporter.settings import Project, Source
from reporter.spec.checks import RangeCheck
from reporter.spec.model import ReportSpec
from reporter.spec.query import QuerySpec
from reporter.spec.sections import (
    ChartSection,
    KpiSection,
    ReconciliationSection,
    TableSection,
)
from reporter.yamltree import Tree


class Case(msgspec.Struct, frozen=True):
    """One spec to check.

    Attributes:
        spec: its structure is right.
        tree: where everything in it stands.
        catalog: that of the spec's source, without the spec's own metrics.
        project: None where the project file is broken: what depends on it is not checked.
        formulas: the spec's own metrics, as far as their formulas can be read.
        others: the catalogs of sources that sections ask beside the spec's, by name.
        conditions: of deliveries, by their number, as far as they can be read.
    """

    spec: ReportSpec
    tree: Tree
    catalog: Catalog
    project: Project | None
    formulas: Mapping[str, Formula]
    others: Mapping[str, Catalog]
    conditions: Mapping[int, Condition] = {}

    def problem(
        self,
        path: Path,
        code: str,
        message: str,
        *,
        of_key: bool = False,
        severity: Severity = Severity.ERROR,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> Diagnostic:
        """A mistake at a place of the spec."""
        return Diagnostic(
            code,
            message,
            self.tree.location(path, of_key=of_key),
            severity=severity,
            expected=expected,
            found=found,
            hint=hint,
        )

    def warning(self, path: Path, code: str, message: str, **more: Any) -> Diagnostic:  # noqa: ANN401 - the keywords of ``problem``
        """Something that is legal but surely not meant."""
        return self.problem(path, code, message, severity=Severity.WARNING, **more)

    def metric_names(self) -> tuple[str, ...]:
        """Every metric that the spec may name: the catalog's and its own."""
        listed = (m.name for m in self.catalog.metrics if not m.internal)
        return tuple(dict.fromkeys((*listed, *self.spec.metrics)))

    def dimension_names(self) -> tuple[str, ...]:
        """Every dimension of the catalog."""
        return tuple(d.name for d in self.catalog.dimensions)

    def queries(self) -> Iterator[tuple[Path, ChartSection | TableSection, QuerySpec]]:
        """The queries of charts and tables, with their places."""
        for index, section in enumerate(self.spec.sections):
            if isinstance(section, ChartSection | TableSection):
                yield ("sections", index, "query"), section, section.query

    def named_metrics(self) -> Iterator[tuple[Path, str]]:
        """Every metric that a section, a check or a condition asks for, with its place."""
        for index, section in enumerate(self.spec.sections):
            if isinstance(section, KpiSection | ReconciliationSection):
                for i, name in enumerate(section.metrics):
                    yield ("sections", index, "metrics", i), name
        for path, _, query in self.queries():
            for i, name in enumerate(query.metrics):
                yield (*path, "metrics", i), name
        for index, check in enumerate(self.spec.checks):
            if isinstance(check, RangeCheck):
                yield ("checks", index, "metric"), check.metric
        for index, condition in self.conditions.items():
            for name in metrics_of(condition):
                yield ("delivery", index, "when"), name

    def source(self) -> Source | None:
        """The settings of the spec's source; None where it is not settled."""
        if self.project is None:
            return None
        name = self.spec.source or self.project.file.defaults.source
        return self.project.file.sources.get(name) if name is not None else None


def case_of(
    spec: ReportSpec,
    tree: Tree,
    catalog: Catalog,
    project: Project | None,
    others: Mapping[str, Catalog],
) -> Case:
    """The case, with the formulas and conditions that can be read."""
    formulas: dict[str, Formula] = {}
    for name, metric in spec.metrics.items():
        try:
            formulas[name] = parse(metric.formula)
        except FormulaError:
            continue  # a rule of its own says so
    conditions: dict[int, Condition] = {}
    for number, delivery in enumerate(spec.delivery):
        if delivery.when is not None:
            try:
                conditions[number] = parsed_condition(delivery.when)
            except FormulaError:
                continue  # likewise
    return Case(spec, tree, catalog, project, formulas, others, conditions)


def meant(name: str, candidates: tuple[str, ...]) -> str | None:
    """The hint with the nearest name, if one is near."""
    near = nearest(name, candidates)
    return f"did you mean {near}?" if near else None


def hint_to_add(case: Case, name: str, known: Sequence[str], where: str) -> str | None:
    """What to do about a name that is right by itself, but not asked for by the query.

    Args:
        case: the spec.
        name: what was written.
        known: what the query asks for.
        where: the key of the query that has them.
    """
    if name in (*case.metric_names(), *case.dimension_names()):
        return f"add it to the query's {where}"
    return meant(name, tuple(known))
