"""Real processes, real mail, one ledger: killed at any instant, or working at the same time."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_kit import Clock, Script, plan
from postbox import Postbox, served

from reporter.delivery.desk import Desk
from reporter.ledger import Ledger, deliveries
from reporter.ledger.deliveries import State

PROGRAM = Path(__file__).parent / "desk_processes.py"


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with served() as box:
        yield box


def taken(postbox: Postbox) -> Counter[str]:
    """The messages, by the id of their delivery; each is to the one whom it names."""
    messages = postbox.messages
    assert [message["To"] for message in messages] == postbox.recipients
    return Counter(message["Message-ID"].strip("<>").partition("@")[0] for message in messages)


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
    ledger: Ledger, postbox: Postbox
) -> None:
    postbox.pause = 0.02  # most of the time passes while mails are on their way
    killed = int(run("kill", ledger, postbox.port, 30))
    assert killed > 15
    records = deliveries.all_of(ledger)
    received = taken(postbox)
    assert len(records) == 2 * 31
    assert {record.state for record in records} <= {State.SENT, State.UNKNOWN}
    for record in records:
        assert sendings(ledger, record.id) == 1
        if record.state is State.SENT:
            assert received[record.id] == 1
        else:
            assert received[record.id] <= 1
            assert record.reason == "it was being handed over when the process ended"
    assert sum(received.values()) <= len(records)


def test_processes_on_one_ledger_hand_over_each_once(ledger: Ledger, postbox: Postbox) -> None:
    run("together", ledger, postbox.port, 4)
    records = deliveries.all_of(ledger)
    assert {record.state for record in records} == {State.SENT}
    assert taken(postbox) == {record.id: 1 for record in records}
    assert len(records) == 40


def test_threads_on_one_ledger_hand_over_each_once(ledger: Ledger, clock: Clock) -> None:
    plan(ledger, *(str(number) for number in range(40)))
    script = Script()
    desks = [Desk(Ledger(ledger.path), f"desk {n}", script.open, now=clock) for n in range(4)]
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
