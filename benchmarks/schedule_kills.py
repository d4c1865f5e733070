"""`reporter schedule run` killed at random instants, hundreds of times: what was sent how often?

A real SMTP server counts messages; real processes are killed with SIGKILL, spread over the whole
course of a run. Each run is twenty minutes later than the one before, so it finds a new edition
due, and what the killed ones left behind. In the end three more runs do all that is left.

    python benchmarks/schedule_kills.py --runs 300
"""

import argparse
import asyncio
import email
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct

from reporter.ledger import Ledger, deliveries, firings
from reporter.ledger.deliveries import DeliveryRecord, State
from reporter.ledger.firings import FiringState, ScheduleRecord

BEGIN = datetime(2026, 11, 2, 9, 7, tzinfo=UTC)
CRON = "7-59/20 * * * *"
STEP = timedelta(minutes=20)
"""From one run to the next: every lease of the one before has ended."""
PART = 22
ALONE = 2
"""Of so many runs so many are left alone: a machine is not always as quick."""
ENDS = ("killed", "0", "3")
"""3: it has found a delivery that is unknown."""
LATER = timedelta(hours=1)
PAUSES = (0.0, 0.0, 0.02)
"""How many seconds the server takes over a message, each of these as often."""
RECIPIENTS = ("one@example.com", "two@example.com")
PROJECT = """\
version: 1
sources:
  calls: {type: calls, path: calls.csv}
defaults: {source: calls}
mail: {host: 127.0.0.1, port: PORT, security: none, from: "Reports <reports@example.com>"}
"""
CALLS = """\
call_id,sent_at,direction,answered_at,ended_at,status_group,status
a,2026-11-02T08:00:00Z,OUTBOUND,2026-11-02T08:00:05Z,2026-11-02T08:00:45Z,DELIVERED,DELIVERED
"""
SPEC = """\
version: 1
name: pulse
title: Pulse
period: month_to_date
schedule: {cron: "CRON", catchUp: all, retryFor: 90d}
sections:
  - {type: kpis, metrics: [TOTAL_CALL_COUNT]}
outputs: [json]
delivery:
  - {type: email, to: [one@example.com, two@example.com], attach: [json]}
"""


class Run(Struct, frozen=True):
    """One process: how long it lived in milliseconds, and how it ended."""

    lived: float
    ended: str


class Tally(Struct, frozen=True):
    """What became of everything.

    Attributes:
        runs: all but the last ones, those that were left alone included.
        firings: due times by state.
        once: deliveries that stand as sent and were received once.
        unknown: deliveries that stand as unknown, by how often they were received.
        wrong: everything else, a sentence each.
    """

    runs: tuple[Run, ...]
    firings: Counter[str]
    once: int
    unknown: Counter[int]
    wrong: tuple[str, ...]


class Counting:
    """Counts what a server has taken, by recipient and Message-ID; takes its time now and then."""

    def __init__(self, chance: Random, pauses: tuple[float, ...]) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()
        self._chance = chance
        self._pauses = pauses

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a message."""
        assert isinstance(envelope.content, bytes)  # noqa: S101 - no decoding was asked for
        message = email.message_from_bytes(envelope.content)
        for recipient in envelope.rcpt_tos:
            self.taken[recipient, str(message["Message-ID"])] += 1
        await asyncio.sleep(self._chance.choice(self._pauses))
        return "250 OK"


class Nursery:
    """Processes that need not import anything."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("schedule_nursery.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, folder: Path, present: datetime, milliseconds: float) -> Run:
        """One process, which is killed after so long; 0: it does what is due and ends."""
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        assert self._process.stdout is not None  # noqa: S101 - same
        self._process.stdin.write(f"{folder} {present.isoformat()} {milliseconds}\n")
        self._process.stdin.flush()
        lived, ended = self._process.stdout.readline().split()
        return Run(float(lived), ended)

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()


@contextmanager
def counting(chance: Random, pauses: tuple[float, ...] = PAUSES) -> Iterator[tuple[Counting, int]]:
    """A server, and its port."""
    handler = Counting(chance, pauses)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


