"""What the ledger forgets, what it never forgets, and the space that it gives back."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reporter.ledger import Ledger, deliveries, retention
from reporter.ledger.database import _statements
from reporter.ledger.deliveries import Planned, State
from reporter.ledger.retention import Forgotten, Keep, prune
from reporter.ledger.schema import STEPS
from reporter.ledger.times import stored

NOW = datetime(2026, 11, 2, 7, tzinfo=UTC)
DAY = timedelta(days=1)
KEEP = Keep(contents=30, results=400, readings=800)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def plan(
    ledger: Ledger,
    recipient: str,
    body: bytes,
    *,
    state: State = State.PLANNED,
    at: datetime = NOW,
) -> str:
    with ledger.transaction() as connection:
        planned = Planned(
            edition=None,
            report="review",
            name="mail",
            channel="email",
            recipient=recipient,
            parcel=deliveries.keep_parcel(connection, body),
            state=state,
            deadline=at + 9 * DAY,
        )
        deliveries.plan(connection, [planned], at)
    return planned.id


def hand_over(ledger: Ledger, delivery: str, at: datetime, state: State) -> None:
    assert deliveries.claim(ledger, "me", at, DAY, only=delivery)
    assert deliveries.begin(ledger, delivery, "me", at, DAY)
    if state is not State.SENDING:
        assert deliveries.settle(ledger, delivery, "me", at, state=state, reason="said")


def kept(ledger: Ledger) -> dict[str, bool]:
    return {record.recipient: record.parcel is not None for record in deliveries.all_of(ledger)}


def size(ledger: Ledger) -> int:
    connection = ledger.connect()  # the log is merged when the last one closes
    connection.close()
    return ledger.path.stat().st_size


@pytest.mark.parametrize("state", [State.SENT, State.FAILED])
def test_contents_are_forgotten_when_all_is_settled_for_long(ledger: Ledger, state: State) -> None:
    one = plan(ledger, "a", b"one")
    other = plan(ledger, "b", b"one")
    hand_over(ledger, one, NOW, state)
    hand_over(ledger, other, NOW + DAY, state)
    assert prune(ledger, KEEP, NOW + 30 * DAY).contents == 0  # the other is a day younger
    assert kept(ledger) == {"a": True, "b": True}
    assert prune(ledger, KEEP, NOW + 31 * DAY).contents == 1
    assert kept(ledger) == {"a": False, "b": False}
    assert [record.state for record in deliveries.all_of(ledger)] == [state] * 2
    assert len(deliveries.events_of(ledger, one)) == 3


@pytest.mark.parametrize("state", [State.PLANNED, State.SENDING, State.UNKNOWN, State.HELD])
def test_what_may_yet_be_sent_is_kept_for_ever(ledger: Ledger, state: State) -> None:
    begun = State.HELD if state is State.HELD else State.PLANNED
    one = plan(ledger, "a", b"one", state=begun)
    if state in {State.SENDING, State.UNKNOWN}:
        hand_over(ledger, one, NOW, state)
    sent = plan(ledger, "b", b"one")
    hand_over(ledger, sent, NOW, State.SENT)
    assert prune(ledger, KEEP, NOW + 4000 * DAY).contents == 0
    assert kept(ledger) == {"a": True, "b": True}


def test_contents_of_no_days_are_kept_until_they_are_delivered(ledger: Ledger) -> None:
    keep = Keep(contents=0, results=1, readings=1)
    one = plan(ledger, "a", b"one")
    assert prune(ledger, keep, NOW).contents == 0
    hand_over(ledger, one, NOW, State.SENT)
    assert prune(ledger, keep, NOW).contents == 1


@pytest.mark.parametrize("days", [999_999, 10**18])
def test_what_is_kept_for_longer_than_there_are_days_is_kept(ledger: Ledger, days: int) -> None:
    hand_over(ledger, plan(ledger, "a", b"one"), NOW, State.SENT)
    for_ever = Keep(contents=days, results=days, readings=days)
    assert prune(ledger, for_ever, NOW + 9000 * DAY).contents == 0
    assert kept(ledger) == {"a": True}


def test_what_nobody_needs_is_forgotten(ledger: Ledger) -> None:
    plan(ledger, "a", b"one", state=State.SKIPPED)
    with ledger.transaction() as connection:
        deliveries.keep_parcel(connection, b"nobody's")
    assert prune(ledger, KEEP, NOW + 31 * DAY).contents == 2


def test_what_was_forgotten_is_not_sent_again(ledger: Ledger) -> None:
    """Planned again, by a person or by another run: sent stays sent, and failed cannot be."""
    for recipient, state in (("a", State.SENT), ("b", State.FAILED)):
        hand_over(ledger, plan(ledger, recipient, b"one"), NOW, state)
    later = NOW + 31 * DAY
    prune(ledger, KEEP, later)
    for recipient in ("a", "b"):
        again = plan(ledger, recipient, b"one", at=later)
        assert deliveries.resend(ledger, again, later, later + DAY) is None
    assert deliveries.claim(ledger, "me", later, DAY) is None


def test_old_results_and_readings_are_forgotten(ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        for days in (0, 399, 400, 800):
            at = stored(NOW - days * DAY)
            connection.execute("INSERT INTO results VALUES (?, x'00', ?)", (str(days), at))
            connection.execute(
                "INSERT INTO editions VALUES (?, 's', 'review', 0, 1, 'UTC', '', NULL, 'final', ?,"
                " NULL, NULL, '1', 'f', x'00', '')",
                (str(days), at),
            )
    done = prune(ledger, KEEP, NOW)
    assert done == Forgotten(contents=0, results=2, readings=1, space=0)
    with ledger.transaction() as connection:
        results = connection.execute("SELECT ask FROM results").fetchall()
        known = connection.execute("SELECT id FROM editions WHERE readings IS NOT NULL").fetchall()
        assert connection.execute("SELECT count(*) FROM editions").fetchone()[0] == 4
    assert {row[0] for row in results} == {"0", "399"}
    assert {row[0] for row in known} == {"0", "399", "400"}


def test_much_is_forgotten_in_parts_and_its_space_given_back(ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        for number in range(250):
            connection.execute(
                "INSERT INTO results VALUES (?, zeroblob(40000), ?)",
                (str(number), stored(NOW - 401 * DAY)),
            )
    before = size(ledger)
    done = prune(ledger, KEEP, NOW)
    assert done.results == 250
    assert done.space > 9_000_000
    assert size(ledger) == before - done.space
    assert prune(ledger, KEEP, NOW) == Forgotten(contents=0, results=0, readings=0, space=0)


def test_a_ledger_of_old_is_written_anew_where_that_is_worth_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite"
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in _statements(STEPS[0]):
        connection.execute(statement)
    connection.execute("PRAGMA user_version = 1")
    connection.execute("PRAGMA journal_mode = WAL")
    old = stored(NOW - 401 * DAY)
    for number, at in enumerate((old, old, old, stored(NOW))):
        connection.execute("INSERT INTO results VALUES (?, zeroblob(400000), ?)", (str(number), at))
    connection.close()
    ledger = Ledger(path)
    before = size(ledger)
    assert prune(ledger, KEEP, NOW) == Forgotten(contents=0, results=3, readings=0, space=0)
    assert size(ledger) == before  # what is free is used again
    monkeypatch.setattr(retention, "_WORTH_REWRITING", 1_000_000)
    assert prune(ledger, KEEP, NOW).space > 1_000_000
    assert size(ledger) < before / 2
    with ledger.transaction() as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone()[0] == 2
        assert (
            connection.execute("SELECT ask, length(body) FROM results").fetchall()[0][1] == 400000
        )


def test_what_is_forgotten_is_found_without_reading_what_is_kept(ledger: Ledger) -> None:
    asked = [
        retention._PARCELS,
        "SELECT rowid FROM results WHERE filled_at <= :before LIMIT :most",
        "SELECT rowid FROM editions WHERE readings IS NOT NULL AND made_at <= :before LIMIT :most",
    ]
    limits = {"before": 0, "most": 1}
    with ledger.transaction() as connection:
        for statement in asked:
            steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}", limits).fetchall()
            assert all("INDEX" in row["detail"] or "SUBQUERY" in row["detail"] for row in steps)
