"""The check of a PDF's structure, for the tests that read PDFs back."""

from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def check() -> ModuleType:
    """``structure_check.py`` as a module: the tests are no package."""
    spec = util.spec_from_file_location("structure_check", HERE / "structure_check.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
