"""The check of a PDF's structure and long tables, for the tests that read PDFs back."""

from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def check() -> ModuleType:
    """``structure_check.py`` as a module: the tests are no package."""
    return _module("structure_check")


@pytest.fixture(scope="session")
def long_sample() -> ModuleType:
    """``long_sample.py``, likewise."""
    return _module("long_sample")


def _module(name: str) -> ModuleType:
    spec = util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
