"""What the vendor has recorded: calls and messages."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. Times are in UTC, to the millisecond."""

    sent_at: datetime
    direction: str
    account_key: str | None = None
    capability: str | None = None
    sender: str | None = None
    sender_type: str | None = None
    communication_id: int | None = None
    network_id: int | None = None
    network_name: str | None = None
    country_id: int | None = None
    country_name: str | None = None
    application_id: str | None = None
    entity_id: str | None = None
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    status_group: str | None = None
    status: str | None = None
    error_group: str | None = None
    error_code: str | None = None
    amd_result: str | None = None
    hangup: str | None = None

    @property
    def channel(self) -> str:
        return "VOICE_VIDEO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of another channel, for requests about more than calls."""

    sent_at: datetime
    direction: str
    channel: str = "SMS"
    account_key: str | None = None
    country_id: int | None = None
    country_name: str | None = None
    status_group: str | None = None


Record = Call | Message

_TIMES: Final = ("sent_at", "ringing_at", "answered_at", "ended_at")
_NUMBERS: Final = ("communication_id", "network_id", "country_id")
_COLUMNS: Final = tuple(field.name for field in fields(Call))


def calls_of_csv(lines: Iterable[str]) -> tuple[Call, ...]:
    """Calls from CSV with a head row; an empty field is no value, other columns are left out."""
    return tuple(_call(row) for row in csv.DictReader(lines))


def calls_of_json_lines(lines: Iterable[str]) -> tuple[Call, ...]:
    """Calls from one JSON object a line."""
    return tuple(_call(json.loads(line)) for line in lines if line.strip())


def _call(row: Mapping[str, str | int | None]) -> Call:
    return Call(**{name: _value(name, row.get(name)) for name in _COLUMNS})


def _value(name: str, value: str | int | None) -> Any:
    if value is None or value == "":
        return None
    if name in _TIMES:
        return in_utc(datetime.fromisoformat(str(value)))
    return int(value) if name in _NUMBERS else str(value)


def in_utc(instant: datetime) -> datetime:
    """To the millisecond, in UTC; one without an offset is in UTC already."""
    aware = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    return aware.replace(microsecond=aware.microsecond - aware.microsecond % 1000)
