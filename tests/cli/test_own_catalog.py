"""Questions in a project's own words: an extension of the calls, and a table of its own."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reporter.cli.query import command

CATALOGS = Path(__file__).parents[1] / "examples" / "catalogs" / "valid"
PROJECT = """\
version: 1
catalogs: [campaigns.yaml, tickets.yaml]
sources:
  calls: {type: calls, path: calls.csv}
  tickets: {type: calls, path: tickets.csv, catalog: support_tickets, deduplicate: true}
defaults: {timezone: UTC}
"""
CALLS = """\
call_id,sent_at,direction,answered_at,ended_at,capability,campaign,campaign_cost
1,2026-10-01 08:00:00,OUTBOUND,2026-10-01 08:00:05,2026-10-01 08:01:00,SIPTRUNK,spring,0.50
2,2026-10-01 09:00:00,OUTBOUND,,,PHONE,spring,0.25
3,2026-10-01 10:00:00,INBOUND,2026-10-01 10:00:05,2026-10-01 10:01:00,PHONE,autumn,1.25
4,2026-10-01 11:00:00,OUTBOUND,,,PHONE,test; run,0.00
5,2026-10-01 12:00:00,OUTBOUND,,,PHONE,autumn,-1
"""
TICKETS = """\
ticket,opened_at,closed_at,team
A,2026-10-01 08:00:00,2026-10-01 12:00:00,FIRST
B,2026-10-01 09:00:00,2026-10-03 09:00:00,SECOND
C,2026-10-02 09:00:00,,FIRST
C,2026-10-02 09:00:00,2026-10-02 10:00:00,FIRST
D,2026-10-02 11:00:00,2026-10-02 10:00:00,FIRST
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("campaigns.yaml", "tickets.yaml"):
        (tmp_path / name).write_bytes((CATALOGS / name).read_bytes())
    (tmp_path / "calls.csv").write_text(CALLS, encoding="utf-8")
    (tmp_path / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    (tmp_path / "reporter.yaml").write_text(PROJECT, encoding="utf-8")
    return tmp_path / "reporter.yaml"


def asked(project: Path, *arguments: str) -> list[list[Any]]:
    result = CliRunner().invoke(
        command,
        [
            *("--project", str(project), "--format", "json"),
            *("--since", "2026-10-01", "--until", "2026-10-05"),
            *arguments,
        ],
        catch_exceptions=False,
    )
    assert result.exit_code == 0, result.stderr
    rows = json.loads(result.stdout)["rows"]
    assert isinstance(rows, list)
    return rows


def test_metrics_and_dimensions_of_an_extension(project: Path) -> None:
    metrics = "TOTAL_CALL_COUNT,CAMPAIGN_COST,COST_PER_ANSWER"

    rows = asked(project, "--source", "calls", "--metrics", metrics, "--by", "CAMPAIGN")

    assert sorted(rows) == [
        ["autumn", 1, 1.25, 1.25],  # the fifth call is bad: its cost is negative
        ["spring", 2, 0.75, 0.75],
        ["test; run", 1, 0.0, None],
    ]
    distinct = asked(project, "--source", "calls", "--metrics", "DISTINCT_CAMPAIGNS")
    assert distinct == [[2]]


@pytest.mark.parametrize(
    ("narrowed", "calls"),
    [("campaigns=spring", 2), ("campaign=autumn,spring", 3), ("sipOnly=1", 1), ("sipOnly=0", 3)],
)
def test_filters_of_an_extension(project: Path, narrowed: str, calls: int) -> None:
    rows = asked(
        project, "--source", "calls", "--metrics", "TOTAL_CALL_COUNT", "--filter", narrowed
    )

    assert rows == [[calls]]


def test_a_table_of_ones_own(project: Path) -> None:
    metrics = "TICKET_COUNT,CLOSED_COUNT,CLOSED_SHARE,LONGEST"

    by_team = asked(project, "--source", "tickets", "--metrics", metrics, "--by", "TEAM")
    by_day = asked(project, "--source", "tickets", "--metrics", metrics, "--by", "OPENED")
    by_age = asked(project, "--source", "tickets", "--metrics", "TICKET_COUNT", "--by", "AGE")

    assert sorted(by_team) == [["FIRST", 2, 2, 1.0, 14_400], ["SECOND", 1, 1, 1.0, 172_800]]
    assert sorted(by_day) == [
        ["2026-10-01", 2, 2, 1.0, 172_800],
        ["2026-10-02", 1, 1, 1.0, 3_600],
    ]
    assert sorted(by_age) == [["LATER", 1], ["SAME_DAY", 2]]


@pytest.mark.parametrize(
    ("narrowed", "tickets"),
    [
        ("teams=FIRST", 2),
        ('ages=[{"from": "LATER"}]', 1),
        ('ages=[{"to": "LATER"}]', 2),
        ('places=[{"team": "FIRST", "ticket": "A"}, {"ticket": "B"}]', 2),
    ],
)
def test_filters_of_ones_own(project: Path, narrowed: str, tickets: int) -> None:
    rows = asked(project, "--source", "tickets", "--metrics", "TICKET_COUNT", "--filter", narrowed)

    assert rows == [[tickets]]
