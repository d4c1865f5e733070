"""Ten calls, and the totals and Other of a rate where its sum and its mean would be wrong.

From the file of records to the files that people get. Each wrong answer stands beside the right
one.
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any, Final

import openpyxl
import pytest
from lxml import html

CALLS: Final = """\
call_id,sent_at,direction,country_name,answered_at,ended_at,status_group,status
1,2026-10-01T08:00:00Z,OUTBOUND,Croatia,2026-10-01T08:00:05Z,2026-10-01T08:01:00Z,DELIVERED,DELIVERED_TO_HANDSET
2,2026-10-02T08:00:00Z,OUTBOUND,Croatia,2026-10-02T08:00:05Z,2026-10-02T08:01:00Z,DELIVERED,DELIVERED_TO_HANDSET
3,2026-10-02T09:00:00Z,OUTBOUND,Croatia,2026-10-02T09:00:05Z,2026-10-02T09:01:00Z,DELIVERED,DELIVERED_TO_HANDSET
4,2026-10-09T08:00:00Z,OUTBOUND,Croatia,,,UNDELIVERABLE,NO_ANSWER
5,2026-10-09T09:00:00Z,OUTBOUND,Austria,2026-10-09T09:00:05Z,2026-10-09T09:01:00Z,DELIVERED,DELIVERED_TO_HANDSET
6,2026-10-09T10:00:00Z,OUTBOUND,Austria,,,UNDELIVERABLE,NO_ANSWER
7,2026-10-20T08:00:00Z,OUTBOUND,Austria,,,UNDELIVERABLE,BUSY
8,2026-10-20T09:00:00Z,OUTBOUND,Malta,,,UNDELIVERABLE,BUSY
9,2026-10-31T08:00:00Z,OUTBOUND,Malta,,,UNDELIVERABLE,BUSY
10,2026-10-31T09:00:00Z,OUTBOUND,Kosovo,2026-10-31T09:00:05Z,2026-10-31T09:01:00Z,DELIVERED,DELIVERED_TO_HANDSET
"""
SPEC: Final = """\
version: 1
name: rates
title: Answer rates
period: last_month
sections:
  - type: kpis
    metrics: [ANSWER_RATE]
  - type: table
    title: By country
    query:
      metrics: [TOTAL_ATTEMPTED_CALL_COUNT, ANSWER_RATE]
      aggregateBy: [COUNTRY_NAME]
      orderBy: [{metric: TOTAL_ATTEMPTED_CALL_COUNT, direction: desc}]
      top: {limit: 1, other: true}
    totals: true
  - type: chart
    title: Rates
    chart: bar
    query:
      metrics: [ANSWER_RATE]
      aggregateBy: [COUNTRY_NAME]
      orderBy: [{dimension: COUNTRY_NAME}]
      top: {limit: 2, other: true}
outputs: [json, csv, html, xlsx]
smallSample: 0
"""

RATES: Final = {"Croatia": 3 / 4, "Austria": 1 / 3, "Malta": 0 / 2, "Kosovo": 1 / 1}

TOTAL: Final = 5 / 10
WRONG_TOTALS: Final = {
    "the mean of the countries": 0.5208,
    "their sum": 2.0833,
    "the mean of the two rows shown": 0.5417,  # of 3/4 and 2/6
}
OTHER: Final = 2 / 6  # Austria, Malta and Kosovo: 1 + 0 + 1 of 3 + 2 + 1
WRONG_OTHERS: Final = {
    "the mean of the three": 0.4444,
    "their sum": 1.3333,
    "the total less what is shown": -0.25,
}


@pytest.fixture
def made(project: Path, reporter: Callable[..., Any]) -> Path:
    """The folder with the report's files."""
    (project / "calls.csv").write_text(CALLS, encoding="utf-8")
    (project / "report_specs" / "rates.yaml").write_text(SPEC, encoding="utf-8")
    outcome = reporter("run", "rates", "--as-of", "2026-11-01")
    assert outcome.code == 0, outcome.err
    return project / "out"


def test_the_wrong_answers_are_what_they_are_called() -> None:
    croatia, *others = RATES.values()
    assert [*WRONG_TOTALS.values()] == [
        pytest.approx(wrong, abs=5e-5)
        for wrong in (mean(RATES.values()), sum(RATES.values()), mean([croatia, 2 / 6]))
    ]
    assert [*WRONG_OTHERS.values()] == [
        pytest.approx(wrong, abs=5e-5) for wrong in (mean(others), sum(others), TOTAL - croatia)
    ]


def test_json_has_the_right_ones(made: Path) -> None:
    found = json.loads((made / "rates-2026-10.json").read_text(encoding="utf-8"))
    cards, table, chart = found["blocks"]
    assert [card["value"] for card in cards["cards"]] == [TOTAL]
    assert [(row["kind"], row["values"]) for row in table["rows"]] == [
        ("body", ["Croatia", 4, 3 / 4]),
        ("other", [None, 6, OTHER]),
        ("total", [None, 10, TOTAL]),
    ]
    # Austria and Croatia are the first by name; of Malta and Kosovo 1 of 3, not the mean 1/2.
    assert [series["values"] for series in chart["series"]] == [[1 / 3, 3 / 4, 1 / 3]]
    assert TOTAL not in WRONG_TOTALS.values()
    assert OTHER not in WRONG_OTHERS.values()


def test_csv_has_the_right_ones(made: Path) -> None:
    with (made / "rates-2026-10-by-country.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["COUNTRY_NAME", "TOTAL_ATTEMPTED_CALL_COUNT", "ANSWER_RATE"],
        ["Croatia", "4", "0.75"],
        ["Other", "6", "0.3333333333333333"],  # wrong: 0.4444, 1.3333, -0.25
        ["Total", "10", "0.5"],  # wrong: 0.5208, 2.0833, 0.5417
    ]


def test_a_page_shows_the_right_ones(made: Path) -> None:
    page = html.document_fromstring((made / "rates-2026-10.html").read_text(encoding="utf-8"))
    rows = [
        [" ".join(cell.text_content().split()) for cell in row.iter("th", "td")]
        for row in page.iter("tr")
    ]
    assert ["Croatia", "4", "75.0%"] in rows
    assert ["Other", "6", "33.3%"] in rows  # wrong: 44.4%, 133.3%, -25.0%
    assert ["Total", "10", "50.0%"] in rows  # wrong: 52.1%, 208.3%, 54.2%


def test_a_sheet_holds_the_right_ones(made: Path) -> None:
    book = openpyxl.load_workbook(made / "rates-2026-10.xlsx", data_only=True)
    rows = {row[0]: row[1:3] for row in book["By country"].values if row[0]}
    assert rows["Other"] == (6, OTHER)
    assert rows["Total"] == (10, TOTAL)
