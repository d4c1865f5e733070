"""Which issue a run makes, and what it says of the issues before it: over real records."""

import asyncio
import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter import wiring
from reporter.data.readings import ReadingsError, encoded, fingerprint
from reporter.data.restated import Restatement
from reporter.document.model import Document, TableBlock
from reporter.editions.identity import edition_id, series_of, settled_text
from reporter.editions.revisions import (
    Next,
    Standing,
    changed_text,
    has_changed,
    neighbours,
    revision,
    revision_of,
)
from reporter.ledger import editions
from reporter.ledger.database import Ledger
from reporter.ledger.editions import EditionRecord
from reporter.pipeline import Tools, ask, composed
from reporter.plan.preparation import Request
from reporter.plan.readings import readings_of
from reporter.portions import Asked
from reporter.settings import load_project
from reporter.spec.edition import BurstValue, Revision

FINAL = Revision()
TOOLS = Tools(wiring.open_source, wiring.RENDERERS)
NOVEMBER = datetime(2026, 11, 1, 7, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 7, tzinfo=UTC)
SPEC = """\
version: 1
name: review
title: Review
period: last_month
compareTo: previous_period
sections:
  - type: kpis
    metrics: [TOTAL_CALL_COUNT, ANSWER_RATE]
    sparkline: DAY
  - type: table
    title: By country
    query:
      metrics: [TOTAL_ATTEMPTED_CALL_COUNT, BUSY_CALL_COUNT, ANSWER_RATE]
      aggregateBy: [COUNTRY_NAME]
    compare: true
"""
WHOLE = "Whole period"
HEAD = "call_id,sent_at,direction,country_name,answered_at,ended_at,status_group,status\n"


def call(number: int, sent_at: datetime, country: str, *, answered: bool, inbound: bool) -> str:
    end = f"{(sent_at + timedelta(seconds=9)).isoformat()}" if answered else ""
    group, status = ("DELIVERED",) * 2 if answered else ("UNDELIVERABLE", "BUSY")
    direction = "INBOUND" if inbound else "OUTBOUND"
    return f"c{number},{sent_at.isoformat()},{direction},{country},{end},{end},{group},{status}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reporter.yaml").write_text(
        "version: 1\nsources:\n  calls: {type: calls, path: calls.csv}\ndefaults: {source: calls}\n"
    )
    (tmp_path / "review.yaml").write_text(SPEC)
    (tmp_path / "calls.csv").write_text(HEAD)
    return tmp_path


def add(folder: Path, *calls: str) -> None:
    with (folder / "calls.csv").open("a") as file:
        file.writelines(calls)


def a_month(first: int, month: int, count: int) -> list[str]:
    """So many calls in the first days of a month, and one in its last hour."""
    begin = datetime(2026, month, 1, 8, tzinfo=UTC)
    last = datetime(2026, month + 1, 1, tzinfo=UTC) - timedelta(minutes=1)
    times = [*(begin + timedelta(hours=7 * n) for n in range(count - 1)), last]
    return [
        call(
            first + n,
            at,
            "Croatia" if n % 3 else "Austria",
            answered=n % 2 == 0,
            inbound=n % 5 == 0,
        )
        for n, at in enumerate(times)
    ]


def asked(folder: Path, now: datetime, **request: object) -> Asked:
    project, mistakes = load_project(folder / "reporter.yaml")
    assert project is not None, mistakes
    return asyncio.run(
        ask(
            folder / "review.yaml",
            project,
            Request(now=now, **request),
            TOOLS,
            progress=lambda _: None,
        )
    )


def with_revision(one: Asked, revised: Revision) -> Asked:
    edition = msgspec.structs.replace(one.prepared.edition, revision=revised)
    prepared = msgspec.structs.replace(one.prepared, edition=edition)
    return msgspec.structs.replace(one, prepared=prepared)


def with_burst(one: Asked, value: BurstValue) -> Asked:
    edition = msgspec.structs.replace(one.prepared.edition, burst=value)
    prepared = msgspec.structs.replace(one.prepared, edition=edition)
    return msgspec.structs.replace(one, prepared=prepared)


