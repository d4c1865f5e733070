"""The catalogs of a project: the built-in one with its extensions, and those of its own."""

from collections.abc import Iterable

from reporter.catalog.builtin import METRICS_API, built_in
from reporter.catalog.model import Catalog
from reporter.diagnostics import Diagnostic, Location, has_errors, nearest
from reporter.settings import FILE_NAME, CallsSource, MetricsApiSource, Project

__all__ = ["built_in", "catalog_for", "load_catalogs"]


def catalog_for(
    project: Project, source_name: str | None
) -> tuple[Catalog, tuple[Diagnostic, ...]]:
    """The catalog that a source is asked in, and what is wrong with the project's catalogs.

    Without source, or with one that the project does not have: the built-in catalog with the
    project's extensions. A Metrics API has these words and those of its other channels. Where
    there are errors, words may be missing from the catalog: show the errors rather than going on.
    """
    catalogs, diagnostics = load_catalogs(project)
    source = project.file.sources.get(source_name) if source_name is not None else None
    standard = catalogs[built_in().name]
    if isinstance(source, MetricsApiSource):
        return catalogs[METRICS_API], diagnostics
    name = source.catalog if isinstance(source, CallsSource) else None
    if source_name is None or name is None:
        return standard, diagnostics
    if name in catalogs and name != METRICS_API:
        return catalogs[name], diagnostics
    if has_errors(diagnostics):  # the missing catalog may be among the broken ones
        return standard, diagnostics
    return standard, (*diagnostics, _unknown_catalog(project, source_name, name, catalogs))


def load_catalogs(project: Project) -> tuple[dict[str, Catalog], tuple[Diagnostic, ...]]:
    """All catalogs by name, and everything that is wrong with the project's files.

    The built-in catalog is always among them, with all sound extensions of the project. Where
    the project has a Metrics API, so is its vocabulary, and comes first: it has the most words.
    """
    catalogs, diagnostics = _of_files(project)
    if any(isinstance(source, MetricsApiSource) for source in project.file.sources.values()):
        from reporter.catalog.metrics_api import with_messaging  # noqa: PLC0415 - few have one

        wide = with_messaging(catalogs[built_in().name])
        catalogs = {METRICS_API: wide, **catalogs}
    return catalogs, diagnostics


def _of_files(project: Project) -> tuple[dict[str, Catalog], tuple[Diagnostic, ...]]:
    if not project.file.catalogs:
        return {built_in().name: built_in()}, ()
    from reporter.catalog.project_files import catalogs_of  # noqa: PLC0415 - most have none

    return catalogs_of(project)


def _unknown_catalog(
    project: Project, source: str, name: str, catalogs: Iterable[str]
) -> Diagnostic:
    near = nearest(name, catalogs)
    return Diagnostic(
        code="unknown-catalog",
        message=f"there is no catalog {name!r}",
        location=Location(
            FILE_NAME if project.path is None else str(project.path),
            path=("sources", source, "catalog"),
        ),
        expected="a whole catalog that is listed under catalogs",
        found=name,
        hint=f"did you mean {near!r}?"
        if near
        else "extensions hold without being named: leave the key out to use them",
    )
