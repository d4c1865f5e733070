"""What the user reads when a source cannot answer: every message in full."""

import gzip

import duckdb
import msgspec
import pytest
from call_project import Ask, Project

from reporter.catalog.model import Attribute, Catalog
from reporter.plan.model import OfAccounts, OneOf
from reporter.settings import CsvLayout

HEAD = "call_id,sent_at,direction\n"
LINE = "a,2026-10-05 10:00:00,OUTBOUND\n"


@pytest.fixture(autouse=True)
def calls(project: Project) -> None:
    project.text("calls.csv", HEAD + LINE)


def test_no_such_file(project: Project, ask: Ask) -> None:
    assert project.mistake(ask(), path="cals.csv") == (
        "source 'pbx': there is no file cals.csv in PROJECT\ndid you mean calls.csv?"
    )


def test_no_such_file_and_none_near(project: Project, ask: Ask) -> None:
    assert project.mistake(ask(), path="elsewhere/x.parquet") == (
        "source 'pbx': there is no file elsewhere/x.parquet in PROJECT\n"
        "the path is relative to the project file"
    )


def test_a_pattern_that_finds_nothing(project: Project, ask: Ask) -> None:
    assert project.mistake(ask(), path="data/**/*.parquet") == (
        "source 'pbx': no file matches data/**/*.parquet in PROJECT\n"
        "the path is relative to the project file"
    )


def test_a_folder(project: Project, ask: Ask) -> None:
    (project.folder / "data").mkdir()
    assert project.mistake(ask(), path="data/") == (
        "source 'pbx': data/ is a folder\nname the files in it, for instance data/**/*.parquet"
    )


def test_an_unknown_kind_of_file(project: Project, ask: Ask) -> None:
    project.text("calls.xlsx", "PK")
    assert project.mistake(ask(), path="calls.xlsx") == (
        "source 'pbx': calls.xlsx is of no kind that can be read\n"
        "known endings are .parquet, .parq, .csv, .txt, .tsv, .json, .jsonl, .ndjson, .duckdb,"
        " .db, also with .gz or .zst"
    )


def test_files_of_several_kinds(project: Project, ask: Ask) -> None:
    project.text("calls.json", "[]")
    assert project.mistake(ask(), path="calls.*") == (
        "source 'pbx': calls.* finds files of several kinds: calls.csv and calls.json\n"
        "narrow the path"
    )


def test_a_wrong_column(project: Project, ask: Ask) -> None:
    assert project.mistake(ask(), path="calls.csv", columns={"sent_at": "sendat"}) == (
        "source 'pbx': calls.csv has no column 'sendat', which `columns.sent_at` names\n"
        "did you mean 'sent_at'? the columns are call_id, sent_at, direction"
    )


def test_a_wrong_column_in_an_expression(project: Project, ask: Ask) -> None:
    columns = {"sender": "lower(xyz)"}
    assert project.mistake(ask(), path="calls.csv", columns=columns) == (
        "source 'pbx': calls.csv has no column 'xyz', which `columns.sender` names in"
        " 'lower(xyz)'\nthe columns are call_id, sent_at, direction"
    )


def test_a_column_that_the_records_do_not_have(project: Project, ask: Ask) -> None:
    assert project.mistake(ask(), path="calls.csv", columns={"sentat": "sent_at"}) == (
        "source 'pbx': `columns.sentat`: the catalog 'voice_video' has no record column 'sentat'\n"
        "did you mean 'sent_at'?"
    )
    mistake = project.mistake(ask(), path="calls.csv", values={"qqq": {"a": "b"}})
    assert mistake.startswith(
        "source 'pbx': `values.qqq`: the catalog 'voice_video' has no record column 'qqq'\n"
        "there are call_id, account_key, sent_at,"
    )


