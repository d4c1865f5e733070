"""Schemathesis asks the running server everything that its document allows, and what it does not.

In a process of its own: its warnings are not ours.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import Live, PostBox, served, write_project

from reporter.server.dispatch import Patience

HOOKS = Path(__file__).parent / "schemathesis_hooks.py"


@pytest.fixture
def alone(tmp_path: Path, post_box: PostBox) -> Iterator[Live]:
    write_project(tmp_path, post_box.port)
    with served(tmp_path, post_box, Patience()) as running:
        yield running


def report(live: Live, folder: Path, *arguments: str) -> str:
    """What Schemathesis says to all that it tried, which must be good."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{live.url}/openapi.json"),
            *("-H", "Authorization: App sees-everything", "--checks", "all", "--seed", "4"),
            *("--no-color", *arguments),
        ],
        cwd=folder,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": str(HOOKS),
            "REPORTER_TEST_CALLBACK": live.box.url("schemathesis"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    text = done.stdout + done.stderr
    assert done.returncode == 0, text
    assert "No issues found" in text, text
    return text


@pytest.mark.slow
def test_every_violation_of_the_document_is_refused(alone: Live, tmp_path: Path) -> None:
    text = report(alone, tmp_path, "--phases", "coverage", "--mode", "negative")
    tested = re.search(r"(\d+) generated, \d+ passed", text)
    assert tested is not None, text
    assert int(tested[1]) > 400, text


@pytest.mark.slow
def test_queries_are_followed_from_submission_to_state(alone: Live, tmp_path: Path) -> None:
    phases = "examples,fuzzing,stateful"
    text = report(alone, tmp_path, "--phases", phases, "--mode", "all", "--max-examples", "12")
    links = re.search(r"API Links: +(\d+) covered / (\d+) selected", text)
    assert links is not None, text
    assert links[1] == links[2] != "0", text
    assert "Missing test data" not in text, text
