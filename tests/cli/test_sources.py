"""``reporter sources``: what there is, and whether it works."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Reporter = Callable[..., Any]

FINE = """\
calls (calls)
  ok       files         1 CSV file: calls.csv
  note     columns       without account_key, capability, sender, sender_type, communication_id, \
network_id, network_name, application_id, entity_id, ringing_at, error_group, error_code, \
amd_result, hangup
                         hint: map others under `columns:` where the file calls them differently
  note     metrics       no values for TOTAL_SEIZED_CALL_COUNT, AMD_PROCESSED_CALL_COUNT, \
ANSWERED_BY_PERSON_CALL_COUNT, ANSWERED_BY_VOICE_DETECTION_CALL_COUNT, NOT_ANSWERED_CALL_COUNT, \
CANCELED_CALL_COUNT, ANSWER_SEIZURE_RATIO, HUNG_UP_COUNT, NORMAL_HUNG_UP_COUNT, \
ERROR_HUNG_UP_COUNT, ACCOUNT_KEY, CAPABILITY, SENDER, SENDER_TYPE, COMMUNICATION, NETWORK_ID, \
NETWORK_NAME, APPLICATION_ID, ENTITY_ID, ERROR_GROUP, ERROR_CODE
  ok       records       7 from 2026-09-10 08:00:00 to 2026-10-31 23:30:00 UTC
  ok       repeats       none: every identity stands once
  ok       bad records   none
