import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporter.ledger import Ledger

sys.path.insert(0, str(Path(__file__).parent))
from relay_run import RelayRun


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def relay(ledger: Ledger) -> Iterator[RelayRun]:
    with RelayRun(ledger) as running:
        yield running
