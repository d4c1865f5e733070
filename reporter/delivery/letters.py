"""From a document to the mail that goes to its recipients, and who they are."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Self

import msgspec

from reporter.delivery.base import Attachment, Facts, File, Letter, Picture
from reporter.delivery.message import MEGABYTE, with_notes
from reporter.document.format import NumberWriter, locale_of
from reporter.document.lines import line
from reporter.document.model import Document
from reporter.output.base import Branding
from reporter.output.mail.renderer import MailRenderer, left_out_note
from reporter.settings.mailbox import mailbox
from reporter.spec.delivery import EmailDelivery
from reporter.spec.edition import Edition, Revision


def letter(
    document: Document,
    delivery: EmailDelivery,
    edition: Edition,
    branding: Branding,
    *,
    facts: Facts,
    files: Iterable[File],
    place: str,
    recipients: tuple[str, ...] = (),
) -> Letter:
    """The mail of one delivery.

    Args:
        document: what it says.
        delivery: how it goes.
        edition: what the document is of.
        branding: how it looks.
        facts: of the edition.
        files: all that were made; those that the delivery names are attached.
        place: where the delivery stands in the spec: ``delivery[0]``.
        recipients: those that a burst names, in the place of the delivery's own.

    Raises:
        UserError: the subject cannot be filled in.
        RenderError: the page cannot be made.
    """
    attached = tuple(_attached(document, delivery, facts, tuple(files)))
    left_out = left_out_note(document, branding) if attached else ""
    body = _renderer(delivery).body(
        document,
        branding,
        spare=len(with_notes("", left_out, (one.note for one in attached)).encode()),
    )
    together = _Together.of(delivery, recipients)
    return Letter(
        facts=facts,
        subject=_subject(document, delivery, edition, place),
        html=body.html,
        text=body.text,
        pictures=tuple(Picture(image.cid, image.content) for image in body.images),
        attachments=attached,
        left_out=left_out,
        together=together.everybody,
        cc=together.cc,
        bcc=together.bcc,
        reply_to=delivery.reply_to,
    )


def recipients_of(delivery: EmailDelivery, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The recipients as the ledger knows them: each address once; one text for all together.

    Args:
        delivery: how it goes.
        named: those that a burst names, where the delivery has none.
    """
    everybody = _once((*(delivery.to or named), *delivery.cc, *delivery.bcc))
    if delivery.together and everybody:
        return (", ".join(mailbox(text).address for text in everybody),)
    return everybody


class _Together(msgspec.Struct, frozen=True):
    """Who receives the one mail for all; nobody where each has a mail of their own."""

    everybody: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()

    @classmethod
    def of(cls, delivery: EmailDelivery, named: tuple[str, ...]) -> Self:
        """Each stands in one place: who is named openly is not hidden as well."""
        if not delivery.together:
            return cls()
        to = delivery.to or named
        everybody = _once((*to, *delivery.cc, *delivery.bcc))
        open_ones = len(_once((*to, *delivery.cc)))
        return cls(everybody, everybody[len(_once(to)) : open_ones], everybody[open_ones:])


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    """Each address once, as it stands first."""
    known: dict[str, str] = {}
    for text in texts:
        known.setdefault(mailbox(text).address, text)
    return tuple(known.values())


def _renderer(delivery: EmailDelivery) -> MailRenderer:
    return MailRenderer() if delivery.template is None else MailRenderer(delivery.template)


def _attached(
    document: Document, delivery: EmailDelivery, facts: Facts, files: tuple[File, ...]
) -> Iterator[Attachment]:
    """The files that go with the mail, and what it says where one does not fit."""
    numbers = NumberWriter(locale_of(document.language))
    for wanted in dict.fromkeys(delivery.attach):
        for file in files:
            if file.format != wanted:
                continue
            size = numbers.decimal(max(len(file.content) / MEGABYTE, 0.1), 1)
            said = document.words.say("attachment_too_large", name=file.name, size=size)
            links = (link.url for link in facts.links if link.name == file.name)
            yield Attachment(file, " ".join((said, *islice(links, 1))))


def _subject(document: Document, delivery: EmailDelivery, edition: Edition, place: str) -> str:
    words, title, where = document.words, document.title, f"{place}.subject"
    # Not the document's own words on its period: they say already which issue it is.
    period = line("{{ period.label }}", edition, words, title=title, place=where)
    if delivery.subject is not None:
        subject = line(delivery.subject, edition, words, title=title, place=where)
    elif period in title:
        subject = title
    else:
        subject = words.say("subject", title=title, period=period)
    burst = edition.burst
    if burst is not None and delivery.subject is None and burst.label not in subject:
        subject = words.say("subject_of", subject=subject, value=burst.label)
    return _marked(subject, document, edition.revision)


def _marked(subject: str, document: Document, revision: Revision) -> str:
    match revision.kind:
        case "provisional":
            return document.words.say("subject_provisional", subject=subject)
        case "restatement":
            number = revision.number
            return document.words.say("subject_restatement", subject=subject, number=number)
        case _:
            return subject
