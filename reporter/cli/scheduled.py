"""Schedules, for commands that are about one spec."""

from pathlib import Path

from reporter import clock
from reporter.errors import UserError
from reporter.schedule.specs import Scheduled, scheduled_of
from reporter.settings import Project


def required(path: Path, name: str, project: Project) -> Scheduled:
    """The schedule of a spec.

    Args:
        path: of the spec.
        name: as the user calls it.
        project: whose it is.

    Raises:
        Invalid: the report could not be made.
        UserError: it has none.
    """
    scheduled = scheduled_of(path, project, clock.now())
    if scheduled is None:
        raise UserError(f"{name} has no schedule", hint="write one: schedule: {cron: 0 7 1 * *}")
    return scheduled
