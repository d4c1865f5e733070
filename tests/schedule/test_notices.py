"""Words to the owner: once for each occasion, on every way, and never about themselves."""

import email
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path

from reporter.delivery.base import Announcement, Chat, Handover, Letter
from reporter.delivery.message import message
from reporter.delivery.parcels import decode
from reporter.ledger import Ledger, deliveries, editions, firings
from reporter.ledger.deliveries import DeliveryRecord, Planned, State
from reporter.ledger.editions import EditionRecord
from reporter.ledger.firings import FiringState, NewFiring, ScheduleRecord
from reporter.ledger.occasions import Occasion
from reporter.schedule.notices import tell_owner
from reporter.settings import (
    FolderChannel,
    Notify,
    Project,
    ProjectFile,
    SlackChannel,
    WebhookChannel,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def project(tmp_path: Path, *mail: str, channels: tuple[str, ...] = ()) -> Project:
    file = ProjectFile(
        version=1,
        notify=Notify(email=mail, channels=channels),
        channels={
            "team": SlackChannel("https://chat.example.com/secret"),
            "portal": WebhookChannel("https://portal.example.com/secret"),
            "files": FolderChannel("published"),
        },
    )
    return Project(tmp_path, file)


def fail(ledger: Ledger, at: datetime = NOW, state: FiringState = FiringState.FAILED) -> None:
    """A firing of ``review`` that came to nothing."""
    schedule = ScheduleRecord(
        report="review", spec="review.yaml", cron="0 7 * * *", timezone="UTC", next_due=at
    )
    with ledger.transaction() as connection:
        firings.remember(connection, schedule)
        firings.fire(connection, schedule, [NewFiring(at, FiringState.DUE)], at + DAY, at)
    firing = firings.claim(ledger, ["review"], "me", at, MINUTE)
    assert firing is not None
    firings.settle(ledger, firing, at, state=state, reason="given up: the source is down")


def deliver(ledger: Ledger, state: State, *recipients: str, edition: str = "e1") -> None:
    """Deliveries that came to a state at noon."""
    held = state is State.HELD
    record = EditionRecord(
        id=edition,
        series=edition,
        report="review",
        since=NOW - DAY,
        until=NOW,
        timezone="UTC",
        revision="final",
        made_at=NOW,
        data_through=None,
        spec_commit=None,
        version="0",
        fingerprint="",
        readings=None,
    )
    planned = [
        Planned(
            edition=edition,
            report="review",
            name="email",
            channel="email",
            recipient=recipient,
            parcel=None,
            state=State.HELD if held else State.PLANNED,
            reason="no calls" if held else "",
            deadline=NOW + DAY,
        )
        for recipient in recipients
    ]
    with ledger.transaction() as connection:
        editions.insert(connection, record, ())
        deliveries.plan(connection, planned, NOW)
    for _ in [] if held else planned:
        claimed = deliveries.claim(ledger, "desk", NOW, MINUTE)
        assert claimed is not None
        deliveries.begin(ledger, claimed.id, "desk", NOW, MINUTE)
        deliveries.settle(ledger, claimed.id, "desk", NOW, state=state, reason="550 no")


def words(ledger: Ledger) -> list[DeliveryRecord]:
    return [one for one in deliveries.all_of(ledger) if one.edition is None]


def parcel_of(ledger: Ledger, record: DeliveryRecord) -> Letter | Chat | Announcement:
    assert record.parcel is not None
    body = deliveries.parcel(ledger, record.parcel)
    assert body is not None
    parcel = decode(body)
    assert isinstance(parcel, Letter | Chat | Announcement)
    return parcel


def test_a_failed_firing_is_told_once(ledger: Ledger, tmp_path: Path) -> None:
    owner = project(tmp_path, "ops@example.com", "Boss <boss@example.com>")
    assert tell_owner(ledger, owner, NOW) == ()
    fail(ledger)
    assert tell_owner(ledger, owner, NOW) == ("review needs attention",)
    assert tell_owner(ledger, owner, NOW + MINUTE) == ()
    first, second = words(ledger)
    assert [first.recipient, second.recipient] == ["ops@example.com", "Boss <boss@example.com>"]
    assert first.parcel == second.parcel
    letter = parcel_of(ledger, first)
    assert isinstance(letter, Letter)
    handover = Handover(id=first.id, recipient=first.recipient, planned_at=NOW, begin=lambda: None)
    mail = message(letter, handover, sender="r@example.com", largest=10**7)
    read = email.message_from_bytes(mail.content, policy=default)
    assert read["Subject"] == "Reporter: review needs attention"
    assert read.get_content_type() == "text/plain"
    assert read.get_content().splitlines() == [
        "review needs attention",
        "",
        "not made when it was due at 2026-11-25 12:00 UTC: given up: the source is down",
    ]


def test_another_time_is_another_occasion(ledger: Ledger, tmp_path: Path) -> None:
    owner = project(tmp_path, "ops@example.com")
    fail(ledger)
    tell_owner(ledger, owner, NOW)
    fail(ledger, NOW + DAY)
    assert tell_owner(ledger, owner, NOW + DAY) == ("review needs attention",)
    assert len(words(ledger)) == 2


def test_deliveries_of_one_report_are_one_word(ledger: Ledger, tmp_path: Path) -> None:
    owner = project(tmp_path, channels=("team", "portal", "files", "gone"))
    deliver(ledger, State.UNKNOWN, *(f"n{number}@example.com" for number in range(22)))
    deliver(ledger, State.SENT, "fine@example.com", edition="e2")
    deliver(ledger, State.HELD, "held@example.com", edition="e3")
    assert tell_owner(ledger, owner, NOW) == ("review needs attention",)
    by_name = {one.recipient: one for one in words(ledger)}
    assert {name: one.channel for name, one in by_name.items()} == {
        "team": "slack",
        "portal": "webhook",
    }
    chat = parcel_of(ledger, by_name["team"])
    assert isinstance(chat, Chat)
    lines = [line for line in chat.text.split("\n\n") if line]
    assert len(lines) == 1 + 20 + 1
    short = deliveries.all_of(ledger, [State.UNKNOWN])[0].id[:8]
    assert lines[1] == (
        "2026-11-24 12:00 to 2026-11-25 12:00 UTC, email to n0@example.com: unknown: 550 no\n"
        f"  ask whether it arrived, then: reporter deliveries resolve {short} --sent, or --resend"
    )
    assert lines[-1] == "... and 3 more: reporter history, reporter deliveries\n"
    told = parcel_of(ledger, by_name["portal"])
    assert isinstance(told, Announcement)
    assert told.facts.notices[0] == lines[1]
    assert told.files == ()
    assert tell_owner(ledger, owner, NOW) == ()


def test_a_delivery_that_fails_again_is_another_occasion(ledger: Ledger, tmp_path: Path) -> None:
    owner = project(tmp_path, "ops@example.com")
    deliver(ledger, State.FAILED, "n@example.com")
    (failed,) = deliveries.all_of(ledger)
    tell_owner(ledger, owner, NOW)
    with ledger.transaction() as connection:
        connection.execute(
            "UPDATE deliveries SET changed_at = changed_at + 1 WHERE id = ?", (failed.id,)
        )
    assert len(tell_owner(ledger, owner, NOW)) == 1


def test_nobody_is_told_that_a_word_failed(ledger: Ledger, tmp_path: Path) -> None:
    owner = project(tmp_path, "ops@example.com")
    fail(ledger)
    tell_owner(ledger, owner, NOW)
    claimed = deliveries.claim(ledger, "desk", NOW, MINUTE)
    assert claimed is not None
    deliveries.settle(ledger, claimed.id, "desk", NOW, state=State.FAILED, reason="550 no")
    assert tell_owner(ledger, owner, NOW + MINUTE) == ()


def test_what_is_past_is_not_told(ledger: Ledger, tmp_path: Path) -> None:
    fail(ledger)
    assert tell_owner(ledger, project(tmp_path), NOW) == ()
    owner = project(tmp_path, "ops@example.com")
    assert tell_owner(ledger, owner, NOW + DAY + MINUTE) == ()


def test_what_the_ledger_does_not_know(ledger: Ledger, tmp_path: Path) -> None:
    owner = project(tmp_path, "ops@example.com")
    more = [Occasion("spec x.yaml 1 no", "x", "x.yaml is not scheduled: no")]
    fail(ledger, state=FiringState.DONE)
    assert tell_owner(ledger, owner, NOW, more) == ("x needs attention",)
    assert tell_owner(ledger, owner, NOW, more) == ()
