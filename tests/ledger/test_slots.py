"""Slots on a real disk: what the file tells, races, failures, kills."""

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reporter.errors import LedgerError
from reporter.ledger import Ledger
from reporter.ledger.group_commit import GroupCommit
from reporter.ledger.slots import Acceptance, Slots, Verdict

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def slots(ledger: Ledger) -> Iterator[Slots]:
    slots = Slots(ledger, now=lambda: NOW)
    yield slots
    slots.leave()


def test_who_reads_the_file_cannot_post_a_result(ledger: Ledger, slots: Slots) -> None:
    opened = slots.open(LATER).result()
    assert len(opened.token) == 43
    with ledger.transaction() as connection:
        (row,) = connection.execute("SELECT * FROM slots").fetchall()
    stored = b"".join(p.read_bytes() for p in ledger.path.parent.iterdir())
    assert opened.token.encode() not in stored
    assert (row["opened_at"], row["expires_at"]) == (
        NOW.timestamp() * 1000,
        LATER.timestamp() * 1000,
    )


def test_tokens_are_256_bits_and_never_the_same(slots: Slots) -> None:
    opened = [slots.open(LATER) for _ in range(200)]
    assert len({each.result().token for each in opened}) == 200
    assert len({each.result().id for each in opened}) == 200


def test_the_time_of_receipt_is_kept(ledger: Ledger, slots: Slots) -> None:
    opened = slots.open(LATER).result()
    slots.accept(opened.token, bytearray(b"{}")).result()
    with ledger.transaction() as connection:
        (row,) = connection.execute("SELECT received_at, body FROM slots").fetchall()
    assert (row["received_at"], row["body"]) == (NOW.timestamp() * 1000, b"{}")


def test_of_fifty_that_race_exactly_one_wins(ledger: Ledger) -> None:
    """In two processes' worth of writers, each with twenty-five threads."""
    both = [Slots(ledger, now=lambda: NOW) for _ in range(2)]
    opened = both[0].open(LATER).result()
    start = threading.Barrier(50)
    verdicts: list[tuple[int, Acceptance]] = []

    def post(number: int) -> None:
        start.wait()
        verdict = both[number % 2].accept(opened.token, f"body {number}".encode()).result()
        verdicts.append((number, verdict))

    threads = [threading.Thread(target=post, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(accepted.verdict for _, accepted in verdicts) == {
        Verdict.TAKEN: 1,
        Verdict.ANOTHER: 49,
    }
    (winner,) = (n for n, accepted in verdicts if accepted.verdict is Verdict.TAKEN)
    assert both[1].body(opened.id) == f"body {winner}".encode()
    for slots in both:
        slots.leave()


def test_what_waits_is_committed_together(ledger: Ledger, slots: Slots) -> None:
    """While another process holds the ledger, bodies gather; then one commit takes them all."""
    opened = [slots.open(LATER).result() for _ in range(20)]
    waiting: list[Future[Acceptance]] = []
    with ledger.transaction():
        waiting.extend(slots.accept(each.token, b"{}") for each in opened)
        assert not any(each.done() for each in waiting)
        pages = _log_frames(ledger)
    assert {each.result().verdict for each in waiting} == {Verdict.TAKEN}
    # One by one, each commit would write the same pages of the table again.
    assert _log_frames(ledger) - pages < len(opened)


def _log_frames(ledger: Ledger) -> int:
    return Path(f"{ledger.path}-wal").stat().st_size // 4096


def test_who_gave_up_waiting_before_it_began_changes_nothing(ledger: Ledger, slots: Slots) -> None:
    opened = slots.open(LATER).result()
    with ledger.transaction():
        first = slots.accept(opened.token, b"first")
        while not first.running():
            time.sleep(0.001)
        second = slots.accept(opened.token, b"second")
        third = slots.accept(opened.token, b"third")
        gave_up = second.cancel()
    assert first.result().verdict is Verdict.TAKEN
    assert gave_up
    assert third.result().verdict is Verdict.ANOTHER


def test_a_change_that_fails_is_told_to_all_that_it_undid(ledger: Ledger) -> None:
    commits = GroupCommit(ledger)
    with ledger.transaction():
        good = commits.submit(lambda c: c.execute("INSERT INTO results VALUES ('a', x'00', 1)"))
        bad = commits.submit(lambda c: c.execute("INSERT INTO results VALUES ('a', NULL, 1)"))
    with pytest.raises(LedgerError, match="NOT NULL"):
        bad.result()
    # The first may have had a commit of its own; if not, it was undone and knows it.
    kept = good.exception() is None
    with ledger.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM results").fetchone()[0] == kept
    assert commits.submit(lambda _: "goes on").result() == "goes on"
    commits.close()


def test_a_mistake_of_ours_is_raised_where_it_is_waited_for(ledger: Ledger) -> None:
    commits = GroupCommit(ledger)
    wrong = commits.submit(lambda _: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        wrong.result()
    commits.close()


def test_what_waits_is_still_written_when_it_is_left(ledger: Ledger) -> None:
    slots = Slots(ledger, now=lambda: NOW)
    with ledger.transaction():  # so that they gather to more than one group
        waiting = [slots.open(LATER) for _ in range(2500)]
    slots.leave()
    assert all(each.done() for each in waiting)
    with pytest.raises(RuntimeError, match="nothing is written any more"):
        slots.open(LATER)
    slots.leave()
    with ledger.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM slots").fetchone()[0] == 2500


def test_a_disk_that_is_full_is_explained(ledger: Ledger, slots: Slots) -> None:
    opened = slots.open(LATER).result()
    slots._changes._connection.execute("PRAGMA max_page_count = 1")  # as many as there are
    refused = slots.accept(opened.token, bytes(100_000))
    with pytest.raises(LedgerError, match="disk is full") as caught:
        refused.result()
    assert str(ledger.path) in caught.value.message
    assert slots.body(opened.id) is None
    slots._changes._connection.execute("PRAGMA max_page_count = 1000000")
    assert slots.accept(opened.token, bytes(100_000)).result().verdict is Verdict.TAKEN


def test_a_ledger_that_was_spoilt_is_explained(ledger: Ledger, slots: Slots) -> None:
    with ledger.transaction() as connection:
        connection.execute("DROP TABLE slots")
    for ask in (lambda: slots.body("x"), lambda: slots.full(["x"]), lambda: slots.admits("x")):
        with pytest.raises(LedgerError, match="no such table") as caught:
            ask()
        assert isinstance(caught.value.__cause__, sqlite3.Error)


_RECEIVER = """
import os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from reporter.ledger import Ledger
from reporter.ledger.slots import Slots
now = datetime(2026, 11, 2, tzinfo=UTC)
slots = Slots(Ledger(Path(sys.argv[1])), now=lambda: now)
number = 0
while True:
    opened = [slots.open(now + timedelta(days=1)) for _ in range(10)]
    taken = [slots.accept(each.result().token, os.urandom(3000)) for each in opened]
    for each in taken:
        print(each.result().slot, flush=True)
"""


def test_what_was_accepted_outlives_a_kill(ledger: Ledger) -> None:
    program = (sys.executable, "-c", _RECEIVER, str(ledger.path))
    promised = []
    for _ in range(3):
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            promised += [process.stdout.readline().strip() for _ in range(57)]
            process.kill()
            promised += process.stdout.read().split("\n")[:-1]
        assert process.returncode == -signal.SIGKILL
    slots = Slots(ledger, now=lambda: NOW)
    assert all(len(slots.body(slot) or b"") == 3000 for slot in promised)
    slots.leave()
