import subprocess
from pathlib import Path

import pytest

from reporter.revision import commit_of


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository that no setting of the machine reaches."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    git(tmp_path, "init", "--quiet")
    return tmp_path


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
    command = ("git", "-C", str(folder), *who, *words)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def committed(file: Path, text: str) -> str:
    file.write_text(text)
    git(file.parent, "add", "--", file.name)
    git(file.parent, "commit", "--quiet", "-m", "x")
    return git(file.parent, "rev-parse", "HEAD")


def test_the_last_commit_of_the_file_itself(repository: Path) -> None:
    own = committed(repository / "a.yaml", "1")
    committed(repository / "b.yaml", "1")
    assert commit_of(repository / "a.yaml") == own


def test_changes_are_marked(repository: Path) -> None:
    own = committed(repository / "a.yaml", "1")
    (repository / "a.yaml").write_text("2")
    assert commit_of(repository / "a.yaml") == f"{own}+changes"


def test_a_file_that_git_does_not_know(repository: Path) -> None:
    assert commit_of(repository / "a.yaml") is None  # no commit at all
    committed(repository / "b.yaml", "1")
    (repository / "a.yaml").write_text("1")
    assert commit_of(repository / "a.yaml") is None


def test_a_folder_outside_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "a.yaml").write_text("1")
    assert commit_of(tmp_path / "a.yaml") is None


def test_a_machine_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(repository / "a.yaml", "1")
    monkeypatch.setenv("PATH", str(repository))
    assert commit_of(repository / "a.yaml") is None


def test_a_git_that_cannot_be_run(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(repository / "a.yaml", "1")
    broken = repository / "git"
    broken.write_text("#!/nowhere/at/all\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(repository))
    assert commit_of(repository / "a.yaml") is None
