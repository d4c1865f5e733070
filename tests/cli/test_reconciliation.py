"""Reconciliations on the command line: what is asked, what is said, what is held."""

import csv
import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Reporter = Callable[..., Any]
AS_OF = ("--as-of", "2026-11-01")
PROJECT = """\
version: 1
sources:
  calls: {type: calls, path: calls.csv}
  api: {type: calls, path: api.csv}
defaults: {source: calls}
"""
SPEC = """\
version: 1
name: both
title: Both
period: last_month
parameters:
  country: {type: integer}
filterBy:
  countryIds: {param: country}
sections:
  - type: reconciliation
    title: The API against our records
    against: api
    metrics: [TOTAL_CALL_COUNT, ANSWER_RATE, TOTAL_CALL_DURATION]
    by: DAY
    tolerance: {relative: 0.01}
    hold: true
outputs: [json]
"""
HELD = (
    "both: held: The API against our records: 2 of 96 comparisons are out of bounds. The largest"
    " difference: 1 Oct 2026, Call duration: -50.0%.\n"
)


@pytest.fixture
def both(project: Path) -> Path:
    """Two sources that differ in how long one call took."""
    (project / "reporter.yaml").write_text(PROJECT)
    (project / "report_specs/both.yaml").write_text(SPEC)
    calls = (project / "calls.csv").read_text()
    (project / "api.csv").write_text(calls.replace("2026-10-01T08:01:05Z", "2026-10-01T08:00:35Z"))
    return project


def test_what_is_out_of_bounds_is_written_and_held(both: Path, reporter: Reporter) -> None:
    done = reporter("run", "both", *AS_OF)
    assert (done.code, done.err) == (4, HELD)
    assert done.out == "out/both-2026-10.json\n"
    document = json.loads((both / "out/both-2026-10.json").read_text())
    assert document["held"] == [HELD.removeprefix("both: held: ").strip()]
    (block,) = document["blocks"]
    assert [head["role"] for head in block["columns"][:5]] == [
        "dimension",
        "dimension",
        "metric",
        "against",
        "deviation",
    ]
    assert block["rows"][0]["values"][-3:] == [60, 30, -30]
    assert block["rows"][0]["marks"] == [*[None] * 10, "out"]
    assert document["provenance"]["source"] == "calls"


def test_what_agrees_is_done(both: Path, reporter: Reporter) -> None:
    (both / "api.csv").write_text((both / "calls.csv").read_text())
    done = reporter("run", "both", *AS_OF)
    assert (done.code, done.err) == (0, "")
    assert json.loads((both / "out/both-2026-10.json").read_text())["held"] == []


def test_without_hold_nothing_is_held(both: Path, reporter: Reporter) -> None:
    spec = both / "report_specs/both.yaml"
    spec.write_text(spec.read_text().replace("    hold: true\n", ""))
    assert reporter("run", "both", *AS_OF).code == 0


def test_what_failed_weighs_more_than_what_is_held(both: Path, reporter: Reporter) -> None:
    (both / "report_specs/wrong.yaml").write_text("version: 1\n")
    assert reporter("run", "both", "review", *AS_OF).code == 4
    assert reporter("run", "both", "wrong", *AS_OF).code == 1
    assert reporter("run", "wrong", "both", *AS_OF).code == 1
    assert reporter("run", "review", *AS_OF).code == 0


def test_a_source_that_fails_is_named(both: Path, reporter: Reporter) -> None:
    (both / "api.csv").unlink()
    done = reporter("run", "both", *AS_OF)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("both: error: source 'api': ")
    (both / "calls.csv").unlink()
    assert reporter("run", "both", *AS_OF).code == 3


def test_the_plan_says_which_source_is_asked_what(both: Path, reporter: Reporter) -> None:
    spec = both / "report_specs/both.yaml"
    spec.write_text(
        spec.read_text().replace(
            "outputs:",
            "  - {type: reconciliation, against: api, metrics: [BUSY_CALL_COUNT, HUNG_UP_COUNT]}\n"
            "outputs:",
        )
    )
    done = reporter("plan", "both", *AS_OF)
    assert (done.code, done.err) == (0, "")
    lines = [line for line in done.out.splitlines() if line and not line.startswith("    ")]
    assert [line for line in lines if line.startswith(("  source", "query", "before"))] == [
        "  source      calls",
        "before all queries to calls",
        "before all queries to api",
        "query 1 of 4, for sections[0]",
        "  source      calls",
        "query 2 of 4, for sections[0]",
        "  source      api",
        "query 3 of 4, for sections[1]",
        "  source      calls",
        "query 4 of 4, for sections[1]",
        "  source      api",
    ]
    assert [line for line in lines if line.startswith("  unavailable")] == [
        "  unavailable HUNG_UP_COUNT: the source 'calls' has no column hangup",
        "  unavailable HUNG_UP_COUNT: the source 'api' has no column hangup",
    ]
    assert done.out.count("READ_CSV") == 2
    queries = json.loads(reporter("plan", "both", *AS_OF, "--json").out)["queries"]
    assert [query["source"] for query in queries] == ["calls", "api", "calls", "api"]
    assert [query["needs"][0]["purpose"] for query in queries] == ["current", "against"] * 2
    assert ["api.csv" in query["sql"] for query in queries] == [False, True, False, True]


def test_filters_hold_for_both_sources(both: Path, reporter: Reporter) -> None:
    done = reporter("run", "both", *AS_OF, "--param", "country=2")
    assert (done.code, done.err) == (0, "")
    rows = json.loads((both / "out/both-2026-10.json").read_text())["blocks"][0]["rows"]
    assert rows[-1]["values"][2:5] == [1, 1, 0]


