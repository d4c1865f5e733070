"""Several schedulers on one ledger, in a time of their own, interleaved as a seed says.

Each scheduler has a stack of its own (a greenlet), and one runs at a time: before and after every
transaction, and wherever time passes, it hands over to the world, which lets another one go on, or
lets it die there as by SIGKILL. The ledger, the scheduler and the desk are the real ones.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import msgspec
from greenlet import greenlet
from parcels import facts

from reporter.delivery.base import Chat, Handover, NotTaken, Parcel, Receipt
from reporter.delivery.desk import Desk
from reporter.delivery.parcels import encode
from reporter.editions.issue import Outcome
from reporter.errors import SourceError
from reporter.ledger import Ledger, deliveries, editions, firings
from reporter.ledger.deliveries import Planned
from reporter.ledger.editions import EditionRecord
from reporter.schedule import due
from reporter.schedule.events import Event
from reporter.schedule.scheduler import Hands, Scheduler
from reporter.schedule.specs import Found, Scheduled
from reporter.schedule.tick import Remember, changes
from reporter.spec.model import ReportSpec
from reporter.spec.schedule import Schedule
from reporter.spec.sections import PageBreakSection

MINUTE = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
"""In the world; outside it is a minute."""


class Killed(BaseException):
    """The process ends here."""


class Rates(msgspec.Struct, frozen=True):
    """How often what happens, from 0 to 1."""

    dies: float = 0.0
    fails: float = 0.0
    refuses: float = 0.0
    sleeps: float = 0.0


def scheduled(name: str, cron: str, zone: str, **schedule: str) -> Scheduled:
    spec = ReportSpec(version=1, name=name, title=name, sections=(PageBreakSection(),))
    return Scheduled(Path(f"{name}.yaml"), spec, Schedule(cron, **schedule), ZoneInfo(zone))


class World:
    """Where the schedulers live.

    Args:
        path: of the ledger.
        reports: what is due.
        begin: when the world begins.
        seed: of everything that happens by chance.
        rates: how often what happens.
    """

    def __init__(
        self,
        path: Path,
        reports: Iterable[Scheduled],
        begin: datetime,
        *,
        seed: int,
        rates: Rates,
    ) -> None:
        self.ledger = SwitchingLedger(path)
        self.reports = tuple(reports)
        self.found = Found(self.reports, (), frozenset(one.path.name for one in self.reports))
        with self.ledger.transaction() as connection:
            for change in changes((), self.found, begin):
                assert isinstance(change, Remember)
                firings.remember(connection, change.schedule)
        self.ledger.world = self
        self.now = begin
        self.chance = Random(seed)  # noqa: S311 - it keeps no secret
        self.rates = rates
        self.received: Counter[str] = Counter()
        self.issued: Counter[tuple[str, datetime]] = Counter()
        self.deaths = 0
        self.log: list[Event] = []
        self.current: Process | None = None
        self._due = {
            one.report: Upcoming(one.schedule.cron, one.zone, begin) for one in self.reports
        }

    def switch(self) -> None:
        """Let somebody else go on, or die here."""
        if self.current is not None:
            self.current.pause(self.now)

    def next_due(self) -> datetime:
        """When anything is due next, by the reference."""
        return min(one.after(self.now) for one in self._due.values())

    def live(self, processes: int, until: datetime) -> None:
        """Let so many schedulers run for a time; who dies comes back a little later."""
        running = [Process(self, f"p{number}") for number in range(processes)]
        while True:
            ready = [one for one in running if one.wakes <= self.now]
            if not ready:
                self.now = max(self.now, min(one.wakes for one in running))
                if self.now >= until:
                    break
                continue
            one = self.chance.choice(ready)
            dies = self.chance.random() < self.rates.dies
            self.current = one
            if not one.go_on(dies=dies):
                self.deaths += 1
                running.remove(one)
                back = self.now + timedelta(seconds=self.chance.randrange(1, 600))
                running.append(Process(self, f"p{self.deaths + processes}", wakes=back))
            self.current = None
            self.now += timedelta(milliseconds=self.chance.randrange(200))
            if self.chance.random() < self.rates.sleeps:
                one.wakes = self.now + timedelta(seconds=self.chance.randrange(600))
        for one in running:
            self.current = one
            one.go_on(dies=True)
        self.current = None

    def issue(self, spec: Path, due_at: datetime, now: datetime, *, provisional: bool) -> Outcome:
        """An edition with one delivery, registered once."""
        assert not provisional
        assert self.current is not None
        process = self.current
        self.switch()
        process.beat()
        if self.chance.random() < self.rates.fails:
            raise SourceError("calls", "is not there")
        name = f"{spec.stem} {due_at:%Y-%m-%dT%H:%M}"
        record = EditionRecord(
            id=name,
            series=name,
            report=spec.stem,
            since=due_at,
            until=due_at,
            timezone="UTC",
            revision="final",
            made_at=now,
            data_through=None,
            spec_commit=None,
            version="0",
            fingerprint="",
            readings=None,
        )
        with self.ledger.transaction() as connection:
            if editions.insert(connection, record, ()):
                self.issued[spec.stem, due_at] += 1
                parcel = deliveries.keep_parcel(connection, encode(_parcel(name)))
                planned = Planned(
                    edition=name,
                    report=spec.stem,
                    name="chat",
                    channel="slack",
                    recipient="team",
                    parcel=parcel,
                    deadline=now + timedelta(days=1),
                )
                deliveries.plan(connection, [planned], now)
        return Outcome(report="calls", editions=(name,))


class Upcoming:
    """The due times of one report, asked for in the order of time."""

    def __init__(self, cron: str, zone: ZoneInfo, begin: datetime) -> None:
        self._times = due.firings(cron, zone, begin, begin + timedelta(days=3000))
        self._next = next(self._times).at

    def after(self, now: datetime) -> datetime:
        while self._next <= now:
            self._next = next(self._times).at
        return self._next


class SwitchingLedger(Ledger):
    """The real one, but others go on before and after each transaction, and the disk is quick."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.world: World | None = None
        self._kept = self.connect()
        self._kept.execute("PRAGMA synchronous = OFF")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        if self.world is not None:
            self.world.switch()
        # One connection for all: only one of them runs at a time.
        self._kept.execute("BEGIN IMMEDIATE")
        with self._kept:
            yield self._kept
        if self.world is not None:
            self.world.switch()

    def close(self) -> None:
        self._kept.close()


