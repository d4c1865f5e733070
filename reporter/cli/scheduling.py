"""``reporter schedule run`` and ``once``: reports are made and delivered when they are due."""

import asyncio
import os
import random
import secrets
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from reporter import clock, wiring
from reporter.cli import options
from reporter.cli.remembered import daily_forgetting
from reporter.delivery.desk import Handled
from reporter.editions.issue import Order, Outcome, issue
from reporter.errors import UserError
from reporter.ledger.database import Ledger
from reporter.pipeline import Stage, Step, Tools
from reporter.plan.preparation import Request
from reporter.schedule.log import Format, log_to
from reporter.schedule.notices import tell_owner
from reporter.schedule.pulse import pulse
from reporter.schedule.scheduler import Hands, Scheduler
from reporter.schedule.specs import SpecFolder
from reporter.schedule.stopping import Stopping
from reporter.settings import Project

_log_format = click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How each line on standard error is written.",
)
_metrics_file = click.option(
    "--metrics-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Numbers for Prometheus' textfile collector, written at every look; NAME.prom.",
)


@click.command(name="run")
@_log_format
@_metrics_file
@options.project
def run(*, log_format: Format, metrics_file: Path | None, project_path: Path | None) -> int:
    """Make and deliver reports when they are due, until SIGTERM or Ctrl-C.

    Several processes may share one ledger: every report is made and delivered once.
    """
    project = options.read_project(project_path)
    stopping = Stopping()
    with stopping.listening():
        scheduler_of(project, stopping, log_format=log_format, metrics_file=metrics_file).run()
    return 0


@click.command(name="once")
@_log_format
@_metrics_file
@options.project
def once(*, log_format: Format, metrics_file: Path | None, project_path: Path | None) -> int:
    """Make and deliver all that is due now; for those who have a scheduler already.

    Call it every few minutes. A report that is not known yet is due from now on.
    """
    project = options.read_project(project_path)
    stopping = Stopping()
    with stopping.listening():
        return scheduler_of(
            project, stopping, log_format=log_format, metrics_file=metrics_file
        ).once()


def scheduler_of(
    project: Project,
    stopping: Stopping,
    *,
    log_format: Format,
    metrics_file: Path | None,
) -> Scheduler:
    """The schedule of a project.

    Args:
        project: whose reports are made.
        stopping: when it ends.
        log_format: of what is written to standard error.
        metrics_file: where numbers for Prometheus go; None: nowhere.

    Raises:
        UserError: the ledger cannot be opened, or the metrics file not be written.
    """
    ledger = Ledger(project.folder / project.file.ledger)
    owner = f"{os.getpid()}-{secrets.token_hex(6)}"
    desk = wiring.open_desk(project, ledger)

    forget = daily_forgetting(ledger, project, clock.now)

    def deliver(stop: Callable[[], bool]) -> Iterable[Handled]:
        yield from desk.work(stop=stop)
        if not stop():
            forget()

    return Scheduler(
        ledger,
        owner,
        Hands(
            specs=SpecFolder(project).read,
            issue=partial(_issue, project, ledger),
            deliver=deliver,
            tell=partial(tell_owner, ledger, project),
            measure=_measured(ledger, metrics_file),
        ),
        log=log_to(sys.stderr, log_format, clock.now),
        stopping=stopping,
        now=clock.now,
        chance=random.random,
        beside=pulse,
    )


def _issue(
    project: Project,
    ledger: Ledger,
    spec: Path,
    due_at: datetime,
    now: datetime,
    *,
    provisional: bool,
) -> Outcome:
    order = Order(
        spec=spec,
        project=project,
        request=Request(now=due_at),
        tools=Tools(wiring.open_source, wiring.RENDERERS),
        ledger=ledger,
        now=now,
        provisional=provisional,
    )
    return asyncio.run(issue(order, progress=_unseen))


def _unseen(_stage: Stage | Step) -> None:
    """Nobody looks."""


def _measured(ledger: Ledger, path: Path | None) -> Callable[[datetime], None]:
    if path is None:
        return lambda _now: None
    from reporter.schedule.telemetry import write_metrics  # noqa: PLC0415 - only where it is asked for

    try:
        write_metrics(ledger, path, clock.now())
    except OSError as error:
        raise UserError(
            f"the metrics file {path} cannot be written: {error.strerror or error}",
            hint="does its folder exist, and may you write there?",
        ) from error
    return partial(write_metrics, ledger, path)
