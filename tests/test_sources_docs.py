"""docs/sources.md: every file, project file and command in it is tried, section by section."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import duckdb
import msgspec
import pytest
from click.testing import CliRunner

from reporter.catalog.load import built_in, catalog_for
from reporter.cli import entry
from reporter.cli.failures import show
from reporter.errors import ReporterError
from reporter.settings import load_project

TEXT = (Path(__file__).parents[1] / "docs" / "sources.md").read_text(encoding="utf-8")
SECTIONS = {
    text.partition("\n")[0].lstrip("# "): text for text in re.split(r"^(?=##? )", TEXT, flags=re.M)
}
BLOCK = re.compile(r"(?:<!-- file: (\S+) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)
GENERATED = re.compile(r"<!-- generated: begin -->\n(.*)<!-- generated: end -->", re.DOTALL)
CALLS = """\
SELECT 'a1' AS call_id, 'OUTBOUND' AS direction, TIMESTAMP '2026-10-05 07:00:00' AS sent_at
"""


class Step(msgspec.Struct, frozen=True):
    """A block of the page: a file, or a command and what it prints."""

    kind: str
    text: str
    file: str | None


def steps(section: str) -> Iterator[Step]:
    for file, kind, text in BLOCK.findall(section):
        is_file = kind in ("csv", "yaml")
        yield Step(kind, text, (file or "reporter.yaml") if is_file else None)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the section on files speaks of; the others are on the page."""
    with duckdb.connect(str(tmp_path / "voice.duckdb")) as engine:
        engine.execute(f"CREATE TABLE calls AS {CALLS}")
        month = tmp_path / "calls" / "month=2026-10"
        month.mkdir(parents=True)
        engine.execute(f"COPY calls TO '{month / 'calls.parquet'}'")
        engine.execute(f"COPY calls TO '{tmp_path / 'export.ndjson'}' (FORMAT json)")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(command: str, folder: Path) -> str:
    """What a command prints, with its exit code where that is not 0 and without the folder."""
    program, *words = shlex.split(command)
    assert program == "reporter"
    with pytest.MonkeyPatch.context():
        result = CliRunner().invoke(entry.commands, words)
    return result.output.replace(str(folder), "/home/you/calls")


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_is_true(section: str, folder: Path) -> None:
    for step in steps(SECTIONS[section]):
        if step.file is not None:
            (folder / step.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.file).write_text(step.text, encoding="utf-8")
        else:
            assert step.kind == "console"
            command, _, expected = step.text.removeprefix("$ ").partition("\n")
            assert printed(command, folder) == expected
