"""Every way that a project's files become records."""

import asyncio
import gzip
from datetime import UTC, datetime

import pytest
from call_project import Ask, Project

from reporter.settings import CsvLayout

ONE = "SELECT 'a' AS call_id, TIMESTAMP '2026-10-05 10:00:00' AS sent_at, 'OUTBOUND' AS direction"


def test_parquet_with_canonical_columns(project: Project, ask: Ask) -> None:
    project.parquet("calls.parquet", ONE)
    assert project.rows(ask("TOTAL_CALL_COUNT"), path="calls.parquet") == [(1,)]


def test_globs_find_files_in_folders(project: Project, ask: Ask) -> None:
    project.parquet("data/2026/10.parquet", ONE)
    project.parquet("data/11.parquet", ONE)
    assert project.rows(ask("TOTAL_CALL_COUNT"), path="data/**/*.parquet") == [(2,)]


def test_hive_partitions_are_columns(project: Project, ask: Ask) -> None:
    project.parquet("data/country_id=219/a.parquet", ONE)
    project.parquet("data/country_id=385/a.parquet", ONE)
    rows = project.rows(ask(by=["COUNTRY_ID"]), path="data/**/*.parquet")
    assert rows == [(219, 1), (385, 1)]


def test_files_with_other_columns_are_read_by_name(project: Project, ask: Ask) -> None:
    project.parquet("1.parquet", ONE)
    project.parquet("2.parquet", ONE.replace("'a' AS call_id,", "'x' AS sender, 'b' AS call_id,"))
    assert project.rows(ask(by=["SENDER"]), path="*.parquet") == [("x", 1), (None, 1)]


@pytest.mark.parametrize("folder", ["with [brackets]", "with 'quote'", "šđ 中"])
def test_folders_may_have_any_name(project: Project, ask: Ask, folder: str) -> None:
    inner = type(project)(project.folder / folder)
    inner.folder.mkdir()
    inner.text("a.csv", "call_id,sent_at,direction\na,2026-10-05 10:00:00,OUTBOUND\n")
    assert inner.rows(ask(), path="*.csv") == [(1,)]
    assert inner.rows(ask(), path="a.csv") == [(1,)]


def test_a_file_name_is_taken_literally_where_the_file_exists(project: Project, ask: Ask) -> None:
    project.text("a[1].csv", "call_id,sent_at,direction\na,2026-10-05 10:00:00,OUTBOUND\n")
    project.text("a1.csv", "never,read\n")
    assert project.rows(ask(), path="a[1].csv") == [(1,)]


