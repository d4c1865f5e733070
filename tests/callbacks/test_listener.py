"""The receiver of a run: wakes who waits, leaves signals alone, explains what hinders it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from callers import JSON, RESULT, head, send, whole
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Message

from reporter import clock
from reporter.callbacks.base import Receiver
from reporter.callbacks.body import Limits
from reporter.callbacks.inbox import Inbox
from reporter.callbacks.listener import Listener
from reporter.callbacks.receivers import receiver_for
from reporter.callbacks.relay_client import RelayClient
from reporter.callbacks.serving import GuestServer, configured, listen_on
from reporter.errors import LedgerError, ReceiverError, UserError
from reporter.ledger import Ledger
from reporter.settings import Callback

LIMITS = Limits(largest=100_000)


def listener_on(ledger: Ledger, address: str = "127.0.0.1:0") -> Listener:
    return Listener(address, None, ledger, limits=LIMITS)


def soon() -> datetime:
    return clock.now() + timedelta(minutes=5)


def test_a_listener_is_a_receiver(ledger: Ledger) -> None:
    receiver: Receiver = listener_on(ledger)
    assert receiver.name == "here"


def test_who_waits_is_woken_at_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the callback itself: nobody looks into the ledger meanwhile."""
    monkeypatch.setattr("reporter.callbacks.inbox._LOOK_EVERY", 1000)

    async def waiting() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            waiters = [asyncio.create_task(listener.received(slot.id, wait=30)) for _ in range(3)]
            await asyncio.sleep(0.05)
            assert not any(waiter.done() for waiter in waiters)
            await send(slot.url, whole(slot.url))
            async with asyncio.timeout(5):
                assert await asyncio.gather(*waiters) == [RESULT] * 3
            assert await listener.received(slot.id, wait=30) == RESULT

    asyncio.run(waiting())


def test_waiting_ends(ledger: Ledger) -> None:
    async def waiting() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            for wait in (-1, 0, 0.01):
                assert await listener.received(slot.id, wait=wait) is None
            assert await listener.received("another", wait=0.01) is None
            assert listener._inbox._waiting == {}

    asyncio.run(waiting())


def test_a_result_may_come_before_anybody_waits_for_it(ledger: Ledger) -> None:
    async def waiting() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            await send(slot.url, whole(slot.url))
            assert await listener.received(slot.id, wait=0) == RESULT
            await listener.close(slot.id)
            assert await listener.received(slot.id, wait=0) is None

    asyncio.run(waiting())


def test_what_came_for_a_run_before_is_there(ledger: Ledger) -> None:
    async def one_run() -> str:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            await send(slot.url, whole(slot.url))
            return slot.id

    async def next_run(slot: str) -> bytes | None:
        async with listener_on(ledger) as listener:
            return await listener.received(slot, wait=0)

    assert asyncio.run(next_run(asyncio.run(one_run()))) == RESULT


def test_a_slot_of_a_run_before_is_filled_in_the_next_one(ledger: Ledger) -> None:
    async def two_runs() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
        async with listener_on(ledger, f"127.0.0.1:{listener.port}") as again:
            assert (await send(slot.url, whole(slot.url))).status == 200
            assert await again.received(slot.id, wait=0) == RESULT

    asyncio.run(two_runs())


def test_what_another_process_received_wakes_too(ledger: Ledger) -> None:
    """Two inboxes over one ledger know nothing of each other, like two processes."""

    async def waiting() -> None:
        async with Inbox(ledger) as one, Inbox(Ledger(ledger.path)) as other:
            opened = await one.open(soon())
            waiter = asyncio.create_task(other.received(opened.id, wait=30))
            await asyncio.sleep(0.05)
            await one.accept(opened.token, b"{}")
            assert await waiter == b"{}"

    asyncio.run(waiting())


def test_a_ledger_that_breaks_is_told_to_who_waits(ledger: Ledger) -> None:
    async def waiting() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            waiter = asyncio.create_task(listener.received(slot.id, wait=30))
            await asyncio.sleep(0.05)
            with ledger.transaction() as connection:
                connection.execute("DROP TABLE slots")
            with pytest.raises(LedgerError, match="no such table"):
                await waiter
            said = await send(slot.url, whole(slot.url))
            assert (said.status, said.headers["retry-after"]) == (503, "5")

    asyncio.run(waiting())


