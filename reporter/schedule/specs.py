"""The reports of a project that have a schedule, read again at every tick."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from reporter.dates import time_zone
from reporter.diagnostics import Invalid
from reporter.errors import ReporterError
from reporter.plan.preparation import Request, prepare
from reporter.plan.rules import repeated_names
from reporter.settings import Project
from reporter.spec.load import load_spec
from reporter.spec.model import ReportSpec
from reporter.spec.schedule import Schedule

FOLDER: Final = "report_specs"
_ENDINGS: Final = (".yaml", ".yml")


class Scheduled(msgspec.Struct, frozen=True):
    """A report with a schedule.

    Attributes:
        path: of its spec.
        spec: as written.
        schedule: when it is due.
        zone: whose clock that means.
    """

    path: Path
    spec: ReportSpec
    schedule: Schedule
    zone: ZoneInfo

    @property
    def report(self) -> str:
        """Its name."""
        return self.spec.name


class Broken(msgspec.Struct, frozen=True):
    """A spec that no report can be made of.

    Attributes:
        path: of the spec.
        failure: what is wrong with it.
    """

    path: Path
    failure: ReporterError


class Found(msgspec.Struct, frozen=True):
    """What there is in the folder of specs.

    Attributes:
        scheduled: the reports with a schedule, by file.
        broken: specs that cannot be read; what they were before is not forgotten.
        files: the names of all specs.
    """

    scheduled: tuple[Scheduled, ...] = ()
    broken: tuple[Broken, ...] = ()
    files: frozenset[str] = frozenset()


class SpecFolder:
    """The specs of a project. One that has not changed since it was well is not read again.

    Args:
        project: whose they are.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._well: dict[Path, tuple[tuple[int, int, int], Scheduled | None]] = {}

    def read(self, now: datetime) -> Found:
        """What there is now."""
        files = spec_files(self._project)
        scheduled: list[Scheduled] = []
        broken: list[Broken] = []
        for path in files:
            try:
                one = self._read(path, now)
            except (ReporterError, OSError) as failure:
                broken.append(Broken(path, _explained(failure)))
                continue
            if one is not None:
                scheduled.append(one)
        return _of_one_name(scheduled, broken, frozenset(path.name for path in files))

    def _read(self, path: Path, now: datetime) -> Scheduled | None:
        there = path.stat()
        mark = (there.st_mtime_ns, there.st_size, there.st_ino)
        known = self._well.get(path)
        if known is not None and known[0] == mark:
            return known[1]
        self._well.pop(path, None)
        found = scheduled_of(path, self._project, now)
        self._well[path] = (mark, found)
        return found


def spec_files(project: Project) -> Sequence[Path]:
    """The specs of a project, by name; none where it has no folder of them."""
    folder = project.folder / FOLDER
    return sorted(p for p in folder.glob("*") if p.suffix in _ENDINGS)


def scheduled_of(path: Path, project: Project, now: datetime) -> Scheduled | None:
    """The schedule of a spec; None where it has none.

    Raises:
        Invalid: the report could not be made.
    """
    spec = load_spec(path).spec
    if spec is not None and spec.schedule is None:
        return None  # whatever else may be wrong with it
    edition = prepare(path, project, Request(now=now)).edition
    schedule = edition.spec.schedule
    assert schedule is not None  # noqa: S101 - as read above
    return Scheduled(path, edition.spec, schedule, time_zone(edition.timezone))


def _of_one_name(
    scheduled: Iterable[Scheduled], broken: Iterable[Broken], files: frozenset[str]
) -> Found:
    """Of reports of one name nobody knows which one is meant: none of them is."""
    by_name: dict[str, list[Scheduled]] = {}
    for one in scheduled:
        by_name.setdefault(one.report, []).append(one)
    alone = tuple(same[0] for same in by_name.values() if len(same) == 1)
    doubled = [
        Broken(one.path, Invalid(tuple(repeated_names(load_spec(s.path) for s in same))))
        for same in by_name.values()
        if len(same) > 1
        for one in same
    ]
    return Found(alone, (*broken, *doubled), files)


def _explained(failure: ReporterError | OSError) -> ReporterError:
    if isinstance(failure, ReporterError):
        return failure
    return ReporterError(f"cannot be read: {failure.strerror or failure}")
