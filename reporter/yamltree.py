"""YAML text as plain data, with the place of every value."""

from collections.abc import Mapping

import msgspec

from reporter.diagnostics import Diagnostic, Location, Path


class Tree(msgspec.Struct, frozen=True):
    """Plain data and where each part of it stands.

    Attributes:
        file: as the user named it.
        data: dicts, lists and scalars (YAML 1.2 core: ``on`` and ``no`` are texts).
        values: path to (line, column) of the value, both from 1.
        keys: path to (line, column) of the key in front of the value.
    """

    file: str
    data: object
    values: Mapping[Path, tuple[int, int]]
    keys: Mapping[Path, tuple[int, int]]

    def location(self, path: Path, *, of_key: bool = False) -> Location:
        """The place of a value (or of its key); of the nearest enclosing one where it is absent."""
        raise NotImplementedError


def parse(text: str, file: str) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    """The tree, or None and what is wrong with the text.

    Repeated keys, tags, several documents and alias bombs are mistakes.
    """
    raise NotImplementedError
