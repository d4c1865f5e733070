"""The ledger's file: made, brought up to date, shared, and never half-written."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from reporter.errors import LedgerError, UserError
from reporter.ledger import Ledger
from reporter.ledger.schema import STEPS


def _tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return {name for (name,) in rows}
    finally:
        connection.close()


def test_a_new_ledger_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "ledger.sqlite"
    Ledger(path)
    assert {"slots", "submissions", "results", "served_requests"} <= _tables(path)


def test_a_ledger_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path).transaction() as connection:
        connection.execute("INSERT INTO results VALUES ('a', x'00', 1)")
        files = sorted(tmp_path.iterdir())
        assert len(files) == 3  # with its log
        assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 3


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path).transaction() as connection:
        connection.execute("INSERT INTO results VALUES ('a', x'00', 1)")
    with Ledger(path).transaction() as connection:
        assert connection.execute("SELECT count(*) FROM results").fetchone()[0] == 1
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(STEPS)


def test_a_commit_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    connection = Ledger(tmp_path / "ledger.sqlite").connect()
    try:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    finally:
        connection.close()


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")

    def half() -> None:
        with ledger.transaction() as connection:
            connection.execute("INSERT INTO results VALUES ('a', x'00', 1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with ledger.transaction() as connection:
        assert connection.execute("SELECT count(*) FROM results").fetchone()[0] == 0


def test_a_ledger_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path).transaction() as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    with pytest.raises(UserError, match="was written by a newer version of Reporter") as caught:
        Ledger(path)
    assert caught.value.hint == "update this one"


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"a letter to a friend, " * 100)
    with pytest.raises(UserError, match="cannot be opened: file is not a database") as caught:
        Ledger(path)
    assert path.read_bytes().startswith(b"a letter")
    assert caught.value.hint is not None
    assert "all of it would go again" in caught.value.hint


def test_a_ledger_that_others_hold_is_not_to_be_moved_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It knows what has been delivered: whoever takes another one delivers all of it again.
    monkeypatch.setattr("reporter.ledger.database._BUSY_SECONDS", 0.05)
    path = tmp_path / "ledger.sqlite"
    with (
        Ledger(path).transaction(),
        pytest.raises(LedgerError, match="cannot be opened: database is locked") as caught,
    ):
        Ledger(path)
    assert caught.value.exit_code == 3
    assert caught.value.hint == (
        "is the disk full, or the file held by another program? try again then"
    )


def test_a_folder_in_the_place_of_the_ledger_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be opened: unable to open") as caught:
        Ledger(tmp_path)
    assert caught.value.hint is not None
    assert "may you write to it" in caught.value.hint


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be opened: ") as caught:
        Ledger(tmp_path / "file" / "ledger.sqlite")
    assert caught.value.hint is not None
    assert "`ledger` in reporter.yaml" in caught.value.hint


def test_many_may_open_a_new_ledger_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    failures: list[Exception] = []

    def use(number: int) -> None:
        try:
            with Ledger(path).transaction() as connection:
                connection.execute("INSERT INTO results VALUES (?, x'00', 1)", (str(number),))
        except Exception as failure:  # noqa: BLE001 - told below
            failures.append(failure)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Ledger(path).transaction() as connection:
        assert connection.execute("SELECT count(*) FROM results").fetchone()[0] == 12


_KILLED = """
import os, signal, sys
from pathlib import Path
from reporter.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
for number in range(100):
    with ledger.transaction() as connection:
        connection.execute("INSERT INTO results VALUES (?, zeroblob(100000), 1)", (f"a{number}",))
        connection.execute("INSERT INTO results VALUES (?, zeroblob(100000), 1)", (f"b{number}",))
        if number == 7:
            os.kill(os.getpid(), signal.SIGKILL)
    print(number, flush=True)
"""


def test_a_killed_process_leaves_whole_transactions(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(path)], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -9
    told = [int(line) for line in killed.stdout.split()]
    assert told == list(range(7))
    with Ledger(path).transaction() as connection:
        rows = connection.execute("SELECT ask FROM results ORDER BY ask").fetchall()
    assert [row["ask"] for row in rows] == [f"{side}{n}" for side in "ab" for n in told]


def _of_step(path: Path, version: int) -> sqlite3.Connection:
    """A ledger as a version of old made it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    for step in STEPS[:version]:
        connection.executescript(step)
    connection.execute(f"PRAGMA user_version = {version}")
    return connection


def test_a_ledger_of_the_first_version_is_brought_up_to_date_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    rows = {
        "slots": ("s", b"hash", 1, 2, b"body", 3),
        "submissions": ("ask", "s", "relay", None, 4),
        "results": ("ask", b"\x00" * 10_000, 5),
        "served_requests": (
            *("r", "caller", None, b"{}", "https://example.com", 6),
            *("FAILED", "why", None, 2, 7, None),
        ),
    }
    old = _of_step(path, 1)
    for table, row in rows.items():
        marks = ", ".join("?" * len(row))
        old.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - as above
    old.close()
    ledger = Ledger(path)
    with ledger.transaction() as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(STEPS)
        for table, row in rows.items():
            found = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - as above
            assert [tuple(one) for one in found] == [row]
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    new = Ledger(tmp_path / "new.sqlite")
    with ledger.transaction() as one, new.transaction() as other:
        shape = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
        assert [tuple(r) for r in one.execute(shape)] == [tuple(r) for r in other.execute(shape)]


def test_many_may_bring_an_old_ledger_up_to_date_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    _of_step(path, 1).close()
    program = "import sys; from pathlib import Path; from reporter.ledger import Ledger\n"
    program += "Ledger(Path(sys.argv[1]))"
    command = [sys.executable, "-c", program, str(path)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    assert [(one.communicate()[1], one.returncode) for one in running] == [(b"", 0)] * 4


def test_a_step_that_fails_leaves_the_old_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite"
    _of_step(path, 1).close()
    before = _tables(path)
    monkeypatch.setattr("reporter.ledger.database.STEPS", (*STEPS, "CREATE TABLE slots (a);"))
    with pytest.raises(UserError, match="table slots already exists"):
        Ledger(path)
    assert _tables(path) == before
    monkeypatch.undo()
    Ledger(path)
    assert "deliveries" in _tables(path)
