"""README.md: its commands run as they stand, its YAML loads, its links lead somewhere.

The scripts themselves are not run here, but the tour begins with the calls that the demo writes.
"""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from msgspec import Struct

from reporter.settings import load_project
from reporter.spec.load import load_spec

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
INLINE = re.compile(r"`(reporter [^`]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


class Step(Struct, frozen=True):
    """A command of the text, and what the text shows below it."""

    words: tuple[str, ...]
    shown: str


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCK.findall(TEXT) if name == language]


def steps() -> Iterator[Step]:
    """All commands, from top to bottom: of the blocks, then those within sentences."""
    for block in blocks("console"):
        for command, shown in COMMAND.findall(block):
            yield Step(tuple(shlex.split(command.replace("\\\n", ""), comments=True)), shown)
    for command in INLINE.findall(TEXT):
        yield Step(tuple(shlex.split(command)), "")


STEPS = tuple(steps())
OF_REPORTER = [
    pytest.param(
        step,
        marks=pytest.mark.slow if "run" in step.words else (),
        id=" ".join(step.words[1:3]),
    )
    for step in STEPS
    if step.words[0] == "reporter"
]
SPEC, PROJECT, DELIVERY = blocks("yaml")
(NEW_SPEC,) = set(re.findall(r"`(report_specs/[-\w]+\.yaml)`", TEXT))


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as done:
        import_module("reporter.cli.entry").main(list(arguments))
    assert isinstance(done.value.code, int)
    return done.value.code


def sample_command() -> list[str]:
    """The command of `scripts/demo` that writes the calls which the tour begins with."""
    demo = (ROOT / "scripts" / "demo").read_text(encoding="utf-8").replace("\\\n", "")
    (words,) = re.findall(r"-m reporter (sample-data [-\w =/.]+)", demo)
    return shlex.split(words)


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as the tour makes it: calls, the project file, the spec."""
    folder = tmp_path_factory.mktemp("tour")
    (folder / "reporter.yaml").write_text(PROJECT, encoding="utf-8")
    shutil.copytree(ROOT / "report_specs", folder / "report_specs")
    (folder / NEW_SPEC).write_text(SPEC, encoding="utf-8")
    before = Path.cwd()
    try:
        os.chdir(folder)
        assert run(*sample_command()) == 0
    finally:
        os.chdir(before)
    return folder


def test_the_yaml_is_a_spec_and_a_project_without_mistakes(tour: Path) -> None:
    project, mistakes = load_project(tour / "reporter.yaml")
    assert mistakes == ()
    assert project is not None
    loaded = load_spec(tour / NEW_SPEC)
    assert loaded.diagnostics == ()
    assert loaded.spec is not None
    assert loaded.spec.name == Path(NEW_SPEC).stem


def test_what_is_added_to_send_it_is_of_the_language(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC + DELIVERY, encoding="utf-8")
    loaded = load_spec(spec)
    assert loaded.diagnostics == ()
    assert loaded.spec is not None
    assert loaded.spec.delivery
    assert loaded.spec.schedule is not None


def test_the_project_file_is_the_one_of_this_folder(tour: Path) -> None:
    shown, _ = load_project(tour / "reporter.yaml")
    ours, _ = load_project(ROOT / "reporter.yaml")
    assert shown is not None
    assert ours is not None
    assert shown.file == ours.file


@pytest.mark.parametrize("step", OF_REPORTER)
def test_a_command_runs_and_prints_what_is_shown(
    step: Step, tour: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tour)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    code = run(*step.words[1:])
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    if step.shown:
        assert printed.out == step.shown


def test_nothing_warns(
    tour: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tour)
    assert run("check", "--strict") == 0, capsys.readouterr().err


def test_the_scripts_are_there() -> None:
    scripts = {step.words[0] for step in STEPS} - {"reporter"}
    assert scripts == {"scripts/demo", "scripts/test"}
    assert [name for name in sorted(scripts) if not os.access(ROOT / name, os.X_OK)] == []


def test_links_lead_somewhere() -> None:
    assert [name for name in LINK.findall(TEXT) if not (ROOT / name).exists()] == []
