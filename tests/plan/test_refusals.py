"""What a source refuses is told where it stands in the spec, or on the command line."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reporter import wiring
from reporter.catalog.model import Catalog
from reporter.data.answer import Answer
from reporter.dates import Between
from reporter.diagnostics import Diagnostic, Invalid
from reporter.pipeline import Tools, make
from reporter.plan.model import Purpose, Query, Refusal
from reporter.plan.places import written_metrics
from reporter.plan.preparation import Prepared, Request, prepare
from reporter.plan.refusals import located
from reporter.settings import Project, load_project
from reporter.sources.base import Refused, Source
from reporter.spec.sections import PageBreakSection

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PROJECT = """\
version: 1
sources:
  api:
    type: metrics_api
    baseUrl: https://example.org
    auth: {type: apiKey, key: hunter2}
    callback: {relay: https://reports.example.org, secret: hunter2}
mail: {host: smtp.example.org, from: reports@example.org}
"""
SPEC = """\
version: 1
name: review
title: Review
source: api
period: last_month
compareTo: previous_period
parameters:
  sender: {type: string, required: false}
filterBy:
  countryIds: [219, 49, 1]
  senders: [{param: sender}]
sections:
  - {type: kpis, metrics: [TOTAL_CALL_COUNT, ANSWER_RATE], sparkline: DAY}
  - type: table
    query:
      metrics: [BUSY_RATE, TOTAL_CALL_DURATION]
      aggregateBy: [COUNTRY_NAME, NETWORK_NAME]
      filterBy:
        networkIds: [3, 1]
        applicationId: [shop]
        direction: OUTBOUND
        countryIds: 49
  - {type: text, markdown: "{{ kpi('HUNG_UP_COUNT').value }}"}
"""
Setting = Any  # what a field of Request may hold


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reporter.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "review.yaml").write_text(SPEC, encoding="utf-8")
    return tmp_path


def project_of(folder: Path) -> Project:
    project, _ = load_project(Path("reporter.yaml"))
    assert project is not None
    assert project.folder == folder
    return project


def query(prepared: Prepared, section: int, purpose: Purpose = Purpose.CURRENT) -> Query:
    needs = prepared.plan.needs
    return next(
        prepared.plan.queries[n.query]
        for n in needs
        if (n.section, n.purpose) == (section, purpose)
    )


def refused(
    folder: Path,
    property_: str,
    *,
    message: str = "must not be",
    section: int = 1,
    purpose: Purpose = Purpose.CURRENT,
    **keys: Setting,
) -> Diagnostic:
    project, request = project_of(folder), Request(now=NOW, **keys)
    prepared = prepare(Path("review.yaml"), project, request)
    refusal = Refusal(query(prepared, section, purpose), property_, message)
    (found,) = located(
        Path("review.yaml"), project, request, prepared, source="api", refusals=[refusal] * 2
    )
    return found


def place(found: Diagnostic) -> str:
    return found.location.dotted() or found.location.file


@pytest.mark.parametrize(
    ("property_", "expected"),
    [
        ("request.filterBy.networkIds[0]", "sections[1].query.filterBy.networkIds[1]"),
        ("request.filterBy.networkIds[1]", "sections[1].query.filterBy.networkIds[0]"),
        ("request.filterBy.networkIds[9]", "sections[1].query.filterBy.networkIds"),
        ("request.filterBy.networkIds", "sections[1].query.filterBy.networkIds"),
        ("filterBy.networkIds", "sections[1].query.filterBy.networkIds"),
        ("request.filterBy.countryIds[0]", "sections[1].query.filterBy.countryIds"),
        ("request.filterBy.directions[0]", "sections[1].query.filterBy.direction"),
        ("request.filterBy.platforms[0].entityId", "sections[1].query.filterBy.applicationId"),
        ("request.filterBy.channelCodes", "sections[1].query"),
        ("request.filterBy.somethingNew", "sections[1].query"),
        ("request.filterBy", "sections[1].query"),
        ("request.filterBy.sentSince", "period"),
        ("request.filterBy.sentUntil", "period"),
        ("request.metrics[1]", "sections[1].query.metrics"),
        ("request.aggregateBy[0]", "sections[1].query.aggregateBy"),
        ("request", "sections[1].query"),
        ("", "sections[1].query"),
        ("?", "sections[1].query"),
    ],
)
def test_places(folder: Path, property_: str, expected: str) -> None:
    found = refused(folder, property_)
    assert place(found) == expected
    assert found.location.line is not None
    assert found.code == "refused"


def test_filters_of_the_whole_report(folder: Path) -> None:
    for index, position in ((0, 2), (1, 1), (2, 0)):
        found = refused(folder, f"request.filterBy.countryIds[{index}]", section=0)
        assert place(found) == f"filterBy.countryIds[{position}]"


def test_a_value_of_a_parameter(folder: Path) -> None:
    found = refused(folder, "filterBy.senders[0]", section=0, parameters={"sender": "me"})
    assert place(found) == "filterBy.senders"


def test_filters_of_the_command_line(folder: Path) -> None:
    found = refused(folder, "filterBy.statuses[0]", filters=(("statuses", "BUSY"),))
    assert place(found) == "--filter statuses"
    found = refused(folder, "filterBy.errorCodes[0]", filters=(("statuses", "BUSY"),))
    assert place(found) == "sections[1].query"  # given nowhere


def test_a_page_break_names_nothing() -> None:
    assert written_metrics(PageBreakSection()) == ()


def test_the_words_of_a_message_say_which_one_is_meant(folder: Path) -> None:
    said = refused(folder, "metrics", message="TOTAL_CALL_DURATION is not for you")
    assert place(said) == "sections[1].query.metrics[1]"
    said = refused(folder, "aggregateBy", message="no NETWORK_NAME here")
    assert place(said) == "sections[1].query.aggregateBy[1]"
    # asked for by us, to compute what the section names
    said = refused(folder, "metrics", message="TOTAL_ATTEMPTED_CALL_COUNT is not for you")
    assert place(said) == "sections[1].query.metrics"


def test_cards_and_texts(folder: Path) -> None:
    said = refused(folder, "metrics", section=0, message="no ANSWER_RATE")
    assert place(said) == "sections[0].metrics[1]"
    said = refused(folder, "aggregateBy", section=0, message="no DAY", purpose=Purpose.SERIES)
    assert place(said) == "sections[0].sparkline"
    said = refused(folder, "metrics", section=2, message="no HUNG_UP_COUNT")
    assert place(said) == "sections[2].markdown"  # cards ask the same, but do not name it


def test_the_period_of_the_run_and_the_comparison(folder: Path) -> None:
    since = Between(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC))
    assert place(refused(folder, "filterBy.sentSince", period=since)) == "--since"
    found = refused(folder, "filterBy.sentSince", section=0, purpose=Purpose.PREVIOUS)
    assert place(found) == "compareTo"


def test_the_way_back_is_a_matter_of_the_project_file(folder: Path) -> None:
    found = refused(folder, "callbackUrl", message="is not reachable")
    assert found.location.file == "reporter.yaml"
    assert (found.location.line, found.location.column) == (7, None)  # no secret is quoted
    assert found.message == "the source 'api' does not accept callbackUrl: is not reachable"


def test_each_refusal_is_said_once(folder: Path) -> None:
    project, request = project_of(folder), Request(now=NOW)
    prepared = prepare(Path("review.yaml"), project, request)
    refusals = [
        Refusal(one, "request.filterBy.sentSince", "too long ago") for one in prepared.plan.queries
    ]
    found = located(
        Path("review.yaml"), project, request, prepared, source="api", refusals=refusals
    )
    assert [place(one) for one in found] == ["period", "compareTo"]


def test_a_spec_that_is_gone(folder: Path) -> None:
    project, request = project_of(folder), Request(now=NOW)
    prepared = prepare(Path("review.yaml"), project, request)
    refusal = Refusal(prepared.plan.queries[0], "", "no")
    (folder / "review.yaml").write_text("[", encoding="utf-8")
    (found,) = located(
        Path("review.yaml"), project, request, prepared, source="api", refusals=[refusal]
    )
    assert found.location.file == "review.yaml"
    assert found.message == "the source 'api' does not accept this: no"


def test_a_project_file_that_is_gone(folder: Path) -> None:
    project, request = project_of(folder), Request(now=NOW)
    prepared = prepare(Path("review.yaml"), project, request)
    refusal = Refusal(prepared.plan.queries[0], "callbackUrl", "no")
    (folder / "reporter.yaml").write_text("[", encoding="utf-8")
    (found,) = located(
        Path("review.yaml"), project, request, prepared, source="api", refusals=[refusal]
    )
    assert (found.location.file, place(found)) == ("reporter.yaml", "sources.api.callback")


class Unwilling:
    """A source that accepts nothing."""

    name = "api"

    def __init__(self, refuse: Callable[[Sequence[Query]], Sequence[Refusal]]) -> None:
        self._refuse = refuse

    def explain(self, queries: Sequence[Query]) -> tuple[str, ...]:
        return tuple("" for _ in queries)

    async def fetch(self, queries: Sequence[Query]) -> tuple[Answer, ...]:
        raise Refused("api", "it accepts nothing", self._refuse(queries), hint="ask another")


def making(folder: Path, refuse: Callable[[Sequence[Query]], Sequence[Refusal]]) -> None:
    def opened(_project: Project, _name: str, _catalog: Catalog) -> Source:
        return Unwilling(refuse)

    asyncio.run(
        make(
            Path("review.yaml"),
            project_of(folder),
            Request(now=NOW),
            Tools(opened, wiring.RENDERERS),
            out=folder / "out",
            progress=lambda _: None,
        )
    )


def test_a_run_says_what_is_refused_and_writes_nothing(folder: Path) -> None:
    with pytest.raises(Invalid) as caught:
        making(folder, lambda queries: [Refusal(q, "filterBy.sentSince", "no") for q in queries])
    assert [place(one) for one in caught.value.diagnostics] == ["period", "compareTo"]
    assert isinstance(caught.value.__cause__, Refused)
    assert not (folder / "out").exists()


def test_without_a_reason_the_source_has_the_word(folder: Path) -> None:
    with pytest.raises(Refused, match="it accepts nothing"):
        making(folder, lambda _: [])


JUDGED = """\
targets:
  BUSY_RATE: {atMost: 0.1}
checks:
  - {type: rows, atLeast: 5, filterBy: {networkIds: [7, 3]}}
  - {type: range, metric: HUNG_UP_COUNT, atLeast: 1, filterBy: {networkIds: 3}}
delivery:
  - {type: email, name: a, to: [ops@example.com]}
  - {type: email, name: b, to: [ops@example.com], when: TOTAL_SEIZED_CALL_COUNT > 5}
  - {type: email, name: c, to: [ops@example.com], when: anyTargetMissed or noData}
"""


@pytest.mark.parametrize(
    ("check", "property_", "message", "expected"),
    [
        (None, "request.metrics[0]", "no TOTAL_SEIZED_CALL_COUNT", "delivery[1].when"),
        (None, "request.metrics[0]", "no TOTAL_CALL_COUNT", "delivery[2].when"),
        (None, "request.metrics[0]", "no BUSY_RATE", "targets.BUSY_RATE"),
        (None, "request.metrics[0]", "no", "delivery.metrics"),
        (None, "request.filterBy.networkIds[0]", "no", "delivery"),
        (None, "request.filterBy.countryIds[0]", "no", "filterBy.countryIds[2]"),
        (None, "request.aggregateBy", "no", "delivery"),
        (None, "request", "no", "delivery"),
        (0, "request.metrics[0]", "no TOTAL_CALL_COUNT", "checks[0].metric"),
        (0, "request.filterBy.networkIds[1]", "no", "checks[0].filterBy.networkIds[0]"),
        (0, "request", "no", "checks[0]"),
        (1, "request.metrics[0]", "no HUNG_UP_COUNT", "checks[1].metric"),
        (1, "request.filterBy.networkIds[0]", "no", "checks[1].filterBy.networkIds"),
    ],
)
def test_what_the_report_is_judged_by_has_places_too(
    folder: Path, check: int | None, property_: str, message: str, expected: str
) -> None:
    text = SPEC.replace("metrics: [TOTAL_CALL_COUNT, ANSWER_RATE]", "metrics: [ANSWER_RATE]")
    text = text.replace(
        "kpis, metrics: [ANSWER_RATE]", "kpis, filterBy: {networkIds: [9]}, metrics: [ANSWER_RATE]"
    )
    text = text.partition("  - {type: text")[0]
    (folder / "review.yaml").write_text(text + JUDGED, encoding="utf-8")
    project, request = project_of(folder), Request(now=NOW)
    prepared = prepare(Path("review.yaml"), project, request)
    (asked,) = (one.query for one in prepared.plan.wholes if one.check == check)
    refusal = Refusal(prepared.plan.queries[asked], property_, message)
    (found,) = located(
        Path("review.yaml"), project, request, prepared, source="api", refusals=[refusal]
    )
    assert place(found) == expected
