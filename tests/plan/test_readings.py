"""The numbers of a report over real records: what makes two of them the same number."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from reporter import wiring
from reporter.data.readings import Readings, encoded, fingerprint
from reporter.data.restated import Differences
from reporter.pipeline import Tools, ask
from reporter.plan.preparation import Request
from reporter.plan.readings import differences, readings_of
from reporter.portions import Asked
from reporter.settings import load_project
from reporter.spec.edition import BurstValue

NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
SECTIONS = {
    "cards": """\
  - type: kpis
    metrics: [TOTAL_CALL_COUNT, ANSWER_RATE]
    sparkline: DAY
""",
    "text": """\
  - type: text
    markdown: "{{ kpi('BUSY_CALL_COUNT').value }} busy, {{ kpi('ANSWER_RATE').value | percent }}"
""",
    "table": """\
  - type: table
    title: By country
    query:
      metrics: [TOTAL_ATTEMPTED_CALL_COUNT, ANSWER_RATE]
      aggregateBy: [COUNTRY_NAME, DIRECTION]
    compare: true
""",
    "phones": """\
  - type: table
    title: Placed
    query:
      metrics: [TOTAL_CALL_COUNT]
      aggregateBy: [COUNTRY_NAME]
      filterBy: {directions: [OUTBOUND]}
""",
    "hours": """\
  - type: chart
    chart: line
    query: {metrics: [TOTAL_CALL_COUNT], aggregateBy: [HOUR]}
