"""``reporter schema``: the JSON Schema of specs, project files and catalogs."""

import json
from pathlib import Path
from typing import Final

import click

from reporter.cli import options
from reporter.schema import derived

PROJECT_IDENTIFIER: Final = "urn:reporter:project:1"
CATALOG_IDENTIFIER: Final = "urn:reporter:catalog:1"


@click.command("schema")
@click.argument("which", type=click.Choice(["report", "project", "catalog"]), default="report")
@options.project
def command(which: str, project_path: Path | None) -> None:
    """Print the JSON Schema of report specs, of the project file or of catalogs.

    The schema of specs has the project's own metrics, dimensions and filters in it; outside a
    project, those of voice and video. Point an editor at it to have names completed and
    explained.
    """
    click.echo(text(which, project_path), nl=False)


def text(which: str, project_path: Path | None) -> str:
    """The schema as it is printed, and as it stands in ``schemas/``.

    Raises:
        Invalid: the project file or a catalog is wrong.
    """
    match which:
        case "report":
            schema = _report(project_path)
        case "project":
            from reporter.settings import ProjectFile  # noqa: PLC0415 - one schema at a time

            schema = derived(ProjectFile, title="Project file", identifier=PROJECT_IDENTIFIER)
        case _:
            from reporter.catalog.file import CatalogFile  # noqa: PLC0415 - one schema at a time

            schema = derived(CatalogFile, title="Catalog", identifier=CATALOG_IDENTIFIER)
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _report(project_path: Path | None) -> dict[str, object]:
    from reporter.catalog.load import load_catalogs  # noqa: PLC0415 - one schema at a time
    from reporter.diagnostics import Invalid, has_errors  # noqa: PLC0415 - same
    from reporter.spec.editor import report_schema  # noqa: PLC0415 - same

    catalogs, diagnostics = load_catalogs(options.read_project(project_path))
    if has_errors(diagnostics):
        raise Invalid(diagnostics)
    return report_schema(tuple(catalogs.values()))
