"""The vendor's metrics: a function of the records of one group each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Final

from vendor_double.records import Call, Message, Record


@dataclass(frozen=True, slots=True)
class Whole:
    """A count."""

    value: int


@dataclass(frozen=True, slots=True)
class Share:
    """A ratio; None where there is nothing to divide by."""

    value: Fraction | None


@dataclass(frozen=True, slots=True)
class Length:
    """A duration in milliseconds."""

    value: int


@dataclass(frozen=True, slots=True)
class NotThere:
    """The metric is not one of the channel's."""


Amount = Whole | Share | Length | NotThere


def amounts(names: Iterable[str], group: Sequence[Record], channel: str) -> list[Amount]:
    """The values of metrics over the records of a group, which are all of one channel."""
    if channel == "VOICE_VIDEO":
        calls = [record for record in group if isinstance(record, Call)]
        return [CALL_METRICS[name](calls) if name in CALL_METRICS else NotThere() for name in names]
    messages = [record for record in group if isinstance(record, Message)]
    return [
        MESSAGE_METRICS[name](messages) if name in MESSAGE_METRICS else NotThere() for name in names
    ]


# Calls


def _how_it_ended(call: Call) -> str:
    """One word for what became of a call that was placed; the five and ``pending`` are all."""
    if call.answered_at is not None:
        return "answered"
    match call.status:
        case "BUSY":
            return "busy"
        case "NO_ANSWER":
            return "not answered"
        case "CANCELLED":
            return "canceled" if call.ringing_at is None else "not answered"
    return "pending" if call.status_group == "PENDING" else "failed"


def _placed(calls: Sequence[Call]) -> list[Call]:
    return [call for call in calls if call.direction == "OUTBOUND"]


def _ended(calls: Sequence[Call], *how: str) -> int:
    return len([call for call in _placed(calls) if _how_it_ended(call) in how])


def _reached(calls: Sequence[Call]) -> int:
    return len([c for c in _placed(calls) if c.ringing_at is not None or c.answered_at is not None])


def _answered_by(calls: Sequence[Call], whom: str) -> int:
    return len([c for c in _placed(calls) if c.answered_at is not None and c.amd_result == whom])


def _hung_up(calls: Sequence[Call], *how: str) -> Whole:
    return Whole(len([call for call in calls if call.hangup in how]))


def _share(part: int, whole: int) -> Share:
    return Share(None if whole == 0 else Fraction(part, whole))


def _talked(calls: Sequence[Call]) -> Length:
    total = timedelta()
    for call in calls:
        if call.answered_at is not None and call.ended_at is not None:
            total += call.ended_at - call.answered_at
    return Length(total // timedelta(milliseconds=1))


CALL_METRICS: Final[Mapping[str, Callable[[Sequence[Call]], Amount]]] = {
    "TOTAL_CALL_COUNT": lambda calls: Whole(len(calls)),
    "TOTAL_ATTEMPTED_CALL_COUNT": lambda calls: Whole(len(_placed(calls))),
    "TOTAL_SEIZED_CALL_COUNT": lambda calls: Whole(_reached(calls)),
    "TOTAL_ANSWERED_CALL_COUNT": lambda calls: Whole(
        len([call for call in calls if call.answered_at is not None])
    ),
    "TOTAL_RECEIVED_CALL_COUNT": lambda calls: Whole(len(calls) - len(_placed(calls))),
    "AMD_PROCESSED_CALL_COUNT": lambda calls: Whole(
        len([call for call in calls if call.amd_result is not None])
    ),
    "ANSWERED_BY_PERSON_CALL_COUNT": lambda calls: Whole(_answered_by(calls, "HUMAN")),
    "ANSWERED_BY_VOICE_DETECTION_CALL_COUNT": lambda calls: Whole(_answered_by(calls, "MACHINE")),
    "NOT_ANSWERED_CALL_COUNT": lambda calls: Whole(_ended(calls, "not answered")),
    "BUSY_CALL_COUNT": lambda calls: Whole(_ended(calls, "busy")),
    "CANCELED_CALL_COUNT": lambda calls: Whole(_ended(calls, "canceled")),
    "FAILED_CALL_COUNT": lambda calls: Whole(_ended(calls, "failed")),
    "ANSWER_SEIZURE_RATIO": lambda calls: _share(_ended(calls, "answered"), _reached(calls)),
    "ANSWER_RATE": lambda calls: _share(_ended(calls, "answered"), len(_placed(calls))),
    "BUSY_RATE": lambda calls: _share(_ended(calls, "busy"), len(_placed(calls))),
    "HUNG_UP_COUNT": lambda calls: _hung_up(calls, "NORMAL", "ERROR"),
    "NORMAL_HUNG_UP_COUNT": lambda calls: _hung_up(calls, "NORMAL"),
    "ERROR_HUNG_UP_COUNT": lambda calls: _hung_up(calls, "ERROR"),
    "TOTAL_CALL_DURATION": _talked,
}


# Messages: as much as tests need


def _sent(messages: Sequence[Message], *groups: str) -> int:
    return len(
        [
            message
            for message in messages
            if message.direction == "OUTBOUND" and (not groups or message.status_group in groups)
        ]
    )


MESSAGE_METRICS: Final[Mapping[str, Callable[[Sequence[Message]], Amount]]] = {
    "TOTAL_TRAFFIC_COUNT": lambda messages: Whole(len(messages)),
    "TOTAL_SENT_TRAFFIC_COUNT": lambda messages: Whole(_sent(messages)),
    "TOTAL_RECEIVED_TRAFFIC_COUNT": lambda messages: Whole(len(messages) - _sent(messages)),
    "DELIVERED_TRAFFIC_COUNT": lambda messages: Whole(_sent(messages, "DELIVERED")),
    "FAILED_TRAFFIC_COUNT": lambda messages: Whole(_sent(messages) - _sent(messages, "DELIVERED")),
    "TRAFFIC_DELIVERY_RATE": lambda messages: _share(
        _sent(messages, "DELIVERED"), _sent(messages) - _sent(messages, "REJECTED")
    ),
}
