"""One cell of a result: JSON to a value of the kind that its column must have."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from reporter.sources.metrics_api.model import ColumnType, RawColumn, ReplyValue
from reporter.sources.metrics_api.words import NOTHING, NUMBERED, STEPS, is_count

Reader = Callable[[object], ReplyValue]
"""Takes a cell as it came.

Raises:
    UnfitError: it is none of the column's kind.
"""

_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}([.]\d{1,9})?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_WHOLE: Final = re.compile(r"-?\d{1,19}", re.ASCII)
_LARGEST: Final = 2**63
_EXPONENTS: Final = range(-60, 20)
"""What the last digit of a number may stand for: further ones cost time and say nothing."""
_SHOWN: Final = 60
"""Characters that are shown of a cell."""
_NUMBERS: Final = (ColumnType.INTEGER, ColumnType.NUMBER)


class UnfitError(ValueError):
    """Something is not what must stand in its place.

    Args:
        expected: what would be right there.
        found: what stands there.
    """

    def __init__(self, expected: str, found: object) -> None:
        super().__init__(f"expected {expected}, found {shown(found)}")


def reader_of(column: RawColumn, *, is_metric: bool) -> Reader:
    """What reads the cells of a column.

    Raises:
        UnfitError: the column's type does not fit its name.
    """
    types, read = _metric(column) if is_metric else _dimension(column)
    if column.type not in types:
        raise UnfitError(f"{column.name} to be of type {' or '.join(types)}", column.type.value)
    return read


def instant_of(text: str) -> datetime:
    """The instant that a text names, in UTC: without offset it is UTC, a date is its midnight.

    Raises:
        UnfitError: it names none.
    """
    unfit = UnfitError("a date-time such as 2026-10-01T00:00:00.000+0000", text)
    if _INSTANT.fullmatch(text) is None:
        raise unfit
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise unfit from error


def shown(cell: object) -> str:
    """A cell, fit to be shown."""
    text = str(cell) if isinstance(cell, Decimal) else repr(cell)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _metric(column: RawColumn) -> tuple[tuple[ColumnType, ...], Reader]:
    if is_count(column.name):
        return _NUMBERS, _count
    return _NUMBERS, _whole_number if column.type is ColumnType.INTEGER else _number


def _dimension(column: RawColumn) -> tuple[tuple[ColumnType, ...], Reader]:
    if column.name in STEPS:
        return (ColumnType.DATE_TIME, ColumnType.STRING), _step
    if column.name in NUMBERED:
        return (*_NUMBERS, ColumnType.STRING), _identifier
    return (ColumnType.STRING,), _text


def _step(cell: object) -> datetime:
    if not isinstance(cell, str):
        raise UnfitError("a date-time", cell)
    return instant_of(cell)


def _text(cell: object) -> str | None:
    if cell is None or cell == NOTHING:
        return None
    if not isinstance(cell, str):
        raise UnfitError("a text or N/A", cell)
    return cell


def _identifier(cell: object) -> int | None:
    if isinstance(cell, str) and _WHOLE.fullmatch(cell):
        return int(cell)
    return _whole_number(cell)


def _count(cell: object) -> int | None:
    count = _whole_number(cell)
    if count is not None and count < 0:
        raise UnfitError("a count or N/A", cell)
    return count


def _whole_number(cell: object) -> int | None:
    number = _number(cell)
    if not isinstance(number, Decimal):
        return number
    if number != number.to_integral_value():
        raise UnfitError("a whole number or N/A", cell)
    return int(number)


def _number(cell: object) -> int | Decimal | None:
    if cell is None or cell == NOTHING:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | Decimal):
        raise UnfitError("a number or N/A", cell)
    exponent = 0 if isinstance(cell, int) else cell.as_tuple().exponent
    if exponent not in _EXPONENTS or not -_LARGEST <= cell < _LARGEST:
        raise UnfitError("a number of at most 19 digits and 60 decimals", cell)
    return cell
