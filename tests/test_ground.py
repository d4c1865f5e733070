"""The smallest rooms: the clock, the environment, the shipped files."""

from datetime import UTC, datetime

import pytest

from reporter import clock, environment, resources


def test_the_clock_knows_its_zone() -> None:
    before = datetime.now(UTC)
    now = clock.now()
    assert now.tzinfo is UTC
    assert before <= now <= datetime.now(UTC)


def test_the_environment_is_read_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTER_TEST", "blue")
    assert environment.variable("REPORTER_TEST") == "blue"
    monkeypatch.delenv("REPORTER_TEST")
    assert environment.variable("REPORTER_TEST") is None


def test_the_shipped_files_are_found() -> None:
    assert (resources.schemas() / "report.schema.json").is_file()
    assert (resources.templates() / "fonts").is_dir()