def test_no_time(project: Project, ask: Ask) -> None:
    project.text("calls.csv", "call_id,when,direction\n")
    assert project.mistake(ask(), path="calls.csv") == (
        "source 'pbx': calls.csv has no column sent_at, and every query needs it\n"
        "map one under `columns:`; the columns are call_id, when, direction"
    )


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
@pytest.mark.parametrize("name", ["calls.csv", "calls.jsonl"])
def test_an_empty_file(project: Project, ask: Ask, name: str, content: str) -> None:
    project.text(name, content)
    assert project.mistake(ask(), path=name) == (
        f"source 'pbx': {name} is empty\na file without records still names its columns"
    )


@pytest.mark.parametrize(("sign", "written"), [(";", '";"'), ("\t", r'"\t"'), ("|", '"|"')])
def test_another_separator(project: Project, ask: Ask, sign: str, written: str) -> None:
    project.text("calls.csv", sign.join(("call_id", "sent_at", "direction")) + "\n")
    assert project.mistake(ask(), path="calls.csv") == (
        "source 'pbx': calls.csv has no column sent_at, and every query needs it\n"
        f"its fields seem to be separated by {written}: write csv: {{delimiter: {written}}}"
    )


def test_nothing_to_deduplicate_by(project: Project, ask: Ask) -> None:
    project.text("calls.csv", "sent_at,direction\n")
    assert project.mistake(ask(), path="calls.csv", deduplicate=True) == (
        "source 'pbx': calls.csv has no column call_id, and `deduplicate` needs it\n"
        "map one under `columns:`; the columns are sent_at, direction"
    )


def test_times_that_cannot_be_read(project: Project, ask: Ask) -> None:
    project.text("1.csv", HEAD + LINE)
    project.text("2.csv", f"{HEAD}a,,OUTBOUND\nb,05.10.2026 10:00,OUTBOUND\nc,6.10.2026,OUTBOUND\n")
    assert project.mistake(ask(), path="?.csv") == (
        "source 'pbx': 2.csv, row 2: no value of sent_at can be read as times, for instance"
        " '05.10.2026 10:00'\n"
        "times are written 2026-10-01 09:30:00, with or without T, fraction and offset; map"
        " others with an expression, for instance strptime(column, '%d.%m.%Y %H:%M')"
    )


def test_the_expression_that_the_hint_names_reads_them(project: Project, ask: Ask) -> None:
    project.text("1.csv", "call_id,when,direction\na,05.10.2026 10:00,OUTBOUND\n")
    columns = {"sent_at": "strptime(\"when\", '%d.%m.%Y %H:%M')"}
    assert project.rows(ask(), path="1.csv", columns=columns) == [(1,)]


def test_times_of_a_mapped_column_that_cannot_be_read(project: Project, ask: Ask) -> None:
    project.database("d.duckdb", "CREATE TABLE t AS SELECT 'x' AS start, 'OUTBOUND' AS direction")
    columns = {"sent_at": "start"}
    mistake = project.mistake(ask(), path="d.duckdb", table="t", columns=columns)
    assert mistake.splitlines()[0] == (
        "source 'pbx': d.duckdb, table t: no value of sent_at (from start) can be read as times,"
        " for instance 'x'"
    )


def test_numbers_that_cannot_be_read(project: Project, ask: Ask) -> None:
    assert project.mistake(ask(), path="calls.csv", columns={"country_id": "direction"}) == (
        "source 'pbx': calls.csv, row 1: no value of country_id (from direction) can be read as"
        " whole numbers, for instance 'OUTBOUND'\n"
        "map the column with an expression, or its values under `values:`"
    )


def test_a_column_of_the_wrong_type(project: Project, ask: Ask) -> None:
    project.parquet("p.parquet", "SELECT 1790000000 AS sent_at")
    assert project.mistake(ask(), path="p.parquet") == (
        "source 'pbx': p.parquet: sent_at is to hold times, but its column is of type INTEGER\n"
        "map it with an expression under `columns:`, for instance to_timestamp(column) for"
        " seconds since 1970"
    )


def test_the_expression_for_seconds_of_the_epoch(project: Project, ask: Ask) -> None:
    project.parquet("p.parquet", "SELECT 1791194400 AS t, 'OUTBOUND' AS direction")
    columns = {"sent_at": "to_timestamp(t)"}
    assert project.rows(ask(), path="p.parquet", columns=columns) == [(1,)]


