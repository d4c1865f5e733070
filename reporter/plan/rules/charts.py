"""Rules on charts: what each kind asks for, so that its picture is true."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from reporter.catalog.model import Aggregate, Calculation, Dimension, Function, Metric
from reporter.data.formula import is_linear, references
from reporter.data.table import Format
from reporter.dates import Grain
from reporter.diagnostics import Diagnostic, Path
from reporter.plan.planner import finest
from reporter.plan.rules.case import Case
from reporter.plan.rules.queries import grain_of, known_dimensions
from reporter.spec.moment import moment
from reporter.spec.query import QuerySpec
from reporter.spec.sections import ChartSection

_MOST_DIMENSIONS: Final = 2
_FEWEST_STAGES: Final = 2
_OVER_TIME: Final = frozenset({"line", "area"})
_OF_PARTS: Final = frozenset({"stacked", "stacked100", "donut"})
_WITHOUT_AXIS: Final = frozenset({"donut", "heatmap", "funnel"})
_WITHOUT_COMPARISON: Final = frozenset({"stacked", "stacked100", "donut", "heatmap"})
_MARKED: Final = frozenset({"line", "area", "bar", "column", "stacked", "stacked100"})


class _Chart(msgspec.Struct, frozen=True):
    """A chart whose dimensions are all known.

    Attributes:
        path: of its query.
        dimensions: of several steps of time only the finest.
    """

    path: Path
    section: ChartSection
    dimensions: tuple[Dimension, ...]

    @property
    def query(self) -> QuerySpec:
        """What it asks for."""
        return self.section.query

    @property
    def kind(self) -> str:
        """As the spec says it."""
        return self.section.chart

    @property
    def timed(self) -> bool:
        """Whether its axis is time: steps that are ranked are bars like any others."""
        ranked = self.query.top is not None and len(self.dimensions) == 1
        return any(grain_of(d) is not None for d in self.dimensions) and not ranked

    @property
    def by(self) -> str:
        """Its dimensions in words."""
        return " and ".join(self.query.aggregate_by) or "no dimension"


def _charts(case: Case, kinds: frozenset[str] | None = None) -> Iterator[_Chart]:
    """The charts of these kinds, with their dimensions."""
    for path, section, query in case.queries():
        known = known_dimensions(case, query)
        if not isinstance(section, ChartSection) or len(known) < len(query.aggregate_by):
            continue
        if kinds is None or section.chart in kinds:
            yield _Chart(path, section, finest(known))


def dimensions(case: Case) -> Iterator[Diagnostic]:
    """A chart can be drawn: a line runs over time, and there is one axis and one legend."""
    for chart in _charts(case):
        if chart.kind in _WITHOUT_AXIS:
            continue
        place = (*chart.path, "aggregateBy")
        if not chart.dimensions:
            yield case.problem(
                chart.path,
                "chart-without-dimension",
                "a chart is drawn over a dimension",
                of_key=True,
                expected="aggregateBy with one dimension, or two",
            )
        elif chart.kind in _OVER_TIME and all(grain_of(d) is None for d in chart.dimensions):
            yield case.problem(
                place,
                "line-without-time",
                f"{'a line' if chart.kind == 'line' else 'an area'} is drawn over time",
                of_key=True,
                expected="a time dimension such as DAY",
                found=", ".join(chart.query.aggregate_by),
                hint="add one, or use chart: bar",
            )
        yield from _legend(case, place, chart)


def _legend(case: Case, path: Path, chart: _Chart) -> Iterator[Diagnostic]:
    query = chart.query
    if len(chart.dimensions) > _MOST_DIMENSIONS:
        yield case.problem(
            path,
            "too-many-dimensions",
            "a chart has one axis and one legend",
            of_key=True,
            expected="one dimension, or two",
            found=", ".join(query.aggregate_by),
        )
    if len(chart.dimensions) == _MOST_DIMENSIONS and len(query.metrics) > 1:
        yield case.problem(
            path,
            "too-many-dimensions",
            "a chart of several metrics has one dimension",
            of_key=True,
            expected="one dimension, or one metric",
            found=f"{', '.join(query.metrics)} by {chart.by}",
        )


def parts(case: Case) -> Iterator[Diagnostic]:
    """Parts of a whole add up to it, have one unit, and are all there."""
    for chart in _charts(case, _OF_PARTS):
        for index, name in enumerate(chart.query.metrics):
            if not _adds_up(case, name):
                yield case.problem(
                    (*chart.path, "metrics", index),
                    "not-additive",
                    f"{name} cannot be added up, so it has no parts of a whole",
                    expected="a count or a sum, or a sum or difference of them",
                    found=_what_it_is(case, name),
                    hint="use chart: line or bar, which show values side by side",
                )
        if chart.kind != "donut":
            yield from _stack(case, chart)
        yield from _without_rest(case, chart)


def _stack(case: Case, chart: _Chart) -> Iterator[Diagnostic]:
    metrics = chart.query.metrics
    if len(chart.dimensions) == 1 and len(metrics) == 1:
        yield case.problem(
            chart.path,
            "nothing-to-stack",
            "there is one value in each bar, so there is nothing to stack",
            of_key=True,
            expected="two metrics or more, or one metric by two dimensions",
            found=f"{metrics[0]} by {chart.by}",
            hint="use chart: bar",
        )
    formats = [(name, _format(case, name)) for name in metrics]
    for index, (name, form) in enumerate(formats):
        if form is not None and form is not formats[0][1] and formats[0][1] is not None:
            yield case.problem(
                (*chart.path, "metrics", index),
                "mixed-units",
                f"{name} cannot stand on top of {metrics[0]}: their units differ",
                expected=f"metrics shown as {formats[0][1]}",
                found=form,
            )


def _without_rest(case: Case, chart: _Chart) -> Iterator[Diagnostic]:
    """Where ``top`` takes parts of a whole away."""
    top = chart.query.top
    takes_parts = chart.kind == "donut" or (chart.timed and len(chart.dimensions) > 1)
    if top is not None and not top.other and takes_parts:
        yield case.problem(
            (*chart.path, "top"),
            "parts-left-out",
            "the first parts are not the whole",
            of_key=True,
            expected=f"top: {{limit: {top.limit}, other: true}}",
        )


def donuts(case: Case) -> Iterator[Diagnostic]:
    """A donut shows one metric by one dimension."""
    for chart in _charts(case, frozenset({"donut"})):
        if len(chart.dimensions) != 1 or len(chart.query.metrics) != 1:
            yield case.problem(
                chart.path,
                "wrong-donut",
                "a donut has one ring: one metric by one dimension",
                of_key=True,
                expected="one metric and one dimension",
                found=f"{', '.join(chart.query.metrics)} by {chart.by}",
                hint="several metrics or dimensions fit in chart: stacked100",
            )


def heatmaps(case: Case) -> Iterator[Diagnostic]:
    """A heatmap shows one metric by two dimensions, or by HOUR alone."""
    for chart in _charts(case, frozenset({"heatmap"})):
        metrics = chart.query.metrics
        hours = len(chart.dimensions) == 1 and grain_of(chart.dimensions[0]) is Grain.HOUR
        if len(metrics) != 1 or not (hours or len(chart.dimensions) == _MOST_DIMENSIONS):
            yield case.problem(
                chart.path,
                "wrong-heatmap",
                "a heatmap has one value in each cell: one metric by two dimensions, or by HOUR",
                of_key=True,
                expected="one metric, and two dimensions or HOUR alone",
                found=f"{', '.join(metrics)} by {chart.by}",
            )
        elif hours and _is_distinct(case, metrics[0]):
            yield case.problem(
                (*chart.path, "metrics", 0),
                "not-foldable",
                f"the hours of several days have no {metrics[0]} in common: it cannot be added up",
                expected="a count, a sum, or a ratio of them",
                found=_what_it_is(case, metrics[0]),
                hint="group by DAY and another dimension instead of HOUR alone",
            )
        elif hours and chart.query.top is not None:
            yield case.warning(
                (*chart.path, "top"),
                "top-of-hours",
                "the hours of a week are shown whole; top changes nothing",
                of_key=True,
                hint="take top out",
            )


def funnels(case: Case) -> Iterator[Diagnostic]:
    """The stages of a funnel are metrics of one unit, of the whole period."""
    for chart in _charts(case, frozenset({"funnel"})):
        query = chart.query
        if len(query.metrics) < _FEWEST_STAGES or chart.dimensions:
            yield case.problem(
                chart.path,
                "wrong-funnel",
                "a funnel has the query's metrics as its stages",
                of_key=True,
                expected="two metrics or more, and no dimension",
                found=f"{', '.join(query.metrics)} by {chart.by}",
            )
        first = next((f for n in query.metrics if (f := _format(case, n)) is not None), None)
        for index, name in enumerate(query.metrics):
            form = _format(case, name)
            if form is Format.PERCENT or form not in {None, first}:
                yield case.problem(
                    (*chart.path, "metrics", index),
                    "wrong-stage",
                    f"{name} is no stage: a stage is a part of the one before",
                    expected="counts, or sums of one unit",
                    found=form,
                    hint="the funnel itself shows the shares between its stages",
                )


def ranked_steps(case: Case) -> Iterator[Diagnostic]:
    """A line through steps that are picked by rank would jump through time."""
    for chart in _charts(case, _OVER_TIME):
        by_time = len(chart.dimensions) == 1 and grain_of(chart.dimensions[0]) is not None
        if by_time and not chart.timed:
            yield case.warning(
                (*chart.path, "top"),
                "line-of-ranked-steps",
                "top picks single steps of time, so bars are drawn instead of a line",
                of_key=True,
                hint="use chart: bar, or take top out",
            )


def comparisons(case: Case) -> Iterator[Diagnostic]:
    """Parts of two wholes, and cells of two periods, cannot stand beside each other."""
    for chart in _charts(case, _WITHOUT_COMPARISON):
        if chart.section.compare:
            yield case.problem(
                (*chart.path[:-1], "compare"),
                "chart-without-comparison",
                f"a chart of the kind {chart.kind} has no room for the comparison",
                of_key=True,
                expected="chart: line, area, bar, column, horizontalBar or funnel",
                hint="take compare out, or show the changes in a table",
            )


def annotations(case: Case) -> Iterator[Diagnostic]:
    """Marks stand on an axis of time, at dates that can be read."""
    for chart in _charts(case):
        written = chart.section.annotations
        path = (*chart.path[:-1], "annotations")
        if written and not (chart.kind in _MARKED and chart.timed):
            yield case.problem(
                path,
                "annotations-without-time",
                "there is no axis of time to mark"
                if chart.kind in _MARKED
                else f"a chart of the kind {chart.kind} has no axis of time to mark",
                of_key=True,
                expected="a line, an area or upright bars over a time dimension such as DAY",
                found=f"{chart.kind} by {chart.by}",
            )
        for index, annotation in enumerate(written):
            try:
                moment(annotation.date)
            except ValueError as error:
                yield case.problem(
                    (*path, index, "date"),
                    "wrong-date",
                    str(error),
                    expected="a day (2026-10-20) or a local time (2026-10-20T14:00)",
                )


def _metric(case: Case, name: str) -> Metric | None:
    return None if name in case.spec.metrics else case.catalog.metric(name)


def _format(case: Case, name: str) -> Format | None:
    """How a metric is shown; None where nobody knows it."""
    if name in case.spec.metrics:
        return Format(case.spec.metrics[name].format)
    metric = case.catalog.metric(name)
    return None if metric is None else metric.format


def _adds_up(case: Case, name: str, above: Sequence[str] = ()) -> bool:
    """Whether a metric adds up; what is not known or runs in a circle is told elsewhere."""
    if name in above:
        return True
    formula = case.formulas.get(name) if name in case.spec.metrics else None
    if formula is not None:
        return is_linear(formula, lambda operand: _adds_up(case, operand, (*above, name)))
    metric = _metric(case, name)
    match None if metric is None else metric.definition:
        case None:
            return True
        case Aggregate(function):
            return function in {Function.COUNT, Function.SUM}
        case Calculation(formula):
            return is_linear(formula, lambda operand: _adds_up(case, operand, (*above, name)))
        case _:
            return False


def _is_distinct(case: Case, name: str, above: Sequence[str] = ()) -> bool:
    """Whether a metric is a distinct count, or made of one."""
    if name in above:
        return False
    formula = case.formulas.get(name) if name in case.spec.metrics else None
    metric = _metric(case, name)
    operands = references(formula) if formula is not None else ()
    if metric is not None:
        operands = metric.operands()
        if isinstance(metric.definition, Aggregate):
            return metric.definition.function is Function.COUNT_DISTINCT
    return any(_is_distinct(case, operand, (*above, name)) for operand in operands)


def _what_it_is(case: Case, name: str) -> str:
    if name in case.spec.metrics:
        return f"the formula {case.spec.metrics[name].formula}"
    metric = _metric(case, name)
    match None if metric is None else metric.definition:
        case Aggregate(Function.COUNT_DISTINCT):
            return "a distinct count"
        case Aggregate(Function.LEAST):
            return "a least value"
        case Aggregate(Function.GREATEST):
            return "a greatest value"
        case Calculation():
            return "a calculation"
        case _:
            return "a ratio"
