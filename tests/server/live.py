"""A project with call records, its server on a real port, and a receiver of results."""

import asyncio
import base64
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, Final, Self

import httpx

from reporter.server.dispatch import Patience
from reporter.server.serving import Serving, listening_socket
from reporter.settings import read_project

QUERY: Final = "/metrics/1/query-aggregate-data"
ALL: Final = {"Authorization": "App sees-everything"}
GROUP: Final = {"Authorization": "App sees-the-group"}
SHOP: Final = {"Authorization": "App sees-the-shop"}
USER: Final = {"Authorization": "Basic " + base64.b64encode("anna:päss:word".encode()).decode()}

PROJECT: Final = """\
version: 1
sources:
  calls: {{type: calls, path: {path}, accounts: accounts.csv}}
serve:
  listen: 127.0.0.1:0
  metricsApi:
    source: calls
    keys:
      - {{key: sees-everything}}
      - {{key: sees-the-group, account: group}}
      - {{key: sees-the-shop, account: shop}}
    users: [{{username: anna, password: "päss:word", account: shop}}]
    callbacks: ["http://127.0.0.1:{port}/"]
    privateNetworks: true
    requestsPerSecond: 100000
"""
ACCOUNTS: Final = """\
account_key,parent_key,name
group,,The group
shop,group,Its shop
till,shop,A till in the shop
office,group,Its office
rival,,Somebody else
"""
CALLS: Final = """\
call_id,account_key,sent_at,direction,capability,country_id,country_name,ringing_at,answered_at,\
ended_at,status_group,status,application_id,entity_id,communication_id
1,group,2026-09-10T08:00:00Z,OUTBOUND,PHONE,1,Croatia,2026-09-10T08:00:01Z,2026-09-10T08:00:05Z,\
2026-09-10T08:00:45Z,DELIVERED,DELIVERED_TO_HANDSET,app,one,7
2,shop,2026-09-10T08:30:00Z,OUTBOUND,PHONE,1,Croatia,2026-09-10T08:30:02Z,,,UNDELIVERABLE,BUSY,app,two,
3,till,2026-09-10T09:59:59.999Z,OUTBOUND,WEBRTC,2,Austria,,,,UNDELIVERABLE,NO_ANSWER,,,
4,till,2026-09-11T10:00:00Z,INBOUND,PHONE,,,,2026-09-11T10:00:12.500Z,2026-09-11T10:02:00Z,\
DELIVERED,DELIVERED_TO_HANDSET,,,
5,office,2026-09-30T23:59:59Z,OUTBOUND,SIPTRUNK,2,Austria,,,,REJECTED,REJECTED_DND,app,,
6,rival,2026-09-12T12:00:00Z,OUTBOUND,PHONE,1,Croatia,,,,UNDELIVERABLE,BUSY,,,
7,,2026-09-12T12:30:00Z,OUTBOUND,PHONE,1,Croatia,,,,PENDING,,,,
"""


class PostBox:
    """Receives results on a real port; answers as it is told to."""

    def __init__(self) -> None:
        self.bodies: dict[str, list[bytes]] = {}
        self.statuses: dict[str, list[int]] = {}
        self.arrivals: list[float] = []
        self.headers: list[Mapping[str, str]] = []
        self._paths = count(1)
        box = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = box.received(self.path, body, dict(self.headers))
                self.send_response(status)
                if status in (301, 302, 307, 308):
                    self.send_header("Location", "/redirected")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._news = threading.Condition()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def new_path(self) -> str:
        return f"results/{next(self._paths)}"

    def received(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        with self._news:
            self.headers.append(headers)
            self.arrivals.append(time.monotonic())
            statuses = self.statuses.get(path, [])
            self.bodies.setdefault(path, []).append(body)
            self._news.notify_all()
            return statuses.pop(0) if statuses else 200

    def wait(self, path: str, many: int = 1, *, seconds: float = 10) -> list[Any]:
        with self._news:
            done = self._news.wait_for(
                lambda: len(self.bodies.get(path, ())) >= many, timeout=seconds
            )
            found = [json.loads(body) for body in self.bodies.get(path, ())]
        assert done, f"{len(found)} of {many} results came to {path}"
        return found


@dataclass
class Live:
    """A server that runs in a thread of this process."""

    url: str
    box: PostBox
    client: httpx.Client

    def post(self, body: object, headers: Mapping[str, str] = ALL) -> httpx.Response:
        return self.client.post(f"{self.url}{QUERY}", json=body, headers=headers)

    def submit(self, asked: dict[str, Any], headers: Mapping[str, str] = ALL) -> str:
        """Where the result of a ``request`` will come to."""
        path = self.box.new_path()
        self.submit_to(path, asked, headers)
        return path

    def submit_to(self, path: str, asked: dict[str, Any], headers: Mapping[str, str] = ALL) -> str:
        """The id of a ``request``."""
        answer = self.post({"callbackUrl": self.box.url(path), "request": asked}, headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["requestId"])

    def result(self, asked: dict[str, Any], headers: Mapping[str, str] = ALL) -> dict[str, Any]:
        """What the callback brings for a ``request``."""
        (body,) = self.box.wait(f"/{self.submit(asked, headers)}")
        found: dict[str, Any] = body
        return found


@contextmanager
def served(folder: Path, box: PostBox, patience: Patience) -> Iterator[Live]:
    """The server of the project in a folder."""
    loaded = read_project(folder / "reporter.yaml")
    assert loaded.project is not None, loaded.diagnostics
    project = loaded.project
    ready = threading.Event()
    addresses: list[str] = []
    handles: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = []

    def announce(address: str) -> None:
        addresses.append(address)
        ready.set()

    async def main() -> None:
        with listening_socket(project.file.serve, None) as listening:
            task = asyncio.create_task(
                Serving(project, patience=patience).serve(listening, announce)
            )
            handles.append((asyncio.get_running_loop(), task))
            await asyncio.gather(task, return_exceptions=True)

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    assert ready.wait(10)
    try:
        with httpx.Client(trust_env=False, timeout=20) as client:
            yield Live(addresses[0], box, client)
    finally:
        loop, task = handles[0]
        loop.call_soon_threadsafe(task.cancel)
        thread.join()


def write_project(folder: Path, port: int, *, calls: str | None = CALLS, more: str = "") -> None:
    """The project file, the accounts, and (unless None) the call records."""
    path = "calls.csv" if calls is not None else '"calls/**/*.parquet"'
    text = PROJECT.format(path=path, port=port) + more
    (folder / "reporter.yaml").write_text(text, encoding="utf-8")
    (folder / "accounts.csv").write_text(ACCOUNTS)
    if calls is not None:
        (folder / "calls.csv").write_text(calls)


def asking(
    metrics: Sequence[str] = ("TOTAL_CALL_COUNT",),
    by: Sequence[str] = (),
    since: str = "2026-09-01T00:00:00.000+0000",
    until: str = "2026-10-01T00:00:00.000+0000",
    **filters: object,
) -> dict[str, Any]:
    """A ``request``."""
    return {
        "filterBy": {
            "channelCodes": ["VOICE_VIDEO"],
            "sentSince": since,
            "sentUntil": until,
            **filters,
        },
        "aggregateBy": list(by),
        "metrics": list(metrics),
    }
