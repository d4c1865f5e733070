"""Forks processes of the schedule that have imported everything, and kills them as it is told.

Lines on standard input: ``FOLDER INSTANT MILLISECONDS``; the process takes INSTANT for the present
when it begins, and is killed after so long, unless it is done: with 0 it does all that is due and
ends by itself. One line on standard output for each: how long it lived in milliseconds, and
``killed`` or its exit code.
"""

import contextlib
import os
import signal
import sys
import time
from datetime import datetime
from importlib import import_module
from pathlib import Path

from reporter import clock, settings
from reporter.cli import scheduling
from reporter.schedule.stopping import Stopping

WARM = (
    "aiosmtpd.controller",
    "babel.dates",
    "css_inline",
    "duckdb",
    "fsspec",
    "jinja2",
    "reporter.delivery.email",
    "reporter.output.json",
    "reporter.output.mail.renderer",
    "reporter.sources.calls.source",
    "sqlglot",
)


def live(folder: Path, present: datetime, *, ends: bool) -> int:
    """What the command does, at another time."""
    began = clock.now()
    asked = clock.now
    clock.now = lambda: present + (asked() - began)
    project = settings.read_project(folder / "reporter.yaml").project
    assert project is not None  # noqa: S101 - written by the benchmark
    stopping = Stopping()
    with stopping.listening():
        scheduler = scheduling.scheduler_of(
            project,
            stopping,
            log_format="text",
            metrics_file=None,
        )
        if ends:
            return scheduler.once()
        scheduler.run()
    return 0


def forked(folder: Path, present: datetime, milliseconds: float) -> str:
    """Fork a process and wait for its end; how it ended."""
    began = time.monotonic()
    child = os.fork()
    if not child:
        code = 70
        with contextlib.suppress(BaseException):
            log = os.open(folder / "schedule.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.dup2(log, 2)
            code = live(folder, present, ends=not milliseconds)
        os._exit(code)
    if milliseconds:
        time.sleep(milliseconds / 1000)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    lived = (time.monotonic() - began) * 1000
    ended = "killed" if os.WIFSIGNALED(status) else str(os.WEXITSTATUS(status))
    return f"{lived:.0f} {ended}"


def main() -> None:
    """Do as standard input says."""
    for name in WARM:
        import_module(name)
    for line in sys.stdin:
        folder, instant, milliseconds = line.split()
        present = datetime.fromisoformat(instant)
        sys.stdout.write(forked(Path(folder), present, float(milliseconds)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
