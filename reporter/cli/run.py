"""``reporter run``: make reports."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, Unpack, get_args

import click

from reporter import wiring
from reporter.cli import interruption, options, period_options
from reporter.cli.failures import show
from reporter.cli.period_options import Settled
from reporter.cli.progress import Progress
from reporter.cli.spec_files import spec_file
from reporter.cli.task import Task
from reporter.cli.telling import tell, tell_failures
from reporter.diagnostics import Invalid
from reporter.errors import ReporterError
from reporter.exit_codes import HELD, worst
from reporter.pipeline import Made, PartlyMade, Tools, make
from reporter.plan.rules import repeated_names
from reporter.settings import Project
from reporter.spec.load import load_spec
from reporter.spec.model import OutputFormat

CarryOut = Callable[[Task], int]
"""Makes a report, delivers it, or rehearses that; the exit code."""
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
    _refuse_unmeant(
        deliver=deliver,
        formats=formats,
        how={"--dry-run": dry_run, "--restate": restate, "--provisional": provisional},
    )
    carry_out: CarryOut = partial(_make, formats=formats)
    if deliver:
        carry_out = _delivering(dry_run=dry_run, restate=restate, provisional=provisional)
    request = period_options.request(settled)
    project = options.read_project(project_path)
    _refuse_repeated(specs, project)
    tools = Tools(partial(wiring.open_source, refresh=refresh), wiring.RENDERERS)

    def carried_out(spec: str) -> int:
        try:
            task = Task(
                about=spec,
                spec=spec_file(spec, project),
                project=project,
                request=request,
                tools=tools,
                out=out,
            )
            return carry_out(task)
        except ReporterError as failure:
            return show(failure, about=spec)

    # One report that fails does not keep the others from being made.
    return worst([carried_out(spec) for spec in specs])


def _refuse_unmeant(
    *, deliver: bool, formats: tuple[OutputFormat, ...], how: Mapping[str, bool]
) -> None:
    """Refuse options that would mean nothing beside the others."""
    alone = [name for name, given in how.items() if given and not deliver]
    if alone:
        raise click.UsageError(f"{alone[0]} says how to deliver: give --deliver as well.")
    if how["--dry-run"] and (how["--restate"] or how["--provisional"]):
        raise click.UsageError(
            "--dry-run writes the first issue of a report, as if its data were complete: it goes"
            " without --restate and --provisional."
        )
    if deliver and formats:
        raise click.UsageError(
            "--format goes without --deliver: what is delivered has the spec's outputs, so that it"
            " is the same whoever runs it."
        )


def _delivering(*, dry_run: bool, restate: bool, provisional: bool) -> CarryOut:
    from reporter.cli import delivering  # noqa: PLC0415 - ledger, mail and Jinja load slowly

    if dry_run:
        return delivering.rehearse_delivery
    return partial(delivering.deliver, restate=restate, provisional=provisional)


def _refuse_repeated(specs: tuple[str, ...], project: Project) -> None:
    """Refuse reports of one name: the files of one would take the place of the other's."""
    files: dict[Path, None] = {}
    for spec in specs if len(specs) > 1 else ():
        with suppress(Invalid):  # one that is not there is told of in its turn
            files[spec_file(spec, project)] = None
    mistakes = tuple(repeated_names(map(load_spec, files)))
    if mistakes:
        raise Invalid(mistakes)


def _make(task: Task, *, formats: tuple[OutputFormat, ...]) -> int:
    """Make a report and print where its files lie; the exit code."""
    try:
        with Progress(task.about) as progress:
            making = make(
                task.spec,
                task.project,
                task.request,
                task.tools,
                out=task.out,
                formats=formats,
                progress=progress.show,
            )
            made = interruption.run(making)
    except PartlyMade as partly:
        _tell(partly.made)
        return tell_failures(partly, task.about)
    _tell(made)
    return HELD if made.held else 0


def _tell(made: Made) -> None:
    tell(
        made.prepared.edition.spec.name,
        warnings=made.prepared.warnings,
        notices=made.notices,
        held=made.held,
        files=made.files,
    )
