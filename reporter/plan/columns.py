"""From the catalog's words to the columns of a table."""

from reporter.catalog.model import (
    Aggregate,
    Buckets,
    Calculation,
    Dimension,
    Function,
    Metric,
    Ratio,
    Reported,
    TimeStep,
)
from reporter.data.formula import ratio
from reporter.data.table import (
    AskAgain,
    Column,
    Derived,
    Format,
    Greatest,
    Kind,
    Least,
    Member,
    Role,
    RollUp,
    Sum,
)


def metric_column(metric: Metric) -> Column:
    """The column of a metric.

    Counts are whole numbers; other aggregates are where the metric is shown as one.
    """
    return Column(
        name=metric.name,
        kind=_kind(metric),
        role=Role.METRIC,
        label=metric.label,
        description=metric.description,
        format=metric.format,
        goal=metric.goal,
        roll_up=_roll_up(metric),
        sample=metric.definition.denominator if isinstance(metric.definition, Ratio) else None,
    )


def dimension_column(dimension: Dimension) -> Column:
    """The column of a dimension; the buckets of one that has any are its members."""
    members = dimension.members
    if isinstance(dimension.definition, Buckets):
        members = tuple(Member(b.name, b.label) for b in dimension.definition.buckets)
    grain = dimension.definition.grain if isinstance(dimension.definition, TimeStep) else None
    return Column(
        name=dimension.name,
        kind=dimension.kind,
        role=Role.DIMENSION,
        label=dimension.label,
        description=dimension.description,
        grain=grain,
        members=members,
    )


def _kind(metric: Metric) -> Kind:
    match metric.definition:
        case Aggregate(Function.COUNT | Function.COUNT_DISTINCT):
            return Kind.INTEGER
        case Aggregate() | Reported():
            return Kind.INTEGER if metric.format is Format.INTEGER else Kind.NUMBER
        case Ratio() | Calculation():
            return Kind.NUMBER


def _roll_up(metric: Metric) -> RollUp:
    match metric.definition:
        case Aggregate(Function.COUNT | Function.SUM) | Reported(additive=True):
            return Sum()
        case Aggregate(Function.LEAST):
            return Least()
        case Aggregate(Function.GREATEST):
            return Greatest()
        case Aggregate() | Reported():
            return AskAgain()
        case Ratio(numerator, denominator):
            return Derived(ratio(numerator, denominator))
        case Calculation(formula):
            return Derived(formula)
