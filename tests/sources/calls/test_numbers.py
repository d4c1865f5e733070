"""Measures, buckets, dimensions: what the numbers are."""

from datetime import date

import msgspec
import pytest
from call_project import Ask, Project

from reporter.catalog.model import Aggregate, Attribute, Catalog, Dimension, Function, Metric
from reporter.data.table import AskAgain, Format, Kind

CALLS = """\
call_id,account_key,sent_at,direction,sender,ringing_at,answered_at,ended_at,status,price
1,A,2026-10-05 10:00:00,OUTBOUND,x,2026-10-05 10:00:02,2026-10-05 10:00:05,2026-10-05 10:01:05,,0.1
2,A,2026-10-05 11:00:00,OUTBOUND,y,,,,BUSY,0.2
3,B,2026-10-06 10:00:00,INBOUND,y,,2026-10-06 10:00:00,2026-10-06 10:00:00.500,,0.3
4,B,2026-10-06 10:00:00,OUTBOUND,,,2026-10-09 11:00:00,,OK,
"""
PATH = {"path": "calls.csv"}


@pytest.fixture(autouse=True)
def calls(project: Project) -> None:
    project.text("calls.csv", CALLS)


def test_counts_ratios_and_sums(project: Project, ask: Ask) -> None:
    query = ask("ANSWER_RATE", "ANSWER_SEIZURE_RATIO", "TOTAL_CALL_DURATION")
    answer = project.answer(query, **PATH)
    names = [column.name for column in answer.table.columns]
    assert dict(zip(names, answer.table.rows[0], strict=True)) == {
        "OUTBOUND_ANSWERED_CALL_COUNT": 2,
        "TOTAL_ATTEMPTED_CALL_COUNT": 3,
        "ANSWER_RATE": 2 / 3,
        "TOTAL_SEIZED_CALL_COUNT": 2,
        "ANSWER_SEIZURE_RATIO": 1.0,
        "CALL_DURATION_MILLISECONDS": 60_500,
        "TOTAL_CALL_DURATION": 60.5,
    }


def test_no_calls_are_one_row_without_dimensions(project: Project, ask: Ask) -> None:
    query = ask(
        "ANSWER_RATE", "TOTAL_CALL_DURATION", since=date(2025, 1, 1), until=date(2025, 2, 1)
    )
    assert project.rows(query, **PATH) == [(0, 0, None, 0, 0.0)]


def test_no_calls_are_no_row_with_dimensions(project: Project, ask: Ask) -> None:
    query = ask(by=["CHANNEL_CODE"], since=date(2025, 1, 1), until=date(2025, 2, 1))
    assert project.rows(query, **PATH) == []


def test_a_null_is_a_group_of_its_own(project: Project, ask: Ask) -> None:
    assert project.rows(ask(by=["SENDER"]), **PATH) == [("x", 1), ("y", 2), (None, 1)]


def test_two_dimensions_with_nulls(project: Project, ask: Ask) -> None:
    rows = project.rows(ask(by=["ACCOUNT_KEY", "SENDER"]), **PATH)
    assert rows == [("A", "x", 1), ("A", "y", 1), ("B", "y", 1), ("B", None, 1)]


def test_a_constant_dimension(project: Project, ask: Ask) -> None:
    rows = project.rows(ask(by=["CHANNEL_CODE", "CHANNEL_NAME"]), **PATH)
    assert rows == [("VOICE_VIDEO", "Voice and Video", 4)]


def test_buckets(project: Project, ask: Ask) -> None:
    rows = project.rows(ask("TOTAL_ANSWERED_CALL_COUNT", by=["TIME_TO_ANSWER"]), **PATH)
    assert rows == [("DAYS_3", 1), ("SECONDS_0", 1), ("SECONDS_5", 1), (None, 0)]


def test_a_bucket_and_a_time_step(project: Project, ask: Ask) -> None:
    rows = project.rows(ask(by=["DAY", "TIME_TO_ANSWER"]), **PATH)
    assert rows == [
        (date(2026, 10, 5), "SECONDS_5", 1),
        (date(2026, 10, 5), None, 1),
        (date(2026, 10, 6), "DAYS_3", 1),
        (date(2026, 10, 6), "SECONDS_0", 1),
    ]


@pytest.mark.parametrize(
    ("milliseconds", "bucket"),
    [(999, "SECONDS_0"), (1000, "SECONDS_1"), (59_999, "SECONDS_50"), (60_000, "MINUTES_1")],
)
def test_the_borders_of_buckets(project: Project, ask: Ask, milliseconds: int, bucket: str) -> None:
    project.parquet(
        "b.parquet",
        "SELECT 'OUTBOUND' AS direction, TIMESTAMP '2026-10-05' AS sent_at,"
        f" TIMESTAMP '2026-10-05' + to_milliseconds({milliseconds}) AS answered_at",
    )
    assert project.rows(ask(by=["TIME_TO_ANSWER"]), path="b.parquet") == [(bucket, 1)]


