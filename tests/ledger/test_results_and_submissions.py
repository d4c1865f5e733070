"""What is remembered of results and submissions."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reporter.ledger import Ledger
from reporter.ledger.results import Result, Results
from reporter.ledger.submissions import Submission, Submissions
from reporter.ledger.times import instant, stored

NOW = datetime(2026, 11, 1, 12, 30, 15, 123_000, UTC)


def test_a_result_is_kept_byte_for_byte_until_another_takes_its_place(tmp_path: Path) -> None:
    results = Results(Ledger(tmp_path / "ledger.sqlite"))
    first, second = Result(b"\x00{}\xff", NOW), Result(b"", NOW.replace(year=2027))
    results.keep("a", first)
    assert results.find(["a", "b"]) == {"a": first}
    results.keep("a", second)
    again = Results(Ledger(tmp_path / "ledger.sqlite"))
    assert again.find(["a"]) == {"a": second}
    again.forget("a")
    again.forget("never known")
    assert again.find(["a"]) == {}


def test_a_submission_is_kept_until_it_is_forgotten_by_who_made_it(tmp_path: Path) -> None:
    submissions = Submissions(Ledger(tmp_path / "ledger.sqlite"))
    submissions.put("a", Submission("slot 1", "here", NOW))
    accepted = Submission("slot 1", "here", NOW, "R1")
    submissions.put("a", accepted)
    assert submissions.find(["a", "b"]) == {"a": accepted}
    later = Submission("slot 2", "https://relay", NOW)
    submissions.put("a", later)  # by another run
    submissions.forget("a", "slot 1")
    assert submissions.find(["a"]) == {"a": later}
    submissions.forget("a", "slot 2")
    assert submissions.find(["a"]) == {}


@given(st.datetimes(timezones=st.just(UTC)))
def test_instants_are_cut_to_milliseconds(moment: datetime) -> None:
    kept = instant(stored(moment))
    assert kept == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
