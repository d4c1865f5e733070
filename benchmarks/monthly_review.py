"""The monthly review over many calls: the whole command, its stages, and the same by hand.

Run: python benchmarks/monthly_review.py [--calls N] [--runs N]

Three months of sample calls are written to build/benchmark once. The numbers of the report are
compared with those of monthly_review.sql, which asks the engine by hand, before anything is
printed.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from math import isclose
from pathlib import Path
from typing import Any

from processes import ROOT, Run, Took, in_turns, run, table, usual

HERE = Path(__file__).parent
WORK = ROOT / "build" / "benchmark"
SPEC = ROOT / "report_specs" / "monthly-voice-review.yaml"
AS_OF = "2026-11-01"
HEAD = ("", "seconds", "cpu seconds", "peak MiB", "× by hand (cpu)", "× scan (cpu)")


def main() -> None:
    """Print two Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000, help="Calls a month.")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    sample, written = sample_data(options.calls)
    if written is not None:
        print(f"{3 * options.calls:,} sample calls written: {cells(written)}.\n")
    commands = commands_over(sample)
    done = in_turns(options.runs, commands)
    compared = len(list(differences(report_of(WORK / "out"), done["by hand"][-1])))
    print(
        f"{3 * options.calls:,} calls, of which two months are asked for; {os.cpu_count()} cores,"
        f" Python {sys.version.split()[0]}; median of {options.runs} runs taken in turns."
        f" {compared} numbers are the same by hand.\n"
    )
    print(table(HEAD, *rows(done)))


def sample_data(calls: int) -> tuple[Path, Took | None]:
    """A folder of sample data, and what writing it took if it was not there."""
    folder = WORK / f"{calls}-calls-a-month"
    if (folder / "reporter.yaml").exists():
        return folder, None
    done = run(
        *("-m", "reporter", "sample-data", "--out", str(folder), "--seed", "7"),
        *("--months", "3", "--calls-per-month", str(calls), "--until", AS_OF),
    )
    return folder, done.took


def commands_over(sample: Path) -> dict[str, tuple[str, ...]]:
    """What is measured."""
    project, files = str(sample / "reporter.yaml"), str(sample / "calls" / "**" / "*.parquet")
    report = ("-m", "reporter", "run", str(SPEC), "--project", project, "--as-of", AS_OF)
    by_hand = (str(HERE / "review_by_hand.py"), files)
    return {
        "reporter run --format json": (*report, "--out", str(WORK / "out"), "--format", "json"),
        "reporter run": (*report, "--out", str(WORK / "out")),
        "stages": (str(HERE / "review_stages.py"), project, str(WORK / "stages")),
        "by hand": (*by_hand, "blocks"),
        "scan": (*by_hand, "scan"),
    }


def rows(done: dict[str, list[Run]]) -> Iterator[tuple[str, ...]]:
    """The table: whole processes, then the stages of one."""
    whole = {name: usual(one.took for one in runs) for name, runs in done.items()}
    for name, title in (
        ("reporter run --format json", "`reporter run --format json`"),
        ("reporter run", "`reporter run` (pdf, html, xlsx)"),
        ("by hand", "by hand, whole process"),
        ("scan", "scan, whole process"),
    ):
        yield (
            *(title, *figures(whole[name])),
            whole[name] / whole["by hand"],
            whole[name] / whole["scan"],
        )
    hand, scan = inner(done["by hand"]), inner(done["scan"])
    taken = [json.loads(one.output) for one in done["stages"]]
    for name in taken[0]:
        took = usual(Took(**one[name]) for one in taken)
        ratios = (took / hand, took / scan) if name == "fetch" else ("", "")
        yield (f"stage: {name}", *figures(took), *ratios)
    yield ("the engine's part by hand", *figures(hand)[:2], "", "1.0 (1.0)", hand / scan)
    yield ("the engine's part of the scan", *figures(scan)[:2], "", scan / hand, "1.0 (1.0)")


def inner(runs: list[Run]) -> Took:
    """What the statements took, without the process around them."""
    return usual(Took(**json.loads(one.output)["taken"], memory=0) for one in runs)


def figures(took: Took) -> tuple[str, str, str]:
    """Seconds, processor seconds and memory as texts."""
    return f"{took.seconds:.3f}", f"{took.cpu:.3f}", f"{took.memory:.0f}"


def cells(took: Took) -> str:
    """The same as one text."""
    return "{} s, {} cpu s, {} MiB".format(*figures(took))


def report_of(folder: Path) -> dict[str, Any]:
    """The report as JSON."""
    (file,) = folder.glob("*.json")
    report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return report


def differences(report: dict[str, Any], by_hand: Run) -> Iterator[str]:
    """The name of every number that stands in the report and was found by hand too.

    Raises:
        SystemExit: two are not the same.
    """
    results = json.loads(by_hand.output)["results"]
    for block in report["blocks"]:
        if block["type"] in {"text", "callout", "pageBreak"}:
            continue
        found = results[block["name"]]
        for key, ours in numbers_of(block):
            *group, current, name = key
            theirs = value_in(found, group, current=current, name=name)
            if not same(ours, theirs):
                raise SystemExit(f"{block['name']} {key}: {ours} in the report, {theirs} by hand")
            yield f"{block['name']} {key}"


def same(ours: float | None, theirs: float | None) -> bool:
    """Whether two numbers are the same; no value is only like no value."""
    if ours is None or theirs is None:
        return ours is theirs
    return isclose(ours, theirs, rel_tol=1e-12)


def numbers_of(block: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], float | None]]:
    """The numbers of a block: the group, whether of this month, the metric; and the value."""
    match block["type"]:
        case "kpis":
            for card in block["cards"]:
                yield (True, card["name"]), card["value"]
                yield (False, card["name"]), card["change"]["previous"]
        case "chart":
            # The steps of the month before stand under those of this one.
            for series in block["series"]:
                if not series["comparison"]:
                    for step, value in zip(block["steps"], series["values"], strict=True):
                        yield (step, True, series["name"]), value
        case "table":
            for row in block["rows"]:
                if row["kind"] == "body":
                    yield from numbers_of_row(block["columns"], row["values"])


def numbers_of_row(
    columns: list[dict[str, Any]], values: list[Any]
) -> Iterator[tuple[tuple[Any, ...], float | None]]:
    """The numbers of a table's row."""
    pairs = list(zip(columns, values, strict=True))
    group = [value for column, value in pairs if column["role"] == "dimension"]
    for column, value in pairs:
        if column["role"] in ("metric", "previous"):
            yield (*group, column["role"] == "metric", column["name"]), value


def value_in(found: dict[str, Any], group: list[Any], *, current: bool, name: str) -> float | None:
    """The value that was found by hand; None if there is none."""
    month, wanted = found["columns"].index("this"), found["columns"].index(name)
    for row in found["rows"]:
        if row[: len(group)] == group and row[month] is current:
            value: float = row[wanted]
            return value
    return None


if __name__ == "__main__":
    main()
