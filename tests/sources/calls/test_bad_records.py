"""Bad records: in no number, counted, listed with place and reason."""

from datetime import UTC, date, datetime

import pytest
from call_project import Ask, Project

from reporter.catalog.model import Catalog
from reporter.data.answer import Rejected
from reporter.plan.model import OneOf

GOOD = "1,2026-10-05 10:00:00,OUTBOUND,PHONE,2026-10-05 10:00:05,2026-10-05 10:01:00,7\n"
HEAD = "call_id,sent_at,direction,capability,answered_at,ended_at,network_id\n"


def test_each_kind_of_bad_record(project: Project, ask: Ask) -> None:
    project.text(
        "calls.csv",
        HEAD
        + GOOD
        + "2,2026-10-05 10:00:00,OUTBOUND,PHONE,2026-10-05 09:59:59.999,,\n"
        + "3,2026-10-05 10:00:00,OUTBOUND,PHONE,2026-10-05 10:00:05,2026-10-05 10:00:04,\n"
        + "4,2026-10-05 10:00:00,OUTBOUND,FAX,,,\n"
        + "5,2026-10-05 10:00:00,,PHONE,,,\n"
        + "6,,OUTBOUND,PHONE,,,\n"
        + "7,yesterday,OUTBOUND,PHONE,,,\n"
        + "8,2026-10-05 10:00:00,OUTBOUND,PHONE,,soon,\n"
        + "9,2026-10-05 10:00:00,OUTBOUND,PHONE,,,7.5\n"
        + "10,2026-02-30 10:00:00,OUTBOUND,PHONE,,,\n"
        + "11,2026-10-05 10:00:00,SIDEWAYS,PHONE,,,\n",
    )
    answer = project.answer(ask("TOTAL_CALL_COUNT", "TOTAL_CALL_DURATION"), path="calls.csv")
    assert answer.table.rows == ((1, 55_000, 55.0),)
    assert answer.rejections.count == 10
    capabilities = "PHONE, WEBRTC, SIPTRUNK, VIBER_BC, WHATSAPP_BC"
    assert answer.rejections.examples == (
        Rejected("calls.csv, row 2 (2)", "it was answered before it was placed"),
        Rejected("calls.csv, row 3 (3)", "it ended before it was answered"),
        Rejected("calls.csv, row 4 (4)", f"capability is not one of {capabilities}: FAX"),
        Rejected("calls.csv, row 5 (5)", "it is neither outbound nor inbound"),
        Rejected("calls.csv, row 6 (6)", "sent_at is empty"),
        Rejected("calls.csv, row 7 (7)", "sent_at cannot be read: yesterday"),
        Rejected("calls.csv, row 8 (8)", "ended_at cannot be read: soon"),
        Rejected("calls.csv, row 9 (9)", "network_id cannot be read: 7.5"),
        Rejected("calls.csv, row 10 (10)", "sent_at cannot be read: 2026-02-30 10:00:00"),
        Rejected("calls.csv, row 11 (11)", "direction is not one of OUTBOUND, INBOUND: SIDEWAYS"),
    )


def test_bad_records_count_in_their_interval_and_timeless_ones_in_all(
    project: Project, ask: Ask
) -> None:
    project.text(
        "calls.csv",
        "call_id,sent_at,direction\n1,2026-10-05 10:00:00,X\n2,2026-11-05 10:00:00,X\n"
        "3,,OUTBOUND\n4,2026-10-06 10:00:00,OUTBOUND\n",
    )
    october = project.answer(ask(), path="calls.csv")
    november = project.answer(
        ask(since=date(2026, 11, 1), until=date(2026, 12, 1)), path="calls.csv"
    )
    assert [r.place for r in october.rejections.examples] == [
        "calls.csv, row 1 (1)",
        "calls.csv, row 3 (3)",
    ]
    assert [r.place for r in november.rejections.examples] == [
        "calls.csv, row 2 (2)",
        "calls.csv, row 3 (3)",
    ]
    assert (october.rejections.count, november.rejections.count) == (2, 2)
    assert (october.table.rows, november.table.rows) == (((1,),), ((0,),))


