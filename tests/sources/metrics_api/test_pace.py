"""Turns are evenly spaced, in any second no more than allowed, and none in a pause."""

import asyncio
from itertools import pairwise

from reporter.sources.metrics_api.pace import Pace


async def _taken(pace: Pace, number: int, at: list[float]) -> None:
    async def take() -> None:
        await pace.turn()
        at.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(take() for _ in range(number)))


def test_turns_are_evenly_spaced_from_the_first_on() -> None:
    at: list[float] = []
    asyncio.run(_taken(Pace(200), 40, at))
    assert all(after - before > 0.9 / 200 for before, after in pairwise(at))
    assert 39 / 200 <= at[-1] - at[0] < 10 * 40 / 200


def test_a_rest_saves_no_turns_up() -> None:
    async def rested() -> list[float]:
        pace, at = Pace(100), list[float]()
        await pace.turn()
        await asyncio.sleep(0.1)
        await _taken(pace, 5, at)
        return at

    at = asyncio.run(rested())
    assert all(after - before > 0.9 / 100 for before, after in pairwise(at))


def test_nobody_gets_a_turn_in_a_pause_and_after_it_they_are_spaced() -> None:
    async def paused() -> tuple[float, list[float]]:
        pace, at = Pace(100), list[float]()
        loop = asyncio.get_running_loop()
        await _taken(pace, 3, at)
        taking = asyncio.create_task(_taken(pace, 5, at))
        await asyncio.sleep(0.001)  # the first of them waits for its turn already
        begun = loop.time()
        pace.pause(0.2)
        pace.pause(0.01)  # a shorter one changes nothing
        await taking
        return begun, at

    begun, at = asyncio.run(paused())
    since = [moment - begun for moment in at]
    late = [moment for moment in since if moment > 0]
    assert len(late) >= 4
    assert min(late) > 0.199
    assert all(after - before > 0.9 / 100 for before, after in pairwise(late))


def test_who_has_a_turn_but_no_connection_is_not_written_together_with_others() -> None:
    async def written() -> list[float]:
        pace, at = Pace(100), list[float]()

        async def write() -> None:
            await pace.write()
            at.append(asyncio.get_running_loop().time())

        await asyncio.gather(*(write() for _ in range(10)))
        return at

    at = asyncio.run(written())
    assert all(after - before > 0.9 / 100 for before, after in pairwise(at))


def test_one_that_gives_up_waiting_holds_nobody_up() -> None:
    async def left() -> int:
        pace, at = Pace(50), list[float]()
        waiting = [asyncio.create_task(pace.turn()) for _ in range(20)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.wait_for(_taken(pace, 3, at), 1)
        return len(at)

    assert asyncio.run(left()) == 3
