import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the tests are no package

from live import Live, PostBox, served, write_project

from reporter.server.dispatch import Patience


@pytest.fixture(scope="session")
def post_box() -> Iterator[PostBox]:
    with PostBox() as box:
        yield box


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, post_box: PostBox) -> Iterator[Live]:
    """A server over seven calls."""
    folder = tmp_path_factory.mktemp("seven")
    write_project(folder, post_box.port)
    with served(folder, post_box, Patience(first=0.05)) as running:
        yield running
