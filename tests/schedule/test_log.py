"""Events in the log: one line each, for people and for machines."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reporter.schedule import events
from reporter.schedule.events import Event, level_of
from reporter.schedule.log import log_to

NOW = datetime(2026, 11, 25, 6, 0, 1, 234567, tzinfo=UTC)
DUE = datetime(2026, 11, 25, 6, tzinfo=UTC)
R = {"report": "review", "due_at": DUE}


def settled(state: str, reason: str = "", again_at: datetime | None = None) -> Event:
    return events.DeliverySettled(
        report="review",
        delivery="0123456789abcdef",
        name="email",
        recipient="one@example.com",
        state=state,
        reason=reason,
        again_at=again_at,
    )


EVENTS: list[tuple[Event, str]] = [
    (events.Started(owner="1-a", ledger="x"), "info    started as 1-a on x"),
    (events.Stopped(reason="a signal asked for it"), "info    stopped: a signal asked for it"),
    (events.TickFailed(reason="no"), "error   no"),
    (events.SpecBroken(spec="a.yaml", reason="no"), "error   a.yaml is not scheduled: no"),
    (events.SpecMended(spec="a.yaml"), "info    a.yaml is well again"),
    (
        events.Remembered(report="review", next_due=DUE),
        "info    review: due next 2026-11-25 06:00Z",
    ),
    (events.Remembered(report="review", next_due=None), "info    review: due next never"),
    (events.Unscheduled(report="review"), "info    review: has no schedule any more"),
    (events.Missed(**R, reason="no"), "warning review of 2026-11-25 06:00Z: missed: no"),
    (events.Making(**R, attempt=1), "info    review of 2026-11-25 06:00Z: being made"),
    (events.Making(**R, attempt=2), "info    review of 2026-11-25 06:00Z: being made, attempt 2"),
    (
        events.Issued(**R, editions=("a",), held=(), notices=(), seconds=0.25),
        "info    review of 2026-11-25 06:00Z: 1 edition in 0.2 s",
    ),
    (
        events.Issued(**R, editions=("a", "b"), held=("No.",), notices=("Oh.",), seconds=1),
        "info    review of 2026-11-25 06:00Z: 2 editions in 1.0 s, held: No., note: Oh.",
    ),
    (
        events.Waiting(**R, reason="no data", again_at=NOW),
        "info    review of 2026-11-25 06:00Z: waits, again at 06:00:01Z: no data",
    ),
    (
        events.MakingFailed(**R, reason="no", again_at=None),
        "warning review of 2026-11-25 06:00Z: failed: no",
    ),
    (events.FiringFailed(**R, reason="no"), "error   review of 2026-11-25 06:00Z: no"),
    (
        events.Interrupted(**R),
        "info    review of 2026-11-25 06:00Z: interrupted; made when the schedule runs again",
    ),
    (
        events.LeaseLost(**R),
        "warning review of 2026-11-25 06:00Z: another process has taken it over",
    ),
    (settled("sent"), "info    review: email to one@example.com: sent [01234567]"),
    (
        settled("planned", "421", NOW),
        "warning review: email to one@example.com: not yet, again at 06:00:01Z: 421 [01234567]",
    ),
    (settled("unknown", "?"), "error   review: email to one@example.com: unknown: ? [01234567]"),
    (events.OwnerTold(subject="x"), "info    the owner is told: x"),
]


@pytest.mark.parametrize(("event", "line"), EVENTS, ids=lambda one: type(one).__name__)
def test_an_event_in_both_ways(event: Event, line: str) -> None:
    text, machine = io.StringIO(), io.StringIO()
    log_to(text, "text", lambda: NOW)(event)
    log_to(machine, "json", lambda: NOW)(event)
    assert text.getvalue() == f"2026-11-25T06:00:01.234Z {line}\n"
    read = json.loads(machine.getvalue())
    assert (read["at"], read["level"]) == ("2026-11-25T06:00:01.234Z", level_of(event))
    assert read["event"] == type(event).__struct_config__.tag


def test_every_kind_of_event_is_here() -> None:
    kinds = {kind for kind in vars(events).values() if isinstance(kind, type)}
    assert {type(event) for event, _ in EVENTS} == {
        kind for kind in kinds if issubclass(kind, Event) and not kind.__subclasses__()
    }
    with pytest.raises(NotImplementedError):
        _ = Event().sentence


def test_a_line_is_a_line() -> None:
    stream = io.StringIO()
    log_to(stream, "text", lambda: NOW)(events.TickFailed(reason="a\nb\x1b[31m"))
    log_to(stream, "json", lambda: NOW)(events.TickFailed(reason="a\nb"))
    assert len(stream.getvalue().splitlines()) == 2
    assert "\x1b" not in stream.getvalue()


def test_a_stream_that_is_gone_stops_nothing() -> None:
    stream = io.StringIO()
    stream.close()
    log_to(stream, "text", lambda: NOW)(events.TickFailed(reason="no"))


def test_the_documentation_names_every_event() -> None:
    page = (Path(__file__).parents[2] / "docs" / "schedule.md").read_text("utf-8")
    table = page.partition("| `event` | |")[2].partition("\n\n")[0]
    heads = "".join(line.split("|")[1] for line in table.splitlines() if line.count("|") > 1)
    tags = {str(type(event).__struct_config__.tag) for event, _ in EVENTS}
    assert set(re.findall("`([a-z-]+)`", heads)) == tags
