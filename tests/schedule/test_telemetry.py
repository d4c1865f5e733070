"""The metrics file, read back with the client's own parser."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from reporter.ledger import Ledger, firings
from reporter.ledger.firings import FiringState, NewFiring, ScheduleRecord
from reporter.schedule.telemetry import write_metrics

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def values(path: Path) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(path.read_text())
        for sample in family.samples
    }


def test_numbers_of_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "reporter.prom"
    write_metrics(ledger, path, NOW)
    empty = values(path)
    assert empty["reporter_last_tick_timestamp_seconds",] == NOW.timestamp()
    assert empty["reporter_deliveries", "unknown"] == 0
    assert ("reporter_next_due_timestamp_seconds", "daily") not in empty

    later = NOW + timedelta(hours=19)
    schedule = ScheduleRecord(
        report="daily", spec="daily.yaml", cron="0 7 * * *", timezone="UTC", next_due=NOW
    )
    with ledger.transaction() as connection:
        firings.remember(connection, schedule)
        come = [
            NewFiring(NOW - timedelta(days=1), FiringState.MISSED, "down"),
            NewFiring(NOW, FiringState.DUE),
        ]
        firings.fire(connection, schedule, come, later, NOW)
    firing = firings.claim(ledger, ["daily"], "me", NOW, timedelta(minutes=1))
    assert firing is not None
    firings.settle(ledger, firing, NOW, state=FiringState.DONE, reason="")
    write_metrics(ledger, path, NOW)
    full = values(path)
    assert full["reporter_firings", "done"] == 1
    assert full["reporter_firings", "missed"] == 1
    assert full["reporter_firings", "failed"] == 0
    assert full["reporter_last_success_timestamp_seconds", "daily"] == NOW.timestamp()
    assert full["reporter_next_due_timestamp_seconds", "daily"] == later.timestamp()
    assert list(tmp_path.glob("*.prom*")) == [path]  # it appeared whole