def test_a_body_that_cannot_be_kept_is_not_acknowledged(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    async def receiving() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            disk = listener._inbox._slots._changes._connection
            disk.execute("PRAGMA max_page_count = 1")  # as many as there are
            large = RESULT + b" " * 50_000
            said = await send(slot.url, whole(slot.url, large))
            assert (said.status, said.error) == (503, "the result cannot be kept")
            assert await listener.received(slot.id, wait=0) is None
            disk.execute("PRAGMA max_page_count = 100000")
            assert (await send(slot.url, whole(slot.url, large))).status == 200

    asyncio.run(receiving())
    assert "database or disk is full" in caplog.text


def test_urls_are_the_public_ones(ledger: Ledger) -> None:
    async def opening() -> None:
        public = "https://reports.example.com/in/"
        async with Listener("127.0.0.1:0", public, ledger, limits=LIMITS) as listener:
            slot = await listener.open(soon())
            assert slot.url.startswith("https://reports.example.com/in/callbacks/")
            assert await listener.received(slot.id, wait=0) is None

    asyncio.run(opening())


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="there is no IPv6 here")
def test_addresses_of_the_sixth_version(ledger: Ledger) -> None:
    async def listening() -> None:
        async with listener_on(ledger, "[::1]:0") as listener:
            slot = await listener.open(soon())
            assert slot.url.startswith("http://[::1]:")
            assert (await send(slot.url, whole(slot.url))).status == 200

    asyncio.run(listening())


def test_a_port_in_use_is_explained(ledger: Ledger) -> None:
    async def twice() -> None:
        async with listener_on(ledger) as first:
            await listener_on(ledger, f"127.0.0.1:{first.port}").__aenter__()

    with pytest.raises(ReceiverError) as caught:
        asyncio.run(twice())
    assert caught.value.message.startswith("cannot listen on 127.0.0.1:")
    assert caught.value.message.endswith("(`callback.listen`): address already in use")
    assert caught.value.hint is not None
    assert "another run, source or program listens there" in caught.value.hint


@pytest.mark.parametrize(
    ("address", "message", "hint"),
    [
        ("8085", "`serve.listen` is '8085': expected host and port", "like 0.0.0.0:8085"),
        (":8085", "`serve.listen` is ':8085': expected host and port", "like 0.0.0.0:8085"),
        ("here:http", "`serve.listen` is 'here:http': expected host", "like 0.0.0.0:8085"),
        ("0.0.0.0:70000", "`serve.listen` is '0.0.0.0:70000'", "like 0.0.0.0:8085"),
        ("192.0.2.1:0", "cannot listen on 192.0.2.1:0", "this machine has no such address"),
        ("no.such.host.invalid:0", "cannot listen on no.such.host.invalid:0", "is the host"),
    ],
)
def test_addresses_that_cannot_be_listened_on(address: str, message: str, hint: str) -> None:
    with pytest.raises(ReceiverError) as caught:
        listen_on(address, "serve.listen")
    assert caught.value.message.startswith(message)
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def test_a_listener_that_is_gone_is_told(ledger: Ledger) -> None:
    async def stopped() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            waiter = asyncio.create_task(listener.received(slot.id, wait=30))
            await asyncio.sleep(0.05)
            listener._server.should_exit = True
            with pytest.raises(ReceiverError, match=r"nothing listens on .* any more"):
                await waiter

    asyncio.run(stopped())


