"""Many queries at once to a Metrics API within its published rate.

The API is another process, which writes down when each request arrives and posts every result to
the listener of the run. What is measured is the source as a report uses it: translation, slots,
submissions, callbacks, checks, the ledger. The ideal is the rate alone: so many requests divided
by so many a second.

Run: python benchmarks/metrics_api.py [--queries N] [--rate N]
"""

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from processes import ROOT, table

from reporter.catalog.builtin import built_in
from reporter.data.answer import Answer
from reporter.dates import Interval
from reporter.plan.model import Query
from reporter.settings import ApiKeyAuth, Callback, MetricsApiSource, Project, ProjectFile
from reporter.sources.metrics_api.source import open_source

HEAD = ("", "seconds", "× ideal", "most requests in one second")
FIRST_DAY = datetime(2025, 6, 1, tzinfo=UTC)
RESULT = "VOICE_VIDEO"


class Api:
    """Accepts everything, and posts a result as soon as it has answered.

    Args:
        latency: seconds that an answer takes.
    """

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._arrivals: list[float] = []
        self._posting: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Until the process is ended; prints its port first."""
        async with httpx.AsyncClient(timeout=30) as self._client:
            server = await asyncio.start_server(self._talk, "127.0.0.1", 0, backlog=500)
            print(server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                arrived = time.monotonic()
                length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or b"0"
                body = await reader.readexactly(int(length))
                await asyncio.sleep(self._latency)
                writer.write(_response(*self._said(head, body, arrived)))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _said(self, head: bytes, body: bytes, arrived: float) -> tuple[int, object]:
        if head.startswith(b"GET /arrivals"):
            return 200, self._arrivals
        self._arrivals.append(arrived)
        name = f"R{len(self._arrivals)}"
        if head.startswith(b"POST"):
            task = asyncio.create_task(self._post(name, json.loads(body)))
            self._posting.add(task)
            task.add_done_callback(self._posting.discard)
            return 201, {"requestId": name}
        name = head.split(b" ")[1].rpartition(b"/")[2].decode()
        return 200, {"requestId": name, "status": "IN_PROGRESS"}

    async def _post(self, name: str, body: dict[str, Any]) -> None:
        filters = body["request"]["filterBy"]
        columns = [{"columnName": "CHANNEL_CODE", "columnDataType": "STRING"}]
        columns += [
            {"columnName": metric, "columnDataType": "INTEGER"}
            for metric in body["request"]["metrics"]
        ]
        response = {
            "requestedPeriod": {key: filters[key] for key in ("sentSince", "sentUntil")},
            "totalRows": 1,
            "columns": columns,
            "rows": [[RESULT, *range(1, len(columns))]],
        }
        result = {"requestId": name, "status": "SUCCESS", "response": response}
        (await self._client.post(body["callbackUrl"], json=result)).raise_for_status()


def _response(status: int, data: object) -> bytes:
    body = json.dumps(data).encode()
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def queries(number: int) -> list[Query]:
    """So many different ones: a day each."""
    metric = built_in().metric("TOTAL_CALL_COUNT")
    if metric is None:
        raise LookupError
    days = [FIRST_DAY + timedelta(days=day) for day in range(number)]
    return [
        Query(
            metrics=(metric,),
            dimensions=(),
            conditions=(),
            interval=Interval(day, day + timedelta(days=1)),
            timezone="UTC",
        )
        for day in days
    ]


def asked(folder: Path, port: int, number: int, rate: float) -> tuple[float, tuple[Answer, ...]]:
    """Seconds from the queries to their answers, and these."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        here = free.getsockname()[1]
    settings = MetricsApiSource(
        base_url=f"http://127.0.0.1:{port}",
        auth=ApiKeyAuth("benchmark"),
        callback=Callback(listen=f"127.0.0.1:{here}", public_url=f"http://127.0.0.1:{here}"),
        requests_per_second=rate,
    )
    project = Project(folder, ProjectFile(version=1))
    source = open_source(project, "api", settings, built_in(), refresh=False)
    wanted = queries(number)
    started = time.perf_counter()
    answers = asyncio.run(source.fetch(wanted))
    return time.perf_counter() - started, answers


def most_in_a_second(arrivals: list[float]) -> int:
    """The largest number of arrivals in any second."""
    return max(sum(begin <= at < begin + 1 for at in arrivals) for begin in arrivals)


def rows(number: int, rate: float, latencies: tuple[float, ...]) -> list[tuple[str, ...]]:
    """A row for each latency of the API, and one for what is remembered."""
    ideal = number / rate
    found = []
    for latency in latencies:
        with (
            tempfile.TemporaryDirectory() as folder,
            subprocess.Popen(
                (sys.executable, str(Path(__file__)), "--serve", str(latency)),
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            ) as api,
        ):
            try:
                port = int(api.stdout.readline() if api.stdout else "")
                seconds, answers = asked(Path(folder), port, number, rate)
                arrivals = httpx.get(f"http://127.0.0.1:{port}/arrivals").json()
                again, remembered = asked(Path(folder), port, number, rate)
            finally:
                api.terminate()
        if len(arrivals) != number or [a.table for a in answers] != [a.table for a in remembered]:
            raise SystemExit(f"{len(arrivals)} requests for {number} queries, or other answers")
        found.append(
            (
                f"{number} queries, {rate:g} a second, answers after {1000 * latency:g} ms",
                f"{seconds:.2f}",
                f"{seconds / ideal:.2f}",
                str(most_in_a_second(arrivals)),
            )
        )
    return [*found, ("the same again, remembered", f"{again:.2f}", f"{again / ideal:.2f}", "0")]


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--rate", type=float, default=60)
    parser.add_argument("--serve", type=float, metavar="LATENCY", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve is not None:
        asyncio.run(Api(given.serve).serve())
        return
    print(f"The ideal is {given.queries / given.rate:.2f} s; Python {sys.version.split()[0]}.\n")
    print(table(HEAD, *rows(given.queries, given.rate, (0.0, 0.1))))


if __name__ == "__main__":
    main()
