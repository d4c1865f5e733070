"""Rules on what settles an edition: source, time zone, locale, period."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reporter import dates
from reporter.catalog.model import FilterKind
from reporter.data.table import Format
from reporter.diagnostics import Diagnostic, Path
from reporter.plan.filters import filter_named, interval_bounds
from reporter.plan.rules.case import Case
from reporter.settings.names import is_currency, is_locale, is_time_zone
from reporter.settings.rules import (
    unknown_currency,
    unknown_locale,
    unknown_source,
    unknown_time_zone,
)
from reporter.spec.model import PeriodSpan
from reporter.spec.moment import moment


def source(case: Case) -> Iterator[Diagnostic]:
    """The source is one of the project's."""
    if case.project is None:
        return
    name = case.spec.source or case.project.file.defaults.source
    known = tuple(case.project.file.sources)
    if name is None:
        yield case.warning(
            ("source",),
            "no-source",
            "neither the spec nor the project's defaults name a source",
            expected=f"source: {known[0]}"
            if known
            else "source: NAME, and a reporter.yaml with it",
            hint="without one, every run has to be given --source",
        )
    elif case.project.path is None:
        yield case.warning(
            ("source",),
            "no-project",
            f"there is no reporter.yaml here, so nothing is known of the source {name!r}",
            hint="give the project file with --project",
        )
    elif case.spec.source is not None and name not in known:
        yield unknown_source(name, known, case.tree.location(("source",)))


def time_zone(case: Case) -> Iterator[Diagnostic]:
    """The time zone exists."""
    name = case.spec.timezone
    if name is not None and not is_time_zone(name):
        yield unknown_time_zone(name, case.tree.location(("timezone",)))


def locale(case: Case) -> Iterator[Diagnostic]:
    """The locale exists."""
    name = case.spec.locale
    if name is not None and not is_locale(name):
        yield unknown_locale(name, case.tree.location(("locale",)))


def currency(case: Case) -> Iterator[Diagnostic]:
    """The currency exists, and amounts have one."""
    code = case.spec.currency
    if code is not None and not is_currency(code):
        yield unknown_currency(code, case.tree.location(("currency",)))
    if code is not None or case.project is None or case.project.file.defaults.currency is not None:
        return
    amounts = dict[str, Path]()
    for path, name in case.named_metrics():
        own = case.spec.metrics.get(name)
        known = case.catalog.metric(name)
        if own is not None and own.format is Format.CURRENCY:
            amounts.setdefault(name, ("metrics", name, "format"))
        elif known is not None and known.format is Format.CURRENCY:
            amounts.setdefault(name, path)
    for name, path in amounts.items():
        yield case.problem(
            path,
            "no-currency",
            f"{name} is an amount of money, and the report has no currency",
            expected="currency: EUR, or another",
            hint="write currency in the spec or under defaults in reporter.yaml",
        )


def _zone(case: Case) -> ZoneInfo | None:
    """The report's time zone; None where it is not known or wrong."""
    name = case.spec.timezone
    if name is None and case.project is not None:
        name = case.project.file.defaults.timezone
    return dates.time_zone(name) if name is not None and is_time_zone(name) else None


def period(case: Case) -> Iterator[Diagnostic]:
    """A period is N units, or from one moment to a later one."""
    written = case.spec.period
    if not isinstance(written, PeriodSpan):
        return
    counted = written.last is not None or written.unit is not None
    bounded = written.since is not None or written.until is not None
    if counted == bounded:
        yield case.problem(
            ("period",),
            "wrong-period",
            "a period is a number of units or from one moment to another",
            expected="{last: N, unit: days} or {since: DAY, until: DAY}",
            found="both" if counted else "neither",
        )
        return
    parts: dict[str, object] = (
        {"last": written.last, "unit": written.unit}
        if counted
        else {"since": written.since, "until": written.until}
    )
    missing = [name for name, value in parts.items() if value is None]
    if missing:
        yield case.problem(
            ("period",),
            "wrong-period",
            f"the period has no {missing[0]}",
            expected=" and ".join(parts),
        )
    elif bounded:
        yield from _bounds(case, written)


def _bounds(case: Case, written: PeriodSpan) -> Iterator[Diagnostic]:
    moments: dict[str, date | datetime] = {}
    for name, text in (("since", written.since), ("until", written.until)):
        try:
            moments[name] = moment(text or "")
        except ValueError as error:
            yield case.problem(("period", name), "wrong-moment", str(error))
    if len(moments) == 2:  # noqa: PLR2004 - both ends
        yield from _ordered(case, ("period", "until"), moments["since"], moments["until"])


def _ordered(
    case: Case, path: Path, since: date | datetime, until: date | datetime
) -> Iterator[Diagnostic]:
    zone = _zone(case)
    if zone is None:
        return
    first, last = (dates.parse_instant(m.isoformat(), zone) for m in (since, until))
    if last <= first:
        yield case.problem(
            path,
            "empty-period",
            "the period ends before it begins" if last < first else "the period is empty",
            expected=f"a moment after {since.isoformat()}; the end is exclusive",
            found=until.isoformat(),
        )


def period_and_filters(case: Case) -> Iterator[Diagnostic]:
    """The interval is given once: as a period or as the filters of the API."""
    ends = {
        known.kind: name
        for name in case.spec.filter_by
        if (known := filter_named(name, case.catalog)) is not None
        and known.kind in (FilterKind.SINCE, FilterKind.UNTIL)
    }
    if case.spec.period is not None:
        for name in ends.values():
            yield case.problem(
                ("filterBy", name),
                "period-twice",
                f"{name} stands beside period, which says the same",
                of_key=True,
                hint=f"take out {name} or period",
            )
        return
    if not ends:
        yield from _no_period(case)
        return
    nothing = dict.fromkeys(case.spec.parameters)
    bounds, _ = interval_bounds(case.spec.filter_by, case.catalog, nothing)
    since, until = (bounds.since, bounds.until) if bounds is not None else (None, None)
    for kind, other in ((FilterKind.SINCE, "end"), (FilterKind.UNTIL, "beginning")):
        if kind in ends and len(ends) == 1:
            yield case.problem(
                ("filterBy", ends[kind]),
                "half-a-period",
                f"{ends[kind]} gives the period no {other}",
                of_key=True,
                expected="sentSince and sentUntil, or a period",
            )
    if since is not None and until is not None:
        yield from _ordered(case, ("filterBy", ends[FilterKind.UNTIL]), since, until)


def _no_period(case: Case) -> Iterator[Diagnostic]:
    if case.spec.schedule is not None:
        yield case.problem(
            ("schedule",),
            "no-period",
            "a report with a schedule needs a period",
            of_key=True,
            expected="period: last_month, or another",
        )
    else:
        yield case.warning(
            (),
            "no-period",
            "the report says no period",
            expected="period: last_month, or another",
            hint="without one, every run has to be given --period",
        )
