"""All rules, over one spec."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from reporter.catalog.model import Catalog
from reporter.diagnostics import Diagnostic, has_errors, sorted_by_place
from reporter.plan.rules import (
    bursts,
    channels,
    charts,
    checks,
    conditions,
    deliveries,
    derived,
    edition,
    filters,
    mail,
    metrics_api,
    names,
    outputs,
    parameters,
    queries,
    reconciliations,
    tables,
    targets,
    texts,
)
from reporter.plan.rules.case import Case, case_of
from reporter.settings import Project
from reporter.spec.model import ReportSpec
from reporter.yamltree import Tree

Rule = Callable[[Case], Iterator[Diagnostic]]

RULES: Final[tuple[Rule, ...]] = (
    names.metrics,
    names.dimensions,
    names.titles,
    derived.formulas,
    derived.operands,
    derived.cycles,
    derived.levels,
    derived.collisions,
    derived.unused,
    queries.time_dimensions,
    queries.order,
    queries.top,
    tables.totals,
    tables.subtotals,
    tables.pivots,
    tables.conditional_formats,
    tables.format_bounds,
    charts.dimensions,
    charts.parts,
    charts.donuts,
    charts.heatmaps,
    charts.funnels,
    charts.ranked_steps,
    charts.comparisons,
    charts.annotations,
    queries.comparisons,
    queries.empty_buckets,
    reconciliations.sources,
    reconciliations.metrics,
    reconciliations.steps,
    reconciliations.tolerances,
    reconciliations.filters,
    filters.values,
    filters.channels,
    filters.interval_filters,
    filters.parameter_types,
    targets.targets,
    edition.source,
    edition.time_zone,
    edition.locale,
    edition.currency,
    edition.period,
    edition.period_and_filters,
    parameters.values,
    parameters.defaults,
    parameters.unused,
    texts.syntax,
    texts.metrics,
    texts.figures_in_lines,
    texts.comparisons,
    texts.parameters,
    outputs.outputs,
    outputs.excel_template,
    deliveries.attachments,
    channels.channels,
    channels.folders,
    deliveries.names,
    mail.server,
    mail.recipients,
    mail.copies,
    mail.templates,
    conditions.syntax,
    conditions.facts,
    conditions.sense,
    checks.ranges,
    checks.countable,
    checks.repeated,
    checks.waiting,
    outputs.schedule,
    bursts.dimension,
    bursts.recipients,
    bursts.addressed,
    bursts.texts,
)
OF_PLANS: Final[tuple[Rule, ...]] = (
    metrics_api.limits,
    metrics_api.others,
)
"""Rules on what is asked; only a spec without errors can be planned."""


def check_spec(
    spec: ReportSpec,
    tree: Tree,
    catalog: Catalog,
    project: Project | None,
    others: Mapping[str, Catalog] | None = None,
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a spec whose structure is right.

    Args:
        spec: to check.
        tree: the file that it was read from.
        catalog: that of its source, without its own metrics.
        project: None: what depends on the project is not checked.
        others: the catalogs of the sources that sections ask beside the spec's, by name.
    """
    case = case_of(spec, tree, catalog, project, others or {})
    found = [mistake for rule in RULES for mistake in rule(case)]
    if not has_errors(found):
        found.extend(mistake for rule in OF_PLANS for mistake in rule(case))
    return sorted_by_place(found)
