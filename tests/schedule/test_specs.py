"""The folder of specs: what is scheduled, what is broken, what is read again."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reporter import settings
from reporter.schedule import specs
from reporter.schedule.reasons import reason_of
from reporter.schedule.specs import SpecFolder
from reporter.settings import Project

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SPEC = """\
version: 1
name: NAME
title: Due
timezone: Europe/Zagreb
period: last_month
schedule: {cron: "0 7 1 * *"}
sections:
  - {type: kpis, metrics: [TOTAL_CALL_COUNT]}
"""


@pytest.fixture
def here(project: Path) -> Iterator[Project]:
    (project / "report_specs" / "review.yaml").unlink()
    loaded = settings.read_project(project / "reporter.yaml").project
    assert loaded is not None
    return loaded


def write(project: Project, file: str, name: str, text: str = SPEC) -> Path:
    path = project.folder / "report_specs" / file
    path.write_text(text.replace("NAME", name))
    return path


def test_what_there_is(here: Project) -> None:
    write(here, "a.yaml", "a")
    write(here, "b.yml", "b", SPEC.replace("schedule", "#"))
    write(here, "c.yaml", "c", SPEC.replace("sections", "sektions"))
    write(here, "notes.txt", "d")
    found = SpecFolder(here).read(NOW)
    assert [one.report for one in found.scheduled] == ["a"]
    assert found.scheduled[0].zone.key == "Europe/Zagreb"
    assert [one.path.name for one in found.broken] == ["c.yaml"]
    assert found.files == {"a.yaml", "b.yml", "c.yaml"}
    reason = reason_of(found.broken[0].failure)
    assert "c.yaml:1: the key 'sections' is missing (and 1 more)" in reason


def test_of_reports_of_one_name_none_is_made(here: Project) -> None:
    write(here, "a.yaml", "same")
    write(here, "b.yaml", "same")
    write(here, "c.yaml", "another")
    found = SpecFolder(here).read(NOW)
    assert [one.report for one in found.scheduled] == ["another"]
    assert [one.path.name for one in found.broken] == ["a.yaml", "b.yaml"]
    assert "two reports have the name 'same'" in reason_of(found.broken[0].failure)


def test_a_file_that_cannot_be_read_is_broken(here: Project) -> None:
    link = here.folder / "report_specs" / "a.yaml"
    link.symlink_to("nowhere.yaml")
    found = SpecFolder(here).read(NOW)
    assert reason_of(found.broken[0].failure) == "cannot be read: No such file or directory"


def test_what_has_not_changed_is_not_read_again(
    here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    original = specs.scheduled_of

    def counting(path: Path, project: Project, now: datetime) -> specs.Scheduled | None:
        read.append(path.name)
        return original(path, project, now)

    monkeypatch.setattr(specs, "scheduled_of", counting)
    well = write(here, "a.yaml", "a")
    write(here, "b.yaml", "b", SPEC.replace("sections", "sektions"))
    folder = SpecFolder(here)
    first = folder.read(NOW)
    assert folder.read(NOW).scheduled == first.scheduled
    # What is broken may have been mended in another file: a catalog.
    assert read == ["a.yaml", "b.yaml", "b.yaml"]
    write(here, "a.yaml", "a", SPEC.replace("0 7", "0 8"))
    os.utime(well, ns=(1, 1))
    assert folder.read(NOW).scheduled[0].schedule.cron == "0 8 1 * *"


def test_no_folder_has_nothing(here: Project) -> None:
    (here.folder / "report_specs").rmdir()
    assert SpecFolder(here).read(NOW) == specs.Found()


def test_reasons_tell_no_more_than_is_meant_for_people() -> None:
    assert reason_of(ValueError("password hunter2")) == (
        "a bug of ours: ValueError; reporter --debug run shows where"
    )
