"""Calls and what can be counted of them, in plain Python: shares no code with what it proves."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import msgspec

Number = int | float | None
Value = str | int | date | None

BOUNDS = (
    *(("SECONDS", n, n * 1000) for n in (0, 1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 40, 50)),
    *(("MINUTES", n, n * 60_000) for n in (1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 45)),
    *(("HOURS", n, n * 3_600_000) for n in (1, 6, 12, 18)),
    *(("DAYS", n, n * 86_400_000) for n in (1, 2, 3)),
)
BUCKETS = tuple(f"{unit}_{number}" for unit, number, _ in BOUNDS)


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call; times in milliseconds."""

    sent_at: datetime
    outbound: bool
    rang: bool
    to_answer: int | None
    lasted: int
    status: str
    status_group: str
    amd: str | None
    hangup: str | None
    account: str
    sender: str | None
    country: int | None
    application: str | None
    entity: str | None

    @property
    def answered(self) -> bool:
        return self.to_answer is not None

    @property
    def lost(self) -> str:
        """What became of an outbound call that nobody answered; empty for the others."""
        if not self.outbound or self.answered:
            return ""
        if self.status == "NO_ANSWER" or (self.status == "CANCELLED" and self.rang):
            return "not answered"
        if self.status in {"CANCELLED", "BUSY"}:
            return self.status.lower()
        return "pending" if self.status_group == "PENDING" else "failed"

    @property
    def bucket(self) -> str | None:
        if self.to_answer is None:
            return None
        return [
            n for n, (_, _, since) in zip(BUCKETS, BOUNDS, strict=True) if since <= self.to_answer
        ][-1]


COUNTS: dict[str, Callable[[Call], bool]] = {
    "TOTAL_CALL_COUNT": lambda _: True,
    "TOTAL_ATTEMPTED_CALL_COUNT": lambda c: c.outbound,
    "TOTAL_SEIZED_CALL_COUNT": lambda c: c.outbound and (c.rang or c.answered),
    "TOTAL_ANSWERED_CALL_COUNT": lambda c: c.answered,
    "TOTAL_RECEIVED_CALL_COUNT": lambda c: not c.outbound,
    "AMD_PROCESSED_CALL_COUNT": lambda c: c.amd is not None,
    "ANSWERED_BY_PERSON_CALL_COUNT": lambda c: c.outbound and c.answered and c.amd == "HUMAN",
    "ANSWERED_BY_VOICE_DETECTION_CALL_COUNT": (
        lambda c: c.outbound and c.answered and c.amd == "MACHINE"
    ),
    "NOT_ANSWERED_CALL_COUNT": lambda c: c.lost == "not answered",
    "BUSY_CALL_COUNT": lambda c: c.lost == "busy",
    "CANCELED_CALL_COUNT": lambda c: c.lost == "cancelled",
    "FAILED_CALL_COUNT": lambda c: c.lost == "failed",
    "HUNG_UP_COUNT": lambda c: c.hangup is not None,
    "NORMAL_HUNG_UP_COUNT": lambda c: c.hangup == "NORMAL",
    "ERROR_HUNG_UP_COUNT": lambda c: c.hangup == "ERROR",
}
RATIOS: dict[str, tuple[Callable[[Call], bool], str]] = {
    "ANSWER_RATE": (lambda c: c.outbound and c.answered, "TOTAL_ATTEMPTED_CALL_COUNT"),
    "ANSWER_SEIZURE_RATIO": (lambda c: c.outbound and c.answered, "TOTAL_SEIZED_CALL_COUNT"),
    "BUSY_RATE": (lambda c: c.lost == "busy", "TOTAL_ATTEMPTED_CALL_COUNT"),
}
ATTRIBUTES: dict[str, Callable[[Call], Value]] = {
    "ACCOUNT_KEY": lambda c: c.account,
    "DIRECTION": lambda c: "OUTBOUND" if c.outbound else "INBOUND",
    "SENDER": lambda c: c.sender,
    "COUNTRY_ID": lambda c: c.country,
    "STATUS": lambda c: c.status,
    "TIME_TO_ANSWER": lambda c: c.bucket,
    "APPLICATION_ID": lambda c: c.application,
    "ENTITY_ID": lambda c: c.entity,
    "CHANNEL_CODE": lambda _: "VOICE_VIDEO",
    "CHANNEL_NAME": lambda _: "Voice and Video",
}


def count(name: str, calls: Iterable[Call]) -> int:
    return sum(map(COUNTS[name], calls))


def over(name: str, calls: Iterable[Call]) -> tuple[int, int]:
    """Numerator and denominator of a ratio."""
    calls = tuple(calls)
    numerator, denominator = RATIOS[name]
    return sum(map(numerator, calls)), count(denominator, calls)


def milliseconds(calls: Iterable[Call]) -> int:
    return sum(call.lasted for call in calls if call.answered)


def measured(name: str, calls: Iterable[Call]) -> Number:
    """A metric as a report has it: rates as fractions, durations in seconds."""
    if name == "TOTAL_CALL_DURATION":
        return milliseconds(calls) / 1000
    if name in RATIOS:
        numerator, denominator = over(name, calls)
        return numerator / denominator if denominator else None
    return count(name, calls)


def step(call: Call, grain: str, zone: ZoneInfo) -> date:
    """The local step of a call: an hour with its offset, or a day."""
    local = call.sent_at.astimezone(zone)
    if grain == "HOUR":
        offset = local.utcoffset()
        assert offset is not None
        return datetime(local.year, local.month, local.day, local.hour, tzinfo=timezone(offset))
    return first_day(local.date(), grain)


def first_day(day: date, grain: str) -> date:
    """The first day of the step that a day lies in."""
    if grain.startswith("WEEK"):
        start = {"MONDAY": 0, "SATURDAY": 5, "SUNDAY": 6}[grain.split("_")[1]]
        while day.weekday() != start:
            day -= timedelta(days=1)
        return day
    months = {
        "DAY": day.month,
        "MONTH": day.month,
        "QUARTER": (1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10)[day.month - 1],
        "YEAR": 1,
    }
    return date(day.year, months[grain], day.day if grain == "DAY" else 1)


GRAINS = (
    *("HOUR", "DAY", "WEEK_SATURDAY_START", "WEEK_SUNDAY_START", "WEEK_MONDAY_START"),
    *("MONTH", "QUARTER", "YEAR"),
)


def value_of(call: Call, dimension: str, zone: ZoneInfo) -> Value:
    return step(call, dimension, zone) if dimension in GRAINS else ATTRIBUTES[dimension](call)


def grouped(
    calls: Iterable[Call], dimensions: Iterable[str], zone: ZoneInfo
) -> dict[tuple[Value, ...], list[Call]]:
    """The calls by the values of dimensions; one group without dimensions."""
    dimensions = tuple(dimensions)
    groups: dict[tuple[Value, ...], list[Call]] = {} if dimensions else {(): []}
    for call in calls:
        key = tuple(value_of(call, name, zone) for name in dimensions)
        groups.setdefault(key, []).append(call)
    return groups


def between(calls: Iterable[Call], since: datetime, until: datetime) -> list[Call]:
    return [call for call in calls if since.astimezone(UTC) <= call.sent_at < until.astimezone(UTC)]
