"""What is remembered of results and submissions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.ledger import Ledger, results, submissions
from reporter.ledger.group_commit import GroupCommit
from reporter.ledger.results import Result
from reporter.ledger.submissions import Submission
from reporter.ledger.times import instant, stored

NOW = datetime(2026, 11, 1, 12, 30, 15, 123_000, UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def changes(ledger: Ledger) -> Iterator[GroupCommit]:
    group = GroupCommit(ledger)
    yield group
    group.close()


def test_a_result_is_kept_byte_for_byte_until_another_takes_its_place(
    ledger: Ledger, changes: GroupCommit
) -> None:
    first, second = Result(b"\x00{}\xff", NOW), Result(b"", NOW.replace(year=2027))
    results.keep(changes, "a", first).result(5)
    assert results.find(ledger, ["a", "b"]) == {"a": first}
    results.keep(changes, "a", second).result(5)
    assert results.find(Ledger(ledger.path), ["a"]) == {"a": second}
    results.forget(changes, "never known")
    results.forget(changes, "a").result(5)
    assert results.find(ledger, ["a"]) == {}


def test_a_submission_is_kept_until_it_is_forgotten_by_who_made_it(
    ledger: Ledger, changes: GroupCommit
) -> None:
    submissions.put(changes, "a", Submission("slot 1", "here", NOW))
    accepted = Submission("slot 1", "here", NOW, "R1")
    submissions.put(changes, "a", accepted).result(5)
    assert submissions.find(ledger, ["a", "b"]) == {"a": accepted}
    later = Submission("slot 2", "https://relay", NOW)
    submissions.put(changes, "a", later)  # by another run
    submissions.forget(changes, "a", "slot 1").result(5)
    assert submissions.find(ledger, ["a"]) == {"a": later}
    submissions.forget(changes, "a", "slot 2").result(5)
    assert submissions.find(ledger, ["a"]) == {}


def test_submissions_that_are_too_old_are_forgotten(ledger: Ledger, changes: GroupCommit) -> None:
    for hours in range(3):
        at = NOW + timedelta(hours=hours)
        submissions.put(changes, f"{hours}", Submission("slot", "here", at))
    submissions.forget_older(changes, NOW + timedelta(hours=1)).result(5)
    assert submissions.find(ledger, "012").keys() == {"1", "2"}


@given(st.datetimes(timezones=st.just(UTC)))
def test_instants_are_cut_to_milliseconds(moment: datetime) -> None:
    kept = instant(stored(moment))
    assert kept == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
