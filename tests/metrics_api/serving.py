"""A project whose records are served by ``reporter serve``, in a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from free_port import free_port, way_back
from two_ways import run

SECRETS: Final = {
    "SERVED_KEY": "key-of-the-tests-0123456789",
    "RELAY_SECRET": "secret-of-the-relay-0123456789",
}
AS_OF: Final = "2026-11-01"
SPECS: Final = sorted((Path(__file__).parents[2] / "report_specs").glob("*.yaml"))


@dataclass(frozen=True, slots=True)
class Served:
    """The folder of a project, and the server that stands before its records.

    The project's sources are ``calls``, ``api`` with a listener of its own, and ``relay``, whose
    results the server takes.
    """

    folder: Path
    url: str


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Three months of sample calls, and a server while the block lasts."""
    made = run(
        *("sample-data", "--out", str(folder / "data"), "--months", "3"),
        *("--calls-per-month", "1500", "--seed", "7", "--until", AS_OF),
    )
    assert made.code == 0, made.err
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    _write_projects(folder, url, port)
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "reporter", "serve", "--project", str(folder / "serve.yaml")],
            env=os.environ | SECRETS,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(port, server, folder / "server.log")
        with patch.dict(os.environ, SECRETS):
            yield Served(folder, url)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())


def _write_projects(folder: Path, url: str, port: int) -> None:
    calls = {"type": "calls", "path": "data/calls/**/*.parquet", "accounts": "data/accounts.csv"}
    api = {
        "type": "metrics_api",
        "baseUrl": url,
        "auth": {"type": "apiKey", "key": "${env:SERVED_KEY}"},
        "callback": way_back(),
        "deadlineSeconds": 30,
    }
    relay = api | {"callback": {"relay": url, "secret": "${env:RELAY_SECRET}"}}
    serve = {
        "listen": f"127.0.0.1:{port}",
        "publicUrl": url,
        "relaySecret": "${env:RELAY_SECRET}",
        "metricsApi": {
            "source": "calls",
            "keys": [{"key": "${env:SERVED_KEY}"}],
            "callbacks": ["http://127.0.0.1"],
            "privateNetworks": True,
            "requestsPerSecond": 1000,
        },
    }
    _write(folder / "serve.yaml", sources={"calls": calls}, serve=serve, ledger="serve.sqlite")
    _write(
        folder / "reporter.yaml",
        sources={"calls": calls, "api": api, "relay": relay},
        defaults={"source": "calls", "timezone": "Europe/Zagreb"},
    )


def _write(path: Path, **project: Any) -> None:
    # JSON is YAML.
    path.write_text(json.dumps({"version": 1, **project}), encoding="utf-8")


def report(served: Served, spec: Path, source: str, *words: str) -> Any:
    """The JSON of a report that was made from one of the sources."""
    out = served.folder / f"out-{source}"
    said = run(
        *("run", str(spec), "--project", str(served.folder / "reporter.yaml")),
        *("--source", source),
        *("--as-of", AS_OF, "--out", str(out), "--format", "json", *words),
    )
    assert said.code == 0, said.err
    (file,) = out.iterdir()
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    finally:
        file.unlink()