def test_a_linked_folder(
    project: Project, ask: Ask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    type(project)(elsewhere).parquet("a.parquet", ONE)
    (project.folder / "data").symlink_to(elsewhere)
    assert project.rows(ask(), path="data/*.parquet") == [(1,)]


def test_csv_with_a_head_row(project: Project, ask: Ask) -> None:
    project.text(
        "calls.csv",
        'call_id,sent_at,direction,sender\n1,2026-10-05 10:00:00,OUTBOUND,"say ""hi"",\nagain"\n'
        "2,2026-10-05 11:00:00,OUTBOUND,\n",
    )
    rows = project.rows(ask(by=["SENDER"]), path="calls.csv")
    assert rows == [('say "hi",\nagain', 1), (None, 1)]


def test_csv_files_with_columns_in_another_order(project: Project, ask: Ask) -> None:
    project.text("1.csv", "call_id,sent_at,direction\na,2026-10-05 10:00:00,OUTBOUND\n")
    project.text("2.csv", "direction,call_id,sent_at\nINBOUND,b,2026-10-05 10:00:00\n")
    assert project.rows(ask(by=["DIRECTION"]), path="*.csv") == [("INBOUND", 1), ("OUTBOUND", 1)]


def test_csv_without_a_head_row(project: Project, ask: Ask) -> None:
    project.text("cdr.csv", '"x";"2026-10-05 10:00:00";"-"\n"y";"2026-10-06 10:00:00";"7"\n')
    rows = project.rows(
        ask(by=["SENDER"]),
        path="cdr.csv",
        csv=CsvLayout(columns=("id", "start", "src"), delimiter=";", null_values=("-",)),
        columns={"call_id": "id", "sent_at": "start", "sender": "src", "direction": "'OUTBOUND'"},
    )
    assert rows == [("7", 1), (None, 1)]


def test_tab_separated_and_compressed(project: Project, ask: Ask) -> None:
    content = b"call_id\tsent_at\tdirection\na\t2026-10-05 10:00:00\tOUTBOUND\n"
    project.text("a.tsv.gz", gzip.compress(content))
    assert project.rows(ask(), path="*.tsv.gz") == [(1,)]


def test_json_arrays_and_lines(project: Project, ask: Ask) -> None:
    record = (
        '{"call_id":"%s","sent_at":"2026-10-05T10:00:00Z","direction":"OUTBOUND","to":{"id":%s}}'
    )
    project.text("a.json", f"[{record % ('a', 7)}, {record % ('b', 'null')}]")
    project.text("b.ndjson", f"{record % ('a', 7)}\n{record % ('b', 8)}\n")
    by = ask(by=["COUNTRY_ID"])
    columns = {"country_id": "to.id"}
    assert project.rows(by, path="a.json", columns=columns) == [(7, 1), (None, 1)]
    assert project.rows(by, path="b.ndjson", columns=columns) == [(7, 1), (8, 1)]


def test_json_texts_stay_texts_and_offsets_count(project: Project, ask: Ask) -> None:
    project.text(
        "a.json",
        '[{"call_id":"a","sent_at":"2026-10-05T23:30:00-02:00","direction":"OUTBOUND",'
        '"sender":"2026-01-01"}]',
    )
    rows = project.rows(ask(by=["HOUR", "SENDER"]), path="a.json")
    assert rows == [(datetime(2026, 10, 6, 1, tzinfo=UTC), "2026-01-01", 1)]


def test_json_values_of_several_kinds(project: Project, ask: Ask) -> None:
    record = '{"call_id":%s,"sent_at":"2026-10-05T10:00:00Z","direction":"OUTBOUND","sender":%s}'
    project.text(
        "a.ndjson",
        "\n".join(record % pair for pair in ((1, "12"), (2, "true"), (3, '"x"'))),
    )
    rows = project.rows(ask(by=["SENDER"]), path="a.ndjson")
    assert rows == [("12", 1), ("true", 1), ("x", 1)]


def test_a_table_and_a_view_of_a_database(project: Project, ask: Ask) -> None:
    project.database(
        "calls.duckdb",
        f"CREATE TABLE checked AS {ONE}",
        "CREATE SCHEMA reporting",
        "CREATE VIEW reporting.calls AS SELECT * FROM checked UNION ALL SELECT * FROM checked",
    )
    assert project.rows(ask(), path="calls.duckdb", table="checked") == [(1,)]
    assert project.rows(ask(), path="calls.duckdb", table="reporting.calls") == [(2,)]
    assert project.rows(ask(), path="calls.duckdb", table="checked", deduplicate=True) == [(1,)]


def test_columns_by_name_expression_and_constant(project: Project, ask: Ask) -> None:
    project.text(
        "a.csv",
        "Call Id,end,land-code,in\n1,2026-10-05 10:00:00,+385,0\n2,2026-10-05 10:00:00,+1,1\n",
    )
    rows = project.rows(
        ask("TOTAL_CALL_COUNT", by=["COUNTRY_ID", "DIRECTION", "NETWORK_NAME", "CAPABILITY"]),
        path="a.csv",
        columns={
            "call_id": '"Call Id"',
            "sent_at": "end",
            "country_id": "CAST(replace(\"land-code\", '+', '') AS INTEGER)",
            "direction": "CASE WHEN \"in\" = '1' THEN 'INBOUND' ELSE 'OUTBOUND' END",
            "network_name": "land-code",
            "capability": "'PHONE'",
        },
    )
    assert rows == [(1, "INBOUND", "+1", "PHONE", 1), (385, "OUTBOUND", "+385", "PHONE", 1)]


def test_names_of_columns_do_not_mind_case(project: Project, ask: Ask) -> None:
    project.text("a.csv", "CALL_ID,Start,Direction\n1,2026-10-05 10:00:00,OUTBOUND\n")
    assert project.rows(ask(), path="a.csv", columns={"sent_at": "START"}) == [(1,)]


def test_value_maps(project: Project, ask: Ask) -> None:
    project.text(
        "a.csv",
        "call_id,sent_at,direction,status\n"
        "1,2026-10-05 10:00:00,out,NO ANSWER\n2,2026-10-05 10:00:00,in,it's\n"
        "3,2026-10-05 10:00:00,out,BUSY\n",
    )
    rows = project.rows(
        ask(by=["DIRECTION", "STATUS"]),
        path="a.csv",
        values={
            "direction": {"out": "OUTBOUND", "in": "INBOUND"},
            "status": {"NO ANSWER": "NO_ANSWER", "it's": None},
        },
    )
    assert rows == [("INBOUND", None, 1), ("OUTBOUND", "BUSY", 1), ("OUTBOUND", "NO_ANSWER", 1)]


def test_a_value_map_over_numbers_and_times(project: Project, ask: Ask) -> None:
    project.parquet("a.parquet", f"{ONE}, 7 AS network_id, TIMESTAMP '1970-01-01' AS answered_at")
    answer = project.answer(
        ask("TOTAL_ANSWERED_CALL_COUNT", by=["NETWORK_ID"]),
        path="a.parquet",
        values={"network_id": {"7": "8"}, "answered_at": {"1970-01-01 00:00:00": None}},
    )
    assert answer.table.rows == ((8, 0),)
    assert answer.rejections.count == 0


def test_empty_text_is_no_value(project: Project, ask: Ask) -> None:
    project.parquet("a.parquet", f"{ONE}, '' AS sender, '' AS country_id, '' AS answered_at")
    rows = project.rows(
        ask("TOTAL_ANSWERED_CALL_COUNT", by=["SENDER", "COUNTRY_ID"]), path="a.parquet"
    )
    assert rows == [(None, None, 0)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("CAST(5 AS TINYINT)", 5),
        ("CAST(5 AS HUGEINT)", 5),
        ("5.0", 5),
        ("CAST(5 AS DOUBLE)", 5),
        ("CAST('nan' AS DOUBLE)", None),
        ("TRUE", 1),
        ("'5'", 5),
        ("'5.00'", 5),
        ("'9007199254740993'", 9007199254740993),
        ("CAST('7' AS JSON)", 7),
        ("NULL", None),
    ],
)
def test_whole_numbers_of_any_type(
    project: Project, ask: Ask, value: str, expected: int | None
) -> None:
    project.parquet("a.parquet", f"{ONE}, {value} AS communication_id")
    assert project.rows(ask(by=["COMMUNICATION"]), path="a.parquet") == [(expected, 1)]


