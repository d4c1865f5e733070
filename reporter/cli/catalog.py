"""``reporter catalog``: the words that a spec can use, for people and for machines."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from reporter.catalog.load import catalog_for
from reporter.catalog.model import Catalog
from reporter.cli import catalog_json, catalog_text, options
from reporter.diagnostics import Invalid, has_errors, nearest
from reporter.errors import UserError
from reporter.settings import Project

PARTS: Final = ("metrics", "dimensions", "filters", "capabilities")


@click.command("catalog")
@click.argument("part", type=click.Choice(PARTS), required=False)
@click.option("--source", metavar="NAME", help="As this source of the project understands them.")
@click.option("--internal", is_flag=True, help="Also the building blocks of other metrics.")
@click.option("--json", "as_json", is_flag=True, help="For machines, with the definitions.")
@options.project
def command(
    part: str | None,
    source: str | None,
    project_path: Path | None,
    *,
    internal: bool,
    as_json: bool,
) -> None:
    """Show the metrics, dimensions, filters and capabilities, with the project's own."""
    catalog = _catalog(options.read_project(project_path), source)
    parts: Iterable[str] = PARTS if part is None else (part,)
    if as_json:
        content = catalog_json.content(catalog, parts, internal=internal)
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        click.echo(catalog_text.listing(catalog, parts, internal=internal))


def _catalog(project: Project, source: str | None) -> Catalog:
    if source is not None and source not in project.file.sources:
        near = nearest(source, project.file.sources)
        raise UserError(
            f"there is no source {source!r} in {project.path or 'this folder'}",
            hint=f"did you mean {near!r}?" if near else None,
        )
    catalog, diagnostics = catalog_for(project, source or project.file.defaults.source)
    if has_errors(diagnostics):
        raise Invalid(diagnostics)
    return catalog
