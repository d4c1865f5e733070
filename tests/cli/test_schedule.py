"""``reporter schedule``: what is due when, and what it reports then."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reporter import clock

Reporter = Callable[..., Any]
SPEC = """\
version: 1
name: NAME
title: Due
timezone: Europe/Zagreb
period: last_month
schedule: {cron: "CRON"}
sections:
  - {type: kpis, metrics: [TOTAL_CALL_COUNT]}
"""


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 25, 12, tzinfo=UTC))


def write(project: Path, name: str, cron: str, *changed: tuple[str, str]) -> None:
    text = SPEC.replace("NAME", name).replace("CRON", cron)
    for old, new in changed:
        text = text.replace(old, new)
    (project / "report_specs" / f"{name}.yaml").write_text(text)


def test_the_list_names_what_is_due_next(project: Path, reporter: Reporter) -> None:
    write(project, "monthly", "0 7 1 * *")
    write(project, "leap-day", "0 7 29 2 *")
    done = reporter("schedule", "list")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "report    cron        zone           local                   UTC               "
        "      period\n"
        "leap-day  0 7 29 2 *  Europe/Zagreb  2028-02-29T07:00+01:00  2028-02-29T06:00+00:00"
        "  2028-01-01 to 2028-01-31\n"
        "monthly   0 7 1 * *   Europe/Zagreb  2026-12-01T07:00+01:00  2026-12-01T06:00+00:00"
        "  2026-11-01 to 2026-11-30\n"
    )
    (first, second) = json.loads(reporter("schedule", "list", "--json").out)
    assert (first["report"], second["local"]) == ("leap-day", "2026-12-01T07:00+01:00")


def test_one_that_is_broken_does_not_hide_the_others(project: Path, reporter: Reporter) -> None:
    write(project, "monthly", "0 7 1 * *")
    write(project, "broken", "0 7 1 * *", ("sections:", "sektions:"))
    write(project, "wrong", "0 27 1 * *")
    done = reporter("schedule", "list")
    assert done.code == 1
    assert [line.split()[0] for line in done.out.splitlines()] == ["report", "monthly"]
    assert "report_specs/broken.yaml" in done.err
    assert "report_specs/wrong.yaml:6:" in done.err


def test_nothing_is_due(reporter: Reporter) -> None:
    done = reporter("schedule", "list")
    assert (done.code, done.out) == (0, "")
    assert done.err == "no report in report_specs/ has a schedule\n"


def test_a_year_is_simulated(project: Path, reporter: Reporter) -> None:
    write(project, "daily", "30 2 * * *", ("last_month", "yesterday"))
    done = reporter("schedule", "simulate", "daily", "--from", "2026-12-01")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "daily: 30 2 * * *, Europe/Zagreb"
    assert len(lines) == 2 + 366
    assert lines[2] == "2026-12-01T02:30+01:00  2026-12-01T01:30+00:00  2026-11-30"
    assert [line for line in lines if "clock" in line] == [
        "2027-03-28T03:00+02:00  2027-03-28T01:00+00:00  2027-03-27  the clock skips 02:30",
        (
            "2027-10-31T02:30+02:00  2027-10-31T00:30+00:00  2027-10-30"
            "  the clock shows 02:30 twice; this is the first time"
        ),
    ]


def test_months_that_are_too_short_are_named(project: Path, reporter: Reporter) -> None:
    write(project, "late", "0 7 31 * *")
    arguments = ("schedule", "simulate", "late", "--from", "2027-01-01")
    done = reporter(*arguments)
    assert done.out.splitlines()[-1] == (
        "not due in 2027-02, 2027-04, 2027-06, 2027-09, 2027-11: these months have no such day;"
        " L is the last one of any month"
    )
    machine = json.loads(reporter(*arguments, "--json", "--years", "2").out)
    assert len(machine["firings"]) == 14
    assert machine["skippedMonths"][0] == "2027-02"


def test_a_period_that_is_no_days(project: Path, reporter: Reporter) -> None:
    write(project, "so-far", "0 7,15 1 * *", ("last_month", "today"))
    done = reporter("schedule", "simulate", "so-far", "--from", "2026-12-01")
    assert done.out.splitlines()[2].endswith("  2026-12-01T00:00 to 2026-12-01T07:00")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("review",), 1, "error: review has no schedule\n  hint: write one: schedule: "),
        (("nothing",), 1, "there is no such spec"),
        (("monthly", "--from", "soon"), 2, "'soon' is neither a date (2026-11-01) nor"),
        (("monthly", "--years", "0"), 2, "--years"),
    ],
)
def test_what_cannot_be_simulated(
    project: Path, reporter: Reporter, arguments: tuple[str, ...], code: int, said: str
) -> None:
    write(project, "monthly", "0 7 1 * *")
    done = reporter("schedule", "simulate", *arguments)
    assert (done.code, said in done.err) == (code, True), done.err
