"""A scheduler at work: the real ledger, a clock that only the test moves, small hands."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from world import scheduled

from reporter.delivery.desk import Handled
from reporter.editions.issue import Outcome
from reporter.errors import LedgerError, SourceError, UserError
from reporter.ledger import Ledger, firings
from reporter.ledger.deliveries import DeliveryRecord, State
from reporter.ledger.firings import FiringState
from reporter.ledger.occasions import Occasion
from reporter.schedule import events
from reporter.schedule.events import Event
from reporter.schedule.scheduler import Hands, Scheduler
from reporter.schedule.specs import Broken, Found, Scheduled
from reporter.schedule.stopping import Stopping
from reporter.spec.schedule import CloseGate

BEGIN = datetime(2026, 11, 25, 5, 59, tzinfo=UTC)
SEVEN = datetime(2026, 11, 25, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DONE = Outcome(report="calls", editions=("e",))


class Scene:
    """A scheduler whose hands do what the test says."""

    def __init__(self, ledger: Ledger, *reports: Scheduled) -> None:
        self.ledger = ledger
        self.now = BEGIN
        self.found = Found(reports, (), frozenset(one.path.name for one in reports))
        self.asked: list[tuple[str, datetime, bool]] = []
        self.log: list[Event] = []
        self.told: list[Occasion] = []
        self.waits: list[float] = []
        self.handled: list[Handled] = []
        self.outcome: Callable[[str], Outcome] = lambda _report: DONE
        self.measure: Callable[[datetime], None] = lambda _now: None
        self.stopping = Stopping()
        self.stopping.wait = self._wait  # type: ignore[method-assign]
        self.scheduler = self.another("me")

    def another(self, owner: str) -> Scheduler:
        return Scheduler(
            self.ledger,
            owner,
            Hands(
                specs=lambda _now: self.found,
                issue=self._issue,
                deliver=self._deliver,
                tell=self._tell,
                measure=self._measure,
            ),
            log=self.log.append,
            stopping=self.stopping,
            now=lambda: self.now,
            chance=lambda: 1.0,
            beside=self._beside,
        )

    def tick(self, at: datetime) -> list[Event]:
        """What is told of a tick at that time."""
        self.now = at
        self.log.clear()
        self.scheduler.tick()
        return [one for one in self.log if not isinstance(one, events.Making)]

    def states(self) -> list[tuple[str, FiringState]]:
        return [(row.report, row.state) for row in firings.of_report(self.ledger)]

    def _issue(self, spec: Path, due_at: datetime, now: datetime, *, provisional: bool) -> Outcome:
        assert now == self.now
        self.asked.append((spec.stem, due_at, provisional))
        return self.outcome(spec.stem)

    def _deliver(self, stop: Callable[[], bool]) -> Iterator[Handled]:
        while self.handled and not stop():
            yield self.handled.pop()

    def _tell(self, _now: datetime, more: Iterable[Occasion]) -> Iterable[str]:
        more = tuple(more)
        self.told.extend(more)
        return tuple(one.report for one in more)

    def _measure(self, now: datetime) -> None:
        self.measure(now)

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)

    @contextmanager
    def _beside(self, beat: Callable[[], None], _every: timedelta) -> Iterator[None]:
        self.beat = beat
        yield


DAILY = scheduled("daily", "0 7 * * *", "Europe/Zagreb")
OTHER = scheduled("other", "0 7 * * *", "Europe/Zagreb")


@pytest.fixture
def scene(ledger: Ledger) -> Scene:
    return Scene(ledger, DAILY, OTHER)


def test_what_is_due_is_made_once(scene: Scene) -> None:
    assert scene.tick(BEGIN) == [
        events.Remembered(report="daily", next_due=SEVEN),
        events.Remembered(report="other", next_due=SEVEN),
    ]
    issued = scene.tick(SEVEN)
    assert [type(one) for one in issued] == [events.Issued, events.Issued]
    assert scene.tick(SEVEN + MINUTE) == []
    assert scene.asked == [("daily", SEVEN, False), ("other", SEVEN, False)]
    assert {state for _, state in scene.states()} == {FiringState.DONE}


def test_one_that_fails_stops_nobody_and_is_tried_again(scene: Scene) -> None:
    def failing(report: str) -> Outcome:
        if report == "daily":
            raise SourceError("calls", "is not there")
        return DONE

    scene.tick(BEGIN)
    scene.outcome = failing
    failed, issued = scene.tick(SEVEN)
    assert failed == events.MakingFailed(
        report="daily",
        due_at=SEVEN,
        reason="source 'calls': is not there",
        again_at=SEVEN + MINUTE,
    )
    assert isinstance(issued, events.Issued)
    assert scene.tick(SEVEN + MINUTE / 2) == []
    (again,) = scene.tick(SEVEN + MINUTE)
    assert isinstance(again, events.MakingFailed)
    assert again.again_at == SEVEN + 3 * MINUTE
    (last,) = scene.tick(SEVEN + timedelta(hours=23, minutes=59))
    assert isinstance(last, events.FiringFailed)
    assert last.reason == "given up, after 3 attempts: source 'calls': is not there"
    assert scene.states() == [("daily", FiringState.FAILED), ("other", FiringState.DONE)]


def test_a_bug_is_one_reports_failure(scene: Scene) -> None:
    def failing(report: str) -> Outcome:
        return DONE if report == "other" else 1 / 0  # type: ignore[return-value]

    scene.tick(BEGIN)
    scene.outcome = failing
    failed, issued = scene.tick(SEVEN)
    assert isinstance(failed, events.MakingFailed)
    assert failed.reason.startswith("a bug of ours: ZeroDivisionError")
    assert isinstance(issued, events.Issued)


def test_the_close_gate(ledger: Ledger) -> None:
    gate = CloseGate(deadline="1h", every="30m", at_deadline="provisional")
    schedule = msgspec.structs.replace(DAILY.schedule, wait_for_data=gate)
    scene = Scene(ledger, msgspec.structs.replace(DAILY, schedule=schedule))
    scene.tick(BEGIN)
    scene.outcome = lambda _report: Outcome(report="calls", waiting="data only through yesterday")
    assert scene.tick(SEVEN) == [
        events.Waiting(
            report="daily",
            due_at=SEVEN,
            reason="data only through yesterday",
            again_at=SEVEN + 30 * MINUTE,
        )
    ]
    scene.tick(SEVEN + 30 * MINUTE)
    scene.outcome = lambda _report: Outcome(report="calls", editions=("p",), waiting="not yet")
    issued, waiting = scene.tick(SEVEN + 60 * MINUTE)
    assert isinstance(issued, events.Issued)
    assert isinstance(waiting, events.Waiting)
    scene.outcome = lambda _report: DONE
    assert scene.tick(SEVEN + 80 * MINUTE) == []
    (final,) = scene.tick(SEVEN + 90 * MINUTE)
    assert isinstance(final, events.Issued)
    assert [provisional for _, _, provisional in scene.asked] == [False, False, True, True]
    assert scene.states() == [("daily", FiringState.DONE)]


def test_a_stop_while_a_report_is_made_gives_it_back(scene: Scene) -> None:
    def stopped(_report: str) -> Outcome:
        scene.stopping.requested = True
        raise KeyboardInterrupt

    scene.tick(BEGIN)
    scene.outcome = stopped
    assert scene.tick(SEVEN) == [events.Interrupted(report="daily", due_at=SEVEN)]
    scene.stopping.requested = False
    scene.outcome = lambda _report: DONE
    assert len(scene.tick(SEVEN + timedelta(seconds=1))) == 2
    assert scene.asked == [("daily", SEVEN, False)] * 2 + [("other", SEVEN, False)]


def test_an_interruption_that_nobody_asked_for_goes_on(scene: Scene) -> None:
    def interrupted(_report: str) -> Outcome:
        raise KeyboardInterrupt

    scene.tick(BEGIN)
    scene.outcome = interrupted
    with pytest.raises(KeyboardInterrupt):
        scene.tick(SEVEN)


def test_what_is_made_for_long_is_kept_and_nothing_is_missed_meanwhile(ledger: Ledger) -> None:
    often = scheduled("often", "*/5 * * * *", "UTC")
    scene = Scene(ledger, DAILY, often)
    scene.tick(BEGIN)

    def slow(report: str) -> Outcome:
        if report == "daily":
            for _ in range(20):
                scene.now += MINUTE
                scene.beat()
        return DONE

    scene.outcome = slow
    scene.tick(SEVEN)
    made = [due_at for report, due_at, _ in scene.asked if report == "often"]
    assert made == [SEVEN + number * 5 * MINUTE for number in range(5)]
    assert {state for _, state in scene.states()} == {FiringState.DONE}


def test_who_slept_finds_that_another_has_taken_over(ledger: Ledger) -> None:
    scene = Scene(ledger, DAILY)
    scene.tick(BEGIN)
    other = scene.another("you")

    def slow(_report: str) -> Outcome:
        scene.now += timedelta(minutes=3)
        scene.outcome = lambda _report: DONE
        other.tick()
        return DONE

    scene.outcome = slow
    told = scene.tick(SEVEN)
    assert [type(one) for one in told] == [
        events.MakingFailed,  # the other one says that this one has gone
        events.Issued,
        events.Issued,
        events.LeaseLost,
    ]
    assert scene.states() == [("daily", FiringState.DONE)]


def test_a_ledger_that_is_locked_while_a_lease_is_renewed(scene: Scene) -> None:
    scene.tick(BEGIN)

    def slow(_report: str) -> Outcome:
        path, scene.ledger.path = scene.ledger.path, Path("/nowhere/ledger")
        scene.beat()
        scene.ledger.path = path
        return DONE

    scene.outcome = slow
    told = scene.tick(SEVEN)
    assert [type(one) for one in told] == [events.TickFailed, events.Issued] * 2


def test_a_broken_spec_is_told_of_once(scene: Scene) -> None:
    broken = Broken(Path("x.yaml"), UserError("the key 'name' is missing"))
    whole = scene.found
    scene.found = msgspec.structs.replace(whole, broken=(broken,))
    assert scene.tick(BEGIN)[0] == events.SpecBroken(
        spec="x.yaml", reason="the key 'name' is missing"
    )
    assert scene.told[0].report == "x"
    assert scene.told[0].sentence == "x.yaml is not scheduled: the key 'name' is missing"
    assert scene.tick(BEGIN + timedelta(seconds=30)) == []
    scene.found = whole
    assert scene.tick(BEGIN + timedelta(seconds=40)) == [events.SpecMended(spec="x.yaml")]
    assert len(scene.told) == 1


def test_missed_forgotten_and_away(scene: Scene) -> None:
    scene.tick(BEGIN)
    late = scene.tick(SEVEN + timedelta(days=2))
    missed = [one for one in late if isinstance(one, events.Missed)]
    assert [one.due_at for one in missed if one.report == "daily"] == [
        SEVEN,
        SEVEN + timedelta(days=1),
    ]
    scene.found = Found((DAILY,), (), frozenset({"daily.yaml"}))
    now = SEVEN + timedelta(days=2, hours=1)
    assert scene.tick(now) == []
    assert scene.tick(now + timedelta(hours=1)) == [events.Unscheduled(report="other")]


def test_what_is_open_of_a_forgotten_report_is_told_of(scene: Scene) -> None:
    def failing(report: str) -> Outcome:
        if report == "other":
            raise SourceError("calls", "is not there")
        return DONE

    scene.tick(BEGIN)
    scene.outcome = failing
    scene.tick(SEVEN)
    scene.found = Found((DAILY,), (), frozenset({"daily.yaml", "other.yaml"}))
    assert scene.tick(SEVEN + MINUTE) == [
        events.Unscheduled(report="other"),
        events.Missed(report="other", due_at=SEVEN, reason="its report has no schedule any more"),
    ]


def record(state: State) -> DeliveryRecord:
    return DeliveryRecord(
        id="abc",
        edition="e",
        report="daily",
        name="email",
        channel="email",
        recipient="one@example.com",
        parcel=None,
        state=state,
        reason="",
        attempts=1,
        planned_at=SEVEN,
        changed_at=SEVEN,
        next_attempt_at=None,
        deadline=SEVEN,
    )


@pytest.mark.parametrize(
    ("state", "code"),
    [(State.SENT, 0), (State.UNKNOWN, 3), (State.FAILED, 3), (State.PLANNED, 3)],
)
def test_exit_codes_by_delivery(scene: Scene, state: State, code: int) -> None:
    scene.handled = [Handled(record(State.PLANNED), state, "why")]
    assert scene.scheduler.once() == code
    (told,) = [one for one in scene.log if isinstance(one, events.DeliverySettled)]
    assert (told.state, told.reason) == (str(state), "why")


def test_exit_codes_by_report(scene: Scene) -> None:
    assert scene.scheduler.once() == 0
    scene.now = SEVEN
    scene.outcome = lambda _report: Outcome(report="calls", editions=("e",), held=("no data",))
    assert scene.scheduler.once() == 4
    scene.now += timedelta(days=1)
    scene.outcome = lambda _report: 1 / 0  # type: ignore[return-value]
    assert scene.scheduler.once() == 3


def test_it_runs_until_it_is_stopped(scene: Scene) -> None:
    def stop(_report: str) -> Outcome:
        scene.stopping.requested = True
        return DONE

    scene.outcome = stop
    scene.scheduler.run()
    # A minute at the most; up to what is due at the most.
    assert scene.waits == [60.0]
    assert scene.asked == [("daily", SEVEN, False)]
    assert isinstance(scene.log[0], events.Started)
    assert isinstance(scene.log[-1], events.Stopped)


def test_a_tick_that_fails_does_not_end_it(scene: Scene) -> None:
    path = scene.ledger.path

    def wait(_seconds: float) -> None:
        if any(isinstance(one, events.TickFailed) for one in scene.log):
            scene.stopping.requested = scene.ledger.path == path
            scene.ledger.path = path
        else:
            scene.log.clear()
            scene.ledger.path = Path("/nowhere/ledger")
            scene.found = Found((OTHER,), (), frozenset({"daily.yaml", "other.yaml"}))

    scene.stopping.wait = wait  # type: ignore[method-assign]
    scene.scheduler.run()
    failed = [one for one in scene.log if isinstance(one, events.TickFailed)]
    assert len(failed) == 1
    assert "cannot be read or written" in failed[0].reason
    assert any(isinstance(one, events.Unscheduled) for one in scene.log)


def test_a_metrics_file_that_cannot_be_written_is_told_of(scene: Scene) -> None:
    def full(_now: datetime) -> None:
        raise OSError(28, "No space left on device")

    scene.measure = full
    told = scene.tick(BEGIN)
    assert told[-1] == events.TickFailed(
        reason="the metrics file cannot be written: No space left on device"
    )


def test_a_ledger_that_cannot_be_used_is_an_error_of_once(scene: Scene) -> None:
    scene.ledger.path = Path("/nowhere/ledger")
    with pytest.raises(LedgerError):
        scene.scheduler.once()
