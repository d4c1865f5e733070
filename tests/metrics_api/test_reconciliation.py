"""The vendor's numbers beside those of the records, over real HTTP: what differs is found."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from some_calls import some_calls
from two_ways import Said, as_vendor_calls, run, sayable, write_project
from vendor_double import Behaviour, Double

CALLS: Final = sayable(some_calls(150))
VENDOR_CALLS: Final = as_vendor_calls(CALLS)
METRICS: Final = ("TOTAL_CALL_COUNT", "TOTAL_CALL_DURATION", "ANSWER_RATE")


def _reconciled(folder: Path, **section: Any) -> tuple[Said, Any]:
    """What the command said, and the table of the section."""
    spec = {
        "version": 1,
        "name": "reconciled",
        "title": "Reconciled",
        "source": "calls",
        "timezone": "Europe/Zagreb",
        "period": {"since": "2026-03-10", "until": "2026-03-31"},
        "sections": [
            {
                "type": "reconciliation",
                "against": "api",
                "metrics": [*METRICS],
                "by": "DAY",
                "hold": True,
            }
            | section
        ],
        "outputs": ["json"],
    }
    file = folder / "reconciled.yaml"
    file.write_text(json.dumps(spec), encoding="utf-8")
    said = run(
        *("run", str(file), "--project", str(folder / "reporter.yaml")),
        *("--out", str(folder / "out"), "--as-of", "2026-04-01"),
    )
    assert said.code in (0, 4), said.err
    (made,) = (folder / "out").iterdir()
    (table,) = json.loads(made.read_text(encoding="utf-8"))["blocks"]
    return said, table


def _column(table: Any, name: str, role: str = "") -> list[Any]:
    """A column of all rows but the whole: the report's own, or that of a role."""
    columns = [(column["name"], column["role"]) for column in table["columns"]]
    own = [at for at, found in enumerate(columns) if found[0] == name and role in ("", found[1])]
    return [row["values"][own[0]] for row in table["rows"] if row["kind"] != "total"]


def test_the_same_records_are_in_bounds(vendor: Double, tmp_path: Path) -> None:
    vendor.behave(Behaviour(), VENDOR_CALLS)
    folder = write_project(tmp_path / "project", CALLS, vendor)
    said, table = _reconciled(folder)
    assert said.code == 0, said.err
    assert set(_column(table, "verdict")) == {"inBounds"}
    assert len(table["rows"]) == 22
    assert sum(_column(table, "TOTAL_CALL_COUNT")) > 50
    assert _column(table, "TOTAL_CALL_COUNT") == _column(table, "TOTAL_CALL_COUNT", "against")


def test_a_call_that_the_vendor_lost_is_found_on_its_day(vendor: Double, tmp_path: Path) -> None:
    lost = next(call for call in VENDOR_CALLS if call.sent_at >= datetime(2026, 3, 20, tzinfo=UTC))
    vendor.behave(Behaviour(), [call for call in VENDOR_CALLS if call is not lost])
    folder = write_project(tmp_path / "project", CALLS, vendor)
    said, table = _reconciled(folder)
    assert said.code == 4
    assert "held" in said.out + said.err
    day = (lost.sent_at + timedelta(hours=1)).date().isoformat()
    verdicts = dict(zip(_column(table, "DAY"), _column(table, "verdict"), strict=True))
    assert {d for d, verdict in verdicts.items() if verdict == "outOfBounds"} == {day}
    deviations = _column(table, "TOTAL_CALL_COUNT", "deviation")
    assert dict(zip(_column(table, "DAY"), deviations, strict=True))[day] == -1
    within, table = _reconciled(folder, tolerance={"absolute": 1}, metrics=["TOTAL_CALL_COUNT"])
    assert within.code == 0, within.err


def test_days_that_are_not_final_are_not_compared(vendor: Double, tmp_path: Path) -> None:
    until = datetime(2026, 3, 20, 5, tzinfo=UTC)
    vendor.behave(Behaviour(finalised=until), VENDOR_CALLS)
    folder = write_project(tmp_path / "project", CALLS, vendor)
    said, table = _reconciled(folder)
    assert said.code == 0, said.err
    verdicts = dict(zip(_column(table, "DAY"), _column(table, "verdict"), strict=True))
    assert verdicts["2026-03-19"] == "inBounds"
    assert {verdicts[f"2026-03-{day}"] for day in range(20, 31)} == {"notCompared"}


@pytest.mark.parametrize("unit", ["milliseconds", "minutes"])
def test_a_unit_that_is_said_wrong_is_found(unit: Any, vendor: Double, tmp_path: Path) -> None:
    """Nothing else tells in what a vendor counts durations."""
    vendor.behave(Behaviour(durations=unit), VENDOR_CALLS)
    folder = write_project(tmp_path / "project", CALLS, vendor)
    said, table = _reconciled(folder, tolerance={"relative": 0.02})
    assert said.code == 4
    assert "outOfBounds" in _column(table, "verdict")
    assert set(_column(table, "TOTAL_CALL_COUNT", "deviation")) == {0}
