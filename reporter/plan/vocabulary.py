"""The words of one report: the catalog and the report's own derived metrics."""

from collections.abc import Mapping

import msgspec

from reporter.catalog.model import Calculation, Catalog, Metric
from reporter.data.formula import parse
from reporter.spec.model import DerivedMetric

GROUP = "This report"
"""The heading that a report's own metrics stand under."""


def with_derived(catalog: Catalog, metrics: Mapping[str, DerivedMetric]) -> Catalog:
    """The catalog with a spec's derived metrics, which the rules have found valid.

    A metric of the catalog is never replaced.

    Raises:
        FormulaError: a formula that the rules would have refused.
    """
    own = tuple(
        Metric(
            name=name,
            label=metric.label,
            description=metric.description,
            definition=Calculation(parse(metric.formula)),
            group=GROUP,
            format=metric.format,
            goal=metric.goal,
        )
        for name, metric in metrics.items()
        if catalog.metric(name) is None
    )
    return msgspec.structs.replace(catalog, metrics=(*catalog.metrics, *own))
