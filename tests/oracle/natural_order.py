"""The order in which the values of a dimension stand when nothing else says so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from reference import BUCKETS, CLOSED, Value

MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "TIME_TO_ANSWER": tuple(BUCKETS),
    "DIRECTION": CLOSED["direction"],
    "CAPABILITY": CLOSED["capability"],
    "STATUS_GROUP": CLOSED["status_group"],
    "ERROR_GROUP": CLOSED["error_group"],
    "SENDER_TYPE": ("ALPHANUMERIC", "SHORT_CODE"),
    "STATUS": (
        "PENDING_ENROUTE",
        "NO_ANSWER",
        "BUSY",
        "CANCELLED",
        "DELIVERED_TO_HANDSET",
        "EXPIRED_EXPIRED",
        "REJECTED_DND",
    ),
    "ERROR_CODE": ("NORMAL_HANGUP", "MEDIA_ERROR", "BUSY", "CONGESTION"),
}
"""Dimensions with values that have an order of their own: that of the vendor's lists."""


def natural(name: str, value: Value) -> tuple[int, object]:
    """Known values in their order, then others, then none."""
    if value is None:
        return (2, 0)
    if value in MEMBERS.get(name, ()):
        return (0, MEMBERS[name].index(str(value)))
    if name == "HOUR":
        return (1, (datetime.fromisoformat(str(value)), value))
    return (1, value)