def test_an_expression_that_does_not_fit_its_columns(project: Project, ask: Ask) -> None:
    assert project.mistake(ask(), path="calls.csv", columns={"country_id": "sent_at + 1"}) == (
        "source 'pbx': `columns.country_id`: sent_at + 1: No function matches the given name and"
        " argument types '+(VARCHAR, INTEGER_LITERAL)'. You might need to add explicit type"
        " casts\ntry the expression on one of the files"
    )


def test_an_expression_that_fails_on_a_value(project: Project, ask: Ask) -> None:
    columns = {"country_id": "CAST(call_id AS INTEGER) + 1"}
    assert project.mistake(ask(), path="calls.csv", columns=columns) == (
        "source 'pbx': Could not convert string 'a' to INT32\n"
        "an expression under `columns:` fails on this value; TRY_CAST and try_strptime give no"
        " value instead"
    )


def test_an_expression_that_may_not_be_used(project: Project, ask: Ask) -> None:
    columns = {"sender": "getenv('HOME')"}
    assert project.mistake(ask(), path="calls.csv", columns=columns) == (
        "source 'pbx': `columns.sender`: the function getenv may not be used: getenv('HOME')\n"
        "write a column of the file or an expression; the columns are call_id, sent_at, direction"
    )


def test_a_file_that_is_not_compressed_as_it_says(project: Project, ask: Ask) -> None:
    project.text("calls.csv.gz", HEAD + LINE)
    assert project.mistake(ask(), path="calls.csv.gz") == (
        "source 'pbx': calls.csv.gz: it is not compressed as its name says"
    )


def test_lines_of_another_compression(project: Project, ask: Ask) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 'a' AS x UNION ALL SELECT 'b,c') TO '{project.folder}/c.csv.zst'"
            " (QUOTE '', COMPRESSION zstd)"
        )
    assert project.mistake(ask(), path="c.csv.zst") == (
        "source 'pbx': c.csv.zst: its lines are not those of one CSV file\n"
        "check the delimiter and the quotes"
    )


def test_a_line_with_too_few_fields(project: Project, ask: Ask) -> None:
    project.text("calls.csv", f'{HEAD}"a\nb",2026-10-05 10:00:00,OUTBOUND\nc,OUTBOUND\n')
    assert project.mistake(ask(), path="calls.csv") == (
        "source 'pbx': calls.csv, line 4: found 2 fields, expected 3\n"
        "mend the line, or check the delimiter"
    )


def test_a_line_with_too_many_fields_far_down(project: Project, ask: Ask) -> None:
    project.text("calls.csv", HEAD + LINE * 30_000 + "a,b,c,d\n")
    assert project.mistake(ask(), path="calls.csv") == (
        "source 'pbx': calls.csv, line 30002: found 4 fields, expected 3\n"
        "mend the line, or check the delimiter"
    )


def test_a_line_with_too_few_fields_without_head_row(project: Project, ask: Ask) -> None:
    project.text("cdr.csv", f"{LINE}c,OUTBOUND\n")
    csv = CsvLayout(columns=("call_id", "sent_at", "direction"))
    assert project.mistake(ask(), path="cdr.csv", csv=csv) == (
        "source 'pbx': cdr.csv, line 2: found 2 fields, expected 3\n"
        "mend the line, or check the delimiter"
    )


def test_a_compressed_file_with_a_bad_line(project: Project, ask: Ask) -> None:
    project.text("calls.csv.gz", gzip.compress(f"{HEAD}a\n".encode()))
    assert project.mistake(ask(), path="calls.csv.gz") == (
        "source 'pbx': calls.csv.gz, line 2: found 1 fields, expected 3\n"
        "mend the line, or check the delimiter"
    )


def test_a_quote_without_end(project: Project, ask: Ask) -> None:
    project.text("calls.csv", f'{HEAD}{LINE}"a,2026-10-05 10:00:00,OUTBOUND\n')
    assert project.mistake(ask(), path="calls.csv") == (
        "source 'pbx': calls.csv, line 3: a quoted field does not end as it should\n"
        "mend the line, or check the delimiter"
    )


