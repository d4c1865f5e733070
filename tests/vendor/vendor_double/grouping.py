"""The vendor's dimensions: a function of one record each. Time is in UTC."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from vendor_double.records import Record
from vendor_double.vocabulary import BUCKET_NAMES, CHANNEL_NAMES, STEPS

Value = str | int | datetime | None

_SINCE_FIRST: Final = {"WEEK_MONDAY_START": 0, "WEEK_SUNDAY_START": 1, "WEEK_SATURDAY_START": 2}
"""How many days of the week lie before Monday."""

_UNITS: Final = {"SECONDS": 1_000, "MINUTES": 60_000, "HOURS": 3_600_000, "DAYS": 86_400_000}
BOUNDS: Final = tuple(
    _UNITS[name.partition("_")[0]] * int(name.partition("_")[2]) for name in BUCKET_NAMES
)
"""Lower bounds of the time buckets in milliseconds."""


def waited(record: Record) -> int | None:
    """Milliseconds until a call was answered."""
    answered = getattr(record, "answered_at", None)
    return None if answered is None else (answered - record.sent_at) // timedelta(milliseconds=1)


def bucket(record: Record) -> str | None:
    """The name of the bucket that the time to answer lies in."""
    wait = waited(record)
    return None if wait is None else BUCKET_NAMES[bisect_right(BOUNDS, wait) - 1]


def step_start(step: str, instant: datetime) -> datetime:
    """The beginning of the step that an instant lies in."""
    hour = instant.replace(minute=0, second=0, microsecond=0)
    return hour if step == "HOUR" else _first_day(step, hour.replace(hour=0))


def _first_day(step: str, day: datetime) -> datetime:
    match step:
        case "MONTH":
            return day.replace(day=1)
        case "QUARTER":
            return day.replace(day=1, month=day.month - (day.month - 1) % 3)
        case "YEAR":
            return day.replace(day=1, month=1)
    if step in _SINCE_FIRST:
        return day - timedelta(days=(day.weekday() + _SINCE_FIRST[step]) % 7)
    return day


def next_step(step: str, start: datetime) -> datetime:
    """The beginning of the step after the one that begins at ``start``."""
    if step == "HOUR":
        return start + timedelta(hours=1)
    days = {"DAY": 1, "MONTH": 31, "QUARTER": 92, "YEAR": 366}.get(step, 7)
    return step_start(step, start + timedelta(days=days))


def finest(names: Iterable[str]) -> str | None:
    """The finest of the time steps among dimensions."""
    asked = set(names)
    return next((step for step in STEPS if step in asked), None)


def _attribute(name: str) -> Callable[[Record], Value]:
    return lambda record: getattr(record, name, None)


DIMENSIONS: Final[Mapping[str, Callable[[Record], Value]]] = {
    "ACCOUNT_KEY": _attribute("account_key"),
    "TIME_TO_ANSWER": bucket,
    "CHANNEL_CODE": _attribute("channel"),
    "CHANNEL_NAME": lambda record: CHANNEL_NAMES[record.channel],
    "CAPABILITY": _attribute("capability"),
    "DIRECTION": _attribute("direction"),
    "SENDER": _attribute("sender"),
    "SENDER_TYPE": _attribute("sender_type"),
    "COMMUNICATION": _attribute("communication_id"),
    "NETWORK_ID": _attribute("network_id"),
    "NETWORK_NAME": _attribute("network_name"),
    "COUNTRY_ID": _attribute("country_id"),
    "COUNTRY_NAME": _attribute("country_name"),
    "APPLICATION_ID": _attribute("application_id"),
    "ENTITY_ID": _attribute("entity_id"),
    "STATUS_GROUP": _attribute("status_group"),
    "STATUS": _attribute("status"),
    "ERROR_GROUP": _attribute("error_group"),
    "ERROR_CODE": _attribute("error_code"),
}
"""Those that say something of calls; any other has no value."""


def value_of(dimension: str, record: Record) -> Value:
    """What a record has for a dimension."""
    if dimension in STEPS:
        return step_start(dimension, record.sent_at)
    return DIMENSIONS[dimension](record) if dimension in DIMENSIONS else None
