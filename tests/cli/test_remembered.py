"""What a schedule forgets by itself, once a day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from reporter.cli.remembered import daily_forgetting, ledger_of
from reporter.ledger import Ledger
from reporter.ledger.times import stored
from reporter.settings import Project, ProjectFile

NOW = datetime(2026, 11, 2, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def results(ledger: Ledger) -> int:
    with ledger.transaction() as connection:
        (many,) = connection.execute("SELECT count(*) FROM results").fetchone()
    assert isinstance(many, int)
    return many


def keep(ledger: Ledger, name: str, at: datetime) -> None:
    with ledger.transaction() as connection:
        connection.execute("INSERT INTO results VALUES (?, x'00', ?)", (name, stored(at)))


def test_it_forgets_at_first_and_then_once_a_day(tmp_path: Path) -> None:
    project = Project(tmp_path, ProjectFile(version=1))
    assert ledger_of(project) is None
    ledger = Ledger(tmp_path / project.file.ledger)
    assert ledger_of(project) is not None
    now = NOW
    forget = daily_forgetting(ledger, project, lambda: now)
    keep(ledger, "a", NOW - 400 * DAY)
    forget()
    assert results(ledger) == 0
    keep(ledger, "b", NOW - 400 * DAY)
    now = NOW + DAY - timedelta(seconds=1)
    forget()
    assert results(ledger) == 1
    now = NOW + DAY
    forget()
    assert results(ledger) == 0