"""


def _calls(project: Path, text: str, settings: str = "") -> None:
    (project / "calls.csv").write_text(text)
    (project / "reporter.yaml").write_text(
        f"version: 1\nsources:\n  calls: {{type: calls, path: calls.csv{settings}}}\n"
    )


def _findings(reporter: Reporter) -> dict[str, tuple[str, str]]:
    done = reporter("sources", "test", "calls", "--json")
    assert done.err == ""
    return {f["what"]: (f["state"], f["text"]) for f in json.loads(done.out)["calls"]}


def test_a_source_that_works(reporter: Reporter) -> None:
    done = reporter("sources", "test", "calls")
    assert (done.code, done.out, done.err) == (0, FINE, "")


def test_without_a_name_all_are_looked_at(project: Path, reporter: Reporter) -> None:
    (project / "reporter.yaml").write_text(
        "version: 1\n"
        "sources:\n"
        "  one: {type: calls, path: calls.csv}\n"
        "  two: {type: calls, path: cals.csv}\n"
    )
    done = reporter("sources", "test")
    assert done.code == 3
    head, failed = done.out.split("two (calls)\n")
    assert head == FINE.replace("calls (calls)", "one (calls)")
    assert failed == (
        f"  failed   files         source 'two': there is no file cals.csv in {project}\n"
        "                         hint: did you mean calls.csv?\n"
    )


def test_repeats_are_counted(project: Path, reporter: Reporter) -> None:
    calls = "call_id,sent_at,direction\na,2026-10-01,INBOUND\na,2026-10-02,INBOUND\n"
    calls += (
        "a,2026-10-03,INBOUND\nb,2026-10-03,INBOUND\n,2026-10-04,INBOUND\n,2026-10-05,INBOUND\n"
    )
    _calls(project, calls)
    found = _findings(reporter)
    assert found["records"] == ("ok", "6 from 2026-10-01 00:00:00 to 2026-10-05 00:00:00 UTC")
    assert found["repeats"] == ("note", "2 records repeat an identity, and each of them counts")
    _calls(project, calls, ", deduplicate: true")
    state, text = _findings(reporter)["repeats"]
    assert (state, text.partition(" and")[0]) == ("ok", "2 records repeat an identity")


def test_records_without_identity(project: Path, reporter: Reporter) -> None:
    _calls(project, "sent_at,direction\n2026-10-01,INBOUND\n")
    assert _findings(reporter)["repeats"] == (
        "note",
        "not looked for: records have no identity",
    )


def test_bad_records_are_named(project: Path, reporter: Reporter) -> None:
    _calls(
        project,
        "call_id,sent_at,direction\na,2026-10-01,UP\nb,soon,INBOUND\nc,2026-10-01,INBOUND\n",
    )
    state, text = _findings(reporter)["bad records"]
    assert state == "note"
    assert text.startswith("2 could not be used: calls.csv, row 1 (a): ")
    assert "; calls.csv, row 2 (b): " in text


def test_no_record_that_could_be_used(project: Path, reporter: Reporter) -> None:
    _calls(project, "call_id,sent_at,direction\n")
    assert _findings(reporter)["records"] == ("note", "none that could be used")


def test_a_column_that_is_missing(project: Path, reporter: Reporter) -> None:
    _calls(project, "call_id,direction\na,INBOUND\n")
    done = reporter("sources", "test", "calls")
    assert done.code == 3
    assert "  failed   columns       source 'calls': calls.csv has no column sent_at" in done.out


def test_times_that_nobody_can_read(project: Path, reporter: Reporter) -> None:
    _calls(project, "call_id,sent_at,direction\na,soon,INBOUND\n")
    done = reporter("sources", "test", "calls")
    assert done.code == 3
    assert "  failed   records       source 'calls': " in done.out


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("account_key,parent_key\na,\nb,a\n", ("ok", "a.csv: 1 account has others below")),
        (
            "account_key\na\n",
            ("failed", "source 'calls': the accounts file a.csv has no column parent_key"),
        ),
    ],
)
def test_the_accounts_file(
    project: Path, reporter: Reporter, content: str, expected: tuple[str, str]
) -> None:
    (project / "a.csv").write_text(content)
    _calls(project, "call_id,sent_at,direction\na,2026-10-01,INBOUND\n", ", accounts: a.csv")
    assert _findings(reporter)["accounts"] == expected


def test_the_list(project: Path, reporter: Reporter) -> None:
    (project / "reporter.yaml").write_text(
        "version: 1\n"
        "sources:\n"
        "  calls: {type: calls, path: calls.csv}\n"
        "  vendor:\n"
        "    type: metrics_api\n"
        "    baseUrl: https://me.api.example.com\n"
        "    auth: {type: apiKey, key: secret-of-mine}\n"
        "    callback: {listen: '0.0.0.0:8085', publicUrl: 'https://reports.example.com'}\n"
    )
    done = reporter("sources", "list")
    assert done.out == ("calls   calls        calls.csv\nvendor  metrics_api  me.api.example.com\n")
    assert json.loads(reporter("sources", "list", "--json").out) == [
        {"name": "calls", "type": "calls", "where": "calls.csv"},
        {"name": "vendor", "type": "metrics_api", "where": "me.api.example.com"},
    ]


@pytest.mark.parametrize("words", [("list",), ("test",)])
def test_a_project_without_sources(
    project: Path, reporter: Reporter, words: tuple[str, ...]
) -> None:
    (project / "reporter.yaml").write_text("version: 1\n")
    done = reporter("sources", *words)
    assert done.code == 1
    assert done.err == (
        "error: reporter.yaml has no sources\n  hint: write one under `sources` in reporter.yaml\n"
    )


def test_a_name_that_is_none(reporter: Reporter) -> None:
    done = reporter("sources", "test", "cals")
    assert (done.code, done.err) == (
        1,
        "error: there is no source 'cals' in reporter.yaml\n  hint: did you mean 'calls'?\n",
    )


def test_a_catalog_that_is_broken(project: Path, reporter: Reporter) -> None:
    (project / "reporter.yaml").write_text(
        "version: 1\nsources:\n  calls: {type: calls, path: calls.csv, catalog: mine}\n"
    )
    done = reporter("sources", "test")
    assert done.code == 1
    assert "[unknown-catalog]" in done.err
