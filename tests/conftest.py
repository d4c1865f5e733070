"""A small project of real files that the whole chain runs over."""

import gc
import sys
import threading
from collections.abc import Callable, Generator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import settings
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).parent / "kits"))  # the tests are no package

# How long an example takes says nothing of what it shows. `--hypothesis-profile thorough` looks
# further than there is time for at every change.
settings.register_profile("thorough", deadline=None, max_examples=500)
settings.register_profile("usual", deadline=None, max_examples=40)
settings.load_profile("usual")


def pytest_collection_finish() -> None:
    """Seven thousand tests and all modules stay: garbage collection need not look at them again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Measure no coverage in tests that are marked ``unmeasured``: they run as fast as without."""
    if item.get_closest_marker("unmeasured") is None:
        return (yield)
    own, others = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type] - None ends it
    try:
        return (yield)
    finally:
        sys.settrace(own)
        threading.settrace(others)  # type: ignore[arg-type] - what it was


PROJECT = """\
version: 1
sources:
  calls: {type: calls, path: calls.csv}
defaults: {source: calls}
mail: {host: localhost, security: none, from: reports@example.com}
"""
# No ringing_at, so nothing is known of seized calls; no hangup either.
CALLS = """\
call_id,sent_at,direction,country_id,country_name,answered_at,ended_at,status_group,status
s1,2026-09-10T08:00:00Z,OUTBOUND,1,Croatia,2026-09-10T08:00:05Z,2026-09-10T08:00:45Z,DELIVERED,DELIVERED
s2,2026-09-11T08:00:00Z,OUTBOUND,1,Croatia,,,UNDELIVERABLE,BUSY
o1,2026-10-01T08:00:00Z,OUTBOUND,1,Croatia,2026-10-01T08:00:05Z,2026-10-01T08:01:05Z,DELIVERED,DELIVERED
o2,2026-10-01T09:00:00Z,OUTBOUND,1,Croatia,,,UNDELIVERABLE,BUSY
o3,2026-10-02T10:00:00Z,OUTBOUND,2,Austria,2026-10-02T10:00:20Z,2026-10-02T10:00:50Z,DELIVERED,DELIVERED
o4,2026-10-02T11:00:00Z,INBOUND,1,Croatia,2026-10-02T11:00:10Z,2026-10-02T11:02:10Z,DELIVERED,DELIVERED
o5,2026-10-31T23:30:00Z,OUTBOUND,,,,,UNDELIVERABLE,NO_ANSWER
"""
SPEC = """\
version: 1
name: review
title: "Monthly review"
period: last_month
compareTo: previous_period
parameters:
  country: {type: integer}
filterBy:
  countryIds: {param: country}
sections:
  - type: kpis
    metrics: [TOTAL_CALL_COUNT, ANSWER_RATE]
    sparkline: DAY
  - type: text
    markdown: "Answer rate: {{ kpi('ANSWER_RATE').value | percent }}"
  - type: table
    title: By country
    query:
      metrics: [TOTAL_ATTEMPTED_CALL_COUNT, ANSWER_RATE]
      aggregateBy: [COUNTRY_NAME]
    totals: true
outputs: [json, csv]
"""


class Outcome(Struct, frozen=True):
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: a project file, seven calls, one spec."""
    (tmp_path / "reporter.yaml").write_text(PROJECT)
    (tmp_path / "calls.csv").write_text(CALLS)
    (tmp_path / "report_specs").mkdir()
    (tmp_path / "report_specs" / "review.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return tmp_path


@pytest.fixture
def reporter(
    project: Path,  # noqa: ARG001 - the command runs in its folder
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Outcome]:
    """The command line, in the folder of the project."""

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as done:
            import_module("reporter.cli.entry").main(list(arguments))
        assert isinstance(done.value.code, int)
        captured = capsys.readouterr()
        return Outcome(done.value.code, captured.out, captured.err)

    return run
