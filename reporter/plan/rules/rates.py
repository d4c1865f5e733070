"""Rates are fractions of 1: what takes them for percentages is not meant so."""

from collections.abc import Iterator

from reporter.catalog.model import Ratio
from reporter.data.formula import Number
from reporter.data.table import Format
from reporter.diagnostics import Diagnostic, Path
from reporter.plan.rules.case import Case


def rate_mistakes(case: Case, path: Path, name: str, bound: Number) -> Iterator[Diagnostic]:
    """What is said of comparing a metric with a number, where it is a rate of the catalog's.

    A report's own percentages may lie above 1.
    """
    metric = case.catalog.metric(name)
    if metric is None or not isinstance(metric.definition, Ratio):
        return
    if metric.format is Format.PERCENT and bound > 1:
        yield case.warning(
            path,
            "rate-above-one",
            f"{name} is never above 1: it is a fraction, which reports show in percent",
            found=f"{bound:g}",
            hint=f"write {bound / 100:g} for {bound:g} percent",
        )
