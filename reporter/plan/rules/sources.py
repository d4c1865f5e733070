"""Rules on the sources of a project that need their catalogs."""

from collections.abc import Iterator, Mapping

from reporter.catalog.model import Catalog
from reporter.diagnostics import Diagnostic, nearest
from reporter.settings import CallsSource, Project
from reporter.yamltree import Tree


def check_sources(
    project: Project, tree: Tree, catalogs: Mapping[str, Catalog]
) -> Iterator[Diagnostic]:
    """Mappings are onto columns that the records of the source's catalog have.

    Args:
        project: whose file is right.
        tree: that file.
        catalogs: of each source, by the source's name.
    """
    for name, source in project.file.sources.items():
        if not isinstance(source, CallsSource):
            continue
        known = tuple(column.name for column in catalogs[name].records.columns)
        for key, mapped in (("columns", source.columns), ("values", source.values)):
            for column in mapped:
                if column not in known:
                    near = nearest(column, known)
                    yield Diagnostic(
                        "unknown-column",
                        f"records of the catalog {catalogs[name].name} have no column {column!r}",
                        tree.location(("sources", name, key, column), of_key=True),
                        expected=f"one of {', '.join(known)}",
                        hint=f"did you mean {near!r}?" if near else None,
                    )
