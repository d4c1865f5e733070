"""``reporter run`` of a burst: its files, what is told of it, and what stops it."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from reporter import wiring
from reporter.catalog.model import Catalog
from reporter.cli import options
from reporter.data.answer import Answer
from reporter.data.table import Table
from reporter.pipeline import Tools, ask, composed, make
from reporter.plan.model import Query
from reporter.plan.preparation import Request
from reporter.settings import Project, load_project
from reporter.sources.base import Source

Reporter = Callable[..., Any]
AS_OF: Final = ("--as-of", "2026-11-01")
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
BURST: Final = "burst: {by: COUNTRY_NAME}\n"


def written(project: Path, more: str, *, title: str = "Calls: {{ burst.label }}") -> None:
    spec = project / "report_specs/review.yaml"
    text = spec.read_text(encoding="utf-8").replace("Monthly review", title)
    spec.write_text(text.replace("[json, csv]", "[json]") + more, encoding="utf-8")


def document(project: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project / "out" / name).read_text(encoding="utf-8"))
    return found


def test_a_file_for_each_value(project: Path, reporter: Reporter) -> None:
    written(project, BURST)
    done = reporter("run", "review", *AS_OF)
    assert done.code == 0
    assert done.out.splitlines() == [
        "out/review_austria_2026-10.json",
        "out/review_croatia_2026-10.json",
        "out/review_n-a_2026-10.json",
    ]
    made = document(project, "review_austria_2026-10.json")
    assert made["title"] == "Calls: Austria"
    assert made["provenance"]["filters"][-1] == {"label": "Country", "values": "Austria"}
    assert [card["value"] for card in made["blocks"][0]["cards"]] == [1, 1.0]
    (nameless,) = document(project, "review_n-a_2026-10.json")["blocks"][2]["rows"][:-1]
    assert nameless["values"][:2] == [None, 1]
    assert document(project, "review_n-a_2026-10.json")["title"] == "Calls: N/A"


def test_what_is_said_of_some_editions_names_them(project: Path, reporter: Reporter) -> None:
    written(project, BURST)
    done = reporter("run", "review", *AS_OF)
    zero = "Every count is 0 or missing for September 2026, the comparison period"
    assert f"review: note: Austria, N/A: {zero}" in done.err


def test_recipients_are_held_against_the_calls(project: Path, reporter: Reporter) -> None:
    (project / "recipients.csv").write_text(
        "COUNTRY_NAME,to,name\nCroatia,ana@example.com,Hrvatska\nMalta,mia@example.com,\n"
    )
    written(project, "burst: {by: COUNTRY_NAME, recipients: recipients.csv}\n")
    done = reporter("run", "review", *AS_OF)
    assert done.out.splitlines() == [
        "out/review_austria_2026-10.json",
        "out/review_hrvatska_2026-10.json",
        "out/review_n-a_2026-10.json",
    ]
    assert "review: note: without calls in the period: Malta\n" in done.err
    assert "review: note: with calls, but not in recipients.csv: Austria, N/A\n" in done.err
    made = document(project, "review_hrvatska_2026-10.json")
    assert made["title"] == "Calls: Hrvatska"
    assert made["provenance"]["filters"][-1]["values"] == "Hrvatska (Croatia)"


def test_values_without_recipients_may_be_as_they_should_be(
    project: Path, reporter: Reporter
) -> None:
    (project / "recipients.csv").write_text("COUNTRY_NAME,to\nCroatia,ana@example.com\n")
    burst = "{by: COUNTRY_NAME, recipients: recipients.csv, unlisted: ignore}"
    written(project, f"burst: {burst}\n")
    assert "recipients.csv" not in reporter("run", "review", *AS_OF).err


def test_nothing_is_made_of_no_calls(project: Path, reporter: Reporter) -> None:
    written(project, BURST)
    done = reporter("run", "review", "--as-of", "2025-01-01")
    assert (done.code, done.out) == (0, "")


def test_one_that_cannot_be_made_does_not_keep_the_others(
    project: Path, reporter: Reporter
) -> None:
    wrong = "{% if burst.value in ('Austria', none) %}{{ 1 // 0 }}{% endif %}"
    written(project, BURST, title=wrong + "Calls")
    done = reporter("run", "review", *AS_OF)
    assert (done.code, done.out) == (1, "out/review_croatia_2026-10.json\n")
    assert (
        "review: Austria, N/A: error: title, line 1: integer division or modulo by zero" in done.err
    )


def test_a_check_of_unusable_records_holds_all(project: Path, reporter: Reporter) -> None:
    with (project / "calls.csv").open("a") as calls:
        calls.write("b1,2026-10-05T08:00:00Z,OUTBOUND,2,Austria,2026-10-05T07:00:00Z,,,\n")
    checks = "checks: [{type: rejected, atMost: 0}]\ndelivery: [{type: email, to: [a@b.example]}]\n"
    written(project, BURST + checks)
    done = reporter("run", "review", *AS_OF)
    assert done.code == 4
    assert len(done.out.splitlines()) == 3
    (held,) = [line for line in done.err.splitlines() if ": held: " in line]
    assert "1 record" in held
    assert "source 'calls': 1 record of the period could not be used" in done.err
    made = (project / "out/review_croatia_2026-10.json").read_text()
    assert "b1" not in made
    assert json.loads(made)["provenance"]["rejected"] == 0


def test_a_source_that_cannot_tell_them_apart(project: Path, reporter: Reporter) -> None:
    written(project, "burst: {by: ACCOUNT_KEY}\n")
    done = reporter("run", "review", *AS_OF)
    assert (done.code, done.out) == (3, "")
    assert "it cannot tell records apart by ACCOUNT_KEY, which the report is burst by" in done.err


def test_progress_counts_the_editions(
    project: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "is_watched", lambda _stream: True)
    written(project, BURST)
    assert "review: rendering 2 of 3 ..." in reporter("run", "review", *AS_OF).err


def test_the_plan_shows_the_proof(project: Path, reporter: Reporter) -> None:
    written(project, BURST)
    done = reporter("plan", "review", *AS_OF)
    assert "  burst       one edition for each COUNTRY_NAME\n" in done.out
    assert done.out.count("for the proof that the editions are the whole\n") == 3
    said = json.loads(reporter("plan", "review", *AS_OF, "--json").out)
    assert said["burst"] == "COUNTRY_NAME"
    by = [query["dimensions"] for query in said["queries"]]
    assert by == [
        ["COUNTRY_NAME"],
        ["COUNTRY_NAME"],
        ["COUNTRY_NAME", "DAY"],
        ["COUNTRY_NAME"],
        [],
        [],
        ["DAY"],
    ]


class Lying:
    """A source that drops one call of one country, or says one group twice."""

    def __init__(self, source: Source, lie: Callable[[Table], Table]) -> None:
        self._source = source
        self._lie = lie

    async def fetch(self, queries: Sequence[Query]) -> tuple[Answer, ...]:
        answers = await self._source.fetch(queries)
        first = msgspec.structs.replace(answers[0], table=self._lie(answers[0].table))
        return (first, *answers[1:])


def less(table: Table) -> Table:
    place = table.index("TOTAL_CALL_COUNT")
    (*before, last) = table.rows
    return table.with_rows(
        [*before, (*last[:place], int(str(last[place])) - 1, *last[place + 1 :])]
    )


def twice(table: Table) -> Table:
    return table.with_rows([*table.rows, table.rows[0]])


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (less, "TOTAL_CALL_COUNT over all values of COUNTRY_NAME is 4, and without it 5"),
        (twice, "has two rows by COUNTRY_NAME"),
    ],
)
def test_what_is_not_the_whole_stops_everything(
    project: Path, lie: Callable[[Table], Table], said: str
) -> None:
    written(project, BURST)
    settings, _ = load_project(project / "reporter.yaml")
    assert settings is not None

    def lying(settings: Project, name: str, catalog: Catalog) -> Any:  # noqa: ANN401 - as far as it is used
        return Lying(wiring.open_source(settings, name, catalog), lie)

    making = make(
        project / "report_specs/review.yaml",
        settings,
        Request(now=NOW),
        Tools(lying, wiring.RENDERERS),
        out=project / "out",
        progress=lambda _: None,
    )
    with pytest.raises(Exception, match=said) as stopped:
        asyncio.run(making)
    assert str(stopped.value).startswith(
        "source 'calls': the editions of the burst are not the whole, so none is made: "
    )
    assert not (project / "out").exists()


def test_all_together_are_no_report(project: Path) -> None:
    written(project, BURST)
    settings, _ = load_project(project / "reporter.yaml")
    assert settings is not None
    tools = Tools(wiring.open_source, wiring.RENDERERS)
    spec = project / "report_specs/review.yaml"
    asked = asyncio.run(ask(spec, settings, Request(now=NOW), tools, progress=lambda _: None))
    with pytest.raises(TypeError, match="a document for each of its portions"):
        composed(asked)
