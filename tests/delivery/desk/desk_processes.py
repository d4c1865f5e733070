"""Desks in processes of their own, with real mail and a real ledger; run by the tests.

The process stays small and single-threaded, so that it can fork desks cheaply.
"""

import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from reporter import clock
from reporter.delivery.base import Facts, Letter
from reporter.delivery.desk import Desk
from reporter.delivery.email import EmailChannel
from reporter.delivery.parcels import encode
from reporter.ledger import Ledger, deliveries
from reporter.ledger.deliveries import Planned
from reporter.settings import Mail

LEASE = timedelta(seconds=0.5)


def main(task: str, ledger: str, port: str, many: str, seed: str) -> None:
    path = Path(ledger)
    if task == "kill":
        _kill(path, int(port), int(many), random.Random(seed))  # noqa: S311 - repeatable
    else:
        _together(path, int(port), int(many))


def _kill(path: Path, port: int, rounds: int, chance: random.Random) -> None:
    """Processes that are killed at some instant, one after the other; then one that is not."""
    _plan(path, rounds, 2)
    started = time.monotonic()
    os.waitpid(_forked(path, port), 0)
    longest = time.monotonic() - started
    killed = 0
    for number in range(rounds):
        _plan(path, number, 2)
        child = _forked(path, port)
        time.sleep(chance.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        killed += os.waitpid(child, 0)[1] == signal.SIGKILL
    time.sleep(LEASE.total_seconds())
    os.waitpid(_forked(path, port), 0)
    print(killed)  # noqa: T201 - read by the test


def _together(path: Path, port: int, many: int) -> None:
    """Several processes that begin at once."""
    for number in range(5):
        _plan(path, number, 8)
    for child in [_forked(path, port) for _ in range(many)]:
        os.waitpid(child, 0)


def _forked(path: Path, port: int) -> int:
    child = os.fork()
    if child:
        return child
    settings = Mail(host="127.0.0.1", port=port, security="none", from_="r@example.com")
    desk = Desk(
        Ledger(path),
        f"desk {os.getpid()}",
        lambda _kind, _name: EmailChannel(settings, path.parent),
        now=clock.now,
        lease=LEASE,
    )
    list(desk.work())
    os._exit(0)


def _plan(path: Path, number: int, many: int) -> None:
    now = clock.now()
    facts = Facts(
        edition="e",
        report="review",
        title="Review",
        period="October 2026",
        since=now,
        until=now,
        timezone="UTC",
        revision="final",
        language="en",
    )
    letter = Letter(facts=facts, subject="Review", html="<p>Review</p>", text="Review")
    with Ledger(path).transaction() as connection:
        planned = (
            Planned(
                edition=None,
                report="review",
                name=f"mail {number}",
                channel="email",
                recipient=f"{one}@example.com",
                parcel=deliveries.keep_parcel(connection, encode(letter)),
                deadline=now + timedelta(hours=1),
            )
            for one in range(many)
        )
        deliveries.plan(connection, planned, now)


if __name__ == "__main__":
    main(*sys.argv[1:])
