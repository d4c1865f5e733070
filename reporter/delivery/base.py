"""What is handed over, what a channel is, and how it says what became of a delivery."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from reporter.errors import ReporterError


class File(msgspec.Struct, frozen=True):
    """A file of an edition.

    Attributes:
        format: of the report's outputs: ``pdf``.
        name: without folder.
        media_type: what it is.
        content: its bytes.
    """

    format: str
    name: str
    media_type: str
    content: bytes


class Picture(msgspec.Struct, frozen=True):
    """A picture in the text of a mail.

    Attributes:
        cid: how the HTML names it.
        content: PNG.
    """

    cid: str
    content: bytes


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with a mail, where it fits.

    Attributes:
        file: in the mail's budget, the largest are left out first.
        note: what the mail says where it is left out: name, size, link.
    """

    file: File
    note: str


class Link(msgspec.Struct, frozen=True):
    """Where a file can be read; of files that go to a folder with a public URL."""

    name: str
    url: str


class Reading(msgspec.Struct, frozen=True):
    """A figure of the whole period, as people read it."""

    name: str
    label: str
    text: str
    value: float | int | None
    change: str = ""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says of an edition.

    Attributes:
        edition: its id.
        report: the spec's name.
        revision: ``final``, ``provisional``, ``restatement 1``.
        language: BCP 47.
        readings: the figures of the report's cards, in order, each once.
        links: where its files can be read.
    """

    edition: str
    report: str
    title: str
    period: str
    since: datetime
    until: datetime
    timezone: str
    revision: str
    language: str
    burst: str | None = None
    readings: tuple[Reading, ...] = ()
    notices: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


class Letter(msgspec.Struct, frozen=True, kw_only=True, tag="letter"):
    """A mail, without its recipient; from it and one delivery the message is made, always the same.

    Attributes:
        subject: one line.
        html: refers to its pictures by ``cid:``; empty: there is only the plain text.
        text: the same as plain text.
        attachments: in order; what is too large is left out when the message is made.
        left_out: HTML that has ``{notes}`` in the place of what is said of those left out.
        together: everybody who receives the one mail, where there is one for all; else empty.
        cc: those of them who stand as copies.
        bcc: those who stand nowhere.
        reply_to: where answers go.
    """

    facts: Facts
    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    left_out: str = "<p>{notes}</p>"
    together: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: str | None = None


class Bundle(msgspec.Struct, frozen=True, kw_only=True, tag="bundle"):
    """Files for a folder.

    Attributes:
        path: the folder in the channel's, with ``/``; empty for the channel's own.
    """

    facts: Facts
    path: str
    files: tuple[File, ...]


class Announcement(msgspec.Struct, frozen=True, kw_only=True, tag="announcement"):
    """A message for a program; the files themselves do not go with it.

    Attributes:
        files: name, media type, SHA-256 and size of each.
    """

    facts: Facts
    files: tuple[tuple[str, str, str, int], ...]


class Chat(msgspec.Struct, frozen=True, kw_only=True, tag="chat"):
    """A message for people in a chat."""

    facts: Facts
    text: str


Parcel = Letter | Bundle | Announcement | Chat
"""What is handed over. It needs nothing beside itself and the project's settings."""


class Receipt(msgspec.Struct, frozen=True):
    """What the other side said when it took a delivery, as a line for people."""

    text: str


class NotTaken(ReporterError):
    """Nothing was handed over, and nobody has received anything.

    Args:
        message: why, in the other side's words where it has any.
        retry: whether it may be taken later.
        after: not before so long.
        hint: what to do about it.
    """

    def __init__(
        self,
        message: str,
        *,
        retry: bool,
        after: timedelta | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry = retry
        self.after = after


class Uncertain(ReporterError):
    """It was handed over, and nobody knows whether it was taken: it must not be repeated."""


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery on its way.

    Attributes:
        id: of the delivery, 32 letters and digits: always the same for the same delivery.
        recipient: a mail address, or a channel of the project file.
        planned_at: when it was decided; the date of the message.
        begin: called directly before the step after which it may have been received. It
            returns when that is on the disk; it raises ``NotTaken`` where somebody else has the
            delivery, and then nothing may be handed over.
    """

    id: str
    recipient: str
    planned_at: datetime
    begin: Callable[[], None]


class Channel(Protocol):
    """Takes deliveries to where they go. One channel is used by one thread at a time.

    Attributes:
        repeatable: whether handing over twice is the same as once (a file is written again).
    """

    repeatable: bool

    def deliver(self, parcel: Parcel, handover: Handover) -> Receipt:
        """Hand over one delivery.

        Raises:
            NotTaken: it was not received by anybody.
            Uncertain: it may have been.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
