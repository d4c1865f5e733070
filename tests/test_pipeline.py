import asyncio
import json
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from reporter import wiring
from reporter.data.answer import Answer
from reporter.document.model import Document
from reporter.errors import RenderError, SourceError, UserError
from reporter.output.base import Artifact, Branding
from reporter.pipeline import Made, Stage, Step, Tools, ask, composed, make
from reporter.plan.model import Query
from reporter.plan.preparation import Request
from reporter.settings import load_project
from reporter.spec.model import OutputFormat

Setting = Any  # what a field of Request may hold
NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Failing:
    """A renderer that raises."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def render(self, _document: Document, _stem: str, _branding: Branding) -> tuple[Artifact, ...]:
        raise self._error


def made(
    project: Path,
    *formats: OutputFormat,
    tools: Tools | None = None,
    progress: Callable[[Stage | Step], None] = lambda _: None,
    **keys: Setting,
) -> Made:
    settings, mistakes = load_project(project / "reporter.yaml")
    assert settings is not None, mistakes
    return asyncio.run(
        make(
            project / "report_specs/review.yaml",
            settings,
            Request(now=NOW, **keys),
            tools or Tools(wiring.open_source, wiring.RENDERERS),
            out=project / "out",
            formats=formats,
            progress=progress,
        )
    )


def document_of(project: Path, **keys: Setting) -> Document:
    settings, mistakes = load_project(project / "reporter.yaml")
    assert settings is not None, mistakes
    spec, tools = project / "report_specs/review.yaml", Tools(wiring.open_source, wiring.RENDERERS)
    request = Request(now=NOW, **keys)
    return composed(asyncio.run(ask(spec, settings, request, tools, progress=lambda _: None)))


def test_the_sentence(project: Path) -> None:
    stages: list[Stage | Step] = []
    report = made(project, progress=stages.append)
    assert stages == list(Stage)
    assert [file.name for file in report.files] == [
        "review-2026-10.json",
        "review-2026-10-kpis.csv",
        "review-2026-10-by-country.csv",
    ]
    assert all(file.is_file() for file in report.files)
    document = document_of(project)
    assert document.title == "Monthly review"
    assert document.provenance.filters[:2] == (
        ("Channel", "Voice and Video"),
        ("Country", "all (parameter country not set)"),
    )


@pytest.mark.slow
def test_every_format_of_one_document(project: Path) -> None:
    report = made(project, "pdf", "html", "xlsx", "csv", "json")
    files = {file.name: file.read_bytes() for file in report.files}
    assert [*files] == [
        "review-2026-10.pdf",
        "review-2026-10.html",
        "review-2026-10.xlsx",
        "review-2026-10-kpis.csv",
        "review-2026-10-by-country.csv",
        "review-2026-10.json",
    ]
    assert files["review-2026-10.pdf"].startswith(b"%PDF-")
    assert files["review-2026-10.xlsx"].startswith(b"PK")
    assert b"<!doctype html>" in files["review-2026-10.html"][:20].lower()


def test_formats_instead_of_the_specs_are_made_once(project: Path) -> None:
    report = made(project, "json", "json")
    assert [file.name for file in report.files] == ["review-2026-10.json"]


def test_the_date_inside_is_the_end_of_the_interval(project: Path) -> None:
    assert document_of(project).provenance.stamp == NOW


def test_the_date_inside_may_be_set(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    stamp = document_of(project).provenance.stamp
    assert stamp == datetime(1970, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("epoch", ["", "1.5", "9" * 30])
def test_a_date_that_is_none(epoch: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(UserError, match="SOURCE_DATE_EPOCH is a whole number of seconds"):
        made(project, "json")


@pytest.mark.parametrize("error", [RenderError("no ink"), KeyboardInterrupt()])
def test_where_one_format_fails_no_file_is_written(error: BaseException, project: Path) -> None:
    tools = Tools(wiring.open_source, {**wiring.RENDERERS, "html": lambda _spec: Failing(error)})
    with pytest.raises(type(error)):
        made(project, "json", "html", tools=tools)
    assert not (project / "out").exists()


def test_the_commit_of_the_spec_is_printed(project: Path) -> None:
    def git(*words: str) -> str:
        who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
        command = ("git", "-C", str(project), *who, *words)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert document_of(project).provenance.spec_commit is None
    git("init", "--quiet")
    git("add", "report_specs")
    git("commit", "--quiet", "-m", "A spec")
    commit = git("rev-parse", "HEAD").strip()
    assert document_of(project).provenance.spec_commit == commit


def test_a_source_that_the_project_does_not_have(project: Path) -> None:
    settings, _ = load_project(project / "reporter.yaml")
    assert settings is not None
    with pytest.raises(UserError) as refused:
        wiring.open_source(settings, "call", None)  # type: ignore[arg-type]
    assert refused.value.message == "there is no source 'call'"
    assert refused.value.hint == "did you mean 'calls'?"
    with pytest.raises(UserError) as refused:
        wiring.open_source(settings, "x", None)  # type: ignore[arg-type]
    assert refused.value.hint == "the project has calls"


def test_every_format_of_the_language_can_be_made() -> None:
    assert set(wiring.RENDERERS) == set(get_args(OutputFormat))


def test_numbers_reach_the_file(project: Path) -> None:
    made(project, "json", parameters={"country": "1"}, filters=(("directions", "OUTBOUND"),))
    (cards,) = (
        block["cards"]
        for block in json.loads((project / "out/review-2026-10.json").read_text())["blocks"]
        if block["type"] == "kpis"
    )
    assert {card["name"]: card["value"] for card in cards} == {
        "TOTAL_CALL_COUNT": 2,
        "ANSWER_RATE": 0.5,
    }


def test_characters_that_no_font_has_are_told_of_once(project: Path) -> None:
    spec = project / "report_specs/review.yaml"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace("\ntitle: ", "\ntitle: 日本 "), encoding="utf-8")
    report = made(project, "pdf", "html")
    assert [notice for notice in report.notices if "fonts" in notice] == [
        (
            "the fonts have no 日 (U+65E5) 本 (U+672C): name a font file that has them in"
            " theme.fonts.fallback"
        )
    ]


# Two sources


class Slow:
    """A source that answers late, and tells whether it was stopped."""

    name = "slow"
    language = "none"

    def __init__(self) -> None:
        self.stopped = False

    async def fetch(self, _queries: Sequence[Query]) -> tuple[Answer, ...]:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.stopped = True
            raise
        return ()


class Broken:
    """A source that fails at once."""

    name = "broken"
    language = "none"

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def fetch(self, _queries: Sequence[Query]) -> tuple[Answer, ...]:
        raise self._error


RECONCILIATION = """\
  - type: reconciliation
    against: other
    metrics: [TOTAL_CALL_COUNT]
outputs:"""


@pytest.fixture
def two(project: Path) -> Path:
    spec = project / "report_specs/review.yaml"
    spec.write_text(spec.read_text().replace("outputs:", RECONCILIATION))
    settings = project / "reporter.yaml"
    text = settings.read_text()
    settings.write_text(text.replace("defaults", "  other: {type: calls, path: x.csv}\ndefaults"))
    return project


@pytest.mark.parametrize("broken", ["calls", "other"])
@pytest.mark.parametrize("error", [SourceError("other", "is gone"), RuntimeError("a bug")])
def test_a_source_that_fails_stops_the_other(broken: str, error: Exception, two: Path) -> None:
    slow = Slow()

    def opened(_project: object, name: str, _catalog: object) -> Any:  # noqa: ANN401 - either
        return Broken(error) if name == broken else slow

    began = time.monotonic()
    with pytest.raises(type(error)) as raised:
        made(two, tools=Tools(opened, wiring.RENDERERS))
    assert raised.value is error
    assert slow.stopped
    assert time.monotonic() - began < 10
    assert not (two / "out").exists()
