"""``reporter run --deliver``: make it, write it down, hand it over, say what became of it."""

import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from reporter import clock, dates, exit_codes, wiring
from reporter.artifacts import publish
from reporter.cli import interruption
from reporter.cli.mistakes import printable
from reporter.cli.progress import Progress
from reporter.cli.task import Task
from reporter.cli.telling import tell, tell_failures
from reporter.editions.issue import Order, Outcome, PartlyIssued, issue
from reporter.editions.rehearsal import PartlyRehearsed, Rehearsal, rehearse
from reporter.exit_codes import FAILED, HELD
from reporter.ledger import deliveries
from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import DeliveryRecord, State

_PATIENCE: Final = timedelta(minutes=2)
"""How long a command waits for what is tried again; longer than a server's hiccup."""
_CODES: Final = {
    State.SENT: 0,
    State.PLANNED: FAILED,
    State.SENDING: FAILED,
    State.FAILED: FAILED,
    State.UNKNOWN: FAILED,
    State.HELD: HELD,
    State.SKIPPED: HELD,
}


def deliver(task: Task, *, restate: bool, provisional: bool) -> int:
    """Deliver a report, and print what became of it; the exit code.

    Args:
        task: what is made.
        restate: whether numbers that have changed make a new edition.
        provisional: whether it goes out, marked, before the data are complete.

    Raises:
        ReporterError: it could not be made.
    """
    order = Order(
        spec=task.spec,
        project=task.project,
        request=task.request,
        tools=task.tools,
        ledger=Ledger(task.project.folder / task.project.file.ledger),
        now=clock.now(),
        out=task.out,
        restate=restate,
        provisional=provisional,
    )
    try:
        with Progress(task.about) as progress:
            outcome = interruption.run(issue(order, progress=progress.show))
    except PartlyIssued as partly:
        code = _handed_over(order, partly.outcome)
        return exit_codes.worst((code, tell_failures(partly, task.about)))
    return _handed_over(order, outcome)


def rehearse_delivery(task: Task) -> int:
    """Write what would be delivered into a folder, and print what lies there; the exit code.

    Raises:
        ReporterError: it could not be made.
    """
    try:
        with Progress(task.about) as progress:
            rehearsing = rehearse(
                task.spec,
                task.project,
                task.request,
                task.tools,
                now=clock.now(),
                progress=progress.show,
            )
            rehearsal = interruption.run(rehearsing)
    except PartlyRehearsed as partly:
        code = _written(partly.rehearsal, task.out)
        return exit_codes.worst((code, tell_failures(partly, task.about)))
    return _written(rehearsal, task.out)


def _written(rehearsal: Rehearsal, out: Path) -> int:
    files = publish(rehearsal.artifacts, out) if rehearsal.artifacts else ()
    tell(
        rehearsal.report,
        warnings=rehearsal.warnings,
        notices=rehearsal.notices,
        held=rehearsal.held,
        files=files,
    )
    return HELD if rehearsal.held else 0


def _handed_over(order: Order, outcome: Outcome) -> int:
    tell(
        outcome.report,
        warnings=outcome.warnings,
        notices=outcome.notices,
        held=outcome.held,
        files=outcome.files,
    )
    if outcome.waiting is not None and not outcome.editions:
        click.echo(f"{outcome.report}: not delivered: {printable(outcome.waiting)}", err=True)
        return HELD
    work = wiring.open_desk(order.project, order.ledger).work_within(
        _PATIENCE,
        editions=outcome.editions,
        sleep=lambda pause: time.sleep(pause.total_seconds()),
    )
    fresh = {handled.delivery.id for handled in work}
    records = deliveries.of_editions(order.ledger, outcome.editions)
    _tell(outcome.report, records, fresh)
    return exit_codes.worst(_CODES[record.state] for record in records)


def _tell(report: str, records: Iterable[DeliveryRecord], fresh: set[str]) -> None:
    for record in records:
        before = record.state is State.SENT and record.id not in fresh
        when = f", on {dates.minute(record.changed_at)} UTC" if before else ""
        state = "already sent" if before else _said(record)
        reason = f": {record.reason}" if record.reason and not before else ""
        line = f"{report}: {record.name} to {record.recipient}: {state}{when}{reason}"
        click.echo(printable(line), err=True)
        if record.state is State.UNKNOWN:
            click.echo(
                "  hint: ask whether it arrived, then: reporter deliveries resolve"
                f" {record.id[:8]} --sent, or --resend",
                err=True,
            )


def _said(record: DeliveryRecord) -> str:
    if record.state is State.PLANNED and record.next_attempt_at is not None:
        again = dates.minute(record.next_attempt_at)
        return f"not yet, tried again by the next run after {again} UTC"
    if record.state is State.SENDING:
        return "not yet, another process is handing it over"
    return str(record.state)
