"""What a report is judged by: figures of the whole period beside those of its sections."""

from collections.abc import Iterator

import msgspec

from reporter.catalog.model import Catalog
from reporter.data.condition import Fact, facts_of, metrics_of, parse
from reporter.spec.checks import CALLS, RangeCheck, RowsCheck
from reporter.spec.model import ReportSpec
from reporter.spec.query import FilterInput


class Demand(msgspec.Struct, frozen=True):
    """One question over the whole period.

    Attributes:
        metrics: by name.
        filter_by: beside the report's own filters.
    """

    metrics: tuple[str, ...]
    filter_by: dict[str, FilterInput] = {}


def demands(spec: ReportSpec, catalog: Catalog) -> tuple[Demand, ...]:
    """The questions: first that of the deliveries, where there are any; then one per check.

    Args:
        spec: without mistakes.
        catalog: of its source, with the report's own metrics.
    """
    return tuple(_demands(spec, catalog))


def numbers_of_checks(spec: ReportSpec) -> dict[int, int]:
    """Which demand is that of which check, by number; checks that ask nothing have none."""
    asking = [n for n, one in enumerate(spec.checks) if isinstance(one, RowsCheck | RangeCheck)]
    first = 1 if spec.delivery else 0
    return {check: first + number for number, check in enumerate(asking)}


def _demands(spec: ReportSpec, catalog: Catalog) -> Iterator[Demand]:
    if spec.delivery:
        yield Demand(tuple(dict.fromkeys(_of_deliveries(spec, catalog))))
    for check in spec.checks:
        match check:
            case RowsCheck(filter_by=filter_by):
                yield Demand((CALLS,), filter_by)
            case RangeCheck(metric=metric, filter_by=filter_by):
                yield Demand((metric,), filter_by)
            case _:
                pass


def _of_deliveries(spec: ReportSpec, catalog: Catalog) -> Iterator[str]:
    if catalog.metric(CALLS) is not None:
        yield CALLS
    for delivery in spec.delivery:
        if delivery.when is not None:
            condition = parse(delivery.when)
            yield from metrics_of(condition)
            if Fact.ANY_TARGET_MISSED in facts_of(condition):
                yield from spec.targets
