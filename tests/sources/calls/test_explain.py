"""The SQL that is sent, as files that read well."""

import duckdb
from call_project import Ask, Project
from sqlglot import transpile
from syrupy.assertion import SnapshotAssertion

from reporter.catalog.model import Catalog
from reporter.plan.model import InSpans, OneOf, OneOfPairs, Query, Span
from reporter.settings import CsvLayout

CALL = (
    "SELECT 'a' AS call_id, TIMESTAMP '2026-10-05 10:00:00' AS sent_at, 'OUTBOUND' AS direction,"
    " TIMESTAMP '2026-10-05 10:00:05' AS answered_at, TIMESTAMP '2026-10-05 10:01:00' AS ended_at,"
    " 'x' AS country_name, 7 AS network_id, 'p' AS application_id, 'q' AS entity_id"
)


def explained(project: Project, query: Query, **settings: object) -> str:
    """The SQL, laid out anew: where lines break depends on the length of the folder's name."""
    (text,) = project.source(**settings).explain([query])
    text = text.replace(str(project.folder), "PROJECT")
    return ";\n\n".join(transpile(text, read="duckdb", write="duckdb", pretty=True)) + ";\n"


def test_parquet_by_day(project: Project, ask: Ask, sql_snapshot: SnapshotAssertion) -> None:
    project.parquet("calls.parquet", CALL)
    query = ask("ANSWER_RATE", "TOTAL_CALL_DURATION", by=["DAY"], timezone="Europe/Zagreb")
    assert explained(project, query, path="*.parquet") == sql_snapshot


def test_parquet_with_bad_records_is_checked(
    project: Project, ask: Ask, sql_snapshot: SnapshotAssertion
) -> None:
    project.parquet("calls.parquet", CALL.replace("OUTBOUND", "X"))
    assert explained(project, ask(by=["COUNTRY_NAME"]), path="*.parquet") == sql_snapshot


def test_conditions(
    project: Project, ask: Ask, catalog: Catalog, sql_snapshot: SnapshotAssertion
) -> None:
    project.parquet("calls.parquet", CALL)
    conditions = [
        OneOf(catalog.filter("networkIds"), (7, 8)),
        OneOf(catalog.filter("directions"), ("OUTBOUND",)),
        InSpans(
            catalog.filter("timeToAnswer"),
            catalog.dimension("TIME_TO_ANSWER"),
            (Span(None, "SECONDS_5"), Span("DAYS_1", None)),
        ),
        OneOfPairs(
            catalog.filter("platforms"),
            ((("applicationId", "it's"), ("entityId", "q")), (("entityId", "r"),)),
        ),
    ]
    query = ask("TOTAL_CALL_COUNT", where=conditions)
    assert explained(project, query, path="calls.parquet") == sql_snapshot


def test_csv_with_local_times_and_versions(
    project: Project, ask: Ask, sql_snapshot: SnapshotAssertion
) -> None:
    project.text("cdr.csv", "1,2026-10-24 10:00:00,7\n2,2026-10-26 10:00:00,7\n")
    text = explained(
        project,
        ask(by=["HOUR"], timezone="Europe/Zagreb"),
        path="cdr.csv",
        csv=CsvLayout(columns=("id", "start", "network")),
        timezone="Europe/Zagreb",
        deduplicate=True,
        columns={
            "call_id": "id",
            "sent_at": "start",
            "direction": "'OUTBOUND'",
            "network_id": "network",
        },
        values={"network_id": {"7": "70"}},
    )
    assert text == sql_snapshot


def test_what_is_explained_runs_as_it_stands(project: Project, ask: Ask) -> None:
    project.parquet("calls.parquet", CALL)
    project.text("calls.csv", "sent_at,direction\n2026-10-05,OUTBOUND\n")
    for path in ("calls.parquet", "calls.csv"):
        (text,) = project.source(path=path).explain([ask("TOTAL_CALL_COUNT")])
        with duckdb.connect() as connection:
            assert connection.execute(text).fetchall() == [(1,)]
