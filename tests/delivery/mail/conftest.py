"""Mail servers of the tests, on real sockets."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest
import trustme

sys.path.insert(0, str(Path(__file__).parents[2] / "output"))
sys.path.insert(0, str(Path(__file__).parent))

import mail_rules
import sample_document
from letters_of_tests import channel_to
from mail_servers import CuttingServer
from postbox import Postbox, served

from reporter.delivery.email import EmailChannel


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with served() as box:
        yield box


@pytest.fixture
def cutting() -> Iterator[CuttingServer]:
    with CuttingServer() as server:
        yield server


@pytest.fixture
def channel() -> Iterator[Callable[..., EmailChannel]]:
    """Opens channels, and closes them in the end."""
    with ExitStack() as stack:

        def open_(port: int, **settings: object) -> EmailChannel:
            made = channel_to(port, **settings)
            stack.callback(made.close)
            return made

        yield open_


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """The document made by hand, of the tests of outputs."""
    return sample_document


@pytest.fixture(scope="session")
def broken() -> Callable[[str], list[str]]:
    """Every rule of docs/mail.md that a mail's HTML breaks."""
    return mail_rules.broken
