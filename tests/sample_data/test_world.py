"""The declared world and what follows from it without the engine."""

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from reporter.sample_data.lookup import (
    SLOTS,
    line_rows,
    mix_number,
    outcome_rows,
    route_rows,
    spread_number,
    spread_rows,
)
from reporter.sample_data.model import Mix, Request, Spread
from reporter.sample_data.rhythm import hours, months
from reporter.sample_data.world import world


def request(since: str, until: str, calls: int = 10_000, seed: int = 7) -> Request:
    return Request(
        since=date.fromisoformat(since), until=date.fromisoformat(until), calls=calls, seed=seed
    )


def test_a_mix_adds_up() -> None:
    with pytest.raises(ValueError, match="the shares of mix odd do not add up to 1000"):
        Mix(name="odd", shares={"talked": 999})


@pytest.mark.parametrize("points", [(1, 2, 3), (5, 4, *range(6, 15))])
def test_a_spread_rises_through_eleven_points(points: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="spread odd is no row of eleven rising numbers"):
        Spread(name="odd", points=points)


def test_ids_and_names_are_unique() -> None:
    networks = [network for country in world().countries for network in country.networks]
    for ids in (
        [network.id for network in networks],
        [network.name for network in networks],
        [country.id for country in world().countries],
        [account.key for account in world().accounts],
        [outcome.name for outcome in world().outcomes],
        [mix.name for mix in world().mixes],
        [spread.name for spread in world().spreads],
    ):
        assert len(set(ids)) == len(ids)


def test_the_incident_is_of_a_network_there_is() -> None:
    networks = {network.id for country in world().countries for network in country.networks}
    assert world().incident.network in networks


def test_everything_has_slots() -> None:
    networks = {network.name for country in world().countries for network in country.networks}
    assert [row.slot for row in route_rows(world())] == list(range(SLOTS))
    assert {row.network_name for row in route_rows(world())} == networks
    assert [row.slot for row in line_rows(world())] == list(range(SLOTS))
    assert {(row.account_key, row.capability, row.direction) for row in line_rows(world())} == {
        (line.account, line.capability, line.direction) for line in world().lines
    }


def test_a_larger_share_has_more_slots() -> None:
    slots = Counter(row.country_name for row in route_rows(world()))
    assert slots["Croatia"] == pytest.approx(300, abs=3)
    assert slots["France"] == pytest.approx(20, abs=2)


def test_outcomes_come_as_often_as_their_mix_says() -> None:
    excellent = mix_number(world(), "excellent") * SLOTS
    statuses = Counter(
        row.status for row in outcome_rows(world()) if excellent <= row.slot < excellent + SLOTS
    )
    assert statuses["BUSY"] == 44
    assert statuses["NO_ANSWER"] == 128
    assert statuses["CANCELLED"] == 28


def test_the_steps_of_a_spread_follow_each_other() -> None:
    first = spread_number(world(), "ring") * 10
    ring = [row for row in spread_rows(world()) if first <= row.slot < first + 10]
    assert [(row.least, row.width) for row in ring][:3] == [(350, 350), (700, 250), (950, 250)]
    assert ring[-1].least + ring[-1].width == 9800


def test_hours_add_up_and_follow_each_other() -> None:
    wanted = request("2026-08-01", "2026-11-01", calls=12_345)
    found = hours(wanted, world().rhythm, world().incident)
    assert sum(hour.calls for hour in found) == 12_345
    assert [hour.before for hour in found] == [
        sum(h.calls for h in found[:n]) for n in range(len(found))
    ]
    assert all(a.begin < b.begin for a, b in pairwise(found))


def test_the_rhythm_is_local() -> None:
    found = hours(request("2026-10-12", "2026-11-09"), world().rhythm, world().incident)
    by_hour: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    for hour in found:
        summer = hour.begin < datetime(2026, 10, 25, tzinfo=UTC)
        by_hour[summer][hour.begin.hour] += hour.calls
    # Ten in the morning in Zagreb.
    assert by_hour[True].most_common(1)[0][0] == 8
    assert by_hour[False].most_common(1)[0][0] == 9


def test_the_incident_lasts_as_long_as_declared() -> None:
    found = hours(request("2026-10-01", "2026-11-01"), world().rhythm, world().incident)
    down = [hour for hour in found if hour.outage is not None]
    assert down[0].begin == datetime(2026, 10, 20, 4, tzinfo=UTC)
    assert down[-1].begin == datetime(2026, 10, 21, 13, tzinfo=UTC)
    assert {hour.outage for hour in down} == {world().incident.network}


def test_another_seed_has_other_days() -> None:
    one, other = (
        hours(request("2026-10-01", "2026-11-01", seed=seed), world().rhythm, world().incident)
        for seed in (1, 2)
    )
    assert one != other


def test_months_are_those_of_the_calendar() -> None:
    found = [
        (begin.date().isoformat(), end.date().isoformat())
        for begin, end in months(request("2025-12-15", "2026-02-10"))
    ]
    assert found == [
        ("2025-12-15", "2026-01-01"),
        ("2026-01-01", "2026-02-01"),
        ("2026-02-01", "2026-02-10"),
    ]


def test_months_are_counted_back_from_any_day() -> None:
    wanted = Request.of_months(1, until=date(2026, 3, 31), calls_per_month=10, seed=0)
    assert (wanted.since, wanted.calls) == (date(2026, 2, 28), 10)
    assert wanted.last_month == date(2026, 2, 28)