class Process:
    """One scheduler, which runs while the world lets it."""

    def __init__(self, world: World, owner: str, wakes: datetime | None = None) -> None:
        self.world = world
        self.wakes = world.now if wakes is None else wakes
        self.beat: Callable[[], None] = lambda: None
        self._dies = False
        desk = Desk(
            world.ledger,
            owner,
            lambda _kind, _name: Chatting(world),
            now=lambda: world.now,
            chance=world.chance.random,
            lease=timedelta(minutes=5),
        )
        self.scheduler = Scheduler(
            world.ledger,
            owner,
            Hands(
                specs=lambda _now: world.found,
                issue=world.issue,
                deliver=lambda stop: desk.work(stop=stop),
                tell=lambda _now, _more: (),
                measure=lambda _now: None,
            ),
            log=world.log.append,
            stopping=Waiting(self),  # type: ignore[arg-type]
            now=lambda: world.now,
            chance=world.chance.random,
            beside=self._beside,
        )
        self._strand = greenlet(self._run)

    def go_on(self, *, dies: bool) -> bool:
        """Let it run up to its next pause, or die at this one; whether it is alive."""
        self._dies = dies
        self._strand.switch()
        return not dies

    def pause(self, wakes: datetime) -> None:
        if self._dies:
            raise Killed  # nothing is tidied up by who is dead
        self.wakes = wakes
        self._strand.parent.switch()
        if self._dies:
            raise Killed

    def _run(self) -> None:
        with suppress(Killed):
            if not self._dies:
                self.scheduler.run()

    def _beside(self, beat: Callable[[], None], _every: timedelta) -> AbstractContextManager[None]:
        self.beat = beat
        return nullcontext()


class Waiting:
    """What a scheduler waits with: until something is due, not every minute of a year."""

    requested = False

    def __init__(self, process: Process) -> None:
        self._process = process

    def breakable(self) -> AbstractContextManager[None]:
        return nullcontext()

    def wait(self, seconds: float) -> None:
        world = self._process.world
        wakes = world.now + timedelta(seconds=seconds)
        if seconds >= MINUTE.total_seconds():
            wakes = max(wakes, min(world.next_due() - MINUTE, world.now + LONGEST_WAIT))
        self._process.pause(wakes)


class Chatting:
    """A channel that counts what it gets."""

    repeatable = False

    def __init__(self, world: World) -> None:
        self._world = world

    def deliver(self, parcel: Parcel, handover: Handover) -> Receipt:
        world = self._world
        if world.chance.random() < world.rates.refuses:
            raise NotTaken("try later", retry=True)
        handover.begin()
        assert isinstance(parcel, Chat)
        world.received[handover.id] += 1
        world.switch()
        return Receipt("ok")

    def close(self) -> None:
        """Nothing is open."""


def _parcel(name: str) -> Chat:
    some = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    return Chat(facts=facts(some, edition=name, report=name, title=name, period=""), text=name)


def expected(
    reports: Iterable[Scheduled], begin: datetime, until: datetime
) -> Mapping[tuple[str, datetime], int]:
    """Every due time once, by the reference."""
    return Counter(
        (one.report, firing.at)
        for one in reports
        for firing in due.firings(one.schedule.cron, one.zone, begin, until)
    )
