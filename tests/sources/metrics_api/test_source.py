"""The whole command over a hostile API: what users see, in this process and in others."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hostile import HostileApi, Says, Seen, accepted, always, error, says
from rig import OCTOBER

from reporter.catalog.builtin import built_in
from reporter.dates import Interval
from reporter.plan.model import Query, Refusal
from reporter.settings import read_project
from reporter.sources.base import Refused, Source
from reporter.wiring import open_source

Reporter = Callable[..., Any]
JUNE = ("--since", "2025-06-01", "--until", "2025-07-01")
QUERY = ("query", "--metrics", "TOTAL_CALL_COUNT", *JUNE, "--format", "csv")
TABLE = "TOTAL_CALL_COUNT\r\n42\n"
ABOUT = "source 'api': TOTAL_CALL_COUNT from 2025-06-01 00:00 to 2025-07-01 00:00: "
SPEC = """\
version: 1
name: calls
title: Calls
period: {since: 2025-06-01, until: 2025-07-01}
sections:
  - type: kpis
    metrics: [TOTAL_CALL_COUNT]
  - type: table
    query: {metrics: [TOTAL_CALL_COUNT, ANSWER_RATE], aggregateBy: [COUNTRY_NAME]}
outputs: [csv]
"""


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    return number


@pytest.fixture
def over_api(project: Path, api: HostileApi, port: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose default source is the hostile API."""
    monkeypatch.setenv("THE_KEY", "geheim-key")
    (project / "reporter.yaml").write_text(
        "version: 1\n"
        "sources:\n"
        "  api:\n"
        "    type: metrics_api\n"
        f"    baseUrl: {api.url}\n"
        "    auth: {type: apiKey, key: '${env:THE_KEY}'}\n"
        "    callback:\n"
        f"      listen: 127.0.0.1:{port}\n"
        f"      publicUrl: http://127.0.0.1:{port}\n"
        "    deadlineSeconds: 20\n"
        "defaults: {source: api}\n"
    )
    (project / "report_specs" / "calls.yaml").write_text(SPEC)
    return project


def test_a_query(over_api: Path, reporter: Reporter, api: HostileApi) -> None:
    done = reporter(*QUERY)
    assert (done.code, done.out, done.err) == (0, TABLE, "")
    assert api.callbacks == [200]
    assert (over_api / ".reporter/ledger.sqlite").is_file()


def test_what_was_over_is_remembered_until_it_is_refreshed(
    over_api: Path, reporter: Reporter, api: HostileApi
) -> None:
    assert over_api.exists()
    reporter(*QUERY)
    again = reporter(*QUERY)
    assert (again.code, again.out) == (0, TABLE)
    note = again.err.split("filled ")
    assert note[0] == "note: 1 result from the cache, "
    assert note[1].endswith(" UTC; --refresh asks again\n")
    assert len(api.submitted()) == 1
    fresh = reporter(*QUERY, "--refresh")
    assert (fresh.code, fresh.out, fresh.err) == (0, TABLE, "")
    assert len(api.submitted()) == 2


def test_a_report_is_the_same_file_however_its_numbers_were_come_by(
    over_api: Path, reporter: Reporter, api: HostileApi
) -> None:
    spec = over_api / "report_specs" / "calls.yaml"
    spec.write_text(SPEC.replace("ANSWER_RATE", "BUSY_CALL_COUNT").replace("[csv]", "[json]"))
    first = reporter("run", "calls")
    assert (first.code, "from the cache" in first.err) == (0, False)
    file = over_api / first.out.strip()
    made = file.read_bytes()
    again = reporter("run", "calls")
    assert again.err.count("2 results from the cache, filled ") == 1
    assert file.read_bytes() == made
    assert len(api.submitted()) == 2
    assert "from the cache" not in reporter("run", "calls", "--refresh").err
    assert len(api.submitted()) == 4


def test_a_plan_sends_nothing(over_api: Path, reporter: Reporter, api: HostileApi) -> None:
    done = reporter("plan", "calls")
    assert (done.code, done.err) == (0, "")
    assert "unavailable" not in done.out
    assert done.out.count("    POST /metrics/1/query-aggregate-data\n") >= 2
    assert '        "sentSince": "2025-06-01T00:00:00.000+0000",' in done.out
    assert "callback" not in done.out
    machine = json.loads(reporter("plan", "calls", "--json").out)
    assert all(query["source"] == "api" and "sql" not in query for query in machine["queries"])
    asked = machine["queries"][0]["http"].partition("\n")[2]
    assert json.loads(asked)["request"]["filterBy"]["channelCodes"] == ["VOICE_VIDEO"]
    assert api.seen == []
    assert not (over_api / ".reporter").exists()


