"""Firings in the ledger: claimed by one, kept by leases, settled by who has them."""

from datetime import UTC, datetime, timedelta

import pytest

from reporter.ledger import Ledger, firings
from reporter.ledger.firings import FiringRecord, FiringState, NewFiring, ScheduleRecord

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=2)
NEXT = NOW + timedelta(days=1)


def schedule(report: str = "r") -> ScheduleRecord:
    return ScheduleRecord(
        report=report, spec=f"{report}.yaml", cron="0 7 * * *", timezone="UTC", next_due=NOW
    )


def fire(ledger: Ledger, report: str, *due: datetime) -> None:
    with ledger.transaction() as connection:
        firings.remember(connection, schedule(report))
        come = [NewFiring(at, FiringState.DUE) for at in due]
        firings.fire(connection, schedule(report), come, NEXT, NOW)


def known(ledger: Ledger) -> tuple[ScheduleRecord, ...]:
    with ledger.transaction() as connection:
        return firings.schedules(connection)


def claimed(ledger: Ledger, owner: str = "me", now: datetime = NOW) -> FiringRecord:
    firing = firings.claim(ledger, ["r", "s"], owner, now, LEASE)
    assert firing is not None
    return firing


def test_a_schedule_keeps_its_due_time_unless_it_is_another_one(ledger: Ledger) -> None:
    fire(ledger, "r", NOW)
    with ledger.transaction() as connection:
        firings.remember(connection, schedule())
    assert [one.next_due for one in known(ledger)] == [NEXT]
    other = ScheduleRecord(
        report="r", spec="r.yaml", cron="0 8 * * *", timezone="UTC", next_due=NOW + MINUTE
    )
    with ledger.transaction() as connection:
        firings.remember(connection, other)
    assert known(ledger) == (other,)


def test_a_firing_is_written_down_once(ledger: Ledger) -> None:
    fire(ledger, "r", NOW)
    fire(ledger, "r", NOW)
    assert len(firings.of_report(ledger, "r")) == 1
    assert firings.of_report(ledger, "s") == ()


def test_one_has_it(ledger: Ledger) -> None:
    fire(ledger, "r", NOW)
    assert firings.claim(ledger, ["other"], "me", NOW, LEASE) is None
    assert firings.claim(ledger, ["r"], "me", NOW - MINUTE, LEASE) is None
    firing = claimed(ledger)
    assert (firing.owner, firing.attempts) == ("me", 1)
    assert firings.claim(ledger, ["r"], "you", NOW, LEASE) is None
    assert firings.settle(ledger, firing, NOW, state=FiringState.DONE, reason="")
    assert firings.claim(ledger, ["r"], "you", NOW, LEASE) is None


def test_those_that_failed_come_last(ledger: Ledger) -> None:
    fire(ledger, "r", NOW - MINUTE)
    fire(ledger, "s", NOW)
    first = claimed(ledger)
    assert first.report == "r"
    firings.settle(
        ledger, first, NOW, state=FiringState.DUE, reason="no", failures=1, again_at=first.due_at
    )
    assert claimed(ledger).report == "s"
    again = claimed(ledger)
    assert (again.report, again.failures, again.attempts) == ("r", 1, 2)


def test_a_lease_is_kept_by_who_has_it_and_lost_to_who_comes(ledger: Ledger) -> None:
    fire(ledger, "r", NOW)
    firing = claimed(ledger)
    assert firings.renew(ledger, firing, "me", NOW + MINUTE, LEASE)
    assert firings.lost(ledger, ["r"], NOW + 2 * MINUTE) == ()
    (lost,) = firings.lost(ledger, ["r"], NOW + 3 * MINUTE)
    assert lost.owner == "me"
    assert firings.settle(ledger, lost, NOW, state=FiringState.DUE, reason="", again_at=NOW)
    # Somebody else was quicker with the same.
    assert not firings.settle(ledger, lost, NOW, state=FiringState.DUE, reason="", again_at=NOW)
    taken = claimed(ledger, "you", NOW + 3 * MINUTE)
    assert taken.owner == "you"
    assert not firings.renew(ledger, firing, "me", NOW + 3 * MINUTE, LEASE)
    assert not firings.settle(ledger, firing, NOW, state=FiringState.DONE, reason="")
    (row,) = firings.of_report(ledger)
    assert row.state is FiringState.DUE


def test_the_next_look(ledger: Ledger) -> None:
    assert firings.next_look(ledger, ["r"]) is None
    fire(ledger, "r", NOW)
    assert firings.next_look(ledger, ["r"]) == NOW
    assert firings.next_look(ledger, ["s"]) is None
    firing = claimed(ledger)
    assert firings.next_look(ledger, ["r"]) == NOW + LEASE
    firings.settle(ledger, firing, NOW, state=FiringState.DONE, reason="")
    assert firings.next_look(ledger, ["r"]) == NEXT


def test_what_has_no_schedule_any_more_is_given_up_unless_it_is_being_made(ledger: Ledger) -> None:
    fire(ledger, "r", NOW - MINUTE, NOW)
    made = claimed(ledger)
    with ledger.transaction() as connection:
        firings.forget(connection, "r")
        dropped = firings.drop_orphans(connection, NOW, "gone")
    assert [one.due_at for one in dropped] == [NOW]
    assert firings.settle(ledger, made, NOW, state=FiringState.DONE, reason="")
    with ledger.transaction() as connection:
        assert firings.drop_orphans(connection, NOW, "gone") == ()
    states = [(one.state, one.reason) for one in firings.of_report(ledger)]
    assert states == [(FiringState.DONE, ""), (FiringState.MISSED, "gone")]


@pytest.mark.parametrize(("state", "moved"), [(FiringState.DUE, False), (FiringState.DONE, True)])
def test_since_when_it_is_in_a_state(ledger: Ledger, state: FiringState, *, moved: bool) -> None:
    fire(ledger, "r", NOW)
    firing = claimed(ledger)
    firings.settle(ledger, firing, NOW + MINUTE, state=state, reason="")
    (row,) = firings.of_report(ledger)
    assert row.changed_at == (NOW + MINUTE if moved else NOW)
