"""``reporter deliveries``: what went to whom, and a person's word on what nobody knows of."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from reporter import clock, wiring
from reporter.cli import options
from reporter.cli.failures import show as show_failure
from reporter.cli.mistakes import printable
from reporter.cli.remembered import ledger_of
from reporter.cli.tables import table
from reporter.dates import minute
from reporter.delivery.desk import REPEATABLE
from reporter.errors import ReporterError, UserError
from reporter.exit_codes import FAILED
from reporter.ledger import deliveries
from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import DeliveryRecord, State
from reporter.settings import Project

_SHORTEST_ID: Final = 4
_SHOWN_ID: Final = 8
_TRIED_FOR: Final = timedelta(hours=24)
_HEADS: Final = ("id", "state", "report", "delivery", "recipient", "since (UTC)", "reason")


@click.group(name="deliveries", invoke_without_command=True)
@click.option(
    "--state",
    "states",
    type=click.Choice([str(state) for state in State]),
    multiple=True,
    help="Only those in this state. Repeatable.",
)
@click.option("--report", metavar="NAME", help="Only those of this report.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@options.project
@click.pass_context
def command(
    context: click.Context,
    *,
    states: tuple[str, ...],
    report: str | None,
    as_json: bool,
    project_path: Path | None,
) -> int:
    """List what was handed over to whom, and what became of it.

    planned: will be handed over. sending: on its way now. sent: received. failed: nobody has
    received it, and it is not tried again. unknown: handed over, and nobody knows whether it was
    received. held: a check keeps it back until a person decides. skipped: its condition did not
    hold.

    Exit codes: 0; of `resolve` 1 where it may not be resolved so, 3 where it could not be sent.
    """
    if context.invoked_subcommand is not None:
        if states or report is not None or as_json or project_path is not None:
            raise click.UsageError(f"options come behind {context.invoked_subcommand}")
        return 0
    ledger = ledger_of(options.read_project(project_path))
    chosen = [State(state) for state in states]
    records = () if ledger is None else deliveries.all_of(ledger, chosen, report=report)
    if as_json:
        click.echo(json.dumps([_row(record) for record in records], ensure_ascii=False, indent=2))
    elif records:
        now = clock.now()
        click.echo(table(_HEADS, [_cells(record, now) for record in records]))
    else:
        narrowed = " like that" if states or report is not None else " yet"
        click.echo(f"there are no deliveries{narrowed}", err=True)
    return 0


@command.command(name="show")
@click.argument("delivery", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@options.project
def show(delivery: str, *, as_json: bool, project_path: Path | None) -> int:
    """Show everything that is known of one delivery.

    ID may be shortened to its first letters.
    """
    ledger, record = _found(options.read_project(project_path), delivery)
    events = deliveries.events_of(ledger, record.id)
    if as_json:
        told = [
            {"at": event.at.isoformat(), "state": str(event.state), "reason": event.reason}
            for event in events
        ]
        content = _row(record) | {"events": told}
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return 0
    facts = {
        "id": record.id,
        "edition": record.edition or "none: a word to the owner",
        "report": record.report,
        "delivery": record.name,
        "channel": record.channel,
        "recipient": record.recipient,
        "state": str(record.state),
        "reason": _reason(record, clock.now()),
        "attempts": str(record.attempts),
        "deadline": f"{minute(record.deadline)} UTC" if record.state is State.PLANNED else "",
        "contents": "kept" if record.parcel else "not kept",
    }
    for name, value in facts.items():
        if value:
            click.echo(f"{name:9}  {printable(value)}")
    click.echo()
    rows = [(minute(event.at), str(event.state), event.reason) for event in events]
    click.echo(table(("at (UTC)", "state", "reason"), rows))
    return 0


@command.command(name="resolve")
@click.argument("delivery_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--sent", is_flag=True, help="It was received: it is not sent any more.")
@click.option("--resend", is_flag=True, help="Send it now, though it may be for the second time.")
@options.project
def resolve(
    delivery_ids: tuple[str, ...], *, sent: bool, resend: bool, project_path: Path | None
) -> int:
    """Say what became of a delivery that is unknown or failed, or let a held one go.

    ID may be shortened to its first letters. What is sent again is the message that was made then,
    to the last byte; where it cannot be sent now, it is tried again for a day.
    """
    if sent == resend:
        raise click.UsageError("say either --sent or --resend")
    project = options.read_project(project_path)
    code = 0
    for delivery in delivery_ids:  # one that cannot be resolved stops no other
        try:
            ledger, record = _found(project, delivery)
            settled = _confirmed(ledger, record) if sent else _sent_again(project, ledger, record)
        except ReporterError as failure:
            code = max(code, show_failure(failure))
            continue
        click.echo(_line(settled))
        if settled.state is not State.SENT:
            code = FAILED
    return code


def _confirmed(ledger: Ledger, record: DeliveryRecord) -> DeliveryRecord:
    now = clock.now()
    _settle_what_was_left(ledger, record, now)
    settled = deliveries.confirm(ledger, record.id, now)
    if settled is None:
        raise _refusal(_again(ledger, record), sent=True)
    return settled


def _sent_again(project: Project, ledger: Ledger, record: DeliveryRecord) -> DeliveryRecord:
    now = clock.now()
    _settle_what_was_left(ledger, record, now)
    if deliveries.resend(ledger, record.id, now, now + _TRIED_FOR) is None:
        raise _refusal(_again(ledger, record), sent=False)
    for _ in wiring.open_desk(project, ledger).work(only=record.id):
        pass
    return _again(ledger, record)


def _settle_what_was_left(ledger: Ledger, record: DeliveryRecord, now: datetime) -> None:
    """A person who knows that its process has died need not wait for the next desk."""
    deliveries.expire(ledger, now, repeatable=REPEATABLE, only=record.id)


def _again(ledger: Ledger, record: DeliveryRecord) -> DeliveryRecord:
    (now,) = deliveries.starting_with(ledger, record.id)
    return now


def _refusal(record: DeliveryRecord, *, sent: bool) -> UserError:
    name = f"delivery {record.id[:_SHOWN_ID]}"
    when = f"{minute(record.changed_at)} UTC"
    match record.state:
        case State.SENT:
            return UserError(
                f"{name} was sent on {when}: what is sent is not sent again",
                hint="make its files with `reporter run` without --deliver, and pass them on",
            )
        case State.PLANNED:
            return UserError(
                f"{name} is planned: nobody has received it yet, and it will be handed over",
                hint="`reporter run --deliver` or `reporter schedule once` does it",
            )
        case State.SENDING:
            until = "" if record.lease_until is None else f" before {minute(record.lease_until)}"
            return UserError(
                f"{name} is being handed over since {when}",
                hint=f"its process says what became of it, or it is unknown{until} UTC",
            )
        case State.SKIPPED:
            return UserError(
                f"{name} was skipped, and nothing was made for it: {record.reason}",
                hint="see `when` of the delivery in the spec",
            )
        case State.HELD if sent:
            return UserError(
                f"{name} is held and was never handed over: {record.reason}",
                hint="--resend lets it go",
            )
        case _:
            return UserError(
                f"what {name} would hand over is not kept any more",
                hint="see retention.contentsDays in reporter.yaml",
            )


def _found(project: Project, beginning: str) -> tuple[Ledger, DeliveryRecord]:
    """The one delivery whose id begins so.

    Raises:
        UserError: there is none, or more than one.
    """
    ledger = ledger_of(project)
    if len(beginning) < _SHORTEST_ID:
        raise UserError(f"{beginning!r} is too short", hint=f"write {_SHORTEST_ID} letters or more")
    found = () if ledger is None else deliveries.starting_with(ledger, beginning.lower())
    if ledger is None or not found:
        raise UserError(
            f"there is no delivery {beginning!r}", hint="`reporter deliveries` lists them"
        )
    if len(found) > 1:
        raise UserError(
            f"{len(found)} deliveries begin with {beginning!r}",
            hint=f"write more of it: {', '.join(record.id for record in found[:3])}",
        )
    return ledger, found[0]


def _row(record: DeliveryRecord) -> dict[str, Any]:
    again = record.next_attempt_at
    return {
        "id": record.id,
        "edition": record.edition,
        "report": record.report,
        "delivery": record.name,
        "channel": record.channel,
        "recipient": record.recipient,
        "state": str(record.state),
        "reason": record.reason,
        "attempts": record.attempts,
        "plannedAt": record.planned_at.isoformat(),
        "changedAt": record.changed_at.isoformat(),
        "nextAttemptAt": None if again is None else again.isoformat(),
        "deadline": record.deadline.isoformat(),
        "contentsKept": record.parcel is not None,
    }


def _cells(record: DeliveryRecord, now: datetime) -> Sequence[str]:
    return (
        record.id[:_SHOWN_ID],
        str(record.state),
        record.report,
        record.name,
        record.recipient,
        minute(record.changed_at),
        _reason(record, now),
    )


def _reason(record: DeliveryRecord, now: datetime) -> str:
    """Why it is in its state, and what comes next by itself."""
    if record.state is State.SENDING and record.lease_until is not None:
        if record.lease_until <= now:
            return "its process has not come back: unknown from the next delivery on"
        return f"its process has until {minute(record.lease_until)}"
    if record.state is State.PLANNED and record.next_attempt_at is not None:
        due = f"due since {minute(record.next_attempt_at)}"
        if record.next_attempt_at > now:
            due = f"tried again at {minute(record.next_attempt_at)}"
        return f"{record.reason}; {due}" if record.reason else due
    return record.reason


def _line(record: DeliveryRecord) -> str:
    said = f"{record.report}: {record.name} to {record.recipient}: {record.state}"
    reason = _reason(record, clock.now())
    return printable(f"{said}: {reason}" if reason else said)
