"""``reporter deliveries``: what went to whom, and a person's word on what nobody can know."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from reporter import clock
from reporter.cli import options
from reporter.cli.mistakes import printable
from reporter.errors import UserError
from reporter.ledger import deliveries
from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import DeliveryRecord, State
from reporter.settings import Project

_TRIED_FOR: Final = timedelta(hours=24)
"""How long a delivery that a person asks for again is tried."""
_SHOWN_ID: Final = 8
_COLUMNS: Final = ("id", "report", "delivery", "recipient", "state", "changed", "reason")


@click.group(name="deliveries", invoke_without_command=True)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([str(state) for state in State]),
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
    """Show what went to whom, and what became of it."""
    if context.invoked_subcommand is not None:
        return 0
    ledger = _ledger(options.read_project(project_path))
    wanted = [State(name) for name in states]
    found = [
        record
        for record in deliveries.all_of(ledger, wanted)
        if report is None or record.report == report
    ]
    if as_json:
        click.echo(json.dumps([_fields(record) for record in found], indent=2, ensure_ascii=False))
    elif found:
        click.echo("\n".join(table([_row(record) for record in found], _COLUMNS)))
    else:
        click.echo("nothing has been delivered", err=True)
    return 0


@command.command(name="show")
@click.argument("delivery", metavar="ID")
@options.project
def show(delivery: str, *, project_path: Path | None) -> int:
    """Show every state that a delivery was in. ID may be its beginning."""
    ledger = _ledger(options.read_project(project_path))
    record = _named(ledger, delivery)
    click.echo(printable(f"{record.report}: {record.name} to {record.recipient}  {record.id}"))
    rows = [
        {"at": _instant(event.at), "state": str(event.state), "reason": event.reason}
        for event in deliveries.events_of(ledger, record.id)
    ]
    click.echo("\n".join(table(rows, ("at", "state", "reason"))))
    return 0


@command.command(name="resolve")
@click.argument("delivery", metavar="ID")
@click.option("--sent", is_flag=True, help="It was received: it is not sent again.")
@click.option("--resend", is_flag=True, help="Send it again, or send what is held.")
@options.project
def resolve(delivery: str, *, sent: bool, resend: bool, project_path: Path | None) -> int:
    """Say what became of a delivery that is unknown, failed or held. ID may be its beginning."""
    if sent == resend:
        raise click.UsageError("Say either --sent or --resend.")
    ledger = _ledger(options.read_project(project_path))
    record, now = _named(ledger, delivery), clock.now()
    done = (
        deliveries.confirm(ledger, record.id, now)
        if sent
        else deliveries.resend(ledger, record.id, now, now + _TRIED_FOR)
    )
    what = printable(f"{record.name} of {record.report} to {record.recipient}")
    if done is None:
        raise UserError(
            f"{what} is {record.state}: there is nothing to resolve",
            hint="only what is unknown, failed or held waits for a word; what was handed over is"
            " kept for a while only",
        )
    if sent:
        click.echo(f"{what}: sent")
    else:
        click.echo(f"{what}: planned; the next `reporter run --deliver` or schedule sends it")
    return 0


def table(rows: Iterable[dict[str, str]], names: Sequence[str]) -> Iterator[str]:
    """Rows in aligned columns, with their names above."""
    texts = [[printable(row[name]) for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *texts, strict=True)]
    for cells in (names, *texts):
        yield "  ".join(f"{cell:{wide}}" for cell, wide in zip(cells, widths, strict=True)).rstrip()


def _ledger(project: Project) -> Ledger:
    return Ledger(project.folder / project.file.ledger)


def _named(ledger: Ledger, beginning: str) -> DeliveryRecord:
    found = deliveries.starting_with(ledger, beginning)
    if not found:
        raise UserError(
            f"there is no delivery {beginning!r}", hint="reporter deliveries lists them"
        )
    if len(found) > 1:
        ids = ", ".join(record.id for record in found[:5])
        raise UserError(f"{len(found)} deliveries begin with {beginning!r}: {ids}")
    return found[0]


def _row(record: DeliveryRecord) -> dict[str, str]:
    return {
        "id": record.id[:_SHOWN_ID],
        "report": record.report,
        "delivery": record.name,
        "recipient": record.recipient,
        "state": str(record.state),
        "changed": _instant(record.changed_at),
        "reason": record.reason,
    }


def _fields(record: DeliveryRecord) -> dict[str, Any]:
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
    }


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
