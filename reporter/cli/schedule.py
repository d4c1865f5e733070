"""``reporter schedule``: when reports are due, and what they will report then."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from reporter import clock, dates
from reporter.cli import options
from reporter.cli.failures import show
from reporter.cli.lazy import Later, LazyGroup
from reporter.cli.scheduled import required
from reporter.cli.spec_files import FOLDER, spec_file
from reporter.cli.tables import span, table
from reporter.diagnostics import Invalid
from reporter.schedule.due import Clock, Firing, firings, skipped_months
from reporter.schedule.specs import Scheduled, scheduled_of, spec_files
from reporter.settings import Project
from reporter.spec.edition import resolve

_WORKING: Final = "reporter.cli.scheduling"
_YEAR: Final = timedelta(days=366)
_FAR: Final = 8 * _YEAR
"""29 February may be that far away."""
_WHY: Final = {
    Clock.STEADY: "",
    Clock.SKIPS: "the clock skips {wall:%H:%M}",
    Clock.REPEATS: "the clock shows {wall:%H:%M} twice; this is the first time",
}


@click.group(
    name="schedule",
    cls=LazyGroup,
    later={
        "run": Later(_WORKING, "run", "Make and deliver reports when they are due."),
        "once": Later(_WORKING, "once", "Make and deliver all that is due now."),
        "export": Later(
            "reporter.cli.schedule_export", "export", "Write schedules for another scheduler."
        ),
    },
)
def command() -> None:
    """List when reports are due, simulate it, and make them when they are."""


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@options.project
def list_(*, as_json: bool, project_path: Path | None) -> int:
    """Show the reports with a schedule and when each is due next."""
    project = options.read_project(project_path)
    now = clock.now()
    rows, code = [], 0
    for path in spec_files(project):
        try:
            scheduled = scheduled_of(path, project, clock.now())
        except Invalid as invalid:  # the others are due all the same
            code = show(invalid)
            continue
        if scheduled is not None:
            due = next(firings(scheduled.schedule.cron, scheduled.zone, now, now + _FAR), None)
            rows.append(_row(scheduled, due, project))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        _show(rows, ("report", "cron", "zone", "local", "utc", "period"))
    elif not code:
        click.echo(f"no report in {FOLDER}/ has a schedule", err=True)
    return code


@command.command(name="simulate")
@click.argument("spec", metavar="SPEC")
@click.option(
    "--years",
    type=click.IntRange(1, 10),
    default=1,
    show_default=True,
    help="How far to look.",
)
@click.option("--from", "since", metavar="DAY", help="The first day, local. Default: now.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@options.project
def simulate(
    spec: str, *, years: int, since: str | None, as_json: bool, project_path: Path | None
) -> int:
    """Show every time at which a report is due, and the period that it reports then.

    SPEC is a file, or the name of a report in report_specs/. Marked is where the clock is put
    forward or back, and a month without such a day.
    """
    project = options.read_project(project_path)
    scheduled = required(spec_file(spec, project), spec, project)
    begin = _begin(since, scheduled.zone)
    until = begin + years * _YEAR
    rows = [
        _row(scheduled, due, project)
        for due in firings(scheduled.schedule.cron, scheduled.zone, begin, until)
    ]
    skipped = tuple(skipped_months(scheduled.schedule.cron, begin.date(), until.date()))
    if as_json:
        content = {
            "firings": rows,
            "skippedMonths": [month.isoformat()[:7] for month in skipped],
        }
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return 0
    click.echo(f"{scheduled.spec.name}: {scheduled.schedule.cron}, {scheduled.zone.key}")
    _show(rows, ("local", "utc", "period", "note"))
    for line in _short(skipped):
        click.echo(line)
    return 0


def _begin(since: str | None, zone: ZoneInfo) -> datetime:
    if since is None:
        return clock.now()
    try:
        return dates.parse_instant(since, zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--from") from error


def _row(scheduled: Scheduled, due: Firing | None, project: Project) -> dict[str, Any]:
    row: dict[str, Any] = {
        "report": scheduled.spec.name,
        "cron": scheduled.schedule.cron,
        "zone": scheduled.zone.key,
        "local": None,
        "utc": None,
        "period": None,
        "note": "",
    }
    if due is None:
        return row | {"note": "never within eight years"}
    return row | {
        "local": due.at.isoformat(timespec="minutes"),
        "utc": due.at.astimezone(UTC).isoformat(timespec="minutes"),
        "period": _period(scheduled, due, project),
        "note": _WHY[due.clock].format(wall=due.wall),
    }


def _period(scheduled: Scheduled, due: Firing, project: Project) -> str:
    """The interval that is reported then, as local days where it consists of days."""
    edition = resolve(scheduled.spec, project.file.defaults, as_of=due.at)
    return span(edition.interval, scheduled.zone)


def _show(rows: Iterable[dict[str, Any]], names: Sequence[str]) -> None:
    heads = [name.upper() if name == "utc" else name for name in names]
    click.echo(table(heads, [[str(row[name] or "") for name in names] for row in rows]))


def _short(skipped: Sequence[date]) -> Iterator[str]:
    if skipped:
        named = ", ".join(f"{month:%Y-%m}" for month in skipped)
        yield f"not due in {named}: these months have no such day; L is the last one of any month"
