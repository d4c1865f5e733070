"""``reporter serve`` as a process: stopped, killed, started again."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from live import ALL, QUERY, Live, PostBox, asking, write_project


class Process:
    """One run of ``reporter serve``."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.log = folder / "log.txt"
        self._log = self.log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "reporter", "serve", *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.said: list[str] = []

    def url(self) -> str:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], 20)
        assert ready, self.log.read_text()
        for line in self.process.stdout:
            self.said.append(line.decode().rstrip())
            found = re.search(r"listening on (http://[^ ;]+)", self.said[-1])
            if found:
                return found[1]
        raise AssertionError(self.log.read_text())

    def end(self, number: signal.Signals) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._log.close()
        return code


@contextmanager
def running(folder: Path, box: PostBox, *arguments: str) -> Iterator[tuple[Process, Live]]:
    process = Process(folder, *arguments)
    try:
        with httpx.Client(trust_env=False, timeout=20) as client:
            yield process, Live(process.url(), box, client)
    finally:
        process.end(signal.SIGKILL)


@pytest.fixture
def folder(tmp_path: Path, post_box: PostBox) -> Path:
    write_project(tmp_path, post_box.port, more="  relaySecret: open-the-relay\n")
    return tmp_path


def test_it_says_what_it_serves_and_stops_when_told(folder: Path, post_box: PostBox) -> None:
    with running(folder, post_box) as (process, live):
        assert live.result(asking())["response"]["rows"] == [["VOICE_VIDEO", 7]]
        slot = live.client.post(
            f"{live.url}/relay/slots",
            json={"expires": f"{time.strftime('%Y-%m-%d')}T23:59:59.999Z"},
            headers={"Authorization": "Bearer open-the-relay"},
        ).json()
        token = slot["url"].rpartition("/")[2]
        assert slot["url"].startswith(f"{live.url}/callbacks/")
        live.client.post(slot["url"], json={"requestId": "A", "status": "FAILED"})
        live.client.get(f"{live.url}/nothing-here?token={token}", headers=ALL)
        assert process.end(signal.SIGTERM) == 0
    assert process.said == [
        "the Metrics API over the source 'calls'",
        f"  results may go to http://127.0.0.1:{post_box.port}/",
        "the callback relay",
        f"listening on {live.url}; Ctrl-C stops",
    ]
    log = process.log.read_text()
    for secret in ("sees-everything", "open-the-relay", token, "/results/", "nothing-here"):
        assert secret not in log
    assert "Traceback" not in log
    for line in (
        r"INFO 127.0.0.1 POST /metrics/1/query-aggregate-data 201 \d+ ms",
        r"INFO 127.0.0.1 POST /callbacks/\{token\} 200 \d+ ms",
        r"INFO 127.0.0.1 GET \(unknown path\) 404 \d+ ms",
        r"INFO result [0-9A-F]{32} has arrived at 127.0.0.1",
    ):
        assert re.search(line, log), (line, log)


def test_what_was_accepted_outlives_a_kill(folder: Path, post_box: PostBox) -> None:
    paths = [post_box.new_path() for _ in range(12)]
    with running(folder, post_box) as (process, live):
        names = [live.submit_to(path, asking(by=("DAY",))) for path in paths]
        # Killed while some are counted, some sent, some waiting.
        process.end(signal.SIGKILL)
    with running(folder, post_box) as (process, live):
        for path, name in zip(paths, names, strict=True):
            results = post_box.wait(f"/{path}")
            assert {result["requestId"] for result in results} == {name}
            assert {result["response"]["totalRows"] for result in results} == {4}
            state = live.client.get(f"{live.url}/metrics/1/requests/{name}", headers=ALL)
            assert state.json()["status"] == "SUCCESS"
        assert process.end(signal.SIGINT) == 0


def test_a_result_that_did_not_arrive_is_sent_by_the_next_server(
    folder: Path, post_box: PostBox
) -> None:
    path = post_box.new_path()
    post_box.statuses[f"/{path}"] = [503]
    with running(folder, post_box) as (process, live):
        live.submit_to(path, asking())
        post_box.wait(f"/{path}")
        assert process.end(signal.SIGTERM) == 0
    assert len(post_box.bodies[f"/{path}"]) == 1
    with running(folder, post_box) as (process, _):
        post_box.wait(f"/{path}", 2)
        assert process.end(signal.SIGTERM) == 0
    first, second = post_box.bodies[f"/{path}"]
    assert first == second


def test_two_servers_do_not_share_a_ledger(folder: Path, post_box: PostBox) -> None:
    with running(folder, post_box):
        second = subprocess.run(
            [sys.executable, "-m", "reporter", "serve"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert second.returncode == 1
    assert second.stderr.startswith("error: another `reporter serve` works with the ledger ")
    assert "Traceback" not in second.stderr


def test_it_listens_where_it_is_told(folder: Path, post_box: PostBox) -> None:
    with running(folder, post_box, "--listen", "127.0.0.2:0") as (_, live):
        assert live.url.startswith("http://127.0.0.2:")
        assert live.client.get(f"{live.url}/health").json() == {"status": "ok"}


def refusal(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "reporter", "serve", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_port_that_is_taken_is_an_explained_failure(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        code, text = refusal(folder, "--listen", address)
    assert code == 3
    assert text.startswith(
        f"error: cannot listen on {address} (`--listen`): address already in use"
    )


def test_a_project_that_serves_nothing_is_told_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "reporter.yaml").write_text("version: 1\n")
    code, text = refusal(tmp_path)
    assert code == 1
    assert text.startswith("error: the project file does not say what to serve")
    assert "`metricsApi:`" in text
    assert "`relaySecret:`" in text


def test_the_relay_alone(tmp_path: Path, post_box: PostBox) -> None:
    (tmp_path / "reporter.yaml").write_text("version: 1\nserve: {relaySecret: x}\n")
    with running(tmp_path, post_box, "--listen", "127.0.0.1:0") as (process, live):
        assert process.said[0] == "the callback relay"
        assert live.client.post(f"{live.url}{QUERY}", json={}).status_code == 404
        assert live.client.get(f"{live.url}/health").status_code == 200
        assert process.end(signal.SIGTERM) == 0
