import sys
from pathlib import Path

import pytest

from reporter.ledger import Ledger

sys.path.insert(0, str(Path(__file__).parent))  # the tests are no package

from desk_kit import Clock, Script


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def script() -> Script:
    return Script()
