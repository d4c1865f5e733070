"""Retries and the close gate, as decisions over time."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from reporter.editions.issue import Outcome
from reporter.ledger.firings import FiringRecord, FiringState
from reporter.schedule.aftermath import (
    LOST,
    Aftermath,
    after_failure,
    after_loss,
    after_outcome,
    provisional_wanted,
)
from reporter.spec.schedule import CloseGate, Schedule

DUE = datetime(2026, 11, 25, 6, tzinfo=UTC)
FIRING = FiringRecord(
    report="r",
    due_at=DUE,
    state=FiringState.DUE,
    reason="",
    changed_at=DUE,
    attempts=1,
    failures=0,
    deadline=None,
    next_attempt_at=DUE,
    owner="me",
)
PLAIN = Schedule("0 7 * * *", retry_for="2h")
HOLD = Schedule("0 7 * * *", wait_for_data=CloseGate(deadline="1h", every="25m"))
GATE = CloseGate(deadline="1h", every="25m", at_deadline="provisional")
PROVISIONAL = Schedule("0 7 * * *", wait_for_data=GATE)
NOT_YET = Outcome(report="calls", waiting="data only through 24 November")
MINUTE = timedelta(minutes=1)


def test_made_is_done() -> None:
    done = after_outcome(FIRING, PLAIN, Outcome(report="calls", editions=("e",)), DUE + MINUTE)
    assert done == Aftermath(state=FiringState.DONE, reason="")


def test_it_waits_and_is_held_at_the_deadline() -> None:
    looked, now, after = [], DUE, None
    while after is None or after.state is FiringState.WAITING:
        looked.append((now - DUE) // MINUTE)
        assert not provisional_wanted(FIRING, HOLD, now)
        after = after_outcome(FIRING, HOLD, NOT_YET, now)
        now = after.again_at or now
    assert looked == [0, 25, 50, 60]
    assert after.state is FiringState.FAILED
    assert after.reason == "held, for its deadline has passed: data only through 24 November"


def test_a_provisional_one_goes_out_and_the_final_one_is_waited_for() -> None:
    looked, now, wanted = [], DUE, []
    for _ in range(24):
        looked.append((now - DUE) // MINUTE)
        wanted.append(provisional_wanted(FIRING, PROVISIONAL, now))
        outcome = (
            Outcome(report="calls", editions=("p",), waiting="not yet") if wanted[-1] else NOT_YET
        )
        after = after_outcome(FIRING, PROVISIONAL, outcome, now)
        assert after.state is FiringState.WAITING
        assert after.again_at is not None
        now = after.again_at
    assert wanted == [False] * 3 + [True] * 21
    assert looked[:9] == [0, 25, 50, 60, 85, 110, 135, 160, 185]
    assert looked[-1] > looked[-2] + 40  # ever more seldom
    final = after_outcome(FIRING, PROVISIONAL, Outcome(report="calls", editions=("f",)), now)
    assert final.state is FiringState.DONE


def test_after_months_it_is_looked_once_a_day() -> None:
    outcome = Outcome(report="calls", editions=("p",), waiting="not yet")
    now = DUE + timedelta(days=90)
    after = after_outcome(FIRING, PROVISIONAL, outcome, now)
    assert after.again_at == now + timedelta(days=1)


def test_a_gate_that_never_pauses_pauses_all_the_same() -> None:
    hasty = Schedule("0 7 * * *", wait_for_data=CloseGate(every="0s"))
    after = after_outcome(FIRING, hasty, NOT_YET, DUE)
    assert after.again_at is not None
    assert after.again_at > DUE


def failed(firing: FiringRecord, after: Aftermath) -> FiringRecord:
    return msgspec.structs.replace(
        firing,
        state=after.state,
        failures=after.failures,
        deadline=after.deadline,
        next_attempt_at=after.again_at,
    )


@given(st.lists(st.floats(0, 1), min_size=40, max_size=40))
def test_it_is_tried_ever_more_seldom_until_it_is_given_up(chances: list[float]) -> None:
    firing, now, pauses = FIRING, DUE + MINUTE, []
    for chance in chances:
        after = after_failure(firing, PLAIN, "the source is down", now, chance)
        assert after.deadline == DUE + MINUTE + timedelta(hours=2)
        if after.state is FiringState.FAILED:
            break
        assert after.reason == "the source is down"
        assert after.again_at is not None
        pauses.append(after.again_at - now)
        now = after.again_at
        firing = failed(firing, after)
    assert after.state is FiringState.FAILED
    assert after.again_at is None
    assert after.reason == f"given up, after {after.failures} attempts: the source is down"
    for number, pause in enumerate(pauses):
        whole = min(timedelta(minutes=30), MINUTE * 2**number)
        assert whole / 2 <= pause <= whole
    assert now < DUE + MINUTE + timedelta(hours=2)


def test_one_that_was_caught_up_late_has_as_much_time() -> None:
    late = DUE + timedelta(days=3)
    assert after_failure(FIRING, PLAIN, "no", late, 0.5).state is FiringState.DUE


def test_waiting_begins_a_new_row_of_failures() -> None:
    waiting = msgspec.structs.replace(FIRING, state=FiringState.WAITING)
    after = after_failure(waiting, HOLD, "no", DUE, 0.5)
    assert (after.state, after.failures) == (FiringState.WAITING, 1)
    again = after_outcome(failed(waiting, after), HOLD, NOT_YET, DUE + MINUTE)
    assert (again.failures, again.deadline) == (0, None)


def test_no_time_at_all_to_try_again() -> None:
    hasty = Schedule("0 7 * * *", retry_for="0s")
    assert after_failure(FIRING, hasty, "no", DUE, 0.5).reason == "given up: no"


def test_who_was_killed_is_made_at_once_and_then_less_often() -> None:
    first = after_loss(FIRING, PLAIN, DUE, 1.0)
    assert (first.state, first.reason, first.again_at) == (FiringState.DUE, LOST, DUE)
    second = after_loss(failed(FIRING, first), PLAIN, DUE, 1.0)
    assert second.again_at == DUE + 2 * MINUTE
    late = failed(FIRING, second)
    last = after_loss(late, PLAIN, DUE + timedelta(hours=3), 1.0)
    assert last.state is FiringState.FAILED
    assert last.reason == f"given up, after 3 attempts: {LOST}"