def record(one: Asked, made_at: datetime, revised: Revision = FINAL) -> EditionRecord:
    edition, said = one.prepared.edition, readings_of(one.prepared, one.answers)
    series = series_of(edition)
    return EditionRecord(
        id=edition_id(series, revised),
        series=series,
        report=edition.spec.name,
        since=edition.interval.since,
        until=edition.interval.until,
        timezone=edition.timezone,
        settled=settled_text(edition),
        burst=None if edition.burst is None else edition.burst.key,
        revision=str(revised),
        made_at=made_at,
        data_through=None,
        spec_commit=None,
        version="1",
        fingerprint=fingerprint(said),
        readings=encoded(said),
    )


# Which issue


def test_the_first_issue(folder: Path) -> None:
    add(folder, *a_month(0, 10, 20))
    one = asked(folder, NOVEMBER)
    assert revision((), one, complete=True) == Next(Revision())
    assert revision((), one, complete=False) == Next(Revision("provisional"))


def test_a_provisional_issue_stands_until_the_data_are_there(folder: Path) -> None:
    add(folder, *a_month(0, 10, 20)[:12])
    first = asked(folder, NOVEMBER)
    earlier = (record(first, NOVEMBER, Revision("provisional")),)
    add(folder, *a_month(0, 10, 20)[12:15])
    decided = revision(earlier, asked(folder, NOVEMBER), complete=False, restate=True)
    assert decided == Standing(earlier[0])
    assert changed_text(decided) is None


def test_the_final_issue_after_a_provisional_one(folder: Path) -> None:
    calls = a_month(0, 10, 20)
    add(folder, *calls[:12])
    earlier = (record(asked(folder, NOVEMBER), NOVEMBER, Revision("provisional")),)
    add(folder, *calls[12:])
    decided = revision(earlier, asked(folder, NOVEMBER), complete=True)
    assert isinstance(decided, Next)
    assert decided.revision == Revision()
    assert decided.restated is not None
    assert (decided.restated.kind, decided.restated.replaced) == ("provisional", True)
    found = decided.restated.differences
    assert found is not None
    assert [(m.metric.name, m.then, m.now) for m in found.moved if not m.group] == [
        ("TOTAL_CALL_COUNT", 12, 20),
        ("ANSWER_RATE", 4 / 9, 0.5),
    ]
    # Days that were not said are not among what has changed; the one within which data ended is.
    days = {value for m in found.moved for column, value in m.group if column.name == "DAY"}
    assert days == {date(2026, 10, 4)}


@pytest.mark.parametrize("restate", [True, False])
def test_the_same_numbers_make_no_new_issue(folder: Path, *, restate: bool) -> None:
    add(folder, *a_month(0, 10, 20))
    earlier = (record(asked(folder, NOVEMBER), NOVEMBER),)
    add(folder, *a_month(100, 11, 5))  # of another month
    decided = revision(earlier, asked(folder, NOVEMBER), complete=True, restate=restate)
    assert isinstance(decided, Standing)
    assert (decided.edition, decided.changed) == (earlier[0], False)
    assert changed_text(decided) is None


def test_a_new_section_makes_no_new_issue(folder: Path) -> None:
    add(folder, *a_month(0, 10, 20))
    one = asked(folder, NOVEMBER)
    (folder / "review.yaml").write_text(
        SPEC + "  - type: kpis\n    metrics: [FAILED_CALL_COUNT, ANSWER_RATE]\n"
    )
    other = asked(folder, NOVEMBER)
    assert fingerprint(readings_of(one.prepared, one.answers)) != fingerprint(
        readings_of(other.prepared, other.answers)
    )
    decided = revision((record(one, NOVEMBER),), other, complete=True, restate=True)
    assert isinstance(decided, Standing)
    assert not decided.changed


