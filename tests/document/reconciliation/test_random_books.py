"""Random pairs of call records through the whole program, against the reference."""

import csv
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from two_books import (
    COUNT,
    DURATION,
    METRICS,
    NOT,
    OUT,
    RATE,
    Book,
    Call,
    Case,
    Result,
    Row,
    midnight,
    reconciled,
)

from reporter.cli.entry import _run

FIRST, LAST = date(2026, 10, 23), date(2026, 10, 27)
"""Five days, the third of them of 25 hours, and the beginning of a week."""
BEGIN, END = midnight(FIRST), midnight(LAST + timedelta(days=1))
MINUTES = int((END - BEGIN).total_seconds()) // 60
FEW = settings(
    max_examples=60,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

instants = st.builds(
    lambda minute, second: BEGIN + timedelta(minutes=minute, seconds=second),
    st.integers(-300, MINUTES + 300),
    st.integers(0, 59),
)
call = st.builds(Call, instants, st.none() | st.integers(0, 600_000))
through = st.none() | instants | st.just(END) | st.just(END + timedelta(days=2))
relative = st.sampled_from([0, 0.005, 0.1, 0.333, 1])
absolute = st.sampled_from([0, 1, 2.5, 30])
points = st.sampled_from([0, 0.001, 0.1, 0.25])
plain_bounds = (
    st.just({})
    | st.fixed_dictionaries({"relative": relative})
    | st.fixed_dictionaries({"absolute": absolute, "points": points})
    | st.fixed_dictionaries({"relative": relative, "absolute": absolute, "points": points})
)
own_bounds = st.fixed_dictionaries(
    {},
    optional={
        name: st.fixed_dictionaries(
            {}, optional={"relative": relative, "points" if name == RATE else "absolute": unit}
        )
        for name, unit in {**dict.fromkeys(METRICS, absolute), RATE: points}.items()
    },
)


@st.composite
def books(draw: st.DrawFn) -> tuple[Book, Book]:
    """A set of calls, and another that lacks some of them, has others, and talks longer."""
    calls = draw(st.lists(call, max_size=40))
    other = [each for each in calls if draw(st.integers(0, 9)) > 0]
    other += draw(st.lists(call, max_size=3))
    if other and draw(st.booleans()):
        place = draw(st.integers(0, len(other) - 1))
        other[place] = replace(other[place], talked=draw(st.none() | st.integers(0, 600_000)))
    return Book(tuple(calls), draw(through)), Book(tuple(other), draw(through))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    own, other = draw(books())
    return Case(
        own=own,
        other=other,
        first=FIRST,
        last=LAST,
        by=draw(st.sampled_from(["DAY", "DAY", "WEEK_MONDAY_START", None])),
        plain=draw(plain_bounds),
        own_bounds=draw(own_bounds),
        differences_only=draw(st.booleans()),
        hold=draw(st.booleans()),
    )


def write(book: Book, path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["call_id", "sent_at", "direction", "answered_at", "ended_at"])
        for number, each in enumerate(book.calls):
            answered = each.sent_at + timedelta(seconds=7)
            ended = answered + timedelta(milliseconds=each.talked or 0)
            talked = each.talked is not None
            writer.writerow(
                [
                    f"c{number}",
                    each.sent_at.isoformat(),
                    "OUTBOUND",
                    answered.isoformat(timespec="milliseconds") if talked else "",
                    ended.isoformat(timespec="milliseconds") if talked else "",
                ]
            )


def run(case: Case, folder: Path) -> tuple[int, str, dict[str, Any]]:
    """Exit code, messages and JSON of a report with this section alone."""
    sources: dict[str, dict[str, str]] = {}
    for name, book in (("own", case.own), ("other", case.other)):
        write(book, folder / f"{name}.csv")
        sources[name] = {"type": "calls", "path": f"{name}.csv"}
        if book.declared is not None:
            sources[name]["dataThrough"] = book.declared.isoformat()
    section = {
        "type": "reconciliation",
        "title": "Both",
        "against": "other",
        "metrics": METRICS,
        "tolerance": case.plain,
        "tolerances": case.own_bounds,
        "show": "differences" if case.differences_only else "all",
        "hold": case.hold,
        **({} if case.by is None else {"by": case.by}),
    }
    spec = {
        "version": 1,
        "name": "both",
        "title": "Both",
        "source": "own",
        "timezone": "Europe/Zagreb",
        "period": {"since": FIRST.isoformat(), "until": (LAST + timedelta(days=1)).isoformat()},
        "sections": [section],
        "outputs": ["json"],
    }
    project = {"version": 1, "sources": sources}
    (folder / "reporter.yaml").write_text(json.dumps(project))
    (folder / "both.yaml").write_text(json.dumps(spec))
    words = ["run", str(folder / "both.yaml"), "--project", str(folder / "reporter.yaml")]
    words += ["--out", str(folder / "out"), "--as-of", "2026-11-05"]
    err = StringIO()
    with redirect_stdout(StringIO()) as out, redirect_stderr(err):
        code = _run(words)
    assert code in (0, 4), err.getvalue()
    return code, err.getvalue(), json.loads(Path(out.getvalue().strip()).read_text())


def same(found: float | None, wanted: Fraction | None) -> bool:
    if found is None or wanted is None:
        return found is wanted is None
    return abs(Fraction(found) - wanted) <= Fraction(1, 10**9)


def assert_row(found: dict[str, Any], wanted: Row) -> None:
    step, verdict, *values = found["values"]
    assert step == (None if wanted.step is None else wanted.step.isoformat())
    assert found["kind"] == ("total" if wanted.step is None else "body")
    assert verdict == wanted.verdict
    numbers = [number for a, b, apart, _ in wanted.cells for number in (a, b, apart)]
    assert all(map(same, values, numbers)), (values, numbers)
    marks = found.get("marks", [None] * len(found["values"]))
    assert marks == [
        None,
        None,
        *(m for c in wanted.cells for m in (None, None, (c[3] and "out") or None)),
    ]


def assert_whole(rows: list[dict[str, Any]], wanted: Row) -> None:
    """A row for each metric, with the relative difference."""
    assert len(rows) == len(METRICS)
    for found, name, (own, other, apart, out) in zip(rows, METRICS, wanted.cells, strict=True):
        metric, verdict, *values = found["values"]
        assert metric == name
        assert verdict == (NOT if wanted.verdict == NOT else OUT if out else "inBounds")
        part = None if apart is None or not own else apart / own
        assert all(map(same, values, (own, other, apart, part))), (values, wanted)
        assert found.get("marks", [None] * 6) == [None] * 4 + ["out" if out else None, None]


def assert_said(case: Case, outcome: tuple[int, str, dict[str, Any]], wanted: Result) -> None:
    code, err, document = outcome
    (block,) = document["blocks"]
    if case.by is None:
        assert_whole(block["rows"], wanted.rows[0])
    else:
        assert len(block["rows"]) == len(wanted.rows)
        for found, each in zip(block["rows"], wanted.rows, strict=True):
            assert_row(found, each)
    if not wanted.compared:
        said = "Nothing could be compared."
    elif not wanted.outside:
        said = f"{wanted.compared} comparisons, and all are in bounds."
    else:
        verb = "is" if wanted.outside == 1 else "are"
        said = f"{wanted.outside} of {wanted.compared} comparisons {verb} out of bounds."
    assert block["notes"][0].startswith(said)
    held = case.hold and not wanted.agrees
    assert code == (4 if held else 0)
    assert document["held"] == ([f"Both: {block['notes'][0]}"] if held else [])
    assert ("both: held: Both: " in err) == held


@pytest.mark.unmeasured
@FEW
@given(case=cases())
def test_what_is_said_of_random_calls(case: Case, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_said(case, run(case, tmp_path_factory.mktemp("books")), reconciled(case))


@pytest.mark.unmeasured
@settings(FEW, max_examples=20)
@given(case=cases(), shuffled=st.randoms(), ends=st.tuples(through, through))
def test_the_same_calls_are_never_marked(
    case: Case,
    shuffled: Any,  # noqa: ANN401 - a source of chance
    ends: tuple[datetime | None, datetime | None],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whatever the bounds, however the records are ordered and wherever the data ends."""
    calls = list(case.own.calls)
    shuffled.shuffle(calls)
    same_calls = replace(
        case,
        own=Book(case.own.calls, ends[0]),
        other=Book(tuple(calls), ends[1]),
        plain={},
        own_bounds={},
    )
    outcome = run(same_calls, tmp_path_factory.mktemp("books"))
    (block,) = outcome[2]["blocks"]
    assert not any("marks" in row for row in block["rows"])
    assert OUT not in {row["values"][1] for row in block["rows"]}
    assert_said(same_calls, outcome, reconciled(same_calls))


@pytest.mark.unmeasured
@pytest.mark.parametrize("bounds", [{}, {"relative": 0.01}, {"absolute": 2, "points": 0.01}])
@settings(FEW, max_examples=10)
@given(day=st.integers(0, 4), missing=st.integers(3, 20))
def test_what_is_planted_is_found(
    bounds: dict[str, float],
    day: int,
    missing: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Calls that one source lost on one day, with nothing else wrong."""
    hours = int((END - BEGIN).total_seconds()) // 3600
    calls = [
        Call(BEGIN + timedelta(hours=n, minutes=m), 60_000) for n in range(hours) for m in (1, 31)
    ]
    begin, end = (midnight(FIRST + timedelta(days=day + n)) for n in (0, 1))
    lost = [each for each in calls if begin <= each.sent_at < end][:missing]
    case = Case(
        own=Book(tuple(calls), END),
        other=Book(tuple(each for each in calls if each not in lost), END),
        first=FIRST,
        last=LAST,
        by="DAY",
        plain=bounds,
        hold=True,
    )
    code, err, document = run(case, tmp_path_factory.mktemp("books"))
    (block,) = document["blocks"]
    planted = (FIRST + timedelta(days=day)).isoformat()
    out = [row for row in block["rows"] if row["values"][1] == OUT]
    assert [row["values"][0] for row in out] == [planted, None]
    assert out[0]["values"][4] == -missing
    places = [head["column"] if "column" in head else head["name"] for head in block["columns"]]
    assert places.index(COUNT) == 2
    assert places.index(DURATION) == 11
    assert code == 4
    assert f"{FIRST.day + day} Oct 2026, Total calls: -" in err


def test_the_reference_is_of_this_zone() -> None:
    assert timedelta(days=5, hours=1) == (END - BEGIN)
    assert datetime(2026, 10, 22, 22, tzinfo=UTC) == BEGIN
