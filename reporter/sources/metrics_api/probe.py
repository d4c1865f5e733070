"""Looking at a Metrics API: is it there, does it take the key, does the callback path work."""

from reporter.settings import MetricsApiSource as Settings
from reporter.settings import Project
from reporter.sources.probe import Probe


def probe_of(project: Project, name: str, settings: Settings) -> Probe:
    """What looks at a Metrics API."""
    raise NotImplementedError