""",
    "break": "  - type: pageBreak\n",
}
HEAD = """\
version: 1
name: review
title: Review
period: last_month
compareTo: previous_period
sections:
"""
LATE = (
    "l1,2026-10-02T12:00:00Z,OUTBOUND,2,Austria,2026-10-02T12:00:10Z,2026-10-02T12:00:30Z,"
    "DELIVERED,DELIVERED\n"
    "l2,2026-10-07T12:00:00Z,OUTBOUND,3,Italy,,,UNDELIVERABLE,BUSY\n"
)


def spec(*sections: str, head: str = HEAD) -> str:
    return head + "".join(SECTIONS[name] for name in sections)


def asked(project: Path, text: str, now: datetime = NOVEMBER, **more: object) -> Asked:
    (project / "report_specs/review.yaml").write_text(text)
    settings, mistakes = load_project(project / "reporter.yaml")
    assert settings is not None, mistakes
    return asyncio.run(
        ask(
            project / "report_specs/review.yaml",
            settings,
            Request(now=now, **more),
            Tools(wiring.open_source, wiring.RENDERERS),
            progress=lambda _: None,
        )
    )


def said(one: Asked) -> Readings:
    return readings_of(one.prepared, one.answers)


def since(then: Asked, now: Asked) -> Differences:
    return differences(now.prepared, now.answers, said(then))


def add_late(project: Path) -> None:
    with (project / "calls.csv").open("a") as calls:
        calls.write(LATE)


def lines(found: Differences) -> list[tuple[object, ...]]:
    """What has moved, in short."""
    return [
        (
            one.metric.name,
            one.interval.since.date().isoformat(),
            tuple(value for _, value in one.group),
            one.then,
            one.now,
        )
        for one in found.moved
    ]


def test_the_numbers_that_a_report_says(project: Path) -> None:
    found = said(asked(project, spec("cards")))
    numbers = {
        (f.about.metric, f.about.since.date(), f.step is not None): dict(f.numbers)
        for f in found.figures
    }
    october, september = date(2026, 10, 1), date(2026, 9, 1)
    assert numbers == {
        ("TOTAL_CALL_COUNT", october, False): {(): 5},
        ("TOTAL_CALL_COUNT", september, False): {(): 2},
        ("ANSWER_RATE", october, False): {(): 0.5},
        ("ANSWER_RATE", september, False): {(): 0.5},
        ("TOTAL_CALL_COUNT", october, True): {(0,): 2, (1,): 2, (30,): 1},
        ("ANSWER_RATE", october, True): {(0,): 0.5, (1,): 1, (30,): 0},
    }
    assert {f.about.since.date() for f in found.figures if not f.current} == {september}
    assert {f.missing for f in found.figures if f.about.metric == "ANSWER_RATE"} == {None}
    assert {f.missing for f in found.figures if f.about.metric == "TOTAL_CALL_COUNT"} == {0}


def test_operands_that_no_section_shows_are_not_said(project: Path) -> None:
    one = asked(project, spec("text"))
    assert len(one.answers[0].table.metrics) > 2
    assert {f.about.metric for f in said(one).figures} == {"ANSWER_RATE", "BUSY_CALL_COUNT"}


def test_metrics_and_dimensions_that_a_source_lacks_are_not_said(project: Path) -> None:
    text = spec("break") + (
        "  - type: kpis\n    metrics: [ANSWER_SEIZURE_RATIO, TOTAL_CALL_COUNT]\n"
        "  - type: table\n"
        "    query: {metrics: [TOTAL_CALL_COUNT], aggregateBy: [NETWORK_NAME]}\n"
    )
    found = said(asked(project, text))
    assert {(f.about.metric, f.numbers) for f in found.figures} == {
        ("TOTAL_CALL_COUNT", (((), 5),)),
        ("TOTAL_CALL_COUNT", (((), 2),)),
    }


@pytest.mark.parametrize(
    "other",
    [
        spec("table", "text", "cards", "hours"),
        spec("hours", "cards", "phones", "break", "text", "table"),
        spec("cards", "text", "table", "hours", head=HEAD + "\n").replace(
            "aggregateBy: [COUNTRY_NAME, DIRECTION]", "aggregateBy: [DIRECTION, COUNTRY_NAME]"
        ),
        spec("cards", "text", "table", "hours").replace(
            "title: Review", "title: Other\nlocale: hr\noutputs: [pdf, html]"
        ),
        spec("cards", "text", "table", "hours")
        .replace("compareTo: previous_period\n", "")
        .replace("    compare: true\n", ""),
    ],
)
def test_the_same_records_give_no_difference(project: Path, other: str) -> None:
    then = asked(project, spec("cards", "text", "table", "hours"))
    found = since(then, asked(project, other))
    assert not found
    assert found.moved == ()
    assert found.count >= 10


def test_without_a_change_of_words_the_bytes_are_the_same(project: Path) -> None:
    one = said(asked(project, spec("cards", "table", "phones")))
    other = said(asked(project, spec("phones", "table", "cards").replace("title: By", "title: At")))
    assert encoded(one) == encoded(other)
    assert fingerprint(one) == fingerprint(other)


def test_an_edition_by_hand_without_time_of_day(project: Path) -> None:
    """A period is the same by whatever words it is asked for."""
    then = asked(project, spec("cards"))
    text = spec("cards").replace("last_month", "{since: 2026-10-01, until: 2026-11-01}")
    found = since(then, asked(project, text, DECEMBER))
    assert not found
    assert found.count == 2 * (1 + 1 + 3)  # both periods, and the days with calls


def test_what_has_moved(project: Path) -> None:
    text = spec("cards", "phones", "table")
    then = asked(project, text)
    add_late(project)
    now = asked(project, text)
    october = "2026-10-01"
    assert lines(since(then, now)) == [
        # of the whole: the answer rate was 2 of 4, and is 3 of 6
        ("TOTAL_CALL_COUNT", october, (), 5, 7),
        # of groups: first those that had nothing, then the largest relative change
        ("TOTAL_ATTEMPTED_CALL_COUNT", october, ("Italy", "OUTBOUND"), 0, 1),
        ("TOTAL_CALL_COUNT", october, (date(2026, 10, 7),), 0, 1),
        ("TOTAL_CALL_COUNT", october, ("Italy",), 0, 1),
        ("ANSWER_RATE", october, (date(2026, 10, 7),), None, 0),
        ("ANSWER_RATE", october, ("Italy", "OUTBOUND"), None, 0),
        ("TOTAL_ATTEMPTED_CALL_COUNT", october, ("Austria", "OUTBOUND"), 1, 2),
        ("TOTAL_CALL_COUNT", october, ("Austria",), 1, 2),
        ("TOTAL_CALL_COUNT", october, (date(2026, 10, 2),), 2, 3),
    ]


def test_a_distinct_count_of_a_group_without_records_was_0(project: Path) -> None:
    """As the report said: in a series, a day without calls had 0 of them."""
    settings = (project / "reporter.yaml").read_text()
    (project / "reporter.yaml").write_text(f"catalogs: [more.yaml]\n{settings}")
    (project / "more.yaml").write_text(
        "version: 1\nname: more\nlabel: More\nextends: voice_video\nmetrics:\n"
        "  COUNTRIES: {label: Countries, description: Different countries.,"
        " aggregate: {function: countDistinct, of: country_name}}\n"
        "  TWICE: {label: Twice, description: Twice as many., formula: COUNTRIES * 2}\n"
        "  LEAST: {label: Least, description: The least., aggregate: {function: min,"
        " of: country_id}}\n"
    )
    text = HEAD + (
        "  - type: chart\n    chart: line\n"
        "    query: {metrics: [COUNTRIES, TWICE, LEAST], aggregateBy: [DAY]}\n"
    )
    then = asked(project, text)
    add_late(project)
    moved = lines(since(then, asked(project, text)))
    assert [line for line in moved if line[2] == (date(2026, 10, 7),)] == [
        ("LEAST", "2026-10-01", (date(2026, 10, 7),), None, 3),
        ("TWICE", "2026-10-01", (date(2026, 10, 7),), 0, 2),
        ("COUNTRIES", "2026-10-01", (date(2026, 10, 7),), 0, 1),
    ]


def test_what_is_said_of_a_number_that_has_moved(project: Path) -> None:
    then = asked(project, spec("phones"))
    add_late(project)
    now = asked(project, spec("phones"))
    first = since(then, now).moved[0]
    assert first.metric.label == "Total calls"
    assert [(column.label, value) for column, value in first.group] == [("Country", "Italy")]
    assert first.narrowing == (("Direction", "Outbound"),)
    assert first.source is None


def test_a_filter_of_the_whole_report_is_not_said_of_each_number(project: Path) -> None:
    head = HEAD.replace("sections:", "filterBy: {directions: [OUTBOUND]}\nsections:")
    then = asked(project, spec("cards", head=head))
    add_late(project)
    found = since(then, asked(project, spec("cards", head=head)))
    assert found
    assert {one.narrowing for one in found.moved} == {()}


# Another question is no restatement


def test_a_filter_that_moves_to_the_whole_report_asks_the_same(project: Path) -> None:
    wide = HEAD.replace("sections:", "filterBy: {directions: [OUTBOUND]}\nsections:")
    found = since(asked(project, spec("phones")), asked(project, spec("phones", head=wide)))
    assert (found.count, found.moved) == (3, ())


@pytest.mark.parametrize(
    "change",
    [
        ("sections:", "filterBy: {directions: [OUTBOUND]}\nsections:"),
        ("title: Review", "title: Review\ntimezone: Europe/Zagreb"),
        ("period: last_month", "period: last_quarter"),
    ],
)
def test_a_report_that_asks_otherwise_has_no_number_in_common(
    project: Path, change: tuple[str, str]
) -> None:
    text = spec("cards", "hours").replace("compareTo: previous_period\n", "")
    found = since(asked(project, text), asked(project, text.replace(*change)))
    assert found.count == 0
    assert not found


def test_a_metric_that_is_defined_otherwise_is_another(project: Path) -> None:
    head = HEAD.replace(
        "sections:",
        "metrics:\n  MINE: {label: Mine, formula: BUSY_CALL_COUNT / TOTAL_CALL_COUNT}\nsections:",
    )
    text = head + "  - type: kpis\n    metrics: [MINE, TOTAL_CALL_COUNT]\n"
    then = asked(project, text)
    now = asked(project, text.replace("BUSY_CALL_COUNT /", "FAILED_CALL_COUNT /"))
    found = since(then, now)
    assert found.count == 2  # the calls of both periods
    assert not found
    labelled = asked(project, text.replace("label: Mine", "label: Yours"))
    assert since(then, labelled).count == 4


def test_a_metric_whose_operand_is_defined_otherwise_is_another(project: Path) -> None:
    """A project's own catalog may mean something else by the same formula."""
    one = asked(project, spec("text"))
    (query, *rest) = one.prepared.plan.queries
    metrics = tuple(
        msgspec.structs.replace(
            m, definition=msgspec.structs.replace(m.definition, where="sender IS NULL")
        )
        if m.name == "TOTAL_ATTEMPTED_CALL_COUNT"
        else m
        for m in query.metrics
    )
    plan = msgspec.structs.replace(
        one.prepared.plan, queries=(msgspec.structs.replace(query, metrics=metrics), *rest)
    )
    prepared = msgspec.structs.replace(one.prepared, plan=plan)
    then, now = said(one), readings_of(prepared, one.answers)
    same = {f.about for f in then.figures} & {f.about for f in now.figures}
    assert {about.metric for about in same if about.since.month == 10} == {"BUSY_CALL_COUNT"}


