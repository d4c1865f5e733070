"""Queries in the ledger: whose turn it is, what is due, what is forgotten."""

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from reporter.errors import LedgerError, UserError
from reporter.ledger import Ledger
from reporter.ledger.served_requests import Accepted, ServedRequests, State, Status

T = TypeVar("T")
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DONE = State(Status.SUCCESS, None)


def now(future: "Future[T]") -> T:
    return future.result(10)


@pytest.fixture
def requests(tmp_path: Path) -> Iterator[ServedRequests]:
    kept = ServedRequests(Ledger(tmp_path / "ledger.sqlite"))
    with kept.held():
        yield kept


def accept(requests: ServedRequests, name: str, caller: str = "anna", minutes: int = 0) -> None:
    accepted = Accepted(
        id=name, caller=caller, account="shop", request=b"{}", callback_url=f"http://x/{name}"
    )
    assert now(requests.accept(accepted, NOW + timedelta(minutes=minutes), most=100))


def begun(requests: ServedRequests, busy: tuple[str, ...] = (), most: int = 100) -> list[str]:
    return [one.id for one in now(requests.begin(busy, most=most))]


def test_a_query_comes_back_as_it_was_accepted(requests: ServedRequests) -> None:
    accept(requests, "A")
    (one,) = now(requests.begin((), most=5))
    assert one == Accepted(
        id="A", caller="anna", account="shop", request=b"{}", callback_url="http://x/A"
    )
    assert now(requests.state("A", "anna")) == State(Status.IN_PROGRESS, None)
    assert now(requests.state("A", "berta")) is None
    assert now(requests.state("B", "anna")) is None


def test_callers_take_turns(requests: ServedRequests) -> None:
    for number in range(4):
        accept(requests, f"a{number}", "anna", number)
    accept(requests, "b0", "berta", 10)
    accept(requests, "b1", "berta", 11)
    accept(requests, "c0", "carla", 9)
    assert begun(requests, most=4) == ["a0", "c0", "b0", "a1"]


def test_who_has_much_in_work_waits(requests: ServedRequests) -> None:
    for number in range(4):
        accept(requests, f"a{number}", "anna", number)
    accept(requests, "b0", "berta", 10)
    assert begun(requests, most=2) == ["a0", "b0"]
    assert begun(requests, ("a0", "b0"), most=1) == ["a1"]
    accept(requests, "b1", "berta", 11)
    assert begun(requests, ("a0", "b0", "a1"), most=1) == ["b1"]


def test_what_was_not_finished_comes_alone(requests: ServedRequests) -> None:
    for name in ("a", "b", "c"):
        accept(requests, name)
    assert begun(requests, most=2) == ["a", "b"]
    # The process was killed, and nothing is in work any more.
    (alone,) = now(requests.begin((), most=10))
    assert (alone.id, alone.attempts) == ("a", 1)
    assert begun(requests, ("a",), most=10) == ["b"]
    assert begun(requests, ("a", "b"), most=10) == ["c"]


def test_those_that_are_new_go_first_where_one_is_in_front(requests: ServedRequests) -> None:
    accept(requests, "a", minutes=5)
    assert begun(requests) == ["a"]
    accept(requests, "b", minutes=1)
    assert begun(requests) == ["b"]


def test_a_result_is_due_until_it_has_arrived(requests: ServedRequests) -> None:
    accept(requests, "A")
    assert now(requests.due(NOW, busy=(), full=(), most=9)) == ()
    now(requests.finish("A", State(Status.FAILED, "why"), b"[]", NOW))
    assert now(requests.state("A", "anna")) == State(Status.FAILED, "why")
    (parcel,) = now(requests.due(NOW, busy=(), full=(), most=9))
    assert (parcel.id, parcel.result, parcel.attempts) == ("A", b"[]", 0)
    assert (parcel.callback_url, parcel.accepted_at) == ("http://x/A", NOW)
    assert now(requests.due(NOW, busy=("A",), full=(), most=9)) == ()
    assert now(requests.due(NOW, busy=(), full=("anna",), most=9)) == ()
    later = NOW + timedelta(seconds=7)
    now(requests.postpone("A", later))
    assert now(requests.due(NOW, busy=(), full=(), most=9)) == ()
    assert now(requests.next_due(busy=(), full=())) == later
    assert now(requests.next_due(busy=("A",), full=())) is None
    assert now(requests.next_due(busy=(), full=("anna",))) is None
    (parcel,) = now(requests.due(later, busy=(), full=(), most=9))
    assert parcel.attempts == 1
    now(requests.delivered("A", later))
    assert now(requests.due(later, busy=(), full=(), most=9)) == ()
    assert now(requests.next_due(busy=(), full=())) is None
    assert now(requests.state("A", "anna")) == State(Status.FAILED, "why")


def test_old_queries_are_forgotten_once_they_are_over(
    requests: ServedRequests, tmp_path: Path
) -> None:
    for name in ("arrived", "given up", "under way", "in progress", "young"):
        accept(requests, name, minutes=10 if name == "young" else 0)
        if name != "in progress":
            now(requests.finish(name, DONE, b"[]", NOW))
    now(requests.delivered("arrived", NOW))
    now(requests.delivered("young", NOW))
    now(requests.give_up("given up"))
    now(requests.forget(NOW + timedelta(minutes=5)))
    states = {
        name: now(requests.state(name, "anna")) is not None
        for name in ("arrived", "given up", "under way", "in progress", "young")
    }
    assert states == {
        "arrived": False,
        "given up": False,
        "under way": True,
        "in progress": True,
        "young": True,
    }
    # Of what is over, neither numbers nor URLs are kept.
    with Ledger(tmp_path / "ledger.sqlite").transaction() as connection:
        rows = connection.execute(
            "SELECT result, callback_url FROM served_requests WHERE id = 'young'"
        ).fetchall()
    assert [tuple(row) for row in rows] == [(None, "")]


def test_nobody_piles_up_queries_without_end(requests: ServedRequests) -> None:
    accept(requests, "A")
    more = Accepted(id="B", caller="anna", account=None, request=b"{}", callback_url="x")
    assert not now(requests.accept(more, NOW, most=1))
    now(requests.finish("A", DONE, b"[]", NOW))
    assert now(requests.accept(more, NOW, most=1))


def test_one_process_at_a_time(requests: ServedRequests, tmp_path: Path) -> None:
    assert requests is not None
    with (
        pytest.raises(UserError, match="another `reporter serve` works with the ledger"),
        ServedRequests(Ledger(tmp_path / "ledger.sqlite")).held(),
    ):
        pass


def test_and_the_next_one_when_it_is_gone(tmp_path: Path) -> None:
    for _ in range(2):
        with ServedRequests(Ledger(tmp_path / "ledger.sqlite")).held():
            pass


def test_a_lock_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    kept = ServedRequests(Ledger(tmp_path / "ledger.sqlite"))
    (tmp_path / "ledger.sqlite-serving").mkdir()
    with pytest.raises(LedgerError, match="cannot be read or written"), kept.held():
        pass
