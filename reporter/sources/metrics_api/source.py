"""The Metrics API as a source."""

from reporter.catalog.model import Catalog
from reporter.settings import MetricsApiSource as Settings
from reporter.settings import Project
from reporter.sources.base import Source


def open_source(
    project: Project, name: str, settings: Settings, catalog: Catalog, *, refresh: bool
) -> Source:
    """The source as the project file describes it.

    Args:
        project: whose ledger remembers what was asked.
        name: of the source.
        settings: of the source.
        catalog: whose words it is asked in.
        refresh: whether results that are remembered are asked for again.
    """
    raise NotImplementedError
