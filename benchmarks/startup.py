"""Start-up: whole processes, side by side in one run, and what they import.

Run: python benchmarks/startup.py [--runs N]
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "report_specs" / "monthly-voice-review.yaml"
HEAVY = ("duckdb", "sqlglot", "weasyprint", "openpyxl", "vl_convert", "httpx", "starlette")
COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "reporter --version": ("-m", "reporter", "--version"),
    "reporter --help": ("-m", "reporter", "--help"),
    "reporter check SPEC": ("-m", "reporter", "check", str(SPEC)),
    "reporter check (whole project)": ("-m", "reporter", "check"),
    "reporter catalog --json": ("-m", "reporter", "catalog", "--json"),
}


def seconds(arguments: tuple[str, ...]) -> float:
    """How long one process takes."""
    start = time.perf_counter()
    subprocess.run((sys.executable, *arguments), cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def heavy_imports(arguments: tuple[str, ...]) -> str:
    """Those of the heavy libraries that the process imports."""
    done = subprocess.run(
        (sys.executable, "-X", "importtime", *arguments),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    return ", ".join(name for name in HEAVY if name in modules) or "none"


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs + 1):
        for name, arguments in COMMANDS.items():
            times[name].append(seconds(arguments))
    medians = {name: statistics.median(all_[1:]) for name, all_ in times.items()}
    base = medians["python -c pass"]
    print(f"Median of {runs} runs each, taken in turns; Python {sys.version.split()[0]}.\n")
    print("| command | seconds | × empty Python | heavy libraries imported |")
    print("|---|---|---|---|")
    for name, arguments in COMMANDS.items():
        print(
            f"| `{name}` | {medians[name]:.3f} | {medians[name] / base:.1f} |"
            f" {heavy_imports(arguments)} |"
        )


if __name__ == "__main__":
    main()
