"""A relay and its client, over HTTP; where it matters in a process of its own."""

import asyncio
import json
import os
import signal
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from background import BackgroundRelay
from callers import JSON, RESULT, send, whole
from relay_run import SECRET, RelayRun

from reporter import clock
from reporter.callbacks.base import Receiver, Slot
from reporter.callbacks.body import MIB
from reporter.callbacks.relay_client import Patience, RelayClient
from reporter.errors import ReceiverError
from reporter.ledger import Ledger

TLS = ssl.create_default_context()  # not used, but loaded by every client anew
HASTY = Patience(attempts=3, pause=0.01, timeout=5, wait=0.5)
STEADY = Patience(attempts=40, pause=0.05, timeout=5, wait=0.5)


def client_of(
    url: str, *, secret: str = SECRET, largest: int = 8 * MIB, patience: Patience = HASTY
) -> RelayClient:
    return RelayClient(url, secret, largest=largest, patience=patience)


def soon() -> datetime:
    return clock.now() + timedelta(minutes=5)


def asked(
    relay: BackgroundRelay,
    method: str,
    path: str = "/relay/slots",
    *,
    content: str = "",
    **headers: str,
) -> httpx.Response:
    headers = {"authorization": f"Bearer {SECRET}", **headers}
    url = relay.url + path
    return httpx.request(method, url, headers=headers, content=content, timeout=10, verify=TLS)


def test_a_result_travels_through_a_relay(ledger: Ledger) -> None:
    async def running() -> None:
        with RelayRun(ledger) as relay:
            await travelling(relay)

    async def travelling(relay: RelayRun) -> None:
        async with client_of(relay.url + "/") as client:
            receiver: Receiver = client
            assert receiver.name == relay.url
            slot = await receiver.open(soon())
            assert slot.url.startswith(relay.url + "/callbacks/")
            assert await receiver.received(slot.id, wait=0) is None
            # Longer than one request is held.
            waiter = asyncio.create_task(receiver.received(slot.id, wait=20))
            await asyncio.sleep(0.7)
            assert (await send(slot.url, whole(slot.url))).status == 200
            assert await waiter == RESULT
            assert await receiver.received(slot.id, wait=0) == RESULT
            await receiver.close(slot.id)
            await receiver.close(slot.id)
            token = slot.url.rpartition("/")[2]
            assert await receiver.received(slot.id, wait=0.01) is None
            assert (await send(slot.url, whole(slot.url))).status == 404
            assert "127.0.0.1" in relay.log
            assert token not in relay.log
            assert SECRET not in relay.log

    asyncio.run(running())


def test_waiting_ends_when_it_should(relay: BackgroundRelay) -> None:
    async def running() -> float:
        async with client_of(relay.url) as client:
            slot = await client.open(soon())
            started = time.monotonic()
            assert await client.received(slot.id, wait=0.6) is None
            assert await client.received("another", wait=0.1) is None
            return time.monotonic() - started

    assert asyncio.run(running()) >= 0.7


def test_two_hundred_wait_at_once(relay: BackgroundRelay) -> None:
    async def running() -> None:
        async with client_of(relay.url, patience=Patience()) as client:
            slots = await asyncio.gather(*(client.open(soon()) for _ in range(200)))
            bodies = [RESULT.replace(b"r1", b"r%d" % number) for number in range(200)]
            waiting = asyncio.gather(*(client.received(slot.id, wait=60) for slot in slots))
            await asyncio.sleep(0.3)
            posts = zip(slots, bodies, strict=True)
            heard = await asyncio.gather(*(send(s.url, whole(s.url, body)) for s, body in posts))
            assert {said.status for said in heard} == {200}
            assert await waiting == bodies
            await asyncio.gather(*(client.close(slot.id) for slot in slots))
            assert await client.received(slots[0].id, wait=0) is None

    asyncio.run(running())


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer wrong", f"Bearer {SECRET}x", f"Basic {SECRET}", SECRET, "Bearer \xe9"],
)
def test_nobody_gets_in_without_the_secret(relay: BackgroundRelay, authorization: str) -> None:
    headers = {"authorization": authorization.encode("latin-1")}
    for method, path in (
        *(("POST", "/relay/slots"), ("GET", "/relay/slots/x"), ("DELETE", "/relay/slots/x")),
        ("BREW", "/relay/slots"),
    ):
        answer = httpx.request(method, relay.url + path, headers=headers, verify=TLS)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json() == {"error": "the relay's secret is missing or wrong"}


