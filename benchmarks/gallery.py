"""A report of the gallery from end to end: the whole command, format by format.

Run: python benchmarks/gallery.py [--spec NAME] [--calls N] [--runs N]

Beside each stands how many times as long it takes, and how many times the memory, as a process
that asks the source for the same numbers and does nothing with them.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from monthly_review import AS_OF, WORK, figures, sample_data
from processes import ROOT, Run, Took, in_turns, table, usual

HEAD = ("", "seconds", "cpu seconds", "peak MiB", "kB", "× query (cpu)", "× memory")
QUERY = "the query stage alone"
KILO = 1000


def main() -> None:
    """Print a Markdown table, or be the process that only asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", default="country-quality")
    parser.add_argument("--calls", type=int, default=50_000, help="Calls a month.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--ask", type=Path, metavar="PROJECT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    spec = ROOT / "report_specs" / f"{options.spec}.yaml"
    if options.ask is not None:
        ask(options.ask, spec)
        return
    sample, _ = sample_data(options.calls)
    done = in_turns(options.runs, commands_over(sample, spec))
    print(
        f"`{options.spec}` over {3 * options.calls:,} calls; {os.cpu_count()} cores,"
        f" Python {sys.version.split()[0]}; median of {options.runs} runs taken in turns.\n"
    )
    print(table(HEAD, *rows(done)))


def ask(project_file: Path, spec: Path) -> None:
    """Load, plan and fetch, and leave the answers alone."""
    from reporter import settings, wiring  # noqa: PLC0415 - the measuring process needs none of it
    from reporter.plan.planner import build_plan  # noqa: PLC0415 - likewise
    from reporter.plan.preparation import Request, prepare  # noqa: PLC0415 - likewise

    project, _ = settings.load_project(project_file)
    if project is None:
        raise SystemExit(f"{project_file} is wrong")
    prepared = prepare(spec, project, Request(now=datetime.now(UTC), as_of=AS_OF))
    plan = build_plan(prepared.edition, prepared.catalogs)
    source = wiring.open_source(project, prepared.edition.source, prepared.catalog)
    asyncio.run(source.fetch(plan.queries))


def commands_over(sample: Path, spec: Path) -> dict[str, tuple[str, ...]]:
    """What is measured: each format, all that the spec names, and the query stage."""
    from reporter.spec.model import OutputFormat  # noqa: PLC0415 - see above

    project = str(sample / "reporter.yaml")
    report = ("-m", "reporter", "run", str(spec), "--project", project, "--as-of", AS_OF)
    here = (str(Path(__file__)), "--spec", spec.stem, "--ask", project)
    formats = {
        name: (*report, "--out", str(out(name)), "--format", name)
        for name in get_args(OutputFormat)
    }
    return {QUERY: here, **formats, "all that it names": (*report, "--out", str(out("all")))}


def out(name: str) -> Path:
    """Where the files of a command go."""
    return WORK / "gallery" / name


def rows(done: dict[str, list[Run]]) -> Iterator[tuple[str, ...]]:
    """The table."""
    whole = {name: usual(one.took for one in runs) for name, runs in done.items()}
    for name, took in whole.items():
        title = name if name == QUERY else f"`run`, {name}"
        files = "" if name == QUERY else f"{size(name):.0f}"
        yield (title, *figures(took), files, took / whole[QUERY], memory(took, whole[QUERY]))


def size(name: str) -> float:
    """How large the files of a command are together, in kB."""
    folder = out("all" if name.startswith("all") else name)
    return sum(file.stat().st_size for file in folder.iterdir()) / KILO


def memory(took: Took, base: Took) -> str:
    """How many times the memory."""
    return f"{took.memory / base.memory:.1f}"


if __name__ == "__main__":
    main()
