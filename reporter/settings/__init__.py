"""The project file, ``reporter.yaml``: its typed model, its loader, its rules."""

from reporter.settings.load import (
    FILE_NAME,
    LoadedProject,
    find_project,
    load_project,
    read_project,
)
from reporter.settings.model import (
    CallsSource,
    CsvLayout,
    Defaults,
    Fonts,
    Project,
    ProjectFile,
    Source,
    Theme,
    themed,
)

__all__ = [
    "FILE_NAME",
    "CallsSource",
    "CsvLayout",
    "Defaults",
    "Fonts",
    "LoadedProject",
    "Project",
    "ProjectFile",
    "Source",
    "Theme",
    "find_project",
    "load_project",
    "read_project",
    "themed",
]
