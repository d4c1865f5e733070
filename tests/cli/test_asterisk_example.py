"""The monthly review over a PBX's own file: examples/asterisk.

The numbers are worked out here once more from the file, by the csv module alone.
"""

import csv
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reporter.cli.check import command as check
from reporter.cli.query import command as query
from reporter.cli.run import command as run
from reporter.settings import load_project

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "asterisk"
PROJECT = EXAMPLE / "reporter.yaml"
SPEC = ROOT / "report_specs" / "monthly-voice-review.yaml"
COLUMNS = """
accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end
duration billsec disposition amaflags uniqueid userfield
"""
COUNTRIES = {
    "00381": "Serbia",
    "00382": "Montenegro",
    "00385": "Croatia",
    "00386": "Slovenia",
    "00387": "Bosnia and Herzegovina",
}
DISPOSITIONS = {"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"}


def records() -> list[dict[str, str]]:
    with (EXAMPLE / "cdr" / "Master.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, COLUMNS.split()))


def is_october(record: dict[str, str]) -> bool:
    return record["start"].startswith("2026-10")


def is_usable(record: dict[str, str]) -> bool:
    return not record["answer"] or record["end"] >= record["answer"]


def is_inbound(record: dict[str, str]) -> bool:
    return record["dcontext"].startswith("from-trunk")


def is_answered(record: dict[str, str]) -> bool:
    return record["disposition"] == "ANSWERED"


OCTOBER = [r for r in records() if is_october(r) and is_usable(r)]


def asked(*arguments: str) -> list[list[Any]]:
    october = ["--since", "2026-10-01", "--until", "2026-11-01", "--timezone", "Europe/Zagreb"]
    result = CliRunner().invoke(
        query,
        ["--project", str(PROJECT), *october, "--format", "json", *arguments],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    rows = json.loads(result.stdout)["rows"]
    assert isinstance(rows, list)
    return rows


def test_the_file_is_what_the_pbx_writes() -> None:
    found = records()

    assert {r["disposition"] for r in found} == DISPOSITIONS
    assert all(bool(r["answer"]) == is_answered(r) for r in found)
    assert '"Ana Horvat" <1001>' in {r["clid"] for r in found}
    assert '"""Ana Horvat"" <1001>"' in (EXAMPLE / "cdr" / "Master.csv").read_text("utf-8")
    assert {r["start"][:7] for r in found} == {"2026-09", "2026-10"}
    assert sum(r["start"].startswith("2026-10-25 02:") for r in found) == 4
    assert sum(not is_usable(r) for r in found) == 1
    assert 300 <= len(found) <= 600


def test_numbers_by_country() -> None:
    expected: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for record in OCTOBER:
        other = record["src" if is_inbound(record) else "dst"]
        row = expected[COUNTRIES[other[:5]]]
        row[0] += 1
        row[1] += is_inbound(record)
        row[2] += not is_inbound(record)
        row[3] += is_answered(record)
        row[4] += int(record["billsec"]) if is_answered(record) else 0

    rows = asked(
        "--by",
        "COUNTRY_NAME",
        "--metrics",
        "TOTAL_CALL_COUNT,TOTAL_RECEIVED_CALL_COUNT,TOTAL_ATTEMPTED_CALL_COUNT,"
        "TOTAL_ANSWERED_CALL_COUNT,TOTAL_CALL_DURATION",
    )

    assert {row[0]: row[1:] for row in rows} == expected


ERRORS = {
    "ANSWERED": "NORMAL_HANGUP",
    "NO ANSWER": "NO_ANSWER",
    "BUSY": "BUSY",
    "FAILED": "UNKNOWN",
    "CONGESTION": "CONGESTION",
}


def test_every_disposition_has_its_meaning() -> None:
    counted: dict[str, int] = defaultdict(int)
    for record in OCTOBER:
        counted[ERRORS[record["disposition"]]] += 1
    lost = {"FAILED", "CONGESTION"}

    by_error = asked("--by", "ERROR_CODE", "--metrics", "TOTAL_CALL_COUNT")
    whole = asked(
        "--metrics", "NORMAL_HUNG_UP_COUNT,ERROR_HUNG_UP_COUNT,FAILED_CALL_COUNT,BUSY_CALL_COUNT"
    )

    assert dict(map(tuple, by_error)) == counted
    assert whole == [
        [
            sum(map(is_answered, OCTOBER)),
            sum(r["disposition"] in lost for r in OCTOBER),
            sum(r["disposition"] in lost and not is_inbound(r) for r in OCTOBER),
            sum(r["disposition"] == "BUSY" and not is_inbound(r) for r in OCTOBER),
        ]
    ]


def test_capabilities_and_trunks() -> None:
    expected: dict[tuple[str, str | None], int] = defaultdict(int)
    for record in OCTOBER:
        trunk = re.match(r"PJSIP/(\w+)-", record["channel" if is_inbound(record) else "dstchannel"])
        capability = "SIPTRUNK" if record["channel"].startswith("PJSIP/") else "PHONE"
        expected[capability, f"{trunk[1].capitalize()} trunk" if trunk else None] += 1

    rows = asked("--by", "CAPABILITY,NETWORK_NAME", "--metrics", "TOTAL_CALL_COUNT")

    assert {(row[0], row[1]): row[2] for row in rows} == expected
    assert {None, "Adriatic trunk", "Northline trunk"} == {row[1] for row in rows}


def test_what_the_pbx_does_not_know_is_not_zero() -> None:
    metrics = "ANSWER_SEIZURE_RATIO,NOT_ANSWERED_CALL_COUNT,CANCELED_CALL_COUNT"

    assert asked("--metrics", metrics) == [[None, None, None]]


def test_every_spec_fits_the_pbx() -> None:
    specs = sorted(str(p) for p in (ROOT / "report_specs").glob("*.yaml"))
    assert len(specs) >= 3

    result = CliRunner().invoke(check, ["--project", str(PROJECT), *specs], catch_exceptions=False)

    assert (result.exit_code, result.stdout) == (0, f"{len(specs)} specs, no problems.\n")


@pytest.mark.slow
def test_the_monthly_review_over_the_pbx(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        run,
        [
            str(SPEC),
            *("--project", str(PROJECT), "--as-of", "2026-11-01"),
            *("--out", str(tmp_path), "--format", "json,html"),
        ],
        catch_exceptions=False,
    )

    assert result.exit_code == 0
    report = json.loads((tmp_path / "monthly-voice-review-2026-10.json").read_text("utf-8"))
    cards = {card["name"]: card for card in report["blocks"][0]["cards"]}
    attempted = [r for r in OCTOBER if not is_inbound(r)]
    assert cards["TOTAL_CALL_COUNT"]["value"] == len(OCTOBER)
    assert cards["TOTAL_CALL_COUNT"]["change"]["previous"] == len(records()) - 1 - len(OCTOBER)
    assert cards["ANSWER_RATE"]["value"] == sum(map(is_answered, attempted)) / len(attempted)
    assert cards["ANSWER_SEIZURE_RATIO"]["value"] is None
    assert report["provenance"]["rejected"] == 1
    assert (tmp_path / "monthly-voice-review-2026-10.html").stat().st_size > 10_000


def test_the_mapping_is_explained() -> None:
    project, mistakes = load_project(PROJECT)
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")

    assert mistakes == ()
    assert project is not None
    for disposition in DISPOSITIONS:
        error = ERRORS[disposition]
        status = project.file.sources["pbx"].values["status"].get(disposition, disposition)
        assert re.search(rf"\| `{disposition}` \| {status} \| {error} \|", readme)
