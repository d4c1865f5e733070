"""What was written down, as events for the log and occasions for the owner."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from reporter.ledger.firings import FiringRecord, FiringState
from reporter.ledger.occasions import Occasion
from reporter.schedule import events, tick
from reporter.schedule.aftermath import Aftermath


def noted(
    changes: Iterable[tick.Change], orphans: Iterable[FiringRecord]
) -> Iterator[events.Event]:
    """What a tick wrote down."""
    for change in changes:
        match change:
            case tick.Remember(schedule) if schedule.missing_since is None:
                yield events.Remembered(report=schedule.report, next_due=schedule.next_due)
            case tick.Remember():
                pass  # it may come back
            case tick.Forget(report):
                yield events.Unscheduled(report=report)
            case tick.Fire(schedule, (), next_due):
                yield events.Remembered(report=schedule.report, next_due=next_due)
            case tick.Fire(schedule, come):
                for one in come:
                    if one.state is FiringState.MISSED:
                        yield events.Missed(
                            report=schedule.report, due_at=one.due_at, reason=one.reason
                        )
    for firing in orphans:
        yield events.Missed(report=firing.report, due_at=firing.due_at, reason=firing.reason)


def settled(firing: FiringRecord, after: Aftermath) -> events.Event | None:
    """What became of a firing; None where that is told otherwise."""
    report, due_at, reason = firing.report, firing.due_at, after.reason
    if after.state is FiringState.FAILED:
        return events.FiringFailed(report=report, due_at=due_at, reason=reason)
    if after.failures:
        return events.MakingFailed(
            report=report, due_at=due_at, reason=reason, again_at=after.again_at
        )
    if after.state is FiringState.WAITING:
        return events.Waiting(report=report, due_at=due_at, reason=reason, again_at=after.again_at)
    return None  # that it is done is told with its editions


def occasion_of(path: Path, reason: str) -> Occasion:
    """A broken spec; one that is changed and still broken is another occasion."""
    try:
        mark = path.stat().st_mtime_ns
    except OSError:
        mark = 0
    return Occasion(
        f"spec {path.name} {mark} {reason}", path.stem, f"{path.name} is not scheduled: {reason}"
    )
