"""Real processes, real mail, one ledger: killed at any instant, or working at the same time."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from desk_kit import Clock, Script, plan

from reporter.delivery.desk import Desk
from reporter.ledger import Ledger, deliveries
from reporter.ledger.deliveries import State

PROGRAM = Path(__file__).parent / "desk_processes.py"


class Counting:
    """Counts the messages that it has taken, by the id of their delivery."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        (recipient,) = envelope.rcpt_tos
        message = message_from_bytes(envelope.content)
        assert message["To"] == recipient
        self.taken[message["Message-ID"].strip("<>").partition("@")[0]] += 1
        return "250 taken"


class AnyPort(Controller):
    """Listens wherever there is room."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def counting() -> Iterator[tuple[Counter[str], int]]:
    handler = Counting()
    controller = AnyPort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    yield handler.taken, controller.port
    controller.stop()


def run(task: str, ledger: Ledger, port: int, many: int) -> str:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), task, str(ledger.path), str(port), str(many), "7"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


def sendings(ledger: Ledger, delivery: str) -> int:
    return sum(event.state is State.SENDING for event in deliveries.events_of(ledger, delivery))


@pytest.mark.slow
def test_killed_at_any_instant_each_is_sent_once_or_unknown(
    ledger: Ledger, counting: tuple[Counter[str], int]
) -> None:
    taken, port = counting
    killed = int(run("kill", ledger, port, 40))
    assert killed > 20
    records = deliveries.all_of(ledger)
    assert len(records) == 2 * 41
    assert {record.state for record in records} <= {State.SENT, State.UNKNOWN}
    for record in records:
        assert sendings(ledger, record.id) == 1
        if record.state is State.SENT:
            assert taken[record.id] == 1
        else:
            assert taken[record.id] <= 1
            assert record.reason == "it was being handed over when the process ended"
    assert sum(taken.values()) <= len(records)


def test_processes_on_one_ledger_hand_over_each_once(
    ledger: Ledger, counting: tuple[Counter[str], int]
) -> None:
    taken, port = counting
    run("together", ledger, port, 4)
    records = deliveries.all_of(ledger)
    assert {record.state for record in records} == {State.SENT}
    assert taken == {record.id: 1 for record in records}
    assert len(records) == 40


def test_threads_on_one_ledger_hand_over_each_once(ledger: Ledger, clock: Clock) -> None:
    plan(ledger, *(str(number) for number in range(40)))
    script = Script()
    desks = [Desk(ledger, f"desk {n}", script.open, now=clock) for n in range(4)]
    handled: list[str] = []

    def work(desk: Desk) -> None:
        handled.extend(one.delivery.id for one in desk.work())

    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = sorted(record.id for record in deliveries.all_of(ledger))
    assert sorted(script.received) == ids
    assert sorted(handled) == ids
    assert [sendings(ledger, one) for one in ids] == [1] * 40
