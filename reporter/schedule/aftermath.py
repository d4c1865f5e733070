"""What becomes of a firing after somebody tried to make it: done, later, or given up. Pure."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from reporter.dates import doubled, duration
from reporter.editions.issue import Outcome
from reporter.ledger.firings import FiringRecord, FiringState
from reporter.spec.schedule import CloseGate, Schedule

LOST: Final = "the process ended while it was being made"
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(minutes=30)
_SELDOM: Final = 10
"""After the deadline of its data a report is looked at ever more seldom: each pause is a tenth of
the time for which it has waited."""
_SHORTEST: Final = timedelta(seconds=1)
_SELDOMEST: Final = timedelta(days=1)


class Aftermath(msgspec.Struct, frozen=True, kw_only=True):
    """What is written down of a firing.

    Attributes:
        state: what it is in now.
        reason: why, for people.
        failures: how often in a row it has failed.
        deadline: of a failing one: then it is given up.
        again_at: when it is made again.
    """

    state: FiringState
    reason: str
    failures: int = 0
    deadline: datetime | None = None
    again_at: datetime | None = None


def provisional_wanted(firing: FiringRecord, schedule: Schedule, now: datetime) -> bool:
    """Whether the report goes out now although its data are not complete."""
    gate = schedule.wait_for_data
    return (
        gate is not None
        and gate.at_deadline == "provisional"
        and now >= firing.due_at + duration(gate.deadline)
    )


def after_outcome(
    firing: FiringRecord, schedule: Schedule, outcome: Outcome, now: datetime
) -> Aftermath:
    """After a report was made, or waits for its data."""
    if outcome.waiting is None:
        return Aftermath(state=FiringState.DONE, reason="")
    gate = schedule.wait_for_data or CloseGate()
    ends = firing.due_at + duration(gate.deadline)
    every = max(duration(gate.every), _SHORTEST)
    if outcome.editions:  # a provisional one: the final one is to come
        seldom = min((now - firing.due_at) / _SELDOM, _SELDOMEST)
        again = now + max(every, seldom)
        return Aftermath(state=FiringState.WAITING, reason=outcome.waiting, again_at=again)
    if now >= ends:
        reason = f"held, for its deadline has passed: {outcome.waiting}"
        return Aftermath(state=FiringState.FAILED, reason=reason)
    again = min(now + every, ends)  # a last time at the deadline itself
    return Aftermath(state=FiringState.WAITING, reason=outcome.waiting, again_at=again)


def after_failure(
    firing: FiringRecord, schedule: Schedule, why: str, now: datetime, chance: float
) -> Aftermath:
    """After a report could not be made.

    Args:
        firing: which.
        schedule: its report's.
        why: what went wrong, as a sentence.
        now: the present instant.
        chance: from 0 to 1, which part of the pause is waited: those that failed together do
            not come back together.
    """
    deadline = firing.deadline or max(now, firing.due_at) + duration(schedule.retry_for)
    failures = firing.failures + 1
    again = now + _pause(failures, chance)
    if again >= deadline:
        times = f", after {failures} attempts" if failures > 1 else ""
        return Aftermath(
            state=FiringState.FAILED,
            reason=f"given up{times}: {why}",
            failures=failures,
            deadline=deadline,
        )
    # A waiting one stays waiting: that it failed once more says nothing of its data.
    return Aftermath(
        state=firing.state, reason=why, failures=failures, deadline=deadline, again_at=again
    )


def after_loss(firing: FiringRecord, schedule: Schedule, now: datetime, chance: float) -> Aftermath:
    """After a process did not come back: it need not be the report's fault, so once at once."""
    found = after_failure(firing, schedule, LOST, now, chance)
    if firing.failures or found.state is FiringState.FAILED:
        return found
    return msgspec.structs.replace(found, again_at=now)


def _pause(failures: int, chance: float) -> timedelta:
    return doubled(_FIRST_PAUSE, failures, longest=_LONGEST_PAUSE) * (0.5 + chance / 2)
