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
@click.option(
    "--channel",
    metavar="CODE",
    help="What can be asked about one channel, such as SMS or EMAIL; without --source, as a"
    " Metrics API tells it.",
)
@click.option("--internal", is_flag=True, help="Also the building blocks of other metrics.")
@click.option("--json", "as_json", is_flag=True, help="For machines, with the definitions.")
@options.project
def command(
    part: str | None,
    source: str | None,
    channel: str | None,
    project_path: Path | None,
    *,
    internal: bool,
    as_json: bool,
) -> None:
    """Show the metrics, dimensions, filters and capabilities, with the project's own."""
    project = options.read_project(project_path)
    catalog = _catalog(project, source) if channel is None else _of(channel, project, source)
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
    return _sound(project, source or project.file.defaults.source)


def _sound(project: Project, source: str | None) -> Catalog:
    catalog, diagnostics = catalog_for(project, source)
    if has_errors(diagnostics):
        raise Invalid(diagnostics)
    return catalog


def _of(channel: str, project: Project, source: str | None) -> Catalog:
    """What can be asked about one channel, by default in the words of a Metrics API."""
    from reporter.catalog import metrics_api  # noqa: PLC0415 - calls are what most ask about

    if source is None:
        catalog = metrics_api.with_messaging(_sound(project, None))
    else:
        catalog = _catalog(project, source)
    known = metrics_api.channels(catalog)
    if channel not in known:
        near = nearest(channel, known)
        raise UserError(
            f"there is no channel {channel!r}",
            hint=f"did you mean {near}?" if near else f"the channels are {', '.join(known)}",
        )
    return metrics_api.of_channel(catalog, channel)
