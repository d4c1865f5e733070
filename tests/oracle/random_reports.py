"""Random reports over random records: periods that hurt, sections of every kind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from random_calls import (
    ACCOUNTS,
    COMMUNICATIONS,
    COUNTRIES,
    ERRORS,
    NETWORKS,
    PARENTS,
    SENDERS,
    STATUSES,
    TURNS,
    filters,
)
from reference import ATTRIBUTES, CLOSED, METRICS, TIME_STEPS, CallRecord, cut, is_bad
from reference_answers import FilterValue, Source
from report_calendar import PERIODS, Period, Span, compared, midnight, span_of, steps
from report_model import (
    Asked,
    Cards,
    Formula,
    Grid,
    Picture,
    Pivot,
    Report,
    Section,
    Signs,
    World,
)

ZONES: Final = (
    "Europe/Zagreb",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kolkata",
    "UTC",
    "Africa/Cairo",  # skips midnight
    "America/Havana",  # repeats midnight
    "Pacific/Chatham",  # turns its clocks at a quarter to
)
_TURNS: Final = (
    *TURNS,
    datetime(2026, 4, 23, 22, tzinfo=UTC),  # Cairo: no midnight
    datetime(2026, 11, 1, 5, tzinfo=UTC),  # Havana: two midnights
    datetime(2027, 3, 1, tzinfo=UTC),  # after a short February
    *[datetime(2028, 2, 29, 12, tzinfo=UTC)] * 2,  # a day that the year before does not have
    datetime(2026, 3, 31, 12, tzinfo=UTC),  # later in its month than February is long
)
_FEW: Final = ("COUNTRY_NAME", "NETWORK_NAME", "DIRECTION", "CAPABILITY", "STATUS_GROUP", "STATUS")
_MOST_STEPS: Final = 100
_MOST_STEPS_TO_CROSS: Final = 35
_UNITS: Final = {"days": 9, "weeks": 4, "months": 3, "quarters": 2, "years": 1}
"""With how many of them a period may have."""
_MOMENT: Final = timedelta(milliseconds=1)
_FRACTIONS: Final = tuple(timedelta(microseconds=n) for n in (0, 0, 0, 1, 500, 999))
_WAITS: Final = tuple(
    timedelta(milliseconds=n) for n in (1, 999, 1000, 4999, 5000, 31_000, 60_000, 90_001)
)
_NEVER: Final = datetime(2031, 1, 1, tzinfo=UTC)

_names: Final = st.sampled_from(tuple(METRICS))
_LIKELY: Final[tuple[Formula, ...]] = (
    ("/", "TOTAL_CALL_DURATION", "TOTAL_ANSWERED_CALL_COUNT"),
    ("-", "TOTAL_RECEIVED_CALL_COUNT", "TOTAL_ATTEMPTED_CALL_COUNT"),  # mostly below zero
)
_some: Final = st.lists(_names, min_size=1, max_size=3, unique=True)
_attribute: Final = st.one_of(st.sampled_from(_FEW), st.sampled_from(tuple(ATTRIBUTES)))


@st.composite
def worlds(draw: st.DrawFn, most: int = 80) -> World:
    """A report, and calls in what it covers and near its ends."""
    turn = draw(st.sampled_from(_TURNS))
    head = draw(_heads(turn))
    records = tuple(draw(_records(turn, head, most)))
    deduplicate = draw(st.booleans())
    source = Source(
        calls=tuple(draw(_repeated(records))) if deduplicate else records,
        parents=PARENTS,
        deduplicate=deduplicate,
        account=draw(st.sampled_from((*[None] * 15, "north"))),
    )
    return World(source, draw(_throughs(records, ZoneInfo(head.timezone))), draw(_filled(head)))


@st.composite
def _heads(draw: st.DrawFn, turn: datetime) -> Report:
    """A report without sections, as of some time about a turn or up to a month after."""
    zone = draw(st.sampled_from(ZONES))
    later = draw(st.one_of(st.sampled_from((0, 1)), st.integers(-1, 32)))
    day = turn.astimezone(ZoneInfo(zone)).date() + timedelta(days=later)
    if draw(st.integers(0, 3)) == 0:  # a month's last day, which others do not have
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    clock = draw(st.sampled_from((time(), time(), time(9, 30), time(1, 59, 59, 999_000))))
    as_of = datetime.combine(day, clock, ZoneInfo(zone))
    # A time that the clock skips is moved to one that it shows.
    as_of = as_of.astimezone(UTC).astimezone(ZoneInfo(zone))
    return Report(
        period=draw(_periods(as_of)),
        as_of=as_of,
        timezone=zone,
        compare_to=draw(st.sampled_from((None, *("previous_period", "previous_year") * 2))),
        sections=(),
    )


@st.composite
def _periods(draw: st.DrawFn, as_of: datetime) -> Period:
    kind = draw(st.sampled_from(("name", "name", "name", "units", "moments")))
    if kind == "name":
        return draw(st.sampled_from((*PERIODS, "month_to_date", "last_month")))
    if kind == "units":
        unit = draw(st.sampled_from(tuple(_UNITS)))
        return draw(st.integers(1, _UNITS[unit])), unit
    first = datetime.combine(as_of.date() - timedelta(days=draw(st.integers(0, 40))), time())
    if draw(st.booleans()):
        first = first.replace(day=1)
    clock = draw(st.sampled_from((timedelta(), timedelta(), timedelta(hours=8, minutes=15))))
    days = st.one_of(st.sampled_from((1, 28, 29, 30, 31, 59, 61, 366)), st.integers(1, 45))
    return first + clock, first + clock + timedelta(days=draw(days))


def spans(report: Report) -> tuple[Span, ...]:
    """What a report covers, and what it is compared with."""
    zone = ZoneInfo(report.timezone)
    own = span_of(report.period, report.as_of, zone)
    if report.compare_to is None:
        return (own,)
    return own, compared(report.period, report.as_of, zone, report.compare_to)


@st.composite
def _records(draw: st.DrawFn, turn: datetime, head: Report, most: int) -> list[CallRecord]:
    """Calls inside of every span and on its ends, and a few about the turn."""
    moments = st.one_of(*(_moments(span) for span in spans(head)), st.just(turn))
    size = draw(st.one_of(st.integers(0, 5), *[st.integers(most // 3, most)] * 4))
    return [
        any_call(draw(moments), number, Random(draw(st.integers(0, 2**16))))  # noqa: S311 - a call
        for number in range(size)
    ]


def _moments(span: Span) -> st.SearchStrategy[datetime]:
    """From just before a span to its end."""
    length = span.until - span.since
    return st.one_of(
        st.sampled_from((span.since, span.until)).flatmap(
            lambda end: st.sampled_from((end, end, end - _MOMENT, end + _MOMENT))
        ),
        st.integers(0, 99).map(lambda part: span.since + length * part / 100),
        st.integers(0, 23).map(lambda part: span.since + length * part / 24),
    )


def any_call(sent: datetime, number: int, chance: Random) -> CallRecord:
    """Any call of that time, out of one draw: a report is about more calls than can be drawn."""
    answered = sent + chance.choice(_WAITS) if chance.random() < 0.5 else None
    length = chance.choice((None, timedelta(seconds=31), *_WAITS))
    group, status = chance.choice(STATUSES)
    error_group, error = chance.choice(ERRORS)
    network_id, network = chance.choice(NETWORKS)
    country_id, country = chance.choice(COUNTRIES)
    return CallRecord(
        call_id=f"call-{number}",
        account_key=chance.choice(ACCOUNTS),
        sent_at=None if chance.random() < 0.02 else sent + chance.choice(_FRACTIONS),
        direction=chance.choice((*("OUTBOUND", "OUTBOUND", "INBOUND") * 9, "SIDEWAYS")),
        capability=chance.choice((*CLOSED["capability"], None)),
        sender=chance.choice((None, *SENDERS)),
        sender_type=chance.choice(("ALPHANUMERIC", "SHORT_CODE", None)),
        communication_id=chance.choice(COMMUNICATIONS),
        network_id=network_id,
        network_name=network,
        country_id=country_id,
        country_name=country,
        application_id=chance.choice(("app", "App", None)),
        entity_id=chance.choice(("brand-1", "brand-2", None)),
        ringing_at=sent + timedelta(seconds=1) if chance.random() < 0.5 else None,
        answered_at=answered,
        ended_at=None if length is None else (answered or sent) + length,
        status_group=group,
        status=status,
        error_group=error_group,
        error_code=error,
        amd_result=chance.choice(("HUMAN", "MACHINE", None)),
        hangup=chance.choice(("NORMAL", "ERROR", None)),
    )


def _repeated(records: Sequence[CallRecord]) -> st.SearchStrategy[list[CallRecord]]:
    """The records, some of them twice."""
    return (
        st.lists(st.sampled_from(records), max_size=5).map(lambda again: [*records, *again])
        if records
        else st.just([])
    )


@st.composite
def _throughs(draw: st.DrawFn, records: Sequence[CallRecord], zone: ZoneInfo) -> datetime | None:
    """Up to when the data is said to be complete: always beyond the latest record."""
    if draw(st.integers(0, 3)) == 0:
        return None
    usable = [call.sent_at for call in map(cut, records) if not is_bad(call) and call.sent_at]
    latest = max(usable, default=TURNS[0])
    tomorrow = latest.astimezone(zone).date() + timedelta(days=1)
    return draw(st.sampled_from((latest + _MOMENT, midnight(tomorrow, zone), _NEVER)))


@st.composite
def _filled(draw: st.DrawFn, head: Report) -> Report:
    """The report with filters, metrics of its own, targets and sections."""
    countries: list[dict[str, int | None]] = [*[{}] * 6, {"country": None}, {"country": 219}]
    parameters = draw(st.sampled_from(countries))
    narrowed: dict[str, FilterValue | Mapping[str, str]] = {**draw(_few_filters())}
    if draw(st.integers(0, 9)) == 0:
        narrowed["includeSubaccounts"] = True
    if parameters:
        narrowed["countryIds"] = {"param": "country"}
    formulas = draw(_formulas())
    formats = {name: draw(st.sampled_from(("decimal", "percent", "duration"))) for name in formulas}
    report = replace(
        head,
        filters=narrowed,
        further=draw(_few_filters()),
        parameters=parameters,
        formulas=formulas,
        formats=formats,
        small=draw(st.sampled_from((0, 2, 4, 30))),
    )
    sections = tuple(draw(_sections(report)))
    return replace(report, sections=sections, targets=draw(_targets(sections)))


@st.composite
def _few_filters(draw: st.DrawFn) -> dict[str, FilterValue]:
    """Mostly none: what is filtered away shows nothing."""
    match draw(st.integers(0, 15)):
        case 0:
            return draw(filters())
        case 1:
            return {"accountKeys": [draw(st.sampled_from(tuple(PARENTS)))]}
        case _:
            return {}


@st.composite
def _formulas(draw: st.DrawFn) -> dict[str, Formula]:
    """Up to two metrics of the report's own; the second may be of the first."""
    names = tuple(METRICS)
    found: dict[str, Formula] = {}
    for own in ("OWN_FIRST", "OWN_SECOND")[: draw(st.integers(0, 2))]:
        leaf = st.one_of(
            st.sampled_from(names),
            st.sampled_from((*found, *names[:4])),
            st.sampled_from((0, 1, 2, 0.5, 1000)),
        )
        any_formula = st.recursive(
            leaf, lambda inner: st.tuples(st.sampled_from("+-*//"), inner, inner), max_leaves=4
        )
        found[own] = draw(st.one_of(any_formula, st.sampled_from(_LIKELY)))
    return found


