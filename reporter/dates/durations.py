"""Lengths of time as people write them: ``15m``, ``48h``, ``2d``."""

import re
from datetime import timedelta
from typing import Annotated, Final

from msgspec import Meta

PATTERN: Final = r"^[0-9]{1,6}[smhd]$(?!\n)"
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

Duration = Annotated[
    str,
    Meta(
        pattern=PATTERN,
        examples=["15m", "48h", "2d"],
        extra_json_schema={"errorMessage": "a number and s, m, h or d, like 15m or 2d"},
    ),
]
"""Seconds, minutes, hours or days; a day has 24 hours."""


_MOST_DOUBLINGS: Final = 30
"""More make a length of time that no datetime reaches."""


def doubled(first: timedelta, times: int, *, longest: timedelta) -> timedelta:
    """A pause that doubles with every failure.

    Args:
        first: after the first failure.
        times: how often it has failed, from 1.
        longest: what it never exceeds.
    """
    factor: int = 2 ** min(times - 1, _MOST_DOUBLINGS)
    return min(longest, first * factor)


def duration(text: str) -> timedelta:
    """The length of time that a text gives.

    Raises:
        ValueError: it is no number with a unit.
    """
    if re.fullmatch(PATTERN, text) is None:
        raise ValueError(f"a length of time is a number and s, m, h or d, like 15m: {text!r}")
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
