"""Whether a cron expression can be read. When it is due is the schedule's business."""

import re
from typing import Final

import msgspec


class _Field(msgspec.Struct, frozen=True):
    """One of the five fields.

    Attributes:
        name: in words.
        first, last: the range of its numbers.
        words: names that stand for numbers, in their order from ``first``.
        special: further forms, as a regular expression.
    """

    name: str
    first: int
    last: int
    words: tuple[str, ...] = ()
    special: str | None = None


_FIELDS: Final = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31, special="L|LW"),
    _Field(
        "month", 1, 12,
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
    ),
    _Field(
        "day of week", 0, 7, ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"),
        special=r"(?:[0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|#[1-5])",
    ),
)  # fmt: skip
_PART: Final = r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d{1,3}))?"


def cron_mistake(text: str) -> str | None:
    """What is wrong with a cron expression, as a sentence, or None."""
    fields = text.split()
    if len(fields) != len(_FIELDS):
        return f"a cron expression has {len(_FIELDS)} fields, this one {len(fields)}"
    for field, written in zip(_FIELDS, fields, strict=True):
        for part in written.upper().split(","):
            if not _readable(field, part):
                return f"the {field.name} cannot be {written!r}; it runs from {_range(field)}"
    return _never_due(fields[2], fields[3])


def _range(field: _Field) -> str:
    words = f", or {field.words[0]} to {field.words[-1]}" if field.words else ""
    return f"{field.first} to {field.last}{words}"


def _readable(field: _Field, part: str) -> bool:
    if field.special is not None and re.fullmatch(field.special, part):
        return True
    found = re.fullmatch(_PART, part)
    if found is None or (found["step"] is not None and int(found["step"]) == 0):
        return False
    ends = [_number(field, text) for text in (found["first"], found["last"]) if text is not None]
    if any(end is None for end in ends):
        return False
    numbers = [end for end in ends if end is not None]
    return numbers == sorted(numbers)


def _number(field: _Field, text: str) -> int | None:
    if text in field.words:
        return field.words.index(text) + field.first
    if not (text.isascii() and text.isdigit()):
        return None
    return int(text) if field.first <= int(text) <= field.last else None


_SHORT_MONTHS: Final = {"2": 29, "FEB": 29, "4": 30, "6": 30, "9": 30, "11": 30,
                        "APR": 30, "JUN": 30, "SEP": 30, "NOV": 30}  # fmt: skip


def _never_due(day: str, month: str) -> str | None:
    longest = _SHORT_MONTHS.get(month.upper())
    if longest is None or not day.isdigit() or int(day) <= longest:
        return None
    return f"there is no day {day} in month {month}"
