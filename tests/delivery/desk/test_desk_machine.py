"""Desks that die at any instant, on one ledger: nobody receives anything twice, nothing is lost.

Each desk works through a channel that does what the machine draws, and its process may be gone at
the beginning or the end of any transaction, or anywhere in the channel. What really arrived is
counted beside the ledger.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from desk_kit import PARCEL, Clock, Killed, Mortal, plan
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from reporter.delivery.base import Handover, NotTaken, Parcel, Receipt, Uncertain
from reporter.delivery.desk import Desk
from reporter.ledger import Ledger, deliveries
from reporter.ledger.deliveries import DeliveryRecord, State

LEASE = timedelta(minutes=15)
ENDS = {State.SENT, State.FAILED, State.UNKNOWN, State.HELD}
PLANNED = st.sampled_from([State.PLANNED, State.PLANNED, State.PLANNED, State.HELD])
HAPPENINGS = st.sampled_from(
    [
        "taken",
        *("busy", "refused", "busy after the beginning"),
        *("received, and cut", "cut, and not received"),
        *("bug", "bug after it was received"),
        *("killed", "killed after the beginning", "killed after it was received"),
        *("slow", "slow after the beginning", "slow after it was received"),
    ]
)


class World:
    """What really arrived, and how often a person wanted it again."""

    def __init__(self, path: Path) -> None:
        self.ledger = Mortal(path)
        self.clock = Clock()
        self.received: Counter[str] = Counter()
        self.wanted: Counter[str] = Counter()
        self.confirmed: set[str] = set()
        self.desks = 0

    def work(self, happens: list[str], *, chance: float = 0.5, steps: int | None = None) -> None:
        """One process, from its start to its end; what is not drawn goes well."""
        self.desks += 1
        with suppress(Killed):
            ledger = Mortal(self.ledger.path, steps)
            channel = Wire(self, ledger, happens)
            desk = Desk(
                ledger,
                f"desk {self.desks}",
                lambda _kind, _name: channel,
                now=self.clock,
                chance=lambda: chance,
                lease=LEASE,
            )
            list(desk.work())

    def records(self) -> tuple[DeliveryRecord, ...]:
        return deliveries.all_of(self.ledger)


class Wire:
    """A channel of one process."""

    repeatable = False

    def __init__(self, world: World, ledger: Mortal, happens: list[str]) -> None:
        self._world = world
        self._ledger = ledger
        self._happens = happens

    def close(self) -> None:
        pass

    def deliver(self, parcel: Parcel, handover: Handover) -> Receipt:
        assert parcel == PARCEL
        what = self._happens.pop() if self._happens else "taken"
        act: dict[str, Callable[[], None]] = {
            "busy": lambda: _raise(NotTaken("451", retry=True)),
            "refused": lambda: _raise(NotTaken("550", retry=False)),
            "bug": lambda: _raise(KeyError("x")),
            "killed": self._ledger.die,
            "slow": self._others_work,
        }
        first, _, when = what.partition(" after ")
        first = first.strip()
        if not when and first in act:
            act[first]()
        handover.begin()
        if when == "the beginning":
            act[first]()
        if what == "cut, and not received":
            raise Uncertain("cut")
        self._world.received[handover.id] += 1
        if what == "received, and cut":
            raise Uncertain("cut")
        if when == "it was received":
            act[first]()
        return Receipt("250")

    def _others_work(self) -> None:
        """This process sleeps beyond its lease, and another one does its work."""
        self._world.clock.now += LEASE
        self._world.work([])


def _raise(failure: Exception) -> None:
    raise failure


class DeskMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "ledger.sqlite"
        self.world = World(path)
        self.open = Ledger(path).connect()  # the log is merged when the last one closes: slow

    @initialize()
    def begin_with_some(self) -> None:
        self.plan(4, State.PLANNED)

    @rule(many=st.integers(min_value=1, max_value=4), state=PLANNED)
    def plan(self, many: int, state: State) -> None:
        names = [f"{len(self.world.records())} {number}" for number in range(many)]
        plan(self.world.ledger, *names, now=self.world.clock.now, state=state)

    @rule(
        happens=st.lists(HAPPENINGS, min_size=3, max_size=8),
        chance=st.sampled_from([0.0, 0.5, 1.0]),
        steps=st.none() | st.integers(min_value=0, max_value=30),
    )
    def work(self, happens: list[str], chance: float, steps: int | None) -> None:
        self.world.work(list(happens), chance=chance, steps=steps)

    @rule(data=st.data())
    def a_person_wants_it(self, data: st.DataObject) -> None:
        record = self._any(data)
        now = self.world.clock.now
        if record and deliveries.resend(
            self.world.ledger, record.id, now, now + timedelta(hours=24)
        ):
            self.world.wanted[record.id] += 1

    @rule(data=st.data())
    def a_person_saw_it(self, data: st.DataObject) -> None:
        record = self._any(data)
        if record and deliveries.confirm(self.world.ledger, record.id, self.world.clock.now):
            self.world.confirmed.add(record.id)

    @rule(minutes=st.sampled_from([0, 1, 5, 16, 60, 60 * 23]))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.now += timedelta(minutes=minutes)

    @invariant()
    def nobody_receives_anything_twice(self) -> None:
        for record in self.world.records():
            wanted = self.world.wanted[record.id]
            assert self.world.received[record.id] <= 1 + wanted
            told = record.id in self.world.confirmed or wanted
            if record.state is State.SENT and not told:
                assert self.world.received[record.id] == 1
            if record.state in {State.PLANNED, State.FAILED, State.HELD} and not told:
                assert self.world.received[record.id] == 0

    def teardown(self) -> None:
        """Whatever happened: one healthy process later everything has come to an end."""
        try:
            self.world.clock.now += LEASE
            for _ in range(3):
                self.world.clock.now += timedelta(minutes=31)
                self.world.work([])
            assert {record.state for record in self.world.records()} <= ENDS
            self.nobody_receives_anything_twice()
        finally:
            self.open.close()
            self.folder.cleanup()

    def _any(self, data: st.DataObject) -> DeliveryRecord | None:
        records = self.world.records()
        return data.draw(st.sampled_from(records)) if records else None


TestDesks = DeskMachine.TestCase
TestDesks.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
