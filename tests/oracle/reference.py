"""What every number means, in plain Python: one record after the other, no engine, no SQL.

This is the second opinion on the product. It shares no code with it and is written to be
read, not to be fast: a metric is a function of a list of calls, a dimension and a filter are
functions of one call.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

Value = int | float | str | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call as it stands in a file, before anything is cut or checked."""

    call_id: str | None
    sent_at: datetime | None
    direction: str | None
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
    billed_seconds: float | None = None
    status_group: str | None = None
    status: str | None = None
    error_group: str | None = None
    error_code: str | None = None
    amd_result: str | None = None
    hangup: str | None = None


# Records: cut, checked, each once


def _cut(instant: datetime | None) -> datetime | None:
    if instant is None:
        return None
    utc = instant.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def cut(call: CallRecord) -> CallRecord:
    """The call with all its times in UTC, cut to milliseconds."""
    return replace(
        call,
        sent_at=_cut(call.sent_at),
        ringing_at=_cut(call.ringing_at),
        answered_at=_cut(call.answered_at),
        ended_at=_cut(call.ended_at),
    )


CLOSED: Final[Mapping[str, tuple[str, ...]]] = {
    "direction": ("OUTBOUND", "INBOUND"),
    "capability": ("PHONE", "WEBRTC", "SIPTRUNK", "VIBER_BC", "WHATSAPP_BC"),
    "status_group": ("PENDING", "UNDELIVERABLE", "DELIVERED", "EXPIRED", "REJECTED"),
    "error_group": ("OK", "HANDSET_ERRORS", "USER_ERRORS", "OPERATOR_ERRORS"),
    "amd_result": ("HUMAN", "MACHINE"),
    "hangup": ("NORMAL", "ERROR"),
}
"""Columns with a fixed set of values. Statuses and error codes are open sets."""


def is_bad(call: CallRecord) -> bool:
    """Whether a (cut) call cannot be right.

    Never sent; answered before sent; ended before answered; a negative bill; a value that its
    column does not know. A call must be outbound or inbound, for else attempted and received
    calls would not add up to all; the other columns may be empty.
    """
    wait, length = time_to_answer(call), _answered_to_ended(call)
    return (
        call.sent_at is None
        or call.direction is None
        or (wait is not None and wait < 0)
        or (length is not None and length < 0)
        or (call.billed_seconds is not None and call.billed_seconds < 0)
        or any(getattr(call, name) not in (None, *known) for name, known in CLOSED.items())
    )


def each_once(calls: Iterable[CallRecord]) -> list[CallRecord]:
    """Of every call id the version that ended last, then answered last.

    A missing time is earlier than any other; a call without id is a repeat of nothing. Versions
    that tie in both times are told apart by their other columns; the random records are such
    that they are equal in all of them.
    """
    latest: dict[str, CallRecord] = {}
    nameless = []
    for call in calls:
        if call.call_id is None:
            nameless.append(call)
        elif call.call_id not in latest or _lateness(latest[call.call_id]) < _lateness(call):
            latest[call.call_id] = call
    return nameless + list(latest.values())


def _lateness(call: CallRecord) -> tuple[datetime, datetime]:
    never = datetime.min.replace(tzinfo=UTC)
    return (call.ended_at or never, call.answered_at or never)


# One call


def time_to_answer(call: CallRecord) -> int | None:
    """Milliseconds from sent to answered."""
    if call.answered_at is None or call.sent_at is None:
        return None
    return (call.answered_at - call.sent_at) // timedelta(milliseconds=1)


def _answered_to_ended(call: CallRecord) -> int | None:
    if call.answered_at is None or call.ended_at is None:
        return None
    return (call.ended_at - call.answered_at) // timedelta(milliseconds=1)


def milliseconds(call: CallRecord) -> int:
    """How long a call was talked; 0 for one that was not answered, or has no end.

    Where the file gives its own count of an answered call, that counts.
    """
    if call.answered_at is None:
        return 0
    if call.billed_seconds is not None:
        return round(call.billed_seconds * 1000)
    return _answered_to_ended(call) or 0


