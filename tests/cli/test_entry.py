import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from reporter import __version__
from reporter.cli import entry, lazy
from reporter.diagnostics import Diagnostic, Invalid, Location
from reporter.errors import SourceError, UserError

BUG = """\
reporter: a bug of ours: RuntimeError: odd
  hint: run the same command with --debug and report what it prints.
"""


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as done:
        entry.main(list(arguments))
    assert isinstance(done.value.code, int)
    return done.value.code


@pytest.fixture
def check_that(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Replace the body of ``reporter check`` by one that raises."""

    def replace(error: BaseException) -> None:
        @click.command()
        def command() -> None:
            raise error

        monkeypatch.setattr(lazy, "import_module", lambda _: SimpleNamespace(command=command))

    return replace


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    text = capsys.readouterr().out
    for name, help_ in entry.COMMANDS.items():
        assert f"{name} " in text
        assert help_ in text


@pytest.mark.parametrize("name", sorted(entry.COMMANDS))
def test_every_command_exists_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(name, "--help") == 0
    assert f"Usage: reporter {name}" in capsys.readouterr().out


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"reporter, version {__version__}\n"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("chek", "there is no command 'chek'; did you mean 'check'?"),
        ("zzz", "there is no command 'zzz'."),
    ],
)
def test_an_unknown_command_is_a_usage_mistake(
    word: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(word) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (UserError("no", hint="yes"), 1, "error: no\n  hint: yes\n"),
        (SourceError("pbx", "is gone"), 3, "error: source 'pbx': is gone\n"),
        (KeyboardInterrupt(), 130, ""),
        (RuntimeError("Query interrupted"), 130, ""),
        (PermissionError(13, "Permission denied", "a/b"), 1, "error: a/b: Permission denied\n"),
        (OSError(28, "No space left on device"), 1, "error: No space left on device\n"),
        (OSError("odd"), 1, "error: odd\n"),
        (UserError("a\x1b[31m\nb", hint="\x07"), 1, "error: a [31m b\n  hint:  \n"),
        (
            RuntimeError("odd"),
            70,
            BUG,
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_exception_becomes_an_exit_code_and_a_sentence(
    error: Exception,
    code: int,
    message: str,
    check_that: Callable[[Exception], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    check_that(error)
    assert run("check") == code
    assert capsys.readouterr().err.lstrip("\n") == message


def test_diagnostics_are_printed_all_at_once(
    check_that: Callable[[Exception], None], capsys: pytest.CaptureFixture[str]
) -> None:
    check_that(
        Invalid(
            Diagnostic("a-rule", message, Location("a.yaml", line, 1))
            for line, message in ((2, "second"), (1, "first"))
        )
    )
    assert run("check") == 1
    text = capsys.readouterr().err
    assert text.index("first") < text.index("second")


@pytest.mark.parametrize("error", [UserError("no"), RuntimeError("odd")])
def test_debug_shows_the_traceback(
    error: Exception, check_that: Callable[[Exception], None]
) -> None:
    check_that(error)
    with pytest.raises(type(error)):
        entry.main(["--debug", "check"])


def test_what_an_encoding_does_not_have_is_escaped() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reporter", "catalog", "capabilities", "--source", "ž…"],
        env={"PATH": "", "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"'\\u017e\\u2026'" in done.stderr


def test_closed_output_is_no_failure(tmp_path: Path) -> None:
    program = (
        "import os; os.close(1); os.close(2)\n"
        "import sys; sys.stdout = sys.stderr = None\n"
        "from reporter.cli import main\n"
        "main(['sample-data', '--out', 'there', '--months', '1', '--calls-per-month', '9'])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert (tmp_path / "there/reporter.yaml").is_file()


def test_a_closed_standard_input_is_opened_again(tmp_path: Path) -> None:
    program = (
        "import os; from reporter.cli import main\ntry: main(['--version'])\nfinally: os.fstat(0)"
    )
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "{sys.executable}" -c "$1" <&-', "sh", program],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
