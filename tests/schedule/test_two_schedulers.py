"""Two schedulers on one ledger for a year: what is due is made once and delivered once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from world import Rates, World, expected, scheduled

from reporter.ledger import deliveries, firings
from reporter.ledger.deliveries import State
from reporter.ledger.firings import FiringState
from reporter.schedule.specs import Scheduled

REPORTS = (
    scheduled("daily", "30 2 * * *", "Europe/Zagreb", catch_up="all"),
    scheduled("daily-west", "15 2 * * *", "America/New_York", catch_up="all"),
    scheduled("weekly", "45 1 * * SUN", "Australia/Lord_Howe", catch_up="all"),
    scheduled("monthly", "0 0 L * *", "America/Santiago", catch_up="all"),
    scheduled("on-31", "0 7 31 * *", "Pacific/Auckland", catch_up="all"),
)
FREQUENT = (
    *REPORTS,
    scheduled("often", "*/20 * * * *", "Europe/Zagreb", catch_up="all"),
    scheduled("together", "30 2 * * *", "Europe/Zagreb", catch_up="all"),
)


def check(world: World, reports: tuple[Scheduled, ...], begin: datetime, until: datetime) -> None:
    """No firing doubled, none missed, each delivered once; or unknown, and named."""
    world.ledger.world = None  # nobody else is there
    ended = until - timedelta(hours=12)  # what is due at the very end may be under way
    due = expected(reports, begin, ended)
    rows = [row for row in firings.of_report(world.ledger) if row.due_at < ended]
    assert {(row.report, row.due_at) for row in rows} == set(due)
    assert len(rows) == len(due)
    assert {row.state for row in rows} == {FiringState.DONE}
    assert {key: count for key, count in world.issued.items() if key[1] < ended} == due
    records = deliveries.all_of(world.ledger)
    assert len(records) == len(world.issued)
    for record in records:
        count = world.received[record.id]
        match record.state:
            case State.SENT:
                assert count == 1
            case State.UNKNOWN:
                assert count <= 1
                assert record.reason
            case _:
                assert record.state in {State.PLANNED, State.SENDING}
                assert record.planned_at >= ended - timedelta(hours=2)
                assert count <= 1
    world.ledger.close()


@pytest.mark.unmeasured
@pytest.mark.slow
def test_a_year_of_two_schedulers(tmp_path: Path) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    until = begin + timedelta(days=365)
    rates = Rates(dies=0.003, fails=0.05, refuses=0.05, sleeps=0.001)
    world = World(tmp_path / "ledger.sqlite", REPORTS, begin, seed=5, rates=rates)
    world.live(2, until)
    check(world, REPORTS, begin, until)
    assert world.deaths > 20
    assert sum(world.received.values()) > 750


@pytest.mark.unmeasured
@pytest.mark.slow
@settings(max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    seed=st.integers(0, 2**32),
    begin=st.sampled_from(["2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-04-03"]),
    processes=st.integers(2, 3),
    dies=st.sampled_from([0.0, 0.005, 0.03]),
)
def test_any_order_of_steps_around_a_change_of_clocks(
    seed: int, begin: str, processes: int, dies: float
) -> None:
    since = datetime.fromisoformat(begin).replace(tzinfo=UTC)
    until = since + timedelta(days=2)
    rates = Rates(dies=dies, fails=0.1, refuses=0.1, sleeps=0.01)
    with TemporaryDirectory() as folder:
        world = World(Path(folder) / "ledger", FREQUENT, since, seed=seed, rates=rates)
        world.live(processes, until)
        check(world, FREQUENT, since, until)
