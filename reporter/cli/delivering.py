"""``reporter run --deliver``: make it, write it down, hand it over, say what became of it."""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final

import click
import msgspec

from reporter import clock, wiring
from reporter.artifacts import publish
from reporter.cli import interruption
from reporter.cli.mistakes import printable
from reporter.editions.issue import Order, Outcome, PartlyIssued, issue
from reporter.editions.rehearsal import rehearse
from reporter.ledger import deliveries
from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import DeliveryRecord, State
from reporter.pipeline import Stage, Tools
from reporter.plan.preparation import Request
from reporter.settings import Project

HELD: Final = 4
"""The exit code of what is done, but held back."""
FAILED: Final = 3
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


class Delivering(msgspec.Struct, frozen=True):
    """How a run delivers.

    Attributes:
        rehearse: whether messages are only written as files.
        restate: whether numbers that have changed make a new edition.
        provisional: whether it goes out, marked, before the data are complete.
    """

    rehearse: bool = False
    restate: bool = False
    provisional: bool = False


def deliver(
    spec: Path,
    project: Project,
    request: Request,
    tools: Tools,
    how: Delivering,
    *,
    out: Path,
    progress: Callable[[Stage], None],
) -> int:
    """Deliver a report; the exit code.

    Raises:
        ReporterError: it could not be made.
    """
    now = clock.now()
    if how.rehearse:
        made = interruption.run(rehearse(spec, project, request, tools, now=now, progress=progress))
        progress(Stage.WRITING)
        files = publish(made.artifacts, out)
        _tell_notices(spec.stem, made.notices, made.held)
        for file in files:
            click.echo(str(file))
        return HELD if made.held else 0
    order = Order(
        spec=spec,
        project=project,
        request=request,
        tools=tools,
        ledger=Ledger(project.folder / project.file.ledger),
        now=now,
        out=out,
        restate=how.restate,
        provisional=how.provisional,
    )
    code = 0
    try:
        outcome = interruption.run(issue(order, progress=progress))
    except PartlyIssued as partly:
        outcome, code = partly.outcome, FAILED
        for label, failure in partly.failures:
            click.echo(f"{spec.stem}: {printable(label)}: {printable(failure.message)}", err=True)
    return max(code, _handed_over(spec.stem, order, outcome), key=_weight)


def _handed_over(name: str, order: Order, outcome: Outcome) -> int:
    _tell_notices(name, outcome.notices, outcome.held)
    for file in outcome.files:
        click.echo(str(file))
    if outcome.waiting is not None and not outcome.editions:
        click.echo(f"{name}: not delivered: {printable(outcome.waiting)}", err=True)
        return HELD
    work = wiring.open_desk(order.project, order.ledger).work_within(
        _PATIENCE,
        editions=outcome.editions,
        sleep=lambda pause: time.sleep(pause.total_seconds()),
    )
    fresh = {handled.delivery.id for handled in work}
    records = deliveries.of_editions(order.ledger, outcome.editions)
    _tell(name, records, fresh)
    return max((_CODES[record.state] for record in records), key=_weight, default=0)


def _weight(code: int) -> int:
    """What failed weighs more than what is held."""
    return (0, HELD, FAILED).index(code)


def _tell_notices(name: str, notices: Iterable[str], held: Iterable[str]) -> None:
    for notice in notices:
        click.echo(f"{name}: note: {printable(notice)}", err=True)
    for reason in held:
        click.echo(f"{name}: held: {printable(reason)}", err=True)


def _tell(name: str, records: Iterable[DeliveryRecord], fresh: set[str]) -> None:
    for record in records:
        before = record.state is State.SENT and record.id not in fresh
        when = f", on {record.changed_at:%Y-%m-%d %H:%M} UTC" if before else ""
        state = "already sent" if before else _said(record)
        reason = f": {record.reason}" if record.reason and not before else ""
        line = f"{name}: {record.name} to {record.recipient}: {state}{when}{reason}"
        click.echo(printable(line), err=True)
        if record.state is State.UNKNOWN:
            click.echo(
                "  hint: ask whether it arrived, then: reporter deliveries resolve"
                f" {record.id[:8]} --sent, or --resend",
                err=True,
            )


def _said(record: DeliveryRecord) -> str:
    if record.state is State.PLANNED and record.next_attempt_at is not None:
        return f"not yet, tried again by the next run after {record.next_attempt_at:%H:%M} UTC"
    return str(record.state)
