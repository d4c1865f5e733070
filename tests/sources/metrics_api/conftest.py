"""A hostile API, and what asks it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile import HostileApi
from rig import Rig


@pytest.fixture
def api() -> Iterator[HostileApi]:
    with HostileApi() as running:
        yield running


@pytest.fixture
def rig(api: HostileApi, tmp_path: Path) -> Rig:
    return Rig(api, tmp_path)
