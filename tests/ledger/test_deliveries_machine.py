"""Deliveries against a plain model: several owners, any order, a clock that only the test moves.

Any owner may act at any time on any delivery, with what it believes: that is what a crash, a pause
and a late return look like from the ledger.
"""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from reporter.ledger import Ledger, deliveries
from reporter.ledger.deliveries import DeliveryRecord, Planned, State

OWNERS = st.sampled_from(["ana", "ben"])
LEASE = timedelta(seconds=10)
SECONDS = st.integers(min_value=0, max_value=15)
OUTCOMES = st.sampled_from([State.SENT, State.FAILED, State.UNKNOWN, State.PLANNED])
BEGUN = st.sampled_from([State.PLANNED, State.PLANNED, State.PLANNED, State.HELD, State.SKIPPED])
TERMINAL = {State.SENT, State.FAILED, State.UNKNOWN, State.HELD, State.SKIPPED}


class Hasty(Ledger):
    """Does not wait for the disk: no power is cut here."""

    def connect(self) -> sqlite3.Connection:
        connection = super().connect()
        connection.execute("PRAGMA synchronous = OFF")
        return connection


class Entry:
    """What the model knows of a delivery."""

    def __init__(self, planned: Planned, now: datetime, turn: int) -> None:
        self.planned = planned
        self.turn = turn
        self.state = planned.state
        self.due: datetime | None = now if planned.state is State.PLANNED else None
        self.deadline = planned.deadline
        self.owner: str | None = None
        self.lease: datetime | None = None
        self.attempts = 0
        self.history = [planned.state]
        self.maybe_received = False
        """Somebody was allowed to hand it over, and nobody has said that it was not received."""

    def free(self, now: datetime) -> bool:
        return self.state is State.PLANNED and (self.lease is None or self.lease <= now)

    def becomes(self, state: State) -> None:
        self.state, self.lease, self.due = state, None, None
        if state is not State.UNKNOWN:
            self.owner = None
        self.history.append(state)


