import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporter.ledger import Ledger

sys.path.insert(0, str(Path(__file__).parent))
from background import BackgroundRelay
from relay_run import SECRET


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def relay(ledger: Ledger) -> Iterator[BackgroundRelay]:
    with BackgroundRelay(ledger, SECRET) as running:
        yield running
