"""Specs with mistakes, and what is said of each; specs without.

To write anew what is said, in ``tests/examples``:
``reporter check invalid/NAME.yaml > invalid/NAME.txt``, and for project files
``reporter check --project invalid_project/NAME.yaml valid/minimal.yaml``.
"""

from pathlib import Path

import pytest
from click.testing import CliRunner

from reporter.cli.check import command

EXAMPLES = Path(__file__).parent.parent / "examples"
INVALID = sorted((EXAMPLES / "invalid").glob("*.yaml"))
PROJECTS = sorted((EXAMPLES / "invalid_project").glob("*.yaml"))
VALID = sorted((EXAMPLES / "valid").glob("*.yaml"))


@pytest.fixture(autouse=True)
def _in_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)


def checked(*arguments: str) -> str:
    return CliRunner().invoke(command, arguments, catch_exceptions=False).output


@pytest.mark.parametrize("spec", INVALID, ids=lambda path: path.stem)
def test_everything_that_is_wrong_is_said(spec: Path) -> None:
    expected = spec.with_suffix(".txt").read_text(encoding="utf-8")
    assert checked(f"invalid/{spec.name}") == expected
    assert "error:" in expected or "warning:" in expected


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.stem)
def test_everything_that_is_wrong_with_a_project_is_said(project: Path) -> None:
    expected = project.with_suffix(".txt").read_text(encoding="utf-8")
    assert checked("--project", f"invalid_project/{project.name}", "valid/minimal.yaml") == expected
    assert "error:" in expected


@pytest.mark.parametrize("spec", VALID, ids=lambda path: path.stem)
def test_nothing_is_said_of_a_valid_spec(spec: Path) -> None:
    assert checked(f"valid/{spec.name}") == "1 spec, no problems.\n"


def test_there_are_many_mistakes() -> None:
    assert len(INVALID) >= 90
    assert len(PROJECTS) >= 14
    assert {path.stem for path in (EXAMPLES / "invalid").glob("*.txt")} == {p.stem for p in INVALID}


def test_a_secret_is_never_shown() -> None:
    secret = (EXAMPLES / "invalid_project" / "secret").read_text(encoding="utf-8").strip()
    assert secret == "hunter2"  # noqa: S105 - a secret to look for
    assert secret not in checked("--project", "invalid_project/secret-not-shown.yaml")
