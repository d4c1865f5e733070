"""Slots against a model of plain dictionaries, with a clock that only the test moves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from reporter.ledger import Ledger
from reporter.ledger.slots import Acceptance, Opened, Slots, Verdict

BODIES = st.sampled_from([b"", b"a", b"b", b"a" * 5000])
SECONDS = st.integers(min_value=0, max_value=20)


class Place:
    """What the model knows of a slot."""

    def __init__(self, expires: datetime) -> None:
        self.expires = expires
        self.body: bytes | None = None


class SlotsMachine(RuleBasedStateMachine):
    opened: Bundle[Opened] = Bundle("opened")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.now = datetime(2026, 11, 2, tzinfo=UTC)
        self.places: dict[str, Place] = {}
        self.cleared: datetime | None = None

    @initialize()
    def start(self) -> None:
        self.slots = self._slots()

    @rule(target=opened, lives=SECONDS)
    def open(self, lives: int) -> Opened:
        expires = self.now + timedelta(seconds=lives)
        opened = self.slots.open(expires).result()
        assert opened.id not in self.places
        self.places[opened.id] = Place(expires)
        if self.cleared is None or self.now - self.cleared >= timedelta(hours=1):
            self.cleared = self.now
            self._forget_before(self.now - timedelta(days=7))
        return opened

    @rule(opened=opened, body=BODIES)
    def accept(self, opened: Opened, body: bytes) -> None:
        place = self.places.get(opened.id)
        if place is None or self.now >= place.expires:
            expected = Acceptance(Verdict.UNKNOWN)
        elif place.body is None:
            place.body = body
            expected = Acceptance(Verdict.TAKEN, opened.id)
        elif place.body == body:
            expected = Acceptance(Verdict.REPEATED, opened.id)
        else:
            expected = Acceptance(Verdict.ANOTHER, opened.id)
        assert self.slots.accept(opened.token, body).result() == expected

    @rule(opened=opened, body=BODIES)
    def an_id_opens_nothing(self, opened: Opened, body: bytes) -> None:
        assert self.slots.accept(opened.id, body).result() == Acceptance(Verdict.UNKNOWN)

    @rule(opened=opened)
    def read(self, opened: Opened) -> None:
        place = self.places.get(opened.id)
        body = None if place is None else place.body
        assert self.slots.body(opened.id) == body
        assert self.slots.knows(opened.id) == (place is not None)
        assert self.slots.admits(opened.token) == (place is not None and self.now < place.expires)

    @rule()
    def read_all(self) -> None:
        full = {slot for slot, place in self.places.items() if place.body is not None}
        assert self.slots.full([*self.places, "another"]) == full

    @rule(opened=opened)
    def close(self, opened: Opened) -> None:
        self.slots.close(opened.id).result()
        self.places.pop(opened.id, None)

    @rule(seconds=SECONDS)
    def purge(self, seconds: int) -> None:
        limit = self.now - timedelta(seconds=seconds)
        assert self.slots.purge(limit).result() == self._forget_before(limit)

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(days=st.integers(min_value=6, max_value=9))
    def much_time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def restart(self) -> None:
        self.slots.leave()
        self.slots = self._slots()
        self.cleared = None

    def teardown(self) -> None:
        if hasattr(self, "slots"):
            self.slots.leave()
        self.folder.cleanup()

    def _forget_before(self, limit: datetime) -> int:
        gone = [slot for slot, place in self.places.items() if place.expires < limit]
        for slot in gone:
            del self.places[slot]
        return len(gone)

    def _slots(self) -> Slots:
        ledger = Ledger(Path(self.folder.name) / "ledger.sqlite")
        return Slots(ledger, now=lambda: self.now)


TestSlots = SlotsMachine.TestCase
TestSlots.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
