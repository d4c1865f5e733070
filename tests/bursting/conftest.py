"""A project with calls of many accounts; each is recognised in every text that its calls hold."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

COLUMNS: Final = (
    *("call_id", "account_key", "sent_at", "direction", "capability", "sender", "sender_type"),
    *("communication_id", "network_id", "network_name", "country_id", "country_name"),
    *("application_id", "entity_id", "ringing_at", "answered_at", "ended_at", "status_group"),
    *("status", "error_group", "error_code", "amd_result", "hangup"),
)
ACCOUNTS: Final = 400
SPEC: Final = """\
version: 1
name: review
title: "Review of {{ burst.label }}"
description: "{{ burst.value }}, {{ period.label }}"
source: calls
timezone: Europe/Zagreb
period: last_month
compareTo: previous_period
burst: {by: ACCOUNT_KEY, recipients: recipients.csv}
sections:
  - {type: kpis, metrics: [TOTAL_CALL_COUNT, ANSWER_RATE, TOTAL_CALL_DURATION]}
  - {type: text, markdown: "**{{ kpi('TOTAL_CALL_COUNT').text }}** calls of {{ burst.label }}."}
  - {type: table, query: {metrics: [TOTAL_CALL_COUNT], aggregateBy: [ACCOUNT_KEY, SENDER]}}
  - type: table
    compare: true
    totals: true
    query:
      metrics: [TOTAL_CALL_COUNT, ANSWER_RATE]
      aggregateBy: [NETWORK_NAME, COUNTRY_NAME]
      top: {limit: 2, other: true}
  - {type: table, query: {metrics: [TOTAL_CALL_COUNT], aggregateBy: [APPLICATION_ID, ENTITY_ID]}}
  - {type: table, query: {metrics: [TOTAL_CALL_COUNT], aggregateBy: [STATUS, ERROR_CODE]}}
  - {type: table, query: {metrics: [TOTAL_CALL_COUNT], aggregateBy: [SENDER_TYPE, NETWORK_ID]}}
  - {type: chart, chart: bar, query: {metrics: [TOTAL_CALL_COUNT], aggregateBy: [ERROR_CODE]}}
outputs: [html, json, csv]
"""
PROJECT: Final = "version: 1\nsources: {calls: {type: calls, path: calls.csv}}\n"
_FIRST: Final = datetime(2026, 9, 1, 12, tzinfo=UTC)


def mark(number: int) -> str:
    """What stands in every text of an account, and in none of another."""
    return f"zq{number:04}x"


def rows() -> Iterator[dict[str, str]]:
    """Three calls a month of each account, and one that cannot be used; many on the same days."""
    for number in range(ACCOUNTS):
        own = mark(number)
        for call in range(8):
            sent = _FIRST + timedelta(days=8 * call, seconds=number)
            answered = sent + timedelta(seconds=-5 if call == 7 else 5)  # before it was placed: bad
            yield {
                "call_id": f"{own}-{call}",
                "account_key": own,
                "sent_at": _written(sent),
                "direction": "OUTBOUND",
                "capability": "PHONE",
                "sender": f"{own} sender {call % 3}",
                "sender_type": f"{own} type",
                "communication_id": str(number),
                "network_id": str(900_000 + number),
                "network_name": f"{own} network {call % 4}",
                "country_id": str(number),
                "country_name": f"{own} country",
                "application_id": f"{own} application",
                "entity_id": f"{own} entity",
                "ringing_at": _written(sent + timedelta(seconds=1)),
                "answered_at": "" if call % 3 == 0 else _written(answered),
                "ended_at": "" if call % 3 == 0 else _written(sent + timedelta(seconds=65)),
                "status_group": "DELIVERED",
                "status": f"{own.upper()}_STATUS",
                "error_group": "OK",
                "error_code": f"{own.upper()}_{call % 2}",
                "amd_result": "",
                "hangup": "NORMAL",
            }


def _written(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="session")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the project."""
    folder = tmp_path_factory.mktemp("bursting")
    with (folder / "calls.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows())
    (folder / "reporter.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "review.yaml").write_text(SPEC, encoding="utf-8")
    listed = (f"{mark(n)},{mark(n)}@example.com,Acme {mark(n)}" for n in range(ACCOUNTS))
    text = "\n".join(("ACCOUNT_KEY,to,name", *listed, ""))
    (folder / "recipients.csv").write_text(text, encoding="utf-8")
    return folder