def metric(name: str, function: Function, of: str, format_: Format = Format.INTEGER) -> Metric:
    return Metric(
        name=name, label=name, description="", definition=Aggregate(function, of), format=format_
    )


@pytest.fixture
def own_catalog(catalog: Catalog) -> Catalog:
    """The built-in one with aggregates of every function over a column of its own."""
    price = msgspec.structs.replace(catalog.records.columns[17], name="price", optional=False)
    assert price.type == "number"
    records = msgspec.structs.replace(catalog.records, columns=(*catalog.records.columns, price))
    metrics = (
        metric("SENDERS", Function.COUNT_DISTINCT, "sender"),
        metric("PRICED", Function.COUNT, "price"),
        metric("REVENUE", Function.SUM, "price", Format.DECIMAL),
        metric("CENTS", Function.SUM, "CAST(round(price * 100) AS BIGINT)"),
        metric("EXACT", Function.SUM, "CAST(price AS DECIMAL(9, 2))", Format.DECIMAL),
        metric("CHEAPEST", Function.LEAST, "price", Format.DECIMAL),
        metric("DEAREST", Function.GREATEST, "price"),
    )
    hour = Dimension(
        name="ANSWERED",
        label="Answered",
        description="",
        kind=Kind.DATE_TIME,
        definition=Attribute("date_trunc('day', answered_at)"),
    )
    tens = msgspec.structs.replace(
        hour, name="TENTHS", kind=Kind.NUMBER, definition=Attribute("CAST(price AS DECIMAL(9, 1))")
    )
    words = msgspec.structs.replace(
        hour, name="WORDS", kind=Kind.TEXT, definition=Attribute("price > 0.15")
    )
    return msgspec.structs.replace(
        catalog,
        records=records,
        metrics=(*catalog.metrics, *metrics),
        dimensions=(*catalog.dimensions, hour, tens, words),
    )


def test_every_function(project: Project, ask: Ask, own_catalog: Catalog) -> None:
    query = ask(
        *("SENDERS", "PRICED", "REVENUE", "CENTS", "EXACT", "CHEAPEST", "DEAREST"),
        catalog=own_catalog,
    )
    table = project.answer(query, own_catalog, **PATH).table
    assert table.rows == ((2, 3, 0.6, 60, 0.6, 0.1, 0.3),)
    assert [column.kind for column in table.columns] == [
        *(Kind.INTEGER, Kind.INTEGER, Kind.NUMBER, Kind.INTEGER, Kind.NUMBER, Kind.NUMBER),
        Kind.NUMBER,  # declared as a whole number, but the engine gives fractions
    ]
    assert table.columns[0].roll_up == AskAgain()


def test_functions_over_no_records(project: Project, ask: Ask, own_catalog: Catalog) -> None:
    query = ask(
        *("SENDERS", "REVENUE", "CENTS", "CHEAPEST", "DEAREST"),
        since=date(2025, 1, 1),
        until=date(2025, 2, 1),
        catalog=own_catalog,
    )
    assert project.rows(query, own_catalog, **PATH) == [(0, 0.0, 0, None, None)]


def test_sums_of_fractions_do_not_depend_on_order(
    project: Project, ask: Ask, own_catalog: Catalog
) -> None:
    project.parquet(
        "p.parquet",
        "SELECT 'OUTBOUND' AS direction, TIMESTAMP '2026-10-05' + to_seconds(range) AS sent_at,"
        " 0.1 * (hash(range) % 1000) AS price FROM range(500000)",
    )
    query = ask("REVENUE", catalog=own_catalog)
    values = {project.rows(query, own_catalog, path="p.parquet")[0] for _ in range(4)}
    assert len(values) == 1


def test_sums_beyond_64_bits_are_exact(project: Project, ask: Ask, own_catalog: Catalog) -> None:
    project.parquet(
        "p.parquet",
        "SELECT 'OUTBOUND' AS direction, TIMESTAMP '2026-10-05' AS sent_at,"
        " CAST(9e16 AS DOUBLE) AS price FROM range(3)",
    )
    assert project.rows(ask("CENTS", catalog=own_catalog), own_catalog, path="p.parquet") == [
        (27_000_000_000_000_000_000,)
    ]


def test_dimensions_of_other_kinds(project: Project, ask: Ask, own_catalog: Catalog) -> None:
    query = ask(by=["ANSWERED"], timezone="Asia/Tokyo", catalog=own_catalog)
    rows = project.answer(query, own_catalog, **PATH).table.rows
    assert sorted(str(row[0]) for row in rows) == [
        "2026-10-05 09:00:00+09:00",
        "2026-10-06 09:00:00+09:00",
        "2026-10-09 09:00:00+09:00",
        "None",
    ]
    tenths = project.rows(ask(by=["TENTHS"], catalog=own_catalog), own_catalog, **PATH)
    assert tenths == [(0.1, 1), (0.2, 1), (0.3, 1), (None, 1)]
    words = project.rows(ask(by=["WORDS"], catalog=own_catalog), own_catalog, **PATH)
    assert words == [("false", 1), ("true", 2), (None, 1)]
