"""Instants as the API writes them."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

import msgspec

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2999
_MILLISECOND: Final = timedelta(milliseconds=1)
_WRITTEN: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(?:Z|([+-])(\d\d):?(\d\d))",
    re.ASCII | re.IGNORECASE,
)


class Moment(msgspec.Struct, frozen=True, order=True):
    """An instant as somebody wrote it, as exact as they like.

    Attributes:
        second: in UTC.
        fraction: of a second.
    """

    second: datetime
    fraction: Decimal

    def rounded_down(self) -> datetime:
        """The whole millisecond at it or before it."""
        return self.second + int(self.fraction * 1000) * _MILLISECOND

    def rounded_up(self) -> datetime:
        """The whole millisecond at it or after it."""
        down = self.rounded_down()
        return down if self.fraction * 1000 % 1 == 0 else down + _MILLISECOND


def moment(text: str) -> Moment:
    """The instant of a text such as ``2026-10-01T08:00:00.000+0000``.

    The offset may be ``+01:00`` or ``Z`` too; the fraction may be left out.

    Raises:
        ValueError: it is none; the message is a violation.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError("must be written like 2026-10-01T08:00:00.000+0000")
    *numbers, fraction, sign, hours, minutes = found.groups()
    year, month, day, hour, minute, second = (int(number) for number in numbers)
    try:
        zone = UTC if sign is None else _zone(sign, int(hours), int(minutes))
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        instant = local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("is no instant of the calendar") from error
    if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        raise ValueError(f"must lie in the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return Moment(instant, Decimal(f"0.{fraction or 0}"))


def written(instant: datetime) -> str:
    """An instant as the API writes it, in UTC."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def _zone(sign: str, hours: int, minutes: int) -> timezone:
    if minutes >= 60:  # noqa: PLR2004 - minutes in an hour
        raise ValueError("an hour has sixty minutes")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset)