@st.composite
def _targets(draw: st.DrawFn, sections: Sequence[Section]) -> dict[str, dict[str, float]]:
    """Of what stands on cards or has its sign by it, at values that small numbers of calls have."""
    shown = [name for section in sections if isinstance(section, Cards) for name in section.metrics]
    signed = {
        each.metric
        for section in sections
        if isinstance(section, Grid)
        for each in section.signs
        if not each.bounds and not each.cuts
    }
    found = {}
    for name in sorted({*(shown if shown and draw(st.booleans()) else ()), *signed}):
        low, high = sorted(draw(st.tuples(*[st.sampled_from((0, 0.25, 0.5, 1, 2, 3, 5))] * 2)))
        bounds = {"atLeast": low, "atMost": high}
        found[name] = draw(st.sampled_from((bounds, {"atLeast": low}, {"atMost": high})))
    return found


@st.composite
def _sections(draw: st.DrawFn, report: Report) -> list[Section]:
    cards = [draw(_cards(report))] if draw(st.booleans()) else []
    kinds = st.sampled_from(
        (_grids, _arranged, _arranged, _pictures, _pictures, _parts, _heatmaps, _funnels)
    )
    return [*cards, *(draw(draw(kinds)(report)) for _ in range(draw(st.integers(2, 6))))]


