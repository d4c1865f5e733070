"""The tables that call records give: the same values of the same types, whatever the source."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from plain_api import Manner
from plain_calls import Call
from planted import CALLS
from round_trip import asked, over, query_of

from reporter.catalog.builtin import built_in
from reporter.data.table import Table
from reporter.plan.model import Query
from reporter.settings import CallsSource as CallsSettings
from reporter.sources.calls.source import CallsSource

_HEAD = (
    "call_id,account_key,sent_at,direction,capability,sender,sender_type,communication_id,"
    "network_id,network_name,country_id,country_name,application_id,entity_id,ringing_at,"
    "answered_at,ended_at,status_group,status,error_group,error_code,amd_result,hangup"
)
METRICS = ("TOTAL_CALL_COUNT", "ANSWER_SEIZURE_RATIO", "BUSY_RATE", "TOTAL_CALL_DURATION")
AUTUMN = {
    "since": datetime(2026, 9, 30, 22, tzinfo=UTC),
    "until": datetime(2026, 10, 31, 23, tzinfo=UTC),
    "timezone": "Europe/Zagreb",
}
"""October in Zagreb, whose clocks go back on the 25th."""


def _calls() -> tuple[Call, ...]:
    """Calls every 97 minutes, of all kinds."""
    found = []
    for number in range(600):
        kind = CALLS[number % len(CALLS)]
        found.append(
            msgspec.structs.replace(
                kind,
                sent_at=AUTUMN["since"] + timedelta(minutes=97 * number, milliseconds=number),
                lasted=1000 * (number % 90) + number,
                country=(None, 1, 2)[number % 3],
                sender=(None, "x", "385911")[number % 5 % 3],
                to_answer=None if kind.to_answer is None else 700 * (number % 40),
            )
        )
    return tuple(found)


def _written(calls: tuple[Call, ...]) -> str:
    """The calls as a file of records."""
    lines = [_HEAD]
    for number, call in enumerate(calls):
        answered = "" if call.to_answer is None else _at(call, call.to_answer)
        ended = "" if call.to_answer is None else _at(call, call.to_answer + call.lasted)
        lines.append(
            f"{number},{call.account},{_at(call, 0)},{'OUTBOUND' if call.outbound else 'INBOUND'},"
            f"PHONE,{call.sender or ''},,,,,{call.country or ''},,,,{_at(call, 0)},{answered},"
            f"{ended},{call.status_group},{call.status},,,{call.amd or ''},{call.hangup or ''}"
        )
    return "\n".join(lines) + "\n"


def _at(call: Call, milliseconds: int) -> str:
    moment = call.sent_at + timedelta(milliseconds=milliseconds)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}"


def _from_records(query: Query, folder: Path) -> Table:
    source = CallsSource("pbx", CallsSettings(path="calls.csv"), folder, built_in())
    (answer,) = asyncio.run(source.fetch([query]))
    return answer.table


def _typed(table: Table) -> list[list[tuple[str, str]]]:
    """The rows in one order, each value with its type and, of a time, its zone."""
    rows = [[(type(v).__name__, repr(v)) for v in row] for row in table.rows]
    return sorted(rows)


@pytest.mark.parametrize(
    "by",
    [
        (),
        ("HOUR",),
        ("DAY", "COUNTRY_ID"),
        ("WEEK_SUNDAY_START", "DIRECTION"),
        ("MONTH",),
        ("TIME_TO_ANSWER", "SENDER"),
        ("CHANNEL_CODE", "CHANNEL_NAME", "STATUS"),
    ],
)
def test_both_sources_give_the_same_table(by: tuple[str, ...], tmp_path: Path) -> None:
    calls = _calls()
    (tmp_path / "calls.csv").write_text(_written(calls))
    query = query_of(*METRICS, by=by, catalog=built_in(), **AUTUMN)
    expected = _from_records(query, tmp_path)
    (answer,) = asked([query], over(calls, Manner(scale=1, digits=None)))
    assert _typed(answer.table) == _typed(expected)
    assert answer.table.columns == expected.columns
    assert expected.rows
