"""What a report is judged by: figures of the whole period beside those of its sections."""

from collections.abc import Iterator, Sequence

import msgspec

from reporter.catalog.metrics_api import CHANNELS, channels, measures
from reporter.catalog.model import Catalog
from reporter.data.condition import Fact, facts_of, metrics_of, parse
from reporter.plan.model import Condition, OneOf
from reporter.spec.checks import CALLS, FreshnessCheck, RangeCheck, RejectedCheck, RowsCheck
from reporter.spec.model import ReportSpec
from reporter.spec.query import FilterInput


class Demand(msgspec.Struct, frozen=True):
    """One question over the whole period.

    Attributes:
        check: the number of the check that asks; None: the deliveries together.
        metrics: by name.
        filter_by: beside the report's own filters.
    """

    check: int | None
    metrics: tuple[str, ...]
    filter_by: dict[str, FilterInput] = {}


def demands(spec: ReportSpec, *, with_calls: bool) -> Iterator[Demand]:
    """The questions: first that of the deliveries, where they ask anything; then one per check.

    Args:
        spec: without mistakes.
        with_calls: whether calls are counted, so that it can be told if there are any.
    """
    asked = tuple(dict.fromkeys(_of_deliveries(spec, with_calls=with_calls)))
    if asked:
        yield Demand(None, asked)
    for number, check in enumerate(spec.checks):
        match check:
            case RowsCheck(filter_by=filter_by):
                yield Demand(number, (CALLS,), filter_by)
            case RangeCheck(metric=metric, filter_by=filter_by):
                yield Demand(number, (metric,), filter_by)
            case _:
                pass


def of_records(spec: ReportSpec, catalog: Catalog, *, with_calls: bool) -> Iterator[Demand]:
    """What checks of the records themselves ask, where nothing else is asked of the period.

    Any answer tells up to when there are data, and how many records could not be used.

    Args:
        spec: without mistakes.
        catalog: of the spec's source.
        with_calls: as for ``demands``.
    """
    if with_calls:
        metrics: tuple[str, ...] = (CALLS,)
    elif catalog.metric(CALLS) is None:
        metrics = tuple(one.name for one in catalog.metrics[:1])
    else:
        return  # messages of another channel: that it is not known is said
    for number, check in enumerate(spec.checks):
        if isinstance(check, FreshnessCheck | RejectedCheck):
            yield Demand(number, metrics)


def counts_calls(catalog: Catalog, conditions: Sequence[Condition]) -> bool:
    """Whether the number of calls tells if there is anything to report.

    Not where other channels are asked for: their messages are no calls.
    """
    calls = catalog.metric(CALLS)
    if calls is None:
        return False
    asked = set(channels(catalog))
    for condition in conditions:
        if isinstance(condition, OneOf) and condition.filter.name == CHANNELS:
            asked &= {str(value) for value in condition.values}
    told = [one for one in asked if any(measures(m, one, catalog) for m in catalog.metrics)]
    return not told or any(measures(calls, one, catalog) for one in told)


def judged_by(when: str) -> tuple[str, ...]:
    """The metrics that a condition asks for by itself, beside those with a target."""
    condition = parse(when)
    calls = (CALLS,) if Fact.NO_DATA in facts_of(condition) else ()
    return (*metrics_of(condition), *calls)


def _of_deliveries(spec: ReportSpec, *, with_calls: bool) -> Iterator[str]:
    if spec.delivery and with_calls:
        yield CALLS
    for delivery in spec.delivery:
        if delivery.when is not None:
            yield from judged_by(delivery.when)
            if Fact.ANY_TARGET_MISSED in facts_of(parse(delivery.when)):
                yield from spec.targets
