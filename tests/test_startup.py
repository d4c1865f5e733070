"""What the commands that run on every commit must not import."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {
    *("duckdb", "sqlglot", "weasyprint", "openpyxl", "vl_convert", "httpx", "starlette"),
    *("uvicorn", "rich", "babel", "markdown_it", "asyncio"),
}


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["check", "report_specs"], ["catalog", "--json"], ["schema"]],
    ids=lambda arguments: arguments[0].strip("-"),
)
def test_no_heavy_library_is_imported(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from reporter.cli import main\n"
        "try:\n"
        f"    main({arguments!r})\n"
        "except SystemExit as done:\n"
        "    assert done.code == 0, done.code\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "reporter" in loaded
    assert loaded & HEAVY == set()
