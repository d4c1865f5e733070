"""A Metrics API on a real port that behaves as badly as a test wants."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def asked(self) -> dict[str, Any]:
        return json.loads(self.body)["request"]

    @property
    def callback_url(self) -> str:
        return json.loads(self.body)["callbackUrl"]

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode())


@dataclass(frozen=True)
class Says:
    """An answer.

    Attributes:
        delay: seconds before it begins.
        cut: after so many bytes of the body the connection is closed.
        drip: seconds between single bytes of the body.
        before: what is posted to the callback URL before the answer.
        after: what is posted there after it.
        to: another URL to post to.
    """

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None
    drip: float | None = None
    before: bytes | None = None
    after: bytes | None = None
    to: str | None = None


def says(status: int, data: object, **more: object) -> Says:
    return Says(status, json.dumps(data).encode(), **more)


def error(status: int, description: str, *violations: tuple[str, str], **more: object) -> Says:
    return says(
        status,
        {
            "errorCode": f"E{status}",
            "description": description,
            "action": "",
            "violations": [{"property": p, "violation": v} for p, v in violations],
            "resources": [],
        },
        **more,
    )


def result(seen: Seen, request_id: str, **changed: object) -> bytes:
    """The body of a callback: one row of CHANNEL_CODE and 42s."""
    asked = seen.asked
    columns = [{"columnName": "CHANNEL_CODE", "columnDataType": "STRING"}]
    columns += [{"columnName": name, "columnDataType": "STRING"} for name in asked["aggregateBy"]]
    columns += [{"columnName": name, "columnDataType": "INTEGER"} for name in asked["metrics"]]
    response = {
        "requestedPeriod": {key: asked["filterBy"][key] for key in ("sentSince", "sentUntil")},
        "totalRows": 1,
        "columns": columns,
        "rows": [
            ["VOICE_VIDEO", *("x" for _ in asked["aggregateBy"]), *(42 for _ in asked["metrics"])]
        ],
    }
    return json.dumps(
        {"requestId": request_id, "status": "SUCCESS", "response": response | changed}
    ).encode()


def failed(request_id: str, message: str) -> bytes:
    return json.dumps(
        {"requestId": request_id, "status": "FAILED", "failureMessage": message}
    ).encode()


def accepted(seen: Seen, number: int) -> Says:
    """What a good API does."""
    name = f"R{number}"
    return says(201, {"requestId": name}, after=result(seen, name))


Acts = Callable[[Seen, int], Says]
"""What is said to a request; the number counts those of its kind from 1."""


def in_turn(*answers: Says, then: Acts) -> Acts:
    """These answers, and after them what a function says (it counts on)."""
    return lambda seen, number: (
        answers[number - 1] if number <= len(answers) else then(seen, number)
    )


def always(answer: Says) -> Acts:
    return lambda _seen, _number: answer


def in_progress(seen: Seen, _number: int) -> Says:
    name = seen.path.rpartition("/")[2]
    return says(200, {"requestId": name, "status": "IN_PROGRESS"})


class HostileApi:
    """Its behaviour is set by a test; what arrives is written down.

    Attributes:
        posts, looks, tokens: what is said to POSTs, to GETs of a status, to those who ask for
            a token.
        seen: all requests in the order of their arrival.
        callbacks: the statuses that callbacks were answered with.
    """

    def __init__(self) -> None:
        self.posts: Acts = accepted
        self.looks: Acts = in_progress
        self.tokens: Acts = always(error(404, "there are no tokens here"))
        self.seen: list[Seen] = []
        self.callbacks: list[int | str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._serve, daemon=True)
        self._talking: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def of(self, method: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.method == method]

    def submitted(self) -> list[Seen]:
        return [seen for seen in self.of("POST") if seen.path == "/metrics/1/query-aggregate-data"]

    def __enter__(self) -> Self:
        self._ready = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._talk, "127.0.0.1", 0), self._loop
        )
        self._thread.start()
        self._server = self._ready.result(5)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _stop(self) -> None:
        self._server.close()
        for task in self._talking:
            task.cancel()
        await asyncio.gather(*self._talking, return_exceptions=True)
        await self._loop.shutdown_default_executor()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        try:
            while (seen := await _read(reader)) is not None:
                self.seen.append(seen)
                if not await self._answer(seen, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has had enough
        finally:
            self._talking.discard(task)
            writer.close()

    async def _answer(self, seen: Seen, writer: asyncio.StreamWriter) -> bool:
        answer = self._says(seen)
        if answer.before is not None:
            await self._post(seen.callback_url, answer.before)
        await asyncio.sleep(answer.delay)
        head = [f"HTTP/1.1 {answer.status} Whatever", f"Content-Length: {len(answer.body)}"]
        head += [f"Content-Type: {answer.kind}"] if answer.kind else []
        head += [f"{name}: {value}" for name, value in answer.headers.items()]
        writer.write("\r\n".join([*head, "", ""]).encode("latin-1"))
        for part in _parts(answer):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(answer.drip or 0)
        await writer.drain()
        if answer.after is not None:
            await self._post(answer.to or seen.callback_url, answer.after)
        return answer.cut is None

    def _says(self, seen: Seen) -> Says:
        if seen.method == "GET":
            return self.looks(seen, len(self.of("GET")))
        if seen.path.endswith("/token"):
            tokens = [one for one in self.of("POST") if one.path == seen.path]
            return self.tokens(seen, len(tokens))
        return self.posts(seen, len(self.submitted()))

    async def _post(self, url: str, body: bytes) -> None:
        self.callbacks.append(await asyncio.to_thread(post, url, body))


def post(url: str, body: bytes) -> int | str:
    """The status that a callback is answered with, or the error."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=5)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    except OSError as failure:
        return type(failure).__name__
    finally:
        connection.close()


def _parts(answer: Says) -> Iterable[bytes]:
    body = answer.body[: answer.cut]
    if answer.drip is None:
        return [body]
    return [body[i : i + 1] for i in range(len(body))]


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    at = time.monotonic()
    first, *lines = head.strip().split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    method, path, _ = first.split(" ")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, path, headers, body, at)
