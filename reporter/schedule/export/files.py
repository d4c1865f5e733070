"""From the schedules of reports to the files that other schedulers read."""

import hashlib
import json
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reporter.dates import duration
from reporter.errors import UserError
from reporter.resources import templates
from reporter.schedule.export.expression import expression
from reporter.schedule.export.posix import posix
from reporter.schedule.export.systemd import on_calendar
from reporter.schedule.export.utc import utc_lines
from reporter.spec.schedule import Schedule

Target = Literal["cron", "systemd", "github-actions", "kubernetes"]
_LONGEST_NAME: Final = 52
"""Of a CronJob: Kubernetes appends eleven signs to it, and names end at 63."""
_DIGITS: Final = 8


class Report(msgspec.Struct, frozen=True):
    """A report that is due at times.

    Attributes:
        name: of it.
        spec: the path of its spec, from the project's folder.
        schedule: when.
        zone: whose clock that means.
    """

    name: str
    spec: str
    schedule: Schedule
    zone: ZoneInfo


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the reports are made.

    Attributes:
        folder: of the project.
        program: the command ``reporter``.
        image: the container image.
        version: of Reporter.
        ledger: the folder that the ledger lies in, from the project's; ``.`` for that itself.
        variables: the environment variables that the project file refers to.
        now: the present instant.
    """

    folder: str
    program: str
    image: str
    version: str
    ledger: str
    variables: tuple[str, ...]
    now: datetime


class Exported(msgspec.Struct, frozen=True):
    """One file."""

    name: str
    text: str


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """What templates know of a report."""

    name: str
    spec: str
    cron: str
    zone: str
    catch_up: str
    retry_seconds: int
    notes: tuple[str, ...]


class _CronLine(msgspec.Struct, frozen=True):
    """One line of a crontab."""

    cron: str
    report: _Said


def exported(
    reports: Sequence[Report], target: Target, place: Place
) -> tuple[tuple[Exported, ...], tuple[str, ...]]:
    """The files for one scheduler, and what whoever uses them should know.

    Raises:
        UserError: the scheduler has no words for the times of a report, or cannot keep the ledger.
    """
    found: list[Exported] = []
    match target:
        case "cron":
            found.append(_crontab(reports, place))
        case "systemd":
            for report in reports:
                found.extend(_units(report, place))
        case "github-actions":
            _check_ledger(place)
            found.extend(_workflow(report, place) for report in reports)
        case "kubernetes":
            _check_ledger(place)
            found.append(Exported("ledger.yaml", _filled("volume.yaml", place)))
            found.extend(_job(report, place) for report in reports)
    notes = (f"{report.name}: {note}" for report in reports for note in _notes(report))
    return tuple(found), tuple(notes)


def _check_ledger(place: Place) -> None:
    """The ledger's folder is kept from run to run: nothing else may lie in it."""
    if place.ledger == ".":
        raise UserError(
            "the ledger lies in the project's own folder, of which the rest is made anew each time",
            hint="write ledger: .reporter/ledger.sqlite in reporter.yaml",
        )


def _crontab(reports: Sequence[Report], place: Place) -> Exported:
    zones: dict[str, list[_CronLine]] = {}
    for report in reports:
        with _named(report):
            line = posix(expression(report.schedule.cron), "cron", stars_demand_both=True)
        zones.setdefault(report.zone.key, []).append(_CronLine(line, _said(report)))
    return Exported("reporter.crontab", _filled("crontab", place, zones=tuple(zones.items())))


def _units(report: Report, place: Place) -> Iterator[Exported]:
    with _named(report):
        lines = on_calendar(expression(report.schedule.cron), report.zone.key)
    said = _said(report)
    yield Exported(
        f"reporter-{report.name}.timer", _filled("timer", place, report=said, lines=lines)
    )
    yield Exported(f"reporter-{report.name}.service", _filled("service", place, report=said))


def _workflow(report: Report, place: Place) -> Exported:
    with _named(report):
        lines = utc_lines(expression(report.schedule.cron), report.zone, place.now, "GitHub")
    text = _filled("workflow.yml", place, report=_said(report), lines=lines)
    return Exported(f"reporter-{report.name}.yml", text)


def _job(report: Report, place: Place) -> Exported:
    with _named(report):
        line = posix(expression(report.schedule.cron), "Kubernetes")
    text = _filled("cronjob.yaml", place, report=_said(report), cron=line)
    return Exported(f"reporter-{report.name}.yaml", text)


@contextmanager
def _named(report: Report) -> Iterator[None]:
    """Says whose times cannot be said."""
    try:
        yield
    except UserError as error:
        raise UserError(
            f"{report.name} ({report.schedule.cron}): {error.message}", hint=error.hint
        ) from error


def _said(report: Report) -> _Said:
    schedule = report.schedule
    return _Said(
        name=report.name,
        spec=report.spec,
        cron=schedule.cron,
        zone=report.zone.key,
        catch_up=schedule.catch_up,
        retry_seconds=int(duration(schedule.retry_for).total_seconds()),
        notes=tuple(_notes(report)),
    )


def _notes(report: Report) -> Iterator[str]:
    if report.schedule.catch_up == "all":
        yield (
            "catchUp: all. Here the latest of several missed editions is made at most;"
            " `reporter schedule run` and `once` make all."
        )
    if report.schedule.wait_for_data is not None:
        yield (
            "waitForData. Here it is looked once, when it is due; `reporter schedule run` and"
            " `once` look again."
        )


def _filled(template: str, place: Place, **values: object) -> str:
    texts = Environment(  # noqa: S701 - these are no pages; each value is quoted for its file
        loader=FileSystemLoader(templates() / "schedules"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    texts.filters |= {
        "sh": shlex.quote,
        "in_project": _in_project,
        "percent": _percent,
        "unit": _unit,
        "unit_path": _unit_path,
        "yaml": _yaml,
        "short": _short,
    }
    return texts.get_template(f"{template}.j2").render(
        place=place, today=place.now.date().isoformat(), **values
    )


def _in_project(path: str) -> str:
    """A path as the container sees it; an absolute one stays."""
    return str(PurePosixPath("/project", path))


def _percent(text: str) -> str:
    """For a crontab, where a percent sign ends the line."""
    return text.replace("%", "\\%")


def _unit(text: str) -> str:
    """A word of a command in a systemd unit."""
    word = text.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w./@:+=%$-]+", word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unit_path(text: str) -> str:
    """A path in a systemd unit, which is not quoted."""
    return text.replace("%", "%%")


def _yaml(text: str) -> str:
    """A text in YAML, whatever is in it: JSON is YAML."""
    return json.dumps(text)


def _short(name: str) -> str:
    """A name that is not another's: where it is cut, a digest of it takes the place of its end."""
    if len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]
    return f"{name[: _LONGEST_NAME - _DIGITS - 1].rstrip('-')}-{digest}"
