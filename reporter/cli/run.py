"""``reporter run``: make reports."""

import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, Unpack, get_args

import click

from reporter import wiring
from reporter.cli import interruption, options, period_options
from reporter.cli.delivering import HELD, Delivering
from reporter.cli.delivering import deliver as delivered
from reporter.cli.failures import show
from reporter.cli.mistakes import as_text, printable
from reporter.cli.period_options import Settled
from reporter.cli.spec_files import spec_file
from reporter.diagnostics import Invalid
from reporter.errors import ReporterError
from reporter.pipeline import Made, PartlyMade, Stage, Step, Tools, make
from reporter.plan.preparation import Request
from reporter.plan.rules import repeated_names
from reporter.portions import named
from reporter.settings import Project
from reporter.spec.load import load_spec
from reporter.spec.model import OutputFormat

_FORMATS: Final[tuple[OutputFormat, ...]] = get_args(OutputFormat)


def _formats(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> tuple[OutputFormat, ...]:
    asked = [] if value is None else [part.strip() for part in value.split(",")]
    unknown = [name for name in asked if name not in _FORMATS]
    if unknown:
        raise click.BadParameter(
            f"{', '.join(map(repr, unknown))}: choose from {', '.join(_FORMATS)}."
        )
    return tuple(known for name in asked for known in _FORMATS if known == name)


@click.command(name="run")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option(
    "--out",
    type=click.Path(path_type=Path, readable=False),
    default=Path("out"),
    show_default=True,
    metavar="DIR",
    help="The folder that the files go to.",
)
@click.option(
    "--format",
    "formats",
    callback=_formats,
    metavar="FORMAT[,FORMAT...]",
    help=f"Instead of the spec's outputs: {', '.join(_FORMATS)}.",
)
@click.option(
    "--deliver",
    is_flag=True,
    help="Deliver it, as the spec says; what is delivered already is not delivered again.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="With --deliver: only write the messages as files, and open no connection.",
)
@click.option(
    "--restate",
    is_flag=True,
    help="With --deliver: deliver it again where numbers have changed since.",
)
@click.option(
    "--provisional",
    is_flag=True,
    help="With --deliver: do not wait for data; deliver it, marked as provisional.",
)
@period_options.edition
@options.refresh
@options.project
def command(
    specs: tuple[str, ...],
    *,
    out: Path,
    formats: tuple[OutputFormat, ...],
    deliver: bool,
    dry_run: bool,
    restate: bool,
    provisional: bool,
    refresh: bool,
    project_path: Path | None,
    **settled: Unpack[Settled],
) -> int:
    """Make reports and print where their files lie.

    SPEC is a file, or the name of a report in report_specs/.
    """
    delivering = _delivering(
        deliver=deliver, dry_run=dry_run, restate=restate, provisional=provisional
    )
    request = period_options.request(settled)
    project = options.read_project(project_path)
    _refuse_repeated(specs, project)
    tools = Tools(partial(wiring.open_source, refresh=refresh), wiring.RENDERERS)
    # One report that fails does not keep the others from being made.
    codes = {
        _run(spec, project, request, tools, delivering, out=out, formats=formats) for spec in specs
    }
    # What failed weighs more than what is held.
    return max(codes - {HELD}, default=0) or max(codes)


def _delivering(
    *, deliver: bool, dry_run: bool, restate: bool, provisional: bool
) -> Delivering | None:
    """How it is delivered; None where files are all that is wanted."""
    asked = {"--dry-run": dry_run, "--restate": restate, "--provisional": provisional}
    alone = [name for name, given in asked.items() if given and not deliver]
    if alone:
        raise click.UsageError(f"{alone[0]} says how to deliver: give --deliver as well.")
    if not deliver:
        return None
    return Delivering(rehearse=dry_run, restate=restate, provisional=provisional)


def _refuse_repeated(specs: tuple[str, ...], project: Project) -> None:
    """Refuse reports of one name: the files of one would take the place of the other's."""
    files: dict[Path, None] = {}
    for spec in specs if len(specs) > 1 else ():
        with suppress(Invalid):  # one that is not there is told of in its turn
            files[spec_file(spec, project)] = None
    mistakes = tuple(repeated_names(map(load_spec, files)))
    if mistakes:
        raise Invalid(mistakes)


def _run(
    spec: str,
    project: Project,
    request: Request,
    tools: Tools,
    delivering: Delivering | None,
    *,
    out: Path,
    formats: tuple[OutputFormat, ...],
) -> int:
    progress = _Progress(spec)
    try:
        path = spec_file(spec, project)
        if delivering is not None:
            return delivered(
                path, project, request, tools, delivering, out=out, progress=progress.show
            )
        making = make(
            path, project, request, tools, out=out, formats=formats, progress=progress.show
        )
        made = interruption.run(making)
    except PartlyMade as partly:
        progress.clear()
        _tell(partly.made)
        return _partly(partly, spec)
    except ReporterError as failure:
        progress.clear()
        return show(failure, about=spec)
    finally:
        progress.clear()
    _tell(made)
    return HELD if made.held else 0


def _partly(partly: PartlyMade, spec: str) -> int:
    """What went wrong with which editions of a burst; what is wrong with many is said once."""
    said: dict[str, tuple[ReporterError, list[str]]] = {}
    for label, failure in partly.failures:
        said.setdefault(failure.message, (failure, []))[1].append(label)
    codes = [show(failure, about=f"{spec}: {named(labels)}") for failure, labels in said.values()]
    return max(codes)


def _tell(made: Made) -> None:
    if made.prepared.warnings:
        click.echo(as_text(made.prepared.warnings), err=True)
    name = made.prepared.edition.spec.name
    for notice in made.notices:
        click.echo(f"{name}: note: {printable(notice)}", err=True)
    for reason in made.held:
        click.echo(f"{name}: held: {printable(reason)}", err=True)
    for file in made.files:
        click.echo(str(file))


class _Progress:
    """One line on a terminal that says where a run is; nothing where nobody looks."""

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._line = ""
        self._watched = options.is_watched(sys.stderr)

    def show(self, stage: Stage | Step) -> None:
        self.clear()
        if self._watched:
            self._line = f"{self._spec}: {stage} ..."
            click.echo(self._line, nl=False, err=True)

    def clear(self) -> None:
        if self._line:
            click.echo(f"\r{' ' * len(self._line)}\r", nl=False, err=True)
            self._line = ""
