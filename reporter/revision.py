"""Which version of a file is in git."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

_SECONDS: Final = 10
CHANGED: Final = "+changes"
"""What stands behind a commit where the file has changed since."""


def commit_of(file: Path) -> str | None:
    """The last commit that changed a file; None outside git, and for a file that git does not know.

    A file with changes that are not committed has ``CHANGED`` behind its commit.
    """
    git = shutil.which("git")
    if git is None:
        return None
    commit = _git(git, file, "log", "-1", "--format=%H")
    if not commit:
        return None
    status = _git(git, file, "status", "--porcelain")
    return f"{commit}{CHANGED}" if status else commit


def _git(git: str, file: Path, *words: str) -> str | None:
    place = file.absolute()
    command = (git, "-c", "core.fsmonitor=false", "-C", str(place.parent), *words, "--", place.name)
    try:
        result = subprocess.run(  # noqa: S603 - git by its full path, and no shell
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip() if result.returncode == 0 else None
