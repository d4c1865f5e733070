"""Slices of a project's own metrics: sums of fractions, least, greatest, distinct counts."""

import asyncio
import csv
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_calls import looking

from reporter import wiring
from reporter.document.model import Document, KpiBlock, TableBlock
from reporter.document.values import HeadRole, RowKind
from reporter.pipeline import Tools, ask, composed
from reporter.plan.preparation import Request
from reporter.portions import Portions, portions
from reporter.settings import load_project

Call = Mapping[str, str]
Number = int | Fraction | None

CATALOG: Final = """\
version: 1
name: more
label: More
extends: voice_video
records:
  columns:
    cost: {type: number, description: What it cost.}
    rank: {type: integer, description: Its rank.}
metrics:
  COST: {label: Cost, description: All., format: decimal, aggregate: {function: sum, of: cost}}
  LEAST: {label: Least, description: Least., aggregate: {function: min, of: rank}}
  MOST: {label: Most, description: Of received ones.,
    aggregate: {function: max, of: rank, where: "direction = 'INBOUND'"}}
  SENDERS: {label: Senders, description: All., aggregate: {function: countDistinct, of: sender}}
  EACH: {label: Each, description: Cost of a call., format: decimal,
    ratio: {numerator: COST, denominator: TOTAL_CALL_COUNT}}
  SPAN: {label: Span, description: Of the ranks., formula: MOST - LEAST}
"""
PROJECT: Final = """\
version: 1
catalogs: [more.yaml]
sources: {calls: {type: calls, path: calls.csv}}
defaults: {source: calls}
"""
SPEC: Final = """\
version: 1
name: own
title: Own
timezone: ZONE
period: {since: 2026-09-25, until: 2026-09-29}
compareTo: previous_period
burst: {by: ACCOUNT_KEY}
sections:
  - {type: kpis, metrics: [COST, LEAST, MOST, SENDERS, EACH, SPAN]}
  - type: table
    totals: true
    compare: true
    query:
      metrics: [TOTAL_CALL_COUNT, COST, LEAST, MOST, SENDERS, EACH, SPAN]
      aggregateBy: [COUNTRY_NAME]
      orderBy: [{metric: TOTAL_CALL_COUNT, direction: desc}]
      top: {limit: 1, other: true}
  - {type: table, totals: true, query: {metrics: [LEAST, SENDERS], aggregateBy: [HOUR]}}
"""
ZONES: Final = ("UTC", "Europe/Zagreb", "Pacific/Chatham")
"""On 27 September 2026 the Chatham Islands change their clocks, at a quarter to an hour."""
FIRST: Final = datetime(2026, 9, 21, tzinfo=UTC)
SINCE: Final = datetime(2026, 9, 25, tzinfo=UTC)
UNTIL: Final = datetime(2026, 9, 29, tzinfo=UTC)


