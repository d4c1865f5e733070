"""What commands must not import that run on every commit, or before anything is made."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RENDERING = {
    *("duckdb", "sqlglot", "weasyprint", "openpyxl", "vl_convert", "httpx", "starlette"),
    *("uvicorn", "rich", "markdown_it", "lxml"),
}
DELIVERING = {"sqlite3", "jinja2", "css_inline", "PIL", "smtplib", "fsspec", "prometheus_client"}
HEAVY = RENDERING | DELIVERING | {"babel", "asyncio"}


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], HEAVY),
        (["check", "report_specs"], HEAVY - {"jinja2"}),
        (["catalog", "--json"], HEAVY),
        (["schema"], HEAVY),
        (["schedule", "--help"], HEAVY),
        (["schedule", "list"], HEAVY),
        (["run", "--help"], RENDERING | DELIVERING),
    ],
    ids=lambda value: "-".join(value).strip("-") if isinstance(value, list) else "",
)
def test_no_heavy_library_is_imported(arguments: list[str], heavy: set[str]) -> None:
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
    assert loaded & heavy == set()
