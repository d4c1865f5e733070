"""What ``reporter run`` is to make of one spec."""

from pathlib import Path

import msgspec

from reporter.pipeline import Tools
from reporter.plan.preparation import Request
from reporter.settings import Project


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One report.

    Attributes:
        about: what the user calls it.
        spec: its file.
        project: where its source, looks and channels are described.
        request: period, parameters and filters of this run.
        tools: the implementations.
        out: the folder that files go to.
    """

    about: str
    spec: Path
    project: Project
    request: Request
    tools: Tools
    out: Path
