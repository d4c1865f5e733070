"""Messages for programs: JSON, signed as Standard Webhooks says.

The signature is ``v1,`` and the base64 of HMAC-SHA256 over ``ID.TIMESTAMP.BODY``. The id is the
delivery's and the same on every attempt, so a receiver knows what it has seen.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

import msgspec

from reporter import clock
from reporter.dates import duration
from reporter.delivery.base import Announcement, Handover, NotTaken, Parcel, Receipt
from reporter.delivery.post import Post
from reporter.settings import WebhookChannel as Settings
from reporter.settings.signing import signing_key


class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """A part of a message, in camel case."""


class Period(_Part, frozen=True):
    """What is reported: ``[since, until)``."""

    label: str
    since: datetime
    until: datetime
    timezone: str


class Figure(_Part, frozen=True):
    """One figure: unrounded (null: there is none), and as people read it."""

    name: str
    label: str
    value: float | int | None
    text: str
    change: str


class Item(_Part, frozen=True):
    """A file of the edition."""

    name: str
    media_type: str
    sha256: str
    size: int


class Place(_Part, frozen=True):
    """Where a file can be read."""

    name: str
    url: str


class Data(_Part, frozen=True, kw_only=True):
    """What a message says."""

    edition: str
    report: str
    title: str
    period: Period
    revision: str
    language: str
    burst: str | None
    readings: tuple[Figure, ...]
    notices: tuple[str, ...]
    files: tuple[Item, ...]
    links: tuple[Place, ...]


class Message(_Part, frozen=True):
    """The whole message.

    Attributes:
        type: ``report.issued``; ``report.attention`` where it tells the owner of something.
        timestamp: when it was decided to send it; the same on every attempt.
    """

    type: str
    id: str
    timestamp: datetime
    data: Data


def message(announcement: Announcement, handover: Handover) -> bytes:
    """The body: always the same for the same delivery."""
    facts = announcement.facts
    data = Data(
        edition=facts.edition,
        report=facts.report,
        title=facts.title,
        period=Period(facts.period, facts.since, facts.until, facts.timezone),
        revision=facts.revision,
        language=facts.language,
        burst=facts.burst,
        readings=tuple(
            Figure(one.name, one.label, one.value, one.text, one.change) for one in facts.readings
        ),
        notices=facts.notices,
        files=tuple(Item(*one) for one in announcement.files),
        links=tuple(Place(one.name, one.url) for one in facts.links),
    )
    kind = "report.issued" if facts.edition else "report.attention"
    return msgspec.json.encode(Message(kind, handover.id, handover.planned_at, data))


def signature(key: bytes, name: str, timestamp: str, body: bytes) -> str:
    """What proves that a body is ours.

    Args:
        key: known to both sides.
        name: the id of the message.
        timestamp: seconds since 1970.
        body: as it is sent.
    """
    signed = b".".join((name.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


class WebhookChannel:
    """A webhook of the project file.

    Args:
        name: of the channel.
        settings: of it.
        now: the clock; receivers refuse old timestamps.
    """

    repeatable = False

    def __init__(
        self, name: str, settings: Settings, *, now: Callable[[], datetime] = clock.now
    ) -> None:
        self._name = name
        self._key = None if settings.secret is None else signing_key(settings.secret)
        self._now = now
        self._post = Post(f"webhook {name!r}", settings.url, duration(settings.timeout), now=now)

    def deliver(self, parcel: Parcel, handover: Handover) -> Receipt:
        """Send one message.

        Raises:
            NotTaken: it was not taken.
            Uncertain: it was sent, and there was no answer.
        """
        if not isinstance(parcel, Announcement):
            raise NotTaken(f"{self._name} is a webhook, and this no announcement", retry=False)
        body = message(parcel, handover)
        timestamp = str(int(self._now().timestamp()))
        headers = {"webhook-id": handover.id, "webhook-timestamp": timestamp}
        if self._key is not None:
            headers["webhook-signature"] = signature(self._key, handover.id, timestamp, body)
        return self._post.send(body, headers, handover.begin)

    def close(self) -> None:
        """Let go of connections."""
        self._post.close()
