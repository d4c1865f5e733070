"""Callbacks to a relay, from another process: how many it holds, and whether it loses any.

Run: python benchmarks/callbacks.py [--callbacks N] [--rate N] [--bytes N]

The relay is `reporter serve` in a process of its own. Every callback has its own slot and body.
First they come at an even rate, however long the answers take: a latency counts from when a
callback was due. Then they come as fast as they are answered. 200 means that the body is on the
disk. Afterwards all bodies are collected through the relay and compared.
"""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from processes import MEMORY_UNIT, ROOT, table

CONNECTIONS: Final = 50
"""Kept open; each is used by one callback after the other."""
PROJECT: Final = """\
version: 1
ledger: ledger.sqlite
serve: {listen: "127.0.0.1:0", relaySecret: of-the-benchmark}
"""
HEAD: Final = (
    *("", "callbacks", "per second", "p50 ms", "p99 ms", "longest ms", "lost"),
    *("relay cpu seconds", "relay peak MiB"),
)


@dataclass(frozen=True)
class Round:
    """What one round took.

    Attributes:
        seconds: from the first callback to the last answer.
        latencies: seconds until each was answered 200, the shortest first.
        lost: how many were not, or were not found again as they had been sent.
        cpu: processor seconds of the relay while the callbacks came.
        memory: peak MiB of the relay.
    """

    seconds: float
    latencies: tuple[float, ...]
    lost: int
    cpu: float
    memory: float

    def line(self, title: str) -> tuple[str, ...]:
        """Of the table."""
        count = len(self.latencies)
        middle, nearly_all = self.latencies[count // 2], self.latencies[count * 99 // 100]
        shown = (f"{1000 * latency:.1f}" for latency in (middle, nearly_all, self.latencies[-1]))
        rate = count / self.seconds
        memory = f"{self.memory:.0f}"
        return (
            title,
            f"{count:,}",
            f"{rate:.0f}",
            *shown,
            str(self.lost),
            f"{self.cpu:.2f}",
            memory,
        )


class Relay:
    """`reporter serve` in a folder, from when it is made until it is stopped."""

    def __init__(self, folder: Path) -> None:
        (folder / "reporter.yaml").write_text(PROJECT)
        self._log = (folder / "log").open("w")
        self._process = subprocess.Popen(
            (sys.executable, "-m", "reporter", "serve"),
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        said = iter(self._process.stdout or ())
        found = (re.search(r"listening on (http://127\.0\.0\.1:\d+)", line) for line in said)
        self.url = next((match[1] for match in found if match), "")

    def cpu(self) -> float:
        """Processor seconds until now."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> float:
        """Its peak memory in MiB."""
        self._process.send_signal(signal.SIGTERM)
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._process.communicate()
        self._log.close()
        return usage.ru_maxrss / MEMORY_UNIT


class Caller:
    """A connection to the relay that is used again and again."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url)

    async def connect(self) -> None:
        """Open it."""
        host = self._host
        self._reader, self._writer = await asyncio.open_connection(host.hostname, host.port)

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of the answer."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host.netloc}\r\n"
            f"Authorization: Bearer of-the-benchmark\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", answer)
        said = await self._reader.readexactly(int(length[1])) if length else b""
        return int(answer[9:12]), said

    async def close(self) -> None:
        """Close it."""
        self._writer.close()
        await self._writer.wait_closed()


def bodies(count: int, size: int) -> list[bytes]:
    """Results of about so many bytes, all different."""
    chance = random.Random(4)  # noqa: S311 - nothing secret
    made = []
    for number in range(count):
        rows = [["VOICE_VIDEO", chance.randrange(10**6)] for _ in range(size // 24)]
        result = {"requestId": f"r{number}", "status": "SUCCESS", "response": {"rows": rows}}
        made.append(json.dumps(result).encode())
    return made


async def measured(relay: Relay, sent: Sequence[bytes], rate: float | None) -> Round:
    """Post all bodies, each to its own slot, and find them again.

    Args:
        relay: that is posted to.
        sent: the bodies.
        rate: callbacks a second; None: as fast as they are answered.
    """
    callers = [Caller(relay.url) for _ in range(CONNECTIONS)]
    await asyncio.gather(*(caller.connect() for caller in callers))
    free: asyncio.Queue[Caller] = asyncio.Queue()
    for caller in callers:
        free.put_nowait(caller)

    async def ask(method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        caller = await free.get()
        try:
            return await caller.ask(method, path, body)
        finally:
            free.put_nowait(caller)

    expires = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    order = json.dumps({"expires": expires}).encode()
    opened = await asyncio.gather(*(ask("POST", "/relay/slots", order) for _ in sent))
    slots = [json.loads(answer) for _, answer in opened]

    async def post(number: int) -> float | None:
        due = began if rate is None else began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        caller = await free.get()
        started = time.perf_counter()
        path = urlsplit(slots[number]["url"]).path
        status, _ = await caller.ask("POST", path, sent[number])
        free.put_nowait(caller)
        return (
            time.perf_counter() - (started if rate is None else due)
            if status == HTTPStatus.OK
            else None
        )

    cpu = relay.cpu()
    began = time.perf_counter()
    taken = await asyncio.gather(*map(post, range(len(sent))))
    seconds = time.perf_counter() - began
    cpu = relay.cpu() - cpu
    found = await asyncio.gather(*(ask("GET", f"/relay/slots/{slot['id']}") for slot in slots))
    await asyncio.gather(*(caller.close() for caller in callers))
    lost = sum(
        latency is None or kept != body
        for latency, (_, kept), body in zip(taken, found, sent, strict=True)
    )
    latencies = tuple(sorted(latency for latency in taken if latency is not None))
    return Round(seconds, latencies, lost, cpu, relay.stop())


def rounds(count: int, rate: float, size: int) -> dict[str, Round]:
    """Both rounds, each with a relay and a ledger of its own."""
    sent = bodies(count, size)
    done = {}
    for title, pace in {f"{rate:g} per second": rate, "as fast as it goes": None}.items():
        with TemporaryDirectory() as folder:
            done[title] = asyncio.run(measured(Relay(Path(folder)), sent, pace))
    return done


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callbacks", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--bytes", type=int, default=4_000)
    options = parser.parse_args()
    print(
        f"{options.callbacks:,} callbacks of about {options.bytes:,} bytes over {CONNECTIONS}"
        f" connections; {os.cpu_count()} cores, Python {sys.version.split()[0]}.\n"
    )
    done = rounds(options.callbacks, options.rate, options.bytes)
    print(table(HEAD, *(one.line(title) for title, one in done.items())))


if __name__ == "__main__":
    main()
