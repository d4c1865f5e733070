"""What goes wrong inside is told in the log, and nothing of it to the caller."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import ALL, QUERY, Live, PostBox, asking, served, write_project

from reporter import clock
from reporter.cli.entry import main
from reporter.diagnostics import Invalid, Severity
from reporter.errors import UserError
from reporter.ledger import Ledger
from reporter.server import api, metrics_api
from reporter.server.dispatch import Patience
from reporter.server.serving import Serving
from reporter.settings import Project, ServedApi, read_project


@pytest.fixture
def live_here(tmp_path: Path, post_box: PostBox) -> Iterator[Live]:
    write_project(tmp_path, post_box.port, more="  relaySecret: open-the-relay\n")
    with served(tmp_path, post_box, Patience(first=0.05)) as running:
        yield running


def test_a_bug_is_a_500(
    live_here: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of ours")

    caplog.set_level("DEBUG", "reporter")
    monkeypatch.setattr(api, "submission", broken)
    answer = live_here.post({})
    assert answer.status_code == 500
    assert answer.json() == {
        "errorCode": "E500",
        "description": "The server failed.",
        "action": "Try again later; tell who runs the server.",
        "violations": [],
        "resources": [],
    }
    (error,) = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert error.getMessage() == "a bug of ours: ZeroDivisionError: of ours"
    assert error.exc_info is None
    assert any(r.exc_info for r in caplog.records if r.levelno == logging.DEBUG)


def test_a_ledger_that_fails_is_a_500(
    live_here: Live, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Ledger(tmp_path / ".reporter/ledger.sqlite").transaction() as connection:
        connection.execute("ALTER TABLE served_requests RENAME TO away")
    answer = live_here.post({"callbackUrl": live_here.box.url("x"), "request": asking()})
    assert answer.status_code == 500
    assert "ledger" not in answer.text
    assert "cannot be read or written: no such table" in caplog.text


def test_an_accounts_file_that_is_gone_is_a_500(live_here: Live, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").unlink()
    answer = live_here.post({"callbackUrl": live_here.box.url("x"), "request": asking()})
    assert answer.status_code == 500
    assert "accounts" not in answer.text


def test_call_records_that_are_gone_fail_the_query(live_here: Live, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").unlink()
    result = live_here.result(asking())
    assert result["status"] == "FAILED"
    assert "calls.csv" not in str(result)
    where = f"{live_here.url}/metrics/1/requests/{result['requestId']}"
    assert live_here.client.get(where, headers=ALL).json() == result


def test_who_has_too_many_queries_waiting_is_told_to_wait(
    live_here: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_MOST_WAITING", 0)
    answer = live_here.post({"callbackUrl": live_here.box.url("x"), "request": asking()})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")


def test_a_caller_who_goes_away_is_noted(live_here: Live, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "reporter")
    port = int(live_here.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.sendall(
            f"POST {QUERY} HTTP/1.1\r\nHost: x\r\nAuthorization: App sees-everything\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
        )
        time.sleep(0.05)
    deadline = time.monotonic() + 5
    while "cut off" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.01)
    assert f"127.0.0.1 POST {QUERY} cut off" in caplog.text


def test_a_server_that_stops_does_not_wait_for_slow_bodies(
    tmp_path: Path, post_box: PostBox
) -> None:
    write_project(tmp_path, post_box.port)
    with socket.socket() as caller:
        with served(tmp_path, post_box, Patience()) as live:
            caller.connect(("127.0.0.1", int(live.url.rpartition(":")[2])))
            caller.sendall(
                f"POST {QUERY} HTTP/1.1\r\nHost: x\r\nAuthorization: App sees-everything\r\n"
                "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
            )
            time.sleep(0.05)
            began = time.monotonic()
        assert time.monotonic() - began < 2
        caller.settimeout(2)
        assert caller.recv(100).startswith(b"HTTP/1.1 503 ")


def test_both_parts_are_served(live_here: Live) -> None:
    answer = live_here.client.post(f"{live_here.url}/relay/slots", json={})
    assert answer.status_code == 401
    answer = live_here.client.post(f"{live_here.url}/callbacks/x", json={})
    assert answer.status_code == 404


def test_old_queries_are_looked_for_again_later(
    tmp_path: Path,
    post_box: PostBox,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(metrics_api, "_HOUSEKEEPING_SECONDS", 0.01)
    write_project(tmp_path, post_box.port)
    ledger = Ledger(tmp_path / ".reporter/ledger.sqlite")
    with served(tmp_path, post_box, Patience()) as live:
        live.result(asking())
        with ledger.transaction() as connection:
            connection.execute("UPDATE served_requests SET accepted_at = 0")
        deadline = time.monotonic() + 5
        left = 1
        while left and time.monotonic() < deadline:
            time.sleep(0.01)
            with ledger.transaction() as connection:
                (left,) = connection.execute("SELECT count(*) FROM served_requests").fetchone()
        assert left == 0
        with ledger.transaction() as connection:
            connection.execute("ALTER TABLE served_requests RENAME TO away")
        while "no such table" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.01)
    assert "no such table" in caplog.text


def project(folder: Path) -> Project:
    found = read_project(folder / "reporter.yaml").project
    assert found is not None
    return found


def test_a_source_that_is_none_of_call_records(tmp_path: Path, post_box: PostBox) -> None:
    write_project(tmp_path, post_box.port)
    loaded = project(tmp_path)
    with pytest.raises(UserError, match="is no source of call records"):
        metrics_api.MetricsApi(
            loaded,
            ServedApi(source="nowhere"),
            Ledger(tmp_path / "ledger.sqlite"),
            now=clock.now,
            patience=Patience(),
        )


def test_a_catalog_with_mistakes(tmp_path: Path, post_box: PostBox) -> None:
    write_project(tmp_path, post_box.port, more="catalogs: [broken.yaml]\n")
    (tmp_path / "broken.yaml").write_text("version: 1\nname: voice_video\nmetrics: {X: {}}\n")
    with pytest.raises(Invalid):
        Serving(project(tmp_path))


def test_an_extension_of_the_catalog_is_counted(tmp_path: Path, post_box: PostBox) -> None:
    write_project(tmp_path, post_box.port, more="catalogs: [ours.yaml]\n")
    (tmp_path / "ours.yaml").write_text("""\
