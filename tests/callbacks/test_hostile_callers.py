"""Whoever calls, and whatever they send: only a whole result for a live token changes anything."""

import asyncio
import gzip
import logging
import zlib
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from background import Background
from callers import JSON, RESULT, Said, hang_up, head, send, whole

from reporter.callbacks import serving
from reporter.callbacks.body import MIB, Limits
from reporter.ledger import Ledger

LIMITS = Limits(largest=100_000, silence=0.3, seconds=0.6)
OTHER = RESULT.replace(b"r1", b"r2")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Background]:
    """Where all call."""
    ledger = Ledger(tmp_path_factory.mktemp("callbacks") / "ledger.sqlite")
    with Background(ledger, LIMITS) as listening:
        yield listening


Call = Callable[[str], Coroutine[Any, Any, Said]]


def said_to(here: Background, call: Call) -> Said:
    """What a caller hears who must not change anything; a good one after that is heard.

    Args:
        here: where it calls.
        call: what it does with the URL of a slot.
    """
    slot = here.open()
    said = asyncio.run(call(slot.url))
    assert here.received(slot, wait=0.01) is None
    assert asyncio.run(send(slot.url, whole(slot.url))).status == 200
    assert here.received(slot) == RESULT
    return said


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "reporter.callbacks")
    return caplog


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (RESULT, {}),
        (RESULT, {"content_type": "application/json; charset=utf-8"}),
        (RESULT, {"content_type": 'Application/JSON;charset="UTF-8"'}),
        (RESULT, {"content_encoding": "identity"}),
        (gzip.compress(RESULT), {"content_encoding": "gzip"}),
        (gzip.compress(RESULT), {"content_encoding": "x-gzip"}),
    ],
    ids=["plain", "charset", "spelling", "identity", "gzip", "x-gzip"],
)
def test_a_result_is_kept_byte_by_byte(
    here: Background, body: bytes, headers: dict[str, str]
) -> None:
    slot = here.open()
    said = asyncio.run(send(slot.url, whole(slot.url, body, **headers)))
    assert (said.status, said.body) == (200, b'{"status":"received"}')
    assert said.headers["content-type"] == "application/json"
    assert "server" not in said.headers
    assert here.received(slot) == RESULT


def test_a_chunked_result_is_kept(here: Background) -> None:
    slot = here.open()
    chunks = [b"%x\r\n%s\r\n" % (1, RESULT[i : i + 1]) for i in range(len(RESULT))]
    start = head(slot.url, JSON | {"Transfer-Encoding": "chunked", "Connection": "close"})
    assert asyncio.run(send(slot.url, start, *chunks, b"0\r\n\r\n")).status == 200
    assert here.received(slot) == RESULT


def test_a_failure_of_the_api_is_a_result(here: Background) -> None:
    body = b'{"requestId": "r1", "status": "FAILED", "failureMessage": "no"}'
    slot = here.open()
    assert asyncio.run(send(slot.url, whole(slot.url, body))).status == 200
    assert here.received(slot) == body


def test_a_callback_that_comes_twice(here: Background, log: pytest.LogCaptureFixture) -> None:
    slot = here.open()
    heard = [
        asyncio.run(send(slot.url, whole(slot.url, body)))
        for body in (RESULT, RESULT, OTHER, RESULT)
    ]
    assert here.received(slot) == RESULT
    here.close(slot)
    heard.append(asyncio.run(send(slot.url, whole(slot.url))))
    assert here.received(slot) is None

    assert [said.status for said in heard] == [200, 200, 409, 200, 404]
    assert heard[2].error == "another result was received before"
    levels = [(r.levelname, r.getMessage()) for r in log.records if "refused" in r.getMessage()]
    assert levels == [
        ("WARNING", "callback from 127.0.0.1 refused: another result was received before"),
        ("INFO", "callback from 127.0.0.1 refused: there is no such place for a result"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "x", "A" * 42, "A" * 43, "A" * 44, "A" * 5000, "A" * 42 + "%00", "%ff" * 43),
        *("../callbacks/TOKEN", "..%2f..%2fetc%2fpasswd", "%2e%2e/x", "x/y", "x%2fTOKEN"),
        *("TOKEN/", "TOKEN%0a", "%0aTOKEN", "TOKEN.json", "TOKEN%20", "NEKOT", "/TOKEN"),
    ],
    ids=lambda path: f"{len(path)} {path[:30]}",
)
def test_wrong_tokens_open_nothing(here: Background, path: str) -> None:
    def call(url: str) -> Coroutine[Any, Any, Said]:
        token = url.rpartition("/")[2]
        wrong = path.replace("TOKEN", token).replace("NEKOT", token.swapcase())
        # As it stands here: an HTTP library would tidy it up.
        return send(url, whole(url).replace(token.encode(), wrong.encode(), 1))

    assert said_to(here, call).status == 404


