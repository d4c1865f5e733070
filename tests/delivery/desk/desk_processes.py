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

sys.path.insert(0, str(Path(__file__).parents[2] / "kits"))

from parcels import letter, planned

from reporter import clock
from reporter.delivery.desk import Desk
from reporter.delivery.email import EmailChannel
from reporter.delivery.parcels import encode
from reporter.ledger import Ledger, deliveries
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
    with Ledger(path).transaction() as connection:
        parcel = deliveries.keep_parcel(connection, encode(letter(now)))
        recipients = (f"{one}@example.com" for one in range(many))
        until = now + timedelta(hours=1)
        wanted = [
            planned(each, parcel=parcel, deadline=until, name=f"mail {number}")
            for each in recipients
        ]
        deliveries.plan(connection, wanted, now)


if __name__ == "__main__":
    main(*sys.argv[1:])
