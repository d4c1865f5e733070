"""The command, the folder it writes, and what it refuses."""

import shlex
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from reporter.cli import main
from reporter.errors import ReporterError, UserError
from reporter.sample_data.folder import write
from reporter.sample_data.model import Request
from reporter.sample_data.records import Records
from reporter.sample_data.world import world
from reporter.settings import load_project

SMALL = Request(since=date(2026, 9, 1), until=date(2026, 11, 1), calls=200, seed=7)
ARGUMENTS = ("--months", "2", "--calls-per-month", "100", "--until", "2026-11-01")


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as done:
        main(["sample-data", *arguments])
    assert isinstance(done.value.code, int)
    return done.value.code


def content(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def ignore(_: int) -> None:
    """Progress that nobody looks at."""


def test_it_says_where_the_files_lie_and_what_to_do_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my data"
    assert run("--out", str(folder), *ARGUMENTS) == 0

    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.replace(str(tmp_path), "") == (
        "200 calls:\n"
        "  /my data/calls/month=2026-09/calls.parquet\n"
        "  /my data/calls/month=2026-10/calls.parquet\n"
        "  /my data/accounts.csv\n"
        "  /my data/reporter.yaml\n"
        "\n"
        "Try:\n"
        "  reporter query --project '/my data/reporter.yaml' --source calls"
        " --metrics TOTAL_CALL_COUNT,ANSWER_RATE --by COUNTRY_NAME"
        " --since 2026-10-01 --until 2026-11-01\n"
    )
    assert sorted(content(folder)) == [
        "accounts.csv",
        "calls/month=2026-09/calls.parquet",
        "calls/month=2026-10/calls.parquet",
        "reporter.yaml",
        "sample-data.json",
    ]


def test_the_next_command_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--out", str(tmp_path / "data"), *ARGUMENTS)
    _, *words = shlex.split(capsys.readouterr().out.splitlines()[-1])
    with pytest.raises(SystemExit) as done:
        main([*words, "--format", "csv"])
    assert done.value.code == 0
    assert "Croatia" in capsys.readouterr().out


def test_the_project_file_is_right(tmp_path: Path) -> None:
    sample = write(SMALL, tmp_path / "data", ignore)
    project, diagnostics = load_project(sample.project)
    assert diagnostics == ()
    assert project is not None
    assert list(project.file.sources) == ["calls"]


def test_the_end_is_the_first_of_this_month_if_nothing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--out", str(tmp_path / "data"), "--months", "1", "--calls-per-month", "1") == 0
    assert capsys.readouterr().out.endswith("-01\n")


def test_other_processes_write_the_same_bytes(tmp_path: Path) -> None:
    for name, zone, hash_seed in (("one", "UTC", "1"), ("two", "Asia/Kathmandu", "2")):
        folder = tmp_path / name
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-m", "reporter", "sample-data", "--out", "data", *ARGUMENTS],
            cwd=folder,
            env={
                "PATH": "",
                "TZ": zone,
                "PYTHONHASHSEED": hash_seed,
                "PYTHONPATH": str(Path(__file__).parents[2]),
            },
            check=True,
            capture_output=True,
        )
    one, two = content(tmp_path / "one"), content(tmp_path / "two")
    assert len(one) == 5
    assert one == two


def test_another_seed_gives_other_calls(tmp_path: Path) -> None:
    write(SMALL, tmp_path / "one", ignore)
    other = Request(since=SMALL.since, until=SMALL.until, calls=SMALL.calls, seed=8)
    write(other, tmp_path / "two", ignore)
    october = "calls/month=2026-10/calls.parquet"
    assert content(tmp_path / "one")[october] != content(tmp_path / "two")[october]


def test_a_sample_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shorter = Request(since=date(2026, 10, 1), until=SMALL.until, calls=10, seed=7)
    write(SMALL, folder, ignore)
    write(shorter, folder, ignore)
    write(shorter, tmp_path / "fresh", ignore)
    assert content(folder) == content(tmp_path / "fresh")


def test_what_an_interrupted_run_left_is_swept_away(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / ".sample-data-unfinished" / "calls").mkdir(parents=True)
    write(SMALL, folder, ignore)
    assert not (folder / ".sample-data-unfinished").exists()


def test_an_interrupted_run_leaves_the_earlier_sample(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    write(SMALL, folder, ignore)
    before = content(folder)

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(Request(since=SMALL.since, until=SMALL.until, calls=50, seed=1), folder, interrupt)
    assert content(folder) == before


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (["notes.txt"], "notes.txt"),
        (["calls/mine.parquet"], "calls/mine.parquet"),
        (["report_specs/a.yaml"], "report_specs"),
        (["accounts.csv"], "accounts.csv"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_other_peoples_files_are_safe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: list[str], named: str
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine", encoding="utf-8")
    before = content(tmp_path)

    assert run("--out", str(tmp_path), *ARGUMENTS) == 1
    assert capsys.readouterr().err == (
        f"error: {tmp_path} holds files that are not sample data, or not as they were written:"
        f" {named}\n  hint: Name a folder that is empty or new.\n"
    )
    assert content(tmp_path) == before


def test_a_sample_that_was_changed_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = write(SMALL, tmp_path / "data", ignore)
    sample.project.write_text("version: 1\n", encoding="utf-8")
    assert run("--out", str(tmp_path / "data"), *ARGUMENTS) == 1
    assert "not as they were written: reporter.yaml" in capsys.readouterr().err


def test_a_list_that_is_none_protects_nothing_and_replaces_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sample-data.json").write_text("{}", encoding="utf-8")
    assert run("--out", str(tmp_path), *ARGUMENTS) == 1
    assert "not as they were written: sample-data.json" in capsys.readouterr().err


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    assert run("--out", str(file), *ARGUMENTS) == 1
    assert capsys.readouterr().err == (
        f"error: {file} is a file\n  hint: Name a folder that is empty or new.\n"
    )
    assert run("--out", str(file / "data"), *ARGUMENTS) == 1
    assert capsys.readouterr().err == (
        f"error: {file / 'data'} cannot be written to: Not a directory\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--until", "2026-13-01"], "'2026-13-01' is no date; write 2026-11-01."),
        (["--until", "1999-12-31"], "1999-12-31 does not lie between 2000-01-01 and 2100-01-01."),
        (["--months", "0"], "0 is not in the range 1<=x<=60"),
        (["--calls-per-month", "many"], "'many' is not a valid integer"),
        (["--seed", "-1"], "-1 is not in the range 0<=x<=4294967295"),
    ],
)
def test_wrong_arguments_are_usage_mistakes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run("--out", str(tmp_path / "data"), *arguments) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_folder_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 2
    assert "Missing option '--out'" in capsys.readouterr().err


def test_a_terminal_sees_progress(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert run("--out", str(tmp_path / "data"), *ARGUMENTS) == 0
    assert "Writing calls" in capsys.readouterr().err


def test_a_disk_that_fails_is_explained(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    def take_the_disk_away(_: int) -> None:
        shutil.rmtree(folder)

    with pytest.raises(ReporterError, match="could not be written") as caught:
        write(SMALL, folder, take_the_disk_away)
    assert caught.value.exit_code == 3

    records = Records(SMALL, world())
    with pytest.raises(ReporterError, match=r"calls\.parquet cannot be written"):
        records.write(SMALL.begin, SMALL.end, tmp_path / "nowhere" / "calls.parquet")
    records.close()


def test_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not UTF-8 text"):
        write(SMALL, tmp_path / "\udcff", ignore)
    assert not list(tmp_path.iterdir())
