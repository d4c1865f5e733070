"""docs/sources.md: every file, project file and command in it is tried, section by section."""

import re
import shlex
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path

import duckdb
import msgspec
import pytest

from reporter.catalog.load import built_in
from reporter.cli import entry
from reporter.settings import CallsSource

TEXT = (Path(__file__).parents[1] / "docs" / "sources.md").read_text(encoding="utf-8")
SECTIONS = {text.partition("\n")[0].lstrip("# "): text for text in re.split(r"(?m)^(?=##? )", TEXT)}
BLOCK = re.compile(r"(?:<!-- file: (\S+) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)
GENERATED = re.compile(r"<!-- generated: begin -->\n(.*)<!-- generated: end -->", re.DOTALL)
PROJECT = "reporter.yaml"
OCTOBER = ("--since", "2026-10-01", "--until", "2026-11-01")
ONE_CALL = """\
CREATE TABLE calls AS
SELECT 'a1' AS call_id, 'OUTBOUND' AS direction, TIMESTAMP '2026-10-05 07:00:00' AS sent_at
"""

Reporter = Callable[..., str]


class Block(msgspec.Struct, frozen=True):
    """A part of the page: a file with its content, or a command and what it prints."""

    text: str
    file: str | None = None


def blocks(section: str) -> Iterator[Block]:
    for file, kind, text in BLOCK.findall(section):
        yield Block(text) if kind == "console" else Block(text, file or PROJECT)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with those files of the section on files that are no texts, or too long."""
    with duckdb.connect(str(tmp_path / "voice.duckdb")) as engine:
        engine.execute(ONE_CALL)
        month = tmp_path / "calls" / "month=2026-10"
        month.mkdir(parents=True)
        engine.execute(f"COPY calls TO '{month / 'calls.parquet'}'")
        engine.execute(f"COPY calls TO '{tmp_path / 'export.ndjson'}' (FORMAT json)")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def reporter(folder: Path, capsys: pytest.CaptureFixture[str]) -> Reporter:
    """What a command prints: its answer, then what it has to say."""

    def run(*words: str) -> str:
        with pytest.raises(SystemExit):
            entry.main(list(words))
        said = capsys.readouterr()
        return (said.out + said.err).replace(str(folder), "/home/you/calls")

    return run


@pytest.mark.parametrize("section", SECTIONS)
def test_the_commands_print_what_the_page_says(
    section: str, folder: Path, reporter: Reporter
) -> None:
    for block in blocks(SECTIONS[section]):
        if block.file is not None:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, encoding="utf-8")
        else:
            command, _, expected = block.text.replace("\\\n", "").partition("\n")
            start, program, *words = shlex.split(command)
            assert (start, program) == ("$", "reporter")
            assert reporter(*words) == expected, command


@pytest.mark.parametrize("section", SECTIONS)
def test_every_project_file_is_used(section: str, folder: Path, reporter: Reporter) -> None:
    """By a command of the page that follows it, or else here."""
    parts = list(blocks(SECTIONS[section]))
    for block, following in zip_longest(parts, parts[1:]):
        if block.file != PROJECT or any(part.file != PROJECT for part in [following] if part):
            continue
        (folder / PROJECT).write_text(block.text, encoding="utf-8")
        names = re.findall(r"^  (\w+): \{type: calls", block.text, re.MULTILINE)
        assert len(names) > 1
        for name in names:
            said = reporter("query", "--source", name, "--metrics", "TOTAL_CALL_COUNT", *OCTOBER)
            assert said.splitlines()[-1].strip() == "1", name


def test_the_columns_are_those_of_the_catalog() -> None:
    found = GENERATED.search(TEXT)
    assert found is not None
    assert found[1] == columns_table()


def columns_table() -> str:
    """The built-in catalog's record columns as a Markdown table."""
    lines = ["| column | holds | meaning | values |", "|---|---|---|---|"]
    for column in built_in().records.columns:
        values = ", ".join(f"`{value}`" for value in column.values)
        lines.append(f"| `{column.name}` | {column.type} | {column.description} | {values} |")
    return "\n".join(lines) + "\n"


def test_the_page_has_an_example_of_every_setting() -> None:
    projects = " ".join(b.text for s in SECTIONS.values() for b in blocks(s) if b.file == PROJECT)
    for key in CallsSource.__struct_encode_fields__:
        assert re.search(rf"\b{key}:", projects), key
