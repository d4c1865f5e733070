import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.diagnostics import (
    Diagnostic,
    Invalid,
    Location,
    Severity,
    has_errors,
    nearest,
    sorted_by_place,
)


def diagnostic(line: int, code: str = "x", severity: Severity = Severity.ERROR) -> Diagnostic:
    return Diagnostic(code, "a message", Location("a.yaml", line, 1), severity)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("sections", 2, "query", "metrics", 0), "sections[2].query.metrics[0]"),
        ((0, "a"), "[0].a"),
    ],
)
def test_a_path_reads_as_people_write_it(path: tuple[str | int, ...], text: str) -> None:
    assert Location("a.yaml", path=path).dotted() == text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ANSWER_RAT", "ANSWER_RATE"),
        ("answer-rate", "ANSWER_RATE"),
        ("Answer Rate", "ANSWER_RATE"),
        ("BUSYRATE", "BUSY_RATE"),
        ("zzz", None),
    ],
)
def test_the_nearest_name_is_found_whatever_its_case(name: str, expected: str | None) -> None:
    assert nearest(name, ["ANSWER_RATE", "BUSY_RATE", "TOTAL_CALL_COUNT"]) == expected


def test_diagnostics_stand_once_and_in_reading_order() -> None:
    given_ = [diagnostic(9), diagnostic(2, "b"), diagnostic(2, "a"), diagnostic(9)]
    assert [(d.location.line, d.code) for d in sorted_by_place(given_)] == [
        (2, "a"),
        (2, "b"),
        (9, "x"),
    ]


def test_a_warning_stops_nothing() -> None:
    assert not has_errors([diagnostic(1, severity=Severity.WARNING)])
    assert has_errors([diagnostic(1, severity=Severity.WARNING), diagnostic(2)])


@pytest.mark.parametrize(("count", "message"), [(1, "1 error"), (2, "2 errors")])
def test_invalid_counts_its_errors(count: int, message: str) -> None:
    mistakes = [diagnostic(i) for i in range(count)]
    invalid = Invalid([*mistakes, diagnostic(7, severity=Severity.WARNING)])
    assert invalid.message == message
    assert len(invalid.diagnostics) == count + 1


@given(st.text(max_size=20), st.lists(st.text(min_size=1, max_size=10), max_size=6))
def test_the_nearest_name_is_one_of_the_candidates(name: str, candidates: list[str]) -> None:
    assert nearest(name, candidates) in {None, *candidates}
