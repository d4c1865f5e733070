"""``reporter schedule export``: schedules in the language of another scheduler."""

import shutil
import sys
from pathlib import Path
from typing import get_args

import click

from reporter import __version__, clock
from reporter.artifacts import publish
from reporter.cli import options
from reporter.cli.scheduled import required
from reporter.cli.spec_files import spec_file
from reporter.diagnostics import Invalid
from reporter.errors import UserError
from reporter.output.base import Artifact
from reporter.plan.rules import repeated_names
from reporter.schedule.export import Place, Report, Target, exported
from reporter.settings import Project
from reporter.spec.load import load_spec
from reporter.yamltree.references import variables_in


@click.command(name="export")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True)
@click.option(
    "--to",
    "target",
    type=click.Choice(get_args(Target)),
    required=True,
    help="Whose language it is written in.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write files into it. Default: print them.",
)
@click.option(
    "--image",
    default=f"reporter:{__version__}",
    show_default=True,
    metavar="IMAGE",
    help="For Kubernetes: the container image, with the project in /project.",
)
@options.project
def export(
    specs: tuple[str, ...],
    *,
    target: Target,
    out: Path | None,
    image: str,
    project_path: Path | None,
) -> int:
    """Write schedules for those who have a scheduler already.

    SPEC is a file, or the name of a report in report_specs/. Each time that is due runs `reporter
    run SPEC --deliver`, which delivers nothing twice.
    """
    loaded = options.read_project_file(project_path)
    if loaded.project is None:
        raise Invalid(loaded.diagnostics)
    project = loaded.project
    variables = () if loaded.tree is None else variables_in(loaded.tree)
    paths = {spec_file(name, project): name for name in specs}  # one that is given twice runs once
    mistakes = tuple(repeated_names(map(load_spec, paths)))
    if mistakes:
        raise Invalid(mistakes)
    reports = [_report(path, name, project) for path, name in paths.items()]
    files, notes = exported(reports, target, _place(project, image, variables))
    if out is None:
        click.echo("\n".join(_shown(file.name, file.text, len(files)) for file in files), nl=False)
    else:
        made = [Artifact(file.name, "text/plain", file.text.encode()) for file in files]
        for path in publish(made, out):
            click.echo(path)
    for note in notes:
        click.echo(f"note: {note}", err=True)
    return 0


def _shown(name: str, text: str, count: int) -> str:
    """One of several, so that it is seen where it begins; YAML has a mark for that."""
    if count == 1:
        return text
    return f"---\n# {name}\n{text}" if name.endswith(".yaml") else f"# --- {name} ---\n{text}"


def _report(path: Path, name: str, project: Project) -> Report:
    scheduled = required(path, name, project)
    whole = path.resolve()
    folder = project.folder.resolve()
    if not whole.is_relative_to(folder):
        raise UserError(
            f"{path} lies outside the project",
            hint=f"put it into {project.folder / 'report_specs'}",
        )
    return Report(
        scheduled.report,
        whole.relative_to(folder).as_posix(),
        scheduled.schedule,
        scheduled.zone,
    )


def _place(project: Project, image: str, variables: tuple[str, ...]) -> Place:
    return Place(
        folder=str(project.folder.resolve()),
        program=_program(),
        image=image,
        version=__version__,
        ledger=Path(project.file.ledger).parent.as_posix(),
        variables=variables,
        now=clock.now(),
    )


def _program() -> str:
    """This command, wherever a scheduler is started."""
    called = Path(sys.argv[0])
    if called.name == "reporter" and called.is_file():
        return str(called.absolute())
    return shutil.which("reporter") or "reporter"