def texts(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


calls = st.lists(
    st.fixed_dictionaries(
        {
            "account_key": texts("acme", "ACME", "007", "7", "a,b", 'q"', "日本", "N/A", ""),
            "sent_at": st.integers(0, 8 * 24 * 4 - 1).map(
                lambda quarters: (FIRST + timedelta(minutes=15 * quarters)).isoformat()
            ),
            "direction": texts("OUTBOUND", "INBOUND"),
            "sender": texts("a", "b", "c", ""),
            "country_name": texts("Croatia", "Austria", ""),
            "cost": texts("", "0.1", "0.2", "123456.789", "-0.5", "0.000000001"),
            "rank": texts("", "0", "3", "-2"),
        }
    ),
    min_size=1,
    max_size=40,
)


def parts(folder: Path, *filters: tuple[str, str], zone: str, burst: bool) -> Any:  # noqa: ANN401 - either
    project, mistakes = load_project(folder / "reporter.yaml")
    assert project is not None, mistakes
    spec = folder / "own.yaml"
    text = SPEC.replace("ZONE", zone)
    text = text if burst else text.replace("burst: {by: ACCOUNT_KEY}\n", "")
    spec.write_text(text, encoding="utf-8")
    request = Request(now=datetime(2026, 11, 1, tzinfo=UTC), filters=filters)
    tools = Tools(wiring.open_source, wiring.RENDERERS)
    asked = asyncio.run(ask(spec, project, request, tools, progress=lambda _: None))
    return portions(asked) if burst else composed(asked)


def set_up(folder: Path, records: Sequence[Call]) -> None:
    (folder / "reporter.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "more.yaml").write_text(CATALOG, encoding="utf-8")
    with (folder / "calls.csv").open("w", encoding="utf-8", newline="") as file:
        columns = ("call_id", *records[0], "answered_at", "ended_at", "status", "status_group")
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows({"call_id": str(n), **call} for n, call in enumerate(records))


def numbers(document: Document) -> list[list[object]]:
    """All values of a document, row by row."""
    found: list[list[object]] = []
    for block in document.blocks:
        if isinstance(block, KpiBlock):
            found += [
                [card.value.value, card.change.previous.value if card.change else None]
                for card in block.cards
            ]
        elif isinstance(block, TableBlock):
            found += [[row.kind, *(cell.value for cell in row.cells)] for row in block.rows]
    return found


@looking(40)
@given(calls, st.sampled_from(ZONES))
def test_a_slice_is_the_report_with_a_filter(records: list[Call], zone: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        set_up(folder, records)
        burst: Portions = parts(folder, zone=zone, burst=True)
        slices = [
            (value.value, composed(one)) for value, one in zip(burst.values, burst, strict=True)
        ]
        for value, document in slices[:2]:
            if value is None:
                continue  # no filter takes what is missing
            only = ("accountKeys", json.dumps([value]))
            alone: Document = parts(folder, only, zone=zone, burst=False)
            assert numbers(document) == numbers(alone)


@looking(40)
@given(calls)
def test_a_slice_is_what_its_records_come_to(records: list[Call]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        set_up(folder, records)
        burst: Portions = parts(folder, zone="UTC", burst=True)
        now, before = between(records, SINCE, UNTIL), between(records, FIRST, SINCE)
        assert {value.value for value in burst.values} == {c["account_key"] or None for c in now}
        for value, one in zip(burst.values, burst, strict=True):
            document = composed(one)
            own, earlier = (
                [c for c in calls if (c["account_key"] or None) == value.value]
                for calls in (now, before)
            )
            check(document, HeadRole.METRIC, own)
            check(document, HeadRole.PREVIOUS, earlier)


def between(records: Sequence[Call], since: datetime, until: datetime) -> list[Call]:
    return [c for c in records if since <= datetime.fromisoformat(c["sent_at"]) < until]


def check(document: Document, role: HeadRole, records: Sequence[Call]) -> None:
    """One period of the cards, and of the rows of the table by country."""
    cards, table = document.blocks[:2]
    assert isinstance(cards, KpiBlock)
    assert isinstance(table, TableBlock)
    for card in cards.cards:
        assert card.change is not None
        cell = card.value if role is HeadRole.METRIC else card.change.previous
        assert cell.value == near(figure(card.name, records))
    shown = {row.cells[0].value for row in table.rows if row.kind is RowKind.BODY}
    for row in table.rows:
        if row.kind is RowKind.BODY:
            own = [c for c in records if (c["country_name"] or None) == row.cells[0].value]
        elif row.kind is RowKind.OTHER:
            own = [c for c in records if (c["country_name"] or None) not in shown]
        else:
            own = [*records]
        for head, cell in zip(table.heads, row.cells, strict=True):
            if head.role is role:
                untold = row.kind is RowKind.OTHER and head.name == "SENDERS"
                expected = None if untold else figure(head.name, own)
                assert cell.value == near(expected), (row.kind, head.name)


def near(value: Number) -> object:
    return None if value is None else pytest.approx(float(value), rel=1e-12, abs=1e-12)


def figure(name: str, records: Sequence[Call]) -> Number:
    """A metric of records, exactly."""
    ranks = [int(c["rank"]) for c in records if c["rank"]]
    received = [int(c["rank"]) for c in records if c["rank"] and c["direction"] == "INBOUND"]
    least, most = min(ranks, default=None), max(received, default=None)
    cost = sum((Fraction(c["cost"]) for c in records if c["cost"]), Fraction())
    found: dict[str, Number] = {
        "TOTAL_CALL_COUNT": len(records),
        "COST": cost,
        "LEAST": least,
        "MOST": most,
        "SENDERS": len({c["sender"] for c in records if c["sender"]}),
        "EACH": cost / len(records) if records else None,
        "SPAN": None if least is None or most is None else most - least,
    }
    return found[name]
