"""The only place that reads environment variables."""

import os


def variable(name: str) -> str | None:
    """The value of an environment variable, or None where it is not set."""
    return os.environ.get(name)