def test_a_text_that_is_not_utf_8(project: Project, ask: Ask) -> None:
    project.text("calls.csv", f"{HEAD}Jürgen,2026-10-05 10:00:00,OUTBOUND\n".encode("latin-1"))
    assert project.mistake(ask(), path="calls.csv") == (
        "source 'pbx': calls.csv, line 2: the text is not UTF-8\n"
        "convert the file, for instance with iconv -t UTF-8"
    )


@pytest.mark.parametrize("content", ["x", "PAR1 this is not one PAR1 really not"])
def test_no_parquet(project: Project, ask: Ask, content: str) -> None:
    project.text("calls.parquet", content)
    assert project.mistake(ask(), path="*.parquet") == (
        "source 'pbx': calls.parquet: it is no Parquet file, or only the beginning of one"
    )


@pytest.mark.parametrize("more", [False, True])
def test_a_damaged_parquet_file(project: Project, ask: Ask, *, more: bool) -> None:
    project.parquet(
        "a/calls.parquet",
        "SELECT TIMESTAMP '2026-10-01' + INTERVAL (n) HOUR AS sent_at, 'id ' || n AS call_id"
        " FROM range(99) t(n)",
    )
    file = project.folder / "a" / "calls.parquet"
    if more:
        (file.parent / "more.parquet").write_bytes(file.read_bytes())
    content = file.read_bytes()
    file.write_bytes(content[:4] + b"\xff" * 50 + content[54:])
    place = "one of the 2 files of a/*.parquet" if more else "a/calls.parquet"
    assert project.mistake(ask(), path="a/*.parquet") == (
        f"source 'pbx': {place}: it is a damaged Parquet file\nwrite it again"
    )


def test_a_parquet_file_with_another_end(project: Project, ask: Ask) -> None:
    project.text("calls.parquet", "PAR1" + "x" * 100 + "PAR1")
    assert project.mistake(ask(), path="calls.parquet") == (
        "source 'pbx': calls.parquet: it is no Parquet file, or a damaged one"
    )


def test_a_csv_file_in_utf16(project: Project, ask: Ask) -> None:
    project.text("calls.csv", (HEAD + LINE).encode("utf-16"))
    assert project.mistake(ask(), path="calls.csv") == (
        "source 'pbx': calls.csv: the text is UTF-16\n"
        "convert the file, for instance with iconv -f UTF-16 -t UTF-8"
    )


def test_a_line_without_end(project: Project, ask: Ask) -> None:
    project.text("calls.csv", f"sent_at,sender\n2026-10-01,{'x' * 3_000_000}\n")
    assert project.mistake(ask(), path="calls.csv") == (
        "source 'pbx': calls.csv, line 1: a line is longer than 2000000 bytes\n"
        "a quote before it may have no partner"
    )


def test_an_address(project: Project, ask: Ask) -> None:
    assert project.mistake(ask(), path="s3://bucket/calls.parquet") == (
        "source 'pbx': s3://bucket/calls.parquet is an address\nonly files on disk are read"
    )


def test_a_name_that_is_no_text(project: Project, ask: Ask) -> None:
    (project.folder / "\udcff.csv").write_text(HEAD)
    assert project.mistake(ask(), path="?.csv") == (
        "source 'pbx': a name in ?.csv, or above it, is not UTF-8 text"
    )


def test_a_name_that_is_too_long(project: Project, ask: Ask) -> None:
    name = "a" * 300 + ".csv"
    assert project.mistake(ask(), path=name) == (
        f"source 'pbx': {name} cannot be looked for: File name too long"
    )


def test_no_json(project: Project, ask: Ask) -> None:
    project.text("calls.json", '[{"sent_at": ')
    mistake = project.mistake(ask(), path="calls.json")
    assert mistake.startswith("source 'pbx': calls.json: it is not valid JSON, at byte ")


