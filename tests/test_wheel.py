"""The built wheel, with the source tree out of the way."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)),
        ],
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def reporter(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed package: its folder stands before the editable one on the path."""
    program = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "import reporter, reporter.cli\n"
        f"assert reporter.__file__.startswith({str(installed)!r}), reporter.__file__\n"
        "reporter.cli.main(sys.argv[1:])"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
    )


def test_templates_schemas_fonts_and_their_licences_lie_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = [
        *(f"reporter/_{p.relative_to(ROOT)}" for p in (ROOT / "templates").rglob("*.*")),
        *(f"reporter/_{p.relative_to(ROOT)}" for p in (ROOT / "schemas").rglob("*.json")),
    ]
    assert len(shipped) > 10
    assert [name for name in shipped if name not in names] == []
    assert "reporter/py.typed" in names
    assert "reporter/catalog/voice_video.yaml" in names


def test_a_report_is_made_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    made = reporter(
        installed,
        tmp_path,
        *("sample-data", "--out", "data", "--months", "2", "--calls-per-month", "2000"),
        *("--seed", "7", "--until", "2026-11-01"),
    )
    assert made.returncode == 0, made.stderr
    for name in ("reporter.yaml", "report_specs/monthly-voice-review.yaml"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    ran = reporter(
        installed,
        tmp_path,
        *("run", "report_specs/monthly-voice-review.yaml", "--as-of", "2026-11-01"),
        *("--out", "out", "--format", "pdf,html,xlsx,csv,json"),
    )
    assert ran.returncode == 0, ran.stderr
    suffixes = {path.suffix for path in (tmp_path / "out").iterdir()}
    assert suffixes == {".pdf", ".html", ".xlsx", ".csv", ".json"}
