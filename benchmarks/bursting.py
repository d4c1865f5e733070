"""A burst over many accounts, against as many runs with a filter.

Run: python benchmarks/bursting.py [--calls N] [--accounts N] [--singles N]

The sample calls are given to so many accounts, a few with many calls and most with few. Of the
single runs only some are made; their time is counted up to all of them. What they say is compared
with the editions of the burst before anything is printed.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import monthly_review
from monthly_review import AS_OF, figures
from processes import ROOT, Run, Took, run, table

HERE = Path(__file__).parent
SPEC = ROOT / "report_specs" / "executive-one-pager.yaml"
HEAD = ("", "seconds", "cpu seconds", "peak MiB", "statements", "× the burst (cpu)")


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000, help="Calls a month.")
    parser.add_argument("--accounts", type=int, default=400)
    parser.add_argument("--singles", type=int, default=20, help="Single runs that are made.")
    options = parser.parse_args()
    folder = project_of(options.calls, options.accounts)
    keys = some(options.accounts, options.singles)
    print(
        f"{3 * options.calls:,} calls, of which eight weeks are asked for; {options.accounts}"
        f" accounts; {os.cpu_count()} cores, Python {sys.version.split()[0]}; one run of each."
        f" Of the single runs {len(keys)} were made, and counted up.\n"
    )
    print(table(HEAD, *rows(folder, options.accounts, keys)))


def some(accounts: int, singles: int) -> list[str]:
    """Accounts of all sizes."""
    return [account(number * accounts // singles) for number in range(singles)]


def account(number: int) -> str:
    """The key of an account; the first ones have most calls."""
    return f"ACCOUNT-{number:03}"


def project_of(calls: int, accounts: int) -> Path:
    """The folder of a project whose sample calls belong to so many accounts."""
    sample, _ = monthly_review.sample_data(calls)
    folder = sample.with_name(f"{sample.name}-of-{accounts}")
    folder.mkdir(exist_ok=True)
    if not (folder / "calls.parquet").exists():
        spread = f"floor({accounts} * pow((hash(call_id) % 1000003) / 1000003.0, 2))"
        key = f"'ACCOUNT-' || lpad(CAST(CAST({spread} AS INT) AS VARCHAR), 3, '0')"
        files = f"'{sample}/calls/**/*.parquet'"
        duckdb.sql(
            f"COPY (SELECT * REPLACE ({key} AS account_key) FROM read_parquet({files}))"  # noqa: S608 - our own numbers
            f" TO '{folder}/calls.parquet' (FORMAT parquet)"
        )
    project = {
        "version": 1,
        "sources": {"calls": {"type": "calls", "path": "calls.parquet"}},
        "defaults": {"source": "calls", "timezone": "Europe/Zagreb"},
    }
    (folder / "reporter.yaml").write_text(json.dumps(project), encoding="utf-8")  # JSON is YAML
    spec = SPEC.read_text(encoding="utf-8")
    (folder / "single.yaml").write_text(spec, encoding="utf-8")
    (folder / "burst.yaml").write_text(f"{spec}burst: {{by: ACCOUNT_KEY}}\n", encoding="utf-8")
    return folder


def rows(folder: Path, accounts: int, keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The table: the data alone, then whole commands with a page for each account."""
    said = run(str(HERE / "bursting_data.py"), str(folder), *keys).output
    data = json.loads(said.splitlines()[-1])
    burst, single = (Took(**data[name]["took"]) for name in ("burst", "singles"))
    counted = data["burst"]["statements"], data["singles"]["statements"] * accounts // len(keys)
    yield from _pair("data", (burst, single), counted, accounts, len(keys))
    project = str(folder / "reporter.yaml")
    words = ("-m", "reporter", "run", "--project", project, "--as-of", AS_OF, "--format", "html")
    out = str(folder / "out")
    whole = run(*words, str(folder / "burst.yaml"), "--out", out)
    made = len(whole.output.splitlines())
    if made < accounts:
        raise SystemExit(f"{accounts} editions were expected, and {made} lines are printed")
    alone = [
        run(*words, str(folder / "single.yaml"), "--out", out, "--filter", f"accountKeys={key}")
        for key in keys
    ]
    yield from _pair(
        "whole command, html", (whole.took, together(alone)), ("", ""), accounts, len(keys)
    )


def together(runs: Sequence[Run]) -> Took:
    """What runs took one after the other."""
    taken = [one.took for one in runs]
    return Took(
        sum(took.seconds for took in taken),
        sum(took.cpu for took in taken),
        max(took.memory for took in taken),
    )


def _pair(
    what: str,
    took: tuple[Took, Took],
    statements: tuple[object, object],
    accounts: int,
    singles: int,
) -> Iterator[tuple[str, ...]]:
    burst, some_ = took
    times = accounts / singles
    every = Took(some_.seconds * times, some_.cpu * times, some_.memory)
    yield (f"{what}: one burst", *figures(burst), str(statements[0]), "1.0 (1.0)")
    yield (
        f"{what}: {accounts} single runs",
        *figures(every),
        str(statements[1]),
        every / burst,
    )


if __name__ == "__main__":
    main()