def test_no_database(project: Project, ask: Ask) -> None:
    project.text("calls.duckdb", "x")
    assert project.mistake(ask(), path="calls.duckdb", table="t") == (
        "source 'pbx': calls.duckdb: it is no DuckDB database"
    )


def test_a_database_without_table(project: Project, ask: Ask) -> None:
    project.database("calls.duckdb", "CREATE TABLE calls (x INTEGER)", "CREATE SCHEMA s")
    assert project.mistake(ask(), path="calls.duckdb") == (
        "source 'pbx': calls.duckdb is a database\nsay which table with `table:`"
    )
    assert project.mistake(ask(), path="calls.duckdb", table="cals") == (
        "source 'pbx': calls.duckdb has no table 'cals'\ndid you mean 'calls'? there is: calls"
    )


def test_several_databases(project: Project, ask: Ask) -> None:
    for name in ("a.duckdb", "b.duckdb"):
        project.database(name, "CREATE TABLE calls (x INTEGER)")
    assert project.mistake(ask(), path="*.duckdb", table="calls") == (
        "source 'pbx': *.duckdb finds several databases\nname one"
    )


def test_a_filter_on_a_missing_column(project: Project, ask: Ask, catalog: Catalog) -> None:
    condition = OneOf(catalog.filter("countryIds"), (385,))
    assert project.mistake(ask(where=[condition]), path="calls.csv") == (
        "source 'pbx': the filter countryIds cannot be applied: the source 'pbx' has no column"
        " country_id\nmap the column in the project file, or leave the filter out"
    )


def test_accounts_without_a_tree(project: Project, ask: Ask, catalog: Catalog) -> None:
    project.text("calls.csv", "sent_at,direction,account_key\n")
    condition = OfAccounts(catalog.filter("accountKeys"), ("A",), with_subaccounts=True)
    query = ask(where=[condition])
    assert project.mistake(query, path="calls.csv") == (
        "source 'pbx': sub-accounts are asked for, but the source does not know which they are\n"
        "name a file with account_key and parent_key under `accounts:`"
    )
    assert project.mistake(query, path="calls.csv", accounts="none.csv") == (
        "source 'pbx': there is no file none.csv in PROJECT\n"
        "the path is relative to the project file"
    )
    assert project.mistake(query, path="calls.csv", accounts="calls.csv") == (
        "source 'pbx': the accounts file calls.csv has no column parent_key\n"
        "the columns are sent_at, direction, account_key"
    )


def test_an_account_of_its_own_without_accounts_in_the_catalog(
    project: Project, ask: Ask, catalog: Catalog
) -> None:
    bare = msgspec.structs.replace(catalog, filters=())
    assert project.mistake(ask(), bare, path="calls.csv", account="A") == (
        "source 'pbx': `account:` is set, but the catalog 'voice_video' has no filter of accounts\n"
        "remove `account:`"
    )


def test_an_end_of_data_that_is_no_time(project: Project, ask: Ask) -> None:
    mistake = project.mistake(ask(), path="calls.csv", data_through="soon")
    assert mistake.startswith("source 'pbx': `dataThrough`: 'soon' is neither a date")


def test_expressions_of_the_catalog(project: Project, ask: Ask, catalog: Catalog) -> None:
    def with_dimension(expression: str) -> object:
        sender = catalog.dimension("SENDER")
        other = msgspec.structs.replace(sender, definition=Attribute(expression))
        dimensions = tuple(other if d == sender else d for d in catalog.dimensions)
        return msgspec.structs.replace(catalog, dimensions=dimensions)

    bad = with_dimension("lower(sendr)")
    assert project.mistake(ask(by=["SENDER"], catalog=bad), bad, path="calls.csv") == (
        "source 'pbx': the dimension SENDER of the catalog 'voice_video' uses the column 'sendr',"
        " which its records do not have\ndid you mean 'sender'?"
    )
    worse = with_dimension("(SELECT 1)")
    assert project.mistake(ask(by=["SENDER"], catalog=worse), worse, path="calls.csv") == (
        "source 'pbx': the dimension SENDER of the catalog 'voice_video': a query may not be used:"
        " (SELECT 1)"
    )
