"""Running commands as whole processes, and what they took."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
MEMORY_UNIT = 2**20 if sys.platform == "darwin" else 2**10
"""What the system counts peak memory in, to get MiB."""


@dataclass(frozen=True)
class Took:
    """What something took: seconds, processor seconds of all threads, peak memory in MiB."""

    seconds: float
    cpu: float
    memory: float

    def __truediv__(self, other: "Took") -> str:
        """How many times as long, by the clock and on the processor."""
        return f"{self.seconds / other.seconds:.1f} ({self.cpu / other.cpu:.1f})"


@dataclass(frozen=True)
class Run:
    """One finished process and what it printed."""

    took: Took
    output: str


def run(*arguments: str) -> Run:
    """Run Python with these arguments in the repository, as if all were installed.

    Raises:
        RuntimeError: the command failed; with what it said.
    """
    # What is installed has its bytecode beside it.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    with subprocess.Popen(
        (sys.executable, *arguments),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        output = process.stdout.read() if process.stdout is not None else ""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)}: exit code {process.returncode}\n{output}")
    cpu = usage.ru_utime + usage.ru_stime
    return Run(Took(seconds, cpu, usage.ru_maxrss / MEMORY_UNIT), output)


def in_turns(runs: int, commands: dict[str, tuple[str, ...]]) -> dict[str, list[Run]]:
    """Every command so often, taken in turns after one round that does not count."""
    rounds = [{name: run(*c) for name, c in commands.items()} for _ in range(runs + 1)]
    return {name: [done[name] for done in rounds[1:]] for name in commands}


def usual(taken: Iterable[Took]) -> Took:
    """The median times and the greatest peak."""
    all_ = tuple(taken)
    return Took(
        median(took.seconds for took in all_),
        median(took.cpu for took in all_),
        max(took.memory for took in all_),
    )


def table(*rows: tuple[str, ...]) -> str:
    """Rows as a Markdown table, the first one as its head."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])
