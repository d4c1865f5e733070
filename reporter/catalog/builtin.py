"""The catalogs that come with Reporter: calls, and what a Metrics API tells beyond them.

Both files are ours and tested by the rules for a project's files, so they are taken without
them here: every command reads the first one.
"""

from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from reporter import yamltree
from reporter.catalog.file import CatalogFile
from reporter.catalog.model import Catalog
from reporter.catalog.resolve import whole

FILE: Final = Path(__file__).with_name("voice_video.yaml")
METRICS_API: Final = "metrics_api"
"""The name of the vocabulary that both make together; no file may take it."""
MESSAGING_FILE: Final = Path(__file__).with_name("messaging.yaml")


@cache
def built_in() -> Catalog:
    """Voice and video, read once in a process."""
    return whole(_read(FILE))


@cache
def messaging() -> CatalogFile:
    """What a Metrics API tells of the other channels; read where somebody speaks of it."""
    return _read(MESSAGING_FILE)


def _read(path: Path) -> CatalogFile:
    tree, _ = yamltree.parse(path.read_text(encoding="utf-8"), path.name)
    if tree is None:
        raise AssertionError(f"{path.name} is no YAML")
    return msgspec.convert(tree.data, CatalogFile)