def metrics(report: Report) -> st.SearchStrategy[tuple[str, ...]]:
    own = list(report.formulas)
    if not own:
        return _some.map(tuple)
    return st.tuples(_some, st.sampled_from(([], own[:1], own))).map(lambda two: (*two[0], *two[1]))


def grains(report: Report, most: int) -> list[str]:
    """The steps of which the report's spans do not have too many."""
    zone = ZoneInfo(report.timezone)

    def count(grain: str) -> int:
        hours = max((span.until - span.since) / timedelta(hours=1) for span in spans(report))
        if grain == "HOUR" and hours > most:
            return most + 1
        return max(len(steps(span, grain, zone)) for span in spans(report))

    return [grain for grain in TIME_STEPS if count(grain) <= most]


@st.composite
def _cards(draw: st.DrawFn, report: Report) -> Cards:
    return Cards(
        metrics=draw(metrics(report)),
        sparkline=draw(st.sampled_from((None, *grains(report, _MOST_STEPS)[:2]))),
        filters=draw(_few_filters()),
    )


@st.composite
def _order(
    draw: st.DrawFn, measured: Sequence[str], dimensions: Sequence[str]
) -> tuple[tuple[str, bool], ...]:
    if draw(st.booleans()):
        return ()
    names = st.lists(st.sampled_from((*measured, *dimensions)), min_size=1, max_size=2, unique=True)
    return tuple((name, draw(st.booleans())) for name in draw(names))


