"""Rules on tables: totals, subtotals, pivots, conditional formats."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from reporter.catalog.model import Dimension
from reporter.diagnostics import Diagnostic, Path
from reporter.plan.planner import finest
from reporter.plan.rules.case import Case, hint_to_add
from reporter.spec.query import QuerySpec
from reporter.spec.sections import (
    MOST_PIVOT_VALUES,
    ConditionalFormat,
    Pivot,
    TableSection,
)

_CUTS: Final = 2


def _tables(case: Case) -> Iterator[tuple[Path, TableSection]]:
    for path, section, _ in case.queries():
        if isinstance(section, TableSection):
            yield path[:-1], section


def _answered(case: Case, query: QuerySpec) -> tuple[str, ...] | None:
    """The dimensions that the source answers by; None where one is unknown."""
    found = [case.catalog.dimension(name) for name in query.aggregate_by]
    known: list[Dimension] = [d for d in found if d is not None]
    return None if len(known) < len(found) else tuple(d.name for d in finest(known))


def totals(case: Case) -> Iterator[Diagnostic]:
    """A total is of several rows."""
    for path, section in _tables(case):
        if section.totals and not section.query.aggregate_by:
            yield case.warning(
                (*path, "totals"),
                "totals-without-groups",
                "without aggregateBy there is one row, and the total repeats it",
                of_key=True,
                hint="add aggregateBy to the query, or take totals out",
            )


def subtotals(case: Case) -> Iterator[Diagnostic]:
    """Subtotals are of groups of rows, all of which are shown."""
    for path, section in _tables(case):
        if not section.subtotals:
            continue
        place = (*path, "subtotals")
        by = None if section.pivot is None else section.pivot.by
        along = [name for name in _answered(case, section.query) or () if name != by]
        if _answered(case, section.query) is not None and len(along) < 2:  # noqa: PLR2004 - groups, and rows in them
            yield case.problem(
                place,
                "subtotals-without-groups",
                "subtotals are of groups of rows",
                of_key=True,
                expected="two dimensions or more along the rows",
                found=", ".join(along) or "none",
                hint="add a dimension to the query's aggregateBy, or use totals",
            )
        if section.query.top is not None:
            yield case.problem(
                place,
                "subtotals-with-top",
                "of a group whose rows are not all shown there is no subtotal",
                of_key=True,
                expected="subtotals, or top in the query",
                found="both",
            )


def pivots(case: Case) -> Iterator[Diagnostic]:
    """A pivot puts one of several dimensions across the columns."""
    for path, section in _tables(case):
        if section.pivot is not None:
            yield from _pivot(case, (*path, "pivot"), section, section.pivot)


def _pivot(case: Case, path: Path, section: TableSection, pivot: Pivot) -> Iterator[Diagnostic]:
    asked = section.query.aggregate_by
    answered = _answered(case, section.query)
    if pivot.by not in asked:
        yield case.problem(
            (*path, "by"),
            "pivot-not-in-query",
            f"the query does not ask for the dimension {pivot.by}",
            expected=f"one of {', '.join(asked)}" if asked else "a dimension of aggregateBy",
            hint=hint_to_add(case, pivot.by, asked, "aggregateBy"),
        )
    elif answered is not None and pivot.by not in answered:
        yield case.problem(
            (*path, "by"),
            "pivot-not-in-query",
            f"only the finest step of time is used, so there is no {pivot.by}",
            expected=f"one of {', '.join(answered)}",
        )
    elif answered == (pivot.by,):
        yield case.problem(
            (*path, "by"),
            "pivot-without-rows",
            "with its only dimension across the columns a table has no rows",
            expected="a second dimension in aggregateBy",
            found=pivot.by,
        )
    if section.compare:
        yield case.problem(
            path,
            "pivot-with-compare",
            "a pivot has no comparison: its columns are taken",
            of_key=True,
            expected="pivot, or compare: true",
            found="both",
            hint="compare in a table of its own",
        )
    if pivot.top is not None and pivot.top.limit > MOST_PIVOT_VALUES:
        yield case.problem(
            (*path, "top", "limit"),
            "pivot-too-wide",
            "so many columns are no table",
            expected=f"{MOST_PIVOT_VALUES} at most",
            found=str(pivot.top.limit),
            hint="the dimension along the rows has more room",
        )


def conditional_formats(case: Case) -> Iterator[Diagnostic]:
    """Conditional formats are of metrics in the table, one format each."""
    for path, section in _tables(case):
        metrics = section.query.metrics
        seen: set[str] = set()
        for index, format_ in enumerate(section.conditional_formats):
            place = (*path, "conditionalFormats", index, "metric")
            if format_.metric not in metrics:
                yield case.problem(
                    place,
                    "format-not-in-query",
                    f"the table has no metric {format_.metric}",
                    expected=f"one of {', '.join(metrics)}",
                    hint=hint_to_add(case, format_.metric, metrics, "metrics"),
                )
            if format_.metric in seen:
                yield case.problem(
                    place, "repeated-format", f"{format_.metric} has a conditional format already"
                )
            seen.add(format_.metric)


def format_bounds(case: Case) -> Iterator[Diagnostic]:
    """A threshold has bounds that a value can keep, icons have two cuts, other formats neither."""
    for path, section in _tables(case):
        for index, format_ in enumerate(section.conditional_formats):
            place = (*path, "conditionalFormats", index)
            yield from _cuts(case, place, format_)
            yield from _bounds(case, place, format_)


def _cuts(case: Case, path: Path, format_: ConditionalFormat) -> Iterator[Diagnostic]:
    cuts = format_.cuts
    if format_.type != "icons":
        if cuts:
            yield case.problem(
                (*path, "cuts"),
                "cuts-without-icons",
                f"{format_.type} has no cuts",
                of_key=True,
                expected="cuts with type: icons only",
            )
    elif len(cuts) != _CUTS or any(low >= high for low, high in pairwise(cuts)):
        yield case.problem(
            (*path, "cuts") if cuts else path,
            "wrong-cuts",
            "icons tell low, middle and high apart by two cuts",
            of_key=bool(cuts),
            expected="two numbers, the lower one first, like cuts: [0.5, 0.65]",
            found=", ".join(f"{cut:g}" for cut in cuts) or "none",
        )


def _bounds(case: Case, path: Path, format_: ConditionalFormat) -> Iterator[Diagnostic]:
    least, most = format_.at_least, format_.at_most
    if format_.type != "threshold":
        given = [key for key, v in (("atLeast", least), ("atMost", most)) if v is not None]
        for key in given:
            yield case.problem(
                (*path, key),
                "bounds-without-threshold",
                f"{format_.type} has no bounds",
                of_key=True,
                expected="bounds with type: threshold only",
            )
    elif least is None and most is None:
        if format_.metric not in case.spec.targets:
            yield case.problem(
                path,
                "threshold-without-bounds",
                f"nothing says when {format_.metric} is met",
                expected="atLeast or atMost, or a target of the metric",
                hint=f"a target under targets: {format_.metric} holds for cards too",
            )
    elif least is not None and most is not None and least > most:
        yield case.problem(
            path,
            "impossible-threshold",
            "no value meets the threshold",
            expected="atLeast not above atMost",
            found=f"atLeast {least:g}, atMost {most:g}",
        )