def _outbound(call: CallRecord) -> bool:
    return call.direction == "OUTBOUND"


def _inbound(call: CallRecord) -> bool:
    return call.direction == "INBOUND"


def _answered(call: CallRecord) -> bool:
    return call.answered_at is not None


def _rang(call: CallRecord) -> bool:
    return call.ringing_at is not None


def outcome(call: CallRecord) -> str | None:
    """What became of an outbound call; None for the others. Every outbound call has one."""
    if not _outbound(call):
        return None
    if _answered(call):
        return "answered"
    if call.status == "NO_ANSWER" or (call.status == "CANCELLED" and _rang(call)):
        return "not answered"
    if call.status == "BUSY":
        return "busy"
    if call.status == "CANCELLED":
        return "canceled"
    return "pending" if call.status_group == "PENDING" else "failed"


# Metrics


def _count(holds: Callable[[CallRecord], bool]) -> Callable[[Sequence[CallRecord]], int]:
    return lambda calls: sum(1 for call in calls if holds(call))


def _count_outcome(*wanted: str) -> Callable[[Sequence[CallRecord]], int]:
    return _count(lambda call: outcome(call) in wanted)


def _share(
    part: Callable[[Sequence[CallRecord]], int], whole: Callable[[Sequence[CallRecord]], int]
) -> Callable[[Sequence[CallRecord]], float | None]:
    return lambda calls: part(calls) / whole(calls) if whole(calls) else None


def _seconds(calls: Sequence[CallRecord]) -> float:
    return sum(milliseconds(call) for call in calls) / 1000


attempted: Final = _count(_outbound)
seized: Final = _count(lambda call: _outbound(call) and (_rang(call) or _answered(call)))
outbound_answered: Final = _count_outcome("answered")

METRICS: Final[Mapping[str, Callable[[Sequence[CallRecord]], int | float | None]]] = {
    "TOTAL_CALL_COUNT": len,
    "TOTAL_ATTEMPTED_CALL_COUNT": attempted,
    "TOTAL_SEIZED_CALL_COUNT": seized,
    "TOTAL_ANSWERED_CALL_COUNT": _count(_answered),
    "TOTAL_RECEIVED_CALL_COUNT": _count(_inbound),
    "AMD_PROCESSED_CALL_COUNT": _count(lambda call: call.amd_result is not None),
    "ANSWERED_BY_PERSON_CALL_COUNT": _count(
        lambda call: outcome(call) == "answered" and call.amd_result == "HUMAN"
    ),
    "ANSWERED_BY_VOICE_DETECTION_CALL_COUNT": _count(
        lambda call: outcome(call) == "answered" and call.amd_result == "MACHINE"
    ),
    "NOT_ANSWERED_CALL_COUNT": _count_outcome("not answered"),
    "BUSY_CALL_COUNT": _count_outcome("busy"),
    "CANCELED_CALL_COUNT": _count_outcome("canceled"),
    "FAILED_CALL_COUNT": _count_outcome("failed"),
    "ANSWER_SEIZURE_RATIO": _share(outbound_answered, seized),
    "ANSWER_RATE": _share(outbound_answered, attempted),
    "BUSY_RATE": _share(_count_outcome("busy"), attempted),
    "NORMAL_HUNG_UP_COUNT": _count(lambda call: call.hangup == "NORMAL"),
    "ERROR_HUNG_UP_COUNT": _count(lambda call: call.hangup == "ERROR"),
    "HUNG_UP_COUNT": _count(lambda call: call.hangup in ("NORMAL", "ERROR")),
    "TOTAL_CALL_DURATION": _seconds,
}

# Dimensions

_SECOND: Final = 1000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR

BUCKETS: Final[Mapping[str, int]] = {
    **{f"SECONDS_{n}": n * _SECOND for n in (0, 1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 40, 50)},
    **{f"MINUTES_{n}": n * _MINUTE for n in (1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 45)},
    **{f"HOURS_{n}": n * _HOUR for n in (1, 6, 12, 18)},
    **{f"DAYS_{n}": n * _DAY for n in (1, 2, 3)},
}
"""Bucket names with their lower bounds in milliseconds, in order."""


def bucket(call: CallRecord) -> str | None:
    """The bucket of the time to answer."""
    wait = time_to_answer(call)
    if wait is None:
        return None
    return [name for name, bound in BUCKETS.items() if bound <= wait][-1]


def _local(call: CallRecord, zone: ZoneInfo) -> datetime:
    if call.sent_at is None:
        raise ValueError("a call that was never sent lies in no interval")
    return call.sent_at.astimezone(zone)


def _hour(call: CallRecord, zone: ZoneInfo) -> str:
    """The local hour with its offset, as text.

    As instants two hours can be the same: in Chatham, 02:45 becomes 03:45 in spring, and both
    02:00+12:45 and 03:00+13:45 are 13:15 UTC.
    """
    local = _local(call, zone)
    offset = timezone(local.utcoffset() or timedelta())
    return local.replace(minute=0, second=0, microsecond=0, tzinfo=offset).isoformat()


def _week(first: int) -> Callable[[CallRecord, ZoneInfo], date]:
    def start(call: CallRecord, zone: ZoneInfo) -> date:
        day = _local(call, zone).date()
        while day.weekday() != first:
            day -= timedelta(days=1)
        return day

    return start


_MONDAY, _SATURDAY, _SUNDAY = 0, 5, 6

TIME_STEPS: Final[Mapping[str, Callable[[CallRecord, ZoneInfo], date | str]]] = {
    "HOUR": _hour,
    "DAY": lambda call, zone: _local(call, zone).date(),
    "WEEK_SATURDAY_START": _week(_SATURDAY),
    "WEEK_SUNDAY_START": _week(_SUNDAY),
    "WEEK_MONDAY_START": _week(_MONDAY),
    "MONTH": lambda call, zone: _local(call, zone).date().replace(day=1),
    "QUARTER": lambda call, zone: _quarter(_local(call, zone).date()),
    "YEAR": lambda call, zone: _local(call, zone).date().replace(month=1, day=1),
}
"""The finest first."""


def _quarter(day: date) -> date:
    return day.replace(month={1: 1, 2: 4, 3: 7, 4: 10}[(day.month + 2) // 3], day=1)


ATTRIBUTES: Final[Mapping[str, Callable[[CallRecord], Value]]] = {
    "ACCOUNT_KEY": lambda call: call.account_key,
    "TIME_TO_ANSWER": bucket,
    "CHANNEL_CODE": lambda _: "VOICE_VIDEO",
    "CHANNEL_NAME": lambda _: "Voice and Video",
    "CAPABILITY": lambda call: call.capability,
    "DIRECTION": lambda call: call.direction,
    "SENDER": lambda call: call.sender,
    "SENDER_TYPE": lambda call: call.sender_type,
    "COMMUNICATION": lambda call: call.communication_id,
    "NETWORK_ID": lambda call: call.network_id,
    "NETWORK_NAME": lambda call: call.network_name,
    "COUNTRY_ID": lambda call: call.country_id,
    "COUNTRY_NAME": lambda call: call.country_name,
    "APPLICATION_ID": lambda call: call.application_id,
    "ENTITY_ID": lambda call: call.entity_id,
    "STATUS_GROUP": lambda call: call.status_group,
    "STATUS": lambda call: call.status,
    "ERROR_GROUP": lambda call: call.error_group,
    "ERROR_CODE": lambda call: call.error_code,
}

DIMENSIONS: Final = (*TIME_STEPS, *ATTRIBUTES)


def answered_dimensions(asked: Sequence[str]) -> tuple[str, ...]:
    """Of several time steps only the finest, in the place where it was asked."""
    finest = next((step for step in TIME_STEPS if step in asked), None)
    return tuple(name for name in asked if name not in TIME_STEPS or name == finest)