def test_a_wrong_secret_is_explained(relay: BackgroundRelay) -> None:
    async def running() -> None:
        async with client_of(relay.url, secret="no such secret") as client:  # noqa: S106
            await client.open(soon())

    with pytest.raises(ReceiverError, match="does not accept the secret") as caught:
        asyncio.run(running())
    assert caught.value.hint == "`callback.secret` must be what `serve.relaySecret` is there"
    assert "no such secret" not in repr(caught.value)


@pytest.mark.parametrize(("days", "status"), [(6, 201), (8, 400), (-1, 400)])
def test_how_long_a_slot_may_be_open(relay: BackgroundRelay, days: int, status: int) -> None:
    # With any offset from UTC.
    expires = (clock.now() + timedelta(days=days)).astimezone(timezone(timedelta(hours=5.5)))
    content = json.dumps({"expires": expires.isoformat()})
    answer = asked(relay, "POST", content=content, **JSON)
    assert answer.status_code == status
    assert set(answer.json()) == ({"id", "url"} if status == 201 else {"error"})
    assert asked(relay, "POST", content=content).status_code == 415


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ('{"expires": "2126-01-01T00:00:00"}', 400),
        ('{"expires": 5}', 400),
        ('{"expire": "2126-01-01T00:00:00Z"}', 400),
        ("", 400),
        ("[" * 4000, 400),
        (" " * 4097, 413),
    ],
    ids=["local time", "number", "another key", "nothing", "deep", "long"],
)
def test_what_opens_no_slot(relay: BackgroundRelay, content: str, status: int) -> None:
    answer = asked(relay, "POST", content=content, **JSON)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


def test_what_is_asked_in_a_wrong_way(relay: BackgroundRelay) -> None:
    for method, path, status in (
        *(("GET", "/relay/slots", 405), ("PUT", "/relay/slots/x", 405), ("GET", "/relay", 404)),
        *(("GET", "/relay/slots/x?wait=long", 400), ("GET", "/relay/slots/x?wait=-1", 400)),
        *(("GET", "/relay/slots/x?wait=1e9", 400), ("GET", "/relay/slots/x?wait=1", 404)),
        *(("GET", "/relay/slots/", 404), ("GET", "/relay/slots/%2e%2e/x", 404), ("GET", "/", 404)),
    ):
        answer = asked(relay, method, path)
        assert (path, answer.status_code) == (path, status)
        assert set(answer.json()) == {"error"}


def test_an_order_that_is_cut_off_opens_nothing(relay: BackgroundRelay, ledger: Ledger) -> None:
    with socket.create_connection(("127.0.0.1", relay.port)) as connection:
        connection.sendall(
            f"POST /relay/slots HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\n"
            "Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{".encode()
        )
    assert asked(relay, "GET", "/relay/slots/x").status_code == 404
    with ledger.transaction() as transaction:
        assert transaction.execute("SELECT count(*) FROM slots").fetchone()[0] == 0


