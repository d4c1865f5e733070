"""From a letter and one delivery to the message itself: always the same bytes.

The size that counts is the one on the wire: Base64 makes an attachment a third larger. What does
not fit is left out before the server refuses the whole, and the mail says so.
"""

import re
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from html import escape
from typing import Final

import msgspec

from reporter.delivery.base import File, Handover, Letter
from reporter.settings.mailbox import Mailbox, mailbox

MEGABYTE: Final = 1_000_000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_BODY_END: Final = re.compile(r"</body>", re.IGNORECASE)


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
    made = _written(letter, handover, sender, letter.attachments, ())
    kept = list(letter.attachments)
    left: tuple[File, ...] = ()
    while len(made.content) > largest and kept:
        # The largest goes first: so most of them stay.
        kept.remove(max(kept, key=lambda file: len(file.content)))
        left = tuple(file for file in letter.attachments if file not in kept)
        notes = tuple(_note(letter, file) for file in left)
        made = _written(letter, handover, sender, tuple(kept), notes)
    return msgspec.structs.replace(made, left_out=tuple(file.name for file in left))


def _note(letter: Letter, file: File) -> str:
    """The sentence on a file that is not attached, with its link where there is one."""
    size = f"{len(file.content) / MEGABYTE:.1f}"
    said = letter.too_large.replace("{name}", file.name).replace("{size}", size)
    link = next((link.url for link in letter.facts.links if link.name == file.name), None)
    return said if link is None else f"{said} {link}"


def _written(
    letter: Letter,
    handover: Handover,
    sender: str,
    attachments: tuple[File, ...],
    notes: tuple[str, ...],
) -> Message:
    origin = mailbox(sender)
    shown, copies, hidden = _recipients(letter, handover)
    everybody = (*shown, *copies, *hidden)
    international = not all(one.local.isascii() for one in (origin, *everybody))
    policy = SMTPUTF8 if international else SMTP
    mail = EmailMessage(policy=policy.clone(cte_type="7bit"))  # any server can pass that on
    mail["From"] = _address(origin)
    mail["To"] = [_address(one) for one in shown]
    if copies:
        mail["Cc"] = [_address(one) for one in copies]
    if letter.reply_to is not None:
        mail["Reply-To"] = _address(mailbox(letter.reply_to))
    mail["Subject"] = _CONTROL.sub(" ", letter.subject).strip()
    mail["Date"] = format_datetime(handover.planned_at)
    mail["Message-ID"] = f"<{handover.id}@{origin.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # so that no holiday notice answers it
    _fill(mail, letter, attachments, notes)
    _settle_boundaries(mail, handover.id)
    return Message(
        sender=origin.address,
        recipients=tuple(dict.fromkeys(one.address for one in everybody)),
        content=mail.as_bytes(),
        international=international,
    )


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


def _address(one: Mailbox) -> Address:
    name = _CONTROL.sub(" ", one.name).strip()
    return Address(display_name=name, username=one.local, domain=one.domain)


def _fill(
    mail: EmailMessage, letter: Letter, attachments: tuple[File, ...], notes: tuple[str, ...]
) -> None:
    text, html = letter.text, letter.html
    if notes:
        text = "\n\n".join((text.rstrip(), *notes)) + "\n"
        html = _with_notes(html, notes)
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
    for file in attachments:
        kind, _, subtype = file.media_type.partition(";")[0].partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)


def _with_notes(html: str, notes: tuple[str, ...]) -> str:
    cells = "".join(
        f'<p style="margin:0 0 8px 0;font-family:sans-serif;font-size:14px;color:#1f2933">'
        f"{escape(note)}</p>"
        for note in notes
    )
    table = (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
        '<tr><td align="center" bgcolor="#ffffff" style="background-color:#ffffff;padding:16px">'
        f"{cells}</td></tr></table>"
    )
    end = _BODY_END.search(html)
    return html + table if end is None else f"{html[: end.start()]}{table}{html[end.start() :]}"


def _settle_boundaries(mail: MIMEPart, name: str) -> None:
    """Marks between the parts that are not by chance; what is encoded cannot contain them."""
    parts = (part for part in mail.walk() if part.is_multipart())
    for number, part in enumerate(parts):
        part.set_boundary(f"=_{name}_{number}")
