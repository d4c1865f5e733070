"""Of a repeated id, one version counts."""

import pytest
from call_project import Ask, Project

from reporter.catalog.model import Catalog
from reporter.plan.model import OneOf

HEAD = "call_id,sent_at,direction,answered_at,ended_at,sender\n"
SENT = "2026-10-05 10:00:00,OUTBOUND"


@pytest.mark.parametrize(
    ("versions", "winner"),
    [
        (["2026-10-05 10:01:00,2026-10-05 10:05:00,early", ",2026-10-05 10:06:00,late"], "late"),
        ([",,open", ",2026-10-05 10:06:00,ended"], "ended"),
        (
            [
                "2026-10-05 10:01:00,2026-10-05 10:05:00,first",
                "2026-10-05 10:02:00,2026-10-05 10:05:00,second",
                ",2026-10-05 10:05:00,never",
            ],
            "second",
        ),
        ([",,b", ",,a", ",,c", ",,"], "c"),
    ],
)
def test_the_version_that_counts(
    project: Project, ask: Ask, versions: list[str], winner: str
) -> None:
    for order in (versions, versions[::-1]):
        lines = "".join(f"x,{SENT},{version}\n" for version in order)
        project.text("calls.csv", f"{HEAD}{lines}")
        rows = project.rows(ask(by=["SENDER"]), path="calls.csv", deduplicate=True)
        assert rows == [(winner, 1)]


def test_without_the_setting_every_version_counts(project: Project, ask: Ask) -> None:
    project.text("calls.csv", f"{HEAD}x,{SENT},,,a\nx,{SENT},,,b\n")
    assert project.rows(ask(), path="calls.csv") == [(2,)]


def test_a_bad_version_does_not_win(project: Project, ask: Ask) -> None:
    project.text(
        "calls.csv",
        f"{HEAD}x,{SENT},,,good\nx,{SENT},2026-10-05 10:05:00,2026-10-05 10:04:00,bad\n",
    )
    answer = project.answer(ask(by=["SENDER"]), path="calls.csv", deduplicate=True)
    assert answer.table.rows == (("good", 1),)
    assert answer.rejections.count == 1


def test_versions_are_chosen_before_filters_and_intervals(
    project: Project, ask: Ask, catalog: Catalog
) -> None:
    project.text(
        "calls.csv",
        f"{HEAD}x,{SENT},,,old\nx,2026-11-05 10:00:00,OUTBOUND,,2026-11-05 10:01:00,new\n",
    )
    old = OneOf(catalog.filter("senders"), ("old",))
    assert project.rows(ask(), path="calls.csv", deduplicate=True) == [(0,)]
    assert project.rows(ask(where=[old]), path="calls.csv", deduplicate=True) == [(0,)]


def test_records_without_id_are_versions_of_nothing(project: Project, ask: Ask) -> None:
    project.text("calls.csv", f"{HEAD},{SENT},,,a\n,{SENT},,,b\n")
    assert project.rows(ask(), path="calls.csv", deduplicate=True) == [(2,)]


def test_parquet_files_with_repeats(project: Project, ask: Ask) -> None:
    project.parquet(
        "1.parquet",
        "SELECT 'x' AS call_id, TIMESTAMP '2026-10-05' AS sent_at, 'OUTBOUND' AS direction",
    )
    project.parquet("2.parquet", "SELECT * FROM '1.parquet'".replace("1.", f"{project.folder}/1."))
    assert project.rows(ask(), path="*.parquet") == [(2,)]
    assert project.rows(ask(), path="*.parquet", deduplicate=True) == [(1,)]
