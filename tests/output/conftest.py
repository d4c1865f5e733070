"""The document made by hand, and what the page renderers make of it, once for all tests."""

import sys
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from chromium import chromium
from playwright.sync_api import Browser

from reporter.output.html import HtmlRenderer
from reporter.output.pdf import PdfRenderer

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    spec = util.spec_from_file_location("sample_document", HERE / "sample_document.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample_html(sample: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> str:
    look = sample.branding(tmp_path_factory.mktemp("project"))
    (made,) = HtmlRenderer().render(sample.document(), "review", look)
    return made.content.decode()


@pytest.fixture(scope="session")
def sample_pdf(sample: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    look = sample.branding(tmp_path_factory.mktemp("project"))
    (made,) = PdfRenderer().render(sample.document(), "review", look)
    return made.content


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not longer than a module: while it is there, nothing else can run an event loop."""
    with chromium() as running:
        yield running
