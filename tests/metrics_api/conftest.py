"""Makes the vendor's double and the plain-Python reference importable; one double serves all."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(TESTS / name) for name in ("metrics_api", "vendor", "oracle")]

from random_calls import PARENTS  # noqa: E402 - found where the line above says
from vendor_double import Credentials, Double  # noqa: E402 - same
from vendor_double.schema import checker  # noqa: E402 - same

DOCUMENT = json.loads((TESTS.parent / "schemas" / "metrics-api.openapi.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def vendor() -> Iterator[Double]:
    """Refuses whatever does not fit the API's document, and so fails the test."""
    known = Credentials()
    secrets = {
        "VENDOR_KEY": known.app_key,
        "VENDOR_PASSWORD": known.password,
        "VENDOR_SESSION": known.session,
        "VENDOR_SECRET": known.client_secret,
    }
    with (
        patch.dict(os.environ, secrets),
        Double(parents=PARENTS, check=checker(DOCUMENT, "QueryAggregateDataRequest")) as double,
    ):
        yield double
