"""Numbers that look random and follow from the seed alone, the same here and in SQL.

``records.sql`` defines ``mix`` in the same way. Neither depends on a library's generator, so
the records stay the same when the engine changes its own.
"""

from typing import Final

_MASK: Final = 0xFFFF_FFFF


def mix(number: int) -> int:
    """A one-to-one scramble of 32 bits."""
    number ^= number >> 16
    number = number * 0x7FEB_352D & _MASK
    number ^= number >> 15
    number = number * 0x846C_A68B & _MASK
    return number ^ (number >> 16)
