"""Rules on the words of a project: the files in its ``templates/words``."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from reporter.catalog.metrics_api import is_known
from reporter.catalog.model import Catalog
from reporter.diagnostics import Diagnostic, nearest
from reporter.settings import Project
from reporter.settings.names import is_locale
from reporter.settings.rules import unknown_locale
from reporter.words import WordsFile, project_words
from reporter.yamltree import Tree


def check_words(
    project: Project, catalogs: Iterable[Catalog], language: str | None = None
) -> Iterator[Diagnostic]:
    """Everything that is wrong with a project's words.

    Args:
        project: whose words.
        catalogs: all of its.
        language: only the files that a report in it uses; None: all.
    """
    known = tuple(catalogs)
    shown = Path() if project.path is None else project.path.parent
    for file in project_words(project.folder, shown, language):
        yield from file.mistakes
        if file.tree is not None:
            if not is_locale(file.language):
                yield unknown_locale(file.language, file.tree.location(()))
            yield from _labels(file, file.tree, known)


def _labels(file: WordsFile, tree: Tree, catalogs: tuple[Catalog, ...]) -> Iterator[Diagnostic]:
    """Labels are of what a catalog has; the members of a dimension are an open set.

    The words of a Metrics API may have labels without one: our own files have them.
    """
    dimensions = {one.name for catalog in catalogs for one in catalog.dimensions}
    names = {
        "metrics": {one.name for catalog in catalogs for one in catalog.metrics},
        "dimensions": dimensions,
        "members": dimensions,
        "filters": {one.name for catalog in catalogs for one in catalog.filters},
    }
    for section, name in dict.fromkeys(path[:2] for path in file.labels):
        if name not in names[section] and not is_known(name):
            near = nearest(name, sorted(names[section]))
            what = "dimension" if section == "members" else section.removesuffix("s")
            yield Diagnostic(
                f"unknown-{what}",
                f"there is no {what} {name!r}",
                tree.location(("labels", section, name), of_key=True),
                expected="a name of one of the project's catalogs",
                hint=f"did you mean {near}?" if near else None,
            )
