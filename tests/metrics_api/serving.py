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
from two_ways import Said, run

SECRETS: Final = {
    "SERVED_KEY": "key-of-the-tests-0123456789",
    "SERVED_PASSWORD": "pass:word-of-the-tests-é",
    "RELAY_SECRET": "secret-of-the-relay-0123456789",
}
AS_OF: Final = "2026-11-01"
SPECS: Final = sorted((Path(__file__).parents[2] / "report_specs").glob("*.yaml"))


@dataclass(frozen=True, slots=True)
class Served:
    """The folder of a project, and the server that stands before its records.

    Its projects are ``calls.yaml``, ``api.yaml`` with a listener of its own, ``relay.yaml``, whose
    results the server takes, and ``user.yaml``, which asks with a password; each has a ledger of
    its own, so that none remembers what another was told.
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
    back = way_back()
    settings = serve_settings(back["publicUrl"])
    url = f"http://{settings['listen']}"
    calls = {"type": "calls", "path": "data/calls/**/*.parquet", "accounts": "data/accounts.csv"}
    api = {
        "type": "metrics_api",
        "baseUrl": url,
        "auth": {"type": "apiKey", "key": "${env:SERVED_KEY}"},
        "callback": back,
        "requestsPerSecond": 500,
        "deadlineSeconds": 30,
    }
    user = {"type": "basic", "username": "analyst", "password": "${env:SERVED_PASSWORD}"}
    relay = api | {"callback": {"relay": url, "secret": "${env:RELAY_SECRET}"}}
    write_yaml(
        folder / "serve.yaml", sources={"calls": calls}, serve=settings, ledger="serve.sqlite"
    )
    for name, source in {
        "calls": calls,
        "api": api,
        "relay": relay,
        "user": api | {"auth": user},
    }.items():
        write_yaml(
            folder / f"{name}.yaml",
            sources={name: source},
            defaults={"source": name, "timezone": "Europe/Zagreb"},
            ledger=f"{name}.sqlite",
        )
    with server_process(folder, settings["listen"]), patch.dict(os.environ, SECRETS):
        yield Served(folder, url)


def serve_settings(callback: str) -> dict[str, Any]:
    """What the server does: answer for the source ``calls``, and be a relay.

    Args:
        callback: where it may send results, besides to itself.
    """
    address = f"127.0.0.1:{free_port()}"
    return {
        "listen": address,
        "publicUrl": f"http://{address}",
        "relaySecret": "${env:RELAY_SECRET}",
        "metricsApi": {
            "source": "calls",
            "keys": [{"key": "${env:SERVED_KEY}"}],
            "users": [{"username": "analyst", "password": "${env:SERVED_PASSWORD}"}],
            "callbacks": [callback, f"http://{address}"],
            "privateNetworks": True,
            "requestsPerSecond": 500,
        },
    }


def write_yaml(path: Path, **project: Any) -> None:
    """A project file."""
    # JSON is YAML.
    path.write_text(json.dumps({"version": 1, **project}), encoding="utf-8")


@contextmanager
def server_process(folder: Path, address: str) -> Iterator[None]:
    """``reporter serve`` over the ``serve.yaml`` of a folder, until the block ends."""
    log = folder / "server.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "reporter", "serve", "--project", str(folder / "serve.yaml")],
            env=os.environ | SECRETS,
            stdout=written,
            stderr=written,
        )
    try:
        _wait_for(address, server, log)
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    host, _, port = address.partition(":")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())


def run_report(served: Served, spec: Path, source: str, *words: str) -> Said:
    """What ``reporter run`` says over one of the sources."""
    return run(
        *("run", str(spec), "--project", str(served.folder / f"{source}.yaml")),
        *("--as-of", AS_OF, "--out", str(served.folder / f"out-{source}"), "--format", "json"),
        *words,
    )


def report(served: Served, spec: Path, source: str, *words: str) -> Any:
    """The JSON of a report that was made from one of the sources."""
    said = run_report(served, spec, source, *words)
    assert said.code == 0, said.err
    (file,) = (served.folder / f"out-{source}").iterdir()
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    finally:
        file.unlink()
