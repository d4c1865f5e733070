"""What a tick changes, for every way in which schedules come, change and go."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import scheduled

from reporter.errors import UserError
from reporter.ledger.firings import FiringState, ScheduleRecord
from reporter.schedule import due
from reporter.schedule.specs import Broken, Found
from reporter.schedule.tick import PUNCTUAL, Change, Fire, Forget, Remember, changes

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SEVEN = datetime(2026, 11, 25, 6, tzinfo=UTC)
DAILY = scheduled("daily", "0 7 * * *", "Europe/Zagreb")
HERE = Found((DAILY,), (), frozenset({"daily.yaml"}))
KNOWN = ScheduleRecord(
    report="daily",
    spec="daily.yaml",
    cron="0 7 * * *",
    timezone="Europe/Zagreb",
    next_due=SEVEN + timedelta(days=1),
)


def known(**changed: object) -> ScheduleRecord:
    return msgspec.structs.replace(KNOWN, **changed)


def test_a_new_report_is_due_from_now_on() -> None:
    assert changes((), HERE, NOW) == (Remember(KNOWN),)
    assert changes([KNOWN], HERE, NOW) == ()
    (exactly,) = changes((), HERE, SEVEN)
    assert isinstance(exactly, Remember)
    assert exactly.schedule.next_due == SEVEN


def test_a_changed_expression_or_zone_counts_from_now() -> None:
    earlier = known(cron="0 5 * * *", next_due=NOW - timedelta(days=40))
    assert changes([earlier], HERE, NOW) == (Remember(KNOWN),)
    assert changes([known(timezone="Asia/Tokyo")], HERE, NOW) == (Remember(KNOWN),)


def test_a_file_that_is_renamed_changes_nothing_else() -> None:
    late = known(spec="old.yaml", next_due=SEVEN)
    assert changes([late], HERE, NOW) == (Remember(known(next_due=SEVEN)),)


def test_a_report_without_a_schedule_is_forgotten() -> None:
    there = Found((), (), frozenset({"daily.yaml"}))
    assert changes([known(next_due=SEVEN)], there, NOW) == (Forget("daily"),)


def test_a_file_that_is_away_is_waited_for() -> None:
    gone = Found((), (), frozenset())
    late = known(next_due=SEVEN)
    missing = msgspec.structs.replace(late, missing_since=NOW)
    assert changes([late], gone, NOW) == (Remember(missing),)
    assert changes([missing], gone, NOW + timedelta(minutes=9)) == ()
    assert changes([missing], gone, NOW + timedelta(minutes=10)) == (Forget("daily"),)
    assert changes([missing], HERE, NOW + timedelta(minutes=9)) == (Remember(late),)


def test_what_is_broken_is_neither_made_nor_forgotten() -> None:
    broken = Found((), (Broken(Path("daily.yaml"), UserError("no")),), frozenset({"daily.yaml"}))
    assert changes([known(next_due=SEVEN)], broken, NOW) == ()


def fired(found: tuple[Change, ...]) -> list[tuple[datetime, FiringState]]:
    (change,) = found
    assert isinstance(change, Fire)
    return [(one.due_at, one.state) for one in change.come]


def test_what_is_found_in_time_is_made_whatever_catch_up_says() -> None:
    for catch_up in ("all", "latest", "none"):
        report = scheduled("daily", "0 7 * * *", "Europe/Zagreb", catch_up=catch_up)
        found = Found((report,), (), frozenset({"daily.yaml"}))
        (change,) = changes([known(next_due=SEVEN)], found, SEVEN + PUNCTUAL)
        assert isinstance(change, Fire)
        assert change.next_due == SEVEN + timedelta(days=1)
        assert [(one.due_at, one.state) for one in change.come] == [(SEVEN, FiringState.DUE)]


@pytest.mark.parametrize(
    ("catch_up", "states"),
    [("all", "DDD"), ("latest", "MMD"), ("none", "MMM")],
)
def test_catching_up(catch_up: Literal["all", "latest", "none"], states: str) -> None:
    report = scheduled("daily", "0 7 * * *", "Europe/Zagreb", catch_up=catch_up)
    found = Found((report,), (), frozenset({"daily.yaml"}))
    late = known(next_due=SEVEN - timedelta(days=2))
    done = fired(changes([late], found, NOW))
    assert [at for at, _ in done] == [SEVEN - timedelta(days=n) for n in (2, 1, 0)]
    letters = {FiringState.DUE: "D", FiringState.MISSED: "M"}
    assert "".join(letters[state] for _, state in done) == states


def test_what_is_stored_is_due_though_the_zone_is_another_one_by_now() -> None:
    stored = SEVEN + timedelta(hours=1)
    (change,) = changes([known(next_due=stored)], HERE, NOW)
    assert isinstance(change, Fire)
    assert [one.due_at for one in change.come] == [stored]
    assert change.next_due == SEVEN + timedelta(days=1)


def test_a_clock_that_was_far_ahead_leaves_nothing_out() -> None:
    # A machine that starts without the time has looked in 2031, and knows better by now.
    ahead = known(next_due=datetime(2031, 3, 3, 6, tzinfo=UTC))
    tomorrow = SEVEN + timedelta(days=1)
    assert changes([ahead], HERE, NOW) == (Fire(ahead, (), tomorrow),)


@pytest.mark.parametrize("behind", [timedelta(seconds=1), PUNCTUAL - timedelta(seconds=1)])
def test_a_clock_that_goes_a_little_behind_fires_nothing_again(behind: timedelta) -> None:
    assert changes([KNOWN], HERE, SEVEN - behind) == ()


def test_a_sunday_that_is_the_29th_of_february_is_waited_for() -> None:
    seldom = scheduled("seldom", "0 7 29 2 */7", "UTC")
    (change,) = changes((), Found((seldom,), (), frozenset({"seldom.yaml"})), NOW)
    assert isinstance(change, Remember)
    assert change.schedule.next_due == datetime(2032, 2, 29, 7, tzinfo=UTC)
    after = changes(
        [msgspec.structs.replace(change.schedule, next_due=None)],
        Found((seldom,), (), frozenset({"seldom.yaml"})),
        NOW,
    )
    assert after == ()


@given(
    cron=st.sampled_from(["*/7 * * * *", "30 2 * * *", "0 */5 * * *", "59 23 L * *"]),
    zone=st.sampled_from(["Europe/Zagreb", "America/New_York", "Australia/Lord_Howe"]),
    begin=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
    pauses=st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=3)), max_size=12),
    catch_up=st.sampled_from(["all", "latest", "none"]),
)
def test_whenever_it_is_looked_every_due_time_is_found_once(
    cron: str, zone: str, begin: datetime, pauses: list[timedelta], catch_up: str
) -> None:
    report = scheduled("r", cron, zone, catch_up=catch_up)
    found = Found((report,), (), frozenset({"r.yaml"}))
    (first,) = changes((), found, begin)
    assert isinstance(first, Remember)
    schedule, now, seen = first.schedule, begin, []
    for pause in (timedelta(0), *pauses):
        now += pause
        for change in changes([schedule], found, now):
            assert isinstance(change, Fire)
            made = [one.due_at for one in change.come if one.state is FiringState.DUE]
            if catch_up == "all":
                assert len(made) == len(change.come)
            else:
                assert made in ([], [change.come[-1].due_at])
            seen += [one.due_at for one in change.come]
            schedule = msgspec.structs.replace(schedule, next_due=change.next_due)
    expected = due.firings(cron, report.zone, begin, now + timedelta(microseconds=1))
    assert seen == [one.at for one in expected]
