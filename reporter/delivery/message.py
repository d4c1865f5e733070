"""From a letter and one delivery to the message itself: always the same bytes.

The size that counts is the one on the wire: Base64 makes an attachment a third larger. What does
not fit is left out before the server refuses the whole, and the mail says so.
"""

import re
from collections.abc import Iterable
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final

import msgspec

from reporter.delivery.base import File, Handover, Letter
from reporter.delivery.headers import address_header, one_line, text_header
from reporter.settings.mailbox import Mailbox, mailbox

MEGABYTE: Final = 1_000_000
NOTES: Final = "{notes}"
"""What the sentences on attachments that are left out stand in the place of."""
_NOBODY_SHOWN: Final = "To: undisclosed-recipients:;\r\n"
_BODY_END: Final = re.compile(r"</body\s*>(?!.*</body)", re.IGNORECASE | re.DOTALL)
_ANY_SERVER: Final = SMTP.clone(cte_type="7bit")
"""What any server can pass on."""


class Message(msgspec.Struct, frozen=True):
    """A mail, ready to be handed over.

    Attributes:
        sender: the address alone.
        recipients: the addresses alone.
        content: what is sent, with CRLF, without the final dot.
        international: whether only a server with SMTPUTF8 can take it.
        left_out: the names of the attachments that did not fit.
    """

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    international: bool
    left_out: tuple[str, ...] = ()


def message(letter: Letter, handover: Handover, *, sender: str, largest: int) -> Message:
    """The message of one delivery.

    Args:
        letter: what it says.
        handover: to whom.
        sender: the ``From``, with its name.
        largest: bytes that the whole may have.

    Raises:
        ValueError: an address is none.
    """
    origin = mailbox(sender)
    shown, copies, hidden = _recipients(letter, handover)
    answers = None if letter.reply_to is None else mailbox(letter.reply_to)
    everybody = (*shown, *copies, *hidden)
    head = "".join(
        (
            address_header("From", [origin]),
            address_header("To", shown) if shown else _NOBODY_SHOWN,
            address_header("Cc", copies) if copies else "",
            address_header("Reply-To", [answers]) if answers is not None else "",
            text_header("Subject", letter.subject),
            f"Date: {format_datetime(handover.planned_at)}\r\n",
            f"Message-ID: <{handover.id}@{origin.domain}>\r\n",
            "Auto-Submitted: auto-generated\r\n",  # so that no holiday notice answers it
        )
    ).encode()
    # The largest go first: so most of them stay.
    places = range(len(letter.attachments))
    by_size = sorted(places, key=lambda place: -len(letter.attachments[place].file.content))
    for count in range(len(by_size) + 1):
        without = frozenset(by_size[:count])
        content = head + _written(letter, without, handover.id)
        if len(content) <= largest:
            break
    named = (origin, *everybody, *((answers,) if answers is not None else ()))
    return Message(
        sender=origin.address,
        recipients=tuple(dict.fromkeys(one.address for one in everybody)),
        content=content,
        international=not all(one.local.isascii() for one in named),
        left_out=tuple(letter.attachments[place].file.name for place in sorted(without)),
    )


def with_notes(html: str, left_out: str, notes: Iterable[str]) -> str:
    """A mail's HTML with sentences on what is not attached, at its end.

    Args:
        html: of the mail.
        left_out: what they stand in, with ``NOTES`` for them.
        notes: plain text.
    """
    said = left_out.replace(NOTES, "<br>".join(map(escape, notes)))
    end = _BODY_END.search(html)
    return html + said if end is None else f"{html[: end.start()]}{said}{html[end.start() :]}"


def _recipients(
    letter: Letter, handover: Handover
) -> tuple[tuple[Mailbox, ...], tuple[Mailbox, ...], tuple[Mailbox, ...]]:
    """Who stands in To, in Cc and nowhere."""
    if not letter.together:
        return (mailbox(handover.recipient),), (), ()
    copies = tuple(map(mailbox, letter.cc))
    hidden = tuple(map(mailbox, letter.bcc))
    others = {one.address for one in (*copies, *hidden)}
    everybody = map(mailbox, letter.together)
    return tuple(one for one in everybody if one.address not in others), copies, hidden


def _written(letter: Letter, without: frozenset[int], name: str) -> bytes:
    """The message's parts, from the kind of the whole on."""
    notes = [letter.attachments[place].note for place in sorted(without)]
    text, html = letter.text, letter.html
    if notes:
        text = "\n\n".join((text.rstrip(), *notes)) + "\n"
        html = html and with_notes(html, letter.left_out, notes)
    mail = EmailMessage(policy=_ANY_SERVER)
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
        page = mail.get_payload()[-1]  # type: ignore[index]
        for picture in letter.pictures:
            page.add_related(  # type: ignore[union-attr]
                picture.content,
                maintype="image",
                subtype="png",
                cid=f"<{picture.cid}>",
                disposition="inline",
                filename=f"{picture.cid.partition('@')[0]}.png",
            )
    for place, attached in enumerate(letter.attachments):
        if place not in without:
            _attach(mail, attached.file)
    _settle_boundaries(mail, name)
    return mail.as_bytes()


def _attach(mail: EmailMessage, file: File) -> None:
    kind, _, subtype = file.media_type.partition(";")[0].partition("/")
    mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=one_line(file.name))


def _settle_boundaries(mail: MIMEPart, name: str) -> None:
    """Marks between the parts that are not by chance; what is encoded cannot contain them."""
    parts = (part for part in mail.walk() if part.is_multipart())
    for number, part in enumerate(parts):
        part.set_boundary(f"=_{name}_{number}")
