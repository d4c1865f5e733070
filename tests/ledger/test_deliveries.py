"""Deliveries in the ledger, by example; `test_deliveries_machine.py` has the laws."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from reporter.errors import LedgerError
from reporter.ledger import Ledger, deliveries, editions
from reporter.ledger.deliveries import Planned, State
from reporter.ledger.editions import ArtifactRecord, EditionRecord, Issued

NOW = datetime(2026, 11, 2, 7, tzinfo=UTC)
LEASE = timedelta(minutes=15)
DAY = timedelta(days=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def edition(name: str, **changed: object) -> EditionRecord:
    values = {
        "id": name,
        "series": "s",
        "report": "review",
        "since": NOW - 31 * DAY,
        "until": NOW,
        "timezone": "UTC",
        "revision": "final",
        "made_at": NOW,
        "data_through": None,
        "spec_commit": None,
        "version": "1",
        "fingerprint": "f",
        "readings": None,
    }
    return EditionRecord(**(values | changed))  # type: ignore[arg-type]


def plan(ledger: Ledger, *recipients: str, edition_: str | None = None, **changed: object) -> None:
    with ledger.transaction() as connection:
        if edition_ is not None:
            editions.insert(connection, edition(edition_), ())
        parcel = deliveries.keep_parcel(connection, b"report")
        for recipient in recipients:
            values = {
                "edition": edition_,
                "report": "review",
                "name": "mail",
                "channel": "email",
                "recipient": recipient,
                "parcel": parcel,
                "deadline": NOW + DAY,
            }
            deliveries.plan(connection, [Planned(**(values | changed))], NOW)  # type: ignore[arg-type]


def test_the_same_delivery_has_the_same_id() -> None:
    def id_of(**changed: str) -> str:
        values = {"edition": "e", "report": "r", "name": "n", "recipient": "a"} | changed
        return Planned(channel="email", parcel=None, deadline=NOW, **values).id  # type: ignore[arg-type]

    assert id_of() == id_of()
    others = [id_of(edition="f"), id_of(report="s"), id_of(name="m"), id_of(recipient="b")]
    assert len({id_of(), *others}) == 5
    assert len(id_of()) == 32


def test_what_is_due_longest_goes_first(ledger: Ledger) -> None:
    plan(ledger, "a", "b")
    first = deliveries.claim(ledger, "me", NOW, LEASE)
    assert first is not None
    assert (first.recipient, first.attempts, first.lease_until) == ("a", 1, NOW + LEASE)
    again = NOW + timedelta(minutes=1)
    deliveries.settle(
        ledger, first.id, "me", NOW, state=State.PLANNED, reason="busy", again_at=again
    )
    second = deliveries.claim(ledger, "me", NOW, LEASE)
    assert second is not None
    assert second.recipient == "b"
    assert deliveries.claim(ledger, "me", NOW, LEASE) is None
    assert deliveries.next_attempt(ledger) == again


def test_only_some_editions_are_worked_on(ledger: Ledger) -> None:
    plan(ledger, "a", edition_="first")
    plan(ledger, "b", edition_="second")
    plan(ledger, "owner")  # a word to the owner, of no edition
    assert deliveries.claim(ledger, "me", NOW, LEASE, editions=()) is None
    claimed = deliveries.claim(ledger, "me", NOW, LEASE, editions={"second"})
    assert claimed is not None
    assert claimed.recipient == "b"
    assert deliveries.next_attempt(ledger, {"second"}) == NOW + LEASE
    assert deliveries.next_attempt(ledger, {"third"}) is None
    late = NOW + 2 * DAY
    changed = deliveries.expire(ledger, late, editions={"first"})
    assert [(one.recipient, one.state) for one in changed] == [("a", State.FAILED)]
    assert [one.recipient for one in deliveries.of_editions(ledger, {"second", "first"})] == [
        "a",
        "b",
    ]


def test_a_late_owner_says_what_it_knows(ledger: Ledger) -> None:
    plan(ledger, "a")
    claimed = deliveries.claim(ledger, "me", NOW, LEASE)
    assert claimed is not None
    assert deliveries.begin(ledger, claimed.id, "me", NOW, LEASE)
    later = NOW + LEASE
    (left,) = deliveries.expire(ledger, later)
    assert (left.state, left.reason) == (
        State.UNKNOWN,
        "it was being handed over when the process ended",
    )
    assert deliveries.settle(ledger, claimed.id, "me", later, state=State.SENT, reason="250 OK")
    (record,) = deliveries.all_of(ledger)
    assert (record.state, record.reason, record.owner) == (State.SENT, "250 OK", None)
    assert not deliveries.settle(ledger, claimed.id, "me", later, state=State.FAILED, reason="?")


def test_a_persons_word_holds_against_a_late_owner(ledger: Ledger) -> None:
    plan(ledger, "a")
    claimed = deliveries.claim(ledger, "me", NOW, LEASE)
    assert claimed is not None
    deliveries.begin(ledger, claimed.id, "me", NOW, LEASE)
    deliveries.expire(ledger, NOW + LEASE)
    assert deliveries.confirm(ledger, claimed.id, NOW + LEASE)
    assert not deliveries.settle(
        ledger, claimed.id, "me", NOW + LEASE, state=State.PLANNED, reason="cut", again_at=NOW
    )
    assert [record.state for record in deliveries.all_of(ledger)] == [State.SENT]


def test_giving_up_says_why_it_failed_before(ledger: Ledger) -> None:
    plan(ledger, "a", "b")
    claimed = deliveries.claim(ledger, "me", NOW, LEASE)
    assert claimed is not None
    deliveries.settle(
        ledger, claimed.id, "me", NOW, state=State.PLANNED, reason="451 busy", again_at=NOW + DAY
    )
    assert {one.reason for one in deliveries.expire(ledger, NOW + DAY)} == {
        "given up: its deadline has passed, after: 451 busy",
        "given up: its deadline has passed",
    }


def test_what_is_past_its_deadline_is_not_claimed(ledger: Ledger) -> None:
    plan(ledger, "a")
    assert deliveries.claim(ledger, "me", NOW + DAY, LEASE) is None


def test_nothing_can_be_sent_again_once_it_is_forgotten(ledger: Ledger) -> None:
    plan(ledger, "a", parcel=None, state=State.HELD)
    (record,) = deliveries.all_of(ledger)
    assert deliveries.resend(ledger, record.id, NOW, NOW + DAY) is None


def test_deliveries_are_found(ledger: Ledger) -> None:
    plan(ledger, "a")
    plan(ledger, "b", state=State.HELD, reason="no rows", report="other")
    records = deliveries.all_of(ledger)
    assert [record.recipient for record in records] == ["a", "b"]
    assert deliveries.all_of(ledger, {State.HELD}) == records[1:]
    assert deliveries.all_of(ledger, report="review") == records[:1]
    assert deliveries.starting_with(ledger, records[0].id[:6]) == records[:1]
    assert deliveries.starting_with(ledger, "%") == ()
    (event,) = deliveries.events_of(ledger, records[1].id)
    assert (event.at, event.state, event.reason) == (NOW, State.HELD, "no rows")


def test_a_state_without_what_belongs_to_it_is_refused(ledger: Ledger) -> None:
    plan(ledger, "a")
    claimed = deliveries.claim(ledger, "me", NOW, LEASE)
    assert claimed is not None
    with pytest.raises(LedgerError, match="CHECK constraint failed"):
        deliveries.settle(ledger, claimed.id, "me", NOW, state=State.PLANNED, reason="busy")


def test_what_is_open_is_found_without_reading_what_is_done(ledger: Ledger) -> None:
    """Deliveries are never forgotten: claiming one must not take longer every year."""
    seen: list[str] = []
    connection = ledger.connect()
    connection.close()

    class Explaining(Ledger):
        def connect(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
            found = super().connect()
            found.set_trace_callback(seen.append)
            return found

    explaining = Explaining(ledger.path)
    plan(ledger, "a", edition_="e")
    deliveries.claim(explaining, "me", NOW, LEASE, editions={"e"})
    deliveries.expire(explaining, NOW)
    deliveries.next_attempt(explaining)
    deliveries.of_editions(explaining, {"e"})
    asked = [
        statement
        for statement in seen
        if statement.startswith(("SELECT", "UPDATE")) and "FROM deliveries" in statement
    ]
    assert len(asked) == 5
    with ledger.transaction() as connection:
        for statement in asked:
            plan_ = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
            assert not [step for step in plan_ if step == "SCAN deliveries"], (statement, plan_)


def test_numbers_are_read_where_they_are_asked_for(ledger: Ledger) -> None:
    before = (NOW - 31 * DAY, NOW)
    since = (NOW, NOW + DAY)
    with ledger.transaction() as connection:
        for name, (begin, end) in {"a": before, "b": since}.items():
            record = edition(name, readings=name.encode(), since=begin, until=end)
            assert editions.insert(connection, record, ())
    for about, numbers in (
        (None, [b"a", b"b"]),
        ([], [None, None]),
        ([before], [b"a", None]),
        ([since, (before[0], since[1])], [None, b"b"]),
    ):
        found = editions.of_report(ledger, "review", numbers_about=about)
        assert [(one.id, one.readings) for one in found] == [("a", numbers[0]), ("b", numbers[1])]


def test_an_edition_is_written_down_once(ledger: Ledger) -> None:
    made = edition("e", readings=b"numbers", held="no rows", burst="ACME", data_through=NOW)
    files = (
        ArtifactRecord("b.pdf", "application/pdf", "0" * 64, 10),
        ArtifactRecord("a.json", "application/json", "1" * 64, 20),
    )
    with ledger.transaction() as connection:
        assert editions.insert(connection, made, files)
        assert not editions.insert(connection, edition("e", report="other"), files)
        assert editions.insert(connection, edition("e2", revision="restatement 1"), ())
        assert editions.insert(connection, edition("o", series="t", report="other"), ())
    assert editions.of_report(ledger)[0] == made
    assert [one.id for one in editions.of_report(ledger)] == ["e", "e2", "o"]
    assert [one.id for one in editions.of_report(ledger, "other")] == ["o"]
    for number, state in enumerate([State.SENT, State.HELD, State.HELD]):
        plan(ledger, str(number), edition="e", state=State.HELD)
        if state is State.SENT:
            (record,) = deliveries.of_editions(ledger, {"e"})
            deliveries.resend(ledger, record.id, NOW, NOW + DAY)
            deliveries.claim(ledger, "me", NOW, LEASE)
            deliveries.settle(ledger, record.id, "me", NOW, state=state, reason="")
    first, second, third = editions.history(ledger)
    assert first == Issued(
        msgspec.structs.replace(made, readings=None), files[::-1], {"held": 2, "sent": 1}
    )
    assert (second.edition.id, second.artifacts, second.deliveries) == ("e2", (), {})
    assert editions.history(ledger, "other") == (third,)


def test_deliveries_and_their_edition_come_together_or_not_at_all(ledger: Ledger) -> None:
    planned = Planned(
        edition="nowhere",
        report="r",
        name="n",
        channel="email",
        recipient="a",
        parcel=None,
        deadline=NOW,
    )

    def register() -> None:
        with ledger.transaction() as connection:
            deliveries.plan(connection, [planned], NOW)

    with pytest.raises(LedgerError, match="FOREIGN KEY"):
        register()
    assert deliveries.all_of(ledger) == ()