def test_a_query_is_no_part_of_the_token(here: Background) -> None:
    slot = here.open()
    assert (
        asyncio.run(send(slot.url, whole(slot.url).replace(b" HTTP", b"?a=b HTTP"))).status == 200
    )


def test_a_path_that_is_no_ascii(here: Background) -> None:
    async def call(url: str) -> Said:
        return await send(url, whole(url).replace(b"/callbacks/", b"/callbacks/\xc3\x89"))

    assert said_to(here, call).status == 400


def test_what_strangers_and_late_ones_hear_is_the_same(here: Background) -> None:
    late = here.open(minutes=0).url
    closed = here.open()
    here.close(closed)
    wrong = [late, closed.url, late[:-43] + "A" * 43, late[:-43] + "x"]
    heard = [asyncio.run(send(url, whole(url))) for url in wrong]
    assert {(said.status, said.error, tuple(said.headers)) for said in heard} == {
        (404, "there is no such place for a result", tuple(heard[0].headers))
    }


def test_a_stranger_is_refused_before_the_body_is_read(here: Background) -> None:
    async def call(url: str) -> Said:
        wrong = url[:-43] + "A" * 43
        return await send(url, head(wrong, JSON | {"Content-Length": "1000"}))

    said = said_to(here, call)
    assert said.status == 404
    assert said.headers["connection"] == "close"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
def test_results_are_posted(here: Background, method: str) -> None:
    said = said_to(here, lambda url: send(url, whole(url, method=method)))
    assert said.status == 405
    assert said.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "content_type",
    [
        *("", "text/plain", "application/xml", "application/x-www-form-urlencoded", "json"),
        *("application/jsonp", "application/json; charset=utf-16", "multipart/form-data"),
    ],
)
def test_wrong_content_types(here: Background, content_type: str) -> None:
    said = said_to(here, lambda url: send(url, whole(url, content_type=content_type)))
    assert said.status == 415
    assert said.error == "the content type must be application/json, in UTF-8"


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_wrong_content_encodings(here: Background, coding: str) -> None:
    said = said_to(here, lambda url: send(url, whole(url, content_encoding=coding)))
    assert said.status == 415
    assert said.error == "the content encoding must be gzip, or none"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        *((b, "not JSON") for b in (b"", b"{", b"hello", RESULT[:-1], RESULT + b"x", b"NaN")),
        *((b, "not JSON") for b in (RESULT * 2, RESULT.replace(b"1]", b"01]"), b"\xef\xbb\xbf{}")),
        *((b, "not UTF-8") for b in (b"\xff", RESULT.replace(b"r1", b"\xc3"), b"\xe2\x82")),
        *((b, "must be an object") for b in (b"[]", b"null", b"1", b'"x"', b"{}")),
        (b'{"requestId": 1, "status": "FAILED"}', "must be an object"),
        (b'{"requestId": "r1", "status": "DONE"}', "must be an object"),
        (b'{"requestId": "r1", "status": "SUCCESS"}', "must be an object"),
        (b'{"requestId": "r1", "status": "SUCCESS", "response": null}', "must be an object"),
        (b'{"requestId": "r1", "status": "SUCCESS", "response": [1]}', "must be an object"),
        (b'{"status": "FAILED"}', "must be an object"),
        (b"[" * 50_000 + b"]" * 50_000, "must be an object"),
        (RESULT.replace(b"[[1]]", b"[" * 40_000 + b"]" * 40_000), "not JSON"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_garbage(here: Background, body: bytes, error: str) -> None:
    said = said_to(here, lambda url: send(url, whole(url, body)))
    assert said.status == 400
    assert error in said.error


@pytest.mark.parametrize(
    "body",
    [
        RESULT,
        gzip.compress(RESULT)[:-1],
        gzip.compress(RESULT) + b"more",
        gzip.compress(RESULT) * 2,
        zlib.compress(RESULT),
        b"",
    ],
    ids=["plain", "short", "long", "twice", "zlib", "nothing"],
)
def test_what_says_gzip_is_gzip(here: Background, body: bytes) -> None:
    said = said_to(here, lambda url: send(url, whole(url, body, content_encoding="gzip")))
    assert said.status == 400
    assert said.error == "the body is not gzip, though it says so"


def test_too_large_is_refused_by_its_head(here: Background) -> None:
    start = JSON | {"Content-Length": "100001", "Expect": "100-continue"}
    said = said_to(here, lambda url: send(url, head(url, start)))
    assert said.status == 413
    assert said.error == "the body is larger than 100000 bytes"


def test_too_large_is_refused_where_it_becomes_so(here: Background) -> None:
    start = JSON | {"Transfer-Encoding": "chunked"}
    chunks = [b"1000\r\n" + b" " * 4096 + b"\r\n"] * 100
    said = said_to(here, lambda url: send(url, head(url, start), *chunks))
    assert said.status == 413


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(RESULT + b" " * 50_000_000),
        # Bytes that inflate to nothing: empty blocks.
        gzip.compress(b"")[:10] + b"\x00\x00\x00\xff\xff" * 25_000,
    ],
    ids=["bomb", "nothing"],
)
def test_too_large_is_refused_when_it_is_inflated(here: Background, body: bytes) -> None:
    start = JSON | {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    assert said_to(here, lambda url: send(url, head(url, start) + chunks)).status == 413


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (lambda url: whole(url)[:-1], True),
        (lambda url: whole(url, content_length="1000"), True),
        (lambda url: head(url, JSON | {"Transfer-Encoding": "chunked"}) + b"5\r\n{", True),
        (lambda url: head(url, JSON | {"Content-Length": str(len(RESULT))}), True),
        (lambda url: whole(url)[:40], False),
    ],
    ids=["a byte short", "length too great", "within a chunk", "no body", "within the head"],
)
def test_cut_off(
    here: Background,
    data: Callable[[str], bytes],
    told: bool,  # noqa: FBT001 - by the table
    log: pytest.LogCaptureFixture,
) -> None:
    said_to(here, lambda url: hang_up(url, data(url)))
    assert ("callback from 127.0.0.1 refused: it was cut off" in log.messages) == told