@st.composite
def _asked(
    draw: st.DrawFn, report: Report, dimensions: tuple[str, ...], *, single: bool = False
) -> Asked:
    measured = draw(metrics(report))[-1:] if single else draw(metrics(report))
    top = draw(st.sampled_from((None, 1, 2, 2, 3, 12))) if dimensions else None
    return Asked(
        metrics=measured,
        dimensions=dimensions,
        filters=draw(_few_filters()),
        order=draw(_order(measured, dimensions)),
        top=top,
        other=top is not None and draw(st.integers(0, 3)) > 0,
    )


@st.composite
def _grids(draw: st.DrawFn, report: Report) -> Grid:
    shape = draw(
        st.sampled_from(("group", "group", "groups", "time", "time and group", "times", ""))
    )
    time_first = draw(st.booleans())
    crossed = grains(report, _MOST_STEPS_TO_CROSS)
    steps_ = crossed if "and" in shape else grains(report, _MOST_STEPS)
    dimensions: list[str] = []
    if "time" in shape and steps_:
        dimensions.append(draw(st.sampled_from(steps_)))
    if shape == "times" and dimensions and dimensions[0] != "YEAR":
        dimensions.append("YEAR")
    if "group" in shape:
        dimensions.append(draw(_attribute))
    if shape == "groups":
        dimensions.append(draw(_attribute.filter(lambda name: name != dimensions[0])))
    if not time_first:
        dimensions.reverse()
    asked = draw(_asked(report, tuple(dimensions)))
    grid = Grid(asked=asked, totals=draw(st.booleans()), signs=tuple(draw(_signs(asked.metrics))))
    return replace(grid, compare=_is_compared(draw, report))


def _is_compared(draw: st.DrawFn, report: Report) -> bool:
    return report.compare_to is not None and draw(st.integers(0, 3)) > 0


@st.composite
def _arranged(draw: st.DrawFn, report: Report) -> Grid:
    """A table with subtotals, or with a dimension across, or both."""
    layout = draw(st.sampled_from(("nested", "across", "both")))
    names = list(draw(st.permutations(_FEW)))
    dimensions = names[: draw(st.integers(2, 3))] if layout != "both" else names[:3]
    steps_ = grains(report, _MOST_STEPS_TO_CROSS)
    if steps_ and draw(st.integers(0, 2)) == 0:
        place = draw(st.integers(0, len(dimensions) - 1))
        dimensions[place] = draw(st.sampled_from(steps_))
    asked = draw(_asked(report, tuple(dimensions)))
    if layout != "across":
        asked = replace(asked, top=None, other=False)
    return Grid(
        asked=asked,
        totals=draw(st.integers(0, 2)) > 0,
        subtotals=layout != "across",
        compare=layout == "nested" and _is_compared(draw, report),
        pivot=None if layout == "nested" else draw(_pivots(asked.answered)),
        signs=tuple(draw(_signs(asked.metrics))),
    )


def _pivots(dimensions: Sequence[str]) -> st.SearchStrategy[Pivot]:
    chosen = st.sampled_from(((None, False), (1, True), (2, True), (2, False), (12, True)))
    return st.tuples(st.sampled_from(dimensions), chosen).map(lambda two: Pivot(two[0], *two[1]))


