"""``reporter query`` against the reference, on random records."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from asking import check, project
from call_files import PARQUET, Writing
from hypothesis import assume, given
from hypothesis import strategies as st
from random_calls import (
    EVERYTHING,
    FILTER_VALUES,
    ZONES,
    call_lists,
    intervals,
    looking,
    questions,
    sources,
)
from reference import DIMENSIONS, METRICS, TIME_STEPS
from reference_answers import Question, Source

ALL: Final = Question(
    metrics=tuple(METRICS),
    dimensions=(),
    filters={},
    since=EVERYTHING[0],
    until=EVERYTHING[1],
    timezone="UTC",
)


def _compare(
    source: Source, asked: Sequence[Question], writing: Writing = PARQUET, files: int = 1
) -> None:
    with TemporaryDirectory() as folder:
        project(source, Path(folder), writing, files=files)
        for question in asked:
            check(source, question, Path(folder))


@pytest.mark.slow
@looking(3)
@given(sources(), st.sampled_from(ZONES))
def test_every_metric_by_every_dimension(source: Source, zone: str) -> None:
    by = [(), *((name,) for name in DIMENSIONS)]
    _compare(source, [replace(ALL, dimensions=names, timezone=zone) for names in by])


@pytest.mark.slow
@looking(8)
@given(call_lists(), st.sampled_from(ZONES), st.data())
def test_steps_of_time_within_any_interval(
    calls: list[object], zone: str, data: st.DataObject
) -> None:
    source = Source(calls=tuple(calls))  # type: ignore[arg-type]
    since, until = data.draw(intervals(source.calls))
    question = replace(ALL, metrics=("TOTAL_CALL_COUNT",), since=since, until=until, timezone=zone)
    steps = data.draw(st.lists(st.sampled_from(tuple(TIME_STEPS)), min_size=3, max_size=3))
    _compare(source, [replace(question, dimensions=(step,)) for step in {*steps, "HOUR"}])


@pytest.mark.parametrize("name", [*FILTER_VALUES, "includeSubaccounts"])
@looking(2)
@given(sources(), st.data())
def test_every_filter_alone(name: str, source: Source, data: st.DataObject) -> None:
    one = FILTER_VALUES.get(name, st.booleans())
    values = data.draw(st.lists(one, min_size=3, max_size=3))
    metrics = ("TOTAL_CALL_COUNT", "ANSWER_RATE", "TOTAL_CALL_DURATION")
    _compare(
        source,
        [replace(ALL, metrics=metrics, filters={name: value}) for value in values],
    )


@pytest.mark.slow
@looking(20)
@given(sources(), st.data())
def test_anything_together(source: Source, data: st.DataObject) -> None:
    _compare(source, [data.draw(questions(source.calls)) for _ in range(4)])


@pytest.mark.parametrize(
    "writing",
    [
        Writing("parquet", "TIMESTAMPTZ"),
        Writing("parquet", "TIMESTAMP_NS"),
        Writing("parquet", "VARCHAR"),
        Writing("csv"),
        Writing("ndjson"),
    ],
    ids=lambda writing: f"{writing.suffix}-{writing.timestamp}",
)
@looking(3)
@given(sources(), st.data())
def test_the_form_of_the_files_says_nothing(
    writing: Writing, source: Source, data: st.DataObject
) -> None:
    if writing.suffix == "ndjson":
        assume(source.calls)  # without a single record it says nothing of its columns either
    files = data.draw(st.integers(1, 3))
    asked = [data.draw(questions(source.calls)) for _ in range(2)]
    _compare(source, [replace(ALL, dimensions=("HOUR",)), *asked], writing, files)
