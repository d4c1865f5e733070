"""Results that do not arrive at once: when they are tried again, and when not any more."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from reporter.ledger import Ledger
from reporter.ledger.served_requests import Accepted, ServedRequests, State, Status
from reporter.server import dispatch
from reporter.server.dispatch import USUAL, Dispatch, Patience
from reporter.server.post import NotDelivered, Postman
from reporter.settings.callback_urls import Target, beginning

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ALLOWED = (beginning("http://*.example.com/"),)


class Errands(Postman):
    """A postman who fails as he is told, and remembers when he was sent where."""

    def __init__(self, now: Callable[[], datetime], failures: dict[str, int]) -> None:
        self.now = now
        self.failures = failures
        self.sent: list[tuple[str, float]] = []
        self.hanging: set[str] = set()
        self.cancelled: list[str] = []

    async def post(self, target: Target, body: bytes) -> None:
        host = target.host.partition(".")[0]
        self.sent.append((host, (self.now() - NOW).total_seconds()))
        assert body == b"[]"
        if host in self.hanging:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.append(host)
                raise
        if self.failures.get(host, 0) > 0:
            self.failures[host] -= 1
            raise NotDelivered("the answer was 503")


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@contextmanager
def post_office(folder: Path, hosts: list[str]) -> Iterator[ServedRequests]:
    """Finished queries, whose results are to go to hosts; the caller is the host's first letter."""
    requests = ServedRequests(Ledger(folder / "ledger.sqlite"))
    with requests.held():
        for number, host in enumerate(hosts):
            name = f"{host}-{number}"
            accepted = Accepted(
                id=name,
                caller=host[0],
                account=None,
                request=b"{}",
                callback_url=f"http://{host}.example.com/secret",
            )
            assert requests.accept(accepted, NOW, most=100).result(10)
            requests.finish(name, State(Status.SUCCESS, None), b"[]", NOW).result(10)
        yield requests


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - it may be the ledger's
            await asyncio.sleep(0.005)


def due(requests: ServedRequests) -> datetime | None:
    return requests.next_due(busy=(), full=()).result(10)


def test_pauses_grow_and_are_scattered(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "reporter")
    clock = Clock()
    with post_office(tmp_path, ["a"]) as requests:
        errands = Errands(clock, {"a": 5})

        async def main() -> None:
            office = Dispatch(requests, errands, ALLOWED, now=clock, patience=Patience(longest=10))
            task = asyncio.create_task(office.run())
            for attempt in range(1, 6):
                await until(lambda many=attempt: len(errands.sent) == many)  # type: ignore[misc]
                await until(lambda: (due(requests) or clock.time) > clock.time)
                clock.time = due(requests) or NOW
                office.wake()
            await until(lambda: due(requests) is None)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(main())
    moments = [moment for _, moment in errands.sent]
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    for pause, middle in zip(pauses, (1, 2, 4, 8, 10), strict=True):
        assert middle * 0.5 <= pause <= middle * 1.5
    lines = [record.getMessage() for record in caplog.records]
    assert sum("a.example.com: the answer was 503" in line for line in lines) == 5
    assert lines[-1] == "result a-0 has arrived at a.example.com"
    assert "secret" not in "".join(lines)


def test_the_usual_patience_is_what_the_document_says() -> None:
    assert USUAL.pause(0, 0.5) == timedelta(seconds=1)
    assert USUAL.pause(50, 0.999) <= timedelta(hours=1)
    assert USUAL.pause(10_000, 0.0) >= timedelta(minutes=15)
    assert timedelta(seconds=USUAL.total) == timedelta(days=1)


def test_after_a_day_a_result_is_given_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    clock.time = NOW + timedelta(days=1)
    with post_office(tmp_path, ["a"]) as requests:
        errands = Errands(clock, {"a": 5})

        async def main() -> None:
            office = Dispatch(requests, errands, ALLOWED, now=clock, patience=Patience())
            task = asyncio.create_task(office.run())
            await until(lambda: due(requests) is None)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(main())
        assert requests.state("a-0", "a").result(10) == State(Status.SUCCESS, None)
    assert len(errands.sent) == 1
    assert "result a-0 is given up: a.example.com: the answer was 503" in caplog.text


def test_what_is_not_allowed_any_more_is_not_sent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    with post_office(tmp_path, ["a"]) as requests:
        errands = Errands(clock, {})

        async def main() -> None:
            office = Dispatch(
                requests, errands, (beginning("http://b.example.com"),), now=clock, patience=USUAL
            )
            task = asyncio.create_task(office.run())
            await until(lambda: due(requests) is None)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(main())
    assert errands.sent == []
    assert "its callback is not allowed any more" in caplog.text


def test_a_receiver_that_hangs_holds_up_its_caller_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_GRACE_SECONDS", 0.05)
    clock = Clock()
    with post_office(tmp_path, [*["hung"] * 40, "b", "c"]) as requests:
        errands = Errands(clock, {})
        errands.hanging = {"hung"}

        async def main() -> None:
            office = Dispatch(requests, errands, ALLOWED, now=clock, patience=USUAL)
            task = asyncio.create_task(office.run())
            await until(lambda: {"b", "c"} <= {host for host, _ in errands.sent})
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(main())
        assert len(errands.cancelled) == 8
        assert len(errands.sent) == 10
        # What was cut off is still to be sent.
        assert len(requests.due(NOW, busy=(), full=(), most=100).result(10)) == 40


def test_what_is_on_its_way_may_arrive_before_the_server_stops(tmp_path: Path) -> None:
    clock = Clock()
    with post_office(tmp_path, ["a"]) as requests:

        class Slow(Errands):
            async def post(self, target: Target, body: bytes) -> None:
                await super().post(target, body)
                await asyncio.sleep(0.1)

        errands = Slow(clock, {})

        async def main() -> None:
            office = Dispatch(requests, errands, ALLOWED, now=clock, patience=USUAL)
            task = asyncio.create_task(office.run())
            await until(lambda: len(errands.sent) == 1)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(main())
        assert due(requests) is None


def test_a_ledger_that_fails_for_a_while_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(dispatch, "_PAUSE_SECONDS", 0.01)
    clock = Clock()
    with post_office(tmp_path, ["a"]) as requests:
        errands = Errands(clock, {})
        ledger = Ledger(tmp_path / "ledger.sqlite")
        with ledger.transaction() as connection:
            connection.execute("ALTER TABLE served_requests RENAME TO away")

        async def main() -> None:
            office = Dispatch(requests, errands, ALLOWED, now=clock, patience=USUAL)
            task = asyncio.create_task(office.run())
            await until(lambda: "cannot be read or written" in caplog.text)
            with ledger.transaction() as connection:
                connection.execute("ALTER TABLE away RENAME TO served_requests")
            await until(lambda: len(errands.sent) == 1)
            await until(lambda: due(requests) is None)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(main())