def test_changed_numbers_are_told_of_and_issued_if_asked(folder: Path) -> None:
    add(folder, *a_month(0, 10, 20))
    final = record(asked(folder, NOVEMBER), NOVEMBER)
    late = call(50, datetime(2026, 10, 9, tzinfo=UTC), "Italy", answered=False, inbound=False)
    add(folder, late)
    now = asked(folder, NOVEMBER)
    told = revision((final,), now, complete=True)
    assert isinstance(told, Standing)
    assert told.changed
    assert changed_text(told) == (
        "7 numbers have changed since the final edition of 2026-11-01 07:00 UTC was made;"
        " --restate issues restatement 1"
    )
    again = revision((final,), now, complete=True, restate=True)
    assert isinstance(again, Next)
    assert again.revision == Revision("restatement", 1)
    assert again.restated is not None
    assert again.restated.differences == told.differences
    first = record(now, NOVEMBER + timedelta(days=1), again.revision)
    assert isinstance(revision((final, first), now, complete=True, restate=True), Standing)
    add(folder, late.replace("c50", "c51"))
    second = revision((final, first), asked(folder, NOVEMBER), complete=True, restate=True)
    assert isinstance(second, Next)
    assert second.revision == Revision("restatement", 2)
    assert second.restated is not None
    assert second.restated.kind == "restatement"


def test_where_numbers_have_been_forgotten_the_fingerprint_tells(folder: Path) -> None:
    add(folder, *a_month(0, 10, 20))
    known = record(asked(folder, NOVEMBER), NOVEMBER)
    forgotten = msgspec.structs.replace(known, readings=None)
    decided = revision((forgotten,), asked(folder, NOVEMBER), complete=True, restate=True)
    assert decided == Standing(forgotten)
    add(folder, call(50, datetime(2026, 10, 9, tzinfo=UTC), "Italy", answered=True, inbound=True))
    told = revision((forgotten,), asked(folder, NOVEMBER), complete=True)
    assert told == Standing(forgotten, changed=True)
    assert str(changed_text(told)).startswith("some numbers have changed since the final")
    again = revision((forgotten,), asked(folder, NOVEMBER), complete=True, restate=True)
    assert isinstance(again, Next)
    assert again.restated is not None
    assert again.restated.differences is None


def test_numbers_of_a_later_version_are_not_guessed_at(folder: Path) -> None:
    add(folder, *a_month(0, 10, 20))
    one = asked(folder, NOVEMBER)
    later = msgspec.structs.replace(record(one, NOVEMBER), readings=b"9...")
    with pytest.raises(ReadingsError, match="a later version of Reporter wrote them"):
        revision((later,), one, complete=True)


@pytest.mark.parametrize(
    "one", [Revision(), Revision("provisional"), Revision("restatement", 12)], ids=str
)
def test_a_revision_is_read_as_it_is_written(folder: Path, one: Revision) -> None:
    add(folder, *a_month(0, 10, 2))
    assert revision_of(record(asked(folder, NOVEMBER), NOVEMBER, one)) == one


# Other periods

Changes = Mapping[tuple[str, str], tuple[float | None, float | None]]
Counted = Mapping[tuple[str, str], float | None]


def table_of(document: Document, title: str) -> list[list[str]]:
    (block,) = (b for b in document.blocks if isinstance(b, TableBlock) and b.title == title)
    return [[cell.text for cell in row.cells] for row in block.rows]


def plain_numbers(folder: Path, month: int) -> Counted:
    """The numbers of a month, counted by hand from the file."""
    calls = [
        row
        for row in csv.DictReader(io.StringIO((folder / "calls.csv").read_text()))
        if row["sent_at"].startswith(f"2026-{month:02}")
    ]
    found: dict[tuple[str, str], float | None] = {}

    def counted(name: str, some: list[dict[str, str]], *, whole: bool) -> None:
        out = [row for row in some if row["direction"] == "OUTBOUND"]
        answered = sum(bool(row["answered_at"]) for row in out)
        if whole:
            found[name, "TOTAL_CALL_COUNT"] = len(some)
        else:
            found[name, "TOTAL_ATTEMPTED_CALL_COUNT"] = len(out)
            found[name, "BUSY_CALL_COUNT"] = len(out) - answered
        found[name, "ANSWER_RATE"] = answered / len(out) if out else None

    counted(WHOLE, calls, whole=True)
    for country in {row["country_name"] for row in calls}:
        some = [row for row in calls if row["country_name"] == country]
        counted(country or "None", some, whole=False)
    return found


