"""Letters, deliveries and channels, with as little said as a test needs."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reporter.delivery.base import (
    Attachment,
    Channel,
    Facts,
    File,
    Handover,
    Letter,
    Link,
    NotTaken,
    Receipt,
    Uncertain,
)
from reporter.delivery.email import EmailChannel
from reporter.settings import Mail

PLANNED = datetime(2026, 11, 1, 6, 0, 30, tzinfo=UTC)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63"
    "fcffff3f030005fe02fea1a5d2480000000049454e44ae426082"
)


def some_facts(*links: Link) -> Facts:
    return Facts(
        edition="e" * 32,
        report="review",
        title="Review",
        period="October 2026",
        since=datetime(2026, 10, 1, tzinfo=UTC),
        until=datetime(2026, 11, 1, tzinfo=UTC),
        timezone="UTC",
        revision="final",
        language="en-GB",
        links=links,
    )


def some_letter(**changes: object) -> Letter:
    said: dict[str, Any] = {
        "facts": some_facts(),
        "subject": "Review: October 2026",
        "html": "<!DOCTYPE html><html><body><p>Calls: 7</p></body></html>",
        "text": "Calls: 7\n",
    }
    return Letter(**(said | changes))


def some_file(name: str = "review.pdf", size: int = 1000, format_: str = "pdf") -> File:
    return File(format_, name, "application/pdf", (b"%PDF" * (size // 4 + 1))[:size])


def attached(name: str = "review.pdf", size: int = 1000) -> Attachment:
    return Attachment(some_file(name, size), f"{name} is not attached.")


def to(
    recipient: str, *, id_: str = "0" * 32, begin: Callable[[], None] = lambda: None
) -> Handover:
    return Handover(id=id_, recipient=recipient, planned_at=PLANNED, begin=begin)


def channel_to(port: int, folder: Path = Path(), **settings: object) -> EmailChannel:
    said: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "from_": "Reports <reports@example.com>",
        "timeout": "5s",
    }
    return EmailChannel(Mail(**(said | settings)), folder)


def tried(channel: Channel, letter: Letter, handover: Handover) -> Receipt | NotTaken | Uncertain:
    """What the channel says of a delivery."""
    try:
        return channel.deliver(letter, handover)
    except (NotTaken, Uncertain) as said:
        return said