def test_a_source_that_there_is_not(both: Path, reporter: Reporter) -> None:
    spec = both / "report_specs/both.yaml"
    spec.write_text(spec.read_text().replace("against: api", "against: apis"))
    done = reporter("run", "both", *AS_OF)
    assert done.code == 1
    assert "12:14: error: there is no source 'apis' in the project [unknown-source]" in done.err
    assert "did you mean 'api'?" in done.err


def test_the_command_line_can_make_them_one_source(both: Path, reporter: Reporter) -> None:
    done = reporter("run", "both", *AS_OF, "--source", "api")
    assert done.code == 1
    assert "api is the report's own source: against itself it always agrees" in done.err
    assert (both / "out").exists() is False


DIALLER = """\
version: 1
name: dialler
label: Dialler
records:
  noun: attempts
  time: started_at
  columns:
    started_at: {type: timestamp, description: When it began.}
    line: {type: text, description: The line that was used.}
metrics:
  TOTAL_CALL_COUNT:
    {label: Attempts, description: All attempts., aggregate: {function: count}}
dimensions:
  DAY: {label: Day, description: The day., grain: DAY}
  LINE: {label: Line, description: The line that was used., expression: line}
filters:
  startedSince: {label: Since, description: From when., kind: since}
  startedUntil: {label: Until, description: Up to when., kind: until}
  lines: {label: Lines, description: Only these lines., dimension: LINE}
"""


def test_a_source_with_words_of_its_own(both: Path, reporter: Reporter) -> None:
    (both / "dialler.yaml").write_text(DIALLER)
    times = [line.split(",")[1] for line in (both / "calls.csv").read_text().splitlines()[1:]]
    rows = "".join(f"{time},north\n" for time in times)
    (both / "dialler.csv").write_text(f"started_at,line\n{rows}")
    (both / "reporter.yaml").write_text(
        PROJECT.replace("sources:", "catalogs: [dialler.yaml]\nsources:").replace(
            "path: api.csv", "path: dialler.csv, catalog: dialler"
        )
    )
    spec = both / "report_specs/both.yaml"
    text = SPEC.replace(
        "[TOTAL_CALL_COUNT, ANSWER_RATE, TOTAL_CALL_DURATION]", "[TOTAL_CALL_COUNT]"
    )
    start, end = text.index("parameters:"), text.index("sections:")
    spec.write_text(text[:start] + text[end:])
    done = reporter("run", "both", *AS_OF)
    assert (done.code, done.err) == (0, "")
    rows_found = json.loads((both / "out/both-2026-10.json").read_text())["blocks"][0]["rows"]
    assert rows_found[-1]["values"] == [None, "inBounds", 5, 5, 0]
    refused = reporter("run", "both", *AS_OF, "--filter", "directions=OUTBOUND")
    assert refused.code == 1
    assert "--filter directions: error: there is no filter 'directions' [unknown-filter]" in (
        refused.err
    )


@pytest.mark.slow
def test_every_format_says_what_differs_without_colour(both: Path, reporter: Reporter) -> None:
    done = reporter("run", "both", *AS_OF, "--format", "html,pdf,xlsx,csv,mail")
    assert (done.code, done.err) == (4, HELD)
    html, pdf, xlsx, table, mail = (both / line for line in done.out.splitlines())
    for page in (html, mail):
        text = page.read_text()
        assert text.count("\N{NOT EQUAL TO}") == 2
        assert "out of bounds" in text
    assert html.read_text().count('<span class="unseen"> (out of bounds)</span>') == 2
    printed = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"],  # noqa: S607 - as the machine has it
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    first = next(line for line in printed.splitlines() if line.strip().startswith("1 Oct 2026 "))
    assert first.split()[-4:] == ["0:01:00", "0:00:30", "\N{NOT EQUAL TO}", "-0:00:30"]
    assert "out of bounds" in first
    with table.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["TOTAL_CALL_DURATION:mark"] for row in rows] == ["out", *[""] * 30, "out"]
    assert rows[0]["TOTAL_CALL_DURATION:deviation"] == "-30.0"
    assert (rows[0]["verdict"], rows[1]["verdict"]) == ("outOfBounds", "inBounds")
    sheet = openpyxl.load_workbook(xlsx).worksheets[1]
    values = openpyxl.load_workbook(xlsx, data_only=True).worksheets[1]
    heads = [cell.value for cell in sheet[4]]
    assert heads[:5] == [
        "Day",
        "Result",
        "Total calls",
        "Total calls, api",
        "Total calls, difference",
    ]
    assert (sheet["E5"].value, values["E5"].value) == ("=D5-C5", 0)
    assert sheet["E5"].number_format == "+#,##0;-#,##0;#,##0"
    assert values["K5"].value == timedelta(seconds=-30)
    assert sheet["K5"].number_format.startswith('"\N{NOT EQUAL TO} "+')
    assert values["B5"].value == "out of bounds"
    # A rate has no value on most days; so has its difference.
    assert (values["H7"].value, sheet["H7"].data_type) == ("–", "s")


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("de-DE", "2 von 96 Vergleichen liegen außerhalb."),
        ("hr-HR", "2 od 96 usporedaba izvan su granica."),
    ],
)
def test_it_speaks_the_language_of_the_report(
    locale: str, said: str, both: Path, reporter: Reporter
) -> None:
    spec = both / "report_specs/both.yaml"
    spec.write_text(spec.read_text().replace("period:", f"locale: {locale}\nperiod:"))
    done = reporter("run", "both", *AS_OF)
    assert done.code == 4
    assert said in done.err