def test_what_another_source_says_is_another_number(project: Path) -> None:
    settings = (project / "reporter.yaml").read_text()
    (project / "reporter.yaml").write_text(
        settings.replace("defaults:", "  other: {type: calls, path: calls.csv}\ndefaults:")
    )
    then = asked(project, spec("cards"))
    now = asked(project, spec("cards"), source="other")
    assert since(then, now).count == 0


def test_each_burst_value_has_numbers_of_its_own(project: Path) -> None:
    one = asked(project, spec("cards"))
    found = []
    for value in ("A1", "A2", None):
        edition = msgspec.structs.replace(
            one.prepared.edition, burst=BurstValue("ACCOUNT_KEY", value, str(value), "a")
        )
        prepared = msgspec.structs.replace(one.prepared, edition=edition)
        found.append({f.about for f in readings_of(prepared, one.answers).figures})
    found.append({f.about for f in said(one).figures})
    assert all(a.isdisjoint(b) for a in found for b in found if a is not b)


def test_sections_with_two_sources_keep_them_apart(project: Path) -> None:
    settings = (project / "reporter.yaml").read_text()
    (project / "reporter.yaml").write_text(
        settings.replace("defaults:", "  other: {type: calls, path: other.csv}\ndefaults:")
    )
    (project / "other.csv").write_text((project / "calls.csv").read_text())
    text = HEAD + (
        "  - {type: reconciliation, against: other, metrics: [TOTAL_CALL_COUNT], by: DAY}\n"
    )
    then = asked(project, text)
    with (project / "other.csv").open("a") as calls:
        calls.write(LATE)
    found = since(then, asked(project, text))
    assert {one.source for one in found.moved} == {"other"}
    assert lines(found)[0][2:] == ((date(2026, 10, 7),), 0, 1)


