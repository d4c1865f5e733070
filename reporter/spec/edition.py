"""One issue of one report: the spec with everything that was open settled."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from reporter import dates
from reporter.dates import Between, Interval, LastUnits, Period, PeriodName
from reporter.diagnostics import Diagnostic, Invalid, Location
from reporter.settings import Defaults
from reporter.settings.rules import unknown_time_zone
from reporter.spec.model import ParameterValue, PeriodSpan, PeriodSpec, ReportSpec
from reporter.spec.moment import moment
from reporter.spec.query import FilterInput


class Revision(msgspec.Struct, frozen=True):
    """Which issue of the same report over the same interval it is.

    Attributes:
        kind: *provisional* where the data were not complete, *restatement* where numbers of a
            final one have changed since.
        number: of a restatement, from 1.
    """

    kind: Literal["final", "provisional", "restatement"] = "final"
    number: int = 0

    def __str__(self) -> str:
        """As it is remembered: ``restatement 2``."""
        return f"{self.kind} {self.number}" if self.number else self.kind


class BurstValue(msgspec.Struct, frozen=True):
    """The value of a dimension that an edition is about.

    Attributes:
        dimension: by name.
        value: as in the records; None: records without one.
        label: what texts call it, unlike those of other values.
        slug: what files call it, likewise.
    """

    dimension: str
    value: str | int | None
    label: str
    slug: str

    @property
    def key(self) -> str:
        """The value as it is remembered, whatever it is called by then: ``ACCOUNT_KEY=A-1``."""
        if self.value is None:
            return f"no {self.dimension}"
        return f"{self.dimension}={self.value}"


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """A report over one interval.

    Attributes:
        spec: as written.
        source: the name of the source, from the spec or the project's defaults.
        timezone: likewise.
        locale: likewise.
        currency: likewise; None where neither names one.
        as_of: what counts as now.
        period: from the spec or the command line.
        interval: what it resolves to.
        comparison: the interval to compare with; None where the spec has no ``compareTo``.
        parameters: name to value, with defaults; None for an optional one that is not set.
        filters: further filters, by name: ANDed with those of the spec.
        revision: which issue it is.
        burst: what it is about, of a report that makes one edition for each value.
    """

    spec: ReportSpec
    source: str
    timezone: str
    locale: str
    currency: str | None = None
    as_of: datetime
    period: Period
    interval: Interval
    comparison: Interval | None
    parameters: dict[str, ParameterValue | None]
    filters: tuple[dict[str, FilterInput], ...] = ()
    revision: Revision = Revision()
    burst: BurstValue | None = None


def resolve(
    spec: ReportSpec,
    defaults: Defaults,
    *,
    as_of: datetime,
    period: Period | None = None,
    parameters: Mapping[str, ParameterValue | None] | None = None,
    filters: Sequence[Mapping[str, FilterInput]] = (),
    source: str | None = None,
) -> Edition:
    """The edition of a report at an instant. Weeks begin on Monday.

    Args:
        spec: what to report.
        defaults: what the spec leaves open.
        as_of: what counts as now.
        period: instead of the spec's.
        parameters: typed, as ``parameters_of`` gives them.
        filters: further ones.
        source: instead of the spec's.

    Raises:
        Invalid: there is no source or period, no such time zone, or a period without length.
    """
    mistakes: list[Diagnostic] = []
    settled = period or _written_period(spec, mistakes)
    place = Location("period" if period is None else "--period")
    zone_name = spec.timezone or defaults.timezone
    zone = _zone(zone_name, mistakes)
    source_name = source or spec.source or defaults.source
    if source_name is None:
        mistakes.append(_no_source(spec))
    interval = _interval(settled, as_of, zone, place, mistakes) if settled and zone else None
    if not (settled and zone and source_name and interval):
        raise Invalid(mistakes)
    return Edition(
        spec=spec,
        source=source_name,
        timezone=zone_name,
        locale=spec.locale or defaults.locale,
        currency=spec.currency or defaults.currency,
        as_of=as_of,
        period=settled,
        interval=interval,
        comparison=(
            dates.compared(settled, interval, spec.compare_to, zone) if spec.compare_to else None
        ),
        parameters=dict(parameters or {}),
        filters=tuple(dict(one) for one in filters),
    )


def period_of(period: PeriodSpec) -> Period:
    """The period that a spec writes.

    Raises:
        ValueError: it is neither N units nor from one moment to another.
    """
    if isinstance(period, PeriodName):
        return period
    match period:
        case PeriodSpan(last=int(last), unit=unit, since=None, until=None) if unit is not None:
            return LastUnits(last, unit)
        case PeriodSpan(last=None, unit=None, since=str(since), until=str(until)):
            return Between(moment(since), moment(until))
        case _:
            raise ValueError("a period is {last: N, unit: UNIT} or {since: DAY, until: DAY}")


def _written_period(spec: ReportSpec, mistakes: list[Diagnostic]) -> Period | None:
    if spec.period is None:
        mistakes.append(
            Diagnostic(
                code="no-period",
                message=f"report {spec.name} says no period",
                location=Location("--period"),
                expected=f"one of {', '.join(PeriodName)}",
                hint="write period: last_month in the spec, or give --period",
            )
        )
        return None
    try:
        return period_of(spec.period)
    except ValueError as error:
        mistakes.append(_wrong_period(str(error), Location("period")))
        return None


def _interval(
    period: Period, as_of: datetime, zone: ZoneInfo, place: Location, mistakes: list[Diagnostic]
) -> Interval | None:
    try:
        return dates.resolve(period, as_of, zone)
    except ValueError as error:
        mistakes.append(_wrong_period(str(error), place))
        return None


def _zone(name: str, mistakes: list[Diagnostic]) -> ZoneInfo | None:
    try:
        return dates.time_zone(name)
    except KeyError:
        mistakes.append(unknown_time_zone(name, Location("timezone")))
        return None


def _wrong_period(message: str, place: Location) -> Diagnostic:
    return Diagnostic(code="wrong-period", message=message, location=place)


def _no_source(spec: ReportSpec) -> Diagnostic:
    return Diagnostic(
        code="no-source",
        message=f"report {spec.name} names no source, and neither do the project's defaults",
        location=Location("--source"),
        hint="write source: NAME in the spec or under defaults in reporter.yaml",
    )
