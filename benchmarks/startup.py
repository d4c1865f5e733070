"""Start-up: whole processes, side by side in one run, and what they import.

Run: python benchmarks/startup.py [--runs N]
"""

import argparse
import sys

from processes import ROOT, in_turns, run, table, usual

SPEC = ROOT / "report_specs" / "monthly-voice-review.yaml"
HEAVY = (
    *("duckdb", "sqlglot", "weasyprint", "openpyxl", "vl_convert", "jinja2", "babel"),
    *("jsonschema", "markdown_it", "rich", "httpx", "starlette", "asyncio"),
)
HEAD = ("command", "seconds", "cpu seconds", "× empty Python (cpu)", "heavy libraries imported")
EMPTY = "python -c pass"
COMMANDS = {
    EMPTY: ("-c", "pass"),
    "python -c 'import click, msgspec, yaml'": ("-c", "import click, msgspec, yaml"),
    "reporter --version": ("-m", "reporter", "--version"),
    "reporter --help": ("-m", "reporter", "--help"),
    "reporter check SPEC": ("-m", "reporter", "check", str(SPEC)),
    "reporter check (whole project)": ("-m", "reporter", "check"),
    "reporter catalog --json": ("-m", "reporter", "catalog", "--json"),
}


def heavy_imports(arguments: tuple[str, ...]) -> str:
    """Those of the heavy libraries that the process imports."""
    lines = run("-X", "importtime", *arguments).output.splitlines()
    modules = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    return ", ".join(name for name in HEAVY if name in modules) or "none"


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    finished = in_turns(runs, COMMANDS)
    took = {name: usual(done.took for done in all_) for name, all_ in finished.items()}
    rows = [
        (
            f"`{name}`",
            f"{took[name].seconds:.3f}",
            f"{took[name].cpu:.3f}",
            took[name] / took[EMPTY],
            heavy_imports(arguments),
        )
        for name, arguments in COMMANDS.items()
    ]
    print(f"Median of {runs} runs each, taken in turns; Python {sys.version.split()[0]}.\n")
    print(table(HEAD, *rows))


if __name__ == "__main__":
    main()
