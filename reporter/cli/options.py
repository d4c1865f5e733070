"""Options that several commands share, and what they mean."""

import os.path
from pathlib import Path
from typing import TextIO

import click

from reporter import environment, settings
from reporter.diagnostics import Invalid
from reporter.settings import LoadedProject, Project, find_project

project = click.option(
    "--project",
    "project_path",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="The project file. Default: the nearest reporter.yaml, here or in a folder above.",
)

refresh = click.option(
    "--refresh", is_flag=True, help="Ask again for what is remembered from earlier runs."
)


def project_file(path: Path | None) -> Path | None:
    """The project file that holds: the one named, or the nearest; named as people would."""
    if path is not None:
        return path
    found = find_project(Path.cwd())
    return None if found is None else Path(os.path.relpath(found))


def read_project(path: Path | None) -> Project:
    """The project of ``--project``, or of the nearest ``reporter.yaml``, or an empty one.

    Raises:
        Invalid: the file is wrong.
    """
    loaded = read_project_file(path)
    if loaded.project is None:
        raise Invalid(loaded.diagnostics)
    return loaded.project


def read_project_file(path: Path | None) -> LoadedProject:
    """The same as a value, for commands that go on to find more mistakes."""
    return settings.read_project(project_file(path))


def wants_colour(stream: TextIO | None) -> bool:
    """Whether what is printed there is seen in colours: on a terminal, unless NO_COLOR is set."""
    return is_watched(stream) and not environment.variable("NO_COLOR")


def is_watched(stream: TextIO | None) -> bool:
    """Whether what is printed there is seen at once: on a terminal. A stream may be closed."""
    return stream is not None and stream.isatty()
