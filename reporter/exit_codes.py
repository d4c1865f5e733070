"""What a command's exit code says, beside 0 for done and click's 2 for wrong usage."""

from collections.abc import Iterable
from typing import Final

MISTAKE: Final = 1
"""The user's mistake, explained."""
FAILED: Final = 3
"""A source, a server or a file system failed."""
HELD: Final = 4
"""It was made, but something is held back until a person decides."""


def worst(codes: Iterable[int]) -> int:
    """The one that counts of several: what went wrong weighs more than what is held."""
    found = {0, *codes}
    return max(found - {HELD}) or max(found)
