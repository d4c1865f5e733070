import sys
from pathlib import Path

import pytest

from reporter.ledger import Ledger

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")