def test_nothing_is_asked_where_nothing_can_be_there(
    over_api: Path, reporter: Reporter, api: HostileApi
) -> None:
    spec = over_api / "report_specs" / "calls.yaml"
    parts = SPEC.replace("sections:", "filterBy: {countryIds: [1]}\nsections:")
    spec.write_text(parts.replace("query: {", "query: {filterBy: {countryIds: [2]}, "))
    planned = reporter("plan", "calls")
    assert planned.out.count("    nothing is asked: the answer is known without\n") == 1
    assert planned.out.count("    POST ") == 1
    assert reporter("run", "calls").code == 0
    assert [seen.asked["filterBy"]["countryIds"] for seen in api.submitted()] == [[1]]


def source_of(folder: Path) -> Source:
    project = read_project(folder / "reporter.yaml").project
    assert project is not None
    return open_source(project, "api", built_in())


def query(name: str) -> Query:
    metric = built_in().metric(name)
    assert metric is not None
    return Query(metrics=(metric,), dimensions=(), conditions=(), interval=OCTOBER, timezone="UTC")


def test_what_the_api_has_nothing_for(over_api: Path, api: HostileApi) -> None:
    pending = query("PENDING_CALL_COUNT")
    (column,) = source_of(over_api).unavailable([pending, query("BUSY_CALL_COUNT"), pending])
    assert (column.name, column.unavailable is None) == ("PENDING_CALL_COUNT", False)
    assert api.seen == []


def test_a_failure_is_told_without_the_key(
    over_api: Path, reporter: Reporter, api: HostileApi
) -> None:
    api.posts = always(error(403, "geheim-key may not do this"))
    done = reporter(*QUERY)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        f"error: {ABOUT}POST 127.0.0.1:{api.port}/metrics/1/query-aggregate-data answered 403"
        " Forbidden: *** may not do this\n"
        "  hint: the credentials are known but may not do this: give them the scope"
        " metrics:manage, and check whether this machine's address is allowed\n"
    )
    report = reporter("run", "calls")
    assert (report.code, report.out) == (3, "")
    assert not (over_api / "out").exists()


def test_what_the_api_does_not_accept(over_api: Path, reporter: Reporter, api: HostileApi) -> None:
    assert over_api.exists()
    api.posts = always(
        error(
            400,
            "Request cannot be processed.",
            ("request.metrics", "not for you"),
            ("request.filterBy.sentSince", "too long ago"),
        )
    )
    done = reporter(*QUERY)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        f"error: {ABOUT}POST 127.0.0.1:{api.port}/metrics/1/query-aggregate-data answered 400"
        " Bad Request: Request cannot be processed; request.metrics: not for you;"
        " request.filterBy.sentSince: too long ago\n"
        "  hint: `reporter plan` shows the whole request\n"
    )
    assert len(api.submitted()) == 1


def test_an_account_that_the_key_does_not_open(
    over_api: Path, reporter: Reporter, api: HostileApi
) -> None:
    spec = over_api / "report_specs" / "calls.yaml"
    spec.write_text(SPEC + "filterBy: {accountKeys: [THEIRS]}\n")
    api.posts = always(error(403, "No.", ("request.filterBy.accountKeys[0]", "is not yours")))
    done = reporter("run", "calls")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "report_specs/calls.yaml:11:25: error: the source 'api' does not accept"
        " filterBy.accountKeys[0]: is not yours [refused]\n"
        "  11 | filterBy: {accountKeys: [THEIRS]}\n"
        "     |                         ^\n"
    )


def test_refusals_are_bound_to_their_queries(over_api: Path, api: HostileApi) -> None:
    source, calls = source_of(over_api), query("TOTAL_CALL_COUNT")
    other = msgspec.structs.replace(
        calls, interval=Interval(OCTOBER.since, OCTOBER.since + timedelta(days=1))
    )

    def acts(seen: Seen, number: int) -> Says:
        if seen.asked["filterBy"]["sentUntil"].startswith("2026-10-02"):
            return accepted(seen, number)
        return error(422, "No", ("request.metrics", "not for you"), ("request", "never"))

    api.posts = acts
    with pytest.raises(Refused) as caught:
        asyncio.run(source.fetch([other, calls, query("BUSY_CALL_COUNT")]))
    assert caught.value.refusals == (
        Refusal(calls, "metrics", "not for you"),
        Refusal(calls, "request", "never"),
        # Both are one request.
        Refusal(query("BUSY_CALL_COUNT"), "metrics", "not for you"),
        Refusal(query("BUSY_CALL_COUNT"), "request", "never"),
    )
    api.posts = always(error(400, "No"))
    with pytest.raises(Refused) as caught:
        asyncio.run(source.fetch([calls]))
    (refusal,) = caught.value.refusals
    assert (refusal.query, refusal.property) == (calls, "")
    assert refusal.message.endswith("query-aggregate-data answered 400 Bad Request: No")


