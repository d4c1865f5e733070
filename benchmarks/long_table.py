"""A long table, 20,000 rows × 8 columns, to PDF: whole processes, ours and those of two engines.

Run: python benchmarks/long_table.py [--rows N] [--runs N] [--only WAY ...]

Every process makes the same document first; "the document alone" makes nothing of it. Ours draws
the rows after a few that WeasyPrint laid out; WeasyPrint lays out all of them, as it does with
short tables (without garbage collection, which halves its time); Chromium prints our HTML page.
All but Chromium's are tagged. Of Chromium, which is many processes, the memory is that of the
largest one.
"""

import argparse
import sys

from processes import ROOT, Run, in_turns, table, usual

OURS = "ours"
DOCUMENT = "the document alone"
WAYS = {
    DOCUMENT: "document",
    OURS: "ours",
    "WeasyPrint, one document": "weasyprint",
    "Chromium, headless": "chromium",
}
HEAD = ("", "seconds", "cpu seconds", "peak MiB", "× ours (cpu)", "× ours MiB", "file MB")


def commands(rows: int, ways: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What is measured, each in a process of its own."""
    maker = str(ROOT / "benchmarks" / "long_table_by.py")
    return {name: (maker, way, str(rows)) for name, way in WAYS.items() if way in ways}


def lines(done: dict[str, list[Run]]) -> list[tuple[str, ...]]:
    """The table."""
    took = {name: usual(one.took for one in runs) for name, runs in done.items()}
    ours = took[OURS]
    return [
        (
            name,
            f"{whole.seconds:.2f}",
            f"{whole.cpu:.2f}",
            f"{whole.memory:.0f}",
            whole / ours,
            f"{whole.memory / ours.memory:.1f}",
            f"{int(done[name][0].output.strip().splitlines()[-1]) / 1e6:.1f}",
        )
        for name, whole in took.items()
    ]


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=WAYS.values(), default=tuple(WAYS.values()))
    options = parser.parse_args()
    ways = tuple({*options.only, "ours"})
    done = in_turns(options.runs, commands(options.rows, ways))
    print(
        f"{options.rows:,} rows × 8 columns; median of {options.runs} runs each, taken in turns;"
        f" Python {sys.version.split()[0]}.\n"
    )
    print(table(HEAD, *lines(done)))


if __name__ == "__main__":
    main()
