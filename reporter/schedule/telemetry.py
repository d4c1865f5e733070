"""Numbers of the schedule for Prometheus, by its node exporter's textfile collector."""

from datetime import datetime
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import State
from reporter.ledger.figures import figures
from reporter.ledger.firings import FiringState

_PREFIX: Final = "reporter_"


def write_metrics(ledger: Ledger, path: Path, now: datetime) -> None:
    """Write the file anew; it appears whole.

    Instants are seconds since 1970: how long ago something was is asked in Prometheus, where it
    grows on when nobody writes the file any more.

    Raises:
        LedgerError: the ledger cannot be read.
        OSError: the file cannot be written.
    """
    found = figures(ledger)
    registry = CollectorRegistry()

    def gauge(name: str, said: str, *labels: str) -> Gauge:
        return Gauge(f"{_PREFIX}{name}", said, labels, registry=registry)

    gauge("last_tick_timestamp_seconds", "When the schedule looked last.").set(now.timestamp())
    made = gauge("firings", "Due times of reports, by what became of them.", "state")
    for firing in FiringState:
        made.labels(firing.value).set(found.firings.get(firing.value, 0))
    sent = gauge("deliveries", "Deliveries, by what became of them.", "state")
    for state in State:
        sent.labels(state.value).set(found.deliveries.get(state.value, 0))
    last = gauge("last_success_timestamp_seconds", "When a report was made last.", "report")
    for report, at in found.last_done.items():
        last.labels(report).set(at.timestamp())
    due = gauge("next_due_timestamp_seconds", "When a report is due next.", "report")
    for report, at in found.next_due.items():
        due.labels(report).set(at.timestamp())
    write_to_textfile(str(path), registry)
