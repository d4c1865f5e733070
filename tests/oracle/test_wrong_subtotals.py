"""Ten calls, and the subtotals and pivot totals of a rate where its sum and its mean are wrong."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any, Final

import pytest
from lxml import html
from test_wrong_averages import CALLS

WAYS: Final = (
    *("PHONE", "PHONE", "WEBRTC", "PHONE", "PHONE"),
    *("WEBRTC", "SIPTRUNK", "PHONE", "SIPTRUNK", "WEBRTC"),
)
SPEC: Final = """\
version: 1
name: ways
title: Answer rates
period: last_month
sections:
  - type: table
    title: Below each other
    query:
      metrics: [TOTAL_ATTEMPTED_CALL_COUNT, ANSWER_RATE]
      aggregateBy: [COUNTRY_NAME, CAPABILITY]
      orderBy: [{metric: TOTAL_ATTEMPTED_CALL_COUNT, direction: desc}]
    subtotals: true
    totals: true
  - type: table
    title: Across
    query:
      metrics: [TOTAL_ATTEMPTED_CALL_COUNT, ANSWER_RATE]
      aggregateBy: [COUNTRY_NAME, CAPABILITY]
      orderBy: [{metric: TOTAL_ATTEMPTED_CALL_COUNT, direction: desc}]
    pivot: {by: CAPABILITY, top: {limit: 1, other: true}}
    totals: true
smallSample: 0
outputs: [json, csv, html]
"""

CROATIA: Final = 3 / 4  # 2 of 3 by phone, 1 of 1 by WebRTC
WRONG_CROATIA: Final = {"the mean of its ways": 0.8333, "their sum": 1.6667}
PHONE: Final = 3 / 5  # Croatia 2 of 3, Austria 1 of 1, Malta 0 of 1
WRONG_PHONE: Final = {"the mean of the countries": 0.5556, "their sum": 1.6667}
OTHER: Final = 2 / 5  # 1 of 1, 0 of 2, 0 of 1, 1 of 1
WRONG_OTHER: Final = {
    "the mean of the countries": 0.5,
    "the mean of WebRTC and SIP trunk": 0.3333,
    "the total less what is shown": -0.1,
}


@pytest.fixture
def made(project: Path, reporter: Callable[..., Any]) -> Path:
    """The folder with the report's files."""
    first, *calls = CALLS.splitlines()
    lines = [f"{first},capability"]
    lines += [f"{call},{way}" for call, way in zip(calls, WAYS, strict=True)]
    (project / "calls.csv").write_text("\n".join(lines), encoding="utf-8")
    (project / "report_specs" / "ways.yaml").write_text(SPEC, encoding="utf-8")
    outcome = reporter("run", "ways", "--as-of", "2026-11-01")
    assert outcome.code == 0, outcome.err
    return project / "out"


def test_the_wrong_answers_are_what_they_are_called() -> None:
    ways, countries = (2 / 3, 1 / 1), (2 / 3, 1 / 1, 0 / 1)
    found = [mean(ways), sum(ways), mean(countries), sum(countries)]
    found += [mean((1 / 1, 0 / 2, 0 / 1, 1 / 1)), mean((2 / 3, 0 / 2)), 5 / 10 - PHONE]
    wrong = [*WRONG_CROATIA.values(), *WRONG_PHONE.values(), *WRONG_OTHER.values()]
    assert wrong == [pytest.approx(number, abs=5e-5) for number in found]


def test_json_has_the_right_ones(made: Path) -> None:
    nested, across = json.loads((made / "ways-2026-10.json").read_text(encoding="utf-8"))["blocks"]
    assert [(row["kind"], *row["values"]) for row in nested["rows"]] == [
        ("body", "Croatia", "PHONE", 3, 2 / 3),
        ("body", "Croatia", "WEBRTC", 1, 1.0),
        ("subtotal", "Croatia", None, 4, CROATIA),
        ("body", "Austria", "PHONE", 1, 1.0),
        ("body", "Austria", "WEBRTC", 1, 0.0),
        ("body", "Austria", "SIPTRUNK", 1, 0.0),
        ("subtotal", "Austria", None, 3, 1 / 3),
        ("body", "Malta", "PHONE", 1, 0.0),
        ("body", "Malta", "SIPTRUNK", 1, 0.0),
        ("subtotal", "Malta", None, 2, 0.0),
        ("body", "Kosovo", "WEBRTC", 1, 1.0),
        ("subtotal", "Kosovo", None, 1, 1.0),
        ("total", None, None, 10, 1 / 2),
    ]
    assert [column.get("column", column["name"]) for column in across["columns"]] == [
        "COUNTRY_NAME",
        "TOTAL_ATTEMPTED_CALL_COUNT@PHONE",
        "ANSWER_RATE@PHONE",
        "TOTAL_ATTEMPTED_CALL_COUNT@OTHER",
        "ANSWER_RATE@OTHER",
        "TOTAL_ATTEMPTED_CALL_COUNT",
        "ANSWER_RATE",
    ]
    assert [column.get("across", "-") for column in across["columns"]] == [
        *("-", "PHONE", "PHONE", "OTHER", "OTHER", None, None)
    ]
    assert [(row["kind"], *row["values"]) for row in across["rows"]] == [
        ("body", "Croatia", 3, 2 / 3, 1, 1.0, 4, CROATIA),
        ("body", "Austria", 1, 1.0, 2, 0.0, 3, 1 / 3),
        ("body", "Malta", 1, 0.0, 1, 0.0, 2, 0.0),
        ("body", "Kosovo", 0, None, 1, 1.0, 1, 1.0),
        ("total", None, 5, PHONE, 5, OTHER, 10, 1 / 2),
    ]


def test_csv_has_the_right_ones(made: Path) -> None:
    with (made / "ways-2026-10-across.csv").open(encoding="utf-8-sig", newline="") as file:
        first, *_, last = csv.reader(file)
    assert first[:3] == [
        "COUNTRY_NAME",
        "TOTAL_ATTEMPTED_CALL_COUNT@PHONE",
        "ANSWER_RATE@PHONE",
    ]
    assert last == ["Total", "5", "0.6", "5", "0.4", "10", "0.5"]
    with (made / "ways-2026-10-below-each-other.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert rows[3] == ["Croatia", "Subtotal", "4", "0.75"]  # wrong: 0.8333, 1.6667
    assert rows[-1] == ["Total", "", "10", "0.5"]


def test_a_page_shows_the_right_ones(made: Path) -> None:
    page = html.document_fromstring((made / "ways-2026-10.html").read_text(encoding="utf-8"))
    rows = [
        [" ".join(cell.text_content().split()) for cell in row.iter("th", "td")]
        for row in page.iter("tr")
    ]
    assert ["Croatia", "Subtotal", "4", "75.0%"] in rows  # wrong: 83.3%, 166.7%
    assert ["Total", "5", "60.0%", "5", "40.0%", "10", "50.0%"] in rows
    assert ["Kosovo", "0", "–", "1", "100.0%", "1", "100.0%"] in rows
