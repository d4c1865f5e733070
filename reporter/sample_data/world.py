"""The invented world, as declared in ``world.yaml``."""

from functools import lru_cache
from pathlib import Path

import msgspec

from reporter.sample_data.model import World


@lru_cache(maxsize=1)
def world() -> World:
    """The world that all sample data comes from."""
    text = Path(__file__).with_name("world.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=World)