class DeliveriesMachine(RuleBasedStateMachine):
    known: Bundle[str] = Bundle("known")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.ledger = Hasty(Path(self.folder.name) / "ledger.sqlite")
        self.open = self.ledger.connect()  # the log is merged when the last one closes: slow
        self.now = datetime(2026, 11, 2, tzinfo=UTC)
        self.entries: dict[str, Entry] = {}

    @initialize(target=known)
    def begin_with_some(self) -> MultipleResults[str]:
        return multiple(*(self.plan("z", kind, State.PLANNED, 60) for kind in ("email", "folder")))

    @rule(
        target=known,
        recipient=st.sampled_from("abcd"),
        channel=st.sampled_from(["email", "email", "folder"]),
        state=BEGUN,
        lives=st.integers(min_value=5, max_value=60),
    )
    def plan(self, recipient: str, channel: str, state: State, lives: int) -> str:
        """One that is planned again stays what it is."""
        with self.ledger.transaction() as connection:
            planned = Planned(
                edition=None,
                report="review",
                name=channel,
                channel=channel,
                recipient=recipient,
                parcel=deliveries.keep_parcel(connection, b"report"),
                state=state,
                deadline=self.now + timedelta(seconds=lives),
            )
            deliveries.plan(connection, [planned], self.now)
        if planned.id not in self.entries:
            self.entries[planned.id] = Entry(planned, self.now, len(self.entries))
        return planned.id

    @rule(owner=OWNERS)
    def claim(self, owner: str) -> None:
        due = [
            (entry.due, entry.turn, name)
            for name, entry in self._ordered()
            if entry.free(self.now)
            and entry.due is not None
            and entry.due <= self.now < entry.deadline
        ]
        claimed = deliveries.claim(self.ledger, owner, self.now, LEASE)
        assert (None if claimed is None else claimed.id) == (min(due)[2] if due else None)
        self._claimed(claimed, owner)

    @rule(owner=OWNERS, delivery=known)
    def claim_one(self, owner: str, delivery: str) -> None:
        entry = self.entries[delivery]
        free = entry.free(self.now) and entry.due is not None
        free = free and entry.due <= self.now < entry.deadline  # type: ignore[operator]
        claimed = deliveries.claim(self.ledger, owner, self.now, LEASE, only=delivery)
        assert (claimed is not None) == free
        self._claimed(claimed, owner)

    @rule(owner=OWNERS)
    def claim_and_begin(self, owner: str) -> None:
        self.claim(owner)
        for name, entry in self._ordered():
            if entry.owner == owner and entry.state is State.PLANNED:
                self.begin(owner, name)

    @rule(owner=OWNERS, delivery=known)
    def begin(self, owner: str, delivery: str) -> None:
        entry = self.entries[delivery]
        expected = (
            entry.state is State.PLANNED
            and entry.owner == owner
            and entry.lease is not None
            and entry.lease > self.now
        )
        granted = deliveries.begin(self.ledger, delivery, owner, self.now, LEASE)
        assert granted == expected
        if granted:
            # The law: nobody hands over what somebody may have handed over already.
            assert not entry.maybe_received
            entry.maybe_received = True
            entry.state, entry.due, entry.lease = State.SENDING, None, self.now + LEASE
            entry.history.append(State.SENDING)

    @rule(data=st.data(), outcome=OUTCOMES, pause=SECONDS)
    def settle_what_was_claimed(self, data: st.DataObject, outcome: State, pause: int) -> None:
        claimed = [name for name, entry in self._ordered() if entry.owner]
        if claimed:
            delivery = data.draw(st.sampled_from(claimed))
            self.settle(self.entries[delivery].owner, delivery, outcome, pause)

    @rule(owner=OWNERS, delivery=known, outcome=OUTCOMES, pause=SECONDS)
    def settle(self, owner: str, delivery: str, outcome: State, pause: int) -> None:
        entry = self.entries[delivery]
        again = self.now + timedelta(seconds=pause) if outcome is State.PLANNED else None
        settled = deliveries.settle(
            self.ledger, delivery, owner, self.now, state=outcome, reason="said", again_at=again
        )
        assert settled == (
            entry.owner == owner and entry.state in {State.PLANNED, State.SENDING, State.UNKNOWN}
        )
        if settled:
            entry.becomes(outcome)
            entry.due = again
            if outcome in {State.PLANNED, State.FAILED}:
                entry.maybe_received = False

    @rule()
    def expire(self) -> None:
        changed = []
        for name, entry in self._ordered():
            late = entry.lease is not None and entry.lease <= self.now
            if entry.state is State.SENDING and late:
                changed.append(name)
                repeatable = entry.planned.channel == "folder"
                entry.becomes(State.PLANNED if repeatable else State.UNKNOWN)
                if repeatable:
                    entry.due, entry.maybe_received = self.now, False
            elif entry.free(self.now) and entry.deadline <= self.now:
                changed.append(name)
                entry.becomes(State.FAILED)
        done = deliveries.expire(self.ledger, self.now, repeatable={"folder"})
        assert {record.id for record in done} == set(changed)
        assert len(done) == len(changed)

    @rule()
    def no_owner_comes_back(self) -> None:
        self.now += LEASE
        self.expire()

    @rule(delivery=known)
    def a_person_saw_it(self, delivery: str) -> None:
        entry = self.entries[delivery]
        record = deliveries.confirm(self.ledger, delivery, self.now)
        assert (record is not None) == (entry.state in {State.UNKNOWN, State.FAILED})
        if record is not None:
            entry.becomes(State.SENT)

    @rule(delivery=known, lives=st.integers(min_value=1, max_value=60))
    def a_person_wants_it(self, delivery: str, lives: int) -> None:
        entry = self.entries[delivery]
        deadline = self.now + timedelta(seconds=lives)
        record = deliveries.resend(self.ledger, delivery, self.now, deadline)
        assert (record is not None) == (entry.state in {State.UNKNOWN, State.FAILED, State.HELD})
        if record is not None:
            entry.becomes(State.PLANNED)
            entry.due, entry.deadline, entry.attempts = self.now, deadline, 0
            entry.maybe_received = False

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def another_process_opens_the_ledger(self) -> None:
        self.ledger = Hasty(self.ledger.path)

    @invariant()
    def the_ledger_is_as_the_model(self) -> None:
        records = deliveries.all_of(self.ledger)
        assert {record.id for record in records} == set(self.entries)  # nothing is lost
        for record in records:
            entry = self.entries[record.id]
            assert record.state is entry.state
            assert record.owner == entry.owner
            assert record.lease_until == entry.lease
            assert record.next_attempt_at == entry.due
            assert record.attempts == entry.attempts
            assert record.deadline == entry.deadline
            if record.state is State.PLANNED:
                assert record.next_attempt_at is not None
            elif record.state is State.SENDING:
                assert record.owner is not None
                assert record.lease_until is not None
            else:
                assert record.state in TERMINAL

    def what_happened_is_written_down_in_order(self) -> None:
        for name, entry in self.entries.items():
            events = deliveries.events_of(self.ledger, name)
            assert [event.state for event in events] == entry.history
            assert [event.at for event in events] == sorted(event.at for event in events)
            if State.SENT in entry.history:
                assert entry.history.index(State.SENT) == len(entry.history) - 1

    @invariant()
    def the_next_attempt_is_known(self) -> None:
        waiting = [
            max(entry.due, entry.lease or entry.due)
            for entry in self.entries.values()
            if entry.due is not None
        ]
        assert deliveries.next_attempt(self.ledger) == min(waiting, default=None)

    def teardown(self) -> None:
        """Whatever happened: time and one healthy owner bring everything to an end."""
        try:
            for _ in range(3):
                self.now += timedelta(minutes=2)
                self.expire()
            states = {record.state for record in deliveries.all_of(self.ledger)}
            assert states <= TERMINAL
            self.what_happened_is_written_down_in_order()
        finally:
            self.open.close()
            self.folder.cleanup()

    def _claimed(self, claimed: DeliveryRecord | None, owner: str) -> None:
        if claimed is None:
            return
        entry = self.entries[claimed.id]
        entry.owner, entry.lease = owner, self.now + LEASE
        entry.attempts += 1
        assert claimed.attempts == entry.attempts
        assert claimed.owner == owner

    def _ordered(self) -> list[tuple[str, Entry]]:
        return list(self.entries.items())


TestDeliveries = DeliveriesMachine.TestCase
TestDeliveries.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