@st.composite
def _signs(draw: st.DrawFn, measured: Sequence[str]) -> list[Signs]:
    """Signs on some metrics, at values that small numbers of calls have."""
    found = []
    for name in measured:
        low, high = sorted(draw(st.tuples(*[st.sampled_from((0, 0.25, 0.5, 1, 2, 3))] * 2)))
        kinds = [None, Signs(name), Signs(name, {"atLeast": low}), Signs(name, {"atMost": high})]
        kinds.append(Signs(name, {"atLeast": low, "atMost": high}))
        if low < high:
            kinds.append(Signs(name, cuts=(low, high)))
        chosen = draw(st.sampled_from(kinds))
        found += [] if chosen is None else [chosen]
    return found


_COUNTS: Final = tuple(name for name in METRICS if name.endswith("_COUNT"))


@st.composite
def _parts(draw: st.DrawFn, report: Report) -> Picture:
    """Charts of what adds up: several counts by one dimension, or one metric by two."""
    kind = draw(st.sampled_from(("stacked", "stacked100", "donut")))
    several = kind != "donut" and draw(st.booleans())
    crossed = kind != "donut" and not several
    steps_ = grains(report, _MOST_STEPS_TO_CROSS if crossed else _MOST_STEPS)
    timed = kind != "donut" and bool(steps_) and draw(st.booleans())
    dimensions = [draw(st.sampled_from(steps_)) if timed else draw(_attribute)]
    if crossed:
        second = st.one_of(st.just("SENDER"), _attribute)
        dimensions.append(draw(second.filter(lambda name: name != dimensions[0])))
    counts = st.lists(st.sampled_from(_COUNTS), min_size=2, max_size=3, unique=True)
    single = st.sampled_from((*_COUNTS, "TOTAL_CALL_DURATION"))
    asked = draw(_asked(report, tuple(dimensions), single=True))
    measured = tuple(draw(counts)) if several else (draw(single),)
    order = tuple(key for key in asked.order if key[0] in dimensions)
    takes_parts = kind == "donut" or (timed and crossed)
    other = asked.top is not None and (takes_parts or asked.other)
    return Picture(kind=kind, asked=replace(asked, metrics=measured, order=order, other=other))


@st.composite
def _heatmaps(draw: st.DrawFn, report: Report) -> Picture:
    hours = "HOUR" in grains(report, _MOST_STEPS)
    if hours and draw(st.booleans()):
        return Picture(
            kind="heatmap", asked=Asked(metrics=draw(metrics(report))[-1:], dimensions=("HOUR",))
        )
    steps_ = grains(report, _MOST_STEPS_TO_CROSS)
    dimensions = [draw(_attribute)]
    second = st.sampled_from(steps_) if steps_ and draw(st.booleans()) else _attribute
    dimensions.append(draw(second.filter(lambda name: name != dimensions[0])))
    return Picture(kind="heatmap", asked=draw(_asked(report, tuple(dimensions), single=True)))


@st.composite
def _funnels(draw: st.DrawFn, report: Report) -> Picture:
    stages = draw(st.lists(st.sampled_from(_COUNTS), min_size=2, max_size=4, unique=True))
    return Picture(
        kind="funnel",
        asked=Asked(metrics=tuple(stages), filters=draw(_few_filters())),
        compare=report.compare_to is not None and draw(st.booleans()),
    )


@st.composite
def _pictures(draw: st.DrawFn, report: Report) -> Picture:
    shape = draw(st.sampled_from(("time", "time and group", "group", "group and group")))
    steps_ = grains(report, _MOST_STEPS_TO_CROSS if "and" in shape else _MOST_STEPS)
    timed = "time" in shape and bool(steps_)
    dimensions = [draw(st.sampled_from(steps_)) if timed else draw(_attribute)]
    if "and" in shape:
        # Of senders there are more than a chart has lines.
        second = st.one_of(st.just("SENDER"), _attribute)
        dimensions.append(draw(second.filter(lambda name: name != dimensions[0])))
    if draw(st.integers(0, 3)) == 0:
        dimensions.reverse()
    return Picture(
        kind=draw(
            st.sampled_from(("line", "area", "bar", "column") if timed else ("bar", "column"))
        ),
        asked=draw(_asked(report, tuple(dimensions), single="and" in shape)),
        compare=report.compare_to is not None and draw(st.integers(0, 3)) > 0,
    )
