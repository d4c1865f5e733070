"""docs/ledger.md names every state, every table, and what is kept by default."""

import re
import sqlite3
from pathlib import Path

from reporter.delivery.desk import LEASE
from reporter.ledger import Ledger
from reporter.ledger.deliveries import State
from reporter.settings.operations import Retention

TEXT = (Path(__file__).parents[2] / "docs/ledger.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(title: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", section(title), re.MULTILINE)


def test_every_state_is_explained() -> None:
    assert first_cells("A delivery and its states") == [str(state) for state in State]


def test_every_table_is_named(tmp_path: Path) -> None:
    connection = sqlite3.connect(Ledger(tmp_path / "ledger.sqlite").path)
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    connection.close()
    assert sorted(first_cells("Tables")) == sorted(name for (name,) in rows)


def test_what_is_kept_is_as_the_settings_say() -> None:
    kept = Retention()
    assert (
        f"retention: {{contentsDays: {kept.contents_days}, resultsDays: {kept.results_days},"
        f" readingsDays: {kept.readings_days}}}"
    ) in section("What is forgotten")


def test_the_lease_is_as_the_desk_has_it() -> None:
    assert f"{LEASE.total_seconds() / 60:.0f} minutes" in section("A delivery and its states")
