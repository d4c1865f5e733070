"""``reporter schedule run`` and ``once``: whole commands, with a real server."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Timer
from typing import Any

import pytest

from reporter import clock
from reporter.ledger import Ledger, editions, firings
from reporter.ledger.firings import FiringState, ScheduleRecord

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from schedule_kills import CALLS, CRON, PROJECT, SPEC, Counting, counting

Reporter = Callable[..., Any]
NOON = datetime(2026, 11, 2, 12, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(project: Path) -> Iterator[Counting]:
    """A server, and a project with one report that goes there."""
    with counting(Random(1)) as (found, port):  # noqa: S311 - it keeps no secret
        (project / "reporter.yaml").write_text(PROJECT.replace("PORT", str(port)))
        (project / "calls.csv").write_text(CALLS)
        (project / "report_specs" / "review.yaml").unlink()
        (project / "report_specs" / "pulse.yaml").write_text(SPEC.replace("CRON", CRON))
        yield found


def at(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: instant)


@pytest.mark.slow
def test_once_and_once_again(
    project: Path, reporter: Reporter, server: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOON - MINUTE / 2)
    assert reporter("schedule", "once").code == 0
    assert not server.taken
    at(monkeypatch, NOON + MINUTE / 2)
    done = reporter("schedule", "once", "--log-format", "json", "--metrics-file", "r.prom")
    assert done.code == 0
    lines = [json.loads(line) for line in done.err.splitlines()]
    assert [line["event"] for line in lines] == ["making", "issued", "delivery", "delivery"]
    assert lines[0]["dueAt"] == "2026-11-02T12:07:00Z"
    assert {line["recipient"] for line in lines[2:]} == {"one@example.com", "two@example.com"}
    assert list(server.taken.values()) == [1, 1]
    assert 'reporter_deliveries{state="sent"} 2.0' in (project / "r.prom").read_text()
    assert reporter("schedule", "once").err == ""
    assert list(server.taken.values()) == [1, 1]


def test_the_owner_is_told_of_what_is_broken(
    project: Path, reporter: Reporter, server: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (project / "reporter.yaml").open("a") as file:
        file.write("notify: {email: [ops@example.com]}\n")
    (project / "report_specs" / "broken.yaml").write_text(SPEC.replace("sections", "sektions"))
    at(monkeypatch, NOON)
    (project / "report_specs" / "pulse.yaml").unlink()
    done = reporter("schedule", "once")
    assert done.code == 3
    assert "error   broken.yaml is not scheduled: " in done.err
    assert "info    the owner is told: broken needs attention" in done.err
    assert [recipient for recipient, _ in server.taken] == ["ops@example.com"]
    assert reporter("schedule", "once").code == 3  # it is still broken
    assert len(server.taken) == 1


def test_a_metrics_file_in_no_folder(reporter: Reporter, server: Counting) -> None:  # noqa: ARG001 - its project
    done = reporter("schedule", "once", "--metrics-file", "nowhere/r.prom")
    assert done.code == 1
    assert done.err.startswith("error: the metrics file nowhere/r.prom cannot be written: No such")


@pytest.mark.slow
def test_it_runs_until_sigterm(project: Path, server: Counting) -> None:
    ledger = Ledger(project / ".reporter" / "ledger.sqlite")
    due = clock.now().replace(second=0, microsecond=0) - MINUTE
    known = ScheduleRecord(
        report="pulse", spec="pulse.yaml", cron="0 0 1 1 *", timezone="UTC", next_due=due
    )
    spec = project / "report_specs" / "pulse.yaml"
    spec.write_text(SPEC.replace("CRON", "0 0 1 1 *"))
    with ledger.transaction() as connection:
        firings.remember(connection, known)
    command = [sys.executable, "-m", "reporter", "schedule", "run"]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        dog = Timer(60, running.kill)  # then the pipe ends
        dog.start()
        lines = []
        while sum("sent: 250 OK" in line for line in lines) < 2:
            lines.append(running.stderr.readline())
            assert lines[-1]
        dog.cancel()
        running.send_signal(signal.SIGTERM)
        rest = running.stderr.read()
        assert running.wait(20) == 0
    assert "started as" in lines[0]
    assert rest.endswith("info    stopped: a signal asked for it\n")
    assert list(server.taken.values()) == [1, 1]
    (firing,) = firings.of_report(ledger)
    assert (firing.due_at, firing.state) == (due, FiringState.DONE)


@pytest.mark.slow
def test_data_that_come_late(
    project: Path, reporter: Reporter, server: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits, goes out as provisional at the deadline, and as final once the data are there."""
    gate = "waitForData: {deadline: 1h, every: 30m, atDeadline: provisional}"
    spec = SPEC.replace('"CRON", catchUp: all', f'"7 12 * * *", {gate}')
    spec = spec.replace("month_to_date", "today")
    (project / "report_specs" / "pulse.yaml").write_text(spec)
    ledger = Ledger(project / ".reporter" / "ledger.sqlite")

    def look(minutes: int) -> tuple[FiringState, int, list[str]]:
        at(monkeypatch, NOON + minutes * MINUTE)
        assert reporter("schedule", "once").code == 0
        (firing,) = firings.of_report(ledger)
        made = [record.revision for record in editions.of_report(ledger)]
        return firing.state, sum(server.taken.values()), made

    at(monkeypatch, NOON - MINUTE)
    assert reporter("schedule", "once").code == 0
    assert look(0) == (FiringState.WAITING, 0, [])
    assert look(10) == (FiringState.WAITING, 0, [])
    assert look(30) == (FiringState.WAITING, 0, [])
    assert look(60) == (FiringState.WAITING, 2, ["provisional"])
    assert look(90) == (FiringState.WAITING, 2, ["provisional"])
    late = CALLS.splitlines()[1].replace("a,", "b,").replace("T08", "T13")
    with (project / "calls.csv").open("a") as file:
        file.write(f"{late}\n")
    assert look(100) == (FiringState.WAITING, 2, ["provisional"])
    assert look(120) == (FiringState.DONE, 4, ["provisional", "final"])
    assert look(150) == (FiringState.DONE, 4, ["provisional", "final"])
    assert set(server.taken.values()) == {1}
