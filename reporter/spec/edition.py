"""One issue of one report: the spec with everything that was open settled."""

from datetime import datetime

import msgspec

from reporter.dates import Interval, Period
from reporter.spec.model import FilterInput, ParameterValue, ReportSpec


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """A report over one interval.

    Attributes:
        spec: as written.
        source: the name of the source, from the spec or the project's defaults.
        timezone: likewise.
        locale: likewise.
        as_of: what counts as now.
        period: from the spec or the command line.
        interval: what it resolves to.
        comparison: the interval to compare with; None where the spec has no ``compareTo``.
        parameters: name to value, with defaults; None for an optional one that is not set.
        filters: further filters, by name: ANDed with those of the spec.
    """

    spec: ReportSpec
    source: str
    timezone: str
    locale: str
    as_of: datetime
    period: Period
    interval: Interval
    comparison: Interval | None
    parameters: dict[str, ParameterValue | None]
    filters: tuple[dict[str, FilterInput], ...] = ()