def kill_often(folder: Path, runs: int, seed: int = 1, pauses: tuple[float, ...] = PAUSES) -> Tally:
    """Kill so many runs; what became of everything."""
    chance = Random(seed)  # noqa: S311 - it decides when, and keeps no secret
    nursery = Nursery()
    with counting(chance, pauses) as (server, port):
        ledger = _project(folder, port)
        try:
            done: list[Run] = []
            whole, killed = 0.0, 0
            while killed < runs:
                # The first one that is left alone does what the killed ones left behind; the
                # second one tells how long a run takes at present.
                alone = len(done) % PART < ALONE
                # Longer than a run takes: some of them have nothing left to do and wait.
                after = 0.0 if alone else chance.uniform(1, whole * 1.2)
                done.append(nursery.run(folder, BEGIN + len(done) * STEP, after))
                if done[-1].ended not in ENDS:
                    raise SystemExit((folder / "schedule.log").read_text("utf-8"))
                if alone:
                    whole = done[-1].lived
                killed += done[-1].ended == "killed"
            end = BEGIN + (len(done) - 1) * STEP
            nursery.run(folder, end + STEP / 2, 0)
            # From now on nothing is due any more; what is open stays.
            spec = folder / "report_specs" / "pulse.yaml"
            spec.write_text(SPEC.replace("CRON", "0 0 1 1 *"), "utf-8")
            for number in (1, 2, 3):
                nursery.run(folder, end + number * LATER, 0)
        finally:
            nursery.close()
    return _tally(ledger, server, tuple(done), end)


def _project(folder: Path, port: int) -> Ledger:
    (folder / "report_specs").mkdir()
    (folder / "report_specs" / "pulse.yaml").write_text(SPEC.replace("CRON", CRON), "utf-8")
    (folder / "calls.csv").write_text(CALLS, "utf-8")
    (folder / "reporter.yaml").write_text(PROJECT.replace("PORT", str(port)), "utf-8")
    ledger = Ledger(folder / ".reporter" / "ledger.sqlite")
    known = ScheduleRecord(
        report="pulse", spec="pulse.yaml", cron=CRON, timezone="UTC", next_due=BEGIN
    )
    with ledger.transaction() as connection:
        firings.remember(connection, known)
    return ledger


def _tally(ledger: Ledger, server: Counting, runs: tuple[Run, ...], end: datetime) -> Tally:
    rows = [row for row in firings.of_report(ledger) if row.due_at <= end]
    records = {(r.recipient, f"<{r.id}@example.com>"): r for r in deliveries.all_of(ledger)}
    wrong = [f"nobody planned {key}" for key in server.taken.keys() - records.keys()]
    wrong += [f"not made: {row}" for row in rows if row.state is not FiringState.DONE]
    if {row.due_at for row in rows} != {BEGIN + number * STEP for number in range(len(runs))}:
        wrong.append("a due time is not in the ledger")
    editions = Counter(record.edition for record in records.values())
    if any(count != len(RECIPIENTS) for count in editions.values()):
        wrong.append("a recipient was forgotten")
    if len(editions) < len(rows):
        wrong.append("an edition was not made")
    once, unknown = 0, Counter[int]()
    for key, record in records.items():
        times = server.taken[key]
        if record.state is State.SENT and times == 1:
            once += 1
        elif _is_named(record) and times <= 1:
            unknown[times] += 1
        else:
            wrong.append(f"{record.state}, received {times} times: {record.reason}")
    return Tally(runs, Counter(str(row.state) for row in rows), once, unknown, tuple(wrong))


def _is_named(record: DeliveryRecord) -> bool:
    return record.state is State.UNKNOWN and bool(record.reason)


def main() -> None:
    """Print what became of everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        tally = kill_often(Path(folder), given.runs, given.seed)
    print("| | |\n|---|---:|")
    print(f"| runs killed | {sum(run.ended == 'killed' for run in tally.runs)} |")
    print(f"| due times made | {tally.firings[FiringState.DONE]} |")
    print(f"| deliveries sent, and received once | {tally.once} |")
    print(f"| deliveries unknown, received once | {tally.unknown[1]} |")
    print(f"| deliveries unknown, not received | {tally.unknown[0]} |")
    print(f"| anything else | {len(tally.wrong)} |")
    for sentence in tally.wrong:
        print(sentence)
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
