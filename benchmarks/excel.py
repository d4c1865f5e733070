"""100,000 rows × 12 columns to Excel: whole processes, ours and those of two libraries.

Run: python benchmarks/excel.py [--rows N] [--runs N]

Every process makes the same document first; "the document alone" makes nothing of it. Ours writes
what it always does: cover, native table with filters, frozen heads, widths, conditional formats,
a total of formulas with their values, a lineage sheet. The libraries write one sheet with a head
row, number formats and column widths.
"""

import argparse
import sys

from processes import ROOT, Run, Took, in_turns, table, usual

OURS = "ours"
DOCUMENT = "the document alone"
COMMANDS = {
    DOCUMENT: "document",
    OURS: "ours",
    "XlsxWriter, constant_memory": "xlsxwriter",
    "openpyxl, plain": "openpyxl",
    "openpyxl, write-only": "write_only",
}
HEAD = (
    *("", "seconds", "cpu seconds", "peak MiB", "MiB over the document", "× ours (cpu)"),
    "file MB",
)


def commands(rows: int) -> dict[str, tuple[str, ...]]:
    """What is measured, each in a process of its own."""
    maker = str(ROOT / "benchmarks" / "excel_by_writer.py")
    return {name: (maker, word, str(rows)) for name, word in COMMANDS.items()}


def lines(done: dict[str, list[Run]]) -> list[tuple[str, ...]]:
    """The table."""
    took = {name: usual(one.took for one in runs) for name, runs in done.items()}
    alone = took[DOCUMENT]
    ours = less(took[OURS], alone)
    found = []
    for name, whole in took.items():
        size = done[name][0].output.strip()
        own = less(whole, alone)
        found.append(
            (
                name,
                f"{whole.seconds:.2f}",
                f"{whole.cpu:.2f}",
                f"{whole.memory:.0f}",
                "" if name == DOCUMENT else f"{own.memory:.0f}",
                "" if name == DOCUMENT else own / ours,
                "" if name == DOCUMENT else f"{int(size) / 1e6:.1f}",
            )
        )
    return found


def less(whole: Took, part: Took) -> Took:
    """What is left of a process without a part of it."""
    return Took(whole.seconds - part.seconds, whole.cpu - part.cpu, whole.memory - part.memory)


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    done = in_turns(options.runs, commands(options.rows))
    print(
        f"{options.rows:,} rows × 12 columns; median of {options.runs} runs each, taken in turns;"
        f" Python {sys.version.split()[0]}. Ratios are of what comes on top of the document.\n"
    )
    print(table(HEAD, *lines(done)))


if __name__ == "__main__":
    main()
