from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from reporter.sample_data.folder import Sample, write
from reporter.sample_data.model import Request

REQUEST = Request(since=date(2026, 8, 1), until=date(2026, 11, 1), calls=60_000, seed=7)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Three months, 60,000 calls."""
    return write(REQUEST, tmp_path_factory.mktemp("sample") / "data", lambda _: None)


@pytest.fixture(scope="session")
def calls(sample: Sample) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with these calls as the view ``calls``, in the order of their files."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.read_parquet(
            [str(file) for file in sample.calls], file_row_number=True, filename=True
        ).create_view("calls")
        yield connection
