"""From a document to the mail that goes to its recipients, and who they are."""

from collections.abc import Iterable

from reporter.delivery.base import Facts, File, Letter, Picture
from reporter.document.lines import line
from reporter.document.model import Document
from reporter.output.base import Branding
from reporter.output.mail.renderer import MailRenderer
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
    template = {} if delivery.template is None else {"template": delivery.template}
    body = MailRenderer(**template).body(document, branding)
    attached = [file for wanted in delivery.attach for file in files if file.format == wanted]
    everybody = tuple(_once((*(delivery.to or recipients), *delivery.cc, *delivery.bcc)))
    return Letter(
        facts=facts,
        subject=_subject(document, delivery, edition, place),
        html=body.html,
        text=body.text,
        pictures=tuple(Picture(image.cid, image.content) for image in body.images),
        attachments=tuple(attached),
        too_large=document.words.say("attachment_too_large", name="{name}", size="{size}"),
        together=everybody if delivery.together else (),
        cc=delivery.cc if delivery.together else (),
        bcc=delivery.bcc if delivery.together else (),
        reply_to=delivery.reply_to,
    )


def recipients_of(delivery: EmailDelivery, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The recipients as the ledger knows them: each address once; one text for all together.

    Args:
        delivery: how it goes.
        named: those that a burst names, where the delivery has none.
    """
    everybody = tuple(_once((*(delivery.to or named), *delivery.cc, *delivery.bcc)))
    if delivery.together and everybody:
        return (", ".join(mailbox(text).address for text in everybody),)
    return everybody


def _once(texts: Iterable[str]) -> Iterable[str]:
    """Each address once, as it stands first."""
    known: dict[str, str] = {}
    for text in texts:
        known.setdefault(mailbox(text).address.lower(), text)
    return known.values()


def _subject(document: Document, delivery: EmailDelivery, edition: Edition, place: str) -> str:
    words, period = document.words, document.provenance.period
    if delivery.subject is not None:
        where = f"{place}.subject"
        subject = line(delivery.subject, edition, words, title=document.title, place=where)
    elif period in document.title:
        subject = document.title
    else:
        subject = words.say("subject", title=document.title, period=period)
    if edition.burst is not None and delivery.subject is None:
        subject = words.say("subject_of", subject=subject, value=edition.burst.label)
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