def test_a_ledger_that_breaks_is_explained(relay: BackgroundRelay, ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        connection.execute("DROP TABLE slots")

    async def running() -> None:
        async with client_of(relay.url) as client:
            await client.open(soon())

    with pytest.raises(ReceiverError, match="does not answer: status 503"):
        asyncio.run(running())


def test_a_result_larger_than_this_run_takes(relay: BackgroundRelay) -> None:
    async def running() -> None:
        async with client_of(relay.url, largest=len(RESULT) - 1) as client:
            slot = await client.open(soon())
            await send(slot.url, whole(slot.url))
            await client.received(slot.id, wait=5)

    with pytest.raises(ReceiverError, match="has a result of more than 68 bytes"):
        asyncio.run(running())


Answering = Callable[[bytes], bytes]


@asynccontextmanager
async def answering(answer: Answering) -> AsyncIterator[str]:
    """A server that says what it is told to, whatever it is asked."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(request))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def said(status: int, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def asking(answer: Answering, what: Callable[[RelayClient], Coroutine[Any, Any, object]]) -> object:
    async def running() -> object:
        async with answering(answer) as url, client_of(url) as client:
            return await what(client)

    return asyncio.run(running())


@pytest.mark.parametrize(
    "answer",
    [
        said(200, b"<html>Welcome</html>"),
        said(404, b"nothing here"),
        said(301, Location="http://127.0.0.1/"),
        said(401),
        said(201, b'{"id": "x"}', reporter_relay="1"),
        said(201, b"<html>", reporter_relay="1"),
    ],
    ids=["page", "nothing", "redirect", "log-in", "half a slot", "no slot"],
)
def test_what_is_no_relay_is_explained(answer: bytes) -> None:
    with pytest.raises(ReceiverError, match=r"answers, with status \d+, but is no relay") as caught:
        asking(lambda _: answer, lambda client: client.open(soon()))
    assert caught.value.hint is not None
    assert "a proxy must pass on /relay/ and /callbacks/" in caught.value.hint


@pytest.mark.parametrize(
    "what",
    [
        lambda client: client.open(soon()),
        lambda client: client.received("x", wait=1),
        lambda client: client.close("x"),
    ],
    ids=["open", "received", "close"],
)
def test_what_a_relay_does_not_say_is_shown(
    what: Callable[[RelayClient], Coroutine[Any, Any, object]],
) -> None:
    teapot = said(418, b"short and stout", reporter_relay="1")
    with pytest.raises(ReceiverError, match="answers with status 418: short and stout"):
        asking(lambda _: teapot, what)


@pytest.mark.parametrize(
    "failure",
    [said(502), said(503), b"", b"HTTP/1.1 200 OK\r\nContent-Le"],
    ids=["bad gateway", "unavailable", "silence", "half an answer"],
)
def test_what_fails_for_a_while_is_tried_again(failure: bytes) -> None:
    slot = b'{"id": "x", "url": "http://x/callbacks/y"}'
    answers = iter([failure, failure, said(201, slot, reporter_relay="1")])
    assert asking(lambda _: next(answers), lambda c: c.open(soon())) == Slot(
        "x", "http://x/callbacks/y"
    )


def test_what_fails_for_long_is_explained() -> None:
    requests: list[bytes] = []

    def answer(request: bytes) -> bytes:
        requests.append(request)
        return said(502)

    with pytest.raises(ReceiverError, match="does not answer: status 502") as caught:
        asking(answer, lambda client: client.open(soon()))
    assert len(requests) == HASTY.attempts
    assert caught.value.hint == (
        "is `reporter serve` running there, and is `callback.relay` its URL?"
    )


def test_a_relay_that_cannot_be_reached_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    async def running() -> None:
        async with client_of(f"http://127.0.0.1:{port}") as client:
            await client.open(soon())

    with pytest.raises(ReceiverError, match="does not answer: All connection attempts failed"):
        asyncio.run(running())


def test_a_run_waits_through_a_restart_of_the_relay(ledger: Ledger) -> None:
    """It is stopped as a server is, and started anew; a kill shows in the tests of kills."""

    async def running() -> None:
        with RelayRun(ledger) as first:
            port = first.port
            async with client_of(first.url, patience=STEADY) as client:
                slot = await client.open(soon())
                waiter = asyncio.create_task(client.received(slot.id, wait=60))
                await asyncio.sleep(0.2)
                os.kill(first.process.pid, signal.SIGTERM)
                await asyncio.to_thread(first.process.wait, 20)
                with RelayRun(ledger, port=port):
                    assert (await send(slot.url, whole(slot.url))).status == 200
                    assert await waiter == RESULT

    asyncio.run(running())


def test_processes_share_a_ledger(ledger: Ledger) -> None:
    """What is posted to one relay wakes whoever waits at the other."""

    async def running() -> None:
        with RelayRun(ledger) as one, RelayRun(ledger) as other:
            async with client_of(one.url, patience=Patience()) as client:
                slot = await client.open(soon())
                waiter = asyncio.create_task(client.received(slot.id, wait=60))
                await asyncio.sleep(0.2)
                url = slot.url.replace(str(one.port), str(other.port))
                assert (await send(url, whole(url))).status == 200
                assert await waiter == RESULT

    asyncio.run(running())


def test_who_waits_when_a_relay_stops_comes_again(relay: BackgroundRelay) -> None:
    async def running() -> None:
        async with client_of(relay.url) as client:
            slot = await client.open(soon())
            waiter = asyncio.create_task(client.received(slot.id, wait=60))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(relay.stop)
            with pytest.raises(ReceiverError, match="does not answer: "):
                await waiter

    asyncio.run(running())