def test_bad_records_are_counted_whatever_the_filters(
    project: Project, ask: Ask, catalog: Catalog
) -> None:
    project.text("calls.csv", "sent_at,direction\n2026-10-05 10:00:00,X\n")
    none = OneOf(catalog.filter("directions"), ("INBOUND",))
    assert project.answer(ask(where=[none]), path="calls.csv").rejections.count == 1


def test_twenty_examples_in_the_order_of_files_and_rows(project: Project, ask: Ask) -> None:
    lines = "".join(f"{n},2026-10-05 10:00:00,X\n" for n in range(30))
    project.text("b.csv", f"call_id,sent_at,direction\n{lines}")
    project.text("a/c.csv", "call_id,sent_at,direction\nx,2026-10-05 10:00:00,OUTBOUND\ny,,X\n")
    rejections = project.answer(ask(), path="**/*.csv").rejections
    assert rejections.count == 31
    assert [r.place for r in rejections.examples] == [
        "a/c.csv, row 2 (y)",
        *(f"b.csv, row {n + 1} ({n})" for n in range(19)),
    ]


def test_rows_are_counted_per_file_in_large_files(project: Project, ask: Ask) -> None:
    for name in ("1", "2", "3"):
        lines = "".join(
            f"{n},2026-10-05 10:00:00,{'X' if n == 70_000 else 'OUTBOUND'}\n" for n in range(80_000)
        )
        project.text(f"{name}.csv", f"call_id,sent_at,direction\n{lines}")
    rejections = project.answer(ask(), path="*.csv").rejections
    assert [r.place for r in rejections.examples] == [
        f"{name}.csv, row 70001 (70000)" for name in ("1", "2", "3")
    ]


def test_places_in_parquet_json_and_a_database(project: Project, ask: Ask) -> None:
    record = (
        "SELECT UNNEST(['a', 'b']) AS call_id, TIMESTAMP '2026-10-05' AS sent_at, 'X' AS direction"
    )
    project.parquet("1.parquet", record)
    project.parquet("2.parquet", record)
    project.text("a.json", '[{"sent_at": "2026-10-05", "direction": "X"}]')
    project.database(
        "d.duckdb",
        f"CREATE TABLE t AS {record}",
        "CREATE TABLE u AS SELECT * EXCLUDE (call_id) FROM t",
    )

    def places(**settings: object) -> list[str]:
        rejections = project.answer(ask(), **settings).rejections
        assert rejections.count == len(rejections.examples)
        return [r.place for r in rejections.examples]

    assert places(path="*.parquet") == [
        "1.parquet, row 1 (a)",
        "1.parquet, row 2 (b)",
        "2.parquet, row 1 (a)",
        "2.parquet, row 2 (b)",
    ]
    assert places(path="a.json") == ["a.json, row 1"]
    assert places(path="d.duckdb", table="t") == ["a", "b"]
    assert places(path="d.duckdb", table="u") == ["a record without a name"] * 2


def test_bad_records_in_parquet_are_in_no_number(project: Project, ask: Ask) -> None:
    project.parquet(
        "p.parquet",
        "SELECT UNNEST([1, 2, 3]) AS call_id, UNNEST(['OUTBOUND', 'X', 'OUTBOUND']) AS direction,"
        " UNNEST([TIMESTAMP '2026-10-05', TIMESTAMP '2026-10-05', NULL]) AS sent_at",
    )
    answer = project.answer(ask(by=["DIRECTION"]), path="p.parquet")
    assert answer.table.rows == (("OUTBOUND", 1),)
    assert answer.rejections == type(answer.rejections)(
        2,
        (
            Rejected("p.parquet, row 2 (2)", "direction is not one of OUTBOUND, INBOUND: X"),
            Rejected("p.parquet, row 3 (3)", "sent_at is empty"),
        ),
    )


