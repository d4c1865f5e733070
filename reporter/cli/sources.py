"""``reporter sources``: what the project's sources are, and whether they work."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
import msgspec

from reporter import wiring
from reporter.catalog.load import catalog_for
from reporter.cli import interruption, options
from reporter.cli.mistakes import printable
from reporter.diagnostics import Invalid, has_errors, nearest
from reporter.errors import SourceError, UserError
from reporter.settings import CallsSource, MetricsApiSource, Project, Source
from reporter.sources.probe import Finding, Probe, State

_COLOURS: Final = {
    State.OK: "green",
    State.NOTE: "yellow",
    State.FAILED: "red",
    State.SKIPPED: None,
}
_WIDTH: Final = 12
"""Of the longest name of what is looked at."""


@click.group(name="sources")
def command() -> None:
    """List the project's sources, and test whether they work."""


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@options.project
def list_(*, as_json: bool, project_path: Path | None) -> int:
    """Show the sources of the project file."""
    project = options.read_project(project_path)
    sources = project.file.sources
    if as_json:
        content = [
            {"name": name, "type": _type(source), "where": _where(source)}
            for name, source in sources.items()
        ]
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return 0
    if not sources:
        raise UserError(
            f"{project.path or 'this folder'} has no sources",
            hint="write one under `sources` in reporter.yaml",
        )
    wide = max(map(len, sources))
    for name, source in sources.items():
        click.echo(f"{printable(name):{wide}}  {_type(source):11}  {printable(_where(source))}")
    return 0


@command.command(name="test")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@options.project
def test(names: tuple[str, ...], *, as_json: bool, project_path: Path | None) -> int:
    """Look at sources: can they be read or reached, and what is in them.

    Without NAME, at all of the project. Ends with 3 if one of them does not work.
    """
    project = options.read_project(project_path)
    chosen = _chosen(names, project)
    looked = {name: interruption.run(_look(project, name, as_json=as_json)) for name in chosen}
    if as_json:
        content = {
            name: [msgspec.to_builtins(finding) for finding in found]
            for name, found in looked.items()
        }
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
    failed = any(f.state is State.FAILED for found in looked.values() for f in found)
    return SourceError.exit_code if failed else 0


def _chosen(names: tuple[str, ...], project: Project) -> tuple[str, ...]:
    known = tuple(project.file.sources)
    for name in names:
        if name not in known:
            near = nearest(name, known)
            raise UserError(
                f"there is no source {name!r} in {project.path or 'this folder'}",
                hint=f"did you mean {near!r}?" if near else f"there are {', '.join(known)}",
            )
    if not known:
        raise UserError(
            f"{project.path or 'this folder'} has no sources",
            hint="write one under `sources` in reporter.yaml",
        )
    return tuple(dict.fromkeys(names)) or known


async def _look(project: Project, name: str, *, as_json: bool) -> tuple[Finding, ...]:
    if not as_json:
        source = project.file.sources[name]
        click.echo(f"{click.style(printable(name), bold=True)} ({_type(source)})")
    found = []
    async for finding in _probe(project, name).findings():
        found.append(finding)
        if not as_json:
            click.echo("\n".join(_lines(finding)))
    return tuple(found)


def _probe(project: Project, name: str) -> Probe:
    catalog, mistakes = catalog_for(project, name)
    if has_errors(mistakes):
        raise Invalid(mistakes)
    return wiring.probe_of(project, name, catalog)


def _lines(finding: Finding) -> Iterable[str]:
    state = click.style(f"{finding.state:7}", fg=_COLOURS[finding.state])
    yield f"  {state}  {finding.what:{_WIDTH}}  {printable(finding.text)}"
    if finding.hint is not None:
        yield f"  {'':7}  {'':{_WIDTH}}  hint: {printable(finding.hint)}"


def _type(source: Source) -> str:
    return str(msgspec.inspect.type_info(type(source)).tag)  # type: ignore[attr-defined]


def _where(source: Source) -> str:
    match source:
        case CallsSource(path=path):
            return path
        case MetricsApiSource(base_url=base):
            return urlsplit(base).netloc.rpartition("@")[2]
