"""YAML text as nodes with marks, by libyaml where PyYAML has it."""

import re
from itertools import accumulate
from typing import Any, Final

import yaml

PLAIN: Final = "plain"
QUOTED: Final = "quoted"
MAPPING: Final = "mapping"
SEQUENCE: Final = "sequence"

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc] # which of the two it is turns out at run time
    """Tells plain scalars from quoted ones instead of guessing types."""

    def resolve(self, kind: type, value: object, implicit: object) -> str:  # noqa: ARG002 - PyYAML's signature
        if kind is yaml.MappingNode:
            return MAPPING
        if kind is yaml.SequenceNode:
            return SEQUENCE
        return PLAIN if isinstance(implicit, tuple) and implicit[0] else QUOTED


_DEEPEST: Final = 1000
"""libyaml's composer calls itself for every level; far deeper than this it ends the process."""


def too_deep(text: str) -> bool:
    """Whether a text may be nested so deeply that composing it is not safe.

    Levels come from brackets, or from indentation and dashes at the beginning of a line; the
    brackets in quoted texts count too, which no sensible file notices.
    """
    if re.search(rf"^[-?: \t]{{{_DEEPEST}}}", text, re.MULTILINE):
        return True
    if text.count("[") + text.count("{") <= _DEEPEST:
        return False
    steps = (1 if bracket in "[{" else -1 for bracket in re.findall(r"[\[\]{}]", text))
    lowest = highest = 0
    for level in accumulate(steps):
        lowest = min(lowest, level)
        highest = max(highest, level - lowest)
    return highest > _DEEPEST


def composed(text: str) -> yaml.Node | None:
    """The root node of a text with one document, or None where it is empty.

    The tag of a node is one of the four kinds above; any other one stands in the text.

    Raises:
        yaml.YAMLError: the text is no YAML, or holds several documents.
    """
    loader = _Loader(text)
    try:
        root: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return root