def test_a_server_that_cannot_start_is_told(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    async def starting() -> None:
        monkeypatch.setattr(asyncio.get_running_loop(), "create_server", fail)
        async with listener_on(ledger):
            pass

    with pytest.raises(OSError, match="Too many open files"):
        asyncio.run(starting())


def test_what_is_being_received_at_the_end_is_given_up(ledger: Ledger) -> None:
    """And said so, before anybody has to wait for it."""

    async def leaving() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            data = whole(slot.url)
            sending = asyncio.create_task(send(slot.url, data[:-1], data[-1:], pause=20))
            idle = asyncio.create_task(send(slot.url))
            await asyncio.sleep(0.1)
        said = await sending
        assert (said.status, said.error) == (503, "the server is stopping")
        assert (await idle).status == 0

    started = time.monotonic()
    asyncio.run(leaving())
    assert time.monotonic() - started < 15  # not the 20 seconds of the slow one


def test_who_is_cancelled_while_receiving_says_so(ledger: Ledger) -> None:
    """As at the end of a program, when all that still runs is cancelled."""

    async def cancelling() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            data = whole(slot.url)
            sending = asyncio.create_task(send(slot.url, data[:-1], data[-1:], pause=20))
            await asyncio.sleep(0.1)
            for task in listener._server.server_state.tasks:
                task.cancel()
            said = await sending
            assert (said.status, said.error) == (503, "the server is stopping")

    asyncio.run(cancelling())


def test_who_is_cancelled_while_answering_says_no_more() -> None:
    heard: list[Message] = []

    async def send_(message: Message) -> None:
        heard.append(message)
        if len(heard) == 2:
            raise asyncio.CancelledError

    async def cancelling() -> None:
        app = configured(Response("long"), lifespan="off").app
        await app({"type": "http"}, None, send_)  # type: ignore[operator]

    asyncio.run(cancelling())
    assert [message["type"] for message in heard] == ["http.response.start", "http.response.body"]


def test_a_server_that_is_cancelled_stops(ledger: Ledger) -> None:
    async def cancelling() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            listener._serving.cancel()
            with pytest.raises(ReceiverError, match="nothing listens"):
                await listener.received(slot.id, wait=30)
        with pytest.raises(ConnectionRefusedError):
            await send(slot.url, whole(slot.url))

    asyncio.run(cancelling())


def test_a_server_that_is_cancelled_before_it_began_has_nothing_to_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopped = []

    async def begin(*_: object) -> None:
        await asyncio.sleep(30)

    async def cancelling() -> None:
        config = configured(Starlette(), lifespan="off")
        server = GuestServer(config, lambda: stopped.append(1))
        monkeypatch.setattr(uvicorn.Server, "startup", begin)
        serving = asyncio.create_task(server.serve([]))
        await asyncio.sleep(0)
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving

    asyncio.run(cancelling())
    assert stopped == []


def test_stopping_twice_is_stopping(ledger: Ledger) -> None:
    async def stopping() -> None:
        async with Inbox(ledger) as inbox:
            waiter = asyncio.create_task(inbox.received("x", wait=30))
            await asyncio.sleep(0.05)
            inbox.stop()
            inbox.stop()
            assert await waiter is None
            assert await inbox.received("x", wait=30) is None

    asyncio.run(stopping())


def test_a_slot_that_is_closed_while_its_body_comes(ledger: Ledger) -> None:
    async def receiving() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            data = whole(slot.url)
            sending = asyncio.create_task(send(slot.url, data[:-1], data[-1:], pause=0.1))
            await asyncio.sleep(0.05)
            await listener.close(slot.id)
            assert (await sending).status == 404

    asyncio.run(receiving())


_RUN = """
import asyncio, signal, sys
from datetime import timedelta
from pathlib import Path
from reporter import clock
from reporter.callbacks.body import Limits
from reporter.callbacks.listener import Listener
from reporter.cli import interruption
from reporter.ledger import Ledger

# What starts the tests in the background has children ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)

async def run():
    ledger = Ledger(Path(sys.argv[1]))
    async with Listener("127.0.0.1:0", None, ledger, limits=Limits(largest=10**6)) as here:
        slot = await here.open(clock.now() + timedelta(minutes=5))
        print(slot.url, flush=True)
        await here.received(slot.id, wait=60)

try:
    interruption.run(run())
except KeyboardInterrupt:
    print("interrupted")
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""


def test_ctrl_c_ends_a_run_that_waits(ledger: Ledger) -> None:
    """Also while somebody is sending: quietly, and at once."""
    with subprocess.Popen(
        (sys.executable, "-c", _RUN, ledger.path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()

        async def interrupting() -> None:
            start = head(url, JSON | {"Content-Length": "1000"})
            sending = asyncio.create_task(send(url, start, b"{", pause=30))
            await asyncio.sleep(0.2)
            os.kill(process.pid, signal.SIGINT)
            assert (await sending).status == 503

        asyncio.run(interrupting())
        out, err = process.communicate(timeout=20)
    assert (out.decode(), err.decode(), process.returncode) == ("interrupted\n", "", 0)


def test_ctrl_c_while_a_callback_is_looked_at(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the program's, wherever it comes: uvicorn would log it and go on."""

    async def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    async def waiting() -> None:
        async with listener_on(ledger) as listener:
            slot = await listener.open(soon())
            monkeypatch.setattr(Inbox, "admits", interrupted)
            sending = asyncio.create_task(send(slot.url, whole(slot.url)))
            await listener.received(slot.id, wait=30)
            await sending

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(waiting())


def test_receivers_are_as_the_settings_say(ledger: Ledger) -> None:
    url = "https://reports.example.com"
    here = receiver_for(Callback(listen="127.0.0.1:0", public_url=url, largest_result=3), ledger)
    assert isinstance(here, Listener)
    assert here._limits.largest == 3 * 2**20
    there = receiver_for(Callback(relay=url + "/", secret="x", largest_result=3), ledger)  # noqa: S106
    assert isinstance(there, RelayClient)
    assert there.name == url
    for half in (Callback(), Callback(listen="127.0.0.1:0"), Callback(relay=url)):
        with pytest.raises(UserError, match="does not say how results come here") as caught:
            receiver_for(half, ledger)
        assert caught.value.hint is not None


def test_the_path_of_the_ledger_may_be_anywhere(tmp_path: Path) -> None:
    assert receiver_for(
        Callback(listen="127.0.0.1:0", public_url="http://x"), Ledger(tmp_path / "a" / "b.sqlite")
    )
