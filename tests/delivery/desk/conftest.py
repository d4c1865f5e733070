import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporter.ledger import Ledger

sys.path.insert(0, str(Path(__file__).parent))  # the tests are no package

from desk_kit import Clock, Mortal, Script


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Mortal(tmp_path / "ledger.sqlite")
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def script() -> Script:
    return Script()
