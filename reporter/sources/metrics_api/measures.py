"""How the API tells the metrics and dimensions of the catalog, and which it does not.

A metric of calls is the API's where the catalog computes it as ours does: for one that means
something else by the same name the API is not asked.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal

import msgspec

from reporter.catalog.metrics_api import NOT_TOLD, standard
from reporter.catalog.model import Calculation, Dimension, Metric, Named, Ratio, Reported, TimeStep
from reporter.data.formula import Number
from reporter.data.table import Column, Format
from reporter.plan.columns import dimension_column, metric_column
from reporter.plan.model import Query
from reporter.words import said

DurationUnit = Literal["milliseconds", "seconds", "minutes"]
RatioScale = Literal["auto", "fraction", "percent"]

TOTAL: Final = "TOTAL_CALL_COUNT"
"""What is asked for where only the groups matter."""
_OUTBOUND: Final[Mapping[str, str]] = {
    "OUTBOUND_ANSWERED_CALL_COUNT": "TOTAL_ANSWERED_CALL_COUNT",
}
"""Counts that are the API's, by its name, if it is asked for outbound calls alone."""
_IN_MILLISECONDS: Final[Mapping[str, str]] = {
    "CALL_DURATION_MILLISECONDS": "TOTAL_CALL_DURATION",
}
"""Durations that are the API's in another unit, by its name."""
_UNITS: Final[Mapping[DurationUnit, int]] = {"milliseconds": 1, "seconds": 1000, "minutes": 60_000}
_PERCENT: Final = -2
"""Decimal places from a percentage to a fraction."""


class Told(msgspec.Struct, frozen=True):
    """How the API tells a metric.

    Attributes:
        metric: in the catalog.
        name: the API's.
        outbound: whether it is that of outbound calls alone.
        in_milliseconds: whether it is a duration, which the API tells in a unit of its own.
    """

    metric: Metric
    name: str
    outbound: bool = False
    in_milliseconds: bool = False

    def number(
        self, value: int | Decimal | None, unit: DurationUnit, scale: RatioScale
    ) -> Number | None:
        """A value of the API as one of the metric.

        Args:
            value: as the API says it.
            unit: of its durations.
            scale: of its shares.

        Raises:
            ValueError: it can be none; the message says what could.
        """
        if value is None:
            return None
        if self.in_milliseconds:
            if value < 0:
                raise ValueError(f"expected a duration, found {value}")
            exact = Decimal(value) * _UNITS[unit]
            return int(exact.to_integral_value(ROUND_HALF_EVEN))
        if self.metric.format is Format.PERCENT and scale == "percent":
            return float(Decimal(value).scaleb(_PERCENT))
        if isinstance(value, int):
            return value
        if self.metric.format is Format.INTEGER:
            raise ValueError(f"expected a whole number, found {value}")
        return float(value)


def told(metric: Metric) -> Told | None:
    """How the API tells a metric; None for what is computed, and for what it does not know."""
    match metric.definition:
        case Ratio() | Calculation():
            return None
        case Reported():
            return Told(metric, metric.name)
    name = metric.name
    if name in NOT_TOLD or not _is_ours(metric):
        return None
    if name in _OUTBOUND:
        return Told(metric, _OUTBOUND[name], outbound=True)
    if name in _IN_MILLISECONDS:
        return Told(metric, _IN_MILLISECONDS[name], in_milliseconds=True)
    return Told(metric, name)


def told_too(metric: Metric) -> Ratio | None:
    """The counts of a ratio that the API tells beside them, so that they prove each other."""
    return metric.definition if isinstance(metric.definition, Ratio) and _is_ours(metric) else None


def columns_of(query: Query, source: str) -> tuple[Column, ...]:
    """The columns of a query's table; those that the API does not tell say so."""
    reason = said("not_reported", source=source)
    others = {metric.name: metric for metric in query.metrics}

    def marked(column: Column, *, had: bool) -> Column:
        return column if had else msgspec.structs.replace(column, unavailable=reason)

    return (
        *(marked(dimension_column(d), had=_is_known(d)) for d in query.dimensions),
        *(marked(metric_column(m), had=_is_had(m, others)) for m in query.metrics),
    )


def _is_ours(metric: Metric) -> bool:
    ours = standard().metric(metric.name)
    return ours is not None and ours.definition == metric.definition


def _is_known(dimension: Dimension) -> bool:
    if isinstance(dimension.definition, TimeStep | Named):
        return True
    ours = standard().dimension(dimension.name)
    return ours is not None and ours.definition == dimension.definition


def _is_had(metric: Metric, others: Mapping[str, Metric]) -> bool:
    if isinstance(metric.definition, Ratio | Calculation):
        return all(_is_had(others[name], others) for name in metric.operands())
    return told(metric) is not None
