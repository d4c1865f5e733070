"""Processes that die between receipt and answer: what was acknowledged is there, always."""

import asyncio
import signal
import sys
from datetime import timedelta

import pytest
from callers import JSON, RESULT, Said, head, send, whole
from relay_run import RelayRun

from reporter import clock
from reporter.callbacks.base import Slot
from reporter.callbacks.body import MIB
from reporter.ledger import Ledger
from reporter.ledger.slots import Slots


def opened(ledger: Ledger, relay: RelayRun, count: int) -> list[Slot]:
    slots = Slots(ledger, now=clock.now)
    expires = clock.now() + timedelta(minutes=5)
    futures = [slots.open(expires) for _ in range(count)]
    found = [future.result() for future in futures]
    slots.leave()
    return [Slot(each.id, f"{relay.url}/callbacks/{each.token}") for each in found]


def bodies(ledger: Ledger, slots: list[Slot]) -> list[bytes | None]:
    kept = Slots(ledger, now=clock.now)
    found = [kept.body(slot.id) for slot in slots]
    kept.leave()
    return found


@pytest.mark.parametrize(
    ("dies", "kept"), [("before", None), ("after", RESULT)], ids=["before", "after"]
)
def test_killed_between_receipt_and_answer(ledger: Ledger, dies: str, kept: bytes | None) -> None:
    """Nobody was told anything; the body is there exactly if it was committed."""
    with RelayRun(ledger, dies=dies) as relay:
        (slot,) = opened(ledger, relay, 1)
        heard = asyncio.run(send(slot.url, whole(slot.url)))
        assert heard.status == 0
        assert relay.process.wait(20) == -signal.SIGKILL
    assert bodies(ledger, [slot]) == [kept]
    # The API posts once more, or it does not: both are well.
    with RelayRun(ledger, port=relay.port):
        heard = asyncio.run(send(slot.url, whole(slot.url)))
        assert heard.status == 200
    assert bodies(ledger, [slot]) == [RESULT]


def test_killed_at_any_moment_under_load(ledger: Ledger) -> None:
    """Fifty callers; the process is killed when so many have heard 200."""
    for heard_before in (1, 60, 170):
        with RelayRun(ledger) as relay:
            slots = opened(ledger, relay, 250)
            posted = [RESULT.replace(b"r1", slot.id.encode()) for slot in slots]
            heard = asyncio.run(_until_killed(relay, slots, posted, heard_before))
        acknowledged = [
            n for n, said in enumerate(heard) if said is not None and said.status == 200
        ]
        assert heard_before <= len(acknowledged) < len(slots)
        kept = bodies(ledger, slots)
        assert all(kept[number] == posted[number] for number in acknowledged)
        assert all(body in {None, posted[number]} for number, body in enumerate(kept))


async def _until_killed(
    relay: RelayRun, slots: list[Slot], posted: list[bytes], heard_before: int
) -> list[Said | None]:
    heard: list[Said | None] = [None] * len(slots)
    callers = asyncio.Semaphore(50)
    count = 0

    async def call(number: int) -> None:
        nonlocal count
        async with callers:
            try:
                url = slots[number].url
                heard[number] = await send(url, whole(url, posted[number]))
            except ConnectionError:
                return
            count += 1
            if count == heard_before:
                relay.process.kill()

    await asyncio.gather(*map(call, range(len(slots))))
    return heard


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is told by /proc")
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_200_mb_are_not_held_in_memory(ledger: Ledger, *, chunked: bool) -> None:
    piece = b" " * 2**16
    with RelayRun(ledger) as relay:
        (slot,) = opened(ledger, relay, 1)
        asyncio.run(send(slot.url, whole(slot.url, b"{}")))
        before = relay.peak_memory
        if chunked:
            start = head(slot.url, JSON | {"Transfer-Encoding": "chunked"})
            pieces = [b"10000\r\n" + piece + b"\r\n"] * 3200 + [b"0\r\n\r\n"]
        else:
            start = head(slot.url, JSON | {"Content-Length": str(3200 * 2**16)})
            pieces = [piece] * 3200

        async def calling() -> list[Said]:
            return await asyncio.gather(*(send(slot.url, start, *pieces) for _ in range(5)))

        assert [said.status for said in asyncio.run(calling())] == [413] * 5
        # Five callers of 200 MB; four bodies of 8 MiB may be in memory, and what is on the wire.
        assert relay.peak_memory - before < 4 * 8 * 1.5 + 10
        largest = RESULT + b" " * (8 * MIB - len(RESULT))
        assert asyncio.run(send(slot.url, whole(slot.url, largest))).status == 200
    assert bodies(ledger, [slot]) == [largest]
