"""The API's numbers are those of the calls source: each metric by each dimension, and by chance."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live import Live, PostBox, asking, served, write_project

from reporter import wiring
from reporter.catalog.load import built_in
from reporter.data.answer import Answer
from reporter.data.table import Format
from reporter.plan.ad_hoc import AdHoc, question
from reporter.server.contract import names
from reporter.server.dispatch import Patience
from reporter.settings import read_project
from reporter.sources.base import Source

CATALOG: Final = built_in()
METRICS: Final = tuple(m.name for m in CATALOG.metrics if not m.internal)
DIMENSIONS: Final = tuple(d.name for d in CATALOG.dimensions)
SINCE: Final = "2026-09-01T00:00:00Z"
UNTIL: Final = "2026-11-01T00:00:00Z"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Believable call records of two months, in which every column has gaps."""
    made = tmp_path_factory.mktemp("sample") / "project"
    write = ["sample-data", "--out", str(made), "--months", "2", "--calls-per-month", "700"]
    subprocess.run(
        [sys.executable, "-m", "reporter", *write, "--until", "2026-11-01"],
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture(scope="module")
def sample(folder: Path, post_box: PostBox) -> Iterator[Live]:
    accounts = (folder / "accounts.csv").read_text()
    write_project(folder, post_box.port, calls=None)
    (folder / "accounts.csv").write_text(accounts)
    with served(folder, post_box, Patience()) as running:
        yield running


@pytest.fixture(scope="module")
def source(sample: Live, folder: Path) -> Source:  # noqa: ARG001 - the project file is written
    project = read_project(folder / "reporter.yaml").project
    assert project is not None
    return wiring.open_source(project, "calls", CATALOG)


Asking = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]
"""Dimensions and filters as on the command line."""


def asked_directly(source: Source, asked: list[Asking]) -> tuple[Answer, ...]:
    queries = [
        question(
            AdHoc(
                metrics=METRICS,
                dimensions=by,
                filters=(*filters, ("sentSince", SINCE), ("sentUntil", UNTIL)),
                timezone="UTC",
                now=datetime(2026, 11, 1, tzinfo=UTC),
            ),
            CATALOG,
        ).query
        for by, filters in asked
    ]
    return asyncio.run(source.fetch(queries))


def as_the_api_has_it(value: object) -> object:
    match value:
        case None:
            return "N/A"
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        case date():
            return f"{value}T00:00:00.000+0000"
    return value


def expected(answer: Answer, by: tuple[str, ...]) -> dict[tuple[object, ...], list[object]]:
    table = answer.table
    found: dict[tuple[object, ...], list[object]] = {}
    for row in table.rows:
        values: dict[str, Any] = {
            column.name: 100 * value
            if column.format is Format.PERCENT and isinstance(value, int | float)
            else value
            for column, value in zip(table.columns, row, strict=True)
        }
        key = tuple(as_the_api_has_it(values[name]) for name in by)
        found[key] = [as_the_api_has_it(values[name]) for name in METRICS]
    return found


def same(by: tuple[str, ...], answer: Answer, result: dict[str, Any]) -> None:
    response = result["response"]
    channel = () if "CHANNEL_CODE" in by else ("CHANNEL_CODE",)
    assert [c["columnName"] for c in response["columns"]] == [*by, *channel, *METRICS]
    wanted = expected(answer, by)
    assert response["totalRows"] == len(response["rows"]) == len(wanted)
    width = len(by)
    for row in response["rows"]:
        numbers = wanted[tuple(row[:width])]
        assert row[width : width + len(channel)] == ["VOICE_VIDEO"] * len(channel)
        for name, found, right in zip(METRICS, row[width + len(channel) :], numbers, strict=True):
            if isinstance(right, float):
                assert found == pytest.approx(right, rel=1e-15), name
            else:
                assert found == right, name


@pytest.fixture(scope="module")
def by_dimension(sample: Live, source: Source) -> dict[str, tuple[Answer, dict[str, Any]]]:
    """What the source and the API say to all metrics by each dimension; asked all at once."""
    paths = {name: sample.submit(asking(METRICS, (name,), SINCE, UNTIL)) for name in DIMENSIONS}
    answers = asked_directly(source, [((name,), ()) for name in DIMENSIONS])
    results = {name: sample.box.wait(f"/{path}")[0] for name, path in paths.items()}
    return {name: (answer, results[name]) for name, answer in zip(DIMENSIONS, answers, strict=True)}


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_metric_by_every_dimension(
    by_dimension: dict[str, tuple[Answer, dict[str, Any]]], dimension: str
) -> None:
    answer, result = by_dimension[dimension]
    assert answer.table.rows
    same((dimension,), answer, result)


def test_the_voice_words_of_the_document_are_those_of_the_catalog() -> None:
    assert set(METRICS) <= set(names("MetricType"))
    assert set(DIMENSIONS) <= set(names("TrafficAggregate"))
    for filter_, schema in (
        ("channelCodes", "ChannelCode"),
        ("directions", "Direction"),
        ("statusGroups", "GeneralStatus"),
        ("errorGroups", "ErrorCodeGroup"),
    ):
        known = CATALOG.filter(filter_)
        assert known is not None
        assert {m.value for m in known.values} == set(names(schema))


FILTERS: Final = {
    "directions": ("OUTBOUND", "INBOUND"),
    "capabilities": ("PHONE", "WEBRTC", "SIPTRUNK"),
    "statusGroups": ("PENDING", "UNDELIVERABLE", "DELIVERED", "REJECTED"),
    "errorGroups": ("OK", "USER_ERRORS"),
    "statuses": ("BUSY", "NO_ANSWER", "DELIVERED_TO_HANDSET"),
    "accountKeys": ("MARINA-GROUP", "MARINA-RETAIL", "MARINA-RETAIL-WEB"),
}
STEPS: Final = frozenset(d for d in DIMENSIONS if d in ("HOUR", "DAY", "MONTH", "QUARTER", "YEAR"))

_filters = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(values), min_size=1, unique=True)
        for name, values in FILTERS.items()
    }
    | {
        "timeToAnswer": st.sampled_from(
            [[{"from": "SECONDS_5"}], [{"to": "SECONDS_10"}, {"from": "SECONDS_15"}]]
        ),
        "includeSubaccounts": st.booleans(),
    },
)
_dimensions = st.lists(
    st.sampled_from([d for d in DIMENSIONS if not d.startswith("WEEK_")]), max_size=3, unique=True
).filter(lambda by: len(STEPS.intersection(by)) <= 1)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(by=_dimensions, filters=_filters)
def test_any_dimensions_under_any_filters(
    sample: Live, source: Source, by: list[str], filters: dict[str, Any]
) -> None:
    as_text = tuple(
        (
            name,
            str(values).lower()
            if isinstance(values, bool)
            else str(values).replace("'", '"')
            if name == "timeToAnswer"
            else ",".join(values),
        )
        for name, values in filters.items()
    )
    path = sample.submit(asking(METRICS, by, SINCE, UNTIL, **filters))
    (answer,) = asked_directly(source, [(tuple(by), as_text)])
    same(tuple(by), answer, sample.box.wait(f"/{path}")[0])
