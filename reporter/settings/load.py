"""Finding and reading the project file."""

from pathlib import Path
from typing import Final

import msgspec

from reporter import yamltree
from reporter.diagnostics import Diagnostic, has_errors
from reporter.schema import structured
from reporter.settings.model import Project, ProjectFile
from reporter.settings.rules import project_mistakes
from reporter.yamltree import Tree
from reporter.yamltree.references import with_references, without_values

FILE_NAME: Final = "reporter.yaml"
SCHEMA_FILE: Final = "project.schema.json"


class LoadedProject(msgspec.Struct, frozen=True):
    """What there is of a project file.

    Attributes:
        project: None where anything is wrong.
        tree: None where there is no file, or its text is no YAML.
        diagnostics: all that is wrong with it.
    """

    project: Project | None
    tree: Tree | None
    diagnostics: tuple[Diagnostic, ...]


def find_project(start: Path) -> Path | None:
    """The nearest ``reporter.yaml``, in a folder or above it."""
    folder = start.absolute()
    for candidate in (folder, *folder.parents):
        if (candidate / FILE_NAME).is_file():
            return candidate / FILE_NAME
    return None


def load_project(path: Path | None) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    """The project of a file, or None and what is wrong with it.

    Args:
        path: as the user named it; None: a project without file, in the working folder.
    """
    loaded = read_project(path)
    return loaded.project, loaded.diagnostics


def read_project(path: Path | None) -> LoadedProject:
    """The same, with the places of everything in the file.

    ``${env:NAME}`` and ``${file:path}`` in texts are replaced; ``$${`` stands for ``${``.
    """
    if path is None:
        return LoadedProject(Project(Path.cwd(), ProjectFile(version=1)), None, ())
    tree, mistakes = yamltree.read(path, str(path))
    if tree is None:
        return LoadedProject(None, None, mistakes)
    folder = path.absolute().parent
    tree, unresolved = with_references(tree, folder)
    file, structural = structured(tree, ProjectFile, SCHEMA_FILE)
    unknown = {mistake.location.path for mistake in unresolved}
    structural = tuple(d for d in structural if d.location.path not in unknown)
    diagnostics = (*mistakes, *unresolved, *structural)
    if file is not None:
        found = (without_values(mistake, tree) for mistake in project_mistakes(file, tree, folder))
        diagnostics = (*diagnostics, *found)
    if file is None or has_errors(diagnostics):
        return LoadedProject(None, tree, diagnostics)
    return LoadedProject(Project(folder, file, path), tree, diagnostics)
