"""The catalog that comes with Reporter: voice and video calls."""

from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from reporter import yamltree
from reporter.catalog.file import CatalogFile
from reporter.catalog.model import Catalog
from reporter.catalog.resolve import whole

FILE: Final = Path(__file__).with_name("voice_video.yaml")


@cache
def built_in() -> Catalog:
    """Voice and video, read once in a process.

    The file is ours and tested by the rules for a project's files, so it is taken without
    them here: every command reads it.
    """
    tree, _ = yamltree.parse(FILE.read_text(encoding="utf-8"), FILE.name)
    if tree is None:
        raise AssertionError(f"{FILE.name} is no YAML")
    return whole(msgspec.convert(tree.data, CatalogFile))
