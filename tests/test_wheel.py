"""The built wheel, with the source tree out of the way."""

import json
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

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


def command(installed: Path, *arguments: str) -> list[str]:
    """Runs the installed package: its folder stands before the editable one on the path."""
    program = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "import reporter, reporter.cli\n"
        f"assert reporter.__file__.startswith({str(installed)!r}), reporter.__file__\n"
        "reporter.cli.main(sys.argv[1:])"
    )
    return [sys.executable, "-c", program, *arguments]


def reporter(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(installed, *arguments), cwd=cwd, check=False, capture_output=True, text=True
    )


@contextmanager
def serving(installed: Path, cwd: Path) -> Iterator[str]:
    """The address of a server of the installed package."""
    with subprocess.Popen(
        command(installed, "serve", "--listen", "127.0.0.1:0"),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        try:
            line = next(one for one in server.stdout if one.startswith("listening on "))
            yield line.split()[2].rstrip(";")
        finally:
            server.terminate()


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


def test_both_ends_of_the_metrics_api_work_from_the_wheel_alone(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "calls.csv").write_text(
        "call_id,sent_at,direction,answered_at,ended_at,status_group,status\n"
        "a,2026-10-05T08:00:00Z,OUTBOUND,2026-10-05T08:00:05Z,2026-10-05T08:01:05Z,DELIVERED,X\n"
        "b,2026-10-05T09:00:00Z,OUTBOUND,,,UNDELIVERABLE,BUSY\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        here = f"127.0.0.1:{free.getsockname()[1]}"
    served = (
        "version: 1\n"
        "sources:\n"
        "  calls: {type: calls, path: calls.csv}\n"
        "serve:\n"
        "  metricsApi:\n"
        "    source: calls\n"
        "    keys: [{key: some-key-of-ours}]\n"
        f"    callbacks: ['http://{here}/']\n"
        "    privateNetworks: true\n"
    )
    (tmp_path / "reporter.yaml").write_text(served)
    with serving(installed, tmp_path) as address:
        with urlopen(f"{address}/openapi.json") as answer:  # noqa: S310 - our own
            assert "/metrics/1/query-aggregate-data" in json.load(answer)["paths"]
        (tmp_path / "client.yaml").write_text(
            "version: 1\n"
            "ledger: client.sqlite\n"
            "sources:\n"
            "  api:\n"
            "    type: metrics_api\n"
            f"    baseUrl: {address}\n"
            "    auth: {type: apiKey, key: some-key-of-ours}\n"
            f"    callback: {{listen: '{here}', publicUrl: 'http://{here}'}}\n"
            "defaults: {source: api}\n"
        )
        asked = reporter(
            installed,
            tmp_path,
            *("query", "--project", "client.yaml", "--metrics", "TOTAL_CALL_COUNT,ANSWER_RATE"),
            *("--since", "2026-10-01", "--until", "2026-10-05T10:00", "--format", "csv"),
        )
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout.splitlines() == ["TOTAL_CALL_COUNT,ANSWER_RATE", "2,0.5"]