version: 1
name: ours
label: Ours
extends: voice_video
metrics:
  TRAFFIC_DELIVERY_RATE:
    label: Delivered
    description: Calls that were answered, of all.
    format: percent
    formula: TOTAL_ANSWERED_CALL_COUNT / TOTAL_CALL_COUNT
""")
    with served(tmp_path, post_box, Patience()) as live:
        result = live.result(asking(("TRAFFIC_DELIVERY_RATE",), by=("COUNTRY_ID",)))
        nothing = live.result(asking(("TRAFFIC_DELIVERY_RATE",), countryIds=[9]))
    rows = [(row[0], row[-1]) for row in result["response"]["rows"]]
    assert rows == [(1, 25.0), (2, 0.0), ("N/A", 100.0)]
    assert nothing["response"]["rows"] == [["VOICE_VIDEO", "N/A"]]


def test_a_request_is_found_where_a_proxy_has_put_the_server(
    tmp_path: Path, post_box: PostBox
) -> None:
    write_project(tmp_path, post_box.port, more="  publicUrl: https://reports.example.com/calls/\n")
    with served(tmp_path, post_box, Patience()) as live:
        answer = live.post({"callbackUrl": post_box.url("x"), "request": asking()})
        name = answer.json()["requestId"]
    assert answer.headers["location"] == f"/calls/metrics/1/requests/{name}"


@pytest.mark.parametrize("days", [36501, 1_000_000, 10**10])
def test_a_request_is_not_kept_for_longer_than_the_calendar_goes_back(
    tmp_path: Path, post_box: PostBox, days: int
) -> None:
    write_project(tmp_path, post_box.port, more=f"    keepDays: {days}\n")
    loaded = read_project(tmp_path / "reporter.yaml")
    assert loaded.project is None
    errors = [one for one in loaded.diagnostics if one.severity is Severity.ERROR]
    assert [one.location.dotted() for one in errors] == ["serve.metricsApi.keepDays"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_when_it_is_told(
    tmp_path: Path,
    post_box: PostBox,
    number: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_project(tmp_path, post_box.port, more="  publicUrl: https://reports.example.com\n")
    monkeypatch.chdir(tmp_path)
    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)]
    ours = logging.getLogger("reporter")
    handlers, level = list(ours.handlers), ours.level

    def tell() -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not ours.handlers:
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(os.getpid(), number)

    telling = threading.Thread(target=tell)
    telling.start()
    try:
        with pytest.raises(SystemExit) as ended:
            main(["serve"])
    finally:
        telling.join()
        ours.handlers, ours.level, ours.propagate = handlers, level, True
    assert ended.value.code == 0
    assert [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)] == before
    out = capsys.readouterr().out
    assert "the Metrics API over the source 'calls'" in out
    assert "(from outside https://reports.example.com); Ctrl-C stops" in out


def test_nothing_to_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "reporter.yaml").write_text("version: 1\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["serve"])
    assert ended.value.code == 1
    assert "does not say what to serve" in capsys.readouterr().err