def changes_by_hand(folder: Path, before: Counted, month: int) -> object:
    after = plain_numbers(folder, month)

    def number(one: Counted, key: tuple[str, str]) -> float | None:
        return one.get(key, None if key[1] == "ANSWER_RATE" else 0)

    keys = {*before, *after}
    pairs = {key: (number(before, key), number(after, key)) for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def moved(found: Iterable[Restatement]) -> Changes:
    """What has moved, by group and metric."""
    return {
        ("".join(str(value) for _, value in m.group) or WHOLE, m.metric.name): (m.then, m.now)
        for m in found
    }


def test_november_tells_what_has_changed_of_october(folder: Path, tmp_path: Path) -> None:
    """The ledger in between: what is said of October is what was written down of it."""
    add(folder, *a_month(0, 9, 8), *a_month(20, 10, 20))
    ledger = Ledger(tmp_path / "ledger.db")
    october = record(asked(folder, NOVEMBER), NOVEMBER)
    before = plain_numbers(folder, 10)
    with ledger.transaction() as connection:
        assert editions.insert(connection, october, ())
    add(
        folder,
        call(60, datetime(2026, 10, 9, tzinfo=UTC), "Italy", answered=False, inbound=False),
        call(61, datetime(2026, 10, 9, 1, tzinfo=UTC), "Croatia", answered=True, inbound=False),
        call(62, datetime(2026, 10, 30, 1, tzinfo=UTC), "Austria", answered=True, inbound=True),
        *a_month(100, 11, 30),
    )
    november = asked(folder, DECEMBER)
    (since,) = neighbours(editions.of_report(ledger, "review"), november)
    assert since.differences is not None
    assert moved(since.differences.moved) == changes_by_hand(folder, before, 10)
    assert not since.replaced
    document = composed(november, (since,))
    assert document.notices == (
        "6 numbers of October 2026 have changed since the report of 1 Nov 2026.",
    )
    assert document.blocks[-1].title == "Restated: October 2026"
    assert table_of(document, "Restated: October 2026") == [
        ["Total calls", "Whole period", "20", "23", "+3", "+15.0%"],
        ["Busy", "Country: Italy", "0", "1", "+1", "–"],
        ["Attempted calls", "Country: Italy", "0", "1", "+1", "–"],
        ["Answer rate", "Country: Italy", "–", "0.0%", "–", "–"],
        ["Answer rate", "Country: Croatia", "45.5%", "50.0%", "+4.5\N{NO-BREAK SPACE}pp", "–"],
        ["Attempted calls", "Country: Croatia", "11", "12", "+1", "+9.1%"],
    ]


def test_without_a_change_nothing_is_said(folder: Path) -> None:
    add(folder, *a_month(0, 9, 8), *a_month(20, 10, 20))
    october = record(asked(folder, NOVEMBER), NOVEMBER)
    add(folder, *a_month(100, 11, 30))
    assert neighbours((october,), asked(folder, DECEMBER)) == ()


def changed_october(folder: Path) -> EditionRecord:
    add(folder, *a_month(0, 10, 20))
    october = record(asked(folder, NOVEMBER), NOVEMBER)
    add(folder, call(60, datetime(2026, 10, 9, tzinfo=UTC), "Italy", answered=True, inbound=False))
    return october


@pytest.mark.parametrize(
    "change",
    [
        {"report": "other"},
        {"settled": "country=1"},
        {"burst": "A"},
        {"timezone": "Europe/Zagreb"},
        {"since": datetime(2026, 9, 1, tzinfo=UTC)},
        {"readings": None},
    ],
    ids=str,
)
def test_issues_about_something_else_do_not_count(
    folder: Path, change: Mapping[str, object]
) -> None:
    october = changed_october(folder)
    november = asked(folder, DECEMBER)
    assert len(neighbours((october,), november)) == 1
    assert neighbours((msgspec.structs.replace(october, **change),), november) == ()


def test_of_several_issues_of_a_period_the_last_counts(folder: Path) -> None:
    first = changed_october(folder)
    second = record(asked(folder, NOVEMBER), DECEMBER, Revision("restatement", 1))
    november = asked(folder, DECEMBER)
    assert neighbours((first, second), november) == ()
    (since,) = neighbours((second, first), november)
    assert since.made_at == NOVEMBER


def test_the_issues_of_the_same_period_are_no_neighbours(folder: Path) -> None:
    october = changed_october(folder)
    assert neighbours((october,), asked(folder, NOVEMBER)) == ()


def test_each_burst_value_has_neighbours_of_its_own(folder: Path) -> None:
    add(folder, *a_month(0, 10, 20))
    value = BurstValue("ACCOUNT_KEY", "a", "Account A", "a")
    october = record(with_burst(asked(folder, NOVEMBER), value), NOVEMBER)
    add(folder, call(60, datetime(2026, 10, 9, tzinfo=UTC), "Italy", answered=True, inbound=False))
    november = asked(folder, DECEMBER)
    assert neighbours((october,), november) == ()
    assert len(neighbours((october,), with_burst(november, value))) == 1
    renamed = BurstValue("ACCOUNT_KEY", "a", "Acme", "acme")
    assert len(neighbours((october,), with_burst(november, renamed))) == 1
    other = BurstValue("ACCOUNT_KEY", "b", "Account A", "a")  # of the same name: another account
    assert neighbours((october,), with_burst(november, other)) == ()


# Conditions


def test_a_report_has_changed_where_it_says_other_numbers(folder: Path) -> None:
    days = [
        call(n, datetime(2026, 10, n, 9, tzinfo=UTC), "Italy", answered=True, inbound=False)
        for n in (1, 2, 3)
    ]
    add(folder, *days)
    (folder / "review.yaml").write_text(
        SPEC.replace("last_month", "yesterday")
        .replace("compareTo: previous_period\n", "")
        .replace("    compare: true\n", "")
    )
    first = asked(folder, datetime(2026, 10, 2, 7, tzinfo=UTC))
    assert has_changed((), first)
    earlier = (record(first, datetime(2026, 10, 2, 7, tzinfo=UTC)),)
    third = datetime(2026, 10, 3, 7, tzinfo=UTC)
    assert not has_changed(earlier, asked(folder, third))
    add(folder, call(9, datetime(2026, 10, 2, 12, tzinfo=UTC), "", answered=True, inbound=False))
    assert has_changed(earlier, asked(folder, third))
    of_another = (msgspec.structs.replace(earlier[0], settled="country=1"),)
    assert has_changed(of_another, first)


# At random


@st.composite
def late_calls(draw: st.DrawFn) -> list[str]:
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 30 * 24),
                st.sampled_from(("Croatia", "Austria", "Italy", "")),
                st.booleans(),
                st.booleans(),
            ),
            max_size=5,
        )
    )
    begin = datetime(2026, 10, 1, tzinfo=UTC)
    return [
        call(200 + n, begin + timedelta(hours=h), country, answered=answered, inbound=inbound)
        for n, (h, country, answered, inbound) in enumerate(rows)
    ]


@pytest.mark.unmeasured
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(late_calls(), st.sets(st.integers(0, 19), max_size=3))
def test_what_has_changed_is_what_has_changed_by_hand(
    folder: Path, late: list[str], gone: set[int]
) -> None:
    """Records come late, and others are taken away."""
    calls = a_month(0, 10, 20)
    (folder / "calls.csv").write_text(HEAD + "".join(calls))
    october = record(asked(folder, NOVEMBER), NOVEMBER)
    before = plain_numbers(folder, 10)
    kept = [one for n, one in enumerate(calls) if n not in gone]
    (folder / "calls.csv").write_text(HEAD + "".join((*kept, *late, *a_month(100, 11, 3))))
    by_hand = changes_by_hand(folder, before, 10)
    found = neighbours((october,), asked(folder, DECEMBER))
    listed = [m for one in found for m in one.differences.moved]
    assert moved(listed) == by_hand
    decided = revision((october,), asked(folder, NOVEMBER), complete=True)
    assert isinstance(decided, Standing)
    own = [m for m in decided.differences.moved if m.interval.since.month == 10]
    by_country = [m for m in own if all(column.name != "DAY" for column, _ in m.group)]
    assert moved(by_country) == by_hand
    assert decided.changed == bool(own)
