"""What deliveries are about, where that does not matter."""

from datetime import datetime
from typing import Any

from reporter.delivery.base import Facts, Letter
from reporter.ledger.deliveries import Planned


def facts(now: datetime, **changed: object) -> Facts:
    known: dict[str, Any] = {
        "edition": "e",
        "report": "review",
        "title": "Review",
        "period": "October 2026",
        "since": now,
        "until": now,
        "timezone": "UTC",
        "revision": "final",
        "language": "en",
    }
    return Facts(**(known | changed))


def letter(now: datetime) -> Letter:
    return Letter(facts=facts(now), subject="Review", html="<p>Review</p>", text="Review")


def planned(recipient: str, **said: object) -> Planned:
    """A mail of no edition, and nothing in it; what is said needs a deadline."""
    known: dict[str, Any] = {
        "edition": None,
        "report": "review",
        "name": "mail",
        "channel": "email",
        "recipient": recipient,
        "parcel": None,
    }
    return Planned(**(known | said))