def test_a_number_that_is_not_whole_in_parquet(project: Project, ask: Ask) -> None:
    project.parquet(
        "p.parquet",
        "SELECT 'OUTBOUND' AS direction, TIMESTAMP '2026-10-05' AS sent_at,"
        " UNNEST([CAST(7.5 AS DOUBLE), 7, 'nan', 'inf', 1e30]) AS network_id",
    )
    answer = project.answer(ask(by=["NETWORK_ID"]), path="p.parquet")
    assert sorted(answer.table.rows, key=str) == [(7, 1), (None, 2)]
    assert [r.reason for r in answer.rejections.examples] == [
        "network_id cannot be read: 7.5",
        "network_id cannot be read: 1e+30",
    ]


def test_checks_whose_columns_are_missing_are_left_out(project: Project, ask: Ask) -> None:
    project.text(
        "calls.csv", "sent_at,direction,ended_at\n2026-10-05 10:00:00,OUTBOUND,2020-01-01\n"
    )
    assert project.answer(ask(), path="calls.csv").rejections.count == 0


class TestDataThrough:
    def test_is_the_latest_good_record(self, project: Project, ask: Ask) -> None:
        project.text(
            "calls.csv",
            "sent_at,direction\n2026-12-05 10:00:00.999,OUTBOUND\n2027-01-01 00:00:00,X\n",
        )
        expected = datetime(2026, 12, 5, 10, 0, 0, 999_000, tzinfo=UTC)
        assert project.answer(ask(), path="calls.csv").data_through == expected

    def test_in_parquet_too_however_long_ago_it_was(self, project: Project, ask: Ask) -> None:
        project.parquet(
            "p.parquet",
            "SELECT UNNEST([TIMESTAMP '2026-01-05', TIMESTAMP '2026-12-05']) AS sent_at,"
            " UNNEST(['OUTBOUND', 'X']) AS direction",
        )
        expected = datetime(2026, 1, 5, tzinfo=UTC)
        assert project.answer(ask(), path="p.parquet").data_through == expected

    @pytest.mark.parametrize("day", ["2026-10-20", "2026-10-31", "2026-12-24"])
    def test_is_the_same_before_about_and_after_the_end_of_what_is_asked(
        self, project: Project, ask: Ask, day: str
    ) -> None:
        project.parquet(
            "p.parquet",
            f"SELECT UNNEST([TIMESTAMP '2026-10-05', TIMESTAMP '{day}']) AS sent_at,"
            " 'OUTBOUND' AS direction",
        )
        for zone, offset in (("UTC", "+00:00"), ("Asia/Kolkata", "+05:30")):
            answer = project.answer(ask(), path="p.parquet", timezone=zone)
            assert answer.data_through == datetime.fromisoformat(f"{day}T00:00{offset}")

    def test_of_instants(self, project: Project, ask: Ask) -> None:
        project.parquet(
            "p.parquet",
            "SELECT TIMESTAMPTZ '2026-10-05 12:00:00+02' AS sent_at, 'OUTBOUND' AS direction",
        )
        answer = project.answer(ask(), path="p.parquet")
        assert answer.data_through == datetime(2026, 10, 5, 10, tzinfo=UTC)
        assert answer.table.rows == ((1,),)

    def test_there_is_none_without_records(self, project: Project, ask: Ask) -> None:
        project.text("calls.csv", "sent_at,direction\n")
        assert project.answer(ask(), path="calls.csv").data_through is None

    def test_a_time_that_stands_for_never_is_no_end(self, project: Project, ask: Ask) -> None:
        project.parquet(
            "p.parquet",
            "SELECT UNNEST([TIMESTAMP 'infinity', TIMESTAMP '2026-10-05']) AS sent_at,"
            " 'OUTBOUND' AS direction",
        )
        answer = project.answer(ask(), path="p.parquet")
        assert answer.data_through == datetime(2026, 10, 5, tzinfo=UTC)
        assert answer.table.rows == ((1,),)

    def test_can_be_declared(self, project: Project, ask: Ask) -> None:
        project.text("calls.csv", "sent_at,direction\n2026-10-05,OUTBOUND\n")
        answer = project.answer(
            ask(), path="calls.csv", timezone="Europe/Zagreb", data_through="2026-11-01"
        )
        assert answer.data_through == datetime(2026, 10, 31, 23, tzinfo=UTC)
