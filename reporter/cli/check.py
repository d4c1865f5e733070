"""``reporter check``: everything that is wrong with specs, without opening a source."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click
import msgspec

from reporter.catalog.load import catalog_for, load_catalogs
from reporter.catalog.model import Catalog
from reporter.cli import options
from reporter.cli.mistakes import FORMATS, as_text
from reporter.diagnostics import (
    Diagnostic,
    Location,
    Severity,
    has_errors,
    sorted_by_place,
)
from reporter.plan.rules import check_sources, check_spec, check_words, repeated_names
from reporter.settings import LoadedProject, Project
from reporter.spec.load import Loaded, load_spec
from reporter.spec.sections import sources_beside
from reporter.yamltree import Tree

SPECS_FOLDER: Final = "report_specs"
_SUFFIXES: Final = (".yaml", ".yml")


class Checked(msgspec.Struct, frozen=True):
    """What a check has found.

    Attributes:
        specs: how many specs were looked at.
        diagnostics: all of them, in reading order.
    """

    specs: int
    diagnostics: tuple[Diagnostic, ...]


@click.command("check")
@click.argument(
    "paths", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[PATH]..."
)
@options.project
@click.option(
    "--format",
    "format_",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    help="How mistakes are printed.",
)
@click.option("--strict", is_flag=True, help="Take warnings for errors in the exit code.")
def command(
    paths: tuple[Path, ...], project_path: Path | None, format_: str, *, strict: bool
) -> int:
    """Check report specs, the project file and its catalogs. No source is opened.

    PATH is a spec or a folder of specs; without one, the folder report_specs beside the project
    file is checked.
    """
    checked = check(paths, options.read_project_file(project_path))
    if format_ == "text":
        _print(checked)
    else:
        click.echo(FORMATS[format_](checked.diagnostics))
    failed = has_errors(checked.diagnostics) or (strict and bool(checked.diagnostics))
    return 1 if failed else 0


def check(paths: tuple[Path, ...], loaded: LoadedProject) -> Checked:
    """Everything that is wrong with specs and with the project around them."""
    project = loaded.project
    diagnostics = [*loaded.diagnostics]
    vocabulary = _Vocabulary(project)
    diagnostics += (_placed(d, loaded.tree) for d in vocabulary.diagnostics)
    if project is not None and loaded.tree is not None and not has_errors(diagnostics):
        catalogs = {name: vocabulary.of(name) for name in project.file.sources}
        diagnostics += check_sources(project, loaded.tree, catalogs)
    if project is not None and vocabulary.whole:
        diagnostics += check_words(project, vocabulary.catalogs)
    files, missing = _files(paths, loaded)
    diagnostics += missing
    reports = [load_spec(file) for file in files]
    for report in reports:
        diagnostics += report.diagnostics
        diagnostics += _rules(report, project, vocabulary)
    diagnostics += repeated_names(reports)
    return Checked(len(files), sorted_by_place(diagnostics))


def _placed(diagnostic: Diagnostic, tree: Tree | None) -> Diagnostic:
    """With the line, where it is about the project file and its place is known by path alone."""
    location = diagnostic.location
    if tree is None or location.line is not None or location.file != tree.file:
        return diagnostic
    return msgspec.structs.replace(diagnostic, location=tree.location(location.path))


class _Vocabulary:
    """The catalogs of a project, each read once."""

    def __init__(self, project: Project | None) -> None:
        self._project = project
        self._known: dict[str | None, Catalog] = {}
        self.diagnostics: tuple[Diagnostic, ...] = ()
        self.catalogs: tuple[Catalog, ...] = ()
        if project is not None:
            self.catalogs = tuple(load_catalogs(project)[0].values())
            names = (None, *project.file.sources)
            found = {name: catalog_for(project, name) for name in names}
            self._known = {name: catalog for name, (catalog, _) in found.items()}
            self.diagnostics = tuple(d for _, mistakes in found.values() for d in mistakes)

    @property
    def whole(self) -> bool:
        """Whether no word is missing from it."""
        return not has_errors(self.diagnostics)

    def of(self, source: str | None) -> Catalog:
        """The catalog of a source; the standard one where there is no such source."""
        return self._known[source if source in self._known else None]


def _rules(
    report: Loaded, project: Project | None, vocabulary: _Vocabulary
) -> tuple[Diagnostic, ...]:
    """What the rules say, where the words that they ask about are known."""
    if report.spec is None or report.tree is None or not vocabulary.whole or project is None:
        return ()
    source = report.spec.source or project.file.defaults.source
    others = {
        name: vocabulary.of(name)
        for name in sources_beside(report.spec.sections)
        if name in project.file.sources
    }
    return check_spec(report.spec, report.tree, vocabulary.of(source), project, others)


def _files(paths: tuple[Path, ...], loaded: LoadedProject) -> tuple[list[Path], list[Diagnostic]]:
    """The spec files of the paths, and the paths that lead nowhere."""
    files: dict[Path, None] = {}
    missing: list[Diagnostic] = []
    for path in paths or _default_paths(loaded):
        if path.is_dir():
            found = list(_specs_in(path))
            if not found:
                missing.append(_no_specs(path))
            files.update(dict.fromkeys(found))
        elif path.exists():
            files[path] = None
        else:
            missing.append(_no_such_path(path))
    others = _other_files(loaded.project)
    return [file for file in files if file.resolve() not in others], missing


def _default_paths(loaded: LoadedProject) -> Iterable[Path]:
    folder = Path()
    if loaded.project is not None and loaded.project.path is not None:
        folder = loaded.project.path.parent
    elif loaded.tree is not None:
        folder = Path(loaded.tree.file).parent
    return (folder / SPECS_FOLDER,)


def _specs_in(folder: Path) -> Iterator[Path]:
    next(folder.iterdir(), None)  # rglob finds nothing in a folder that cannot be read
    for path in sorted(folder.rglob("*")):
        if path.suffix in _SUFFIXES and path.is_file():
            yield path


def _other_files(project: Project | None) -> frozenset[Path]:
    """Files of the project that are no specs, wherever they lie."""
    if project is None or project.path is None:
        return frozenset()
    catalogs = (project.folder / name for name in project.file.catalogs)
    return frozenset(path.resolve() for path in (project.path, *catalogs))


def _no_specs(folder: Path) -> Diagnostic:
    return Diagnostic(
        "no-specs",
        "there are no specs in this folder",
        Location(str(folder)),
        severity=Severity.WARNING,
        expected="files that end in .yaml or .yml",
    )


def _no_such_path(path: Path) -> Diagnostic:
    return Diagnostic(
        "file-not-found",
        "there is no such file or folder",
        Location(str(path)),
        hint="name a spec or a folder of specs" if path.name == SPECS_FOLDER else None,
    )


def _print(checked: Checked) -> None:
    if checked.diagnostics:
        colour = options.wants_colour(sys.stdout)
        click.echo(as_text(checked.diagnostics, colour=colour) + "\n", color=colour)
    click.echo(summary(checked))


def summary(checked: Checked) -> str:
    """The result in one line."""
    errors = sum(d.severity is Severity.ERROR for d in checked.diagnostics)
    warnings = len(checked.diagnostics) - errors
    counts = [
        f"{number} {word}{'s' if number != 1 else ''}"
        for number, word in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    specs = f"{checked.specs} spec{'s' if checked.specs != 1 else ''}"
    return f"{specs}, {', '.join(counts) if counts else 'no problems'}."
