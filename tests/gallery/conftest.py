"""The gallery, made once per session: every spec of ``report_specs/``, in every format.

With several workers the one that comes first makes an edition, and the others wait for it.
"""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "output" / "pdf"))
sys.path.insert(0, str(Path(__file__).parent))

from editions import EDITIONS, Edition, Made, make, sample_project


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this session share."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "gallery"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def project(shared: Path) -> Path:
    """A project with three months of sample calls; its folder."""
    with _alone(shared / "project.lock"):
        return sample_project(shared / "project")


class Gallery:
    """The editions, each made when it is asked for."""

    def __init__(self, project: Path, folder: Path) -> None:
        self._project = project
        self._folder = folder
        self._made: dict[Edition, Made] = {}

    def __getitem__(self, edition: Edition) -> Made:
        if edition not in self._made:
            with _alone(self._folder / f"{edition}.lock"):
                self._made[edition] = make(edition, self._project, self._folder / str(edition))
        return self._made[edition]


@pytest.fixture(scope="session")
def gallery(project: Path, shared: Path) -> Gallery:
    """The gallery of this session."""
    return Gallery(project, shared)


@pytest.fixture(params=EDITIONS, ids=str)
def made(request: pytest.FixtureRequest, gallery: Gallery) -> Made:
    """One edition of the gallery after the other."""
    return gallery[request.param]