def test_hours_are_told_by_their_instant(project: Path) -> None:
    """Clocks go back on 25 October: two hours of one name are two numbers."""
    head = HEAD.replace("title: Review", "title: Review\ntimezone: Europe/Zagreb")
    with (project / "calls.csv").open("a") as calls:
        calls.write("n1,2026-10-25T00:30:00Z,OUTBOUND,1,Croatia,,,UNDELIVERABLE,BUSY\n")
    then = asked(project, spec("hours", head=head))
    with (project / "calls.csv").open("a") as calls:
        calls.write("n2,2026-10-25T01:30:00Z,OUTBOUND,1,Croatia,,,UNDELIVERABLE,BUSY\n")
    (moved,) = since(then, asked(project, spec("hours", head=head))).moved
    assert (moved.then, moved.now) == (0, 1)
    ((_, hour),) = moved.group
    assert hour == datetime.fromisoformat("2026-10-25T02:00:00+01:00")


def test_large_tables_are_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reporter.data.readings.readings.__defaults__", (4,))
    then = asked(project, spec("cards", "phones"))
    assert said(then).cut
    add_late(project)
    found = since(then, asked(project, spec("cards", "phones")))
    assert {one[0] for one in lines(found)} == {"TOTAL_CALL_COUNT"}
    unlisted = {(one.metric.name, *(d.name for d in one.dimensions)) for one in found.unlisted}
    assert ("TOTAL_CALL_COUNT", "DAY") in unlisted


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_readings import asked, said, spec
from reporter.data.readings import encoded, fingerprint
found = said(asked(Path(sys.argv[2]), spec("cards", "table", "hours")))
print(fingerprint(found), encoded(found).hex())
"""


@pytest.mark.slow
def test_it_is_the_same_in_every_process(project: Path) -> None:
    found = said(asked(project, spec("cards", "table", "hours")))
    here = f"{fingerprint(found)} {encoded(found).hex()}"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(Path(__file__).parent), str(project)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert done.stdout.strip() == here
