"""Times in files: every spelling, every zone, both days on which clocks change."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import duckdb
import pytest
from call_project import Ask, Project
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from reporter.dates import Grain, step_of
from reporter.sources.calls import sql
from reporter.sources.calls.offsets import Offsets, offsets_around, offsets_between

ZAGREB = ZoneInfo("Europe/Zagreb")
ZONES = [
    "UTC",
    "Europe/Zagreb",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",
]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("TIMESTAMP '2026-10-05 10:00:00.123999'", "10:00:00.123"),
        ("CAST('2026-10-05 10:00:00' AS TIMESTAMP_S)", "10:00:00.000"),
        ("CAST('2026-10-05 10:00:00.123' AS TIMESTAMP_MS)", "10:00:00.123"),
        ("CAST('2026-10-05 10:00:00.123999999' AS TIMESTAMP_NS)", "10:00:00.123"),
        ("TIMESTAMPTZ '2026-10-05 12:00:00.123999+02'", "10:00:00.123"),
        ("DATE '2026-10-05'", "00:00:00.000"),
        ("'2026-10-05 10:00:00'", "10:00:00.000"),
        ("'2026-10-05T10:00'", "10:00:00.000"),
        ("'2026-10-05T10:00:00.123999999'", "10:00:00.123"),
        ("'2026-10-05T10:00:00Z'", "10:00:00.000"),
        ("'2026-10-05 12:00:00.5+02:00'", "10:00:00.500"),
        ("'2026-10-05T12:00:00+0200'", "10:00:00.000"),
        ("'2026-10-05'", "00:00:00.000"),
    ],
)
def test_every_spelling(project: Project, ask: Ask, value: str, expected: str) -> None:
    project.parquet("t.parquet", f"SELECT 'OUTBOUND' AS direction, {value} AS sent_at")
    answer = project.answer(ask(), path="t.parquet")
    assert answer.rejections.examples == ()
    assert answer.data_through is not None
    assert answer.data_through.isoformat(sep=" ", timespec="milliseconds") == (
        f"2026-10-05 {expected}+00:00"
    )


@pytest.mark.parametrize("quote", ["TIMESTAMP '{}'", "'{}'"])
@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-07-01 12:00:00", "2026-07-01 10:00:00"),
        ("2026-10-25 01:59:59", "2026-10-24 23:59:59"),
        ("2026-10-25 02:30:00", "2026-10-25 00:30:00"),  # repeated: the first one
        ("2026-10-25 03:00:00", "2026-10-25 02:00:00"),
        ("2026-03-29 01:59:59", "2026-03-29 00:59:59"),
        ("2026-03-29 02:30:00", "2026-03-29 01:30:00"),  # skipped: the offset before the gap
        ("2026-03-29 03:00:00", "2026-03-29 01:00:00"),
    ],
)
def test_local_times_on_the_days_of_change(
    project: Project, ask: Ask, quote: str, local: str, utc: str
) -> None:
    project.parquet(
        "t.parquet",
        f"SELECT 'OUTBOUND' AS direction, {quote.format(local)} AS sent_at",
    )
    query = ask(since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2027, 1, 1, tzinfo=UTC))
    answer = project.answer(query, path="t.parquet", timezone="Europe/Zagreb")
    assert answer.data_through == datetime.fromisoformat(f"{utc}+00:00")
    assert answer.table.rows == ((1,),)


def test_an_offset_in_the_file_wins_over_the_zone(project: Project, ask: Ask) -> None:
    project.text(
        "t.csv",
        "sent_at,direction\n2026-10-25T02:30:00+02:00,OUTBOUND\n2026-10-25T02:30:00+01:00,OUTBOUND\n"
        "2026-10-25 02:30:00,INBOUND\n",
    )
    rows = project.rows(
        ask(by=["HOUR"], timezone="Europe/Zagreb"), path="t.csv", timezone="Europe/Zagreb"
    )
    first, second = (datetime(2026, 10, 25, 2, tzinfo=timezone(timedelta(hours=h))) for h in (2, 1))
    assert rows == [(second, 1), (first, 2)]


def test_times_of_a_zone_before_daylight_saving_and_after_2100(project: Project, ask: Ask) -> None:
    project.parquet(
        "t.parquet",
        "SELECT 'OUTBOUND' AS direction, UNNEST([TIMESTAMP '0001-01-01', TIMESTAMP '2026-10-05',"
        " TIMESTAMP '9000-01-01']) AS sent_at",
    )
    answer = project.answer(ask(), path="t.parquet", timezone="Europe/Zagreb")
    assert answer.table.rows == ((1,),)


@settings(max_examples=30, deadline=None)
@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    moments=st.lists(
        st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - local or UTC, as the test takes them
        min_size=1,
        max_size=20,
    ),
)
def test_offsets_agree_with_the_zone_both_ways(zone: ZoneInfo, moments: list[datetime]) -> None:
    moments = [m.replace(microsecond=m.microsecond // 1000 * 1000) for m in moments]
    offsets = offsets_around(zone, min(moments), max(moments))
    moment = sql.column("moment", "t")
    select = exp.select(offsets.utc(moment), offsets.local(moment), offsets.offset(moment))
    values = ", ".join(f"({n}, TIMESTAMP '{m}')" for n, m in enumerate(moments))
    statement = select.from_(f"(VALUES {values}) AS t(n, moment)", dialect="duckdb").order_by("n")
    with duckdb.connect() as connection:
        rows = connection.execute(statement.sql("duckdb")).fetchall()
    for naive, (utc, local, seconds) in zip(moments, rows, strict=True):
        assert utc == naive.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(tzinfo=None)
        there = naive.replace(tzinfo=UTC).astimezone(zone)
        assert local == there.replace(tzinfo=None)
        assert timedelta(seconds=seconds) == there.utcoffset()


def test_instants_do_not_mind_the_zone(project: Project, ask: Ask) -> None:
    project.parquet(
        "t.parquet",
        "SELECT 'OUTBOUND' AS direction, TIMESTAMPTZ '2026-10-05 12:00:00+02' AS sent_at",
    )
    answer = project.answer(ask(), path="t.parquet", timezone="Europe/Zagreb")
    assert answer.data_through == datetime(2026, 10, 5, 10, tzinfo=UTC)


def test_utc_needs_no_arithmetic() -> None:
    moment = exp.column("moment")
    assert Offsets(timedelta()).utc(moment).sql() == "moment"
    assert Offsets(timedelta()).local(moment).sql() == "moment"


def test_many_changes_make_a_shallow_case() -> None:
    since, until = datetime(2000, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC)
    local = offsets_between(ZAGREB, since, until).local(exp.column("moment"))
    depths = [
        len([p for p in _ancestors(node) if isinstance(p, exp.Case)])
        for node in local.find_all(exp.Interval)
    ]
    assert len(depths) == 65
    assert max(depths) == 7


def _ancestors(node: exp.Expr) -> list[exp.Expr]:
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("grain", "zone"),
    [
        *((grain, "Europe/Zagreb") for grain in Grain),
        *(
            (grain, zone)
            for grain in (Grain.HOUR, Grain.DAY)
            for zone in ("Australia/Lord_Howe", "Asia/Kolkata", "UTC")
        ),
    ],
)
def test_every_time_step_over_a_year_of_half_hours(
    project: Project, ask: Ask, grain: Grain, zone: str
) -> None:
    since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    project.parquet(
        "t.parquet",
        "SELECT 'OUTBOUND' AS direction, TIMESTAMP '2026-01-01' + to_minutes(30 * range) AS sent_at"
        " FROM range(2 * 24 * 365)",
    )
    expected: dict[object, int] = {}
    for number in range(2 * 24 * 365):
        step = step_of(since + timedelta(minutes=30 * number), grain, ZoneInfo(zone))
        key = step.isoformat()
        expected[key] = expected.get(key, 0) + 1
    query = ask(by=[grain.value], since=since, until=until, timezone=zone)
    rows = project.answer(query, path="t.parquet").table.rows
    assert {step.isoformat(): count for step, count in rows} == expected
    assert len(rows) == len(expected)


def test_an_interval_is_half_open(project: Project, ask: Ask) -> None:
    project.parquet(
        "t.parquet",
        "SELECT 'OUTBOUND' AS direction, UNNEST([TIMESTAMP '2026-10-01 00:00:00',"
        " TIMESTAMP '2026-10-31 23:59:59.999999', TIMESTAMP '2026-11-01 00:00:00',"
        " TIMESTAMP '2026-09-30 23:59:59.999999']) AS sent_at",
    )
    assert project.rows(ask(), path="t.parquet") == [(2,)]


def test_the_ends_of_an_interval_between_milliseconds(project: Project, ask: Ask) -> None:
    # 10:00:00.000 and .001 are what the records' times are cut to.
    project.parquet(
        "t.parquet",
        "SELECT 'OUTBOUND' AS direction, UNNEST([TIMESTAMP '2026-10-05 10:00:00.000900',"
        " TIMESTAMP '2026-10-05 10:00:00.001100']) AS sent_at",
    )
    middle = datetime(2026, 10, 5, 10, 0, 0, 500, tzinfo=UTC)
    assert project.rows(ask(until=middle), path="t.parquet") == [(1,)]
    assert project.rows(ask(since=middle), path="t.parquet") == [(1,)]