@pytest.mark.parametrize("value", ["CAST(61.5 AS DOUBLE)", "61.5", "'61.5'", "CAST(61.5 AS FLOAT)"])
def test_billed_seconds_of_any_type_win_over_subtraction(
    project: Project, ask: Ask, value: str
) -> None:
    project.parquet(
        "a.parquet",
        f"{ONE}, sent_at AS answered_at, sent_at + INTERVAL 9 SECOND AS ended_at,"
        f" {value} AS billed_seconds",
    )
    assert project.rows(ask("TOTAL_CALL_DURATION"), path="a.parquet") == [(61500, 61.5)]


@pytest.mark.parametrize("value", ["CAST('nan' AS DOUBLE)", "CAST('inf' AS DOUBLE)", "NULL"])
def test_without_billed_seconds_times_are_subtracted(
    project: Project, ask: Ask, value: str
) -> None:
    project.parquet(
        "a.parquet",
        f"{ONE}, sent_at AS answered_at, sent_at + INTERVAL 9 SECOND AS ended_at,"
        f" {value} AS billed_seconds",
    )
    assert project.rows(ask("TOTAL_CALL_DURATION"), path="a.parquet") == [(9000, 9.0)]


def test_a_constant_null_makes_a_column_available(project: Project, ask: Ask) -> None:
    project.parquet("a.parquet", f"{ONE}, sent_at AS answered_at")
    rows = project.rows(
        ask("TOTAL_SEIZED_CALL_COUNT"), path="a.parquet", columns={"ringing_at": "NULL"}
    )
    assert rows == [(1,)]


def test_texts_of_any_type(project: Project, ask: Ask) -> None:
    project.parquet("a.parquet", ONE.replace("'a'", "UUID '8c9e6a4e-1111-4222-8333-123456789abc'"))
    project.parquet("b.parquet", f"{ONE}, 38591 AS sender")
    assert project.rows(ask(), path="a.parquet") == [(1,)]
    assert project.rows(ask(by=["SENDER"]), path="b.parquet") == [("38591", 1)]


def test_an_enumeration_is_text(project: Project, ask: Ask) -> None:
    project.database(
        "d.duckdb",
        "CREATE TYPE way AS ENUM ('OUTBOUND', 'INBOUND')",
        "CREATE TABLE t AS SELECT 'INBOUND'::way AS direction, TIMESTAMP '2026-10-05' AS sent_at",
    )
    assert project.rows(ask(by=["DIRECTION"]), path="d.duckdb", table="t") == [("INBOUND", 1)]


def test_several_queries_are_answered_in_their_order(project: Project, ask: Ask) -> None:
    project.parquet("calls.parquet", ONE)
    queries = [ask(), ask(by=["DIRECTION"]), ask(since=datetime(2026, 10, 6, tzinfo=UTC))]
    answers = asyncio.run(project.source(path="calls.parquet").fetch(queries))
    assert [a.table.rows for a in answers] == [((1,),), (("OUTBOUND", 1),), ((0,),)]
    assert [a.interval for a in answers] == [q.interval for q in queries]
