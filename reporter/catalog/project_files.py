"""The catalog files that a project lists: read, checked, and added to the built-in catalog."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from reporter.catalog.builtin import METRICS_API, built_in, messaging
from reporter.catalog.file import CatalogFile
from reporter.catalog.model import Catalog
from reporter.catalog.problem import Problem
from reporter.catalog.resolve import extended, whole
from reporter.catalog.rules import clashes, problems
from reporter.diagnostics import Diagnostic, Location
from reporter.schema import loaded
from reporter.settings import FILE_NAME, MetricsApiSource, Project
from reporter.yamltree import Tree

SCHEMA_FILE: Final = "catalog.schema.json"


def catalogs_of(project: Project) -> tuple[dict[str, Catalog], tuple[Diagnostic, ...]]:
    """All catalogs by name, and everything that is wrong with the project's files."""
    read, mistakes = _read_all(project)
    catalogs = {built_in().name: built_in()}
    diagnostics = list(mistakes)
    owners = {built_in().name: "the built-in catalog", METRICS_API: "that of Metrics APIs"}
    both = any(isinstance(source, MetricsApiSource) for source in project.file.sources.values())
    for part in sorted(read, key=lambda p: p.file.extends is None):
        base = None if part.file.extends is None else catalogs[part.file.extends]
        found = (*_name_taken(part.file, owners), *problems(part.file, base))
        if both and base is not None:
            found = (*found, *clashes(part.file, messaging()))
        diagnostics += _located(found, part.tree)
        owners.setdefault(part.file.name, part.tree.file)
        if found:
            continue
        if base is None:
            catalogs[part.file.name] = whole(part.file)
        else:
            catalogs[base.name] = extended(base, part.file)
    return catalogs, tuple(diagnostics)


class _Read(msgspec.Struct, frozen=True):
    """A catalog file and where everything in it stands."""

    file: CatalogFile
    tree: Tree


def _read_all(project: Project) -> tuple[tuple[_Read, ...], tuple[Diagnostic, ...]]:
    read: list[_Read] = []
    diagnostics: list[Diagnostic] = []
    for index, name in enumerate(project.file.catalogs):
        path = project.folder / name
        if not path.is_file():
            diagnostics.append(_missing(project, index, name))
            continue
        shown = name if project.path is None else str(project.path.parent / name)
        file, tree, mistakes = loaded(path, shown, CatalogFile, SCHEMA_FILE)
        diagnostics += mistakes
        if file is not None and tree is not None:
            read.append(_Read(file, tree))
    return tuple(read), tuple(diagnostics)


def _missing(project: Project, index: int, name: str) -> Diagnostic:
    return Diagnostic(
        code="missing-catalog",
        message=f"there is no file {name}",
        location=Location(_named(project), path=("catalogs", index)),
        expected="a catalog file, by its path relative to the project file",
        found=name,
    )


def _named(project: Project) -> str:
    return FILE_NAME if project.path is None else str(project.path)


def _name_taken(file: CatalogFile, owners: dict[str, str]) -> Iterator[Problem]:
    if file.name in owners:
        yield Problem(
            code="name-taken",
            path=("name",),
            message=f"{owners[file.name]} is called {file.name!r} already",
            expected="a name of its own",
            found=file.name,
        )


def _located(found: Iterable[Problem], tree: Tree) -> Iterator[Diagnostic]:
    for problem in found:
        yield Diagnostic(
            code=problem.code,
            message=problem.message,
            location=tree.location(problem.path, of_key=problem.of_key),
            expected=problem.expected,
            found=problem.found,
            hint=problem.hint,
        )