def test_a_callback_url_that_is_not_accepted(
    over_api: Path, reporter: Reporter, api: HostileApi
) -> None:
    assert over_api.exists()
    api.posts = lambda seen, _number: error(
        400, "Bad", ("callbackUrl", f"{seen.callback_url} is not public")
    )
    done = reporter(*QUERY)
    assert done.code == 3
    assert "Bad Request: Bad; callbackUrl: http://127.0.0.1:" in done.err
    assert "/callbacks/*** is not public\n" in done.err
    assert "  hint: check `callback.publicUrl` (or `relay`): the API does not want" in done.err


def test_an_address_that_a_key_is_not_sent_to(over_api: Path, reporter: Reporter) -> None:
    file = over_api / "reporter.yaml"
    file.write_text(file.read_text().replace("http://127.0.0.1", "http://api.example.com", 1))
    done = reporter(*QUERY)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "error: `sources.api.baseUrl` is http://api.example.com: the credentials would travel in"
        " clear\n  hint: write https://; plain http is for this machine and private networks\n"
    )
    file.write_text(
        file.read_text()
        .replace("http://api", "https://api")
        .replace(
            "{type: apiKey, key: '${env:THE_KEY}'}",
            "{type: oauth2, clientId: me, clientSecret: '${env:THE_KEY}', tokenUrl: 'http://a.b'}",
        )
    )
    assert "`sources.api.auth.tokenUrl` is http://a.b: the cred" in reporter(*QUERY).err


KILLED = """\
import os, signal
from reporter.callbacks import listener, receivers

class Dying(listener.Listener):
    async def received(self, slot, *, wait):
        body = await super().received(slot, wait=wait)
        if body is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        return body

receivers.Listener = Dying
from reporter.cli import main
main({arguments!r})
"""


def test_what_a_killed_process_received_is_used_by_the_next(
    over_api: Path, reporter: Reporter, api: HostileApi
) -> None:
    program = KILLED.format(arguments=list(QUERY))
    dead = subprocess.run(
        [sys.executable, "-c", program], cwd=over_api, capture_output=True, check=False, timeout=30
    )
    assert (dead.returncode, dead.stdout, dead.stderr) == (-signal.SIGKILL, b"", b"")
    assert len(api.submitted()) == 1
    api.posts = always(error(500, "The API is gone"))
    done = reporter(*QUERY)
    assert (done.code, done.out, done.err) == (0, TABLE, "")
    assert len(api.submitted()) == 1
    assert "from the cache" in reporter(*QUERY).err


def test_a_killed_process_that_received_nothing_holds_nobody_up(
    over_api: Path, reporter: Reporter, api: HostileApi
) -> None:
    api.posts = always(says(201, {"requestId": "R1"}))
    with subprocess.Popen(
        [sys.executable, "-m", "reporter", *QUERY], cwd=over_api, env={**os.environ}
    ) as running:
        _until(lambda: bool(api.submitted()))
        time.sleep(0.2)
        running.kill()
    api.posts = accepted
    done = reporter(*QUERY)
    assert (done.code, done.out, done.err) == (0, TABLE, "")
    assert len(api.submitted()) == 2


def test_ctrl_c_ends_a_run_at_once_and_without_a_word(over_api: Path, api: HostileApi) -> None:
    api.posts = always(says(201, {"requestId": "R1"}))
    with subprocess.Popen(
        [sys.executable, "-m", "reporter", "run", "calls"],
        cwd=over_api,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        _until(lambda: running.poll() is not None or len(api.submitted()) >= 2)
        time.sleep(0.2)
        pressed = time.monotonic()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=10)
    assert (running.returncode, out, err.strip()) == (130, b"", b"")
    assert time.monotonic() - pressed < 5
    assert not (over_api / "out").exists()


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    raise TimeoutError
