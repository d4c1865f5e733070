"""Whatever an API's manner: the numbers of a query are those of its calls, counted plainly."""

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_api import ROUNDINGS, SPELLINGS, Manner, passes
from plain_calls import (
    ATTRIBUTES,
    BUCKETS,
    COUNTS,
    GRAINS,
    RATIOS,
    Call,
    between,
    grouped,
    measured,
    milliseconds,
)
from round_trip import asked, over, query_of, table

UNITS = {"milliseconds": 1, "seconds": 1000, "minutes": 60_000}
ZONES = (
    *("UTC", "Europe/Zagreb", "Europe/London", "America/New_York", "Asia/Tokyo"),
    *("Atlantic/Reykjavik", "Africa/Casablanca", "America/Santiago", "Pacific/Auckland"),
)
_MINUTE = 60_000


@st.composite
def intervals(draw: st.DrawFn, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Whole local days, hours or months, mostly where clocks change."""
    kind = draw(st.sampled_from(["days", "hours", "months"]))
    month = draw(st.sampled_from([3, 4, 9, 10, 11, 1]))
    if kind == "months":
        months = draw(st.sampled_from([1, 3, 12])) if month == 1 else 1
        ends = (
            date(2026, month, 1),
            date(2026 + (month + months > 12), (month + months - 1) % 12 + 1, 1),
        )
    else:
        first = date(2026, month, draw(st.integers(1, calendar.monthrange(2026, month)[1])))
        ends = first, first + timedelta(days=draw(st.integers(1, 9)))
    since, until = (
        datetime(end.year, end.month, end.day, tzinfo=zone).astimezone(UTC) for end in ends
    )
    if kind == "hours":
        since += timedelta(hours=draw(st.integers(0, 23)))
        until += timedelta(hours=draw(st.integers(0, 23)))
    return since, until


@st.composite
def calls(draw: st.DrawFn, since: datetime, until: datetime) -> list[Call]:
    """Calls in an interval and a little around it."""
    length = (until - since) // timedelta(milliseconds=1)
    around = st.one_of(
        st.integers(-3 * 60, length // _MINUTE + 3 * 60).map(lambda minute: minute * _MINUTE),
        st.sampled_from([-1, 0, 1, length - 1, length, length + 1]),
    )
    one = st.builds(
        Call,
        sent_at=around.map(lambda ms: since + timedelta(milliseconds=ms)),
        outbound=st.sampled_from([True, True, False]),
        rang=st.booleans(),
        to_answer=st.none() | st.sampled_from([0, 999, 1000, 4321, 50_000, 3_600_000, 300_000_000]),
        lasted=st.integers(0, 200_000),
        status=st.sampled_from(["DELIVERED", "NO_ANSWER", "BUSY", "CANCELLED", "REJECTED_X"]),
        status_group=st.sampled_from(["DELIVERED", "PENDING", "REJECTED"]),
        amd=st.sampled_from([None, "HUMAN", "MACHINE"]),
        hangup=st.sampled_from([None, "NORMAL", "ERROR"]),
        account=st.sampled_from(["A", "B"]),
        sender=st.sampled_from([None, "x", "y", "385911"]),
        country=st.sampled_from([None, 1, 2]),
        application=st.sampled_from([None, "app", "web"]),
        entity=st.sampled_from([None, "one", "two"]),
    )
    return draw(st.lists(one, max_size=25))


def _some(*values: object) -> st.SearchStrategy[list[object]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=len(values), unique=True)


_SPANS = st.tuples(st.integers(-1, 29), st.integers(1, 31)).filter(lambda s: s[0] < s[1])
_PAIRS = st.fixed_dictionaries(
    {}, optional={"applicationId": st.sampled_from(["app", "web"]), "entityId": st.just("one")}
).filter(bool)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "directions": _some("OUTBOUND", "INBOUND"),
        "countryIds": _some(1, 2, 3),
        "senders": _some("x", "y", "385911"),
        "statuses": _some("BUSY", "DELIVERED", "NO_ANSWER"),
        "accountKeys": _some("A", "B"),
        "applicationId": _some("app", "web"),
        "entityId": _some("one", "two"),
        "platforms": st.lists(_PAIRS, min_size=1, max_size=3),
        "timeToAnswer": st.lists(
            _SPANS.map(
                lambda span: {
                    **({"from": BUCKETS[span[0]]} if span[0] >= 0 else {}),
                    **({"to": BUCKETS[span[1]]} if span[1] < len(BUCKETS) else {}),
                }
            ),
            min_size=1,
            max_size=3,
        ),
    },
)
MANNERS = st.builds(
    Manner,
    seed=st.integers(0, 2**16),
    scale=st.sampled_from([1, 100]),
    digits=st.none() | st.integers(0, 7),
    rounding=st.sampled_from(ROUNDINGS),
    stripped=st.booleans(),
    spelling=st.integers(0, len(SPELLINGS) - 1),
    unit=st.sampled_from([*UNITS.values()]),
    nothing=st.sampled_from(["N/A", None]),
    no_rate=st.sampled_from(["N/A", None, 0]),
    steps_as=st.sampled_from(["DATE_TIME", "STRING"]),
    numbers_as=st.sampled_from(["INTEGER", "STRING"]),
    counts_as=st.sampled_from(["INTEGER", "NUMBER"]),
    channel=st.booleans(),
).filter(lambda manner: manner.digits != 0 or manner.scale != 1)  # see ``ratios``


@pytest.mark.unmeasured
@given(data=st.data())
@settings(max_examples=300)
def test_numbers_are_those_of_the_calls(data: st.DataObject) -> None:
    draw = data.draw
    name = draw(st.sampled_from(ZONES))
    zone = ZoneInfo(name)
    since, until = draw(intervals(zone))
    records = draw(calls(since, until))
    metrics = draw(_some(*COUNTS, *RATIOS, "TOTAL_CALL_DURATION"))
    steps = draw(st.sampled_from([(), *((grain,) for grain in GRAINS)]))
    dimensions = (*steps, *draw(st.lists(st.sampled_from([*ATTRIBUTES]), max_size=2, unique=True)))
    where = draw(st.lists(FILTERS, max_size=2))
    manner = draw(MANNERS)
    scale = draw(st.sampled_from(["auto", "fraction" if manner.scale == 1 else "percent"]))
    query = query_of(*metrics, by=dimensions, where=where, since=since, until=until, timezone=name)

    (answer,) = asked(
        [query],
        over(records, manner),
        ratio_scale=scale,
        duration_unit=next(unit for unit, size in UNITS.items() if size == manner.unit),
    )

    passing = [c for c in between(records, since, until) if all(passes(c, f) for f in where)]
    told = table(answer)
    for key, group in grouped(passing, dimensions, zone).items():
        row = told[key]
        found = next(value for value in told if value == key)
        assert [*map(type, found)] == [*map(type, key)]
        assert [getattr(v, "tzinfo", None) for v in found] == [
            getattr(v, "tzinfo", None) for v in key
        ]
        for metric in metrics:
            expected = measured(metric, group)
            assert (metric, row[metric]) == (metric, expected)
            assert type(row[metric]) is type(expected)
        assert row.get("CALL_DURATION_MILLISECONDS", milliseconds(group)) == milliseconds(group)
    assert len(told) == len(grouped(passing, dimensions, zone))
    assert answer.interval == query.interval
    assert answer.data_through == query.interval.until
