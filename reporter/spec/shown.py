"""Which metrics a section shows."""

from reporter.spec.sections import (
    CalloutSection,
    ChartSection,
    KpiSection,
    PageBreakSection,
    ReconciliationSection,
    Section,
    TableSection,
    TextSection,
)
from reporter.templating import mentioned_metrics


def shown_metrics(section: Section) -> tuple[str, ...]:
    """The metrics that a section shows."""
    match section:
        case KpiSection(metrics=metrics) | ReconciliationSection(metrics=metrics):
            return metrics
        case TableSection(query=query) | ChartSection(query=query):
            return query.metrics
        case TextSection(markdown=markdown) | CalloutSection(markdown=markdown):
            return mentioned_metrics(markdown)
        case PageBreakSection():
            return ()
