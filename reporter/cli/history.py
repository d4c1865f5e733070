"""``reporter history``: which editions were made, and what came of them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from reporter import clock, dates
from reporter.cli import options
from reporter.cli.remembered import forget, ledger_of
from reporter.cli.tables import span, table
from reporter.dates import Interval, minute
from reporter.diagnostics import nearest
from reporter.errors import UserError
from reporter.ledger import editions
from reporter.ledger.database import Ledger
from reporter.ledger.editions import Issued
from reporter.settings import Project

_MEGABYTE: Final = 1_000_000
_SHOWN_ID: Final = 8
_HEADS: Final = (
    *("edition", "report", "period", "zone", "about", "revision"),
    *("made (UTC)", "files", "deliveries"),
)


@click.command(name="history")
@click.argument("report", metavar="[REPORT]", required=False)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option(
    "--prune",
    "forgets",
    is_flag=True,
    help="First forget what `retention` in reporter.yaml does not keep; no edition is forgotten.",
)
@options.project
def command(report: str | None, *, as_json: bool, forgets: bool, project_path: Path | None) -> int:
    """Show the editions that were made to be delivered, and what became of their deliveries.

    REPORT is the name of one report. Default: all.
    """
    project = options.read_project(project_path)
    ledger = ledger_of(project)
    if ledger is not None and forgets:
        _prune(ledger, project)
    issued = () if ledger is None else editions.history(ledger, report)
    if not issued and ledger is not None and report is not None:
        raise _unknown(report, {one.edition.report for one in editions.history(ledger)})
    if as_json:
        click.echo(json.dumps([_row(one) for one in issued], ensure_ascii=False, indent=2))
    elif issued:
        click.echo(table(_HEADS, [_cells(one) for one in issued]))
    else:
        click.echo("no edition has been made to be delivered yet", err=True)
    return 0


def _unknown(report: str, known: set[str]) -> UserError:
    near = nearest(report, known)
    return UserError(
        f"no edition of {report!r} has been made to be delivered",
        hint=f"did you mean {near!r}?" if near else None,
    )


def _prune(ledger: Ledger, project: Project) -> None:
    done = forget(ledger, project, clock.now())
    click.echo(
        f"forgotten: {done.contents} contents, {done.results} results, the numbers of"
        f" {done.readings} editions; the ledger is {done.space / _MEGABYTE:.1f} MB smaller",
        err=True,
    )


def _row(issued: Issued) -> dict[str, Any]:
    edition = issued.edition
    through = edition.data_through
    return {
        "id": edition.id,
        "series": edition.series,
        "report": edition.report,
        "since": edition.since.isoformat(),
        "until": edition.until.isoformat(),
        "timezone": edition.timezone,
        "settled": edition.settled,
        "burst": edition.burst,
        "revision": edition.revision,
        "madeAt": edition.made_at.isoformat(),
        "dataThrough": None if through is None else through.isoformat(),
        "specCommit": edition.spec_commit,
        "version": edition.version,
        "held": edition.held,
        "files": [
            {"name": one.name, "mediaType": one.media_type, "sha256": one.sha256, "size": one.size}
            for one in issued.artifacts
        ],
        "deliveries": dict(issued.deliveries),
    }


def _cells(issued: Issued) -> Sequence[str]:
    edition = issued.edition
    zone = dates.time_zone(edition.timezone)
    return (
        edition.id[:_SHOWN_ID],
        edition.report,
        span(Interval(edition.since, edition.until), zone),
        edition.timezone,
        " ".join(part for part in (edition.burst, edition.settled) if part),
        edition.revision,
        minute(edition.made_at),
        " ".join(one.name for one in issued.artifacts),
        ", ".join(f"{many} {state}" for state, many in issued.deliveries.items()),
    )
