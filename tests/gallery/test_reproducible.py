"""The same spec, data and version give the same bytes in another process, whatever surrounds it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from editions import ROOT, Made, run_arguments

pytestmark = pytest.mark.slow

ELSEWHERE = {
    "PYTHONHASHSEED": "4711",
    "TZ": "Pacific/Chatham",
    "LANG": "de_DE.UTF-8",
    "LC_ALL": "tr_TR.UTF-8",
    "COLUMNS": "40",
}


def test_another_process_makes_the_same_bytes(made: Made, tmp_path: Path) -> None:
    out, work = tmp_path / "out", tmp_path / "somewhere else"
    work.mkdir()
    given = {k: v for k, v in os.environ.items() if k not in {"SOURCE_DATE_EPOCH", "PYTHONPATH"}}
    subprocess.run(
        [sys.executable, "-m", "reporter", *run_arguments(made.edition, made.project, out)],
        check=True,
        cwd=work,
        env=given | ELSEWHERE | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
    )
    first = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    second = {path.name: path.read_bytes() for path in out.iterdir()}
    assert sorted(first) == sorted(second)
    assert [name for name, content in first.items() if content != second[name]] == []
    assert len(first) > 5