def test_what_follows_the_length_is_no_part_of_the_body(here: Background) -> None:
    slot = here.open()
    data = whole(slot.url, connection="keep-alive")
    assert asyncio.run(send(slot.url, data + b"and more, no request\r\n\r\n")).status == 200
    assert here.received(slot) == RESULT


def test_a_length_too_short_cuts_the_body(here: Background) -> None:
    said = said_to(here, lambda url: send(url, whole(url, content_length="20")))
    assert said.status == 400


@pytest.mark.parametrize("length", ["-1", "1e3", "ten", "0x10", "1, 2", "9" * 30])
def test_lengths_that_are_none(here: Background, length: str) -> None:
    said = said_to(here, lambda url: send(url, whole(url, content_length=length)))
    assert said.status in {400, 413}


def test_two_ways_to_say_how_long_it_is(here: Background) -> None:
    both = JSON | {"Transfer-Encoding": "chunked", "Content-Length": str(len(RESULT))}
    said = said_to(here, lambda url: send(url, head(url, both) + RESULT + b"\r\n"))
    assert said.status in {0, 400}  # it is no chunk, however long it is said to be


@pytest.mark.parametrize("pause", [0.35, 0.02], ids=["silent", "byte by byte"])
def test_slow_bodies(here: Background, pause: float) -> None:
    async def call(url: str) -> Said:
        data = whole(url)
        start = len(data) - len(RESULT)
        body = [data[i : i + 1] for i in range(start, len(data))]
        return await send(url, data[:start], *body, pause=pause)

    said = said_to(here, call)
    assert said.status == 408
    assert said.error == "the body came too slowly"


def test_slow_heads(here: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_HEAD_SECONDS", 0.2)

    async def call(url: str) -> Said:
        data = whole(url)
        silent, slow, second = await asyncio.gather(
            send(url),
            send(url, *(data[i : i + 1] for i in range(100)), pause=0.01),
            # The second request of a connection has no more time than the first one.
            send(url, whole(url, b"{}", connection="keep-alive"), b"POST /", pause=0.01),
        )
        assert (silent.status, slow.status, second.status) == (0, 0, 400)
        return second

    said_to(here, call)


@pytest.mark.parametrize(
    "giant",
    [
        b"X-Long: " + b"x" * 1_000_000 + b"\r\n",
        b"".join(b"X-%d: many\r\n" % number for number in range(80_000)),
        b"X-Endless: " + b"x" * 1_000_000,
    ],
    ids=["long", "many", "endless"],
)
def test_giant_heads(here: Background, giant: bytes) -> None:
    async def call(url: str) -> Said:
        data = whole(url)
        at = data.index(b"\r\n") + 2
        return await send(url, data[:at] + giant + data[at:])

    assert said_to(here, call).status == 400


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x00" * 100, b"HELO there\r\n\r\n"],
    ids=["TLS", "zeros", "SMTP"],
)
def test_other_languages_than_http(here: Background, data: bytes) -> None:
    assert said_to(here, lambda url: send(url, data)).status == 400


