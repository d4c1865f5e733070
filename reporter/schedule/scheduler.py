"""The schedule at work: looks at what is due, has it made and handed over, and waits.

All that must not be lost is in the ledger before the next step: a scheduler may be killed at any
instant, and another one, here or elsewhere, goes on. Two of them share the work.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

import msgspec

from reporter.delivery.desk import Handled
from reporter.editions.issue import Outcome
from reporter.errors import LedgerError
from reporter.exit_codes import FAILED, HELD, worst
from reporter.ledger import firings
from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import State
from reporter.ledger.firings import FiringRecord, FiringState
from reporter.ledger.occasions import Occasion
from reporter.schedule import events, tick
from reporter.schedule.aftermath import (
    Aftermath,
    after_failure,
    after_loss,
    after_outcome,
    provisional_wanted,
)
from reporter.schedule.log import Log
from reporter.schedule.narration import noted, occasion_of, settled
from reporter.schedule.reasons import reason_of
from reporter.schedule.specs import Broken, Found, Scheduled
from reporter.schedule.stopping import Stopping

LEASE: Final = timedelta(minutes=2)
"""How long nobody takes over from a process that has died."""
_BEATS: Final = 4
"""How often a lease is renewed before it ends."""
_LONGEST_WAIT: Final = timedelta(minutes=1)
_SHORTEST_WAIT: Final = timedelta(seconds=1)
_UNSCHEDULED: Final = "its report has no schedule any more"


class Issue(Protocol):
    """Makes the editions of a report and writes them down; the same ones again change nothing."""

    def __call__(
        self, spec: Path, due_at: datetime, now: datetime, *, provisional: bool
    ) -> Outcome:
        """Make what is due.

        Args:
            spec: the report.
            due_at: what counts as now in it.
            now: the present instant.
            provisional: whether it goes out, marked, before its data are complete.

        Raises:
            ReporterError: it could not be made.
        """
        ...


class Hands(msgspec.Struct, frozen=True, kw_only=True):
    """What the schedule does not do itself.

    Attributes:
        specs: reads the reports that there are.
        issue: makes a report.
        deliver: hands over all that is planned, until it is told to begin no more.
        tell: plans words to the owner on what the ledger knows of and on further occasions; their
            subjects.
        measure: writes the numbers for those who watch.
    """

    specs: Callable[[datetime], Found]
    issue: Issue
    deliver: Callable[[Callable[[], bool]], Iterable[Handled]]
    tell: Callable[[datetime, Iterable[Occasion]], Iterable[str]]
    measure: Callable[[datetime], None]


Beside = Callable[[Callable[[], None], timedelta], AbstractContextManager[None]]
"""Runs something small every so often beside something long, as ``pulse`` does."""


class Scheduler:
    """One process's part in the schedule of a ledger.

    Args:
        ledger: where due times, editions and deliveries stand.
        owner: this scheduler, unlike all others in all processes.
        hands: what it works with.
        log: is told of everything.
        stopping: whether it is to end.
        now: the clock.
        chance: from 0 to 1.
        beside: what keeps leases while a report is made.
        lease: how long a firing stays this one's.
    """

    def __init__(
        self,
        ledger: Ledger,
        owner: str,
        hands: Hands,
        *,
        log: Log,
        stopping: Stopping,
        now: Callable[[], datetime],
        chance: Callable[[], float],
        beside: Beside,
        lease: timedelta = LEASE,
    ) -> None:
        self._ledger = ledger
        self._owner = owner
        self._hands = hands
        self._log = log
        self._stopping = stopping
        self._now = now
        self._chance = chance
        self._beside = beside
        self._lease = lease
        self._broken: dict[Path, str] = {}
        self._codes: set[int] = set()

    def run(self) -> None:
        """Look again and again, until it is to end.

        Raises:
            LedgerError: the ledger cannot be opened; later failures are only logged.
        """
        self._log(events.Started(owner=self._owner, ledger=str(self._ledger.path)))
        with self._ledger.kept_open():
            while not self._stopping.requested:
                found = Found()
                try:
                    found = self.tick()
                except Exception as failure:  # noqa: BLE001 - the next tick may well succeed
                    self._log(events.TickFailed(reason=reason_of(failure)))
                if not self._stopping.requested:
                    self._wait(found)
        self._log(events.Stopped(reason="a signal asked for it"))

    def once(self) -> int:
        """Do all that is due now; the exit code.

        Raises:
            LedgerError: the ledger cannot be used.
        """
        with self._ledger.kept_open():
            self.tick()
        return worst(self._codes)

    def tick(self) -> Found:
        """Do all that is due now; what reports there are.

        Raises:
            LedgerError: the ledger cannot be used.
        """
        found = self._hands.specs(self._now())
        occasions = tuple(self._newly_broken(found.broken))
        self._note(found)
        reports = {one.report: one for one in found.scheduled}
        self._take_over(reports)
        while not self._stopping.requested:
            firing = firings.claim(self._ledger, reports, self._owner, self._now(), self._lease)
            if firing is None:
                break
            with self._kept(firing, found):
                self._make(firing, reports[firing.report])
            self._hand_over(found)
        self._hand_over(found)
        if self._tell(occasions):
            self._hand_over(found)
        self._measure()
        return found

    def _newly_broken(self, broken: Iterable[Broken]) -> Iterator[Occasion]:
        """What is wrong with specs and was not yet a tick ago."""
        reasons = {one.path: reason_of(one.failure) for one in broken}
        for path in self._broken.keys() - reasons.keys():
            self._log(events.SpecMended(spec=path.name))
        for path, reason in reasons.items():
            if self._broken.get(path) != reason:
                self._codes.add(FAILED)
                self._log(events.SpecBroken(spec=path.name, reason=reason))
                yield occasion_of(path, reason)
        self._broken = reasons

    def _note(self, found: Found) -> None:
        """Write down what has come since, until there is nothing more."""
        while True:
            now = self._now()
            with self._ledger.transaction() as connection:
                changes = tick.changes(firings.schedules(connection), found, now)
                for change in changes:
                    match change:
                        case tick.Remember(schedule):
                            firings.remember(connection, schedule)
                        case tick.Forget(report):
                            firings.forget(connection, report)
                        case tick.Fire(schedule, come, next_due):
                            firings.fire(connection, schedule, come, next_due, now)
                orphans = firings.drop_orphans(connection, now, _UNSCHEDULED)
            for event in noted(changes, orphans):
                self._log(event)
            if not changes:
                return

    def _take_over(self, reports: dict[str, Scheduled]) -> None:
        """Free what those left behind who did not come back."""
        for firing in firings.lost(self._ledger, reports, self._now()):
            now = self._now()
            after = after_loss(firing, reports[firing.report].schedule, now, self._chance())
            self._settle(firing, after)

    @contextmanager
    def _kept(self, firing: FiringRecord, found: Found) -> Iterator[None]:
        """Keep the lease, and miss no due time meanwhile."""

        def beat() -> None:
            try:
                firings.renew(self._ledger, firing, self._owner, self._now(), self._lease)
                self._note(found)
            except LedgerError as failure:
                self._log(events.TickFailed(reason=reason_of(failure)))

        with self._beside(beat, self._lease / _BEATS):
            yield

    def _make(self, firing: FiringRecord, scheduled: Scheduled) -> None:
        began = self._now()
        schedule = scheduled.schedule
        self._log(
            events.Making(report=firing.report, due_at=firing.due_at, attempt=firing.attempts)
        )
        try:
            with self._stopping.breakable():
                outcome = self._hands.issue(
                    scheduled.path,
                    firing.due_at,
                    began,
                    provisional=provisional_wanted(firing, schedule, began),
                )
        except KeyboardInterrupt:
            if not self._stopping.requested:
                raise
            self._interrupted(firing)
            return
        except Exception as failure:  # noqa: BLE001 - the other reports are made all the same
            why = reason_of(failure)
            self._settle(firing, after_failure(firing, schedule, why, self._now(), self._chance()))
            return
        now = self._now()
        if outcome.editions:
            self._log(
                events.Issued(
                    report=firing.report,
                    due_at=firing.due_at,
                    editions=outcome.editions,
                    held=outcome.held,
                    notices=outcome.notices,
                    seconds=(now - began).total_seconds(),
                )
            )
        if outcome.held:
            self._codes.add(HELD)
        self._settle(firing, after_outcome(firing, schedule, outcome, now))

    def _interrupted(self, firing: FiringRecord) -> None:
        """Give it back as it was: it is nobody's fault."""
        self._log(events.Interrupted(report=firing.report, due_at=firing.due_at))
        firings.settle(
            self._ledger,
            firing,
            self._now(),
            state=firing.state,
            reason=firing.reason,
            failures=firing.failures,
            deadline=firing.deadline,
            again_at=firing.next_attempt_at,
        )

    def _settle(self, firing: FiringRecord, after: Aftermath) -> None:
        mine = firings.settle(
            self._ledger,
            firing,
            self._now(),
            state=after.state,
            reason=after.reason,
            failures=after.failures,
            deadline=after.deadline,
            again_at=after.again_at,
        )
        if not mine:
            if firing.owner == self._owner:
                self._log(events.LeaseLost(report=firing.report, due_at=firing.due_at))
            return
        event = settled(firing, after)
        if event is not None:
            self._log(event)
        if after.failures or after.state is FiringState.FAILED:
            self._codes.add(FAILED)

    def _hand_over(self, found: Found) -> None:
        """Hand over what is planned; what becomes due meanwhile is not missed."""
        for handled in self._hands.deliver(lambda: self._stopping.requested):
            delivery = handled.delivery
            if handled.state is not State.SENT:
                self._codes.add(FAILED)
            self._log(
                events.DeliverySettled(
                    report=delivery.report,
                    delivery=delivery.id,
                    name=delivery.name,
                    recipient=delivery.recipient,
                    state=str(handled.state),
                    reason=handled.reason,
                    again_at=handled.again_at,
                )
            )
            self._note(found)

    def _tell(self, more: Iterable[Occasion]) -> bool:
        subjects = tuple(self._hands.tell(self._now(), more))
        for subject in subjects:
            self._log(events.OwnerTold(subject=subject))
        return bool(subjects)

    def _measure(self) -> None:
        try:
            self._hands.measure(self._now())
        except OSError as failure:
            reason = f"the metrics file cannot be written: {failure.strerror or failure}"
            self._log(events.TickFailed(reason=reason))

    def _wait(self, found: Found) -> None:
        now = self._now()
        wake = now + _LONGEST_WAIT
        try:
            look = firings.next_look(self._ledger, [one.report for one in found.scheduled])
        except LedgerError:
            look = None  # the next tick says so
        if look is not None:
            wake = min(wake, look)
        self._stopping.wait(max(wake - now, _SHORTEST_WAIT).total_seconds())
