"""``reporter history``: the editions that were made to be delivered."""

import json
from collections import Counter
from datetime import UTC
from pathlib import Path
from typing import Final

import click

from reporter.cli import options
from reporter.cli.deliveries import table
from reporter.ledger import deliveries, editions
from reporter.ledger.database import Ledger
from reporter.ledger.editions import EditionRecord

_COLUMNS: Final = ("edition", "report", "value", "since", "until", "revision", "made", "deliveries")
_SHOWN_ID: Final = 8


@click.command(name="history")
@click.argument("report", required=False)
@click.option("--json", "as_json", is_flag=True, help="For machines, with all files.")
@options.project
def command(report: str | None, *, as_json: bool, project_path: Path | None) -> int:
    """Show the editions of a report, or of all, and what became of their deliveries."""
    project = options.read_project(project_path)
    ledger = Ledger(project.folder / project.file.ledger)
    found = editions.of_report(ledger, report)
    states: dict[str, Counter[str]] = {}
    for record in deliveries.of_editions(ledger, [edition.id for edition in found]):
        states.setdefault(record.edition or "", Counter())[str(record.state)] += 1
    rows = [_row(edition, states.get(edition.id, Counter())) for edition in found]
    if as_json:
        content = [
            {
                **row,
                "edition": edition.id,
                "dataThrough": edition.data_through and edition.data_through.isoformat(),
                "specCommit": edition.spec_commit,
                "held": edition.held,
                "files": [
                    {"name": file.name, "sha256": file.sha256, "size": file.size}
                    for file in editions.artifacts_of(ledger, edition.id)
                ],
            }
            for edition, row in zip(found, rows, strict=True)
        ]
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
    elif rows:
        click.echo("\n".join(table(rows, _COLUMNS)))
    else:
        click.echo("no edition has been made to be delivered", err=True)
    return 0


def _row(edition: EditionRecord, states: Counter[str]) -> dict[str, str]:
    return {
        "edition": edition.id[:_SHOWN_ID],
        "report": edition.report,
        "value": edition.burst or "",
        "since": edition.since.isoformat(timespec="minutes"),
        "until": edition.until.isoformat(timespec="minutes"),
        "revision": edition.revision,
        "made": f"{edition.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "deliveries": ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
    }