def test_websockets_are_not_spoken(here: Background) -> None:
    upgrade = {"connection": "Upgrade, close", "upgrade": "websocket"}
    said = said_to(here, lambda url: send(url, whole(url, b"", method="GET", **upgrade)))
    assert said.status == 405


def test_hundreds_at_once(tmp_path: Path) -> None:
    """Good ones among those who repeat, strangers, garbage, and those who hang up."""
    limits = Limits(largest=100_000)
    with Background(Ledger(tmp_path / "ledger.sqlite"), limits) as here:
        bodies = [RESULT.replace(b"r1", b"r%d" % number) for number in range(100)]
        slots = {here.open(): body for body in bodies}

        async def calling() -> Counter[int]:
            calls = []
            for slot, body in slots.items():
                stranger = slot.url[:-43] + slot.url[-43:].swapcase()
                calls += [
                    send(slot.url, whole(slot.url, body)),
                    send(slot.url, whole(slot.url, body)),
                    send(slot.url, whole(slot.url, body[:-1])),
                    send(stranger, whole(stranger, OTHER)),
                    hang_up(slot.url, whole(slot.url, OTHER)[:-1]),
                ]
            return Counter(said.status for said in await asyncio.gather(*calls))

        assert asyncio.run(calling()) == {200: 200, 400: 100, 404: 100, 0: 100}
        assert all(here.received(slot) == body for slot, body in slots.items())


def test_fifty_race_for_one_slot(here: Background) -> None:
    bodies = [RESULT.replace(b"r1", b"r%d" % number) for number in range(50)]
    slot = here.open()

    async def racing() -> list[int]:
        calls = (send(slot.url, whole(slot.url, body)) for body in bodies)
        return [said.status for said in await asyncio.gather(*calls)]

    statuses = asyncio.run(racing())
    assert Counter(statuses) == {200: 1, 409: 49}
    assert here.received(slot) == bodies[statuses.index(200)]


def test_large_bodies_wait_for_their_turn(tmp_path: Path) -> None:
    """There is one place for large bodies: who sits in it holds up its like, and nobody else."""
    body = RESULT + b" " * (2 * MIB)
    limits = Limits(largest=4 * MIB, large_bodies=1)
    with Background(Ledger(tmp_path / "ledger.sqlite"), limits) as here:
        slow, large, chunked, packed, small = [here.open() for _ in range(5)]

        async def calling() -> None:
            data = whole(slow.url, body)
            sitting = asyncio.create_task(send(slow.url, data[:-1], data[-1:], pause=0.4))
            await asyncio.sleep(0.2)
            start = JSON | {"Transfer-Encoding": "chunked", "Connection": "close"}
            chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            zipped = whole(packed.url, gzip.compress(body), content_encoding="gzip")
            waiting = asyncio.gather(
                send(large.url, whole(large.url, body)),
                send(chunked.url, head(chunked.url, start) + chunks),
                send(packed.url, zipped),
            )
            assert (await send(small.url, whole(small.url))).status == 200
            assert not waiting.done()
            assert not sitting.done()
            assert [(await sitting).status, *(said.status for said in await waiting)] == [200] * 4

        asyncio.run(calling())
        assert all(here.received(slot) == body for slot in (slow, large, chunked, packed))


def test_no_token_is_logged(here: Background, log: pytest.LogCaptureFixture) -> None:
    """Neither where all is well nor where it is not."""
    log.set_level(logging.DEBUG)
    slot = here.open()
    token = slot.url[-43:].encode()

    async def calling() -> None:
        await hang_up(slot.url, whole(slot.url)[:-1])
        for data in (
            *(whole(slot.url, b"x"), whole(slot.url), whole(slot.url), whole(slot.url, OTHER)),
            *(whole(slot.url, method="GET"), whole(slot.url, content_type=slot.url)),
            *(
                whole(slot.url).replace(token, token + b"x"),
                b"POST " + slot.url.encode() + b"\r\n\r\n",
            ),
        ):
            await send(slot.url, data)

    asyncio.run(calling())
    assert sum(record.name == "reporter.callbacks" for record in log.records) == 8
    assert token.decode() not in log.text
