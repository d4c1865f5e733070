"""The log of the schedule: one line for each event, as text or as JSON."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, TextIO

import msgspec

from reporter.schedule.events import Event, level_of

Format = Literal["text", "json"]
Log = Callable[[Event], None]


def log_to(stream: TextIO, form: Format, now: Callable[[], datetime]) -> Log:
    """What writes events to a stream, each at once.

    Args:
        stream: where; one that is gone stops nothing.
        form: how.
        now: the clock.
    """
    line = _as_json if form == "json" else _as_text

    def write(event: Event) -> None:
        try:
            stream.write(line(event, now()) + "\n")
            stream.flush()
        except (OSError, ValueError):
            return  # nobody reads any more: what happened is in the ledger

    return write


def _as_text(event: Event, at: datetime) -> str:
    said = "".join(one if one.isprintable() else " " for one in event.sentence)
    return f"{_stamp(at)} {level_of(event):7} {said}"


def _as_json(event: Event, at: datetime) -> str:
    fields = msgspec.to_builtins(event)
    line = {"at": _stamp(at), "level": level_of(event), **fields}
    return msgspec.json.encode(line).decode()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
